//! Parses the text of a message into its fields and keeps the raw text of what is signed, byte for byte.
//!
//! Lenient about what the message is wrapped in, strict about its content: parsers disagree on which of two
//! equal keys counts, so a duplicate key is rejected.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The content of a text.
#[derive(Debug)]
pub enum Envelope<'t> {
    /// The message itself.
    Message(Message<'t>),
    /// A JSON string, or an object (`res`) around the text of the message: the text inside.
    Text(String),
}

/// The fields of a message, none of them verified.
#[derive(Debug, PartialEq, Eq)]
pub struct Message<'t> {
    /// The `response` or `encryptedData`.
    pub response: Response<'t>,
    /// The signature in base64, without white space around it; `None` if it is missing or empty.
    pub sign: Option<String>,
    /// The `sign_type` or `signType`, if there is one.
    pub sign_type: Option<String>,
    /// The `encrypt_type` or `encryptType`, if there is one.
    pub encrypt_type: Option<String>,
}

/// The two kinds of response.
#[derive(Debug, PartialEq, Eq)]
pub enum Response<'t> {
    /// Base64 ciphertext.
    Encrypted {
        /// The JSON string exactly as in the message, with its quotes.
        token: &'t str,
        /// The value of that string.
        ciphertext: String,
    },
    /// The raw text of a JSON object.
    Plain(&'t str),
}

/// A plain error without a signature, which anyone may have written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsignedError {
    /// A number of up to 8 digits, never 10000.
    pub code: String,
    /// Alipay's description of the code.
    pub msg: Option<String>,
    /// Such as `isv.missing-default-signature-type`.
    pub sub_code: Option<String>,
    /// Alipay's description of the sub code.
    pub sub_msg: Option<String>,
}

/// Longer strings in an unsigned error are cut to this many characters.
const MAX_UNSIGNED_LENGTH: usize = 256;

/// The `code` of every success.
const SUCCESS: &str = "10000";

/// The fields of a JSON object, with the raw text of each value.
type Fields<'t> = BTreeMap<Cow<'static, str>, &'t RawValue>;

reasons! {
    /// Why a text is not a message that Alipay sends.
    MessageError {
        Empty => "empty",
        NotJson => "not-json",
        ObjectText => "object-text",
        UrlEncoded => "url-encoded",
        HtmlEscaped => "html-escaped",
        Nested => "nested",
        DuplicateKey => "duplicate-key",
        NotAString(&'static str) => "not-a-string",
        NoResponse => "no-response",
        ResponseType => "response-type",
        Charset => "charset",
        PlainSuccess => "plain-success",
        PlainCode => "plain-code",
    }
}

/// Parses a text, with or without white space and a byte order mark around it.
pub fn parse(text: &str) -> Result<Envelope<'_>, MessageError> {
    let text = trim(text);
    match text.as_bytes().first() {
        Some(b'{') => parse_object(text),
        Some(b'"') => serde_json::from_str(text)
            .map(Envelope::Text)
            .map_err(|_| MessageError::NotJson),
        _ => Err(explain(text)),
    }
}

/// Recognises what commonly happens to a message in transit.
fn explain(text: &str) -> MessageError {
    if text.is_empty() {
        MessageError::Empty
    } else if text.starts_with("[object Object]") {
        MessageError::ObjectText
    } else if text.starts_with("%7B") || text.starts_with("%7b") || text.starts_with("%22") {
        MessageError::UrlEncoded
    } else {
        MessageError::NotJson
    }
}

fn parse_object(text: &str) -> Result<Envelope<'_>, MessageError> {
    if text.starts_with("{&quot;") {
        return Err(MessageError::HtmlEscaped);
    }
    let fields = parse_fields(text, message_key)?;
    let sign = string(&fields, "sign")?;
    let has_sign = sign.is_some();
    let sign = sign
        .map(|sign| trim(&sign).to_owned())
        .filter(|sign| !sign.is_empty());
    let response = match fields.get("response").map(|raw| raw.get()) {
        // The error itself, without the message around it.
        None if sign.is_none() && fields.contains_key("code") => Response::Plain(text),
        None => return Err(MessageError::NoResponse),
        Some(raw) if raw.starts_with('{') => Response::Plain(raw),
        Some(token) if token.starts_with('"') => {
            let ciphertext: String =
                serde_json::from_str(token).map_err(|_| MessageError::NotJson)?;
            // Not base64, so this is `res`, and the string is the text of the message. Beside a `sign`, even an
            // empty one, `response` is only ever the ciphertext, so that callers can use it as a key.
            if !has_sign && trim(&ciphertext).starts_with('{') {
                return Ok(Envelope::Text(ciphertext));
            }
            Response::Encrypted { token, ciphertext }
        }
        Some(_) => return Err(MessageError::ResponseType),
    };
    let charset = string(&fields, "charset")?;
    if charset.is_some_and(|name| !is_utf8(&name)) {
        return Err(MessageError::Charset);
    }
    Ok(Envelope::Message(Message {
        response,
        sign,
        sign_type: string(&fields, "sign_type")?,
        encrypt_type: string(&fields, "encrypt_type")?,
    }))
}

