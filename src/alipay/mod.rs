//! Alipay open data (`my.getPhoneNumber` and its kin): message text + keys → verified plaintext.
//!
//! The rule is Alipay's (opendocs.alipay.com/common/02mse3): the message carries AES-CBC ciphertext
//! and an RSA signature over it. Alipay's page lets servers skip the signature where the message has
//! none; here nothing is returned that Alipay has not signed, for anyone can post a message.
//!
//! - [`message`]: the text and its envelope.
//! - [`public_key`], [`aes_key`] and [`key_text`]: the keys and the forms they come in.
//! - [`signature`]: the RSA library.

use std::borrow::Cow;

use serde::de::IgnoredAny;

use crate::open_data::{aes_cbc, base64};

pub mod aes_key;
pub mod key_text;
pub mod message;
pub mod public_key;
pub mod signature;

pub use aes_key::AesKey;
use message::{Layer, Message, Response, UnsignedError};
pub use public_key::PublicKey;
pub use signature::SignType;

/// Why a message gave no plaintext. The words are for the server's log, never for the client; none of
/// them holds anything of the message but a number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The message is not one of the forms that Alipay sends.
    #[error("The Alipay message cannot be read: {0}")]
    Message(&'static str),
    /// The message is not signed, so that anyone may have made it.
    #[error(
        "The Alipay message has no `sign`, so nothing shows that Alipay made it. Either the client did \
         not pass on all of `res.response`, or 接口加签方式 is not configured for the app in Alipay's \
         console, or someone is forging messages"
    )]
    SignMissing,
    /// The signature is not one by the configured Alipay public keys.
    #[error(
        "The signature of the Alipay message does not verify. Most likely causes, most frequent first: \
         1. `alipayPublicKey` is the app's own public key (应用公钥) and not Alipay's (支付宝公钥); \
         2. the message was changed on its way: `+` became a space, `\"` became `&quot;`, white space \
         came in, or a plain answer was parsed and printed again (pass `res.response` as text); \
         3. the message belongs to another app, or to another environment (sandbox or production); \
         4. in third-party platform mode, `alipayPublicKey` must be the third party's; \
         5. the key was renewed in Alipay's console (give the old and the new one as an array); \
         6. the message is forged"
    )]
    SignMismatch,
    /// The message names another algorithm than the configured one.
    #[error("{0}")]
    Algorithm(&'static str),
    /// The message is Alipay's, but it does not decrypt to a JSON object.
    #[error(
        "The Alipay message is signed by Alipay but does not decrypt. Most likely the AES key was \
         generated again in Alipay's console and `aesKey` is still the old one, or `aesKey` is another \
         app's; in third-party platform mode it must be the merchant app's"
    )]
    Decrypt,
    /// A plain error that nobody signed: to be shown, not to be relied on.
    #[error(
        "The Alipay message is an error with code {}, and it is not signed, so treat it as a hint only \
         (see `response`). For 40001, save the app's keys (接口加签方式) and gateway in Alipay's console; \
         for 40002, its AES key (接口内容加密方式)",
        .0.code
    )]
    Unsigned(UnsignedError),
}

impl Error {
    /// The stable name of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Error::Message(_) => "ERR_ALIPAY_MESSAGE",
            Error::SignMissing => "ERR_ALIPAY_SIGN_MISSING",
            Error::SignMismatch => "ERR_ALIPAY_SIGN_MISMATCH",
            Error::Algorithm(_) => "ERR_ALIPAY_ALGORITHM",
            Error::Decrypt => "ERR_ALIPAY_DECRYPT",
            Error::Unsigned(_) => "ERR_ALIPAY_UNSIGNED",
        }
    }
}

/// The keys of one app, parsed once and used for every message. Zeroes its AES keys when dropped.
pub struct Decryptor {
    /// Any of them may have signed.
    pub public_keys: Vec<PublicKey>,
    /// Tried in order; the first that gives a JSON object wins.
    pub aes_keys: Vec<AesKey>,
    /// What every message is signed with.
    pub sign_type: SignType,
}

