//! Session keys, data and iv as text, decoded as Node's `Buffer.from` decodes.

use zeroize::Zeroizing;

use super::rules::{Layout, Rules};
use super::{Error, MAX_DATA_LENGTH, OpenData, Output, decrypt};
use crate::common::aes_cbc::BLOCK;
use crate::common::base64;

/// What a call passes as text, in UTF-16: not all runtimes cut a character to its low byte as Node does.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'t> {
    /// `key_count` session keys, which are parts of equal length.
    pub session_keys: &'t [u16],
    /// How many session keys there are.
    pub key_count: usize,
    /// The encrypted data, in base64.
    pub data: &'t [u16],
    /// The iv.
    pub iv: &'t [u16],
}

/// Decodes the texts leniently (see [`super::rules::Encoding::decode`]) and decrypts as [`decrypt`] does. The content
/// of the [`OpenData`] is in `data`, which the caller must clear.
pub fn decrypt_text(
    texts: Texts,
    data: &mut Vec<u8>,
    rules: &Rules,
    output: &mut Output,
) -> Result<OpenData, Error> {
    let &Layout {
        encoding,
        key_length,
        ..
    } = rules.expected.layout;
    // One byte more than fits each, which shows that a value is too long.
    let mut keys = Zeroizing::new(vec![0; (key_length + 1) * texts.key_count]);
    let part = texts.session_keys.len() / texts.key_count.max(1);
    let keys: Vec<&[u8]> = texts
        .session_keys
        .chunks(part.max(1))
        .zip(keys.chunks_mut(key_length + 1))
        .map(|(text, key)| encoding.decode(text, key))
        .collect();
    let mut iv = [0; BLOCK + 1];
    let iv = encoding.decode(texts.iv, &mut iv);
    let capacity = base64::decoded_capacity(texts.data.len()).min(MAX_DATA_LENGTH + 1);
    data.resize(capacity, 0);
    let length = base64::decode_lenient(texts.data, data).min(capacity);
    decrypt(
        &mut keys.into_iter(),
        iv,
        &mut data[..length],
        rules,
        output,
    )
}
