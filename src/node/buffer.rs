//! Room on the stack for what a call reads and decodes, with the heap behind it for large data.

use std::mem::MaybeUninit;
use std::{ptr, slice};

use napi::bindgen_prelude::{JsValue as _, Unknown};
use napi::sys;
use zeroize::{Zeroize, optimization_barrier};

/// Room for `N` bytes on the stack, left uninitialised until used; more goes to the heap.
pub struct Buffer<const N: usize> {
    stack: [MaybeUninit<u8>; N],
    heap: Vec<u8>,
}

/// For a buffer that holds a key. The stack is cleared in one go: byte by byte, as by default, takes
/// longer than to decode the key.
impl<const N: usize> Zeroize for Buffer<N> {
    fn zeroize(&mut self) {
        self.stack = [const { MaybeUninit::zeroed() }; N];
        optimization_barrier(&self.stack);
        self.heap.zeroize();
    }
}

impl<const N: usize> Buffer<N> {
    pub fn new() -> Self {
        Buffer {
            stack: [const { MaybeUninit::uninit() }; N],
            heap: Vec::new(),
        }
    }

    /// `length` bytes of zero. `None` if there is no memory for them.
    pub fn zeroed(&mut self, length: usize) -> Option<&mut [u8]> {
        if let Some(stack) = self.stack.get_mut(..length) {
            stack.fill(MaybeUninit::new(0));
            // SAFETY: all of this slice has just been initialised.
            return Some(unsafe { &mut *(ptr::from_mut(stack) as *mut [u8]) });
        }
        self.heap.try_reserve_exact(length).ok()?;
        self.heap.resize(length, 0);
        Some(&mut self.heap)
    }

    /// The characters of a JS string, each cut to its low byte. `None` if `value` is not a string or is
    /// too long for the memory there is.
    pub fn read_latin1(&mut self, value: &Unknown) -> Option<&[u8]> {
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
