//! One pass over a plaintext: whether `JSON.parse` accepts it, and what its watermark claims.
//!
//! serde_json accepts the texts that `JSON.parse` accepts as long as it evaluates nothing. Where it does, it rejects
//! `1e999`, lone surrogates and more than 128 levels. So keys and the few values that count are kept as raw text,
//! and everything else is skipped.

use std::fmt;

use serde::de::{Deserialize as _, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::rules::{AppId, Claims, Expected};
use crate::common::text::{is_name, is_utf16};

/// The greatest number of significant digits of a timestamp. Rounding more can take longer than all other checks.
const MAX_DIGITS: usize = 19;

/// Reads `text`, which must be valid UTF-8, as `JSON.parse` would. `None` where that would throw.
#[must_use]
pub fn read_claims(text: &[u8], expected: &Expected) -> Option<Claims> {
    let mut reader = Reader {
        text,
        expected,
        claims: Claims::default(),
        timestamp: None,
    };
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    if text.trim_ascii_start().starts_with(b"{") {
        reader.claims.is_object = true;
        Members {
            reader: &mut reader,
            are_watermark: false,
        }
        .deserialize(&mut deserializer)
        .ok()?;
    } else {
        IgnoredAny::deserialize(&mut deserializer).ok()?;
    }
    deserializer.end().ok()?;
    reader.claims.timestamp = reader.timestamp.and_then(read_timestamp);
    Some(reader.claims)
}

/// Reads a number as `JSON.parse` rounds it. `None` for another value, and for more digits than a timestamp has.
fn read_timestamp(value: &str) -> Option<f64> {
    if !value.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
        return None;
    }
    let mantissa = value.split(['e', 'E']).next()?;
    let digits = mantissa.bytes().filter(u8::is_ascii_digit);
    let digits = digits.skip_while(|digit| *digit == b'0').count();
    (digits <= MAX_DIGITS).then(|| value.parse().ok())?
}

/// Whether a raw key or another raw string is the ASCII text `name`.
fn is_key(key: &RawValue, name: &str) -> bool {
    let key = key.get().as_bytes();
    is_name(&key[1..key.len() - 1], name)
}

/// Whether a raw value is the string `text` in UTF-16.
fn is_string(value: &RawValue, text: &[u16]) -> bool {
    let content = value
        .get()
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    content.is_some_and(|content| is_utf16(content.as_bytes(), text))
}

/// Whether a raw value is the integer with these digits. One integer has many texts, and `JSON.parse` rounds those
/// above 2^53 to the same number; so nothing but the digits themselves counts.
fn is_integer(value: &RawValue, digits: &[u16]) -> bool {
    let value = value.get();
    value.bytes().all(|byte| byte.is_ascii_digit())
        && value.encode_utf16().eq(digits.iter().copied())
}

struct Reader<'t, 'e> {
    text: &'t [u8],
    expected: &'e Expected<'e>,
    claims: Claims,
    /// The value of the last watermark's last timestamp.
    timestamp: Option<&'t str>,
}

impl<'t> Reader<'t, '_> {
    /// Reads the value of a key at the top.
    fn member<A: MapAccess<'t>>(&mut self, key: &'t RawValue, map: &mut A) -> Result<(), A::Error> {
        if is_key(key, "watermark") {
            self.claims.has_watermark = true;
            self.claims.app_id = false;
            self.timestamp = None;
            if self.precedes_object(key) {
                return map.next_value_seed(Members {
                    reader: self,
                    are_watermark: true,
                });
            }
        } else if let Some(open_id) = self.expected.open_id
            && is_key(key, &self.expected.layout.open_id)
        {
            self.claims.open_id = is_string(map.next_value()?, open_id);
            return Ok(());
        }
        map.next_value::<IgnoredAny>()?;
        Ok(())
    }

    /// Reads the value of a key of the watermark.
    fn watermark_member<A: MapAccess<'t>>(
        &mut self,
        key: &'t RawValue,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match &self.expected.layout.app_id {
            AppId::Text(name) if is_key(key, name) => {
                self.claims.app_id = is_string(map.next_value()?, self.expected.app_id);
            }
            AppId::Integer(name) if is_key(key, name) => {
                self.claims.app_id = is_integer(map.next_value()?, self.expected.app_id);
            }
            _ if is_key(key, "timestamp") => {
                self.timestamp = Some(map.next_value::<&RawValue>()?.get());
            }
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    /// Whether the value of `key` is an object. A visitor cannot ask that: by the time it is told of a string or a
    /// number, serde_json has evaluated it.
    fn precedes_object(&self, key: &RawValue) -> bool {
        // The key is a part of the text.
        let at = key.get().as_ptr().addr() - self.text.as_ptr().addr() + key.get().len();
        let value = self.text[at..].trim_ascii_start().strip_prefix(b":");
        value.is_some_and(|value| value.trim_ascii_start().starts_with(b"{"))
    }
}

