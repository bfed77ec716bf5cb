//! WeChat's functions for JS, and those of the platforms that adopted its rule.
//!
//! A rejection is returned as the number of its [`wechat::Error`] rather than thrown: an error made in JS costs half
//! of one made here, and its stack starts where the user's code called.

use std::cell::RefCell;
use std::rc::Rc;

use napi::bindgen_prelude::{
    Env, FunctionCallContext, Int32Array, Object, Result, Status, ToNapiValue, Uint8Array, Unknown,
};
use napi::{Error, JsValue as _, ValueType, sys};
use napi_derive::napi;
use zeroize::{Zeroizing, optimization_barrier};

use super::buffer::{Buffer, Utf16Buffer};
use super::string::{self, Text};
use crate::baidu;
use crate::common::aes_cbc::{self, BLOCK};
use crate::common::base64::{self, BLOCK_TEXT};
use crate::wechat::forms::MAX_NUMBERS;
use crate::wechat::json::{Expected, Format};
use crate::wechat::{self, MAX_DATA_LENGTH, MaxAge, OpenData, Output, Rules};

/// How many session keys as text are read at once; more of them are passed as bytes.
pub(super) const MAX_SESSION_KEYS: usize = 4;
/// The base64 text of the longest data.
const MAX_DATA_TEXT: usize = MAX_DATA_LENGTH.div_ceil(3) * 4;
/// Stack space for the base64 text of data: ten times a phone number, three times a user info.
const STACK_TEXT: usize = 4096;

/// Two functions that decrypt, and write where the values are to `record`:
///
/// - `decryptText(appId, sessionKeys, encryptedData, iv, openId, now, maxAge, format)`: the session keys one after
///   another in one string, 24 characters each. Returns `undefined` where one of the texts is not strict
///   base64: the caller then decodes leniently and calls
/// - `decryptBytes`, with the same arguments except that `sessionKeys` is an array of Uint8Arrays, and
///   `encryptedData` and `iv` are Uint8Arrays.
///
/// Both return the plaintext as a string, or the number of a [`wechat::Error`]. The record's first number is the
/// form, or -1. The last four arguments may be missing. `format` is the number of a [`Format`], WeChat's if
/// it is missing.
///
/// They are closures rather than `#[napi]` functions, whose call overhead exceeds the decryption of a phone
/// number.
#[napi(catch_unwind)]
pub fn create_decryptor(env: &Env, record: Int32Array) -> Result<Object<'_>> {
    if record.len() != MAX_NUMBERS {
        return Err(invalid("the record"));
    }
    // As large as any data needs from the start: were it to grow, the time of one call would tell the next
    // what data it had.
    let state = Rc::new(RefCell::new((record, vec![0; MAX_DATA_LENGTH])));
    let mut decryptor = Object::new(env)?;
    for (name, decrypt) in [
        ("decryptText", decrypt_text as Decrypt),
        ("decryptBytes", decrypt_bytes),
    ] {
        let state = Rc::clone(&state);
        let function = env.create_function_from_closure::<(), _, _>(name, move |call| {
            let (record, utf16) = &mut *state.borrow_mut();
            // SAFETY: `lib/forms.js` keeps the array to itself, each thread its own, and this call runs no JS:
            // nothing detaches or touches the array meanwhile, and the reference held here keeps it alive.
            let record = unsafe { record.as_mut() };
            let record = record.try_into().map_err(|_| invalid("the record"))?;
            decrypt(&call, &mut Output { record, utf16 })
        })?;
        decryptor.set(name, function)?;
    }
    Ok(decryptor)
}

type Decrypt = fn(&FunctionCallContext, &mut Output) -> Result<sys::napi_value>;

