//! WeChat's functions for JS.
//!
//! A refusal is returned as Tencent's error number and not thrown: an error made in JS costs half of
//! one made here, and its stack starts where the user's code called.

use std::cell::RefCell;
use std::rc::Rc;

use napi::bindgen_prelude::{
    Env, Error, FunctionCallContext, Int32Array, Object, Result, Status, ToNapiValue, Uint8Array,
};
use napi::{JsValue as _, sys};
use napi_derive::napi;
use zeroize::Zeroizing;

use super::buffer::Buffer;
use super::string;
use crate::open_data::{base64, json};
use crate::shapes::{NUMBERS, Shapes};
use crate::wechat::{self, TextError};

/// Two functions over shapes of their own, which write a record's numbers to `numbers`:
///
/// - `decryptText(sessionKey, encryptedData, iv)` returns the record's text; or the plaintext, where
///   it left -1 as the first number; or the error number; or `undefined` where one of the three is
///   not a string of strict base64: the caller then decodes leniently and calls [`decrypt_bytes`].
/// - `learnShape(plaintext)` returns the number of the shape, or `null`.
///
/// They are closures and not `#[napi]` functions, which spend more time in their frame than it takes
/// to decrypt a phone number.
#[napi(catch_unwind)]
pub fn create_decryptor(env: &Env, numbers: Int32Array) -> Result<Object<'_>> {
    if numbers.len() < NUMBERS {
        return Err(Error::new(Status::InvalidArg, "too few numbers"));
    }
    let state = Rc::new(RefCell::new((Shapes::default(), numbers)));
    let mut decryptor = Object::new(env)?;
    let shared = Rc::clone(&state);
    decryptor.set(
        "decryptText",
        env.create_function_from_closure::<(), _, _>("decryptText", move |call| {
            let (shapes, numbers) = &mut *shared.borrow_mut();
            // SAFETY: the array is `lib/shapes.js`'s own, which keeps it to itself: it is neither
            // detached nor touched while this call runs, and the reference held here keeps it alive.
            decrypt_text(&call, shapes, unsafe { numbers.as_mut() })
        })?,
    )?;
    decryptor.set(
        "learnShape",
        env.create_function_from_closure::<(), _, _>("learnShape", move |call| {
            let plaintext: String = call.first_arg()?;
            let (shapes, numbers) = &mut *state.borrow_mut();
            // SAFETY: as above.
            Ok(shapes
                .learn(plaintext.as_bytes(), unsafe { numbers.as_mut() })
                .map(|number| number as u32))
        })?,
    )?;
    Ok(decryptor)
}

fn decrypt_text(
    call: &FunctionCallContext,
    shapes: &mut Shapes,
    numbers: &mut [i32],
) -> Result<sys::napi_value> {
    let mut session_key_text = Zeroizing::new(Buffer::<32>::new());
    let mut encrypted_data_text = Buffer::<4096>::new();
    let mut iv_text = Buffer::<32>::new();
    let (Some(session_key), Some(encrypted_data), Some(iv)) = (
        session_key_text.read_latin1(&call.get(0)?),
        encrypted_data_text.read_latin1(&call.get(1)?),
        iv_text.read_latin1(&call.get(2)?),
    ) else {
        return undefined(call.env);
    };
    panic_if_asked(encrypted_data);

    let mut data = Buffer::<{ base64::decoded_capacity(4096) }>::new();
    let Some(data) = data.zeroed(base64::decoded_capacity(encrypted_data.len())) else {
        return undefined(call.env);
    };
    let plaintext = match wechat::decrypt_text(session_key, encrypted_data, iv, data) {
        Ok(plaintext) => plaintext,
        Err(TextError::Refused(error)) => return answer(call.env, Err(error)),
        Err(TextError::NotStrict(_)) => return undefined(call.env),
    };
    if let Some(text) = shapes.scan(plaintext, numbers)
        && let Some(text) = string::create_text(call.env, text)
    {
        return Ok(text.raw());
    }
    numbers[0] = -1;
    answer(call.env, Ok(plaintext))
}

/// Decrypts bytes that have been decoded from base64. Returns the plaintext or the error number.
#[napi(catch_unwind)]
pub fn decrypt_bytes(
    env: &Env,
    session_key: Uint8Array,
    encrypted_data: Uint8Array,
    iv: Uint8Array,
) -> Result<sys::napi_value> {
    panic_if_asked(&encrypted_data);
    let mut data = Vec::new();
    data.try_reserve_exact(encrypted_data.len())
        .map_err(|_| Error::new(Status::GenericFailure, "not enough memory to decrypt"))?;
    data.extend_from_slice(&encrypted_data);
    answer(env, wechat::decrypt(&session_key, &iv, &mut data))
}

/// The plaintext as a JS string, or the error number.
fn answer(
    env: &Env,
    outcome: std::result::Result<&[u8], wechat::Error>,
) -> Result<sys::napi_value> {
    let error = match outcome {
        Ok(plaintext) if json::is_refused(plaintext) => wechat::Error::IllegalBuffer,
        Ok(plaintext) => match string::create(env, plaintext) {
            Some(string) => return Ok(string.raw()),
            // Longer than any JS string can be; the sample refuses it in the same way.
            None => wechat::Error::IllegalBuffer,
        },
        Err(error) => error,
    };
    Ok(error.errcode().into_unknown(env)?.raw())
}

fn undefined(env: &Env) -> Result<sys::napi_value> {
    Ok(().into_unknown(env)?.raw())
}

/// Panics on the data `panic`, in a build for `__test__/panic.test.js` and in no other.
fn panic_if_asked(encrypted_data: &[u8]) {
    if cfg!(feature = "test-panic") {
        assert!(encrypted_data != b"panic", "provoked by a test");
    }
}
