//! Stack buffers for what a call reads and decodes; large data goes to the heap. Both are zeroed on drop.

use std::mem::MaybeUninit;
use std::{ptr, slice};

use napi::bindgen_prelude::{JsValue as _, Unknown};
use napi::sys;
use zeroize::optimization_barrier;

/// `N` bytes on the stack, uninitialised until used; longer data goes to the heap.
pub struct Buffer<const N: usize> {
    stack: [MaybeUninit<u8>; N],
    heap: Vec<u8>,
    /// How many bytes at the front of `stack` may have been written.
    used: usize,
}

impl<const N: usize> Drop for Buffer<N> {
    fn drop(&mut self) {
        // `zeroize` writes byte by byte, which takes longer than decoding a key.
        self.stack[..self.used].fill(MaybeUninit::zeroed());
        optimization_barrier(&self.stack);
        if !self.heap.is_empty() {
            self.heap.fill(0);
            optimization_barrier(self.heap.as_slice());
        }
    }
}

impl<const N: usize> Buffer<N> {
    pub fn new() -> Self {
        Buffer {
            stack: [const { MaybeUninit::uninit() }; N],
            heap: Vec::new(),
            used: 0,
        }
    }

    /// `length` bytes of zero. `None` if there is no memory for them.
    pub fn zeroed(&mut self, length: usize) -> Option<&mut [u8]> {
        if let Some(stack) = self.stack.get_mut(..length) {
            self.used = length;
            stack.fill(MaybeUninit::zeroed());
            // SAFETY: all of this slice has just been initialised.
            return Some(unsafe { &mut *(ptr::from_mut(stack) as *mut [u8]) });
        }
        self.heap.try_reserve_exact(length).ok()?;
        self.heap.resize(length, 0);
        Some(&mut self.heap)
    }

    /// The characters of a JS string, each cut to its low byte. `None` if `value` is no string or has more
    /// than `max` characters. Reading UTF-8 would lose nothing, and takes 16 % longer on a phone number.
    pub fn read(&mut self, value: &Unknown, max: usize) -> Option<&[u8]> {
        let (env, string) = (value.value().env, value.value().value);
        let mut length = 0;
        self.used = N;
        // SAFETY: `env` and `string` come from the running callback; `stack` has space for N bytes,
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
            self.used = length + 1;
            if length + 1 < N {
                return Some(slice::from_raw_parts(self.stack.as_ptr().cast(), length));
            }
        }
        // SAFETY: as above; a null buffer asks for the length alone, and `heap` then has space for
        // that many bytes and the NUL.
        unsafe {
            let status =
                sys::napi_get_value_string_latin1(env, string, ptr::null_mut(), 0, &mut length);
            if status != sys::Status::napi_ok || length > max {
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

/// A buffer for the UTF-16 of a JS string.
pub struct Utf16Buffer {
    stack: [u16; 64],
    heap: Vec<u16>,
}

impl Utf16Buffer {
    pub fn new() -> Self {
        Utf16Buffer {
            stack: [0; 64],
            heap: Vec::new(),
        }
    }

    /// The code units of a JS string of any length. `None` if `value` is no string.
    pub fn read(&mut self, value: &Unknown) -> Option<&[u16]> {
        let (env, string) = (value.value().env, value.value().value);
        let mut length = 0;
        let capacity = self.stack.len();
        // SAFETY: `env` and `string` come from the running callback, and `stack` has the stated
        // capacity, the terminating NUL included.
        let status = unsafe {
            sys::napi_get_value_string_utf16(
                env,
                string,
                self.stack.as_mut_ptr(),
                capacity,
                &mut length,
            )
        };
        if status != sys::Status::napi_ok {
            return None;
        }
        if length + 1 < capacity {
            return Some(&self.stack[..length]);
        }
        // SAFETY: as above; a null buffer asks for the length alone.
        let status = unsafe {
            sys::napi_get_value_string_utf16(env, string, ptr::null_mut(), 0, &mut length)
        };
        if status != sys::Status::napi_ok {
            return None;
        }
        self.heap.try_reserve_exact(length + 1).ok()?;
        self.heap.resize(length + 1, 0);
        // SAFETY: as above; `heap` has space for the code units and the NUL.
        let status = unsafe {
            sys::napi_get_value_string_utf16(
                env,
                string,
                self.heap.as_mut_ptr(),
                length + 1,
                &mut length,
            )
        };
        (status == sys::Status::napi_ok).then_some(&self.heap[..length])
    }
}
