//! The WeChat core over bytes: 16 of the session key, 16 of the iv, then the data. The data decrypts as
//! the oracle says, and as plaintext it comes back from encryption.

#![no_main]

mod oracle;

use libfuzzer_sys::fuzz_target;
use wxbizdatacrypt_native::open_data::aes_cbc;
use wxbizdatacrypt_native::wechat;

fuzz_target!(|input: &[u8]| {
    let (session_key, rest) = input.split_at(input.len().min(16));
    let (iv, data) = rest.split_at(rest.len().min(16));
    let outcome = wechat::decrypt(session_key, iv, &mut data.to_vec()).map(<[u8]>::to_vec);
    assert_eq!(outcome, oracle::decrypt(session_key, iv, data));

    if session_key.len() == 16 && iv.len() == 16 {
        let mut ciphertext = aes_cbc::encrypt(session_key, iv, data).unwrap();
        assert_eq!(oracle::decrypt(session_key, iv, &ciphertext).unwrap(), data);
        assert_eq!(
            wechat::decrypt(session_key, iv, &mut ciphertext).unwrap(),
            data
        );
    }
});
