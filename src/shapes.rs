//! Learned shapes: reads a plaintext whose JSON skeleton was seen before without parsing it.
//!
//! Open data has a handful of fixed shapes. A shape is the text between the values, byte for byte,
//! and what stands in each gap: a string, a small integer, or an array of objects of one shape.
//! Where a plaintext has a known skeleton, [`Shapes::scan`] writes its values as a record, from
//! which the caller fills a template object. Whatever the scan is not sure of (escapes, other
//! numbers, invalid UTF-8, long values, another skeleton) is left to `JSON.parse`.
//!
//! The idea of a speculative parse is from Li et al., "Mison: A Fast JSON Parser for Data
//! Analytics", PVLDB 10 (2017).
//!
//! # The record
//!
//! Numbers and a text. The first number is the shape's. Each value adds one number, in the order of
//! the plaintext: a string where it ends in the text (it begins where the one before it ended), an
//! integer itself, an array how many elements follow. The text is all strings, one after another.

use encoding_rs::mem::convert_utf8_to_utf16_without_replacement;

/// How many numbers a record can have.
pub const NUMBERS: usize = 512;
/// The greatest length of a record's text: what one string cut out of it can keep alive.
const TEXT: usize = 512;
/// How many shapes are kept; beyond them the oldest gives way.
const SHAPES: usize = 16;
/// The greatest length of a skeleton in bytes.
const SKELETON: usize = 1024;
/// How deep objects may stand in each other: the data and, in it, the watermark.
const DEPTH: usize = 2;
/// How many keys an object may have.
const KEYS: usize = 64;
/// How many shapes that begin alike are tried before the scan gives up.
const TRIES: usize = 3;
/// After so many misses in a row only every eighth plaintext is tried, until one fits again.
const PATIENCE: usize = 64;

/// A piece of skeleton and the value in the gap after it; the last piece has none.
struct Step {
    skeleton: Vec<u8>,
    value: Option<Value>,
}

enum Value {
    String,
    Integer,
    /// Objects of one shape, with `separator` between them.
    Array {
        element: Vec<Step>,
        separator: Vec<u8>,
    },
}

/// The shapes learned so far, at most sixteen. They hold keys and punctuation, never a value.
pub struct Shapes {
    shapes: Vec<Vec<Step>>,
    /// Where the next shape goes.
    next: usize,
    /// The shape of the last hit, tried first.
    last: usize,
    /// How many plaintexts in a row fitted no shape.
    misses: usize,
    narrow: [u8; TEXT],
    wide: [u16; TEXT],
}

/// The strings of a plaintext, one after another.
#[derive(Debug, PartialEq, Eq)]
pub enum Text<'s> {
    /// All are ASCII.
    Ascii(&'s [u8]),
    /// UTF-16.
    Utf16(&'s [u16]),
}

impl Default for Shapes {
    fn default() -> Self {
        Shapes {
            shapes: Vec::new(),
            next: 0,
            last: 0,
            misses: 0,
            narrow: [0; TEXT],
            wide: [0; TEXT],
        }
    }
}

impl Shapes {
    /// Reads `plaintext` by the shapes learned so far: writes the record's numbers to `numbers`
    /// (room for [`NUMBERS`]) and returns its text. `None` where no shape fits for certain;
    /// `numbers` then holds nothing of meaning.
    ///
    /// # Examples
    ///
    /// ```
    /// use wxbizdatacrypt_native::shapes::{NUMBERS, Shapes, Text};
    ///
    /// let mut numbers = [0; NUMBERS];
    /// let mut shapes = Shapes::default();
    /// shapes.learn(br#"{"countryCode":"86","step":100}"#, &mut numbers);
    /// let text = shapes.scan(br#"{"countryCode":"852","step":7}"#, &mut numbers);
    /// assert_eq!(text, Some(Text::Ascii(b"852")));
    /// assert_eq!(numbers[..3], [0, 3, 7]);
    /// assert_eq!(shapes.scan(br#"{"countryCode":null,"step":7}"#, &mut numbers), None);
    /// ```
    pub fn scan(&mut self, plaintext: &[u8], numbers: &mut [i32]) -> Option<Text<'_>> {
        self.misses += 1;
        if self.misses > PATIENCE && !self.misses.is_multiple_of(8) {
            return None;
        }
        let ascii = plaintext.is_ascii();
        let mut tries = 0;
        let last = self.last;
        let others = (0..self.shapes.len()).filter(|number| *number != last);
        for number in std::iter::once(last).chain(others) {
            let Some(shape) = self.shapes.get(number) else {
                break;
            };
            if !plaintext.starts_with(&shape[0].skeleton) {
                continue;
            }
            let length = if ascii {
                Scan::run(plaintext, shape, numbers, &mut self.narrow)
            } else {
                Scan::run(plaintext, shape, numbers, &mut self.wide)
            };
            if let Some(length) = length {
                numbers[0] = number as i32;
                self.last = number;
                self.misses = 0;
                return Some(if ascii {
                    Text::Ascii(&self.narrow[..length])
                } else {
                    Text::Utf16(&self.wide[..length])
                });
            }
            tries += 1;
            if tries == TRIES {
                break;
            }
        }
        None
    }

    /// Learns the shape of `plaintext`, which `JSON.parse` must have accepted, and returns its
    /// number. `None` where the plaintext has no shape that can be learned.
    ///
    /// # Examples
    ///
    /// ```
    /// use wxbizdatacrypt_native::shapes::{NUMBERS, Shapes};
    ///
    /// let mut numbers = [0; NUMBERS];
    /// let mut shapes = Shapes::default();
    /// assert_eq!(shapes.learn(br#"{"step":100}"#, &mut numbers), Some(0));
    /// assert_eq!(shapes.learn(br#"{"step":100,"step":200}"#, &mut numbers), None);
    /// ```
    pub fn learn(&mut self, plaintext: &[u8], numbers: &mut [i32]) -> Option<usize> {
        let shape = Learner::shape(plaintext)?;
        // What cannot be read back by its own shape is not worth a place.
        Scan::run(plaintext, &shape, numbers, &mut self.wide)?;
        let number = self.next;
        if number < self.shapes.len() {
            self.shapes[number] = shape;
        } else {
            self.shapes.push(shape);
        }
        self.last = number;
        self.misses = 0;
        self.next = (number + 1) % SHAPES;
        Some(number)
    }
}

