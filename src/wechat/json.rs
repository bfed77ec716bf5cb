//! One pass over a plaintext: whether `JSON.parse` accepts it, and what its watermark claims.
//!
//! Written out because the answer must be `JSON.parse`'s for every text: it accepts `1e999`, lone
//! surrogates as escapes and any depth, and of equal keys the last one counts. `serde_json` differs in each.

use crate::common::text::{is_name, is_utf16};

/// How the platforms' plaintexts differ, numbered as in `lib/platforms.js`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[repr(u32)]
pub enum Format {
    /// `watermark.appid`, a string: WeChat, QQ, Douyin, Kuaishou.
    #[default]
    WeChat,
    /// The same, but there may be no watermark: Kuaishou, where the caller says so.
    OptionalWatermark,
    /// `watermark.appId`, a string.
    Xiaohongshu,
    /// `watermark.appid`, an integer, compared by its digits: it is above 2^53.
    Feishu,
    /// `openid`, and no watermark: the app key comes from the frame.
    Baidu,
}

impl Format {
    /// In the order of their numbers.
    pub const ALL: [Format; 5] = [
        Format::WeChat,
        Format::OptionalWatermark,
        Format::Xiaohongshu,
        Format::Feishu,
        Format::Baidu,
    ];

    const fn app_id_name(self) -> &'static str {
        match self {
            Format::Xiaohongshu => "appId",
            _ => "appid",
        }
    }

    const fn open_id_name(self) -> &'static str {
        match self {
            Format::Baidu => "openid",
            _ => "openId",
        }
    }
}

/// What is compared with the plaintext.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'e> {
    /// The app id that the watermark must name, in UTF-16.
    pub app_id: &'e [u16],
    /// The open id of the user whose data it must be, in UTF-16.
    pub open_id: Option<&'e [u16]>,
    /// Where both are.
    pub format: Format,
}

