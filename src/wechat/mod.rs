//! WeChat open data: session keys + iv + encrypted data → plaintext that has passed every check.
//!
//! The rule is Tencent's ("加密数据解密算法"): AES-128-CBC with PKCS#7 padding; the plaintext is JSON whose
//! `watermark.appid` names the mini program that the data was made for.
//!
//! # Security
//!
//! CBC without a MAC is malleable, and whoever learns why a ciphertext was rejected can decrypt it by
//! trial. So everything that depends on the plaintext is decided here, at once, and every rejection of
//! data of one length takes the same time ([`crate::open_data::deadline`]).

pub mod forms;
pub mod json;

use encoding_rs::mem::convert_utf8_to_utf16_without_replacement;

use self::forms::Record;
use self::json::{Claims, Expected};
use crate::open_data::aes_cbc::{self, BLOCK};
use crate::open_data::deadline::Deadline;

/// The length of a session key in bytes.
pub const SESSION_KEY_LENGTH: usize = 16;

/// The greatest length of encrypted data in bytes. Real data has under 4 KiB; the limit bounds how long a
/// rejection takes.
pub const MAX_DATA_LENGTH: usize = 32 * 1024;

/// How far the clock of WeChat's server may be ahead of this machine's, in seconds.
const MAX_CLOCK_SKEW: f64 = 60.0;

/// Why data was rejected, numbered as in `lib/errors.js`. Of several keys, the one that came furthest
/// counts, unless the first has a wrong length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[repr(u32)]
pub enum Error {
    /// A session key is not 16 bytes long.
    #[error("the session key is not 16 bytes long")]
    SessionKeyLength,
    /// The iv is not 16 bytes long.
    #[error("the iv is not 16 bytes long")]
    IvLength,
    /// The data is empty, not whole blocks of 16 bytes, or longer than [`MAX_DATA_LENGTH`].
    #[error("the data is empty, not whole blocks of 16 bytes, or longer than 32 KiB")]
    DataLength,
    /// The padding is not PKCS#7, or what it pads is not UTF-8, or not JSON: the wrong key, the wrong iv or
    /// changed data.
    #[error("the data does not decrypt to JSON")]
    Undecryptable,
    /// The watermark is missing or names another app.
    #[error("the watermark is missing or names another app")]
    Watermark,
    /// The data is not the expected user's.
    #[error("openId is missing or names another user")]
    OpenId,
    /// The watermark is too old, or has no timestamp, or one in the future.
    #[error("the watermark is older than allowed, has no timestamp or one in the future")]
    Expired,
}

/// What a plaintext must say.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'r> {
    /// The app and, if given, the user that it must name.
    pub expected: Expected<'r>,
    /// How old it may be, if given.
    pub age: Option<MaxAge>,
}

/// How old a plaintext may be.
#[derive(Debug, Clone, Copy)]
pub struct MaxAge {
    /// The time now, in seconds since 1970.
    pub now: f64,
    /// The greatest age in seconds.
    pub seconds: f64,
}

/// A plaintext that has passed every check.
#[derive(Debug, Clone, Copy)]
pub struct OpenData {
    /// How many bytes of the data it fills.
    pub length: usize,
    /// How many code units of the UTF-16 it fills, where it is not all ASCII.
    pub utf16_length: Option<usize>,
    /// Whether it has a documented form, so that the record says where its values are.
    pub has_record: bool,
}

/// What a call writes besides the plaintext. Made once: to allocate it takes longer than to fill it.
pub struct Output<'r> {
    /// Where the values are.
    pub record: &'r mut Record,
    /// The plaintext in UTF-16, where it is not all ASCII.
    pub utf16: &'r mut Vec<u16>,
}

