//! Alipay's keys, as text or, after a NUL, as DER. What is accepted as an AES key is one; a public key that was
//! never used to sign verifies nothing, and is the same key to both RSA libraries.

#![no_main]

#[path = "../checks/mod.rs"]
#[allow(dead_code)]
mod checks;

libfuzzer_sys::fuzz_target!(|input: &[u8]| checks::alipay_keys::check(input));
