//! Stack space for what a call reads and decodes, overwritten at its end.

use std::mem::MaybeUninit;
use std::{ptr, slice};

use napi::bindgen_prelude::Unknown;
use napi::{JsValue as _, sys};
use zeroize::optimization_barrier;

/// `N` bytes or UTF-16 code units, uninitialised until used.
pub struct Stack<T: Copy, const N: usize> {
    units: [MaybeUninit<T>; N],
    /// How many units at the front may have been written.
    used: usize,
}

impl<T: Copy, const N: usize> Drop for Stack<T, N> {
    fn drop(&mut self) {
        // `zeroize` writes byte by byte, which takes longer than decoding a key.
        self.units[..self.used].fill(MaybeUninit::zeroed());
        optimization_barrier(&self.units);
    }
}

impl<T: Copy, const N: usize> Stack<T, N> {
    pub fn new() -> Self {
        Stack {
            units: [const { MaybeUninit::uninit() }; N],
            used: 0,
        }
    }

    /// Reads a JS string by one of Node-API's functions: `get` writes at most as many units as it is told, the
    /// terminating NUL included. Returns `None` if it fails, or there is no space for the whole string.
    fn read(
        &mut self,
        get: impl Fn(*mut T, usize, &mut usize) -> sys::napi_status,
    ) -> Option<&[T]> {
        let mut length = 0;
        self.used = N;
        if get(self.units.as_mut_ptr().cast(), N, &mut length) != sys::Status::napi_ok {
            return None;
        }
        self.used = length + 1;
        // SAFETY: `get` has written that many units.
        let text = unsafe { slice::from_raw_parts(self.units.as_ptr().cast(), length) };
        (length + 1 < N).then_some(text)
    }
}

impl<const N: usize> Stack<u8, N> {
    /// Returns `length` zeros, or `None` if there is no space for them.
    pub fn zeroed(&mut self, length: usize) -> Option<&mut [u8]> {
        let units = self.units.get_mut(..length)?;
        self.used = length;
        units.fill(MaybeUninit::zeroed());
        // SAFETY: all of this slice has just been initialised.
        Some(unsafe { &mut *(ptr::from_mut(units) as *mut [u8]) })
    }

    /// Reads the characters of a JS string, each cut to its low byte by Node (other runtimes differ above U+00FF).
    pub fn read_latin1(&mut self, value: &Unknown) -> Option<&[u8]> {
        let (env, value) = (value.value().env, value.value().value);
        // SAFETY: the value is one of the running call; for the buffer see `read`.
        self.read(|buffer, size, length| unsafe {
            sys::napi_get_value_string_latin1(env, value, buffer.cast(), size, length)
        })
    }
}

impl<const N: usize> Stack<u16, N> {
    /// Reads the code units of a JS string.
    pub fn read_utf16(&mut self, value: &Unknown) -> Option<&[u16]> {
        let (env, value) = (value.value().env, value.value().value);
        // SAFETY: as above.
        self.read(|buffer, size, length| unsafe {
            sys::napi_get_value_string_utf16(env, value, buffer, size, length)
        })
    }
}
