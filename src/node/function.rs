//! Functions of Node-API with their arguments on the stack. A closure of `napi` allocates twice in each call, which
//! takes a tenth of the time of a phone number.

use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{ptr, slice};

use napi::bindgen_prelude::{Env, Result, Unknown};
use napi::{check_status, sys};

/// A running call.
pub struct Context<'c> {
    pub env: Env,
    arguments: &'c [sys::napi_value],
}

impl Context<'_> {
    pub fn len(&self) -> usize {
        self.arguments.len()
    }

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
    let (env, name, length) = (env.raw(), name.as_ptr().cast(), name.len() as isize);
    let (mut value, null) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: `name` is valid for its length, and `data` lives until the function that uses it is collected.
    unsafe {
        check_status!(sys::napi_create_function(
            env,
            name,
            length,
            Some(call::<F>),
            data,
            &mut value
        ))?;
        check_status!(sys::napi_add_finalizer(
            env,
            value,
            data,
            Some(finalize::<F>),
            null,
            ptr::null_mut()
        ))?;
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
    let (mut count, mut data, this) = (ARGUMENTS, ptr::null_mut(), ptr::null_mut());
    // SAFETY: as many values are written as there is space for, and `count` becomes how many there are. `create` has
    // passed the callback, which the running function keeps alive.
    let (callback, arguments) = unsafe {
        sys::napi_get_cb_info(
            env,
            info,
            &mut count,
            on_stack.as_mut_ptr(),
            this,
            &mut data,
        );
        let mut arguments = on_stack.as_ptr();
        if count > ARGUMENTS {
            more.resize(count, ptr::null_mut());
            sys::napi_get_cb_info(
                env,
                info,
                &mut count,
                more.as_mut_ptr(),
                this,
                ptr::null_mut(),
            );
            arguments = more.as_ptr();
        }
        (&*data.cast::<F>(), slice::from_raw_parts(arguments, count))
    };
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