fn decrypt_text(call: &FunctionCallContext, output: &mut Output) -> Result<sys::napi_value> {
    let mut keys_text = Buffer::<{ BLOCK_TEXT * MAX_SESSION_KEYS + 2 }>::new();
    let mut data_text = Buffer::<STACK_TEXT>::new();
    let mut iv_text = Buffer::<{ BLOCK_TEXT + 2 }>::new();
    let (Some(keys_text), Some(data_text), Some(iv_text)) = (
        keys_text.read(&call.get(1)?, BLOCK_TEXT * MAX_SESSION_KEYS),
        data_text.read(&call.get(2)?, MAX_DATA_TEXT),
        iv_text.read(&call.get(3)?, BLOCK_TEXT),
    ) else {
        return not_strict(call);
    };
    panic_if_asked(data_text);

    let mut keys = Buffer::<{ BLOCK * MAX_SESSION_KEYS }>::new();
    let mut data = Buffer::<{ base64::decoded_capacity(STACK_TEXT) }>::new();
    let mut iv = [0; BLOCK];
    let (Some(keys), Some(data)) = (
        keys.zeroed(BLOCK * keys_text.len() / BLOCK_TEXT),
        data.zeroed(base64::decoded_capacity(data_text.len())),
    ) else {
        return not_strict(call);
    };
    let (keys, rest) = keys.as_chunks_mut();
    let mut is_strict = rest.is_empty();
    for (text, key) in keys_text.chunks(BLOCK_TEXT).zip(&mut *keys) {
        is_strict &= base64::decode_block(text, key).is_ok();
    }
    is_strict &= base64::decode_block(iv_text, &mut iv).is_ok();
    match base64::decode(data_text, data) {
        Ok(data) if is_strict => decrypt(call, keys, data, &iv, output),
        _ => not_strict(call),
    }
}

fn decrypt_bytes(call: &FunctionCallContext, output: &mut Output) -> Result<sys::napi_value> {
    let session_keys: Vec<Uint8Array> = call.get(1)?;
    let (data, iv): (Uint8Array, Uint8Array) = (call.get(2)?, call.get(3)?);
    panic_if_asked(&data);
    let mut buffer = Buffer::<0>::new();
    let buffer = buffer.zeroed(data.len()).ok_or_else(out_of_memory)?;
    buffer.copy_from_slice(&data);
    decrypt(call, &session_keys, buffer, &iv, output)
}

fn decrypt(
    call: &FunctionCallContext,
    session_keys: &[impl AsRef<[u8]>],
    data: &mut [u8],
    iv: &[u8],
    output: &mut Output,
) -> Result<sys::napi_value> {
    let mut app_id = Utf16Buffer::new();
    let mut open_id = Utf16Buffer::new();
    let rules = Rules {
        expected: Expected {
            app_id: app_id.read(&call.get(0)?).ok_or_else(|| invalid("appId"))?,
            open_id: match option(call, 4)? {
                Some(value) => Some(open_id.read(&value).ok_or_else(|| invalid("openId"))?),
                None => None,
            },
            format: match option(call, 7)? {
                Some(_) => *Format::ALL
                    .get(call.get::<u32>(7)? as usize)
                    .ok_or_else(|| invalid("format"))?,
                None => Format::WeChat,
            },
        },
        age: match option(call, 6)? {
            Some(_) => Some(MaxAge {
                now: call.get(5)?,
                seconds: call.get(6)?,
            }),
            None => None,
        },
    };
    let (outcome, start) = match rules.expected.format {
        Format::Baidu => (
            baidu::decrypt(session_keys, iv, data, &rules, output.utf16),
            baidu::CONTENT,
        ),
        _ => (wechat::decrypt(session_keys, iv, data, &rules, output), 0),
    };
    if !matches!(
        outcome,
        Ok(OpenData {
            has_record: true,
            ..
        })
    ) {
        // What was read of a form before it turned out to be none, or not to be accepted.
        output.record.fill(0);
        output.record[0] = -1;
    }
    let value = match &outcome {
        Ok(open_data) => {
            let text = match open_data.utf16_length {
                Some(length) => Text::Utf16(&output.utf16[..length]),
                None => Text::Ascii(&data[start..][..open_data.length]),
            };
            string::create_text(call.env, text)
                .ok_or_else(out_of_memory)?
                .raw()
        }
        Err(error) => (*error as u32).into_unknown(call.env)?.raw(),
    };
    if !matches!(
        outcome,
        Ok(OpenData {
            utf16_length: None,
            ..
        })
    ) {
        let used = output.utf16.len().min(data.len());
        output.utf16[..used].fill(0);
        optimization_barrier(output.utf16.as_slice());
    }
    Ok(value)
}

