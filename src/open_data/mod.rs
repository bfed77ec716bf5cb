//! What WeChat and Alipay share: strict base64, AES-CBC with PKCS#7 padding, a check for JSON.

pub mod aes_cbc;
pub mod base64;
pub mod json;
