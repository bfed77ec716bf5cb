//! `decryptText` of strict base64 or hex of usual length: without a heap, and by a decoder that is six times as fast as
//! the lenient one.

use napi::bindgen_prelude::Unknown;

use super::function::Context;
use super::stack::Stack;
use crate::calls::Call;
use crate::common::aes_cbc::BLOCK;
use crate::common::{base64, hex};
use crate::wechat;
use crate::wechat::rules::{Encoding, Layout};

/// Space for the base64 text of data: ten times a phone number, three times a user info.
const DATA_TEXT: usize = 4096;
/// Space for the text of session keys: five of 16 bytes, four of 24.
const KEYS_TEXT: usize = 130;

/// Returns `None`, and has no effect, if an argument is no such text.
pub fn decrypt_text(context: &Context, call: &mut Call) -> Option<()> {
    let &Layout {
        encoding,
        key_length,
        ..
    } = call.layout()?;
    let mut text = Stack::<u8, DATA_TEXT>::new();
    let mut data = Stack::<u8, { base64::decoded_capacity(DATA_TEXT) }>::new();
    let mut keys = Stack::<u8, { BLOCK * 5 }>::new();
    let (mut app_id, mut open_id) = (Stack::<u16, 64>::new(), Stack::<u16, 64>::new());
    let mut iv = [0; BLOCK];

    let keys = keys.zeroed(key_length * call.numbers.key_count)?;
    decode(&context.get(1)?, encoding, key_length, keys)?;
    let text = text.read_latin1(&context.get(2)?)?;
    let data = data.zeroed(base64::decoded_capacity(text.len()))?;
    let data = base64::decode(text, data).ok()?;
    decode(&context.get(3)?, encoding, BLOCK, &mut iv)?;
    let app_id = app_id.read_utf16(&context.get(0)?)?;
    let open_id = match context.len() {
        ..5 => None,
        _ => Some(open_id.read_utf16(&context.get(4)?)?),
    };
    let rules = call.rules(app_id, open_id)?;
    let keys = &mut keys.chunks_exact(key_length);
    let outcome = wechat::decrypt(keys, &iv, data, &rules, &mut call.output);
    call.answer_open_data(outcome, data);
    Some(())
}

/// Decodes text whose parts are the strict encodings of `length` bytes each, and fill `output`.
fn decode(value: &Unknown, encoding: Encoding, length: usize, output: &mut [u8]) -> Option<()> {
    let mut latin1 = Stack::<u8, KEYS_TEXT>::new();
    let is_strict = match (encoding, length) {
        (Encoding::Base64, BLOCK) => {
            let text = latin1.read_latin1(value)?;
            decode_parts(text, output, |text: &[u8; 24], block: &mut [u8; BLOCK]| {
                base64::decode_block(text, block).is_ok()
            })
        }
        (Encoding::Base64, _) => {
            let text = latin1.read_latin1(value)?;
            decode_parts(text, output, |text: &[u8; 32], key: &mut [u8; 24]| {
                base64::decode(text, key).is_ok_and(|bytes| bytes.len() == 24)
            })
        }
        // As UTF-16: another character with the low byte of a digit is none.
        (Encoding::Hex, _) => {
            let mut utf16 = Stack::<u16, KEYS_TEXT>::new();
            hex::decode(utf16.read_utf16(value)?, output) == output.len()
        }
    };
    is_strict.then_some(())
}

/// Decodes part by part. Returns whether the lengths match and `decode` returned true for each.
fn decode_parts<const T: usize, const B: usize>(
    text: &[u8],
    output: &mut [u8],
    decode: impl Fn(&[u8; T], &mut [u8; B]) -> bool,
) -> bool {
    let (texts, rest) = text.as_chunks();
    let (outputs, _) = output.as_chunks_mut();
    let mut is_strict = rest.is_empty() && texts.len() == outputs.len();
    for (text, output) in texts.iter().zip(outputs) {
        is_strict &= decode(text, output);
    }
    is_strict
}
