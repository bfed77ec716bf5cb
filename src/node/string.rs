//! Plaintext to JS strings.

use std::ptr;

use napi::bindgen_prelude::{Env, Unknown};
use napi::sys;

use crate::shapes::Text;

/// A new JS string of UTF-8 `text`, with U+FFFD for invalid bytes. `None` if the engine refuses,
/// which it does beyond its greatest string length (512 Mi characters).
pub fn create<'env>(env: &'env Env, text: &[u8]) -> Option<Unknown<'env>> {
    let length = isize::try_from(text.len()).ok()?;
    let mut string = ptr::null_mut();
    // Copying ASCII is several times faster than decoding it as UTF-8.
    let create = if text.is_ascii() {
        sys::napi_create_string_latin1
    } else {
        sys::napi_create_string_utf8
    };
    // SAFETY: `env` is the running callback's, `text` is valid for `length` bytes and is copied,
    // and `string` is only used where the engine says that it has been set.
    unsafe {
        let status = create(env.raw(), text.as_ptr().cast(), length, &mut string);
        (status == sys::Status::napi_ok).then(|| Unknown::from_raw_unchecked(env.raw(), string))
    }
}

/// A new JS string of a record's text.
pub fn create_text<'env>(env: &'env Env, text: Text) -> Option<Unknown<'env>> {
    let mut string = ptr::null_mut();
    // SAFETY: as in `create`; a record's text is short, so its length is an `isize`.
    unsafe {
        let status = match text {
            Text::Ascii(units) => sys::napi_create_string_latin1(
                env.raw(),
                units.as_ptr().cast(),
                units.len() as isize,
                &mut string,
            ),
            Text::Utf16(units) => sys::napi_create_string_utf16(
                env.raw(),
                units.as_ptr(),
                units.len() as isize,
                &mut string,
            ),
        };
        (status == sys::Status::napi_ok).then(|| Unknown::from_raw_unchecked(env.raw(), string))
    }
}
