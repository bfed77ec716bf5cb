//! Baidu's frame, as plaintext with its padding: it is accepted if and only if a reader that starts at its end
//! accepts it.

use wxbizdatacrypt_native::baidu;
use wxbizdatacrypt_native::common::aes_cbc;
use wxbizdatacrypt_native::wechat::Rules;
use wxbizdatacrypt_native::wechat::json::{Expected, Format, read_claims};

const APP_KEY: &str = "app-key";

pub fn check(input: &[u8]) {
    let plaintext = &input[..input.len() / 32 * 32];
    let mut data = aes_cbc::encrypt(&[1; 24], &[2; 16], plaintext).unwrap();
    data.truncate(plaintext.len());

    let app_id: Vec<u16> = APP_KEY.encode_utf16().collect();
    let expected = Expected {
        app_id: &app_id,
        open_id: None,
        format: Format::Baidu,
    };
    let rules = Rules {
        expected,
        age: None,
    };
    let outcome = baidu::decrypt(&[[1; 24]], &[2; 16], &mut data, &rules, &mut Vec::new());
    let content = outcome
        .ok()
        .map(|open_data| &data[baidu::CONTENT..][..open_data.length]);
    assert_eq!(content, read(plaintext, &expected));
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
