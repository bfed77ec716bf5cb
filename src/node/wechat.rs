//! The functions for all platforms that adopted WeChat's rule.
//!
//! A rejection is returned as the number of its [`wechat::Error`] rather than thrown: an error made in JS costs half
//! of one made here, and its stack starts where the user's code called.

use std::cell::RefCell;
use std::rc::Rc;

use napi::bindgen_prelude::{
    Env, Float64Array, FunctionCallContext, Int32Array, Object, Result, Status, ToNapiValue,
    Uint8Array, Unknown,
};
use napi::{Error, JsValue as _, ValueType, sys};
use napi_derive::napi;
use zeroize::{Zeroizing, optimization_barrier};

use super::buffer::Buffer;
use super::string::{self, Text};
use crate::common::aes_cbc::{self, BLOCK};
use crate::common::{base64, hex};
use crate::wechat::forms::MAX_NUMBERS;
use crate::wechat::frame::RANDOM_LENGTH;
use crate::wechat::rules::{Encoding, Expected, Layout, MaxAge, Rules};
use crate::wechat::text::{self, Texts};
use crate::wechat::{self, MAX_DATA_LENGTH, OpenData, Output};

/// The base64 text of the longest data.
const MAX_DATA_TEXT: usize = MAX_DATA_LENGTH.div_ceil(3) * 4;
/// Stack space for the base64 text of data: ten times a phone number, three times a user info.
const STACK_TEXT: usize = 4096;
/// Stack space for the text of session keys: four of 24 bytes.
const STACK_KEYS_TEXT: usize = 130;

/// Returns the functions for all platforms of the table, whose rows `layouts` holds as JSON (see
/// [`Layout::read_all`]); `row` is the index of one:
///
/// - `decryptText(appId, sessionKeys, encryptedData, iv, openId?)`: all of them strings. The session keys are parts
///   of equal length of one string.
/// - `decryptBytes`, with the same arguments except that `sessionKeys` is an array of Uint8Arrays, and
///   `encryptedData` and `iv` are Uint8Arrays.
/// - `checkPlaintext(appId, text, openId?)` checks JSON in the clear by the same rules. It returns `undefined` or
///   the number of a [`wechat::Error`].
/// - `encrypt(row, sessionKey, iv, content, random?, appKey?)` returns a Uint8Array, or `null` if the session key
///   has the wrong length. The last two arguments are for a frame.
/// - `findContent(row, blocks)` returns where the content of decrypted blocks starts and ends and their length
///   without padding, or `null`.
///
/// The first two return the plaintext as a string, or the number of a [`wechat::Error`], and write where the values
/// are to `record`. Its first number is the form, or -1.
///
/// `numbers` are arguments of the first three, written before each call: the row, how many session keys there are,
/// the greatest age in seconds or NaN, the time in seconds, and 1 if the watermark may be missing. Passed so, they
/// cost 1 ns each instead of 10.
///
/// The functions are closures rather than `#[napi]` functions, whose call overhead exceeds the decryption of a
/// phone number.
#[napi(catch_unwind)]
pub fn create_decryptor(
    env: &Env,
    record: Int32Array,
    numbers: Float64Array,
    layouts: String,
) -> Result<Object<'_>> {
    if record.len() != MAX_NUMBERS {
        return Err(invalid("the record"));
    }
    let state = Rc::new(RefCell::new(State {
        record,
        numbers,
        layouts: Layout::read_all(&layouts).ok_or_else(|| invalid("layouts"))?,
        // As large as any data needs from the start: were it to grow, the time of one call would tell the next
        // what data it had.
        utf16: vec![0; MAX_DATA_LENGTH],
    }));
    let mut decryptor = Object::new(env)?;
    for (name, method) in [
        ("decryptText", decrypt_text as Method),
        ("decryptBytes", decrypt_bytes),
        ("checkPlaintext", check_plaintext),
        ("encrypt", encrypt),
        ("findContent", find_content),
    ] {
        let state = Rc::clone(&state);
        let function = env.create_function_from_closure::<(), _, _>(name, move |call| {
            method(&call, &mut state.borrow_mut())
        })?;
        decryptor.set(name, function)?;
    }
    Ok(decryptor)
}

