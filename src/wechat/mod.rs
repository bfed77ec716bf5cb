//! Open data by WeChat's rule: session keys + iv + encrypted data → plaintext that has passed every check.
//!
//! The rule is Tencent's ("加密数据解密算法"): AES-CBC with PKCS#7 padding; the plaintext is JSON whose watermark
//! names the mini program that the data was made for. Platforms that adopted it differ in what a
//! [`Layout`](rules::Layout) says.
//!
//! # Security
//!
//! CBC without a MAC is malleable, and an attacker who learns why a ciphertext was rejected can decrypt it by
//! trial. So everything that depends on the plaintext is decided here, at once, and every rejection of
//! data of one length takes the same time ([`crate::common::deadline`]).

pub mod forms;
pub mod frame;
pub mod json;
pub mod rules;
pub mod session_keys;

use std::ops::Range;

use encoding_rs::mem::convert_utf8_to_utf16_without_replacement;
use zeroize::optimization_barrier;

use self::forms::Record;
use self::frame::RANDOM_LENGTH;
use self::rules::{AppId, Layout, Place, Rules};
use self::session_keys::{MAX_KEY, SessionKeys};
use crate::common::aes_cbc::{self, BLOCK};
use crate::common::deadline::Deadline;

/// The greatest length of encrypted data in bytes. Real data has under 4 KiB; the limit bounds how long a
/// rejection takes.
pub const MAX_DATA_LENGTH: usize = 32 * 1024;

/// Why data was rejected, numbered as in `lib/errors.js`. With several keys, the error of the key that passed the
/// most checks is returned. If the first key has the wrong length, that error is returned instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u32)]
pub enum Error {
    /// A session key does not have the length that the layout requires.
    SessionKeyLength,
    /// The iv is not 16 bytes long.
    IvLength,
    /// The data is empty, not whole blocks, or longer than [`MAX_DATA_LENGTH`].
    DataLength,
    /// The padding is not PKCS#7, or the content is not UTF-8, not JSON, or not in a frame: the wrong key, the
    /// wrong iv or changed data.
    Undecryptable,
    /// The watermark, or the app key in the frame, is missing or names another app.
    Watermark,
    /// The open id is missing or names another user.
    OpenId,
    /// The watermark is older than allowed, has no timestamp or one in the future.
    Expired,
}

/// A plaintext that has passed every check.
#[derive(Debug, Clone)]
pub struct OpenData {
    /// Where it is in the decrypted data.
    pub content: Range<usize>,
    /// How many code units of the UTF-16 it fills, where it is not all ASCII.
    pub utf16_length: Option<usize>,
}

/// What a call writes besides the plaintext. Allocated once: allocating takes longer than filling.
pub struct Output<'r> {
    /// Where the values are, if the plaintext has a documented form; else -1 and zeros.
    pub record: &'r mut Record,
    /// The plaintext in UTF-16, where it is not all ASCII.
    pub utf16: &'r mut Vec<u16>,
}

impl Output<'_> {
    /// Overwrites the UTF-16 that data of this length may have filled.
    pub fn clear_utf16(&mut self, length: usize) {
        let used = self.utf16.len().min(length);
        self.utf16[..used].fill(0);
        optimization_barrier(self.utf16.as_slice());
    }
}

/// Decrypts `data` in place under the first of the `session_keys` that gives a plaintext which obeys the
/// `rules`.
///
/// A rejection takes the same time for all plaintexts of this length. `data` and the UTF-16 then hold garbage or the
/// plaintext of other data: the caller must clear them.
pub fn decrypt(
    session_keys: SessionKeys,
    iv: &[u8],
    data: &mut [u8],
    rules: &Rules,
    output: &mut Output,
) -> Result<OpenData, Error> {
    // A copy of the ciphertext, for the keys after the first.
    let ciphertext = if session_keys.count() > 1 && data.len() <= MAX_DATA_LENGTH {
        data.to_vec()
    } else {
        Vec::new()
    };
    let mut deadline = Deadline::default();
    let mut error = None;
    let accepted = aes_cbc::on_clean_stack(|| {
        for index in 0..session_keys.count() {
            let mut buffer = [0; MAX_KEY];
            let session_key = session_keys.get(index, &mut buffer);
            let checked = deadline
                .run_decryption(|| {
                    if index > 0 && !ciphertext.is_empty() {
                        data.copy_from_slice(&ciphertext);
                    }
                    decrypt_blocks(rules.expected.layout, session_key, iv, data)
                })
                .and_then(|()| deadline.run(data.len(), || check(data, rules, output)));
            match checked {
                Ok(open_data) => return Some(open_data),
                Err(_) if error == Some(Error::SessionKeyLength) => {}
                Err(next) => error = error.max(Some(next)),
            }
        }
        None
    });
    if let Some(open_data) = accepted {
        return Ok(open_data);
    }
    clear(output.record);
    deadline.wait();
    Err(error.unwrap_or(Error::SessionKeyLength))
}

