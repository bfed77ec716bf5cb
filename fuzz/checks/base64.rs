//! The decoders of strict base64 against the plain one of the `base64` crate.

use ::base64::Engine as _;
use ::base64::engine::general_purpose::STANDARD;
use wxbizdatacrypt_native::common::base64::{NotStrict, decode, decode_block, decoded_capacity};

pub fn check(input: &[u8]) {
    check_text(input);
    let text = STANDARD.encode(input);
    check_text(text.as_bytes());
    assert_eq!(decoded(text.as_bytes()).unwrap(), input);
}

fn check_text(text: &[u8]) {
    let expected = STANDARD.decode(text).map_err(|_| NotStrict);
    assert_eq!(decoded(text), expected);

    let mut block = [0; 16];
    let block = decode_block(text, &mut block).map(|()| block.to_vec());
    let expected = expected.and_then(|bytes| {
        if bytes.len() == 16 {
            Ok(bytes)
        } else {
            Err(NotStrict)
        }
    });
    assert_eq!(block, expected);
}

fn decoded(text: &[u8]) -> Result<Vec<u8>, NotStrict> {
    decode(text, &mut vec![0; decoded_capacity(text.len())]).map(|bytes| bytes.to_vec())
}
