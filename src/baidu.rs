//! The open data of Baidu smart programs: session keys + iv + encrypted data → content that has passed every
//! check.
//!
//! The rule is Baidu's ("用户数据的签名验证和加解密"): AES-192-CBC with PKCS#7 padding to blocks of 32 bytes,
//! around a frame: 16 random bytes, the length of the content (u32, big-endian), the content, and the app key
//! up to the end. The frame replaces the watermark.
//!
//! # Security
//!
//! As in [`crate::wechat`], whose rejections and time this shares: everything that depends on the plaintext is
//! decided here, at once, and every rejection of data of one length takes the same time.

use crate::common::aes_cbc;
use crate::wechat::json::{self, Claims};
use crate::wechat::{self, Error, OpenData, Rules};

/// The length of a session key in bytes.
pub const SESSION_KEY_LENGTH: usize = 24;

/// What the padding fills up, in bytes.
const BLOCK: usize = 32;

/// How many random bytes a frame begins with.
pub const RANDOM_LENGTH: usize = 16;

/// Where the content begins.
pub const CONTENT: usize = RANDOM_LENGTH + size_of::<u32>();

/// Decrypts `data` in place under the first of the `session_keys` that gives a frame whose app key is the
/// expected app id, around a JSON object that obeys the other `rules`. The content begins at [`CONTENT`];
/// its UTF-16 is in `utf16` where it is not all ASCII.
///
/// # Errors
///
/// [`Error`], after the same time for all plaintexts of this length. `data` and `utf16` then hold garbage or
/// the plaintext of other data: the caller must clear them.
///
/// # Examples
///
/// ```
/// use wxbizdatacrypt_native::baidu;
/// use wxbizdatacrypt_native::wechat::{Error, Rules, json::Expected, json::Format};
///
/// let decrypt = |app_id| {
///     let mut data = baidu::encrypt(&[1; 24], &[2; 16], &[3; 16], br#"{"sex":1}"#, b"key").unwrap();
///     let expected = Expected { app_id, open_id: None, format: Format::Baidu };
///     let rules = Rules { expected, age: None };
///     let open_data = baidu::decrypt(&[[1; 24]], &[2; 16], &mut data, &rules, &mut Vec::new())?;
///     Ok(data[baidu::CONTENT..][..open_data.length].to_vec())
/// };
/// assert_eq!(decrypt(&[0x6b, 0x65, 0x79]).unwrap(), br#"{"sex":1}"#);
/// assert_eq!(decrypt(&[0x6b, 0x65]), Err(Error::Watermark));
/// ```
pub fn decrypt(
    session_keys: &[impl AsRef<[u8]>],
    iv: &[u8],
    data: &mut [u8],
    rules: &Rules,
    utf16: &mut Vec<u16>,
) -> Result<OpenData, Error> {
    wechat::decrypt_with_keys(
        session_keys,
        data,
        |session_key, data| {
            if data.len() % BLOCK == 0 {
                wechat::decrypt_blocks(session_key, SESSION_KEY_LENGTH, iv, data)
            } else {
                // The key and the iv still come first.
                wechat::decrypt_blocks(session_key, SESSION_KEY_LENGTH, iv, &mut [])
            }
        },
        |decrypted| check(decrypted, rules, utf16),
    )
}

fn check(decrypted: &[u8], rules: &Rules, utf16: &mut Vec<u16>) -> Result<OpenData, Error> {
    let (content, app_key) = unpad(decrypted)
        .and_then(read_frame)
        .ok_or(Error::Undecryptable)?;
    let utf16_length = if content.is_ascii() {
        None
    } else {
        Some(wechat::decode_utf8(content, utf16).ok_or(Error::Undecryptable)?)
    };
    let claims = json::read_claims(content, &rules.expected)
        .filter(|claims| claims.is_object)
        .ok_or(Error::Undecryptable)?;
    let claims = Claims {
        app_id: is_app_key(app_key, rules.expected.app_id),
        ..claims
    };
    wechat::verify(&claims, rules)?;
    Ok(OpenData {
        length: content.len(),
        utf16_length,
        has_record: false,
    })
}

