//! What the package's JavaScript asks of the core: the methods of both boundaries, over values that either has read.

use serde_json::{Value as Json, json};
use zeroize::{Zeroizing, optimization_barrier};

use crate::alipay::key_text::{self, KeyError};
use crate::alipay::message::MessageError;
use crate::alipay::{AesKey, Decryptor, Error, SignType, VerifyingKey, public_key};
use crate::common::aes_cbc::{self, BLOCK};
use crate::common::base64;
use crate::wechat::rules::{Encoding, Expected, Layout, MaxAge, Rules};
use crate::wechat::session_keys::SessionKeys;
use crate::wechat::{self, MAX_DATA_LENGTH, OpenData, Output};

/// An argument.
#[derive(Debug, Clone, Copy)]
pub enum Value<'v> {
    /// `undefined`.
    Missing,
    /// A string, in UTF-16.
    Text(&'v [u16]),
    /// A Uint8Array.
    Bytes(&'v [u8]),
}

/// A result.
#[derive(Debug, Clone, Copy)]
pub enum Answer<'a> {
    /// A string of ASCII alone.
    Ascii(&'a [u8]),
    /// A string.
    Utf16(&'a [u16]),
    /// A Uint8Array.
    Bytes(&'a [u8]),
    /// The number of an error.
    Error(u32),
}

/// The numbers beside the arguments of a call, as in `lib/core.js`. The methods for Alipay have another meaning for
/// the first two.
pub struct Numbers {
    /// The index of the layout.
    pub row: usize,
    /// How many keys there are.
    pub key_count: usize,
    /// The greatest age, unless it was NaN, and the time.
    pub age: Option<MaxAge>,
    /// Whether the watermark may be missing.
    pub may_be_unmarked: bool,
}

/// How many numbers there are.
pub const NUMBERS: usize = 5;

impl From<&[f64; NUMBERS]> for Numbers {
    fn from(&[row, key_count, max_age, now, may_be_unmarked]: &[f64; NUMBERS]) -> Numbers {
        Numbers {
            row: row as usize,
            key_count: key_count as usize,
            age: (!max_age.is_nan()).then_some(MaxAge {
                now,
                seconds: max_age,
            }),
            may_be_unmarked: may_be_unmarked == 1.0,
        }
    }
}

/// The arguments of a call.
#[derive(Debug, Clone, Copy)]
pub struct Values<'v>(pub &'v [Value<'v>]);

impl<'v> Values<'v> {
    fn text(self, index: usize) -> Option<&'v [u16]> {
        match self.0.get(index) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Returns text as UTF-8: with U+FFFD for a lone surrogate, as Node does.
    pub fn string(self, index: usize) -> Option<Zeroizing<String>> {
        let text = self.text(index)?;
        // At its full size at once: growing would leave a copy behind.
        let mut string = Zeroizing::new(String::with_capacity(3 * text.len()));
        let characters = char::decode_utf16(text.iter().copied());
        string.extend(characters.map(|read| read.unwrap_or(char::REPLACEMENT_CHARACTER)));
        Some(string)
    }

    fn bytes(self, index: usize) -> Option<&'v [u8]> {
        match self.0.get(index) {
            Some(Value::Bytes(bytes)) => Some(bytes),
            _ => None,
        }
    }

    /// Returns all arguments from this one on.
    fn all_bytes(self, start: usize) -> Option<Vec<&'v [u8]>> {
        (start..self.0.len())
            .map(|index| self.bytes(index))
            .collect()
    }
}

/// What a call is about besides its arguments.
pub struct Call<'c> {
    /// The numbers beside them.
    pub numbers: Numbers,
    /// The rows of the table.
    pub layouts: &'c [Layout],
    /// What is written besides the result.
    pub output: Output<'c>,
    /// Takes the result; not called where that is `undefined`.
    pub answer: &'c mut dyn FnMut(Answer),
}

/// Returns `None` if the arguments are not those of the method.
type Method = fn(Values, &mut Call) -> Option<()>;

/// The methods by name. `lib/wasm.js` calls them by their places here.
pub const METHODS: [(&str, Method); 10] = [
    ("decryptText", decrypt_text),
    ("decryptBytes", decrypt_bytes),
    ("checkPlaintext", check_plaintext),
    ("encrypt", encrypt),
    ("findContent", find_content),
    ("decodeText", decode_text),
    ("decryptBlocks", decrypt_blocks),
    ("parsePublicKey", parse_public_key),
    ("parseAesKey", parse_aes_key),
    ("decryptAlipay", decrypt_alipay),
];

impl<'c> Call<'c> {
    /// Returns the layout of the platform, by its row.
    pub fn layout(&self) -> Option<&'c Layout> {
        self.layouts.get(self.numbers.row)
    }

    /// Returns the rules for this app and, where one is expected, this user.
    pub fn rules<'r>(&self, app_id: &'r [u16], open_id: Option<&'r [u16]>) -> Option<Rules<'r>>
    where
        'c: 'r,
    {
        Some(Rules {
            expected: Expected {
                layout: self.layout()?,
                app_id,
                open_id,
            },
            age: self.numbers.age,
            may_be_unmarked: self.numbers.may_be_unmarked,
        })
    }

    /// Answers with the plaintext or the error, and clears `data` and what was written of the UTF-16.
    pub fn answer_open_data(&mut self, outcome: Result<OpenData, wechat::Error>, data: &mut [u8]) {
        match outcome {
            Ok(OpenData {
                content,
                utf16_length: None,
            }) => (self.answer)(Answer::Ascii(&data[content])),
            Ok(OpenData {
                utf16_length: Some(length),
                ..
            }) => {
                (self.answer)(Answer::Utf16(&self.output.utf16[..length]));
                self.output.clear_utf16(data.len());
            }
            Err(error) => {
                (self.answer)(Answer::Error(error as u32));
                self.output.clear_utf16(data.len());
            }
        }
        data.fill(0);
        optimization_barrier(data);
    }
}

