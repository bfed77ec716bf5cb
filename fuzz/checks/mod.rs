//! What the fuzz targets check of each input. `tests/corpus.rs` checks it of every kept input too.

pub mod alipay_keys;
pub mod alipay_message;
pub mod base64;
pub mod forms;
pub mod frame;
pub mod json;
pub mod wechat;
