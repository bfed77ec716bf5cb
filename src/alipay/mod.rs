//! Alipay open data (`my.getPhoneNumber` and similar APIs): message + keys → verified plaintext.
//!
//! The rule is Alipay's (opendocs.alipay.com/common/02mse3): the message carries AES-CBC ciphertext and an RSA
//! signature over it. Alipay's page lets servers skip verification if the message has no signature; here
//! nothing is returned that Alipay has not signed, because anyone can post a message.
//!
//! - [`message`]: the text of the message and its fields.
//! - [`public_key`], [`aes_key`] and [`key_text`]: the keys and the forms in which they are configured.
//! - [`signature`]: verification, and the RSA libraries.

use std::borrow::Cow;

use serde::de::IgnoredAny;

use crate::common::{aes_cbc, base64};

pub mod aes_key;
pub mod key_text;
pub mod message;
pub mod public_key;
pub mod signature;

pub use aes_key::AesKey;
use message::{Envelope, Message, Response, UnsignedError};
pub use signature::{SignType, VerifyingKey};

/// Why a message is rejected. Holds nothing from the message except the fields of [`UnsignedError`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The message has none of the forms that Alipay sends.
    #[error("{0}")]
    Message(&'static str),
    /// The message has no signature, so anyone may have written it.
    #[error("the message is not signed")]
    SignMissing,
    /// The signature is not by any of the public keys.
    #[error("the signature does not verify")]
    SignMismatch,
    /// The message names another signature algorithm than the configured one.
    #[error("the `sign_type` of the message is not the configured one")]
    SignType,
    /// The message names another cipher than AES.
    #[error("the `encrypt_type` of the message is not AES")]
    EncryptType,
    /// The message is signed, but none of the AES keys decrypts it to a JSON object.
    #[error("the message does not decrypt to a JSON object")]
    Decrypt,
    /// A plain error without a signature: something to show, not to rely on.
    #[error("the message is an unsigned error")]
    Unsigned(UnsignedError),
}

/// The keys of one app, parsed once and used for every message. The AES keys are zeroed when it is dropped.
pub struct Decryptor {
    /// Any of them may have signed.
    pub public_keys: Vec<VerifyingKey>,
    /// Tried in order; the first that yields a JSON object wins.
    pub aes_keys: Vec<AesKey>,
    /// The only `sign_type` that a message may name.
    pub sign_type: SignType,
}

/// How many envelopes a message may be in: a JSON string with the text of `res`, whose `response` is the text
/// of the message, and one to spare.
const MAX_ENVELOPES: usize = 4;

/// Alipay's iv is always 16 zero bytes.
const IV: [u8; aes_cbc::BLOCK] = [0; aes_cbc::BLOCK];

impl Decryptor {
    /// Verifies a message and returns its plaintext, the text of a JSON object: either decrypted, or a plain
    /// error that Alipay has signed.
    ///
    /// # Errors
    ///
    /// Each of [`Error`]. Nothing is decrypted before the signature has been verified.
    ///
    /// # Examples
    ///
    /// ```
    /// use wxbizdatacrypt_native::alipay::{Decryptor, Error, SignType};
    ///
    /// let decryptor = Decryptor { public_keys: vec![], aes_keys: vec![], sign_type: SignType::Rsa2 };
    /// let forged = r#"{"response":{"code":"10000","mobile":"13800138000"}}"#;
    /// assert_eq!(decryptor.decrypt(forged), Err(Error::SignMissing));
    /// ```
    pub fn decrypt(&self, text: &str) -> Result<String, Error> {
        self.decrypt_envelope(text, MAX_ENVELOPES)
    }

    fn decrypt_envelope(&self, text: &str, max_envelopes: usize) -> Result<String, Error> {
        if max_envelopes == 0 {
            return Err(Error::Message("it is text within text within text"));
        }
        match message::parse(text).map_err(Error::Message)? {
            Envelope::Text(inner) => self.decrypt_envelope(&inner, max_envelopes - 1),
            Envelope::Message(message) => self.decrypt_message(&message),
        }
    }