/// Checks what can be rejected by its length, then decrypts.
fn decrypt_blocks(
    layout: &Layout,
    session_key: &[u8],
    iv: &[u8],
    data: &mut [u8],
) -> Result<(), Error> {
    if session_key.len() != layout.key_length {
        return Err(Error::SessionKeyLength);
    }
    if iv.len() != BLOCK {
        return Err(Error::IvLength);
    }
    if data.len() > MAX_DATA_LENGTH || !layout.is_data_length(data.len()) {
        return Err(Error::DataLength);
    }
    aes_cbc::decrypt_on_stack(session_key, iv, data).map_err(|_| Error::DataLength)
}

fn check(decrypted: &[u8], rules: &Rules, output: &mut Output) -> Result<OpenData, Error> {
    let layout = rules.expected.layout;
    let Place {
        content: range,
        unpadded,
    } = layout.find_content(decrypted).ok_or(Error::Undecryptable)?;
    let content = &decrypted[range.clone()];
    let is_ascii = content.is_ascii();
    let form = forms::read(content, is_ascii, &rules.expected, output.record);
    let utf16_length = if is_ascii {
        None
    } else {
        Some(decode_utf8(content, output.utf16).ok_or(Error::Undecryptable)?)
    };
    let mut claims = match form {
        Some(claims) => claims,
        None => {
            clear(output.record);
            json::read_claims(content, &rules.expected).ok_or(Error::Undecryptable)?
        }
    };
    if layout.app_id == AppId::Frame {
        if !claims.is_object {
            return Err(Error::Undecryptable);
        }
        // The frame takes the place of the watermark.
        claims.has_watermark = true;
        claims.app_id = frame::is_app_key(&decrypted[range.end..unpadded], rules.expected.app_id);
    }
    rules::verify(&claims, rules)?;
    Ok(OpenData {
        content: range,
        utf16_length,
    })
}

/// Clears what was read of a form before it turned out to be none, or not to be accepted.
fn clear(record: &mut Record) {
    record.fill(0);
    record[0] = -1;
}

/// Writes valid UTF-8 as UTF-16 and returns its length.
fn decode_utf8(plaintext: &[u8], utf16: &mut Vec<u16>) -> Option<usize> {
    if utf16.len() < plaintext.len() {
        utf16.resize(plaintext.len(), 0);
    }
    convert_utf8_to_utf16_without_replacement(plaintext, utf16)
}

/// Checks JSON that the platform's server has sent in the clear by the same rules. It must be valid UTF-8.
pub fn check_plaintext(plaintext: &[u8], rules: &Rules) -> Result<(), Error> {
    let claims = json::read_claims(plaintext, &rules.expected).ok_or(Error::Undecryptable)?;
    rules::verify(&claims, rules)
}

/// Encrypts `content` as the platform does. `random` and `app_key` are for the frame, if the layout has one.
pub fn encrypt(
    layout: &Layout,
    session_key: &[u8],
    iv: &[u8],
    content: &[u8],
    random: &[u8; RANDOM_LENGTH],
    app_key: &[u8],
) -> Result<Vec<u8>, aes_cbc::Error> {
    if session_key.len() != layout.key_length {
        return Err(aes_cbc::Error::KeyLength);
    }
    if layout.app_id != AppId::Frame {
        return aes_cbc::encrypt(session_key, iv, content);
    }
    let blocks = frame::create(content, random, app_key);
    let mut data = aes_cbc::encrypt(session_key, iv, &blocks)?;
    // Without the block that padding to 16 bytes adds.
    data.truncate(blocks.len());
    Ok(data)
}
