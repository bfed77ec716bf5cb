//! The JSON check, which reads a text in one pass, against one that reads it again for each level.

use std::fmt;
use std::sync::LazyLock;

use serde_json::value::RawValue;
use wxbizdatacrypt_native::wechat::json::read_claims;
use wxbizdatacrypt_native::wechat::rules::{AppId, Claims, Expected, Layout};

pub const APP_ID: &str = "wx4f4bc4dec97d474b";
pub const OPEN_ID: &str = "oGZUI0egBJY1zhBYw2KhdUfwVJJE";
pub const INTEGER: &str = "9007199254740993";

/// The layouts by what is special about them: nothing, the name or the type of the app id, or a frame.
static LAYOUTS: LazyLock<[(&str, Layout); 4]> = LazyLock::new(|| {
    [
        (
            "plain",
            r#""appid","openId":"openId","encoding":"base64","keyLength":16"#,
        ),
        (
            "name",
            r#""appId","openId":"openId","encoding":"base64","keyLength":16"#,
        ),
        (
            "integer",
            r#"{"integer":"appid"},"openId":"openId","encoding":"hex","keyLength":16"#,
        ),
        (
            "frame",
            r#"{"frame":true},"openId":"openid","encoding":"base64","keyLength":24"#,
        ),
    ]
    .map(|(name, row)| {
        let mut layouts = Layout::read_all(&format!(r#"[{{"appId":{row}}}]"#)).unwrap();
        (name, layouts.remove(0))
    })
});

pub fn check(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else {
        return;
    };
    for (layout, _) in &*LAYOUTS {
        let app_id = if *layout == "integer" {
            INTEGER
        } else {
            APP_ID
        };
        for open_id in [None, Some(OPEN_ID)] {
            with_expected(layout, app_id, open_id, |expected| {
                assert_eq!(
                    read_claims(input, expected),
                    claims(text, expected),
                    "{layout}"
                );
            });
        }
    }
}

pub fn with_expected<T>(
    layout: &str,
    app_id: &str,
    open_id: Option<&str>,
    run: impl FnOnce(&Expected) -> T,
) -> T {
    let app_id: Vec<u16> = app_id.encode_utf16().collect();
    let open_id: Option<Vec<u16>> = open_id.map(|text| text.encode_utf16().collect());
    let (_, layout) = LAYOUTS.iter().find(|(name, _)| *name == layout).unwrap();
    run(&Expected {
        layout,
        app_id: &app_id,
        open_id: open_id.as_deref(),
    })
}

/// What `text` claims; `None` where it is not JSON.
pub fn claims(text: &str, expected: &Expected) -> Option<Claims> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
    let is = |raw: &str, units: &[u16]| {
        string(raw).is_some_and(|text| text.encode_utf16().eq(units.iter().copied()))
    };
    let last = |text: &str, name: &str| {
        let (_, value) = members(text).into_iter().rfind(|(key, _)| key == name)?;
        Some(value.to_owned())
    };
    let layout = expected.layout;
    let watermark = last(text, "watermark");
    let of_watermark = |name: &str| last(watermark.as_deref()?, name);
    let timestamp = of_watermark("timestamp").filter(|value| {
        let mantissa = value.to_lowercase().replace(['-', '.'], "");
        let digits = mantissa
            .split('e')
            .next()
            .unwrap()
            .trim_start_matches('0')
            .len();
        value.starts_with(|first: char| first == '-' || first.is_ascii_digit()) && digits <= 19
    });
    Some(Claims {
        is_object: text.trim_ascii_start().starts_with('{'),
        has_watermark: watermark.is_some(),
        app_id: match &layout.app_id {
            AppId::Text(name) => of_watermark(name).is_some_and(|raw| is(&raw, expected.app_id)),
            AppId::Integer(name) => of_watermark(name)
                .is_some_and(|raw| raw.encode_utf16().eq(expected.app_id.iter().copied())),
            AppId::Frame => false,
        },
        open_id: expected.open_id.is_some_and(|open_id| {
            last(text, &layout.open_id).is_some_and(|raw| is(&raw, open_id))
        }),
        timestamp: timestamp.map(|value| value.parse().unwrap()),
    })
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
