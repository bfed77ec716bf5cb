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
