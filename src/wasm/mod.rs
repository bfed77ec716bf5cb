//! The WebAssembly boundary, for `lib/wasm.js`: what `node` offers, as one function.
//!
//! JS asks for [`room`], writes the arguments to it, and runs [`call`]. Results go to JS by imports (`host`) while the
//! call runs, so that they can be zeroed before it returns. Only the table's layouts stay; so an instance that has
//! failed can be replaced by another.

#![allow(unsafe_code)]

mod alipay;
mod arguments;
mod host;
mod memory;

use std::sync::Mutex;

use zeroize::Zeroizing;

use self::arguments::Arguments;
use crate::alipay::signature;
use crate::common::{aes_cbc, base64, clock};
use crate::wechat::forms::{MAX_NUMBERS, Record};
use crate::wechat::rules::{Encoding, Expected, Layout, MaxAge, Rules};
use crate::wechat::text::{Texts, decrypt_text};
use crate::wechat::{self, MAX_DATA_LENGTH, OpenData, Output};

struct State {
    /// The arguments of the call.
    room: Vec<u32>,
    layouts: Vec<Layout>,
    record: Record,
    /// As large as any data needs from the start, as in `node`.
    utf16: Vec<u16>,
}

static STATE: Mutex<State> = Mutex::new(State {
    room: Vec::new(),
    layouts: Vec::new(),
    record: [0; MAX_NUMBERS],
    utf16: Vec::new(),
});

/// The numbers that `lib/decrypt.js` writes for a call. The other methods have a meaning for the first two.
struct Numbers {
    row: usize,
    key_count: usize,
    age: Option<MaxAge>,
    may_be_unmarked: bool,
}

/// `Ok` if the result has been passed, else the number of an error.
type Outcome = Result<(), u32>;

/// Every method has the number of its place here, and there in `lib/wasm.js`.
const METHODS: [fn(Arguments, &Numbers, &mut State) -> Outcome; 12] = [
    start,
    read_layouts,
    decrypt_texts,
    decrypt_bytes,
    check_plaintext,
    encrypt,
    find_content,
    decode_text,
    decrypt_blocks,
    alipay::parse_public_key,
    alipay::parse_aes_key,
    alipay::decrypt,
];

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

/// Runs a method with the arguments in the first `length` words of the room. Returns -1, or the number of an error.
#[unsafe(no_mangle)]
extern "C" fn call(
    method: usize,
    length: usize,
    row: f64,
    key_count: f64,
    max_age: f64,
    now: f64,
    may_be_unmarked: f64,
) -> i32 {
    let numbers = Numbers {
        row: row as usize,
        key_count: key_count as usize,
        age: (!max_age.is_nan()).then_some(MaxAge {
            now,
            seconds: max_age,
        }),
        may_be_unmarked: may_be_unmarked == 1.0,
    };
    let status = run(method, length, &numbers);
    memory::scrub_stack();
    status
}

// Not inlined: its frame is to be scrubbed too.
#[inline(never)]
fn run(method: usize, length: usize, numbers: &Numbers) -> i32 {
    let state = &mut *STATE.lock().unwrap();
    let mut room = std::mem::take(&mut state.room);
    let outcome = METHODS[method](Arguments(&room[..length]), numbers, state);
    room[..length].fill(0);
    state.room = room;
    outcome.map_or_else(|error| error as i32, |()| -1)
}

/// `start()` passes the limits.
fn start(_: Arguments, _: &Numbers, state: &mut State) -> Outcome {
    clock::set(host::now);
    signature::set_library(host::import_key, host::verify);
    state.utf16 = vec![0; MAX_DATA_LENGTH];
    take_numbers(&[MAX_DATA_LENGTH, MAX_NUMBERS]);
    Ok(())
}

fn take_numbers(numbers: &[usize]) {
    let bytes = numbers.iter().flat_map(|number| number.to_le_bytes());
    host::take_bytes(&bytes.collect::<Vec<u8>>());
}

fn read_layouts(mut arguments: Arguments, _: &Numbers, state: &mut State) -> Outcome {
    state.layouts = Layout::read_all(&arguments.string()).expect("the table");
    Ok(())
}

