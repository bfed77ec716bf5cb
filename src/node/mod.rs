//! The Node-API boundary: JS values in, JS values out.

#![allow(unsafe_code)]

mod function;
mod text;
mod values;

use std::cell::RefCell;
use std::rc::Rc;

use napi::bindgen_prelude::{Env, Float64Array, Int32Array, Object, Result};
use napi::{Error, Status, sys};
use napi_derive::napi;

use self::function::Context;
use self::text::Buffers;
use self::values::Owned;
use crate::calls::{Call, METHODS, Numbers, Value, Values};
use crate::wechat::rules::Layout;
use crate::wechat::{MAX_DATA_LENGTH, Output};

/// Returns the methods of [`crate::calls`] as functions that write to `record` and read `numbers`, which are
/// arguments that cost 1 ns each instead of 10. `layouts` are the rows of the table (see [`Layout::read_all`]).
#[napi(catch_unwind)]
pub fn connect(
    env: &Env,
    record: Int32Array,
    numbers: Float64Array,
    layouts: String,
) -> Result<Object<'_>> {
    let state = Rc::new(RefCell::new(State {
        record,
        numbers,
        layouts: Layout::read_all(&layouts).ok_or_else(invalid)?,
        // As large as any data needs from the start: were it to grow, the time of one call would tell the next
        // what data it had.
        utf16: vec![0; MAX_DATA_LENGTH],
        buffers: Buffers::new(),
    }));
    let mut methods = Object::new(env)?;
    for (method, (name, _)) in METHODS.iter().enumerate() {
        let state = Rc::clone(&state);
        let function = function::create(env, name, move |context| {
            run(context, method, &mut state.borrow_mut())
        })?;
        methods.set(name, function)?;
    }
    Ok(methods)
}

/// What was passed to [`connect`], and buffers.
struct State {
    record: Int32Array,
    numbers: Float64Array,
    layouts: Vec<Layout>,
    utf16: Vec<u16>,
    buffers: Buffers,
}

/// Returns null for `undefined`.
fn run(context: &Context, method: usize, state: &mut State) -> Result<sys::napi_value> {
    // SAFETY: `lib/` keeps the array to itself, each thread its own, and a call runs no JS: nothing detaches or touches
    // the array meanwhile, and the reference held here keeps it alive.
    let record = unsafe { state.record.as_mut() };
    let mut result = Ok(std::ptr::null_mut());
    let mut call = Call {
        numbers: Numbers::from(state.numbers.first_chunk().ok_or_else(invalid)?),
        layouts: &state.layouts,
        output: Output {
            record: record.try_into().map_err(|_| invalid())?,
            utf16: &mut state.utf16,
        },
        answer: &mut |answer| result = values::create(&context.env, answer),
    };
    if method == 0 && text::decrypt_text(context, &mut call, &mut state.buffers).is_some() {
        return result;
    }
    let arguments = (0..).map_while(|index| context.get(index));
    let owned: Vec<Owned> = arguments.map(Owned::read).collect::<Result<_>>()?;
    let values: Vec<Value> = owned.iter().map(Owned::borrow).collect();
    // For `__test__/panic.test.js`, and in no other build.
    if cfg!(feature = "test-panic") {
        let is_panic = |value: &Value| matches!(value, Value::Bytes(b"panic"));
        assert!(!values.iter().any(is_panic), "provoked by a test");
    }
    METHODS[method].1(Values(&values), &mut call).ok_or_else(invalid)?;
    result
}

fn invalid() -> Error {
    Error::new(Status::InvalidArg, "not the arguments of this method")
}