/// A unit of a record's text.
trait Unit: Sized {
    /// Copies the string at the front of `text`, up to the `"` that ends it. Returns its length in
    /// bytes and in units. `None` where it does not end, does not fit or holds what JSON does not
    /// let stand as it is: escapes and control characters.
    fn copy_string(text: &[u8], units: &mut [Self]) -> Option<(usize, usize)>;
}

/// The text is ASCII.
impl Unit for u8 {
    // In one pass: finding the end and then copying takes 7 % longer for a phone number.
    fn copy_string(text: &[u8], units: &mut [u8]) -> Option<(usize, usize)> {
        let mut at = 0;
        while let (Some(bytes), Some(copy)) =
            (text[at..].first_chunk(), units[at..].first_chunk_mut())
        {
            *copy = *bytes;
            match stop(bytes) {
                Some(stop) => {
                    at += stop;
                    break;
                }
                None => at += bytes.len(),
            }
        }
        loop {
            match *text.get(at)? {
                b'"' => return Some((at, at)),
                b'\\' | 0..0x20 => return None,
                byte => *units.get_mut(at)? = byte,
            }
            at += 1;
        }
    }
}

impl Unit for u16 {
    fn copy_string(text: &[u8], units: &mut [u16]) -> Option<(usize, usize)> {
        let string = string(text)?;
        let units = units.get_mut(..string.len())?;
        let length = convert_utf8_to_utf16_without_replacement(string, units)?;
        Some((string.len(), length))
    }
}

/// The string at the front of `text`; `None` as for [`Unit::copy_string`].
fn string(text: &[u8]) -> Option<&[u8]> {
    let mut end = 0;
    while let Some(bytes) = text[end..].first_chunk() {
        match stop(bytes) {
            Some(stop) => {
                end += stop;
                break;
            }
            None => end += bytes.len(),
        }
    }
    end += text[end..]
        .iter()
        .position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))?;
    (text[end] == b'"').then(|| &text[..end])
}

/// Where in `bytes` the first `"`, `\` or control character stands.
fn stop(bytes: &[u8; 8]) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);
    // Sets the high bit of each byte below `limit`, and perhaps of others behind such a byte.
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    let equal = |word: u64, byte: u8| below(word ^ (ONES * u64::from(byte)), 1);

    let word = u64::from_le_bytes(*bytes);
    let stops = (equal(word, b'"') | equal(word, b'\\') | below(word, 0x20)) & HIGHS;
    (stops != 0).then(|| (stops.trailing_zeros() / 8) as usize)
}

