//! JS values as the methods take and return them.

use std::ptr;

use napi::bindgen_prelude::{
    Env, FromNapiValue as _, Result, ToNapiValue as _, Uint8Array, Unknown,
};
use napi::{Error, JsValue as _, Status, ValueType, sys};
use zeroize::Zeroizing;

use super::text::read_utf16;
use crate::calls::{Answer, Value};

/// A copy of an argument, overwritten at its end.
pub enum Owned {
    Missing,
    Text(Zeroizing<Vec<u16>>),
    Bytes(Zeroizing<Vec<u8>>),
}

impl Owned {
    pub fn read(value: Unknown) -> Result<Owned> {
        Ok(match value.get_type()? {
            ValueType::Undefined => Owned::Missing,
            ValueType::String => Owned::Text(read_text(&value)?.into()),
            _ => Owned::Bytes(Uint8Array::from_unknown(value)?.to_vec().into()),
        })
    }

    pub fn borrow(&self) -> Value<'_> {
        match self {
            Owned::Missing => Value::Missing,
            Owned::Text(text) => Value::Text(text),
            Owned::Bytes(bytes) => Value::Bytes(bytes),
        }
    }
}

fn read_text(value: &Unknown) -> Result<Vec<u16>> {
    let (env, string) = (value.value().env, value.value().value);
    let (mut length, mut text) = (0, Vec::new());
    // SAFETY: the value is a string of the running call, which asks for the length alone.
    unsafe { sys::napi_get_value_string_utf16(env, string, ptr::null_mut(), 0, &mut length) };
    text.try_reserve_exact(length + 2)
        .map_err(|_| Error::new(Status::GenericFailure, "out of memory"))?;
    text.resize(length + 2, 0);
    read_utf16(value, &mut text);
    text.truncate(length);
    Ok(text)
}

/// Creates a result. The engine cannot create a string of more than 512 Mi characters.
pub fn create(env: &Env, answer: Answer) -> Result<sys::napi_value> {
    Ok(match answer {
        Answer::Ascii(text) => env.create_string_latin1(text)?.raw(),
        Answer::Utf16(text) => env.create_string_utf16(text)?.raw(),
        Answer::Bytes(bytes) => Uint8Array::from(bytes).into_unknown(env)?.raw(),
        Answer::Error(number) => number.into_unknown(env)?.raw(),
    })
}
