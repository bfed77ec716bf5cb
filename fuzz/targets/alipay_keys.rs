//! Alipay's keys, as text or, behind a NUL, as DER. What is accepted as an AES key is one, and a public
//! key that was never used to sign verifies nothing.

#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use wxbizdatacrypt_native::alipay::{AesKey, PublicKey, SignType};

fuzz_target!(|input: &[u8]| {
    let text = match input {
        [0, der @ ..] => STANDARD.encode(der),
        text => match str::from_utf8(text) {
            Ok(text) => text.to_owned(),
            Err(_) => return,
        },
    };
    for sign_type in [SignType::Rsa2, SignType::Rsa] {
        if let Ok(key) = PublicKey::parse(&text, sign_type) {
            for signature in [&[][..], &[0; 256], &[1; 256], &[0xff; 512]] {
                assert!(!key.verify(sign_type, b"message", signature));
            }
        }
    }
    if let Ok(key) = AesKey::parse(&text) {
        assert!(matches!(key.as_bytes().len(), 16 | 24 | 32));
        if let Ok(bytes) = STANDARD.decode(&text) {
            assert_eq!(key.as_bytes(), bytes);
        }
    }
});
