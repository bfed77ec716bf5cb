//! The app id read out of the plaintext, in each way that platforms write it: where serde_json can read the text
//! too, both find the same.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use wxbizdatacrypt_native::wechat::json::{Expected, Format, read_claims};

const APP_ID: &str = "9007199254740993";

type Members<'t> = BTreeMap<String, &'t RawValue>;

pub fn check(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else {
        return;
    };
    let Ok(members) = serde_json::from_str::<Members>(text) else {
        return;
    };
    let app_id: Vec<u16> = APP_ID.encode_utf16().collect();
    for (format, name) in [
        (Format::WeChat, "appid"),
        (Format::Xiaohongshu, "appId"),
        (Format::Feishu, "appid"),
    ] {
        let expected = Expected {
            app_id: &app_id,
            open_id: None,
            format,
        };
        let claims = read_claims(text.as_bytes(), &expected).unwrap();
        assert_eq!(claims.has_watermark, members.contains_key("watermark"));
        let Some(watermark) = members.get("watermark") else {
            assert!(!claims.app_id);
            continue;
        };
        let found = match serde_json::from_str::<Members>(watermark.get()) {
            Ok(watermark) => watermark.get(name).copied(),
            // A name that is no Unicode stops serde_json and not JSON.parse.
            Err(_) if watermark.get().starts_with('{') => continue,
            Err(_) => None,
        };
        let is_app_id = found.is_some_and(|value| match format {
            Format::Feishu => value.get() == APP_ID,
            _ => serde_json::from_str::<String>(value.get()).is_ok_and(|text| text == APP_ID),
        });
        assert_eq!(claims.app_id, is_app_id, "{format:?}");
    }
}
