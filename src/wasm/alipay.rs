//! Alipay's methods. The keys stay in JS, which passes them with every call.

use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::arguments::Arguments;
use super::{Numbers, Outcome, State, host};
use crate::alipay::key_text::{self, KeyError};
use crate::alipay::message::MessageError;
use crate::alipay::{AesKey, Decryptor, Error, SignType, VerifyingKey, public_key};

/// `parsePublicKey(text)` passes a PKCS#1 structure. The first number is 1 for RSA2, the second 1 if the text is
/// bytes.
pub fn parse_public_key(mut arguments: Arguments, numbers: &Numbers, _: &mut State) -> Outcome {
    let text = key_text(&mut arguments, numbers);
    pass_key(public_key::parse(&text, sign_type(numbers)).map(|key| host::take_bytes(key.pkcs1())))
}

/// `parseAesKey(text)` passes its bytes.
pub fn parse_aes_key(mut arguments: Arguments, numbers: &Numbers, _: &mut State) -> Outcome {
    let text = key_text(&mut arguments, numbers);
    pass_key(AesKey::parse(&text).map(|key| host::take_bytes(key.as_bytes())))
}

fn sign_type(numbers: &Numbers) -> SignType {
    match numbers.row {
        1 => SignType::Rsa2,
        _ => SignType::Rsa,
    }
}

fn key_text(arguments: &mut Arguments, numbers: &Numbers) -> Zeroizing<String> {
    match numbers.key_count {
        1 => key_text::from_bytes(arguments.bytes().to_vec()),
        _ => arguments.string(),
    }
}

fn pass_key(parsed: Result<(), KeyError>) -> Outcome {
    parsed.map_err(|error| pass_rejection(&json!([error.reason(), error.number()])))
}

/// Passes a rejection as JSON and returns the number that says so.
fn pass_rejection(rejection: &Value) -> u32 {
    pass_text(&rejection.to_string());
    0
}

fn pass_text(text: &str) {
    if text.is_ascii() {
        host::take_ascii(text.as_bytes());
    } else {
        host::take_utf16(&Zeroizing::new(text.encode_utf16().collect::<Vec<u16>>()));
    }
}

/// `decrypt(text, ...aesKeys, ...publicKeys)` passes the plaintext, or a rejection as `node` returns it. The first
/// number is 1 for RSA2, the second how many AES keys there are.
pub fn decrypt(mut arguments: Arguments, numbers: &Numbers, _: &mut State) -> Outcome {
    let text = arguments.string();
    let sign_type = sign_type(numbers);
    let aes_keys = (0..numbers.key_count)
        .map(|_| AesKey::from_bytes(arguments.bytes()))
        .collect();
    let mut public_keys = Vec::new();
    while !arguments.0.is_empty() {
        public_keys.push(VerifyingKey::new(arguments.bytes(), sign_type).map_err(|_| 0_u32)?);
    }
    let decryptor = Decryptor {
        public_keys,
        aes_keys,
        sign_type,
    };
    let error = match decryptor.decrypt(&text) {
        Ok(plaintext) => {
            pass_text(&plaintext);
            return Ok(());
        }
        Err(error) => error,
    };
    let (code, reason) = (error.code(), error.reason());
    Err(pass_rejection(&match error {
        Error::Message(MessageError::NotAString(field)) => json!([code, reason, field]),
        Error::Unsigned(error) => {
            let answer = [Some(error.code), error.msg, error.sub_code, error.sub_msg];
            json!([code, reason, null, answer])
        }
        _ => json!([code, reason]),
    }))
}
