//! Verifies and decrypts Alipay open data (`my.getPhoneNumber` and similar APIs).
//!
//! The rule is Alipay's (opendocs.alipay.com/common/02mse3): the message carries AES-CBC ciphertext and an RSA
//! signature over it. Alipay's page lets servers skip verification if the message has no signature; here
//! nothing is returned that Alipay has not signed, because anyone can post a message.
//!
//! - [`message`]: the text of the message and its fields.
//! - [`public_key`], [`aes_key`] and [`key_text`]: the keys and the forms in which they are configured.
//! - [`signature`]: verification, and the RSA library.

use std::borrow::Cow;
use std::mem;

use serde::de::IgnoredAny;
use zeroize::Zeroizing;

use crate::common::{aes_cbc, base64};

/// Declares errors whose variants have names for programs, by which `lib/messages.js` words them.
macro_rules! reasons {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $(($value:ty))? => $reason:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $(#[doc = $reason] $variant $(($value))?,)*
        }

        impl $name {
            /// Returns the name of the error for programs.
            pub fn reason(self) -> &'static str {
                match self {
                    $($name::$variant { .. } => $reason,)*
                }
            }
        }
    };
}

pub mod aes_key;
pub mod key_text;
pub mod message;
pub mod public_key;
pub mod signature;

pub use aes_key::AesKey;
use message::{Envelope, Message, MessageError, Response, UnsignedError};
pub use signature::{SignType, VerifyingKey};

/// Why a message is rejected. Contains nothing from the message except the fields of [`UnsignedError`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// The message has none of the forms that Alipay sends.
    Message(MessageError),
    /// The message has no signature, so anyone may have written it.
    SignMissing,
    /// The signature is not by any of the public keys.
    SignMismatch,
    /// The message names another signature algorithm than the configured one.
    SignType,
    /// The message names another cipher than AES.
    EncryptType,
    /// The message is signed, but none of the AES keys decrypts it to a JSON object.
    Decrypt,
    /// The message is a plain error without a signature: something to show, not to rely on.
    Unsigned(UnsignedError),
}

impl Error {
    /// Returns the public `code` of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Error::Message(_) => "ERR_ALIPAY_MESSAGE",
            Error::SignMissing => "ERR_ALIPAY_SIGN_MISSING",
            Error::SignMismatch => "ERR_ALIPAY_SIGN_MISMATCH",
            Error::SignType | Error::EncryptType => "ERR_ALIPAY_ALGORITHM",
            Error::Decrypt => "ERR_ALIPAY_DECRYPT",
            Error::Unsigned(_) => "ERR_ALIPAY_UNSIGNED",
        }
    }

    /// Returns the name of the error for programs.
    pub fn reason(&self) -> &'static str {
        match self {
            Error::Message(error) => error.reason(),
            Error::SignMissing => "sign-missing",
            Error::SignMismatch => "sign-mismatch",
            Error::SignType => "sign-type",
            Error::EncryptType => "encrypt-type",
            Error::Decrypt => "undecryptable",
            Error::Unsigned(_) => "unsigned",
        }
    }
}

impl From<MessageError> for Error {
    fn from(error: MessageError) -> Error {
        Error::Message(error)
    }
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
    /// Nothing is decrypted before the signature has been verified.
    pub fn decrypt(&self, text: &str) -> Result<Zeroizing<String>, Error> {
        self.decrypt_envelope(text, MAX_ENVELOPES)
    }

    fn decrypt_envelope(
        &self,
        text: &str,
        max_envelopes: usize,
    ) -> Result<Zeroizing<String>, Error> {
        if max_envelopes == 0 {
            return Err(MessageError::Nested.into());
        }
        match message::parse(text)? {
            Envelope::Text(inner) => self.decrypt_envelope(&inner, max_envelopes - 1),
            Envelope::Message(message) => self.decrypt_message(&message),
        }
    }

    fn decrypt_message(&self, message: &Message) -> Result<Zeroizing<String>, Error> {
        let Some(sign) = &message.sign else {
            return Err(match message.unsigned_error()? {
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
                message::check_plain_error(&verified)?;
                Ok(Zeroizing::new(verified.into_owned()))
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

    fn decrypt_ciphertext(&self, ciphertext: &str) -> Option<Zeroizing<String>> {
        self.aes_keys.iter().find_map(|key| {
            // Decoded again for each key, because decryption is in place; most apps have one key.
            let mut data = Zeroizing::new(vec![0; base64::decoded_capacity(ciphertext.len())]);
            let decoded = base64::decode(ciphertext.as_bytes(), &mut data).ok()?;
            let plaintext = aes_cbc::decrypt(key.as_bytes(), &IV, decoded).ok()?;
            let length = plaintext.len();
            if !is_json_object(plaintext) {
                return None;
            }
            data.truncate(length);
            // The same memory, so that there is no other copy.
            String::from_utf8(mem::take(&mut *data))
                .map(Zeroizing::new)
                .ok()
        })
    }
}

fn is_json_object(text: &[u8]) -> bool {
    str::from_utf8(text).is_ok_and(|text| {
        text.trim_start().starts_with('{') && serde_json::from_str::<IgnoredAny>(text).is_ok()
    })
}
