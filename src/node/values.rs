//! JS values as the methods take and return them.

use std::ptr;

use napi::bindgen_prelude::{
    Env, FromNapiValue as _, Result, ToNapiValue as _, Uint8Array, Unknown,
};
use napi::{Error, JsValue as _, Status, ValueType, sys};
use zeroize::optimization_barrier;

use crate::calls::{Answer, Value};

/// A copy of an argument, overwritten at its end.
pub enum Owned {
    Missing,
    Text(Vec<u16>),
    Bytes(Vec<u8>),
}

impl Drop for Owned {
    fn drop(&mut self) {
        // `zeroize` writes unit by unit, which takes longer than decoding.
        match self {
            Owned::Missing => {}
            Owned::Text(text) => text.fill(0),
            Owned::Bytes(bytes) => bytes.fill(0),
        }
        optimization_barrier(self);
    }
}

impl Owned {
    pub fn read(value: &Unknown) -> Result<Owned> {
        match value.get_type()? {
            ValueType::Undefined => Ok(Owned::Missing),
            ValueType::String => read_text(value).map(Owned::Text),
            _ => Uint8Array::from_unknown(*value).map(|bytes| Owned::Bytes(bytes.to_vec())),
        }
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
    let (env, value) = (value.value().env, value.value().value);
    let (mut length, mut text) = (0, Vec::new());
    // SAFETY: the value is a string of the running call. The first call asks for the length; the second has space for as
    // many units and the NUL.
    unsafe {
        sys::napi_get_value_string_utf16(env, value, ptr::null_mut(), 0, &mut length);
        text.try_reserve_exact(length + 1)
            .map_err(|_| Error::new(Status::GenericFailure, "out of memory"))?;
        text.resize(length + 1, 0);
        sys::napi_get_value_string_utf16(env, value, text.as_mut_ptr(), length + 1, &mut length);
    }
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
