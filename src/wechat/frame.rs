//! The frame that takes the place of a watermark on one platform: Baidu ("用户数据的签名验证和加解密").
//!
//! 16 random bytes, the length of the content (u32, big-endian), the content, and the app key up to the end, under
//! PKCS#7 padding to blocks of 32 bytes.

use std::ops::Range;

use zeroize::Zeroizing;

/// The padding block size in bytes.
pub const BLOCK: usize = 32;

/// How many random bytes a frame begins with.
pub const RANDOM_LENGTH: usize = 16;

/// Where the content begins.
const CONTENT: usize = RANDOM_LENGTH + size_of::<u32>();

/// Removes 1 to 32 equal bytes that state their number.
pub(super) fn unpad(decrypted: &[u8]) -> Option<&[u8]> {
    let last = *decrypted.last()?;
    let length = usize::from(last);
    if !(1..=BLOCK).contains(&length) {
        return None;
    }
    let (frame, padding) = decrypted.split_at_checked(decrypted.len().checked_sub(length)?)?;
    padding.iter().all(|byte| *byte == last).then_some(frame)
}

/// Finds the content. The app key is what follows it.
pub(super) fn find_content(frame: &[u8]) -> Option<Range<usize>> {
    let (header, rest) = frame.split_first_chunk::<CONTENT>()?;
    let (_random, length) = header.split_last_chunk()?;
    let length = u32::from_be_bytes(*length) as usize;
    (length <= rest.len()).then(|| CONTENT..CONTENT + length)
}

/// Whether the app keys are equal and not empty: an app whose key is not configured must not accept a frame
/// without one.
pub(super) fn is_app_key(app_key: &[u8], expected: &[u16]) -> bool {
    !app_key.is_empty()
        && str::from_utf8(app_key)
            .is_ok_and(|text| text.encode_utf16().eq(expected.iter().copied()))
}

/// Builds a padded frame.
pub(super) fn create(
    content: &[u8],
    random: &[u8; RANDOM_LENGTH],
    app_key: &[u8],
) -> Zeroizing<Vec<u8>> {
    let length = (content.len() as u32).to_be_bytes();
    let padding = BLOCK - (CONTENT + content.len() + app_key.len()) % BLOCK;
    let padding = &[padding as u8; BLOCK][..padding];
    Zeroizing::new([random, &length[..], content, app_key, padding].concat())
}