/// What `decryptText` takes, but for the data: text in UTF-16, since not all runtimes cut a character to its low byte as
/// Node does. The session keys are parts of equal length.
pub struct Texts<'t> {
    /// The app id.
    pub app_id: &'t [u16],
    /// The session keys.
    pub session_keys: &'t [u16],
    /// The iv.
    pub iv: &'t [u16],
    /// The expected open id.
    pub open_id: Option<&'t [u16]>,
}

impl Call<'_> {
    /// Decrypts `data` in place and answers with the plaintext or the error.
    pub fn decrypt_text(&mut self, texts: &Texts, data: &mut [u8]) -> Option<()> {
        let rules = self.rules(texts.app_id, texts.open_id)?;
        let encoding = rules.expected.layout.encoding;
        let session_keys = SessionKeys::Text {
            text: texts.session_keys,
            length: texts.session_keys.len() / self.numbers.key_count.max(1),
            encoding,
        };
        // One byte more than fits, which shows that it is too long.
        let mut iv = [0; BLOCK + 1];
        let iv = encoding.decode(texts.iv, &mut iv);
        let outcome = wechat::decrypt(session_keys, iv, data, &rules, &mut self.output);
        self.answer_open_data(outcome, data);
        Some(())
    }
}

/// `decryptText(appId, sessionKeys, encryptedData, iv, openId?)`. Answers with the plaintext, whose values are where the
/// record says.
fn decrypt_text(values: Values, call: &mut Call) -> Option<()> {
    let texts = Texts {
        app_id: values.text(0)?,
        session_keys: values.text(1)?,
        iv: values.text(3)?,
        open_id: values.text(4),
    };
    let text = values.text(2)?;
    let capacity = base64::decoded_capacity(text.len()).min(MAX_DATA_LENGTH + 1);
    let mut data = vec![0; capacity];
    let length = base64::decode_lenient(text, &mut data).min(capacity);
    call.decrypt_text(&texts, &mut data[..length])
}

/// `decryptBytes(appId, encryptedData, iv, openId, ...sessionKeys)`.
fn decrypt_bytes(values: Values, call: &mut Call) -> Option<()> {
    let (mut data, iv) = (values.bytes(1)?.to_vec(), values.bytes(2)?);
    let rules = call.rules(values.text(0)?, values.text(3))?;
    let outcome = wechat::decrypt(
        SessionKeys::Bytes(&values.all_bytes(4)?),
        iv,
        &mut data,
        &rules,
        &mut call.output,
    );
    call.answer_open_data(outcome, &mut data);
    Some(())
}

/// `checkPlaintext(appId, text, openId?)` checks JSON in the clear by the same rules.
fn check_plaintext(values: Values, call: &mut Call) -> Option<()> {
    let plaintext = values.string(1)?;
    if let Err(error) = wechat::check_plaintext(
        plaintext.as_bytes(),
        &call.rules(values.text(0)?, values.text(2))?,
    ) {
        (call.answer)(Answer::Error(error as u32));
    }
    Some(())
}

/// `encrypt(sessionKey, iv, content, random, appKey)`: the last two are for a frame.
fn encrypt(values: Values, call: &mut Call) -> Option<()> {
    let (session_key, iv, content) = (values.bytes(0)?, values.bytes(1)?, values.bytes(2)?);
    let random = values.bytes(3)?.try_into().ok()?;
    let encrypted = wechat::encrypt(
        call.layout()?,
        session_key,
        iv,
        content,
        random,
        values.bytes(4)?,
    );
    match encrypted {
        Ok(data) => (call.answer)(Answer::Bytes(&data)),
        Err(_) => (call.answer)(Answer::Error(wechat::Error::SessionKeyLength as u32)),
    }
    Some(())
}

