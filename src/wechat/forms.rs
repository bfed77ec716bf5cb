//! The documented forms of open data, read without parsing JSON.
//!
//! WeChat writes each kind of open data in one way: compact, with the same keys in the same order. So the
//! text between the values is compared byte by byte, and only where the values are is written down. What
//! is in another form, or has a value that is not plain (an escape, a number that is no small integer), is
//! left to the JSON check. Nothing is learned from data: the table below is all there is.

use super::rules::{AppId, Claims, Expected};

/// How many numbers a record has at most: those of 31 days of steps.
pub const MAX_NUMBERS: usize = 66;

/// Where the values of a plaintext are. The first number is the [`Form`]. Each value adds to it, in the
/// order of the plaintext: a string its start and its end in UTF-16 code units, an integer itself, an
/// array how many elements follow.
pub type Record = [i32; MAX_NUMBERS];

/// A documented form, numbered as in `lib/forms.js`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum Form {
    /// `<button open-type="getPhoneNumber">`.
    PhoneNumber,
    /// `wx.getUserInfo` of an app that is bound to an account of the WeChat Open Platform.
    UserInfoWithUnionId,
    /// `wx.getUserInfo`.
    UserInfo,
    /// `wx.getWeRunData`.
    Steps,
    /// The user's two ids, in data whose watermark has an integer.
    Ids,
}

