//! The check for garbage: what it refuses, serde_json refuses too, decoded as JavaScript decodes it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use wxbizdatacrypt_native::open_data::json;

fuzz_target!(|plaintext: &[u8]| {
    if json::is_refused(plaintext) {
        let text = String::from_utf8_lossy(plaintext);
        assert!(serde_json::from_str::<Value>(&text).is_err());
    }
});
