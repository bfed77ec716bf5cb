//! Alipay's function for JS.

use napi::bindgen_prelude::{
    Env, FromNapiValue as _, FunctionCallContext, Result, Status, ToNapiValue, Uint8Array, Unknown,
};
use napi::{JsValue as _, ValueType, sys};
use napi_derive::napi;
use zeroize::Zeroizing;

use super::string;
use crate::alipay::key_text::KeyError;
use crate::alipay::message::UnsignedError;
use crate::alipay::{AesKey, Decryptor, Error, SignType, public_key};

/// Parses the keys, each a string or a Uint8Array of UTF-8, and returns a function that uses them,
/// `decrypt(text)`; or, if a key is rejected, a string with the name of its option and what is wrong with it.
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
    let parsed = parse_each("alipayPublicKey", &public_keys, |text| {
        public_key::parse(text, sign_type)
    })
    .and_then(|public_keys| {
        Ok(Decryptor {
            public_keys,
            aes_keys: parse_each("aesKey", &aes_keys, AesKey::parse)?,
            sign_type,
        })
    });
    match parsed {
        Ok(decryptor) => {
            let function = env
                .create_function_from_closure::<(), _, _>("decrypt", move |call| {
                    decrypt(&call, &decryptor)
                })?;
            Ok(function.raw())
        }
        Err(reason) => Ok(reason.into_unknown(env)?.raw()),
    }
}

fn parse_each<T>(
    option: &str,
    values: &[Unknown],
    parse: impl Fn(&str) -> std::result::Result<T, KeyError>,
) -> std::result::Result<Vec<T>, String> {
    let mut keys = Vec::with_capacity(values.len());
    for (index, value) in values.iter().enumerate() {
        let key = match read_text(value) {
            Ok(text) => parse(&text).map_err(|error| error.to_string()),
            Err(error) => Err(error.reason.clone()),
        };
        keys.push(key.map_err(|reason| match values.len() {
            1 => format!("{option}: {reason}"),
            _ => format!("{option}[{index}]: {reason}"),
        })?);
    }
    Ok(keys)
}

/// Copies the text of a key into memory that is zeroed: it may be a private key, given by mistake.
fn read_text(value: &Unknown) -> Result<Zeroizing<String>> {
    if value.get_type()? == ValueType::String {
        // One allocation of the right size, so no other copy is left behind.
        return String::from_unknown(*value).map(Zeroizing::new);
    }
    let mut bytes = Zeroizing::new(Uint8Array::from_unknown(*value)?.to_vec());
    // A comment outside of the PEM block may be in any encoding.
    let mut start = 0;
    while let Err(error) = str::from_utf8(&bytes[start..]) {
        start += error.valid_up_to();
        bytes[start] = b'?';
    }
    let text = String::from_utf8(std::mem::take(&mut *bytes));
    text.map(Zeroizing::new)
        .map_err(|_| napi::Error::from_status(Status::InvalidArg))
}

/// Returns the plaintext, a string; or, if the message is rejected, an array: the error's code and, for some
/// codes, a detail. Not an object, because setters on `Object.prototype` would intercept its properties.
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
    rejection.insert(code(&error))?;
    match error {
        Error::Message(detail) => rejection.insert(detail)?,
        Error::SignType => rejection.insert("sign_type")?,
        Error::EncryptType => rejection.insert("encrypt_type")?,
        Error::Unsigned(UnsignedError {
            code,
            msg,
            sub_code,
            sub_msg,
        }) => rejection.insert(vec![Some(code), msg, sub_code, sub_msg])?,
        Error::SignMissing | Error::SignMismatch | Error::Decrypt => {}
    }
    Ok(rejection.raw())
}

/// The public `code` of the error.
fn code(error: &Error) -> &'static str {
    match error {
        Error::Message(_) => "ERR_ALIPAY_MESSAGE",
        Error::SignMissing => "ERR_ALIPAY_SIGN_MISSING",
        Error::SignMismatch => "ERR_ALIPAY_SIGN_MISMATCH",
        Error::SignType | Error::EncryptType => "ERR_ALIPAY_ALGORITHM",
        Error::Decrypt => "ERR_ALIPAY_DECRYPT",
        Error::Unsigned(_) => "ERR_ALIPAY_UNSIGNED",
    }
}
