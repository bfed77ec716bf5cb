//! One pass over a plaintext: whether `JSON.parse` accepts it, and what its watermark claims.
//!
//! Written out because the answer must be `JSON.parse`'s for every text: it takes `1e999`, lone surrogates
//! as escapes and any depth, and of equal keys the last one counts. `serde_json` differs in each.

use crate::open_data::text::{is_name, is_utf16};

/// What is compared with the plaintext.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'e> {
    /// The app id that the watermark must name, in UTF-16.
    pub app_id: &'e [u16],
    /// The open id of the user whose data it must be, in UTF-16.
    pub open_id: Option<&'e [u16]>,
}

/// What a plaintext claims.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Claims {
    /// `watermark.appid` is the expected app id.
    pub app_id: bool,
    /// `openId` is the expected one.
    pub open_id: bool,
    /// `watermark.timestamp`, where it is a number.
    pub timestamp: Option<f64>,
}

/// Reads `text`, which must be valid UTF-8, as `JSON.parse` would. `None` where that would throw.
///
/// # Examples
///
/// ```
/// use wxbizdatacrypt_native::wechat::json::{Expected, read_claims};
///
/// let expected = Expected { app_id: &[0x77, 0x78], open_id: None };
/// let claims = read_claims(br#"{"step":7,"watermark":{"timestamp":9,"appid":"wx"}}"#, &expected);
/// assert_eq!(claims.unwrap().timestamp, Some(9.0));
/// assert!(claims.unwrap().app_id);
/// assert_eq!(read_claims(b"{'step':7}", &expected), None);
/// ```
#[must_use]
pub fn read_claims(text: &[u8], expected: &Expected) -> Option<Claims> {
    let mut reader = Reader { text, at: 0 };
    let mut claims = Claims::default();
    reader.white_space();
    reader.members(|reader, key| {
        if is_name(key, "watermark") {
            (claims.app_id, claims.timestamp) = (false, None);
            return reader.members(|reader, key| {
                if is_name(key, "appid") {
                    let app_id = reader.string_or_other()?;
                    claims.app_id = app_id.is_some_and(|text| is_utf16(text, expected.app_id));
                } else if is_name(key, "timestamp") {
                    claims.timestamp = reader.number_or_other()?;
                } else {
                    reader.value()?;
                }
                Some(())
            });
        }
        match expected.open_id {
            Some(open_id) if is_name(key, "openId") => {
                let text = reader.string_or_other()?;
                claims.open_id = text.is_some_and(|text| is_utf16(text, open_id));
                Some(())
            }
            _ => reader.value(),
        }
    })?;
    reader.white_space();
    (reader.at == text.len()).then_some(claims)
}

/// Reads forward over JSON (RFC 8259). Every method leaves `at` behind what it has read, and returns
/// `None` where that is not valid.
struct Reader<'t> {
    text: &'t [u8],
    at: usize,
}

