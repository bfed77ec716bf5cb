//! Alipay's keys, as text or, after a NUL, as DER. An accepted AES key has one of its lengths; a public key that was
//! never used to sign verifies nothing.

use ::base64::Engine as _;
use ::base64::engine::general_purpose::STANDARD;
use wxbizdatacrypt_native::alipay::{AesKey, SignType, public_key};

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
        for signature in [&[][..], &[0; 256], &[1; 256], &[0xff; 512]] {
            assert!(!key.verify(b"message", signature));
        }
    }
    if let Ok(key) = AesKey::parse(&text) {
        assert!(matches!(key.as_bytes().len(), 16 | 24 | 32));
        if let Ok(bytes) = STANDARD.decode(&text) {
            assert_eq!(key.as_bytes(), bytes);
        }
    }
}