impl<'t> Response<'t> {
    /// The texts that Alipay may have signed, in the order in which to try them.
    ///
    /// An encrypted response is signed as a JSON string, with its quotes. Escapes in it (`\/`) may have been
    /// added after it was signed, so it is tried without them as well. A plain response is signed either as
    /// its raw text or with `/` in place of `\/`: Alipay's servers do both, and its own SDKs try both in this
    /// order.
    pub fn signed_candidates(&self) -> impl Iterator<Item = Cow<'t, str>> + use<'t> {
        let (raw, other) = match self {
            Response::Encrypted { token, ciphertext } => (
                *token,
                token.contains('\\').then(|| format!("\"{ciphertext}\"")),
            ),
            Response::Plain(raw) => (*raw, raw.contains(r"\/").then(|| raw.replace(r"\/", "/"))),
        };
        [Some(Cow::Borrowed(raw)), other.map(Cow::Owned)]
            .into_iter()
            .flatten()
    }
}

impl Message<'_> {
    /// The error in a plain response without a signature; `None` if it is anything else, above all a
    /// success.
    pub fn unsigned_error(&self) -> Result<Option<UnsignedError>, MessageError> {
        let Response::Plain(raw) = self.response else {
            return Ok(None);
        };
        let fields = parse_fields(raw, error_key)?;
        // Alipay writes the code as a string; a number is accepted here because nothing relies on it.
        let code = fields.get("code").map_or("", |raw| raw.get());
        let code = code
            .strip_prefix('"')
            .and_then(|code| code.strip_suffix('"'))
            .unwrap_or(code);
        let is_number = (1..=8).contains(&code.len())
            && code.bytes().all(|byte| byte.is_ascii_digit())
            && !code.starts_with('0');
        if !is_number || code == SUCCESS {
            return Ok(None);
        }
        let text = |name| {
            let value: String = serde_json::from_str(fields.get(name)?.get()).ok()?;
            Some(value.chars().take(MAX_UNSIGNED_LENGTH).collect())
        };
        Ok(Some(UnsignedError {
            code: code.to_owned(),
            msg: text("msg"),
            sub_code: text("sub_code"),
            sub_msg: text("sub_msg"),
        }))
    }
}

/// Checks that a plain response is an error, and so may be returned once it is verified.
///
/// Every response of Alipay's OpenAPI gateway is plain JSON, signed with the same key in the same way, so a
/// plain success may be the response to another request. The real success is always encrypted.
pub fn check_plain_error(text: &str) -> Result<(), MessageError> {
    let fields = parse_fields(text, Cow::Owned)?;
    let code = fields.get("code").map_or("", |raw| raw.get());
    match serde_json::from_str::<String>(code) {
        Ok(code) if code != SUCCESS => Ok(()),
        Ok(_) => Err(MessageError::PlainSuccess),
        Err(_) => Err(MessageError::PlainCode),
    }
}

/// The one name for all spellings of a key of a message.
fn message_key(key: String) -> Cow<'static, str> {
    match key.as_str() {
        "encryptedData" => "response".into(),
        "signType" => "sign_type".into(),
        "encryptType" => "encrypt_type".into(),
        _ => key.into(),
    }
}

/// The one name for all spellings of a key of an error.
fn error_key(key: String) -> Cow<'static, str> {
    match key.as_str() {
        "subCode" => "sub_code".into(),
        "subMsg" => "sub_msg".into(),
        _ => key.into(),
    }
}

fn parse_fields(
    text: &str,
    name: fn(String) -> Cow<'static, str>,
) -> Result<Fields<'_>, MessageError> {
    let mut json = serde_json::Deserializer::from_str(text);
    let fields = json
        .deserialize_map(FieldsVisitor { name })
        .map_err(|_| MessageError::NotJson)?;
    json.end().map_err(|_| MessageError::NotJson)?;
    fields.ok_or(MessageError::DuplicateKey)
}

/// Collects the fields; `None` if there is a duplicate key.
struct FieldsVisitor {
    name: fn(String) -> Cow<'static, str>,
}

impl<'t> Visitor<'t> for FieldsVisitor {
    type Value = Option<Fields<'t>>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Fields::new();
        let mut unique = true;
        while let Some((key, value)) = map.next_entry::<String, &RawValue>()? {
            unique &= fields.insert((self.name)(key), value).is_none();
        }
        Ok(unique.then_some(fields))
    }
}

/// The value of a field that must be a string if it is present; `null` counts as absent.
fn string(fields: &Fields, name: &'static str) -> Result<Option<String>, MessageError> {
    match fields.get(name).map(|raw| raw.get()) {
        None | Some("null") => Ok(None),
        Some(raw) => serde_json::from_str(raw)
            .map(Some)
            .map_err(|_| MessageError::NotAString(name)),
    }
}

fn is_utf8(charset: &str) -> bool {
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}

fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c == '\u{feff}' || c.is_whitespace())
}
