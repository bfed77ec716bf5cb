//! Alipay's keys, as text or, after a NUL, as DER. What is accepted as an AES key is one; a public key that was
//! never used to sign verifies nothing, and is the same key to both RSA libraries.

use ::base64::Engine as _;
use ::base64::engine::general_purpose::STANDARD;
use wxbizdatacrypt_native::alipay::signature::Library;
use wxbizdatacrypt_native::alipay::{AesKey, SignType, VerifyingKey, key_text, public_key};

pub fn check(input: &[u8]) {
    let text = match input {
        [0, der @ ..] => STANDARD.encode(der),
        text => match str::from_utf8(text) {
            Ok(text) => text.to_owned(),
            Err(_) => return,
        },
    };
    for sign_type in [SignType::Rsa2, SignType::Rsa] {
        let Ok(key) = public_key::parse(&text, sign_type) else {
            continue;
        };
        let der = key_text::decode(&text).unwrap();
        let pkcs1 = public_key::parse_der(&der).unwrap();
        let ring = VerifyingKey::with_library(Library::Ring, pkcs1, sign_type)
            .unwrap()
            .expect("ring accepts every key");
        for signature in [&[][..], &[0; 256], &[1; 256], &[0xff; 512]] {
            assert!(!key.verify(b"message", signature));
            assert!(!ring.verify(b"message", signature));
        }
    }
    if let Ok(key) = AesKey::parse(&text) {
        assert!(matches!(key.as_bytes().len(), 16 | 24 | 32));
        if let Ok(bytes) = STANDARD.decode(&text) {
            assert_eq!(key.as_bytes(), bytes);
        }
    }
}
