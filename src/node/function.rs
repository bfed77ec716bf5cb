//! Functions of Node-API with their arguments on the stack. A closure of `napi` allocates twice in each call, which
//! takes a tenth of the time of a phone number.

use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use napi::bindgen_prelude::{Env, Result, Unknown};
use napi::{check_status, sys};

/// A running call.
pub struct Context<'c> {
    pub env: Env,
    arguments: &'c [sys::napi_value],
}

impl Context<'_> {
    pub fn get(&self, index: usize) -> Option<Unknown<'_>> {
        let value = *self.arguments.get(index)?;
        // SAFETY: it is a value of the running call.
        Some(unsafe { Unknown::from_raw_unchecked(self.env.raw(), value) })
    }
}

/// Arguments of a call: more than any has but one with a list of keys.
const ARGUMENTS: usize = 6;

/// Creates a function that runs `callback`, whose result may be null for `undefined`. An error, or a panic, becomes an
/// exception.
pub fn create<'e, F>(env: &'e Env, name: &str, callback: F) -> Result<Unknown<'e>>
where
    F: Fn(&Context) -> Result<sys::napi_value> + 'static,
{
    let data = Box::into_raw(Box::new(callback)).cast();
    let (env, start, length) = (env.raw(), name.as_ptr().cast(), name.len() as isize);
    let (call, finalize) = (Some(call::<F> as _), Some(finalize::<F> as _));
    let (mut value, null) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: `name` is valid for its length, and `data` lives until the function that uses it is collected.
    unsafe {
        let status = sys::napi_create_function(env, start, length, call, data, &mut value);
        check_status!(status)?;
        let status = sys::napi_add_finalizer(env, value, data, finalize, null, ptr::null_mut());
        check_status!(status)?;
        Ok(Unknown::from_raw_unchecked(env, value))
    }
}

unsafe extern "C" fn finalize<F>(_: sys::napi_env, data: *mut c_void, _: *mut c_void) {
    // SAFETY: `create` has made it of a box, and its function is gone.
    drop(unsafe { Box::from_raw(data.cast::<F>()) });
}

unsafe extern "C" fn call<F>(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value
where
    F: Fn(&Context) -> Result<sys::napi_value>,
{
    let (mut on_stack, mut more) = ([ptr::null_mut(); ARGUMENTS], Vec::new());
    let (mut count, mut data) = (ARGUMENTS, ptr::null_mut());
    let mut read = |count: &mut usize, values: *mut sys::napi_value| {
        let this = ptr::null_mut();
        // SAFETY: as many values are written as there is space for, and `count` becomes how many there are.
        unsafe { sys::napi_get_cb_info(env, info, count, values, this, &mut data) };
    };
    read(&mut count, on_stack.as_mut_ptr());
    let arguments = if count > ARGUMENTS {
        more.resize(count, ptr::null_mut());
        read(&mut count, more.as_mut_ptr());
        &more
    } else {
        &on_stack[..count]
    };
    // SAFETY: `create` has passed the callback, which the running function keeps alive.
    let callback = unsafe { &*data.cast::<F>() };
    let env = Env::from_raw(env);
    let result = catch_unwind(AssertUnwindSafe(|| callback(&Context { env, arguments })));
    let reason = match &result {
        Ok(Ok(value)) => return *value,
        Ok(Err(error)) => &error.reason,
        Err(_) => "the core panicked",
    };
    let _ = env.throw_error(reason, Some("ERR_CORE_FAILED"));
    ptr::null_mut()
}