/// One reading of a plaintext by a shape.
struct Scan<'p, 'r, U> {
    plaintext: &'p [u8],
    numbers: std::slice::IterMut<'r, i32>,
    text: &'r mut [U; TEXT],
    length: usize,
}

impl<'p, 'r, U: Unit> Scan<'p, 'r, U> {
    /// Writes all numbers but the first, and the text, and returns the text's length.
    fn run(
        plaintext: &'p [u8],
        shape: &[Step],
        numbers: &'r mut [i32],
        text: &'r mut [U; TEXT],
    ) -> Option<usize> {
        let mut scan = Scan {
            plaintext,
            numbers: numbers[1..].iter_mut(),
            text,
            length: 0,
        };
        scan.steps(shape)?;
        if !scan.plaintext.is_empty() {
            return None;
        }
        Some(scan.length)
    }

    fn steps(&mut self, steps: &[Step]) -> Option<()> {
        for step in steps {
            self.plaintext = self.plaintext.strip_prefix(&step.skeleton[..])?;
            match &step.value {
                Some(Value::String) => self.string()?,
                Some(Value::Integer) => self.integer()?,
                Some(Value::Array { element, separator }) => self.array(element, separator)?,
                None => {}
            }
        }
        Some(())
    }

    fn string(&mut self) -> Option<()> {
        let (bytes, units) = U::copy_string(self.plaintext, &mut self.text[self.length..])?;
        self.plaintext = &self.plaintext[bytes..];
        self.length += units;
        *self.number()? = self.length as i32;
        Some(())
    }

    fn integer(&mut self) -> Option<()> {
        let (integer, rest) = split_integer(self.plaintext)?;
        self.plaintext = rest;
        *self.number()? = integer;
        Some(())
    }

    fn array(&mut self, element: &[Step], separator: &[u8]) -> Option<()> {
        let place = self.number()?;
        let mut count = 0;
        loop {
            self.steps(element)?;
            count += 1;
            match self.plaintext.strip_prefix(separator) {
                Some(rest) => self.plaintext = rest,
                None => break,
            }
        }
        *place = count;
        Some(())
    }

    fn number(&mut self) -> Option<&'r mut i32> {
        self.numbers.next()
    }
}

/// Splits an integer from the front of `text`. `None` where there is none, where it is over 31 bits,
/// or where it is written in another way than `JSON.stringify` writes it.
fn split_integer(text: &[u8]) -> Option<(i32, &[u8])> {
    let mut integer = 0;
    let mut length = 0;
    while let Some(digit @ b'0'..=b'9') = text.get(length) {
        integer = integer * 10 + i64::from(digit - b'0');
        length += 1;
        if length > 10 {
            return None;
        }
    }
    if length == 0 || (text[0] == b'0' && length > 1) {
        return None;
    }
    Some((i32::try_from(integer).ok()?, &text[length..]))
}

fn skeleton_length(steps: &[Step]) -> usize {
    let lengths = steps.iter().map(|step| {
        let inner = match &step.value {
            Some(Value::Array { element, separator }) => skeleton_length(element) + separator.len(),
            _ => 0,
        };
        step.skeleton.len() + inner
    });
    lengths.sum()
}

/// Reads a plaintext that `JSON.parse` has accepted, once, to learn its shape.
struct Learner<'p> {
    plaintext: &'p [u8],
    at: usize,
    /// Where the piece of skeleton that is being read began.
    from: usize,
    steps: Vec<Step>,
}

impl<'p> Learner<'p> {
    fn shape(plaintext: &'p [u8]) -> Option<Vec<Step>> {
        let mut learner = Learner {
            plaintext,
            at: 0,
            from: 0,
            steps: Vec::new(),
        };
        learner.white_space();
        learner.object(DEPTH)?;
        learner.white_space();
        if learner.at != plaintext.len() {
            return None;
        }
        let steps = learner.finish();
        (skeleton_length(&steps) <= SKELETON).then_some(steps)
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        let mut keys = Vec::new();
        self.token(b'{')?;
        loop {
            self.white_space();
            if keys.len() == KEYS {
                return None;
            }
            keys.push(self.key(&keys)?);
            self.white_space();
            self.token(b':')?;
            self.white_space();
            self.value(depth)?;
            self.white_space();
            match self.next()? {
                b',' => {}
                b'}' => return Some(()),
                _ => return None,
            }
        }
    }