/// `findContent(blocks)` answers with three 32-bit numbers, the lowest byte first: where the content of decrypted
/// blocks starts and ends, and their length without padding; or with nothing.
fn find_content(values: Values, call: &mut Call) -> Option<()> {
    if let Some(place) = call.layout()?.find_content(values.bytes(0)?) {
        let numbers = [place.content.start, place.content.end, place.unpadded];
        let bytes = numbers.map(|number| (number as u32).to_le_bytes());
        (call.answer)(Answer::Bytes(bytes.as_flattened()));
    }
    Some(())
}

/// `decodeText(text)` decodes base64 leniently, or hex if the first number is 1.
fn decode_text(values: Values, call: &mut Call) -> Option<()> {
    let encoding = [Encoding::Base64, Encoding::Hex].get(call.numbers.row)?;
    let text = values.text(0)?;
    let mut bytes = Zeroizing::new(vec![0; base64::decoded_capacity(text.len())]);
    (call.answer)(Answer::Bytes(encoding.decode(text, &mut bytes)));
    Some(())
}

/// `decryptBlocks(key, iv, data)` decrypts whole blocks and checks nothing, for diagnosis. Answers with nothing if a
/// length is wrong.
fn decrypt_blocks(values: Values, call: &mut Call) -> Option<()> {
    let mut blocks = Zeroizing::new(values.bytes(2)?.to_vec());
    if aes_cbc::decrypt_blocks(values.bytes(0)?, values.bytes(1)?, &mut blocks).is_ok() {
        (call.answer)(Answer::Bytes(&blocks));
    }
    Some(())
}

/// `parsePublicKey(text)`, of text or bytes in UTF-8, answers with a PKCS#1 structure, or with why it is none as the
/// JSON `[reason, number]`. The first number is 1 for RSA2.
fn parse_public_key(values: Values, call: &mut Call) -> Option<()> {
    let parsed = public_key::parse(&key_text(values)?, sign_type(call));
    answer_key(call, parsed.as_ref().map(VerifyingKey::pkcs1));
    Some(())
}

/// `parseAesKey(text)` answers with its bytes, or as [`parse_public_key`].
fn parse_aes_key(values: Values, call: &mut Call) -> Option<()> {
    let parsed = AesKey::parse(&key_text(values)?);
    answer_key(call, parsed.as_ref().map(AesKey::as_bytes));
    Some(())
}

fn sign_type(call: &Call) -> SignType {
    match call.numbers.row {
        1 => SignType::Rsa2,
        _ => SignType::Rsa,
    }
}

/// Copies the text of a key into memory that is zeroed: it may be a private key, given by mistake.
fn key_text(values: Values) -> Option<Zeroizing<String>> {
    values
        .string(0)
        .or_else(|| Some(key_text::from_bytes(values.bytes(0)?.to_vec())))
}

fn answer_key(call: &mut Call, parsed: Result<&[u8], &KeyError>) {
    match parsed {
        Ok(key) => (call.answer)(Answer::Bytes(key)),
        Err(error) => answer_json(call, &json!([error.reason(), error.number()])),
    }
}

fn answer_json(call: &mut Call, json: &Json) {
    answer_text(call, &json.to_string());
}

fn answer_text(call: &mut Call, text: &str) {
    if text.is_ascii() {
        return (call.answer)(Answer::Ascii(text.as_bytes()));
    }
    // At its full size at once: growing would leave a copy behind.
    let mut units = Zeroizing::new(Vec::with_capacity(text.len()));
    units.extend(text.encode_utf16());
    (call.answer)(Answer::Utf16(&units));
}

/// `decryptAlipay(message, ...aesKeys, ...publicKeys)` answers with the plaintext, the text of an object; or, if the
/// message is rejected, with the JSON `[code, reason, place, detail]`, in which `place` is the field of the message
/// that is wrong, and `detail` an unsigned error as `[code, msg, subCode, subMsg]`; either may be missing or null. The
/// first number is 1 for RSA2, the second how many AES keys there are.
fn decrypt_alipay(values: Values, call: &mut Call) -> Option<()> {
    let message = values.string(0)?;
    let keys = values.all_bytes(1)?;
    let (aes_keys, public_keys) = keys.split_at_checked(call.numbers.key_count)?;
    let sign_type = sign_type(call);
    let decryptor = Decryptor {
        public_keys: public_keys
            .iter()
            .map(|key| VerifyingKey::new(key, sign_type).ok())
            .collect::<Option<_>>()?,
        aes_keys: aes_keys.iter().map(|key| AesKey::from_bytes(key)).collect(),
        sign_type,
    };
    let error = match decryptor.decrypt(&message) {
        Ok(plaintext) => {
            answer_text(call, &plaintext);
            return Some(());
        }
        Err(error) => error,
    };
    let (code, reason) = (error.code(), error.reason());
    let rejection = match error {
        Error::Message(MessageError::NotAString(field)) => json!([code, reason, field]),
        Error::Unsigned(error) => {
            let detail = [Some(error.code), error.msg, error.sub_code, error.sub_msg];
            json!([code, reason, null, detail])
        }
        _ => json!([code, reason]),
    };
    answer_json(call, &rejection);
    Some(())
}
