//! What the fuzz targets check of each input. `tests/corpus.rs` checks it of every kept input too.

pub mod base64;
pub mod forms;
pub mod json;
pub mod wechat;
