//! The WebAssembly boundary, for `lib/wasm.js`: what `node` offers, as one function.
//!
//! JS asks for [`room`], writes the arguments to it, and runs [`call`]. Results go to JS by imports (`host`) while the
//! call runs, so that they can be zeroed before it returns. Only the table's layouts stay; so an instance that has
//! failed can be replaced by another.

#![allow(unsafe_code)]

mod host;
mod memory;

use std::slice;
use std::sync::Mutex;

use crate::alipay::signature;
use crate::calls::{Answer, Call, METHODS, NUMBERS, Numbers, Value, Values};
use crate::common::clock;
use crate::wechat::forms::MAX_NUMBERS;
use crate::wechat::rules::Layout;
use crate::wechat::{MAX_DATA_LENGTH, Output};

struct State {
    /// The arguments of the call.
    room: Vec<u32>,
    layouts: Vec<Layout>,
    /// As large as any data needs from the start, as in `node`.
    utf16: Vec<u16>,
}

static STATE: Mutex<State> = Mutex::new(State {
    room: Vec::new(),
    layouts: Vec::new(),
    utf16: Vec::new(),
});

/// Returns where to write arguments of `length` words in all, or null if there is no memory for them.
#[unsafe(no_mangle)]
extern "C" fn room(length: usize) -> *mut u32 {
    let state = &mut *STATE.lock().unwrap();
    state.room = Vec::new();
    if state.room.try_reserve_exact(length).is_err() {
        return std::ptr::null_mut();
    }
    state.room.resize(length, 0);
    state.room.as_mut_ptr()
}

/// Runs a method, by its place in [`METHODS`], with the arguments in the first `length` words of the room and the
/// numbers beside them. Any other method takes the rows of the table, and passes the names of the methods.
#[unsafe(no_mangle)]
extern "C" fn call(method: usize, length: usize, a: f64, b: f64, c: f64, d: f64, e: f64) {
    run(method, length, &[a, b, c, d, e]);
    memory::scrub_stack();
}

// Not inlined: its frame is to be scrubbed too.
#[inline(never)]
fn run(method: usize, length: usize, numbers: &[f64; NUMBERS]) {
    let state = &mut *STATE.lock().unwrap();
    let values = read(&state.room[..length]);
    let Some((_, method)) = METHODS.get(method) else {
        clock::set(host::now);
        signature::set_library(host::import_key, host::verify);
        state.utf16.resize(MAX_DATA_LENGTH, 0);
        state.layouts = Values(&values)
            .string(0)
            .and_then(|rows| Layout::read_all(&rows))
            .expect("the table");
        let names = METHODS.map(|(name, _)| name).join(" ");
        return host::take(Answer::Ascii(names.as_bytes()));
    };
    let record = &mut [0; MAX_NUMBERS];
    let mut call = Call {
        numbers: Numbers::from(numbers),
        layouts: &state.layouts,
        output: Output {
            record,
            utf16: &mut state.utf16,
        },
        answer: &mut host::take,
    };
    method(Values(&values), &mut call).expect("other arguments");
    // JS zeroes the rest.
    if let Some(last) = record.iter().rposition(|number| *number != 0) {
        host::take_record(&record[..=last]);
    }
    state.room[..length].fill(0);
}

/// Reads the arguments, of which each is its kind, its length in bytes, and its content in whole words.
fn read(mut words: &[u32]) -> Vec<Value<'_>> {
    let mut values = Vec::with_capacity(8);
    while let [kind, length, rest @ ..] = words {
        let length = *length as usize;
        let content;
        (content, words) = rest.split_at(length.div_ceil(4));
        let start = content.as_ptr();
        // SAFETY: the content has as many bytes, all are valid, and neither type needs more alignment than a word.
        let (text, bytes) = unsafe {
            let text = slice::from_raw_parts(start.cast(), length / 2);
            (text, slice::from_raw_parts(start.cast(), length))
        };
        values.push(match kind {
            0 => Value::Missing,
            1 => Value::Text(text),
            _ => Value::Bytes(bytes),
        });
    }
    values
}
