//! The limits that `lib/` reads from here.

use napi_derive::napi;

use crate::wechat;

/// The greatest length of encrypted data in bytes.
#[napi]
pub const MAX_DATA_LENGTH: u32 = wechat::MAX_DATA_LENGTH as u32;

/// How many numbers a record has.
#[napi]
pub const MAX_NUMBERS: u32 = wechat::forms::MAX_NUMBERS as u32;
