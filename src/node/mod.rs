//! The Node-API boundary: JS values in, JS values out.
//!
//! A refusal is returned as Tencent's error number and not thrown: an error made in JS costs half of
//! one made here, and its stack starts where the user's code called.

#![allow(unsafe_code)]

mod buffer;
mod string;

use napi::bindgen_prelude::{Env, Result, ToNapiValue, Uint8Array, Unknown};
use napi_derive::napi;

use crate::open_data::base64;
use crate::wechat::{self, TextError};
use buffer::Buffer;

/// Decrypts strict base64 text.
///
/// Returns the plaintext, or the error number, or `undefined` where one of the three is not a string
/// of strict base64: the caller then decodes leniently and calls [`decrypt_bytes`].
#[napi(catch_unwind)]
pub fn decrypt_text<'env>(
    env: &'env Env,
    session_key: Unknown<'env>,
    encrypted_data: Unknown<'env>,
    iv: Unknown<'env>,
) -> Result<Unknown<'env>> {
    let mut session_key_text = Buffer::<32>::new();
    let mut encrypted_data_text = Buffer::<4096>::new();
    let mut iv_text = Buffer::<32>::new();
    let (Some(session_key), Some(encrypted_data), Some(iv)) = (
        session_key_text.read_latin1(&session_key),
        encrypted_data_text.read_latin1(&encrypted_data),
        iv_text.read_latin1(&iv),
    ) else {
        return ().into_unknown(env);
    };

    let mut data = Buffer::<{ base64::decoded_capacity(4096) }>::new();
    let Some(data) = data.zeroed(base64::decoded_capacity(encrypted_data.len())) else {
        return ().into_unknown(env);
    };
    match wechat::decrypt_text(session_key, encrypted_data, iv, data) {
        Ok(plaintext) => answer(env, Ok(plaintext)),
        Err(TextError::Refused(error)) => answer(env, Err(error)),
        Err(TextError::NotStrict(_)) => ().into_unknown(env),
    }
}

/// Decrypts bytes that have been decoded from base64; the answer is [`decrypt_text`]'s.
#[napi(catch_unwind)]
pub fn decrypt_bytes<'env>(
    env: &'env Env,
    session_key: Uint8Array,
    encrypted_data: Uint8Array,
    iv: Uint8Array,
) -> Result<Unknown<'env>> {
    let mut data = encrypted_data.to_vec();
    answer(env, wechat::decrypt(&session_key, &iv, &mut data))
}

/// The plaintext as a JS string, or the error number.
fn answer<'env>(
    env: &'env Env,
    outcome: std::result::Result<&[u8], wechat::Error>,
) -> Result<Unknown<'env>> {
    let error = match outcome {
        Ok(plaintext) => match string::create(env, plaintext) {
            Some(string) => return Ok(string),
            // Longer than any JS string can be; the sample refuses it in the same way.
            None => wechat::Error::IllegalBuffer,
        },
        Err(error) => error,
    };
    error.errcode().into_unknown(env)
}