impl<'t> Reader<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn token(&mut self, token: u8) -> Option<()> {
        (self.next()? == token).then_some(())
    }

    fn white_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// An object, whose values `member` reads; or any other value, of which it learns nothing.
    fn members(&mut self, mut member: impl FnMut(&mut Self, &'t [u8]) -> Option<()>) -> Option<()> {
        if self.peek()? != b'{' {
            return self.value();
        }
        self.at += 1;
        self.white_space();
        if self.peek()? == b'}' {
            self.at += 1;
            return Some(());
        }
        loop {
            let key = self.key()?;
            member(self, key)?;
            self.white_space();
            match self.next()? {
                b',' => self.white_space(),
                b'}' => return Some(()),
                _ => return None,
            }
        }
    }

    /// A key up to its value, as it is between its quotes.
    fn key(&mut self) -> Option<&'t [u8]> {
        self.token(b'"')?;
        let key = self.string()?;
        self.white_space();
        self.token(b':')?;
        self.white_space();
        Some(key)
    }

    /// The content of a string, or `Some(None)` for another value.
    fn string_or_other(&mut self) -> Option<Option<&'t [u8]>> {
        if self.peek()? == b'"' {
            self.at += 1;
            return self.string().map(Some);
        }
        self.value()?;
        Some(None)
    }

    /// A number as `JSON.parse` rounds it, or `Some(None)` for another value.
    fn number_or_other(&mut self) -> Option<Option<f64>> {
        let start = self.at;
        let first = self.peek()?;
        self.value()?;
        let is_number = first == b'-' || first.is_ascii_digit();
        let digits = is_number.then(|| str::from_utf8(&self.text[start..self.at]));
        Some(digits.and_then(|digits| digits.ok()?.parse().ok()))
    }

    /// Any value. A loop rather than a recursion: no depth of the data may end the stack.
    fn value(&mut self) -> Option<()> {
        let mut nesting = Nesting::default();
        loop {
            match self.next()? {
                b'"' => drop(self.string()?),
                b'-' => {
                    let digit = self.next()?;
                    self.number(digit)?;
                }
                digit @ b'0'..=b'9' => self.number(digit)?,
                b'{' => {
                    self.white_space();
                    if self.peek()? != b'}' {
                        nesting.push(true);
                        self.key()?;
                        continue;
                    }
                    self.at += 1;
                }
                b'[' => {
                    self.white_space();
                    if self.peek()? != b']' {
                        nesting.push(false);
                        continue;
                    }
                    self.at += 1;
                }
                b't' => self.literal(b"rue")?,
                b'f' => self.literal(b"alse")?,
                b'n' => self.literal(b"ull")?,
                _ => return None,
            }
            // Behind a value: the next one, or the ends of what it stands in.
            loop {
                let Some(is_object) = nesting.last() else {
                    return Some(());
                };
                self.white_space();
                match (self.next()?, is_object) {
                    (b',', true) => {
                        self.white_space();
                        self.key()?;
                        break;
                    }
                    (b',', false) => {
                        self.white_space();
                        break;
                    }
                    (b'}', true) | (b']', false) => nesting.pop(),
                    _ => return None,
                }
            }
        }
    }

    fn literal(&mut self, rest: &[u8]) -> Option<()> {
        let found = self.text[self.at..].starts_with(rest);
        self.at += rest.len();
        found.then_some(())
    }

    /// The rest of a number after its first digit.
    fn number(&mut self, first: u8) -> Option<()> {
        match first {
            b'0' => {}
            b'1'..=b'9' => self.digits(),
            _ => return None,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.next().filter(u8::is_ascii_digit)?;
            self.digits();
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.next().filter(u8::is_ascii_digit)?;
            self.digits();
        }
        Some(())
    }

    fn digits(&mut self) {
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
    }

    /// The rest of a string after its first quote; returns its content.
    fn string(&mut self) -> Option<&'t [u8]> {
        let start = self.at;
        loop {
            self.at += plain_length(&self.text[self.at..]);
            match self.next()? {
                b'"' => return Some(&self.text[start..self.at - 1]),
                b'\\' => match self.next()? {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                    b'u' => {
                        for _ in 0..4 {
                            self.next().filter(u8::is_ascii_hexdigit)?;
                        }
                    }
                    _ => return None,
                },
                _ => return None,
            }
        }
    }
}

/// How many bytes at the front of `text` stand for themselves in a JSON string: no quote, backslash or
/// control character.
pub(super) fn plain_length(text: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);
    // Sets the high bit of the first byte below `limit`, and perhaps of others behind it.
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    let equal = |word: u64, byte: u8| below(word ^ (ONES * u64::from(byte)), 1);

    let (chunks, rest) = text.as_chunks();
    let mut length = 0;
    for chunk in chunks {
        let word = u64::from_le_bytes(*chunk);
        let ends = (equal(word, b'"') | equal(word, b'\\') | below(word, 0x20)) & HIGHS;
        if ends != 0 {
            return length + (ends.trailing_zeros() / 8) as usize;
        }
        length += chunk.len();
    }
    let ends = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    length + rest.iter().position(ends).unwrap_or(rest.len())
}

/// The containers around a value, a bit each: set for an object, clear for an array.
#[derive(Default)]
struct Nesting {
    /// The innermost, up to 64.
    bits: u64,
    depth: usize,
    outer: Vec<u64>,
}

impl Nesting {
    fn push(&mut self, is_object: bool) {
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.outer.push(self.bits);
        }
        self.bits = self.bits << 1 | u64::from(is_object);
        self.depth += 1;
    }

    fn last(&self) -> Option<bool> {
        (self.depth > 0).then_some(self.bits & 1 == 1)
    }

    fn pop(&mut self) {
        self.bits >>= 1;
        self.depth -= 1;
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.bits = self.outer.pop().unwrap_or_default();
        }
    }
}
