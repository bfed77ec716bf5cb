//! The strict decoder against the plain one of the `base64` crate, and the lenient one against both.

use ::base64::Engine as _;
use ::base64::engine::general_purpose::STANDARD;
use ::base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use wxbizdatacrypt_native::common::base64::{NotStrict, decode, decode_lenient, decoded_capacity};

pub fn check(input: &[u8]) {
    check_text(input);
    let text = STANDARD.encode(input);
    check_text(text.as_bytes());
    assert_eq!(decoded(text.as_bytes()).unwrap(), input);
}

fn check_text(text: &[u8]) {
    assert_eq!(decoded(text), STANDARD.decode(text).map_err(|_| NotStrict));

    let units: Vec<u16> = text.iter().map(|byte| 0x100 | u16::from(*byte)).collect();
    let mut bytes = vec![0; decoded_capacity(text.len())];
    let length = decode_lenient(&units, &mut bytes);
    assert_eq!(bytes[..length], decode_skipping(text));
}

/// Decodes the characters of either alphabet that come before the first `=`.
fn decode_skipping(text: &[u8]) -> Vec<u8> {
    let text = text.split(|byte| *byte == b'=').next().unwrap_or_default();
    let text = text.iter().map(|byte| match byte {
        b'-' => b'+',
        b'_' => b'/',
        byte => *byte,
    });
    let alphabet = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let mut text: Vec<u8> = text.filter(alphabet).collect();
    // A single character at the end has no whole byte.
    if text.len() % 4 == 1 {
        text.pop();
    }
    let config = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    let config = config.with_decode_padding_mode(::base64::engine::DecodePaddingMode::RequireNone);
    GeneralPurpose::new(&::base64::alphabet::STANDARD, config)
        .decode(text)
        .unwrap()
}

fn decoded(text: &[u8]) -> Result<Vec<u8>, NotStrict> {
    decode(text, &mut vec![0; decoded_capacity(text.len())]).map(|bytes| bytes.to_vec())
}
