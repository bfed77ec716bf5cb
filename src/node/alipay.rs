//! Alipay's function for JS.

use napi::bindgen_prelude::{
    Env, FromNapiValue as _, FunctionCallContext, Null, Result, Uint8Array, Unknown,
};
use napi::{JsValue as _, ValueType, sys};
use napi_derive::napi;
use zeroize::Zeroizing;

use super::string;
use crate::alipay::key_text::{self, KeyError};
use crate::alipay::message::MessageError;
use crate::alipay::{AesKey, Decryptor, Error, SignType, public_key};

/// Parses the keys, each a string or a Uint8Array of UTF-8, and returns a function that uses them,
/// `decrypt(text)`; or, if a key is rejected, an array as from `decrypt`, in which `place` is the option.
///
/// In JS, the keys exist only inside that function. The AES keys are zeroed when it is collected.
#[napi(catch_unwind)]
pub fn create_alipay_decryptor(
    env: &Env,
    aes_keys: Vec<Unknown>,
    public_keys: Vec<Unknown>,
    rsa2: bool,
) -> Result<sys::napi_value> {
    let sign_type = if rsa2 { SignType::Rsa2 } else { SignType::Rsa };
    let public_keys = parse_each("alipayPublicKey", &public_keys, |text| {
        public_key::parse(text, sign_type)
    })?;
    let aes_keys = parse_each("aesKey", &aes_keys, AesKey::parse)?;
    let decryptor = match (public_keys, aes_keys) {
        (Ok(public_keys), Ok(aes_keys)) => Decryptor {
            public_keys,
            aes_keys,
            sign_type,
        },
        (Err((option, error)), _) | (_, Err((option, error))) => {
            let mut rejection = env.create_array(0)?;
            rejection.insert("ERR_ALIPAY_CONFIG")?;
            rejection.insert(error.reason())?;
            rejection.insert(option)?;
            rejection.insert(error.number().map(|number| number as u32))?;
            return Ok(rejection.raw());
        }
    };
    let function = env.create_function_from_closure::<(), _, _>("decrypt", move |call| {
        decrypt(&call, &decryptor)
    })?;
    Ok(function.raw())
}

/// The option with a rejected key, with its index if it has several, and the error.
type KeyRejection = (String, KeyError);

fn parse_each<T>(
    option: &str,
    values: &[Unknown],
    parse: impl Fn(&str) -> std::result::Result<T, KeyError>,
) -> Result<std::result::Result<Vec<T>, KeyRejection>> {
    let mut keys = Vec::with_capacity(values.len());
    for (index, value) in values.iter().enumerate() {
        match parse(&read_text(value)?) {
            Ok(key) => keys.push(key),
            Err(error) => {
                let option = match values.len() {
                    1 => option.to_owned(),
                    _ => format!("{option}[{index}]"),
                };
                return Ok(Err((option, error)));
            }
        }
    }
    Ok(Ok(keys))
}

/// Copies the text of a key into memory that is zeroed: it may be a private key, given by mistake.
fn read_text(value: &Unknown) -> Result<Zeroizing<String>> {
    if value.get_type()? == ValueType::String {
        // One allocation of the right size, so no other copy is left behind.
        return String::from_unknown(*value).map(Zeroizing::new);
    }
    Ok(key_text::from_bytes(
        Uint8Array::from_unknown(*value)?.to_vec(),
    ))
}

/// Returns the plaintext, a string; or, if the message is rejected, an array `[code, reason, place, detail]`, in
/// which `place` is the field of the message that is wrong, and `detail` an unsigned error as
/// `[code, msg, subCode, subMsg]`; either may be missing or null. Not an object, because setters on
/// `Object.prototype` would intercept its properties.
fn decrypt(call: &FunctionCallContext, decryptor: &Decryptor) -> Result<sys::napi_value> {
    let text: String = call.first_arg()?;
    let error = match decryptor.decrypt(&text) {
        Ok(plaintext) => match string::create(call.env, plaintext.as_bytes()) {
            Some(plaintext) => return Ok(plaintext.raw()),
            None => Error::Decrypt,
        },
        Err(error) => error,
    };
    let mut rejection = call.env.create_array(0)?;
    rejection.insert(error.code())?;
    rejection.insert(error.reason())?;
    match error {
        Error::Message(MessageError::NotAString(field)) => rejection.insert(field)?,
        Error::Unsigned(error) => {
            rejection.insert(Null)?;
            rejection.insert(vec![
                Some(error.code),
                error.msg,
                error.sub_code,
                error.sub_msg,
            ])?;
        }
        _ => {}
    }
    Ok(rejection.raw())
}
