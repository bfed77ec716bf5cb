//! What JS does for a call while it runs (`lib/wasm.js`).

use std::time::Duration;

use crate::alipay::signature::SignType;
use crate::calls::Answer;

mod imports {
    #[link(wasm_import_module = "host")]
    unsafe extern "C" {
        pub safe fn now() -> f64;
        pub safe fn take(kind: u32, start: *const u8, length: usize);
        pub safe fn take_record(start: *const i32, length: usize);
        pub safe fn import_key(key: *const u8, key_length: usize) -> bool;
        pub safe fn verify(is_rsa2: bool, parts: *const [usize; 2]) -> bool;
    }
}

/// The time since some moment.
pub fn now() -> Duration {
    Duration::from_nanos((imports::now() * 1e6) as u64)
}

/// Passes the result. In place of the length of an error is its number.
pub fn take(answer: Answer) {
    match answer {
        Answer::Ascii(text) => imports::take(0, text.as_ptr(), text.len()),
        Answer::Utf16(text) => imports::take(1, text.as_ptr().cast(), text.len()),
        Answer::Bytes(bytes) => imports::take(2, bytes.as_ptr(), bytes.len()),
        Answer::Error(number) => imports::take(3, std::ptr::null(), number as usize),
    }
}

/// Passes what goes to the record of `lib/core.js`.
pub fn take_record(record: &[i32]) {
    imports::take_record(record.as_ptr(), record.len());
}

/// Whether the RSA library accepts a key.
pub fn import_key(pkcs1: &[u8]) -> bool {
    imports::import_key(pkcs1.as_ptr(), pkcs1.len())
}

/// Verifies a signature by the RSA library.
pub fn verify(sign_type: SignType, pkcs1: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let parts = [pkcs1, message, signature].map(|part| [part.as_ptr() as usize, part.len()]);
    imports::verify(sign_type == SignType::Rsa2, parts.as_ptr())
}
