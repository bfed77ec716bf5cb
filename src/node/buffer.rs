//! Stack buffers for what a call reads and decodes; large data goes to the heap. Both are zeroed on drop.

use std::mem::MaybeUninit;
use std::{ptr, slice};

use napi::bindgen_prelude::{JsValue as _, Unknown};
use napi::sys;
use zeroize::optimization_barrier;

/// `N` bytes or UTF-16 code units on the stack, uninitialised until used; longer data goes to the heap.
pub struct Buffer<T: Copy + Default, const N: usize> {
    stack: [MaybeUninit<T>; N],
    heap: Vec<T>,
    /// How many units at the front of `stack` may have been written.
    used: usize,
}

impl<T: Copy + Default, const N: usize> Drop for Buffer<T, N> {
    fn drop(&mut self) {
        // `zeroize` writes byte by byte, which takes longer than decoding a key.
        self.stack[..self.used].fill(MaybeUninit::zeroed());
        optimization_barrier(&self.stack);
        if !self.heap.is_empty() {
            self.heap.fill(T::default());
            optimization_barrier(self.heap.as_slice());
        }
    }
}

impl<T: Copy + Default, const N: usize> Buffer<T, N> {
    pub fn new() -> Self {
        Buffer {
            stack: [const { MaybeUninit::uninit() }; N],
            heap: Vec::new(),
            used: 0,
        }
    }

    /// Returns `length` zeros, or `None` if there is no memory for them.
    pub fn zeroed(&mut self, length: usize) -> Option<&mut [T]> {
        if let Some(stack) = self.stack.get_mut(..length) {
            self.used = length;
            stack.fill(MaybeUninit::zeroed());
            // SAFETY: all of this slice has just been initialised.
            return Some(unsafe { &mut *(ptr::from_mut(stack) as *mut [T]) });
        }
        self.heap.try_reserve_exact(length).ok()?;
        self.heap.resize(length, T::default());
        Some(&mut self.heap)
    }

    /// Reads a JS string by one of Node-API's functions: `get` writes at most as many units as it is told, the
    /// terminating NUL included, to a pointer that may be null, and how many to the last argument. Returns `None`
    /// if it fails, or the string has more than `max` units.
    fn read(
        &mut self,
        max: usize,
        get: impl Fn(*mut T, usize, &mut usize) -> sys::napi_status,
    ) -> Option<&[T]> {
        let mut length = 0;
        self.used = N;
        if get(self.stack.as_mut_ptr().cast(), N, &mut length) != sys::Status::napi_ok {
            return None;
        }
        self.used = length + 1;
        if length + 1 < N {
            // SAFETY: `get` has written that many units.
            return Some(unsafe { slice::from_raw_parts(self.stack.as_ptr().cast(), length) });
        }
        if get(ptr::null_mut(), 0, &mut length) != sys::Status::napi_ok || length > max {
            return None;
        }
        self.heap.try_reserve_exact(length + 1).ok()?;
        self.heap.resize(length + 1, T::default());
        let status = get(self.heap.as_mut_ptr(), length + 1, &mut length);
        (status == sys::Status::napi_ok).then(|| &self.heap[..length])
    }
}

impl<const N: usize> Buffer<u8, N> {
    /// Reads the characters of a JS string of at most `max`, each cut to its low byte by Node (other runtimes
    /// differ above U+00FF). Returns `None` for another value. Reading UTF-8 would take 16 % longer on a phone
    /// number.
    pub fn read_latin1(&mut self, value: &Unknown, max: usize) -> Option<&[u8]> {
        let (env, string) = (value.value().env, value.value().value);
        // SAFETY: `env` and `string` come from the running callback; for the buffer see `read`.
        self.read(max, |buffer, size, length| unsafe {
            sys::napi_get_value_string_latin1(env, string, buffer.cast(), size, length)
        })
    }
}

impl<const N: usize> Buffer<u16, N> {
    /// Reads the code units of a JS string of any length. Returns `None` for another value.
    pub fn read_utf16(&mut self, value: &Unknown) -> Option<&[u16]> {
        let (env, string) = (value.value().env, value.value().value);
        // SAFETY: as above.
        self.read(usize::MAX, |buffer, size, length| unsafe {
            sys::napi_get_value_string_utf16(env, string, buffer, size, length)
        })
    }
}