    fn decrypt_message(&self, message: &Message) -> Result<String, Error> {
        let Some(sign) = &message.sign else {
            return Err(match message.unsigned_error().map_err(Error::Message)? {
                Some(error) => Error::Unsigned(error),
                None => Error::SignMissing,
            });
        };
        self.check_algorithms(message)?;
        let verified = self
            .verify(&message.response, sign)
            .ok_or(Error::SignMismatch)?;
        match &message.response {
            Response::Plain(_) => {
                message::check_plain_error(&verified).map_err(Error::Message)?;
                Ok(verified.into_owned())
            }
            Response::Encrypted { ciphertext, .. } => {
                self.decrypt_ciphertext(ciphertext).ok_or(Error::Decrypt)
            }
        }
    }

    /// The configuration chooses the algorithms, never the message: otherwise an attacker could choose the
    /// weaker one.
    fn check_algorithms(&self, message: &Message) -> Result<(), Error> {
        let is_other = |named: &Option<String>, configured| {
            named.as_deref().is_some_and(|named| named != configured)
        };
        if is_other(&message.sign_type, self.sign_type.name()) {
            return Err(Error::SignType);
        }
        if is_other(&message.encrypt_type, "AES") {
            return Err(Error::EncryptType);
        }
        Ok(())
    }

    /// Returns the text that Alipay has signed, or `None`.
    ///
    /// It is safe to try several candidates, because the one that verifies is what Alipay has signed, and
    /// only that is used afterwards.
    fn verify<'m>(&self, response: &'m Response, sign: &str) -> Option<Cow<'m, str>> {
        let mut signature = vec![0; base64::decoded_capacity(sign.len())];
        let signature = base64::decode(sign.as_bytes(), &mut signature).ok()?;
        response.signed_candidates().find(|candidate| {
            self.public_keys
                .iter()
                .any(|key| key.verify(candidate.as_bytes(), signature))
        })
    }

    fn decrypt_ciphertext(&self, ciphertext: &str) -> Option<String> {
        self.aes_keys.iter().find_map(|key| {
            // Decoded again for each key, because decryption is in place; most apps have one key.
            let mut data = vec![0; base64::decoded_capacity(ciphertext.len())];
            let data = base64::decode(ciphertext.as_bytes(), &mut data).ok()?;
            let plaintext = aes_cbc::decrypt(key.as_bytes(), &IV, data).ok()?;
            let plaintext = str::from_utf8(plaintext).ok()?;
            is_json_object(plaintext).then(|| plaintext.to_owned())
        })
    }
}