/// How many texts may be wrapped in one another: a JSON string that holds `res`, whose `response` is
/// the message.
const MAX_LAYERS: usize = 4;

/// Alipay's iv is always 16 bytes of zero.
const IV: [u8; aes_cbc::BLOCK] = [0; aes_cbc::BLOCK];

impl Decryptor {
    /// Verifies the message and returns its plaintext, the text of a JSON object.
    ///
    /// # Errors
    ///
    /// Each of [`Error`]. Verification comes before decryption, always.
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
        self.decrypt_layer(text, MAX_LAYERS)
    }

    fn decrypt_layer(&self, text: &str, layers: usize) -> Result<String, Error> {
        if layers == 0 {
            return Err(Error::Message("it is text within text within text"));
        }
        match message::parse(text).map_err(Error::Message)? {
            Layer::Text(inner) => self.decrypt_layer(&inner, layers - 1),
            Layer::Message(message) => self.open(&message),
        }
    }

    fn open(&self, message: &Message) -> Result<String, Error> {
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
            Response::Plain(_) => Ok(verified.into_owned()),
            Response::Encrypted { ciphertext, .. } => {
                self.decrypt_verified(ciphertext).ok_or(Error::Decrypt)
            }
        }
    }

    /// The configuration chooses the algorithms. A message that names others is refused, so that
    /// nobody can have us verify with a weaker one.
    fn check_algorithms(&self, message: &Message) -> Result<(), Error> {
        let sign_type = message.sign_type.as_deref();
        if sign_type.is_some_and(|named| named != self.sign_type.name()) {
            return Err(Error::Algorithm(
                "The `sign_type` of the Alipay message is not the configured `signType`",
            ));
        }
        let encrypt_type = message.encrypt_type.as_deref();
        if encrypt_type.is_some_and(|named| named != "AES") {
            return Err(Error::Algorithm(
                "The `encrypt_type` of the Alipay message is not AES",
            ));
        }
        Ok(())
    }

    /// Returns the text that Alipay has signed, or nothing.
    ///
    /// Each kind of response has two candidates; trying both is safe, because what verifies is what
    /// Alipay has signed, whichever it is, and only that is used afterwards.
    fn verify<'m>(&self, response: &'m Response, sign: &str) -> Option<Cow<'m, str>> {
        let mut signature = vec![0; base64::decoded_capacity(sign.len())];
        let signature = base64::decode(sign.as_bytes(), &mut signature).ok()?;
        response.signed_candidates().find(|candidate| {
            self.public_keys
                .iter()
                .any(|key| key.verify(self.sign_type, candidate.as_bytes(), signature))
        })
    }

    fn decrypt_verified(&self, ciphertext: &str) -> Option<String> {
        self.aes_keys.iter().find_map(|key| {
            // Decoded anew for each key, since decryption is in place; most have one key.
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
    use serde_json::{Value, json};

    use super::*;

    pub(super) fn fixture(name: &str) -> String {
        let fixture: Value =
            serde_json::from_str(include_str!("../../__test__/alipay-keys.json")).unwrap();
        fixture[name].as_str().unwrap().to_owned()
    }

    fn decryptor(aes_keys: &[&str]) -> Decryptor {
        Decryptor {
            public_keys: vec![PublicKey::parse(&fixture("leaf"), SignType::Rsa2).unwrap()],
            aes_keys: aes_keys
                .iter()
                .map(|key| AesKey::parse(key).unwrap())
                .collect(),
            sign_type: SignType::Rsa2,
        }
    }

    #[test]
    fn a_signed_message_gives_its_plaintext() {
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
    fn every_bit_of_a_message_counts() {
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
    fn layers_have_an_end() {
        let key = fixture("aesKey");
        let mut text = fixture("message");
        for _ in 1..MAX_LAYERS {
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
