//! JS strings to bytes and back, without a heap allocation at ordinary sizes.

use std::mem::MaybeUninit;
use std::{ptr, slice};

use napi::bindgen_prelude::{Env, JsValue as _, Unknown};
use napi::sys;

/// Room for a JS string of up to `N - 1` characters on the stack; a longer one goes to the heap.
pub struct Latin1Buffer<const N: usize> {
    stack: [MaybeUninit<u8>; N],
    heap: Vec<u8>,
}

impl<const N: usize> Latin1Buffer<N> {
    pub fn new() -> Self {
        Latin1Buffer {
            stack: [const { MaybeUninit::uninit() }; N],
            heap: Vec::new(),
        }
    }

    /// The string's characters, each cut to its low byte. `None` if `value` is not a string or is
    /// too long for the memory there is.
    pub fn read(&mut self, value: &Unknown) -> Option<&[u8]> {
        let (env, string) = (value.value().env, value.value().value);
        let mut length = 0;
        // SAFETY: `env` and `string` come from the running callback; `stack` has room for N bytes,
        // the terminating NUL included, and is only read up to the `length` that was written.
        unsafe {
            let status = sys::napi_get_value_string_latin1(
                env,
                string,
                self.stack.as_mut_ptr().cast(),
                N,
                &mut length,
            );
            if status != sys::Status::napi_ok {
                return None;
            }
            if length < N - 1 {
                return Some(slice::from_raw_parts(self.stack.as_ptr().cast(), length));
            }
        }
        // SAFETY: as above; a null buffer asks for the length alone, and `heap` then has room for
        // that many bytes and the NUL.
        unsafe {
            let status =
                sys::napi_get_value_string_latin1(env, string, ptr::null_mut(), 0, &mut length);
            if status != sys::Status::napi_ok {
                return None;
            }
            self.heap.try_reserve_exact(length + 1).ok()?;
            let status = sys::napi_get_value_string_latin1(
                env,
                string,
                self.heap.as_mut_ptr().cast(),
                length + 1,
                &mut length,
            );
            if status != sys::Status::napi_ok {
                return None;
            }
            self.heap.set_len(length);
        }
        Some(&self.heap)
    }
}

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