/// Decrypts `data` in place under the first of the `session_keys` that gives a plaintext which obeys the
/// `rules`.
///
/// # Errors
///
/// [`Error`], after the same time for all plaintexts of this length. `data` and the output then hold
/// garbage or the plaintext of other data: the caller must clear them.
///
/// # Examples
///
/// ```
/// use wxbizdatacrypt_native::open_data::aes_cbc;
/// use wxbizdatacrypt_native::wechat::{
///     self, Error, Output, Rules, forms::MAX_NUMBERS, json::Expected,
/// };
///
/// let plaintext = br#"{"openGId":"G","watermark":{"appid":"wx","timestamp":1}}"#;
/// let decrypt = |app_id| {
///     let mut data = aes_cbc::encrypt(&[1; 16], &[2; 16], plaintext).unwrap();
///     let rules = Rules { expected: Expected { app_id, open_id: None }, age: None };
///     let output = &mut Output { record: &mut [0; MAX_NUMBERS], utf16: &mut Vec::new() };
///     let open_data = wechat::decrypt(&[[1; 16]], &[2; 16], &mut data, &rules, output)?;
///     Ok(data[..open_data.length].to_vec())
/// };
/// assert_eq!(decrypt(&[0x77, 0x78]).unwrap(), plaintext);
/// assert_eq!(decrypt(&[0x77]), Err(Error::Watermark));
/// ```
pub fn decrypt(
    session_keys: &[impl AsRef<[u8]>],
    iv: &[u8],
    data: &mut [u8],
    rules: &Rules,
    output: &mut Output,
) -> Result<OpenData, Error> {
    // The data as it came, for the keys behind the first.
    let ciphertext = if session_keys.len() > 1 && data.len() <= MAX_DATA_LENGTH {
        data.to_vec()
    } else {
        Vec::new()
    };
    let mut deadline = Deadline::default();
    let mut error = None;
    for (index, session_key) in session_keys.iter().enumerate() {
        if index > 0 && !ciphertext.is_empty() {
            data.copy_from_slice(&ciphertext);
        }
        let checked = decrypt_blocks(session_key.as_ref(), iv, data)
            .and_then(|()| deadline.run(data.len(), || check(data, rules, output)));
        match checked {
            Ok(open_data) => return Ok(open_data),
            Err(_) if error == Some(Error::SessionKeyLength) => {}
            Err(next) => error = error.max(Some(next)),
        }
    }
    deadline.wait();
    Err(error.unwrap_or(Error::SessionKeyLength))
}

/// Checks what can be rejected by its length, then decrypts.
fn decrypt_blocks(session_key: &[u8], iv: &[u8], data: &mut [u8]) -> Result<(), Error> {
    if session_key.len() != SESSION_KEY_LENGTH {
        return Err(Error::SessionKeyLength);
    }
    if iv.len() != BLOCK {
        return Err(Error::IvLength);
    }
    if data.len() > MAX_DATA_LENGTH {
        return Err(Error::DataLength);
    }
    aes_cbc::decrypt_blocks(session_key, iv, data).map_err(|_| Error::DataLength)
}

fn check(decrypted: &[u8], rules: &Rules, output: &mut Output) -> Result<OpenData, Error> {
    let plaintext = aes_cbc::unpad(decrypted).map_err(|_| Error::Undecryptable)?;
    let is_ascii = plaintext.is_ascii();
    let mut claims = forms::read(plaintext, is_ascii, &rules.expected, output.record);
    let has_record = claims.is_some();
    let utf16_length = if is_ascii {
        None
    } else {
        Some(decode_utf8(plaintext, output.utf16).ok_or(Error::Undecryptable)?)
    };
    if !has_record {
        claims = json::read_claims(plaintext, &rules.expected);
    }
    verify(&claims.ok_or(Error::Undecryptable)?, rules)?;
    Ok(OpenData {
        length: plaintext.len(),
        utf16_length,
        has_record,
    })
}

/// Writes valid UTF-8 as UTF-16 and returns its length.
fn decode_utf8(plaintext: &[u8], utf16: &mut Vec<u16>) -> Option<usize> {
    if utf16.len() < plaintext.len() {
        utf16.resize(plaintext.len(), 0);
    }
    convert_utf8_to_utf16_without_replacement(plaintext, utf16)
}

/// Checks JSON that WeChat's server has sent in the clear by the same rules. It must be valid UTF-8.
///
/// # Errors
///
/// [`Error::Undecryptable`] where it is not JSON, and what follows it in [`Error`].
pub fn check_plaintext(plaintext: &[u8], rules: &Rules) -> Result<(), Error> {
    let claims = json::read_claims(plaintext, &rules.expected).ok_or(Error::Undecryptable)?;
    verify(&claims, rules)
}

/// The one place in which claims become a decision.
fn verify(claims: &Claims, rules: &Rules) -> Result<(), Error> {
    if !claims.app_id {
        return Err(Error::Watermark);
    }
    if rules.expected.open_id.is_some() && !claims.open_id {
        return Err(Error::OpenId);
    }
    if let Some(MaxAge { now, seconds }) = rules.age {
        let age = claims.timestamp.map(|timestamp| now - timestamp);
        if !age.is_some_and(|age| (-MAX_CLOCK_SKEW..=seconds).contains(&age)) {
            return Err(Error::Expired);
        }
    }
    Ok(())
}
