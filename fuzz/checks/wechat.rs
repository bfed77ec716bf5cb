//! The WeChat core against what it should do in plain words: a byte of options, 16 bytes of the session key,
//! 16 of the iv, then data, which is decrypted as it is and, encrypted first, as plaintext.

use wxbizdatacrypt_native::common::aes_cbc;
use wxbizdatacrypt_native::wechat::forms::MAX_NUMBERS;
use wxbizdatacrypt_native::wechat::rules::{MaxAge, Rules};
use wxbizdatacrypt_native::wechat::session_keys::SessionKeys;
use wxbizdatacrypt_native::wechat::{self, Error, MAX_DATA_LENGTH, Output};

use super::forms::check_record;
use super::json::{self, APP_ID, OPEN_ID};

/// A minute and a second after the official demo was made, and as long as it may be old.
const AGE: MaxAge = MaxAge {
    now: 1_477_314_248.0,
    seconds: 61.0,
};

struct Options {
    open_id: Option<&'static str>,
    age: Option<MaxAge>,
}

pub fn check(input: &[u8]) {
    let Some((byte, rest)) = input.split_first() else {
        return;
    };
    let options = Options {
        open_id: (byte & 1 != 0).then_some(OPEN_ID),
        age: (byte & 2 != 0).then_some(AGE),
    };
    let (session_key, rest) = rest.split_at(rest.len().min(16));
    let (iv, data) = rest.split_at(rest.len().min(16));
    let other = &[0x55; 16][..];
    let session_keys = match byte >> 2 & 3 {
        0 => vec![session_key],
        1 => vec![other, session_key],
        2 => vec![session_key, other],
        _ => vec![&other[1..], session_key, other],
    };
    check_data(&session_keys, iv, data, &options);
    if let Ok(ciphertext) = aes_cbc::encrypt(session_key, iv, data) {
        check_data(&session_keys, iv, &ciphertext, &options);
    }
}

fn check_data(session_keys: &[&[u8]], iv: &[u8], data: &[u8], options: &Options) {
    let mut buffer = data.to_vec();
    let mut record = [0; MAX_NUMBERS];
    let mut utf16 = Vec::new();
    let outcome = json::with_expected("plain", APP_ID, options.open_id, |expected| {
        let rules = Rules {
            expected: *expected,
            age: options.age,
            may_be_unmarked: false,
        };
        let output = &mut Output {
            record: &mut record,
            utf16: &mut utf16,
        };
        let keys = SessionKeys::Bytes(session_keys);
        wechat::decrypt(keys, iv, &mut buffer, &rules, output)
    });
    let expected = decrypt(session_keys, iv, data, options);
    let open_data = match outcome {
        Ok(open_data) => open_data,
        Err(error) => return assert_eq!(Err(error), expected),
    };
    let text = expected.unwrap();
    assert_eq!(&buffer[open_data.content], text.as_bytes());
    assert_eq!(open_data.utf16_length.is_none(), text.is_ascii());
    if let Some(length) = open_data.utf16_length {
        assert!(text.encode_utf16().eq(utf16[..length].iter().copied()));
    }
    if record[0] >= 0 {
        check_record(&record, &text);
    }
}

fn decrypt(
    session_keys: &[&[u8]],
    iv: &[u8],
    data: &[u8],
    options: &Options,
) -> Result<String, Error> {
    let mut errors = Vec::new();
    for session_key in session_keys {
        match decrypt_with_key(session_key, iv, data, options) {
            Ok(text) => return Ok(text),
            Err(error) => errors.push(error),
        }
    }
    if errors[0] == Error::SessionKeyLength {
        return Err(errors[0]);
    }
    Err(*errors.iter().max().unwrap())
}

fn decrypt_with_key(
    session_key: &[u8],
    iv: &[u8],
    data: &[u8],
    options: &Options,
) -> Result<String, Error> {
    if session_key.len() != 16 {
        return Err(Error::SessionKeyLength);
    }
    if iv.len() != 16 {
        return Err(Error::IvLength);
    }
    if data.is_empty() || !data.len().is_multiple_of(16) || data.len() > MAX_DATA_LENGTH {
        return Err(Error::DataLength);
    }
    let mut data = data.to_vec();
    let plaintext =
        aes_cbc::decrypt(session_key, iv, &mut data).map_err(|_| Error::Undecryptable)?;
    let text = String::from_utf8(plaintext.to_vec()).map_err(|_| Error::Undecryptable)?;
    let claims = json::with_expected("plain", APP_ID, options.open_id, |expected| {
        json::claims(&text, expected)
    })
    .ok_or(Error::Undecryptable)?;
    if !claims.app_id {
        return Err(Error::Watermark);
    }
    if options.open_id.is_some() && !claims.open_id {
        return Err(Error::OpenId);
    }
    if let Some(MaxAge { now, seconds }) = options.age {
        let age = now - claims.timestamp.ok_or(Error::Expired)?;
        if age < -60.0 || age > seconds {
            return Err(Error::Expired);
        }
    }
    Ok(text)
}
