//! The documented forms of open data, read without parsing JSON.
//!
//! WeChat writes each kind of open data in one way: compact, with the same keys in the same order. So the
//! text between the values is compared byte by byte, and only where the values are is written down. What
//! is in another form, or has a value that is not plain (an escape, a number that is no small integer), is
//! left to the JSON check. Nothing is learned from data: the table below is all there is.
//!
//! A form is added in three places: here, in `lib/forms.js`, and in `__test__/forms.test.js`.

use super::json::{Claims, Expected, plain_length};

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
}

fn form(reader: &mut Reader) -> Option<Form> {
    if reader.text(r#"{"phoneNumber":""#) {
        phone_number(reader)
    } else if reader.text(r#"{"openId":""#) {
        user_info(reader)
    } else if reader.text(r#"{"stepInfoList":["#) {
        steps(reader)
    } else {
        None
    }
}

fn phone_number(reader: &mut Reader) -> Option<Form> {
    reader.string(r#"","purePhoneNumber":""#)?;
    reader.string(r#"","countryCode":""#)?;
    reader.string(r#"","watermark":{"timestamp":"#)?;
    reader.watermark()?;
    Some(Form::PhoneNumber)
}

fn user_info(reader: &mut Reader) -> Option<Form> {
    reader.open_id(r#"","nickName":""#)?;
    reader.string(r#"","gender":"#)?;
    reader.integer(r#","language":""#)?;
    reader.string(r#"","city":""#)?;
    reader.string(r#"","province":""#)?;
    reader.string(r#"","country":""#)?;
    reader.string(r#"","avatarUrl":""#)?;
    reader.string(r#"","#)?;
    if reader.text(r#""unionId":""#) {
        reader.string(r#"","watermark":{"timestamp":"#)?;
        reader.watermark()?;
        return Some(Form::UserInfoWithUnionId);
    }
    reader.text(r#""watermark":{"timestamp":"#).then_some(())?;
    reader.watermark()?;
    Some(Form::UserInfo)
}

fn steps(reader: &mut Reader) -> Option<Form> {
    let count = reader.count;
    reader.number(0)?;
    loop {
        reader.text(r#"{"timestamp":"#).then_some(())?;
        reader.integer(r#","step":"#)?;
        reader.integer("}")?;
        reader.record[count] += 1;
        if !reader.text(",") {
            break;
        }
    }
    reader
        .text(r#"],"watermark":{"timestamp":"#)
        .then_some(())?;
    reader.watermark()?;
    Some(Form::Steps)
}

/// Reads `plaintext`, which is all ASCII where `is_ascii`, else perhaps not even UTF-8. Writes the record
/// and returns what the plaintext claims; `None` where it has no documented form with plain values.
///
/// # Examples
///
/// ```
/// use wxbizdatacrypt_native::wechat::forms::{MAX_NUMBERS, read};
/// use wxbizdatacrypt_native::wechat::json::Expected;
///
/// let plaintext = br#"{"stepInfoList":[{"timestamp":5,"step":7}],"watermark":{"timestamp":9,"appid":"wx"}}"#;
/// let expected = Expected { app_id: &[0x77, 0x78], open_id: None };
/// let mut record = [0; MAX_NUMBERS];
/// assert!(read(plaintext, true, &expected, &mut record).unwrap().app_id);
/// assert_eq!(record[1..5], [1, 5, 7, 9]);
/// ```
pub fn read(
    plaintext: &[u8],
    is_ascii: bool,
    expected: &Expected,
    record: &mut Record,
) -> Option<Claims> {
    let mut reader = Reader {
        plaintext,
        is_ascii,
        at: 0,
        surplus: 0,
        record,
        count: 1,
        expected,
        claims: Claims::default(),
    };
    let form = form(&mut reader)?;
    if reader.at != plaintext.len() {
        return None;
    }
    let claims = reader.claims;
    record[0] = form as i32;
    Some(claims)
}

/// Whether `content`, which has no escape, is `text`. `None` where `text` is not ASCII.
fn equals(content: &[u8], text: &[u16]) -> Option<bool> {
    // Without an early end, so that it becomes vector instructions.
    let all = text.iter().fold(0, |all, unit| all | unit);
    let pairs = content.iter().zip(text);
    let different = pairs.fold(0, |different, (byte, unit)| {
        different | (u16::from(*byte) ^ unit)
    });
    (all < 0x80).then_some(different == 0 && content.len() == text.len())
}

/// How many bytes more `text` has in UTF-8 than code units in UTF-16: its continuation bytes, but one less
/// for each character beyond U+FFFF, which has four bytes and two units.
fn surplus(text: &[u8]) -> usize {
    const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);
    let (words, rest) = text.as_chunks();
    let mut surplus = 0;
    for word in words {
        let word = u64::from_le_bytes(*word);
        if word & HIGHS != 0 {
            let continuations = word & !(word << 1) & HIGHS;
            let leads_of_four = word & word << 1 & word << 2 & word << 3 & HIGHS;
            surplus += continuations.count_ones() as usize;
            surplus = surplus.wrapping_sub(leads_of_four.count_ones() as usize);
        }
    }
    for byte in rest {
        surplus += usize::from(byte & 0xc0 == 0x80);
        surplus = surplus.wrapping_sub(usize::from(*byte >= 0xf0));
    }
    surplus
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
    at: usize,
    /// How many bytes more than UTF-16 code units have been read.
    surplus: usize,
    record: &'p mut Record,
    count: usize,
    expected: &'p Expected<'p>,
    claims: Claims,
}

/// Each method takes a value and the text behind it; `None` where that is not what comes next.
impl Reader<'_> {
    /// Whether `text` comes next. Inlined, so that it becomes comparisons of words.
    #[inline(always)]
    fn text(&mut self, text: &str) -> bool {
        let found = self.plaintext[self.at..].starts_with(text.as_bytes());
        self.at += if found { text.len() } else { 0 };
        found
    }

    #[inline(always)]
    fn string(&mut self, text: &str) -> Option<()> {
        self.content()?;
        self.text(text).then_some(())
    }

    #[inline(always)]
    fn integer(&mut self, text: &str) -> Option<()> {
        self.digits()?;
        self.text(text).then_some(())
    }

    #[inline(always)]
    fn open_id(&mut self, text: &str) -> Option<()> {
        let content = self.content()?;
        if let Some(open_id) = self.expected.open_id {
            self.claims.open_id = equals(&self.plaintext[content], open_id)?;
        }
        self.text(text).then_some(())
    }

    /// The rest of a plaintext whose last member is the watermark.
    #[inline(always)]
    fn watermark(&mut self) -> Option<()> {
        self.claims.timestamp = Some(self.digits()?.into());
        self.text(r#","appid":""#).then_some(())?;
        let start = self.at;
        self.at += plain_length(&self.plaintext[start..]);
        self.claims.app_id = equals(&self.plaintext[start..self.at], self.expected.app_id)?;
        self.text(r#""}}"#).then_some(())
    }

    /// The content of a string, up to the quote that ends it.
    fn content(&mut self) -> Option<std::ops::Range<usize>> {
        let start = self.at;
        self.at += plain_length(&self.plaintext[start..]);
        self.number(start - self.surplus)?;
        if !self.is_ascii {
            self.surplus += surplus(&self.plaintext[start..self.at]);
        }
        self.number(self.at - self.surplus)?;
        Some(start..self.at)
    }

    /// An integer from 0 to 2^31 - 1, as `JSON.stringify` writes it.
    fn digits(&mut self) -> Option<i32> {
        let digits = &self.plaintext[self.at..];
        let (mut integer, mut length) = match digits.first_chunk().and_then(eight_digits) {
            Some(integer) => (integer, 8),
            None => (0, 0),
        };
        while let Some(digit @ b'0'..=b'9') = digits.get(length) {
            integer = integer * 10 + u64::from(digit - b'0');
            length += 1;
            if length > 10 {
                return None;
            }
        }
        if length == 0 || (digits[0] == b'0' && length > 1) {
            return None;
        }
        self.at += length;
        let integer = i32::try_from(integer).ok()?;
        self.number(integer as usize)?;
        Some(integer)
    }

    fn number(&mut self, number: usize) -> Option<()> {
        *self.record.get_mut(self.count)? = i32::try_from(number).ok()?;
        self.count += 1;
        Some(())
    }
}
