//! How a platform lays out its data, what a plaintext must say, and whether it does.
//!
//! A platform is a row of the table in `lib/platforms.js`. The rows come here once, as JSON; no platform is known
//! by name.

use std::ops::Range;

use serde_json::Value;

use super::{Error, frame};
use crate::common::{aes_cbc, base64, hex};

/// How far the clock of the platform's server may be ahead of this machine's, in seconds.
const MAX_CLOCK_SKEW: f64 = 60.0;

/// How a plaintext names the app that it was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppId {
    /// By a string in the watermark, under this key.
    Text(String),
    /// By an integer in the watermark, compared by its digits: it may be above 2^53.
    Integer(String),
    /// By the end of the frame around it (see [`super::frame`]). There is no watermark.
    Frame,
}

impl AppId {
    /// Its key in the watermark.
    fn key(&self) -> Option<&str> {
        match self {
            AppId::Text(key) | AppId::Integer(key) => Some(key),
            AppId::Frame => None,
        }
    }
}

/// How session keys and ivs are written as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Base64.
    Base64,
    /// Hexadecimal digits.
    Hex,
}

impl Encoding {
    /// Decodes `text` in UTF-16 leniently (see [`base64::decode_lenient`] and [`hex::decode`]) into `output` and
    /// returns as many bytes as it holds of them.
    pub fn decode<'o>(self, text: &[u16], output: &'o mut [u8]) -> &'o [u8] {
        let length = match self {
            Encoding::Base64 => base64::decode_lenient(text, output),
            Encoding::Hex => hex::decode(text, output),
        };
        &output[..length.min(output.len())]
    }
}

/// Where the content of decrypted blocks is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The content.
    pub content: Range<usize>,
    /// The length without padding. A frame's app key is between the content and this.
    pub unpadded: usize,
}

/// How one platform lays out its data.
#[derive(Debug, Clone)]
pub struct Layout {
    /// How the app is named.
    pub app_id: AppId,
    /// The key of the user's open id, at the top of the plaintext.
    pub open_id: String,
    /// How session keys and ivs are written as text.
    pub encoding: Encoding,
    /// The length of a session key in bytes.
    pub key_length: usize,
    /// Whether a plaintext may have one of the documented [forms](super::forms).
    pub has_forms: bool,
}

impl Layout {
    /// Reads the rows of the table from JSON: `[{"appId":"appid","openId":"openId","encoding":"base64",
    /// "keyLength":16}, …]`, where `appId` may also be `{"integer":"appid"}` or `{"frame":true}`. Returns `None`
    /// unless each row is complete.
    pub fn read_all(json: &str) -> Option<Vec<Layout>> {
        let rows: Vec<Value> = serde_json::from_str(json).ok()?;
        rows.iter().map(Layout::read).collect()
    }

    fn read(row: &Value) -> Option<Layout> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let app_id = &row["appId"];
        let integer = || text(&app_id["integer"]).map(AppId::Integer);
        let app_id = text(app_id).map(AppId::Text).or_else(integer);
        let app_id = app_id.unwrap_or(AppId::Frame);
        let open_id = text(&row["openId"])?;
        Some(Layout {
            has_forms: app_id.key() == Some("appid") && open_id == "openId",
            app_id,
            open_id,
            encoding: match row["encoding"].as_str()? {
                "hex" => Encoding::Hex,
                _ => Encoding::Base64,
            },
            key_length: row["keyLength"].as_u64()? as usize,
        })
    }

    /// Whether data may have this length: whole blocks of the padding.
    pub(super) fn is_data_length(&self, length: usize) -> bool {
        match self.app_id {
            AppId::Frame => length.is_multiple_of(frame::BLOCK),
            _ => length.is_multiple_of(aes_cbc::BLOCK),
        }
    }

    /// Finds the content of decrypted blocks by their padding and, where there is one, their frame.
    pub fn find_content(&self, decrypted: &[u8]) -> Option<Place> {
        if self.app_id == AppId::Frame {
            let frame = frame::unpad(decrypted)?;
            return Some(Place {
                content: frame::find_content(frame)?,
                unpadded: frame.len(),
            });
        }
        let unpadded = aes_cbc::unpad(decrypted).ok()?.len();
        Some(Place {
            content: 0..unpadded,
            unpadded,
        })
    }
}

/// What is compared with a plaintext.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'e> {
    /// Where the plaintext names app and user.
    pub layout: &'e Layout,
    /// The app id that it must name, in UTF-16.
    pub app_id: &'e [u16],
    /// The open id of the user whose data it must be, in UTF-16.
    pub open_id: Option<&'e [u16]>,
}

/// What a plaintext must say.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'r> {
    /// The app and, if given, the user that it must name.
    pub expected: Expected<'r>,
    /// How old it may be, if given.
    pub age: Option<MaxAge>,
    /// Whether the watermark may be missing. If there is one, it must match.
    pub may_be_unmarked: bool,
}

/// How old a plaintext may be.
#[derive(Debug, Clone, Copy)]
pub struct MaxAge {
    /// The time now, in seconds since 1970.
    pub now: f64,
    /// The greatest age in seconds.
    pub seconds: f64,
}

/// What a plaintext claims.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Claims {
    /// It is an object, rather than another JSON value.
    pub is_object: bool,
    /// It has a `watermark`, with any value.
    pub has_watermark: bool,
    /// It names the expected app.
    pub app_id: bool,
    /// It names the expected user.
    pub open_id: bool,
    /// `watermark.timestamp`, where it is a number.
    pub timestamp: Option<f64>,
}

/// Checks claims against the rules: the one place in which they become a decision.
pub fn verify(claims: &Claims, rules: &Rules) -> Result<(), Error> {
    let is_unmarked = claims.is_object && !claims.has_watermark;
    if !(claims.app_id || rules.may_be_unmarked && is_unmarked) {
        return Err(Error::Watermark);
    }
    if rules.expected.open_id.is_some() && !claims.open_id {
        return Err(Error::OpenId);
    }
    if let Some(MaxAge { now, seconds }) = rules.age {
        let age = claims.timestamp.map(|timestamp| now - timestamp);
        if !age.is_some_and(|age| (-MAX_CLOCK_SKEW..=seconds).contains(&age)) {
            return Err(Error::Expired);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = r#"{"appId":"appid","openId":"openId","encoding":"base64","keyLength":16}"#;

    #[test]
    fn other_layouts_have_no_documented_forms() {
        let has_forms = |app_id: &str| {
            let row = ROW.replace(r#""appid""#, app_id);
            Layout::read_all(&format!("[{row}]")).unwrap()[0].has_forms
        };
        assert!(has_forms(r#""appid""#));
        for app_id in [r#""appId""#, r#"{"integer":"appId"}"#, r#"{"frame":true}"#] {
            assert!(!has_forms(app_id), "{app_id}");
        }
    }
}