/// What was passed to [`create_decryptor`], and a buffer.
struct State {
    record: Int32Array,
    numbers: Float64Array,
    layouts: Vec<Layout>,
    utf16: Vec<u16>,
}

type Method = fn(&FunctionCallContext, &mut State) -> Result<sys::napi_value>;

impl State {
    fn layout(&self, row: f64) -> Result<&Layout> {
        self.layouts.get(row as usize).ok_or_else(|| invalid("row"))
    }

    /// Returns the numbers of this call and what it writes to.
    fn split(&mut self) -> Result<(Numbers<'_>, Output<'_>)> {
        let &[row, key_count, max_age, now, may_be_unmarked] = self
            .numbers
            .first_chunk()
            .ok_or_else(|| invalid("numbers"))?;
        let numbers = Numbers {
            layout: self
                .layouts
                .get(row as usize)
                .ok_or_else(|| invalid("row"))?,
            key_count: key_count as usize,
            age: (!max_age.is_nan()).then_some(MaxAge {
                now,
                seconds: max_age,
            }),
            may_be_unmarked: may_be_unmarked == 1.0,
        };
        // SAFETY: `lib/` keeps the array to itself, each thread its own, and a call runs no JS: nothing detaches
        // or touches the array meanwhile, and the reference held here keeps it alive.
        let record = unsafe { self.record.as_mut() };
        let record = record.try_into().map_err(|_| invalid("the record"))?;
        Ok((
            numbers,
            Output {
                record,
                utf16: &mut self.utf16,
            },
        ))
    }
}

/// The arguments that are passed as numbers.
struct Numbers<'s> {
    layout: &'s Layout,
    key_count: usize,
    age: Option<MaxAge>,
    may_be_unmarked: bool,
}

fn decrypt_text(call: &FunctionCallContext, state: &mut State) -> Result<sys::napi_value> {
    let (numbers, output) = state.split()?;
    let &Layout {
        encoding,
        key_length,
        ..
    } = numbers.layout;
    let key_count = numbers.key_count;
    let mut data_text = Buffer::<u8, STACK_TEXT>::new();
    let mut keys = Buffer::<u8, { BLOCK * 4 }>::new();
    let mut data = Buffer::<u8, { base64::decoded_capacity(STACK_TEXT) }>::new();
    let mut iv = [0; BLOCK];
    if let Some(data_text) = data_text.read_latin1(&call.get(2)?, MAX_DATA_TEXT)
        && let Some(keys) = keys.zeroed(key_length * key_count)
        && let Some(data) = data.zeroed(base64::decoded_capacity(data_text.len()))
        && decode_strict(&call.get(1)?, encoding, key_length, keys)
        && decode_strict(&call.get(3)?, encoding, BLOCK, &mut iv)
        && let Ok(data) = base64::decode(data_text, data)
    {
        let keys = (0..key_count).map(|index| &keys[index * key_length..][..key_length]);
        return decrypt(call, &numbers, &mut { keys }, data, &iv, output);
    }
    decrypt_lenient(call, &numbers, output)
}

/// Decodes text whose parts are the strict encodings of `length` bytes each. Returns whether they fill `output`.
fn decode_strict(value: &Unknown, encoding: Encoding, length: usize, output: &mut [u8]) -> bool {
    match encoding {
        Encoding::Base64 => {
            let mut text = Buffer::<u8, STACK_KEYS_TEXT>::new();
            let Some(text) = text.read_latin1(value, output.len() * 2) else {
                return false;
            };
            if length == BLOCK {
                return decode_parts(text, output, |text: &[u8; 24], block: &mut [u8; BLOCK]| {
                    base64::decode_block(text, block).is_ok()
                });
            }
            decode_parts(text, output, |text: &[u8; 32], key: &mut [u8; 24]| {
                base64::decode(text, key).is_ok_and(|bytes| bytes.len() == 24)
            })
        }
        // As UTF-16: another character with the low byte of a digit is none.
        Encoding::Hex => {
            let mut text = Buffer::<u16, STACK_KEYS_TEXT>::new();
            let text = text.read_utf16(value);
            text.is_some_and(|text| hex::decode(text, output) == output.len())
        }
    }
}

