//! The limits that `lib/` reads from here.

use napi_derive::napi;

use super::wechat::MAX_SESSION_KEYS;
use crate::common::base64::BLOCK_TEXT;
use crate::wechat;

/// The greatest length of encrypted data in bytes.
#[napi]
pub const MAX_DATA_LENGTH: u32 = wechat::MAX_DATA_LENGTH as u32;

/// How many numbers a record has.
#[napi]
pub const MAX_NUMBERS: u32 = wechat::forms::MAX_NUMBERS as u32;

/// The length of a session key in strict base64.
#[napi]
pub const KEY_TEXT_LENGTH: u32 = BLOCK_TEXT as u32;

/// How many session keys are read as text; more are passed as bytes.
#[napi]
pub const MAX_KEY_TEXTS: u32 = MAX_SESSION_KEYS as u32;