fn is_json_object(text: &str) -> bool {
    text.trim_start().starts_with('{') && serde_json::from_str::<IgnoredAny>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use ::base64::Engine as _;
    use ::base64::engine::general_purpose::STANDARD;
    use serde_json::{Value, json};

    use super::*;

    pub(super) fn fixture(name: &str) -> String {
        let fixture: Value =
            serde_json::from_str(include_str!("../../__test__/alipay-keys.json")).unwrap();
        fixture[name].as_str().unwrap().to_owned()
    }

    fn decryptor(aes_keys: &[&str]) -> Decryptor {
        Decryptor {
            public_keys: vec![public_key::parse(&fixture("leaf"), SignType::Rsa2).unwrap()],
            aes_keys: aes_keys
                .iter()
                .map(|key| AesKey::parse(key).unwrap())
                .collect(),
            sign_type: SignType::Rsa2,
        }
    }

    #[test]
    fn decrypts_a_signed_message() {
        let key = fixture("aesKey");
        let other = "aa4BtZ4tspm2wnXLb1ThQA==";
        for keys in [&[&*key][..], &[other, &key], &[&key, other]] {
            assert_eq!(
                decryptor(keys).decrypt(&fixture("message")),
                Ok(fixture("plaintext"))
            );
        }
        assert_eq!(
            decryptor(&[other]).decrypt(&fixture("message")),
            Err(Error::Decrypt)
        );
    }

    #[test]
    fn rejects_a_message_with_any_bit_changed() {
        let decryptor = decryptor(&[&fixture("aesKey")]);
        let mut message: Value = serde_json::from_str(&fixture("message")).unwrap();
        for field in ["response", "sign"] {
            let original = message[field].as_str().unwrap().to_owned();
            for index in 0..original.len() {
                for bit in 0..7 {
                    let mut bytes = original.clone().into_bytes();
                    bytes[index] ^= 1 << bit;
                    message[field] = json!(String::from_utf8(bytes).unwrap());
                    let outcome = decryptor.decrypt(&message.to_string());
                    assert_eq!(outcome, Err(Error::SignMismatch));
                }
            }
            message[field] = json!(original);
        }
        assert!(decryptor.decrypt(&message.to_string()).is_ok());
    }

    // alipay-sdk-java-all, EncryptTest.
    #[test]
    fn official_vectors() {
        for (key, ciphertext, plaintext) in [
            (
                "aa4BtZ4tspm2wnXLb1ThQA==",
                "ILpoMowjIQjfYMR847rnFQ==",
                "test1234567",
            ),
            (
                "vEARwBsVE8dBrk0tiaNQtQ==",
                "Xg5Qdr1jGhRugqAdBHYgl94KzwIqcaA37/dMvR1PeSc=",
                "test1234567你好",
            ),
        ] {
            let mut data = [0; 48];
            let data = base64::decode(ciphertext.as_bytes(), &mut data).unwrap();
            let key = AesKey::parse(key).unwrap();
            let decrypted = aes_cbc::decrypt(key.as_bytes(), &IV, data);
            assert_eq!(decrypted, Ok(plaintext.as_bytes()));
        }
    }

    #[test]
    fn accepts_only_the_configured_algorithms() {
        let decryptor = decryptor(&[&fixture("aesKey")]);
        let decrypt = |field: &str, value: &str| {
            let mut message: Value = serde_json::from_str(&fixture("message")).unwrap();
            message[field] = json!(value);
            decryptor.decrypt(&message.to_string())
        };
        for (field, value) in [("sign_type", "RSA2"), ("encrypt_type", "AES")] {
            assert_eq!(decrypt(field, value), Ok(fixture("plaintext")));
        }
        for sign_type in ["RSA", "", "rsa2", "SM2"] {
            assert_eq!(decrypt("sign_type", sign_type), Err(Error::SignType));
        }
        for encrypt_type in ["NONE", "", "aes", "SM4"] {
            assert_eq!(
                decrypt("encrypt_type", encrypt_type),
                Err(Error::EncryptType)
            );
        }
    }

    #[test]
    fn a_plaintext_is_a_json_object() {
        let key = AesKey::parse(&fixture("aesKey")).unwrap();
        let decryptor = decryptor(&[&fixture("aesKey")]);
        let decrypt = |plaintext: &[u8]| {
            let ciphertext = aes_cbc::encrypt(key.as_bytes(), &IV, plaintext).unwrap();
            decryptor.decrypt_ciphertext(&STANDARD.encode(ciphertext))
        };
        for text in ["{}", " {\"手机\":1e999}\n", r#"{"a":[{"b":"\ud800"}]}"#] {
            assert_eq!(decrypt(text.as_bytes()).as_deref(), Some(text));
        }
        let others: [&[u8]; 10] = [
            b"",
            b"null",
            b"1",
            b"[]",
            b"\"{}\"",
            b"{",
            b"{}}",
            b"{\"a\":\"\n\"}",
            "\u{feff}{}".as_bytes(),
            b"{\"a\":\"\xff\"}",
        ];
        for text in others {
            assert_eq!(decrypt(text), None, "{}", text.escape_ascii());
        }
        assert_eq!(decryptor.decrypt_ciphertext("AAAA"), None);
        assert_eq!(decryptor.decrypt_ciphertext("****"), None);
    }

    #[test]
    fn limits_the_envelopes() {
        let key = fixture("aesKey");
        let mut text = fixture("message");
        for _ in 1..MAX_ENVELOPES {
            text = json!(text).to_string();
            assert!(decryptor(&[&key]).decrypt(&text).is_ok());
        }
        text = json!(text).to_string();
        assert!(matches!(
            decryptor(&[&key]).decrypt(&text),
            Err(Error::Message(_))
        ));
    }
}
