//! Alipay's function for JS.

use napi::bindgen_prelude::{Env, FunctionCallContext, Object, Result, ToNapiValue};
use napi::{JsValue as _, sys};
use napi_derive::napi;
use zeroize::Zeroizing;

use super::string;
use crate::alipay::{AesKey, Decryptor, Error, PublicKey, SignType};

/// Parses the keys once and returns the function that uses them, `decrypt(text)`; or, where a key is
/// refused, a string with the name of its option and what is wrong with it.
///
/// The keys live in the function and nowhere else in JS: they are zeroed when it is collected.
#[napi(catch_unwind)]
pub fn create_alipay_decryptor(
    env: &Env,
    aes_keys: Vec<String>,
    public_keys: Vec<String>,
    rsa2: bool,
) -> Result<sys::napi_value> {
    let aes_keys: Vec<_> = aes_keys.into_iter().map(Zeroizing::new).collect();
    // Someone will give a private key here one day.
    let public_keys: Vec<_> = public_keys.into_iter().map(Zeroizing::new).collect();
    match parse_keys(&aes_keys, &public_keys, rsa2) {
        Ok(decryptor) => {
            let function = env
                .create_function_from_closure::<(), _, _>("decrypt", move |call| {
                    decrypt(&call, &decryptor)
                })?;
            Ok(function.raw())
        }
        Err(refusal) => Ok(refusal.into_unknown(env)?.raw()),
    }
}

fn parse_keys(
    aes_keys: &[Zeroizing<String>],
    public_keys: &[Zeroizing<String>],
    rsa2: bool,
) -> std::result::Result<Decryptor, String> {
    let sign_type = if rsa2 { SignType::Rsa2 } else { SignType::Rsa };
    Ok(Decryptor {
        public_keys: parse_each("alipayPublicKey", public_keys, |text| {
            PublicKey::parse(text, sign_type)
        })?,
        aes_keys: parse_each("aesKey", aes_keys, AesKey::parse)?,
        sign_type,
    })
}

fn parse_each<T, E: std::fmt::Display>(
    option: &str,
    texts: &[Zeroizing<String>],
    parse: impl Fn(&str) -> std::result::Result<T, E>,
) -> std::result::Result<Vec<T>, String> {
    let refuse = |index: usize, error: E| match texts.len() {
        1 => format!("{option}: {error}"),
        _ => format!("{option}[{index}]: {error}"),
    };
    texts
        .iter()
        .enumerate()
        .map(|(index, text)| parse(text).map_err(|error| refuse(index, error)))
        .collect()
}

/// Returns the plaintext, a string; or, where the message is refused, an object with `code`, `message`
/// and, of an unsigned error, `response`.
fn decrypt(call: &FunctionCallContext, decryptor: &Decryptor) -> Result<sys::napi_value> {
    let text: String = call.first_arg()?;
    let error = match decryptor.decrypt(&text) {
        Ok(plaintext) => match string::create(call.env, plaintext.as_bytes()) {
            Some(plaintext) => return Ok(plaintext.raw()),
            None => Error::Decrypt,
        },
        Err(error) => error,
    };
    let mut refusal = Object::new(call.env)?;
    refusal.set("code", error.code())?;
    refusal.set("message", error.to_string())?;
    if let Error::Unsigned(unsigned) = error {
        let mut response = Object::new(call.env)?;
        response.set("code", unsigned.code)?;
        for (name, value) in [
            ("msg", unsigned.msg),
            ("subCode", unsigned.sub_code),
            ("subMsg", unsigned.sub_msg),
        ] {
            if let Some(value) = value {
                response.set(name, value)?;
            }
        }
        refusal.set("response", response)?;
    }
    Ok(refusal.raw())
}