/// Decodes part by part. Returns whether the lengths match and `decode` returned true for each.
fn decode_parts<const T: usize, const B: usize>(
    text: &[u8],
    output: &mut [u8],
    decode: impl Fn(&[u8; T], &mut [u8; B]) -> bool,
) -> bool {
    let (texts, rest) = text.as_chunks();
    let (outputs, _) = output.as_chunks_mut();
    let mut is_strict = rest.is_empty() && texts.len() == outputs.len();
    for (text, output) in texts.iter().zip(outputs) {
        is_strict &= decode(text, output);
    }
    is_strict
}

/// Decodes as Node's Buffer does. The text is read as UTF-16, because not all runtimes cut characters to their low
/// byte as Node does.
#[cold]
fn decrypt_lenient(
    call: &FunctionCallContext,
    numbers: &Numbers,
    mut output: Output,
) -> Result<sys::napi_value> {
    let mut keys_text = Buffer::<u16, STACK_KEYS_TEXT>::new();
    let mut data_text = Buffer::<u16, STACK_KEYS_TEXT>::new();
    let mut iv_text = Buffer::<u16, STACK_KEYS_TEXT>::new();
    let texts = Texts {
        session_keys: read(&mut keys_text, call, 1, "sessionKeys")?,
        key_count: numbers.key_count,
        data: read(&mut data_text, call, 2, "encryptedData")?,
        iv: read(&mut iv_text, call, 3, "iv")?,
    };
    let mut data = Zeroizing::new(Vec::new());
    let outcome = with_rules(call, numbers, 4, |rules| {
        text::decrypt_text(texts, &mut data, rules, &mut output)
    })?;
    pass(call, outcome, &data, &mut output)
}

/// Reads an argument that is text.
fn read<'b, const N: usize>(
    buffer: &'b mut Buffer<u16, N>,
    call: &FunctionCallContext,
    index: usize,
    name: &str,
) -> Result<&'b [u16]> {
    buffer
        .read_utf16(&call.get(index)?)
        .ok_or_else(|| invalid(name))
}

fn decrypt_bytes(call: &FunctionCallContext, state: &mut State) -> Result<sys::napi_value> {
    let (numbers, output) = state.split()?;
    let session_keys: Vec<Uint8Array> = call.get(1)?;
    let (data, iv): (Uint8Array, Uint8Array) = (call.get(2)?, call.get(3)?);
    let mut buffer = Buffer::<u8, 0>::new();
    let buffer = buffer.zeroed(data.len()).ok_or_else(out_of_memory)?;
    buffer.copy_from_slice(&data);
    let mut session_keys = session_keys.iter().map(|key| &**key);
    decrypt(call, &numbers, &mut session_keys, buffer, &iv, output)
}

fn decrypt(
    call: &FunctionCallContext,
    numbers: &Numbers,
    session_keys: &mut dyn ExactSizeIterator<Item = &[u8]>,
    data: &mut [u8],
    iv: &[u8],
    mut output: Output,
) -> Result<sys::napi_value> {
    // For `__test__/panic.test.js`, and in no other build.
    if cfg!(feature = "test-panic") {
        assert!(data != b"panic", "provoked by a test");
    }
    let outcome = with_rules(call, numbers, 4, |rules| {
        wechat::decrypt(session_keys, iv, data, rules, &mut output)
    })?;
    pass(call, outcome, data, &mut output)
}

/// Returns the plaintext, or the number of the error, and clears the buffer of `output`.
#[inline(always)]
fn pass(
    call: &FunctionCallContext,
    outcome: std::result::Result<OpenData, wechat::Error>,
    data: &[u8],
    output: &mut Output,
) -> Result<sys::napi_value> {
    let value = match &outcome {
        Ok(open_data) => {
            let text = match open_data.utf16_length {
                Some(length) => Text::Utf16(&output.utf16[..length]),
                None => Text::Ascii(&data[open_data.content.clone()]),
            };
            string::create_text(call.env, text)
                .ok_or_else(out_of_memory)?
                .raw()
        }
        Err(error) => (*error as u32).into_unknown(call.env)?.raw(),
    };
    if !matches!(
        outcome,
        Ok(OpenData {
            utf16_length: None,
            ..
        })
    ) {
        let used = output.utf16.len().min(data.len());
        output.utf16[..used].fill(0);
        optimization_barrier(output.utf16.as_slice());
    }
    Ok(value)
}

