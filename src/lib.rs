//! Decrypts and checks the open data of WeChat, Alipay and other mini programs.
//!
//! Four layers, each of which depends only on those below it (`__test__/layers.test.js`):
//!
//! - `node` (feature `node`) and `wasm` (for the target `wasm32-unknown-unknown`): the boundaries, JS values in and
//!   out, the only `unsafe`.
//! - [`calls`]: the methods that both boundaries offer.
//! - [`wechat`] and [`alipay`]: what the platforms define, as plain Rust over bytes and text. [`wechat`] serves
//!   every platform that adopted WeChat's rule.
//! - [`common`]: what they share.
//!
//! Above them is the JavaScript in `lib/`, which validates arguments and builds objects.
//!
//! # Security
//!
//! AES-CBC without a MAC proves nothing about who made the data. WeChat's format relies on the session key
//! staying on the server and on the watermark inside the plaintext; [`wechat`] checks it and makes all
//! rejections alike. Alipay's messages are signed; [`alipay`] verifies before it decrypts.

#![cfg_attr(
    not(any(feature = "node", target_family = "wasm")),
    forbid(unsafe_code)
)]
#![cfg_attr(any(feature = "node", target_family = "wasm"), deny(unsafe_code))]

pub mod alipay;
pub mod calls;
pub mod common;
// Not in unit tests: they have no Node to speak to.
#[cfg(all(feature = "node", not(test)))]
mod node;
#[cfg(target_family = "wasm")]
mod wasm;
pub mod wechat;