/// Removes 1 to 32 equal bytes that state their number.
fn unpad(decrypted: &[u8]) -> Option<&[u8]> {
    let last = *decrypted.last()?;
    let length = usize::from(last);
    if !(1..=BLOCK).contains(&length) {
        return None;
    }
    let (frame, padding) = decrypted.split_at_checked(decrypted.len().checked_sub(length)?)?;
    padding.iter().all(|byte| *byte == last).then_some(frame)
}

/// The content and the app key.
fn read_frame(frame: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_random, rest) = frame.split_at_checked(RANDOM_LENGTH)?;
    let (length, rest) = rest.split_first_chunk()?;
    rest.split_at_checked(u32::from_be_bytes(*length) as usize)
}

/// Whether these are the same, and not empty: whoever has not set an app key must not accept a frame without
/// one.
fn is_app_key(app_key: &[u8], expected: &[u16]) -> bool {
    !app_key.is_empty()
        && str::from_utf8(app_key)
            .is_ok_and(|text| text.encode_utf16().eq(expected.iter().copied()))
}

/// Encrypts `content` (UTF-8) as Baidu does.
///
/// # Errors
///
/// [`aes_cbc::Error::KeyLength`] and [`aes_cbc::Error::IvLength`].
pub fn encrypt(
    session_key: &[u8],
    iv: &[u8],
    random: &[u8; RANDOM_LENGTH],
    content: &[u8],
    app_key: &[u8],
) -> Result<Vec<u8>, aes_cbc::Error> {
    if session_key.len() != SESSION_KEY_LENGTH {
        return Err(aes_cbc::Error::KeyLength);
    }
    let length = (content.len() as u32).to_be_bytes();
    let mut frame = [random, &length[..], content, app_key].concat();
    let padding = BLOCK - frame.len() % BLOCK;
    frame.resize(frame.len() + padding, padding as u8);
    let mut data = aes_cbc::encrypt(session_key, iv, &frame)?;
    // Without the block that padding to 16 bytes adds.
    data.truncate(frame.len());
    Ok(data)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::wechat::MAX_DATA_LENGTH;
    use crate::wechat::json::{Expected, Format};

    const APP_KEY: [u16; 3] = [0x6b, 0x65, 0x79];
    const RULES: Rules = Rules {
        expected: Expected {
            app_id: &APP_KEY,
            open_id: None,
            format: Format::Baidu,
        },
        age: None,
    };

    fn decrypt_blocks(plaintext: &[u8]) -> Result<usize, Error> {
        let mut data = aes_cbc::encrypt(&[1; 24], &[2; 16], plaintext).unwrap();
        data.truncate(plaintext.len());
        decrypt(&[[1; 24]], &[2; 16], &mut data, &RULES, &mut Vec::new())
            .map(|open_data| open_data.length)
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
            let mut data = vec![0; length];
            decrypt(&[key], iv, &mut data, &RULES, &mut Vec::new()).unwrap_err()
        };
        for length in (0..40).filter(|length| *length != SESSION_KEY_LENGTH) {
            let key = vec![0; length];
            assert_eq!(decrypt(&key, &[], 1), Error::SessionKeyLength);
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
    fn encrypts_what_decrypts_again_at_every_length() {
        for length in 0..=2 * BLOCK {
            let content = format!("{{\"a\":\"{}\"}}", "x".repeat(length));
            let encrypted = encrypt(&[1; 24], &[2; 16], &[3; 16], content.as_bytes(), b"key");
            let mut data = encrypted.unwrap();
            assert_eq!(data.len() % BLOCK, 0);
            let open_data = decrypt(&[[1; 24]], &[2; 16], &mut data, &RULES, &mut Vec::new());
            let decrypted = &data[CONTENT..][..open_data.unwrap().length];
            assert_eq!(decrypted, content.as_bytes());
        }
        for length in (0..40).filter(|length| *length != SESSION_KEY_LENGTH) {
            let encrypted = encrypt(&vec![1; length], &[2; 16], &[3; 16], b"{}", b"key");
            assert_eq!(encrypted, Err(aes_cbc::Error::KeyLength));
        }
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