/// Reads the app id, which is the first argument, and the open id, which may be missing, and runs `run` with the
/// rules of the call.
fn with_rules<T>(
    call: &FunctionCallContext,
    numbers: &Numbers,
    open_id_index: usize,
    run: impl FnOnce(&Rules) -> T,
) -> Result<T> {
    let mut app_id = Buffer::<u16, 64>::new();
    let mut open_id = Buffer::<u16, 64>::new();
    Ok(run(&Rules {
        expected: Expected {
            layout: numbers.layout,
            app_id: read(&mut app_id, call, 0, "appId")?,
            open_id: match is_given(call, open_id_index)? {
                true => Some(read(&mut open_id, call, open_id_index, "openId")?),
                false => None,
            },
        },
        age: numbers.age,
        may_be_unmarked: numbers.may_be_unmarked,
    }))
}

/// Whether there is an argument that is not `undefined`.
fn is_given(call: &FunctionCallContext, index: usize) -> Result<bool> {
    Ok(index < call.length() && call.get::<Unknown>(index)?.get_type()? != ValueType::Undefined)
}

fn check_plaintext(call: &FunctionCallContext, state: &mut State) -> Result<sys::napi_value> {
    let (numbers, _) = state.split()?;
    let plaintext: Zeroizing<String> = Zeroizing::new(call.get(1)?);
    let checked = with_rules(call, &numbers, 2, |rules| {
        wechat::check_plaintext(plaintext.as_bytes(), rules)
    })?;
    match checked {
        Ok(()) => Ok(().into_unknown(call.env)?.raw()),
        Err(error) => Ok((error as u32).into_unknown(call.env)?.raw()),
    }
}

fn encrypt(call: &FunctionCallContext, state: &mut State) -> Result<sys::napi_value> {
    let layout = state.layout(call.get(0)?)?;
    let (session_key, iv): (Uint8Array, Uint8Array) = (call.get(1)?, call.get(2)?);
    let content: Uint8Array = call.get(3)?;
    let mut random = [0; RANDOM_LENGTH];
    let mut app_key = None;
    if call.length() > 4 {
        let given: Uint8Array = call.get(4)?;
        random = (&*given).try_into().map_err(|_| invalid("random"))?;
        app_key = Some(call.get::<Uint8Array>(5)?);
    }
    let app_key = app_key.as_deref().unwrap_or_default();
    let data = wechat::encrypt(layout, &session_key, &iv, &content, &random, app_key);
    Ok(data
        .ok()
        .map(Uint8Array::from)
        .into_unknown(call.env)?
        .raw())
}

fn find_content(call: &FunctionCallContext, state: &mut State) -> Result<sys::napi_value> {
    let layout = state.layout(call.get(0)?)?;
    let blocks: Uint8Array = call.get(1)?;
    let place = layout.find_content(&blocks);
    let numbers = place.map(|place| {
        [place.content.start, place.content.end, place.unpadded]
            .map(|number| number as u32)
            .to_vec()
    });
    Ok(numbers.into_unknown(call.env)?.raw())
}

/// Decodes base64 or hex text leniently (see [`Encoding::decode`]).
#[napi(catch_unwind)]
pub fn decode_text(text: Unknown, encoding: String) -> Result<Uint8Array> {
    let encoding = Encoding::named(&encoding).ok_or_else(|| invalid("encoding"))?;
    let mut buffer = Buffer::<u16, STACK_KEYS_TEXT>::new();
    let text = buffer.read_utf16(&text).ok_or_else(|| invalid("text"))?;
    let mut bytes = vec![0; base64::decoded_capacity(text.len())];
    let length = encoding.decode(text, &mut bytes).len();
    bytes.truncate(length);
    Ok(bytes.into())
}

/// Decrypts whole blocks and checks nothing: for diagnosis. Returns `null` if a length is wrong.
#[napi(catch_unwind)]
pub fn decrypt_blocks(key: Uint8Array, iv: Uint8Array, data: Uint8Array) -> Option<Uint8Array> {
    let mut blocks = data.to_vec();
    aes_cbc::decrypt_blocks(&key, &iv, &mut blocks).ok()?;
    Some(blocks.into())
}

fn out_of_memory() -> Error {
    Error::new(Status::GenericFailure, "out of memory")
}

fn invalid(name: &str) -> Error {
    Error::new(Status::InvalidArg, format!("{name} has a wrong type"))
}