/// An argument that is there and not `undefined`.
fn option<'a>(call: &FunctionCallContext<'a>, index: usize) -> Result<Option<Unknown<'a>>> {
    if index >= call.length() {
        return Ok(None);
    }
    let value: Unknown = call.get(index)?;
    Ok((value.get_type()? != ValueType::Undefined).then_some(value))
}

fn not_strict(call: &FunctionCallContext) -> Result<sys::napi_value> {
    Ok(().into_unknown(call.env)?.raw())
}

fn out_of_memory() -> Error {
    Error::new(Status::GenericFailure, "out of memory")
}

fn invalid(name: &str) -> Error {
    Error::new(Status::InvalidArg, format!("{name} has a wrong type"))
}

/// Checks JSON that came in the clear by the same rules. `None` where it obeys them, else the number of a
/// [`wechat::Error`].
#[napi(catch_unwind)]
pub fn check_plaintext(
    app_id: Unknown,
    plaintext: String,
    open_id: Option<Unknown>,
    now: Option<f64>,
    max_age: Option<f64>,
) -> Result<Option<u32>> {
    let mut app_id_buffer = Utf16Buffer::new();
    let mut open_id_buffer = Utf16Buffer::new();
    let rules = Rules {
        expected: Expected {
            app_id: app_id_buffer
                .read(&app_id)
                .ok_or_else(|| invalid("appId"))?,
            open_id: match &open_id {
                Some(value) => Some(
                    open_id_buffer
                        .read(value)
                        .ok_or_else(|| invalid("openId"))?,
                ),
                None => None,
            },
            format: Format::WeChat,
        },
        age: now
            .zip(max_age)
            .map(|(now, seconds)| MaxAge { now, seconds }),
    };
    let plaintext = Zeroizing::new(plaintext);
    let checked = wechat::check_plaintext(plaintext.as_bytes(), &rules);
    Ok(checked.err().map(|error| error as u32))
}

/// Encrypts `plaintext` (UTF-8) as WeChat does. `None` where the session key is not 16 bytes long.
#[napi(catch_unwind)]
pub fn encrypt(
    session_key: Uint8Array,
    iv: Uint8Array,
    plaintext: Uint8Array,
) -> Option<Uint8Array> {
    if session_key.len() != wechat::SESSION_KEY_LENGTH {
        return None;
    }
    aes_cbc::encrypt(&session_key, &iv, &plaintext)
        .ok()
        .map(Uint8Array::from)
}

/// Encrypts `content` (UTF-8) as Baidu does. `None` where the session key is not 24 bytes long.
#[napi(catch_unwind)]
pub fn encrypt_baidu(
    session_key: Uint8Array,
    iv: Uint8Array,
    random: Uint8Array,
    content: Uint8Array,
    app_key: Uint8Array,
) -> Result<Option<Uint8Array>> {
    let random = (&*random).try_into().map_err(|_| invalid("random"))?;
    let data = baidu::encrypt(&session_key, &iv, random, &content, &app_key);
    Ok(data.ok().map(Uint8Array::from))
}

/// Panics on the data `panic`, in a build for `__test__/panic.test.js` and in no other.
fn panic_if_asked(encrypted_data: &[u8]) {
    if cfg!(feature = "test-panic") {
        assert!(encrypted_data != b"panic", "provoked by a test");
    }
}