fn decrypt_texts(mut arguments: Arguments, numbers: &Numbers, state: &mut State) -> Outcome {
    let (app_id, session_keys) = (arguments.text(), arguments.text());
    let (text, iv) = (arguments.text(), arguments.text());
    let texts = Texts {
        session_keys,
        key_count: numbers.key_count,
        data: text,
        iv,
    };
    let rules = rules(app_id, arguments.optional_text(), numbers, &state.layouts);
    let mut data = Vec::new();
    let output = &mut Output {
        record: &mut state.record,
        utf16: &mut state.utf16,
    };
    let outcome = decrypt_text(texts, &mut data, &rules, output);
    pass(outcome, &data, output)
}

fn decrypt_bytes(mut arguments: Arguments, numbers: &Numbers, state: &mut State) -> Outcome {
    let app_id = arguments.text();
    let keys: Vec<&[u8]> = (0..numbers.key_count).map(|_| arguments.bytes()).collect();
    let mut data = arguments.bytes().to_vec();
    let iv = arguments.bytes();
    let rules = rules(app_id, arguments.optional_text(), numbers, &state.layouts);
    let output = &mut Output {
        record: &mut state.record,
        utf16: &mut state.utf16,
    };
    let outcome = wechat::decrypt(&mut keys.into_iter(), iv, &mut data, &rules, output);
    pass(outcome, &data, output)
}

/// Passes the plaintext and the record, and clears them.
fn pass(outcome: Result<OpenData, wechat::Error>, data: &[u8], output: &mut Output) -> Outcome {
    if let Ok(open_data) = &outcome {
        // JS zeroes the rest.
        let used = output.record.iter().rposition(|number| *number != 0);
        host::take_record(&output.record[..=used.unwrap_or(0)]);
        match open_data.utf16_length {
            Some(length) => host::take_utf16(&output.utf16[..length]),
            None => host::take_ascii(&data[open_data.content.clone()]),
        }
    }
    output.record.fill(0);
    if !matches!(
        outcome,
        Ok(OpenData {
            utf16_length: None,
            ..
        })
    ) {
        let used = output.utf16.len().min(data.len());
        output.utf16[..used].fill(0);
    }
    outcome.map(|_| ()).map_err(|error| error as u32)
}

fn rules<'r>(
    app_id: &'r [u16],
    open_id: Option<&'r [u16]>,
    numbers: &Numbers,
    layouts: &'r [Layout],
) -> Rules<'r> {
    Rules {
        expected: Expected {
            layout: &layouts[numbers.row],
            app_id,
            open_id,
        },
        age: numbers.age,
        may_be_unmarked: numbers.may_be_unmarked,
    }
}

fn check_plaintext(mut arguments: Arguments, numbers: &Numbers, state: &mut State) -> Outcome {
    let (app_id, plaintext) = (arguments.text(), arguments.string());
    let rules = rules(app_id, arguments.optional_text(), numbers, &state.layouts);
    wechat::check_plaintext(plaintext.as_bytes(), &rules).map_err(|error| error as u32)
}

fn encrypt(mut arguments: Arguments, numbers: &Numbers, state: &mut State) -> Outcome {
    let (session_key, iv) = (arguments.bytes(), arguments.bytes());
    let (content, random) = (arguments.bytes(), arguments.bytes());
    let random = random.try_into().expect("16 bytes");
    let layout = &state.layouts[numbers.row];
    wechat::encrypt(layout, session_key, iv, content, random, arguments.bytes())
        .map(|data| host::take_bytes(&data))
        .map_err(|_| 0)
}

fn find_content(mut arguments: Arguments, numbers: &Numbers, state: &mut State) -> Outcome {
    let place = state.layouts[numbers.row]
        .find_content(arguments.bytes())
        .ok_or(0_u32)?;
    take_numbers(&[place.content.start, place.content.end, place.unpadded]);
    Ok(())
}

/// `decodeText(text)`; the first number is 1 for hex.
fn decode_text(mut arguments: Arguments, numbers: &Numbers, _: &mut State) -> Outcome {
    let encoding = [Encoding::Base64, Encoding::Hex][numbers.row];
    let text = arguments.text();
    let mut bytes = Zeroizing::new(vec![0; base64::decoded_capacity(text.len())]);
    host::take_bytes(encoding.decode(text, &mut bytes));
    Ok(())
}

fn decrypt_blocks(mut arguments: Arguments, _: &Numbers, _: &mut State) -> Outcome {
    let (key, iv) = (arguments.bytes(), arguments.bytes());
    let mut blocks = arguments.bytes().to_vec();
    aes_cbc::decrypt_blocks(key, iv, &mut blocks).map_err(|_| 0_u32)?;
    host::take_bytes(&blocks);
    Ok(())
}
