//! Shared by all platforms: base64, hex, AES-CBC with PKCS#7 padding, comparison of JSON strings, and the deadline
//! that gives all rejections the same time.

pub mod aes_cbc;
pub mod base64;
pub mod clock;
pub mod deadline;
pub mod hex;
pub mod text;
