//! `decryptText` of usual lengths and strict base64: from buffers that are allocated once, and by a decoder that is six
//! times as fast as the lenient one.

use napi::bindgen_prelude::Unknown;
use napi::{JsValue as _, sys};
use zeroize::optimization_barrier;

use super::function::Context;
use crate::calls::{Call, Texts};
use crate::common::base64;

/// More than the base64 text of any data has, and than the text of five session keys. In characters.
const DATA_TEXT: usize = 44_000;
const TEXT: usize = 132;

pub struct Buffers {
    data_text: Vec<u8>,
    data: Vec<u8>,
    session_keys: [u16; TEXT],
    others: [[u16; TEXT]; 3],
}

impl Buffers {
    pub fn new() -> Buffers {
        Buffers {
            data_text: vec![0; DATA_TEXT],
            data: vec![0; base64::decoded_capacity(DATA_TEXT)],
            session_keys: [0; TEXT],
            others: [[0; TEXT]; 3],
        }
    }
}

/// Returns `None`, and has no effect, if an argument is no such text.
pub fn decrypt_text(context: &Context, call: &mut Call, buffers: &mut Buffers) -> Option<()> {
    let done = decrypt(context, call, buffers);
    buffers.session_keys.fill(0);
    optimization_barrier(&buffers.session_keys);
    done
}

fn decrypt(context: &Context, call: &mut Call, buffers: &mut Buffers) -> Option<()> {
    let [app_id, iv, open_id] = &mut buffers.others;
    let texts = Texts {
        app_id: read_utf16(&context.get(0)?, app_id)?,
        session_keys: read_utf16(&context.get(1)?, &mut buffers.session_keys)?,
        iv: read_utf16(&context.get(3)?, iv)?,
        open_id: match context.get(4) {
            Some(value) => Some(read_utf16(&value, open_id)?),
            None => None,
        },
    };
    let text = read_latin1(&context.get(2)?, &mut buffers.data_text)?;
    let data = base64::decode(text, &mut buffers.data).ok()?;
    call.decrypt_text(&texts, data)
}

/// Reads the code units of a JS string. Returns `None` for another value, and if there is no space for the whole string.
pub fn read_utf16<'b>(value: &Unknown, buffer: &'b mut [u16]) -> Option<&'b [u16]> {
    let (env, value, mut length) = (value.value().env, value.value().value, 0);
    // SAFETY: the value is one of the running call. As many units are written as there is space for, with a NUL.
    let status = unsafe {
        let start = buffer.as_mut_ptr();
        sys::napi_get_value_string_utf16(env, value, start, buffer.len(), &mut length)
    };
    // A full buffer may have been too short.
    (status == sys::Status::napi_ok && length + 1 < buffer.len()).then(|| &buffer[..length])
}

/// Reads the characters of a JS string as [`read_utf16`] does, each cut to its low byte by Node (other runtimes differ
/// above U+00FF, but to no character of base64).
fn read_latin1<'b>(value: &Unknown, buffer: &'b mut [u8]) -> Option<&'b [u8]> {
    let (env, value, mut length) = (value.value().env, value.value().value, 0);
    // SAFETY: as above.
    let status = unsafe {
        let start = buffer.as_mut_ptr().cast();
        sys::napi_get_value_string_latin1(env, value, start, buffer.len(), &mut length)
    };
    (status == sys::Status::napi_ok && length + 1 < buffer.len()).then(|| &buffer[..length])
}
