//! Plaintext to JS strings.

use std::ptr;

use napi::bindgen_prelude::{Env, Unknown};
use napi::sys;
use zeroize::Zeroizing;

/// What a JS string is made of.
pub enum Text<'t> {
    /// Every byte is below 0x80.
    Ascii(&'t [u8]),
    Utf16(&'t [u16]),
}

/// A new JS string of UTF-8 `text`, with U+FFFD for invalid bytes. `None` as for [`create_text`].
pub fn create<'env>(env: &'env Env, text: &[u8]) -> Option<Unknown<'env>> {
    if text.is_ascii() {
        return create_text(env, Text::Ascii(text));
    }
    // Faster than the engine's own decoder, and equal to it on invalid bytes: both follow the
    // Encoding Standard.
    let mut units = Zeroizing::new(Vec::new());
    units.try_reserve_exact(text.len() + 1).ok()?;
    units.resize(text.len() + 1, 0);
    let length = encoding_rs::mem::convert_utf8_to_utf16(text, &mut units);
    create_text(env, Text::Utf16(&units[..length]))
}

/// A new JS string of `text`. `None` if the engine cannot make one: it is longer than 512 Mi characters,
/// or memory is short.
pub fn create_text<'env>(env: &'env Env, text: Text) -> Option<Unknown<'env>> {
    let mut string = ptr::null_mut();
    // SAFETY: `env` is the running callback's, the text is valid for the length given and is copied,
    // and `string` is only used where the engine says that it has been set.
    unsafe {
        let status = match text {
            Text::Ascii(bytes) => sys::napi_create_string_latin1(
                env.raw(),
                bytes.as_ptr().cast(),
                isize::try_from(bytes.len()).ok()?,
                &mut string,
            ),
            Text::Utf16(units) => sys::napi_create_string_utf16(
                env.raw(),
                units.as_ptr(),
                isize::try_from(units.len()).ok()?,
                &mut string,
            ),
        };
        (status == sys::Status::napi_ok).then(|| Unknown::from_raw_unchecked(env.raw(), string))
    }
}
