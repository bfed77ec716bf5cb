//! What WeChat and Alipay share: strict base64, AES-CBC with PKCS#7 padding.

pub mod aes_cbc;
pub mod base64;
