//! The Node-API boundary: JS values in, JS values out.

#![allow(unsafe_code)]

mod alipay;
mod buffer;
mod limits;
mod string;
mod wechat;