    /// A key that becomes an ordinary property in the order of the text: not an array index, which
    /// engines move to the front, not seen before in this object, not `__proto__`.
    fn key(&mut self, seen: &[&'p [u8]]) -> Option<&'p [u8]> {
        self.token(b'"')?;
        let key = string(&self.plaintext[self.at..])?;
        self.at += key.len() + 1;
        let index = key.first().is_none_or(u8::is_ascii_digit);
        (!index && key.is_ascii() && key != b"__proto__" && !seen.contains(&key)).then_some(key)
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        let text = &self.plaintext[self.at..];
        match text.first()? {
            b'"' => {
                self.at += 1;
                let length = string(&text[1..])?.len();
                self.gap(Value::String);
                self.skip(length);
                self.at += 1;
            }
            b'{' if depth > 1 => self.object(depth - 1)?,
            b'[' if depth > 0 => self.array()?,
            b'0'..=b'9' => {
                let (_, rest) = split_integer(text)?;
                self.gap(Value::Integer);
                self.skip(text.len() - rest.len());
            }
            // They have one value each: they are skeleton.
            _ => {
                let literal: &[u8] = [&b"true"[..], b"false", b"null"]
                    .into_iter()
                    .find(|literal| text.starts_with(literal))?;
                self.at += literal.len();
            }
        }
        Some(())
    }

    /// An array of objects of one shape whose values are strings and integers.
    fn array(&mut self) -> Option<()> {
        self.token(b'[')?;
        self.white_space();
        let mut elements = Learner {
            plaintext: self.plaintext,
            at: self.at,
            from: self.at,
            steps: Vec::new(),
        };
        elements.object(0)?;
        let end = elements.at;
        let element = elements.finish();
        // Every element must add to the record, so that the record's length bounds their number.
        element[0].value.as_ref()?;

        let rest = &self.plaintext[end..];
        let separator_length = rest
            .iter()
            .take_while(|byte| matches!(byte, b',' | b' ' | b'\t' | b'\n' | b'\r'))
            .count();
        let separator = match &rest[..separator_length] {
            separator @ [b',', ..] => separator,
            _ => b",",
        };
        let mut numbers = [0; NUMBERS];
        let mut scan = Scan {
            plaintext: &self.plaintext[self.at..],
            numbers: numbers.iter_mut(),
            text: &mut [0_u16; TEXT],
            length: 0,
        };
        scan.array(&element, separator)?;
        let length = self.plaintext.len() - self.at - scan.plaintext.len();
        self.gap(Value::Array {
            element,
            separator: separator.to_vec(),
        });
        self.skip(length);
        self.white_space();
        self.token(b']')
    }

    /// Ends a piece of skeleton here, where `value` begins.
    fn gap(&mut self, value: Value) {
        self.steps.push(Step {
            skeleton: self.plaintext[self.from..self.at].to_vec(),
            value: Some(value),
        });
    }

    /// Steps over a value; the next piece of skeleton begins behind it.
    fn skip(&mut self, length: usize) {
        self.at += length;
        self.from = self.at;
    }

    fn finish(mut self) -> Vec<Step> {
        self.steps.push(Step {
            skeleton: self.plaintext[self.from..self.at].to_vec(),
            value: None,
        });
        self.steps
    }

    fn white_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.plaintext.get(self.at) {
            self.at += 1;
        }
    }

    fn next(&mut self) -> Option<u8> {
        let byte = *self.plaintext.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn token(&mut self, token: u8) -> Option<()> {
        (self.next()? == token).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the scan makes of `plaintext` after `lesson`: the numbers without the shape's, and the text.
    fn scanned(lesson: &str, plaintext: &[u8]) -> Option<(Vec<i32>, String)> {
        let mut numbers = [i32::MIN; NUMBERS];
        let mut shapes = Shapes::default();
        let number = shapes.learn(lesson.as_bytes(), &mut numbers)?;
        numbers.fill(i32::MIN);
        let text = match shapes.scan(plaintext, &mut numbers)? {
            Text::Ascii(units) => String::from_utf8(units.to_vec()).unwrap(),
            Text::Utf16(units) => String::from_utf16(units).unwrap(),
        };
        assert_eq!(numbers[0], number as i32);
        let numbers = numbers[1..]
            .iter()
            .take_while(|number| **number != i32::MIN);
        Some((numbers.copied().collect(), text))
    }

    fn learns(plaintext: &str) -> bool {
        Shapes::default()
            .learn(plaintext.as_bytes(), &mut [0; NUMBERS])
            .is_some()
    }

    const PHONE: &str = r#"{"phone":"135","watermark":{"timestamp":1477314187,"appid":"wx4f"}}"#;

    #[test]
    fn reads_values_of_other_lengths() {
        assert_eq!(
            scanned(
                PHONE,
                br#"{"phone":"","watermark":{"timestamp":0,"appid":"a longer app id"}}"#
            ),
            Some((vec![0, 0, 15], "a longer app id".to_owned()))
        );
        assert_eq!(
            scanned(
                PHONE,
                r#"{"phone":"手机😀x","watermark":{"timestamp":7,"appid":"wx"}}"#.as_bytes()
            ),
            Some((vec![5, 7, 7], "手机😀xwx".to_owned()))
        );
    }

    #[test]
    fn refuses_every_skeleton_that_differs_by_a_byte() {
        let gaps = ["135", "1477314187", "wx4f"].map(|value| {
            let start = PHONE.find(value).unwrap();
            start..start + value.len()
        });
        for index in (0..PHONE.len()).filter(|index| !gaps.iter().any(|gap| gap.contains(index))) {
            for bit in 0..8 {
                let mut changed = PHONE.as_bytes().to_vec();
                changed[index] ^= 1 << bit;
                assert_eq!(scanned(PHONE, &changed), None, "{index} {bit}");
            }
        }
        for length in 0..PHONE.len() {
            assert_eq!(scanned(PHONE, &PHONE.as_bytes()[..length]), None);
        }
        assert_eq!(scanned(PHONE, format!("{PHONE} ").as_bytes()), None);
    }

    #[test]
    fn leaves_uncertain_strings_to_json_parse() {
        let phone = |value: &[u8]| {
            let mut plaintext = br#"{"phone":""#.to_vec();
            plaintext.extend(value);
            plaintext.extend(br#"","watermark":{"timestamp":1,"appid":"x"}}"#);
            scanned(PHONE, &plaintext).is_some()
        };
        // At every place in and beyond a word of eight bytes.
        for at in 0..20 {
            for bad in [
                &b"\""[..],
                b"\\",
                b"\\\"",
                b"\x1f",
                b"\0",
                b"\xff",
                b"\xc3",
                b"\xed\xa0\x80",
            ] {
                let mut value = vec![b'a'; 20];
                value.splice(at..at, bad.iter().copied());
                assert!(!phone(&value), "{bad:?} at {at}");
            }
            for good in ["\u{7f}", " ", "!", "é", "手", "😀", "\u{2028}"] {
                let mut value = vec![b'a'; 20];
                value.splice(at..at, good.bytes());
                assert!(phone(&value), "{good:?} at {at}");
            }
        }
        assert!(phone(&[b'a'; TEXT - 1]));
        assert!(!phone(&[b'a'; TEXT]));
        assert!(phone("手".repeat(TEXT / 3 - 1).as_bytes()));
        assert!(!phone("手".repeat(TEXT / 3 + 1).as_bytes()));
    }

    #[test]
    fn reads_small_integers_only() {
        let number = |value: &str| {
            let plaintext = format!(r#"{{"step":{value}}}"#);
            scanned(r#"{"step":1}"#, plaintext.as_bytes()).map(|(numbers, _)| numbers[0])
        };
        for value in [0, 7, 10, 2_147_483_647] {
            assert_eq!(number(&value.to_string()), Some(value));
        }
        for value in [
            "2147483648",
            "99999999999",
            "-1",
            "-0",
            "00",
            "01",
            "1.0",
            "1e1",
            "1 ",
            "",
            "null",
            "\"1\"",
        ] {
            assert_eq!(number(value), None, "{value}");
        }
    }

    #[test]
    fn reads_arrays_of_one_shape() {
        let lesson = r#"{"list":[{"t":1,"s":"a"},{"t":2,"s":"b"}],"end":3}"#;
        assert_eq!(
            scanned(lesson, br#"{"list":[{"t":9,"s":"xyz"}],"end":4}"#),
            Some((vec![1, 9, 3, 4], "xyz".to_owned()))
        );
        for other in [
            r#"{"list":[],"end":3}"#,
            r#"{"list":[{"t":1,"s":"a"},],"end":3}"#,
            r#"{"list":[{"t":1,"s":"a"},{"t":1}],"end":3}"#,
            r#"{"list":[{"t":1,"s":"a"} ,{"t":1,"s":"a"}],"end":3}"#,
        ] {
            assert_eq!(scanned(lesson, other.as_bytes()), None, "{other}");
        }
        // One element does not show what stands between two.
        let lesson = r#"{"list":[{"t":1}]}"#;
        assert!(scanned(lesson, br#"{"list":[{"t":1},{"t":2}]}"#).is_some());
        assert!(scanned(lesson, br#"{"list":[{"t":1}, {"t":2}]}"#).is_none());
        let many = |count| format!(r#"{{"list":[{}]}}"#, vec![r#"{"t":1}"#; count].join(","));
        assert!(scanned(lesson, many(NUMBERS - 2).as_bytes()).is_some());
        assert!(scanned(lesson, many(NUMBERS - 1).as_bytes()).is_none());
    }

    #[test]
    fn learns_what_json_parse_keeps_in_order() {
        for plaintext in [
            "{\"a\":1}",
            " {\n\t\"a\" : true , \"b\" : null,\"c\":\"\"} ",
            r#"{"a":{"b":1},"c":[{"d":2}]}"#,
            r#"{"a":{"c":[{"d":2}]}}"#,
        ] {
            assert!(learns(plaintext), "{plaintext}");
        }
        for plaintext in [
            "",
            "{}",
            "null",
            "[]",
            "[{\"a\":1}]",
            r#"{"a":1,"a":2}"#,
            r#"{"__proto__":1}"#,
            r#"{"1":1}"#,
            r#"{"":1}"#,
            r#"{"\u0061":1}"#,
            r#"{"键":1}"#,
            r#"{"a":1.5}"#,
            r#"{"a":-1}"#,
            r#"{"a":"\n"}"#,
            r#"{"a":{"b":{"c":1}}}"#,
            r#"{"a":[]}"#,
            r#"{"a":[1]}"#,
            r#"{"a":[{"b":1},{"c":1}]}"#,
            r#"{"a":[{"b":{"c":1}}]}"#,
            r#"{"a":[{"b":[{"c":1}]}]}"#,
        ] {
            assert!(!learns(plaintext), "{plaintext}");
        }
    }

    #[test]
    fn deep_nesting_is_not_followed() {
        assert!(!learns(&"{\"a\":[".repeat(1_000_000)));
        assert!(!learns(&"{\"a\":".repeat(1_000_000)));
    }

    #[test]
    fn the_oldest_shape_gives_way() {
        let mut numbers = [0; NUMBERS];
        let mut shapes = Shapes::default();
        let plaintext = |number: usize| format!(r#"{{"key{number}":1}}"#);
        for number in 0..=SHAPES {
            let learned = shapes.learn(plaintext(number).as_bytes(), &mut numbers);
            assert_eq!(learned, Some(number % SHAPES));
        }
        assert!(shapes.scan(plaintext(0).as_bytes(), &mut numbers).is_none());
        for number in 1..=SHAPES {
            assert!(
                shapes
                    .scan(plaintext(number).as_bytes(), &mut numbers)
                    .is_some()
            );
            assert_eq!(numbers[0] as usize, number % SHAPES);
        }
    }

    #[test]
    fn after_many_misses_a_fit_is_still_found() {
        let mut numbers = [0; NUMBERS];
        let mut shapes = Shapes::default();
        shapes.learn(PHONE.as_bytes(), &mut numbers);
        for _ in 0..10 * PATIENCE {
            assert!(shapes.scan(b"{}", &mut numbers).is_none());
        }
        let fits = (0..8).filter(|_| shapes.scan(PHONE.as_bytes(), &mut numbers).is_some());
        assert!(fits.count() >= 1);
        assert!(shapes.scan(PHONE.as_bytes(), &mut numbers).is_some());
    }
    #[test]
    fn only_a_comma_and_white_space_stand_between_elements() {
        assert!(learns(r#"{"a":[{"b":1}, {"b":2}]}"#));
        for between in [",1,", ",null,", ",\"b\", ", ",[],"] {
            let plaintext = format!(r#"{{"a":[{{"b":1}}{between}{{"b":2}}]}}"#);
            assert!(!learns(&plaintext), "{plaintext}");
        }
    }

    #[test]
    fn elements_without_values_are_not_counted() {
        assert!(!learns(r#"{"a":[{"b":null},{"b":null}]}"#));
    }

    #[test]
    fn no_skeleton_is_longer_than_its_greatest_length() {
        let long = "k".repeat(SKELETON);
        let space = " ".repeat(SKELETON);
        for plaintext in [
            format!(r#"{{"{long}":1}}"#),
            format!(r#"{{"a":[{{"{long}":1}}]}}"#),
            format!(r#"{{"a":[{{"b":1}},{space}{{"b":2}}]}}"#),
        ] {
            assert!(!learns(&plaintext));
        }
    }
}
