//! The JSON check against `serde_json`.
//!
//! `serde_json` agrees with `JSON.parse` on every text as long as it reads no values: they are left as raw
//! text here. To read them is where it rejects `1e999`, lone surrogates and more than 128 levels.

use std::fmt;

use serde_json::value::RawValue;
use wxbizdatacrypt_native::wechat::json::{Claims, Expected, Format, read_claims};

pub const APP_ID: &str = "wx4f4bc4dec97d474b";
pub const OPEN_ID: &str = "oGZUI0egBJY1zhBYw2KhdUfwVJJE";

pub fn check(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else {
        return;
    };
    for open_id in [None, Some(OPEN_ID)] {
        with_expected(APP_ID, open_id, |expected| {
            assert_eq!(read_claims(input, expected), claims(text, APP_ID, open_id));
        });
    }
}

pub fn with_expected<T>(
    app_id: &str,
    open_id: Option<&str>,
    run: impl FnOnce(&Expected) -> T,
) -> T {
    let app_id: Vec<u16> = app_id.encode_utf16().collect();
    let open_id: Option<Vec<u16>> = open_id.map(|text| text.encode_utf16().collect());
    run(&Expected {
        app_id: &app_id,
        open_id: open_id.as_deref(),
        format: Format::WeChat,
    })
}

/// What `text` claims; `None` where it is not JSON.
pub fn claims(text: &str, app_id: &str, open_id: Option<&str>) -> Option<Claims> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
    let mut claims = Claims {
        is_object: text.trim_ascii_start().starts_with('{'),
        ..Claims::default()
    };
    for (key, value) in members(text) {
        if key == "watermark" {
            (claims.has_watermark, claims.app_id, claims.timestamp) = (true, false, None);
            for (key, value) in members(value) {
                if key == "appid" {
                    claims.app_id = string(value).as_deref() == Some(app_id);
                } else if key == "timestamp" {
                    let first = value.as_bytes()[0];
                    let is_number = first == b'-' || first.is_ascii_digit();
                    claims.timestamp = is_number.then(|| value.parse().unwrap());
                }
            }
        } else if key == "openId" && open_id.is_some() {
            claims.open_id = string(value).as_deref() == open_id;
        }
    }
    Some(claims)
}

/// A string without lone surrogates.
fn string(raw: &str) -> Option<String> {
    serde_json::from_str(raw).ok()
}

/// The members of an object, of anything else none; a key with lone surrogates as the empty one.
fn members(text: &str) -> Vec<(String, &str)> {
    serde_json::from_str(text).map_or_else(|_| Vec::new(), |Members(members)| members)
}

struct Members<'t>(Vec<(String, &'t str)>);

impl<'t> serde::Deserialize<'t> for Members<'t> {
    fn deserialize<D: serde::Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'t> serde::de::Visitor<'t> for Visitor {
            type Value = Members<'t>;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'t>>(
                self,
                mut map: A,
            ) -> Result<Members<'t>, A::Error> {
                let mut members = Vec::new();
                while let Some((key, value)) = map.next_entry::<&RawValue, &RawValue>()? {
                    members.push((string(key.get()).unwrap_or_default(), value.get()));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}
