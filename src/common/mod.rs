//! What the platforms share: strict base64, AES-CBC with PKCS#7 padding, text to compare with, and the
//! deadline that gives all rejections the same time.

pub mod aes_cbc;
pub mod base64;
pub mod deadline;
pub mod text;