/// The members of an object: the watermark or the whole plaintext.
struct Members<'r, 't, 'e> {
    reader: &'r mut Reader<'t, 'e>,
    are_watermark: bool,
}

impl<'t> DeserializeSeed<'t> for Members<'_, 't, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'t> Visitor<'t> for Members<'_, 't, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key()? {
            if self.are_watermark {
                self.reader.watermark_member(key, &mut map)?;
            } else {
                self.reader.member(key, &mut map)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wechat::rules::tests::WECHAT;

    fn claims(text: &str) -> Option<Claims> {
        let expected = Expected {
            layout: &WECHAT,
            app_id: &[0x77, 0x78],
            open_id: Some(&[0x6f]),
        };
        read_claims(text.as_bytes(), &expected)
    }

    // Where a text is JSON is what `__test__/json.test.js` and the differential run test. These are texts that
    // serde_json would decide differently if it evaluated them.
    #[test]
    fn evaluates_nothing() {
        let deep = "[".repeat(16_000) + &"]".repeat(16_000);
        for value in ["1e999", "-1e999", r#""\ud800""#, r#"{"\udc00":1}"#, &deep] {
            for text in [
                format!("[{value}]"),
                format!(r#"{{"a":{value}}}"#),
                format!(r#"{{"\ud800":1,"openId":{value}}}"#),
                format!(r#"{{"watermark":{value}}}"#),
                format!(r#"{{"watermark" : {{"appid":{value},"timestamp":{value},"a":{value}}}}}"#),
            ] {
                assert!(claims(&text).is_some(), "{text}");
                assert!(claims(&text[..text.len() - 1]).is_none(), "{text}");
                assert!(claims(&format!("{text}]")).is_none(), "{text}");
            }
        }
        for text in [
            "",
            r#"{"watermark""#,
            r#"{"watermark":"#,
            "{\"watermark\":\u{c}{}}",
        ] {
            assert!(claims(text).is_none(), "{text}");
        }
    }

    #[test]
    fn finds_what_the_last_of_equal_keys_claims() {
        let own = r#"{"timestamp":1,"appid":"wx"}"#;
        let all = Claims {
            is_object: true,
            has_watermark: true,
            app_id: true,
            open_id: true,
            timestamp: Some(1.0),
        };
        let unmarked = Claims {
            has_watermark: false,
            app_id: false,
            timestamp: None,
            ..all
        };
        let empty = Claims {
            has_watermark: true,
            ..unmarked
        };
        let none = Claims::default();
        for (text, expected) in [
            (format!(r#" {{"openId":"o","watermark":{own}}} "#), all),
            (format!(r#"{{"op\u0065nId":"\u006f","w\u0061termark":{own}}}"#), all),
            (format!(r#"{{"openId":"p","openId":"o","watermark":1,"watermark" : {own}}}"#), all),
            (r#"{"openId":"o","watermark":{"appid":{},"\u0061ppid":"\u0077x","timestamp":[],"timestamp":1e0}}"#.to_owned(), all),
            (format!(r#"{{"openId":"o","watermark":{own},"w\u0061termark":[]}}"#), empty),
            (format!(r#"{{"openId":"o","watermark":{own},"watermark":{{"a":{own}}}}}"#), empty),
            (format!(r#"{{"openId":"o","watermark":{{"watermark":{own},"appid":"wx","appid":["wx"],"timestamp":1,"timestamp":"1"}}}}"#), empty),
            (format!(r#"{{"openId":"o","a":{{"watermark":{own}}},"Watermark":{own},"appid":"wx"}}"#), unmarked),
            (format!(r#"{{"watermark":{own},"openId":"o","openId":null}}"#), Claims { open_id: false, ..all }),
            (format!(r#"[{{"openId":"o","watermark":{own}}}]"#), none),
            ("\"watermark\"".to_owned(), none),
            ("null".to_owned(), none),
        ] {
            assert_eq!(claims(&text), Some(expected), "{text}");
        }
    }

    #[test]
    fn reads_timestamps_of_up_to_19_digits_as_javascript_rounds_them() {
        for (text, number) in [
            ("-0", Some(-0.0)),
            ("1477314187", Some(1_477_314_187.0)),
            ("-1.5E+2", Some(-150.0)),
            ("1e999", Some(f64::INFINITY)),
            ("9007199254740993", Some(9_007_199_254_740_992.0)),
            (
                "0.0001234567890123456789",
                Some(0.000_123_456_789_012_345_68),
            ),
            ("12345678901234567890", None),
            ("1.7976931348623158079e308", None),
            ("\"1477314187\"", None),
            ("true", None),
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
}
