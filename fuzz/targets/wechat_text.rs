//! The WeChat core over text: session key, iv and data, one a line. What is strict base64 decrypts as
//! the oracle says, what is not is handed back.

#![no_main]

mod oracle;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use wxbizdatacrypt_native::open_data::base64::{NotStrict, decoded_capacity};
use wxbizdatacrypt_native::wechat::{self, TextError};

fuzz_target!(|input: &[u8]| {
    let mut lines = input.splitn(3, |byte| *byte == b'\n');
    let (Some(session_key), Some(iv), Some(data)) = (lines.next(), lines.next(), lines.next())
    else {
        return;
    };
    let mut buffer = vec![0; decoded_capacity(data.len())];
    let outcome = wechat::decrypt_text(session_key, data, iv, &mut buffer);

    let texts = [session_key, iv, data].map(|text| STANDARD.decode(text));
    let expected = match &texts {
        // A key and an iv get room for 24 characters; longer ones take the lenient way to their error.
        [Ok(session_key), Ok(iv), Ok(data)] if session_key.len() <= 18 && iv.len() <= 18 => {
            oracle::decrypt(session_key, iv, data).map_err(TextError::Refused)
        }
        _ => Err(TextError::NotStrict(NotStrict)),
    };
    assert_eq!(outcome.map(<[u8]>::to_vec), expected);
});
