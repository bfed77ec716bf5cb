//! A frame, as plaintext with its padding: it is accepted if and only if a reader that starts at its end accepts it.

use wxbizdatacrypt_native::common::aes_cbc;
use wxbizdatacrypt_native::wechat::forms::MAX_NUMBERS;
use wxbizdatacrypt_native::wechat::json::read_claims;
use wxbizdatacrypt_native::wechat::rules::{Expected, Rules};
use wxbizdatacrypt_native::wechat::session_keys::SessionKeys;
use wxbizdatacrypt_native::wechat::{self, Output};

use super::json::with_expected;

const APP_KEY: &str = "app-key";

pub fn check(input: &[u8]) {
    let plaintext = &input[..input.len() / 32 * 32];
    let mut data = aes_cbc::encrypt(&[1; 24], &[2; 16], plaintext).unwrap();
    data.truncate(plaintext.len());
    with_expected("frame", APP_KEY, None, |expected| {
        let rules = Rules {
            expected: *expected,
            age: None,
            // The frame counts all the same.
            may_be_unmarked: true,
        };
        let output = &mut Output {
            record: &mut [0; MAX_NUMBERS],
            utf16: &mut Vec::new(),
        };
        let keys = SessionKeys::Bytes(&[&[1; 24]]);
        let outcome = wechat::decrypt(keys, &[2; 16], &mut data, &rules, output);
        let content = outcome.ok().map(|open_data| &data[open_data.content]);
        assert_eq!(content, read(plaintext, expected));
    });
}

fn read<'p>(plaintext: &'p [u8], expected: &Expected) -> Option<&'p [u8]> {
    let padding = plaintext.last().copied()?;
    let frame = plaintext.get(..plaintext.len().checked_sub(padding.into())?)?;
    if padding == 0 || padding > 32 || plaintext[frame.len()..] != vec![padding; padding.into()] {
        return None;
    }
    let content = frame.strip_suffix(APP_KEY.as_bytes())?.get(20..)?;
    if frame[16..20] != u32::to_be_bytes(content.len().try_into().ok()?) {
        return None;
    }
    let is_json = str::from_utf8(content).is_ok() && read_claims(content, expected).is_some();
    (is_json && content.trim_ascii_start().starts_with(b"{")).then_some(content)
}