/// What a plaintext claims.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Claims {
    /// It is an object, rather than another JSON value.
    pub is_object: bool,
    /// It has a `watermark`, whatever that holds.
    pub has_watermark: bool,
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
/// use wxbizdatacrypt_native::wechat::json::{Expected, Format, read_claims};
///
/// let expected = Expected { app_id: &[0x77, 0x78], open_id: None, format: Format::WeChat };
/// let claims = read_claims(br#"{"step":7,"watermark":{"timestamp":9,"appid":"wx"}}"#, &expected);
/// assert_eq!(claims.unwrap().timestamp, Some(9.0));
/// assert!(claims.unwrap().app_id);
/// assert_eq!(read_claims(b"{'step':7}", &expected), None);
/// ```
#[must_use]
pub fn read_claims(text: &[u8], expected: &Expected) -> Option<Claims> {
    let mut reader = Reader { text, at: 0 };
    let mut claims = Claims::default();
    let format = expected.format;
    reader.white_space();
    claims.is_object = reader.peek() == Some(b'{');
    reader.members(|reader, key| {
        if is_name(key, "watermark") {
            (claims.has_watermark, claims.app_id, claims.timestamp) = (true, false, None);
            return reader.members(|reader, key| {
                if is_name(key, format.app_id_name()) {
                    claims.app_id = if format == Format::Feishu {
                        is_integer(reader.any()?, expected.app_id)
                    } else {
                        let app_id = reader.string_or_other()?;
                        app_id.is_some_and(|text| is_utf16(text, expected.app_id))
                    };
                } else if is_name(key, "timestamp") {
                    claims.timestamp = reader.number_or_other()?;
                } else {
                    reader.value()?;
                }
                Some(())
            });
        }
        match expected.open_id {
            Some(open_id) if is_name(key, format.open_id_name()) => {
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

/// Whether a JSON value is the integer with these digits. One integer has many texts, and `JSON.parse`
/// rounds those above 2^53 to the same number; so nothing but the digits themselves counts.
fn is_integer(value: &[u8], digits: &[u16]) -> bool {
    value.iter().all(u8::is_ascii_digit)
        && value
            .iter()
            .copied()
            .map(u16::from)
            .eq(digits.iter().copied())
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

    /// Any value, as it is written.
    fn any(&mut self) -> Option<&'t [u8]> {
        let start = self.at;
        self.value()?;
        Some(&self.text[start..self.at])
    }

    /// A number as `JSON.parse` rounds it, or `Some(None)` for another value.
    fn number_or_other(&mut self) -> Option<Option<f64>> {
        let first = self.peek()?;
        let value = self.any()?;
        let is_number = first == b'-' || first.is_ascii_digit();
        let digits = is_number.then(|| str::from_utf8(value));
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
            // After a value: the next one, or the ends of the containers around it.
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
        if self.depth.is_multiple_of(64) {
            self.bits = self.outer.pop().unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPECTED: Expected = Expected {
        app_id: &[0x77, 0x78],
        open_id: Some(&[0x6f]),
        format: Format::WeChat,
    };

    /// Without whether there is an object and a watermark, which a test of its own compares.
    fn claims(text: &str) -> Option<Claims> {
        let claims = read_claims(text.as_bytes(), &EXPECTED)?;
        Some(Claims {
            is_object: false,
            has_watermark: false,
            ..claims
        })
    }

    #[test]
    fn tells_an_object_and_a_watermark() {
        for (text, is_object, has_watermark) in [
            ("{}", true, false),
            (" {\"a\":{\"watermark\":1}} ", true, false),
            ("[{\"watermark\":1}]", false, false),
            ("null", false, false),
            ("\"watermark\"", false, false),
            ("{\"watermark\":null}", true, true),
            ("{\"water\\u006dark\":{},\"a\":1}", true, true),
            ("{\"Watermark\":{}}", true, false),
        ] {
            for format in Format::ALL {
                let expected = Expected { format, ..EXPECTED };
                let claims = read_claims(text.as_bytes(), &expected).unwrap();
                assert_eq!(claims.is_object, is_object, "{text}");
                assert_eq!(claims.has_watermark, has_watermark, "{text}");
            }
        }
    }

    #[test]
    fn each_format_has_its_own_names() {
        let text = |name: &str, app_id: &str| {
            format!(r#"{{"openId":"o","watermark":{{"{name}":{app_id}}}}}"#)
        };
        let is_app_id = |format, digits: &[u16], text: &str| {
            let expected = Expected {
                app_id: digits,
                format,
                ..EXPECTED
            };
            read_claims(text.as_bytes(), &expected).unwrap().app_id
        };
        for format in Format::ALL {
            let is_xiaohongshu = format == Format::Xiaohongshu;
            let is_feishu = format == Format::Feishu;
            let one = &[0x31];
            assert_eq!(
                is_app_id(format, one, &text("appid", "\"1\"")),
                !is_xiaohongshu && !is_feishu
            );
            assert_eq!(
                is_app_id(format, one, &text("appId", "\"1\"")),
                is_xiaohongshu
            );
            assert_eq!(is_app_id(format, one, &text("appid", "1")), is_feishu);
            for other in ["1.0", "1e0", "-1", "[1]", "{}", "true", "11", "2"] {
                assert!(!is_app_id(format, one, &text("appid", other)), "{other}");
            }
        }
        for (text, is_baidu) in [(r#"{"openid":"o"}"#, true), (r#"{"openId":"o"}"#, false)] {
            for format in Format::ALL {
                let expected = Expected { format, ..EXPECTED };
                let claims = read_claims(text.as_bytes(), &expected).unwrap();
                assert_eq!(claims.open_id, is_baidu == (format == Format::Baidu));
            }
        }
    }

    /// A value as the whole text, as an element, and as each value that is looked at.
    fn placed(value: &str) -> [String; 10] {
        [
            value.to_owned(),
            format!("[{value}]"),
            format!("[1,{value} ,2]"),
            format!(r#"{{"a":{value}}}"#),
            format!(r#"[{{"a":1,"b" : {value}, "c":{{}}}}]"#),
            format!(r#"{{"openId":{value}}}"#),
            format!(r#"{{"watermark":{value}}}"#),
            format!(r#"{{"watermark":{{"appid":{value}}}}}"#),
            format!(r#"{{"watermark":{{"timestamp":{value}}}}}"#),
            format!(r#"{{"watermark":{{"other":{value},"appid":"wx"}}}}"#),
        ]
    }

    #[test]
    fn accepts_json() {
        let accepted = [
            "0",
            "-0",
            "7",
            "-1",
            "10",
            "1234567890",
            "123456789012345678901234567890",
            "0.0",
            "-0.5",
            "1.50",
            "1e5",
            "1E5",
            "1e+5",
            "1e-05",
            "0e0",
            "-1.5E-7",
            "1e999",
            "-1e999",
            "5e-324",
            "1e-999",
            "true",
            "false",
            "null",
            r#""""#,
            r#""a""#,
            r#""\"\\\/\b\f\n\r\t""#,
            r#""\u0000\uABCD\uabcd\u00e9""#,
            r#""\ud800""#,
            r#""\udc00\ud800""#,
            r#""\ud83d\ude00""#,
            "\"\u{7f}\u{80}\u{2028}\u{feff}\u{10ffff}张\"",
            "\"'\"",
            "[]",
            "[ ]",
            "{}",
            "{ \t\n\r}",
            "[1,\"a\",null,[[]],{}]",
            r#"{"":0}"#,
            r#"{"a":1,"a":2}"#,
            r#"{"\u0061\"":{"__proto__":[]}}"#,
            " \t\r\n1 \t\r\n",
            "[ 1 , 2 ]",
            r#"{ "a" : 1 , "b" : [ ] }"#,
        ];
        for value in accepted {
            for text in placed(value) {
                assert!(claims(&text).is_some(), "{text}");
            }
        }
    }

    #[test]
    fn rejects_everything_else() {
        let rejected = [
            "-",
            "+1",
            "- 1",
            "--1",
            "-a",
            "01",
            "00",
            "-01",
            ".5",
            "-.5",
            "1.",
            "1.e5",
            "1.a",
            "1e",
            "1e+",
            "1e-a",
            "1e5.5",
            "1 2",
            "0x10",
            "1a",
            "1_000",
            "１",
            "NaN",
            "Infinity",
            "-Infinity",
            "undefined",
            "t",
            "tru",
            "True",
            "truer",
            "fals",
            "nul",
            "nulll",
            "'a'",
            "a",
            "\"",
            "\"a",
            r#""\""#,
            r#""\"#,
            r#""\a""#,
            r#""\x41""#,
            r#""\'""#,
            r#""\0""#,
            r#""\U0041""#,
            r#""\u""#,
            r#""\u004""#,
            r#""\u004g""#,
            r#""\u 041""#,
            r#""\u{41}""#,
            "\"\0\"",
            "\"\n\"",
            "\"\t\"",
            "\"1234567\u{1f}\"",
            "\"\u{1f}\"",
            "\"\\\n\"",
            "\"a\" \"b\"",
            "\"a\"b",
            "[",
            "]",
            "[1",
            "[1,",
            "[,]",
            "[,1]",
            "[1,]",
            "[1,,2]",
            "[1 2]",
            "[1:2]",
            "[1}",
            "[}",
            "[\"a\":1]",
            "[]]",
            "[][]",
            "{",
            "}",
            "{]",
            "{\"a\"",
            "{\"a\"}",
            "{\"a\":",
            "{\"a\":}",
            "{\"a\":1",
            "{\"a\":1,",
            "{\"a\":1]",
            "{\"a\":1,}",
            "{,}",
            "{,\"a\":1}",
            "{\"a\":1,,\"b\":2}",
            "{\"a\":1 \"b\":2}",
            "{\"a\":1:\"b\"}",
            "{\"a\" 1}",
            "{\"a\",1}",
            "{\"a\"::1}",
            "{\"a\":1}}",
            "{a:1}",
            "{1:1}",
            "{'a':1}",
            "{[]:1}",
            "{null:1}",
            "{\"a\\x\":1}",
            "{\"a\n\":1}",
            "{\"a\":01}",
            "{\"a\":1}{}",
            "// a\n1",
            "1/**/",
            "\u{feff}1",
            "\u{a0}1",
            "\u{b}1",
            "\u{c}1",
            "\u{2028}1",
            "1\0",
            "\u{1}",
        ];
        for value in rejected {
            for text in placed(value) {
                assert_eq!(claims(&text), None, "{text}");
            }
        }
        for text in [
            "",
            " ",
            "1,2",
            r#""a":1"#,
            "]",
            "[1],",
            r#"{"openId":"o"} x"#,
            "{}\u{feff}",
        ] {
            assert_eq!(claims(text), None, "{text}");
        }
    }

    #[test]
    fn rejects_what_is_cut_short() {
        let text =
            r#"{"openId":"o","a":[1.5e+7,{"b":"\u0041"},true,null],"watermark":{"appid":"wx"}}"#;
        assert!(claims(text).is_some());
        for length in 0..text.len() {
            assert_eq!(claims(&text[..length]), None, "{length}");
        }
    }

    #[test]
    fn finds_the_end_of_plain_text_in_every_place_of_a_word() {
        for length in 0..40 {
            let plain = "\u{20}\u{7f}!#[]".repeat(8)[..length].to_owned();
            assert!(claims(&format!("\"{plain}\"")).is_some());
            assert!(claims(&format!("\"{plain}\\n{plain}\"")).is_some());
            for control in 0..0x20_u8 {
                let control = char::from(control);
                assert_eq!(claims(&format!("\"{plain}{control}\"")), None);
                assert_eq!(claims(&format!("\"{plain}{control}{plain}\"")), None);
            }
        }
        for byte in 0..=255_u8 {
            for place in 0..20 {
                let mut text = [b'a'; 20];
                text[place] = byte;
                let ends = byte < 0x20 || byte == b'"' || byte == b'\\';
                let length = if ends { place } else { 20 };
                assert_eq!(plain_length(&text), length, "{byte:#x} {place}");
            }
        }
    }

    #[test]
    fn of_equal_keys_the_last_one_counts() {
        let wx = Some(Claims {
            app_id: true,
            ..Claims::default()
        });
        let none = Some(Claims::default());
        let watermark = |content: &str| claims(&format!(r#"{{"watermark":{{{content}}}}}"#));
        assert_eq!(watermark(r#""appid":"wx""#), wx);
        assert_eq!(watermark(r#""appid":"no","appid":"wx""#), wx);
        assert_eq!(watermark(r#""appid":"wx","appid":"no""#), none);
        assert_eq!(watermark(r#""appid":"wx","appid":null"#), none);
        assert_eq!(watermark(r#""appid":"wx","\u0061ppid":["wx"]"#), none);
        assert_eq!(watermark(r#""appid":{},"\u0061ppid":"\u0077x""#), wx);
        assert_eq!(
            watermark(r#""appId":"wx","__proto__":{"appid":"wx"}"#),
            none
        );
        let stamped = |timestamp| {
            Some(Claims {
                timestamp,
                ..Claims::default()
            })
        };
        assert_eq!(
            watermark(r#""timestamp":1,"timestamp":2"#),
            stamped(Some(2.0))
        );
        assert_eq!(watermark(r#""timestamp":1,"timestamp":"2""#), stamped(None));
        assert_eq!(
            watermark(r#""timestamp":[1],"times\u0074amp":-2"#),
            stamped(Some(-2.0))
        );

        let two = |first: &str, second: &str| {
            claims(&format!(
                r#"{{"watermark":{first},"w\u0061termark":{second}}}"#
            ))
        };
        let own = r#"{"timestamp":1,"appid":"wx"}"#;
        let both = claims(&format!(r#"{{"watermark":{own}}}"#));
        assert_eq!(both.unwrap().timestamp, Some(1.0));
        assert_eq!(two("1", own), both);
        for other in ["{}", "[]", "null", "\"wx\"", "1", r#"{"a":{"appid":"wx"}}"#] {
            assert_eq!(two(own, other), none, "{other}");
        }
        let other = claims(r#"{"openId":"o","openId":"p"}"#);
        assert_eq!(other, none);
        let other = claims(r#"{"openId":"o","openId":["o"]}"#);
        assert_eq!(other, none);
    }

    #[test]
    fn looks_at_the_top_and_at_the_watermark_only() {
        let own = r#"{"openId":"o","watermark":{"timestamp":1,"appid":"wx"}}"#;
        let all = Some(Claims {
            app_id: true,
            open_id: true,
            timestamp: Some(1.0),
            ..Claims::default()
        });
        assert_eq!(claims(own), all);
        assert_eq!(claims(&format!(" {own} ")), all);
        assert_eq!(
            claims(r#"{"op\u0065nId":"\u006f","watermark":{"appid":"wx","timestamp":1e0}}"#),
            all
        );
        for text in [
            format!("[{own}]"),
            format!(r#"{{"a":{own}}}"#),
            format!(r#"{{"watermark":{{"a":{own},"b":{{"watermark":{own}}}}}}}"#),
            r#"{"appid":"wx","timestamp":1,"OpenId":"o","Watermark":{"appid":"wx"}}"#.to_owned(),
            "\"watermark\"".to_owned(),
        ] {
            assert_eq!(claims(&text), Some(Claims::default()), "{text}");
        }
        let without = Expected {
            open_id: None,
            ..EXPECTED
        };
        let claims = read_claims(own.as_bytes(), &without).unwrap();
        assert!(claims.app_id && !claims.open_id);
    }

    #[test]
    fn reads_timestamps_as_javascript_rounds_them() {
        for (text, number) in [
            ("0", Some(0.0)),
            ("-0", Some(-0.0)),
            ("1477314187", Some(1_477_314_187.0)),
            ("-1.5e2", Some(-150.0)),
            ("1e999", Some(f64::INFINITY)),
            ("-1e999", Some(f64::NEG_INFINITY)),
            ("9007199254740993", Some(9_007_199_254_740_992.0)),
            (
                "123456789012345678901234567890",
                Some(123_456_789_012_345_680_000_000_000_000.0),
            ),
            ("\"1477314187\"", None),
            ("true", None),
            ("[1]", None),
        ] {
            let text = format!(r#"{{"watermark":{{"timestamp":{text}}}}}"#);
            let timestamp = claims(&text).unwrap().timestamp;
            assert_eq!(
                timestamp.map(f64::to_bits),
                number.map(f64::to_bits),
                "{text}"
            );
        }
    }

    /// `depth` containers in one another, objects and arrays in an order without a period, each of which goes
    /// on behind the inner one. `change` is applied to the end of the container at the given level.
    fn nested(depth: usize, change: Option<(usize, &str)>) -> String {
        let is_object = |level: usize| (level * level / 3 + level / 64).is_multiple_of(2);
        let mut text = String::new();
        for level in 0..depth {
            text += if is_object(level) { r#"{"a":"# } else { "[" };
        }
        text += "1";
        for level in (0..depth).rev() {
            let end = if is_object(level) {
                r#","b":2}"#
            } else {
                ",2]"
            };
            text += match change {
                Some((changed, end)) if changed == level => end,
                _ => end,
            };
        }
        text
    }

    #[test]
    fn keeps_track_of_any_depth() {
        let depths = [
            1, 2, 63, 64, 65, 66, 127, 128, 129, 191, 192, 193, 1000, 16_000,
        ];
        for depth in depths {
            assert!(claims(&nested(depth, None)).is_some(), "{depth}");
            assert_eq!(claims(&nested(depth, None)[1..]), None);
            assert_eq!(claims(&format!("{}]", nested(depth, None))), None);
            assert_eq!(claims(&format!("{}}}", nested(depth, None))), None);
        }
        for level in 0..200 {
            let own = nested(200, None);
            for end in [r#","b":2}"#, ",2]", "}", "]"] {
                let text = nested(200, Some((level, end)));
                // A container ends with its own bracket, with a member more or without.
                let is_valid = text == own || matches_brackets(&text);
                assert_eq!(claims(&text).is_some(), is_valid, "{level} {end}");
            }
        }
    }

    /// Whether what is in and behind each container belongs to its bracket.
    fn matches_brackets(text: &str) -> bool {
        let mut ends = Vec::new();
        // The brackets alone: everything else in these texts is right where its bracket is.
        for (index, byte) in text.bytes().enumerate() {
            match byte {
                b'{' => ends.push(b'}'),
                b'[' => ends.push(b']'),
                b'}' | b']' if ends.pop() != Some(byte) => return false,
                b'b' if ends.last() != Some(&b'}') => return false,
                b'2' if text.as_bytes()[index - 1] == b',' && ends.last() != Some(&b']') => {
                    return false;
                }
                _ => {}
            }
        }
        ends.is_empty()
    }
}