fn phone_number(reader: &mut Reader) -> Option<Form> {
    reader.string(r#"","purePhoneNumber":""#)?;
    reader.string(r#"","countryCode":""#)?;
    reader.string(r#"",""#)?;
    reader.watermark(Form::PhoneNumber)
}

fn user_info(reader: &mut Reader) -> Option<Form> {
    reader.open_id(r#"","nickName":""#)?;
    reader.string(r#"","gender":"#)?;
    reader.integer(r#","language":""#)?;
    reader.string(r#"","city":""#)?;
    reader.string(r#"","province":""#)?;
    reader.string(r#"","country":""#)?;
    reader.string(r#"","avatarUrl":""#)?;
    reader.string(r#"",""#)?;
    if reader.text(r#"unionId":""#) {
        reader.string(r#"",""#)?;
        return reader.watermark(Form::UserInfoWithUnionId);
    }
    reader.watermark(Form::UserInfo)
}

fn steps(reader: &mut Reader) -> Option<Form> {
    reader.skip(r#"{"stepInfoList":["#)?;
    let count = reader.count;
    reader.number(0)?;
    loop {
        reader.skip(r#"{"timestamp":"#)?;
        reader.integer(r#","step":"#)?;
        reader.integer("}")?;
        reader.record[count] += 1;
        if !reader.text(",") {
            break;
        }
    }
    reader.skip(r#"],""#)?;
    reader.watermark(Form::Steps)
}

fn ids(reader: &mut Reader) -> Option<Form> {
    reader.skip(r#"{"openId":""#)?;
    reader.open_id(r#"","unionId":""#)?;
    reader.string(r#"","watermark":{"appid":"#)?;
    let rest = &reader.plaintext[reader.at..];
    if !matches!(rest.first()?, b'1'..=b'9') {
        return None;
    }
    let length = rest.iter().position(|byte| !byte.is_ascii_digit())?;
    reader.at += length;
    reader.claims.app_id = equals(&rest[..length], reader.expected.app_id)?;
    reader.skip(r#","timestamp":"#)?;
    reader.claims.timestamp = Some(reader.digits()?.into());
    reader.text("}}").then_some(Form::Ids)
}

/// Reads `plaintext`, which is all ASCII where `is_ascii`, else perhaps not even UTF-8. Writes the record
/// and returns what the plaintext claims; `None` where it has no documented form with plain values.
pub fn read(
    plaintext: &[u8],
    is_ascii: bool,
    expected: &Expected,
    record: &mut Record,
) -> Option<Claims> {
    if !expected.layout.has_forms {
        return None;
    }
    let mut reader = Reader {
        plaintext,
        is_ascii,
        expected,
        at: 0,
        surplus: 0,
        record,
        count: 1,
        claims: Claims {
            is_object: true,
            has_watermark: true,
            ..Claims::default()
        },
    };
    let form = if let AppId::Integer(_) = expected.layout.app_id {
        ids(&mut reader)?
    } else if reader.text(r#"{"phoneNumber":""#) {
        phone_number(&mut reader)?
    } else if reader.text(r#"{"openId":""#) {
        user_info(&mut reader)?
    } else {
        steps(&mut reader)?
    };
    reader.record[0] = form as i32;
    (reader.at == plaintext.len()).then_some(reader.claims)
}

/// Whether `content`, which has no escape, is `text`. `None` where `text` is not ASCII.
fn equals(content: &[u8], text: &[u16]) -> Option<bool> {
    // Without an early end, so that it becomes vector instructions.
    let all = text.iter().fold(0, |all, unit| all | unit);
    let pairs = content.iter().zip(text);
    let different = pairs.fold(0, |all, (byte, unit)| all | (u16::from(*byte) ^ unit));
    (all < 0x80).then_some(different == 0 && content.len() == text.len())
}

/// How many bytes more `text` has in UTF-8 than code units in UTF-16: its continuation bytes, but one less
/// for each character beyond U+FFFF, which has four bytes and two units.
fn surplus(text: &[u8]) -> isize {
    let surplus = |byte: &u8| isize::from(byte & 0xc0 == 0x80) - isize::from(*byte >= 0xf0);
    let text = if text.is_ascii() { &[] } else { text };
    text.iter().map(surplus).sum()
}

/// Returns how many bytes at the front of `text` need no escape in a JSON string: no quote, backslash or control
/// character.
fn plain_length(text: &[u8]) -> usize {
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

/// Eight decimal digits at once, each pair and then each four multiplied in place.
#[inline]
fn eight_digits(digits: &[u8; 8]) -> Option<u64> {
    const ZEROS: u64 = u64::from_ne_bytes([b'0'; 8]);
    const HIGH_NIBBLES: u64 = u64::from_ne_bytes([0xf0; 8]);
    const SIXES: u64 = u64::from_ne_bytes([6; 8]);
    let word = u64::from_le_bytes(*digits);
    if word & HIGH_NIBBLES != ZEROS || word.wrapping_add(SIXES) & HIGH_NIBBLES != ZEROS {
        return None;
    }
    let pairs = (word - ZEROS).wrapping_mul(10 << 8 | 1) >> 8 & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100 << 16 | 1) >> 16 & 0x0000_ffff_0000_ffff;
    Some(fours.wrapping_mul(10_000 << 32 | 1) >> 32)
}

struct Reader<'p> {
    plaintext: &'p [u8],
    is_ascii: bool,
    expected: &'p Expected<'p>,
    at: usize,
    /// How many bytes more than UTF-16 code units have been read.
    surplus: isize,
    record: &'p mut Record,
    count: usize,
    claims: Claims,
}

/// Each method reads a value and the text behind it; `None` where that is not what comes next.
impl<'p> Reader<'p> {
    /// Whether `text` comes next. Inlined, so that it becomes comparisons of words.
    #[inline(always)]
    fn text(&mut self, text: &str) -> bool {
        let found = self.plaintext[self.at..].starts_with(text.as_bytes());
        self.at += if found { text.len() } else { 0 };
        found
    }

    #[inline(always)]
    fn skip(&mut self, text: &str) -> Option<()> {
        self.text(text).then_some(())
    }

    #[inline(always)]
    fn string(&mut self, text: &str) -> Option<()> {
        self.content()?;
        self.skip(text)
    }

    #[inline(always)]
    fn integer(&mut self, text: &str) -> Option<()> {
        self.digits()?;
        self.skip(text)
    }

    #[inline(always)]
    fn open_id(&mut self, text: &str) -> Option<()> {
        let content = self.content()?;
        if let Some(open_id) = self.expected.open_id {
            self.claims.open_id = equals(content, open_id)?;
        }
        self.skip(text)
    }

    /// The rest of a plaintext whose last member is the watermark.
    #[inline(always)]
    fn watermark(&mut self, form: Form) -> Option<Form> {
        self.skip(r#"watermark":{"timestamp":"#)?;
        self.claims.timestamp = Some(self.digits()?.into());
        self.skip(r#","appid":""#)?;
        let app_id = self.plain();
        self.claims.app_id = equals(app_id, self.expected.app_id)?;
        self.text(r#""}}"#).then_some(form)
    }

    /// What comes next and needs no escape in a string.
    fn plain(&mut self) -> &'p [u8] {
        let rest = &self.plaintext[self.at..];
        let plain = &rest[..plain_length(rest)];
        self.at += plain.len();
        plain
    }

    /// The content of a string, up to the quote that ends it.
    fn content(&mut self) -> Option<&'p [u8]> {
        self.number(self.at as isize - self.surplus)?;
        let content = self.plain();
        if !self.is_ascii {
            self.surplus += surplus(content);
        }
        self.number(self.at as isize - self.surplus)?;
        Some(content)
    }

    /// An integer from 0 to 2^31 - 1, as `JSON.stringify` writes it.
    fn digits(&mut self) -> Option<i32> {
        let digits = &self.plaintext[self.at..];
        let (mut integer, mut length) = match digits.first_chunk().and_then(eight_digits) {
            Some(integer) => (integer, 8),
            None => (0, 0),
        };
        let rest = digits[length..].iter().take(10 - length);
        for digit in rest.take_while(|byte| byte.is_ascii_digit()) {
            integer = integer * 10 + u64::from(digit - b'0');
            length += 1;
        }
        if length == 0 || (digits[0] == b'0' && length > 1) {
            return None;
        }
        self.at += length;
        let integer = i32::try_from(integer).ok()?;
        self.number(integer as isize)?;
        Some(integer)
    }

    fn number(&mut self, number: isize) -> Option<()> {
        *self.record.get_mut(self.count)? = i32::try_from(number).ok()?;
        self.count += 1;
        Some(())
    }
}
