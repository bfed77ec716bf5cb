//! Decrypts and checks the open data of WeChat and Alipay mini programs.
//!
//! Three storeys, each knowing only the one below it:
//!
//! - `node` (feature `node`): the Node-API boundary, JS values in and out, the only `unsafe`.
//! - [`wechat`] and [`alipay`]: what the two platforms define, as plain Rust over bytes and text.
//! - [`open_data`]: what they share: base64, AES-CBC with PKCS#7 padding, errors.
//!
//! Above them stand the hand-written `index.js` and `index.d.ts`.
//!
//! # Security
//!
//! AES-CBC without a MAC proves nothing about who made the data. WeChat's format relies on the
//! session key staying on the server and on the watermark inside the plaintext; the check of the
//! watermark belongs to the caller of this crate (`index.js`).

#![cfg_attr(not(feature = "node"), forbid(unsafe_code))]
#![cfg_attr(feature = "node", deny(unsafe_code))]

pub mod alipay;
// Not in unit tests: they have no Node to speak to.
#[cfg(all(feature = "node", not(test)))]
mod node;
pub mod open_data;
pub mod shapes;
pub mod wechat;
