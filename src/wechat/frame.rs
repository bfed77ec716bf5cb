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

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::common::aes_cbc;
    use crate::wechat::forms::MAX_NUMBERS;
    use crate::wechat::rules::tests::layouts;
    use crate::wechat::rules::{Expected, Rules};
    use crate::wechat::{Error, MAX_DATA_LENGTH, Output, decrypt, encrypt};

    const APP_KEY: [u16; 3] = [0x6b, 0x65, 0x79];

    fn decrypt_data(key: &[u8], iv: &[u8], data: &mut [u8]) -> Result<Range<usize>, Error> {
        let layout = &layouts()[3];
        let expected = Expected {
            layout,
            app_id: &APP_KEY,
            open_id: None,
        };
        let rules = Rules {
            expected,
            age: None,
            may_be_unmarked: true,
        };
        let output = &mut Output {
            record: &mut [0; MAX_NUMBERS],
            utf16: &mut Vec::new(),
        };
        Ok(decrypt(&mut [key].into_iter(), iv, data, &rules, output)?.content)
    }

    fn decrypt_blocks(plaintext: &[u8]) -> Result<usize, Error> {
        let mut data = aes_cbc::encrypt(&[1; 24], &[2; 16], plaintext).unwrap();
        data.truncate(plaintext.len());
        decrypt_data(&[1; 24], &[2; 16], &mut data).map(|content| content.len())
    }

    /// A frame of `length` bytes, padding included, around an object.
    fn padded_frame(length: usize, padding: usize) -> Vec<u8> {
        let content_length = length - padding - CONTENT - APP_KEY.len();
        let mut content = br#"{"a":""#.to_vec();
        content.resize(content_length - 2, b'x');
        content.extend(br#""}"#);
        let content_length = (content_length as u32).to_be_bytes();
        let mut frame = [&[3; 16], &content_length[..], &content, b"key"].concat();
        frame.resize(length, padding as u8);
        frame
    }

    #[test]
    fn takes_every_padding_from_1_to_32_and_no_other() {
        for padding in 1..=BLOCK {
            let frame = padded_frame(128, padding);
            assert_eq!(decrypt_blocks(&frame), Ok(128 - padding - CONTENT - 3));
            for last in (0..=255).filter(|last| usize::from(*last) != padding) {
                let mut wrong = frame.clone();
                wrong[127] = last;
                assert!(decrypt_blocks(&wrong).is_err(), "{last} for {padding}");
            }
            for place in 128 - padding..127 {
                let mut wrong = frame.clone();
                wrong[place] ^= 1;
                assert_eq!(decrypt_blocks(&wrong), Err(Error::Undecryptable));
            }
        }
        for length in [0, 33, 48, 96, 128] {
            let mut frame = padded_frame(128, 8);
            frame[120..].fill(length);
            assert!(decrypt_blocks(&frame).is_err());
            assert!(decrypt_blocks(&[length; 128]).is_err());
        }
    }

    #[test]
    fn rejects_every_change_of_the_frame_behind_the_random_bytes() {
        let frame = padded_frame(96, 9);
        for place in RANDOM_LENGTH..CONTENT {
            for bit in 0..8 {
                let mut wrong = frame.clone();
                wrong[place] ^= 1 << bit;
                assert!(decrypt_blocks(&wrong).is_err());
            }
        }
        for place in 96 - 9 - APP_KEY.len()..96 - 9 {
            let mut wrong = frame.clone();
            wrong[place] ^= 1;
            assert_eq!(decrypt_blocks(&wrong), Err(Error::Watermark));
        }
    }

    #[test]
    fn checks_the_lengths_in_order() {
        let decrypt = |key: &[u8], iv: &[u8], length: usize| {
            decrypt_data(key, iv, &mut vec![0; length]).unwrap_err()
        };
        for length in (0..40).filter(|length| *length != 24) {
            assert_eq!(decrypt(&vec![0; length], &[], 1), Error::SessionKeyLength);
        }
        for length in (0..40).filter(|length| *length != 16) {
            assert_eq!(decrypt(&[1; 24], &vec![0; length], 1), Error::IvLength);
        }
        for length in [0, 1, 16, 31, 33, 48, MAX_DATA_LENGTH + BLOCK] {
            assert_eq!(decrypt(&[1; 24], &[2; 16], length), Error::DataLength);
        }
        assert_eq!(
            decrypt(&[1; 24], &[2; 16], MAX_DATA_LENGTH),
            Error::Undecryptable
        );
    }

    #[test]
    fn encrypts_data_that_decrypts_again_at_every_length() {
        let layout = &layouts()[3];
        for length in 0..=2 * BLOCK {
            let content = format!("{{\"a\":\"{}\"}}", "x".repeat(length));
            let (iv, random) = (&[2; 16], &[3; 16]);
            let mut data =
                encrypt(layout, &[1; 24], iv, content.as_bytes(), random, b"key").unwrap();
            assert_eq!(data.len() % BLOCK, 0);
            let decrypted = decrypt_data(&[1; 24], iv, &mut data).unwrap();
            assert_eq!(&data[decrypted], content.as_bytes());
        }
        let encrypted = encrypt(layout, &[1; 16], &[2; 16], b"{}", &[3; 16], b"key");
        assert_eq!(encrypted, Err(aes_cbc::Error::KeyLength));
    }

    #[test]
    fn every_rejection_waits_for_the_deadline() {
        let whole = padded_frame(MAX_DATA_LENGTH, 9);
        let change = |place: usize| {
            let mut wrong = whole.clone();
            wrong[place] ^= 1;
            wrong
        };
        let end = MAX_DATA_LENGTH - 9;
        for wrong in [
            change(end + 8),
            change(19),
            change(end - 1),
            change(CONTENT),
        ] {
            let start = Instant::now();
            assert!(decrypt_blocks(&wrong).is_err());
            assert!(start.elapsed() >= Duration::from_micros(328));
        }
    }
}
