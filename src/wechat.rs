//! WeChat open data: session key + iv + encrypted data → plaintext.
//!
//! The rule is Tencent's ("加密数据解密算法"): all three are base64; AES-128-CBC with PKCS#7 padding.
//! The plaintext is JSON whose `watermark.appid` the caller must compare with its own app id.

use zeroize::Zeroizing;

use crate::open_data::{aes_cbc, base64, json};

/// Why the data was refused, with Tencent's number for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The session key is not 16 bytes long once decoded.
    #[error("the session key is not 16 bytes long")]
    IllegalAesKey,
    /// The iv is not 16 bytes long once decoded.
    #[error("the iv is not 16 bytes long")]
    IllegalIv,
    /// The data is empty or not whole blocks of 16 bytes once decoded.
    #[error("the data is empty or not whole blocks of 16 bytes")]
    DecodeBase64,
    /// The data does not decrypt: wrong key, wrong iv or changed data.
    #[error("the data does not decrypt")]
    IllegalBuffer,
}

impl Error {
    /// The number that Tencent's PHP and C++ samples return for this error.
    #[must_use]
    pub fn errcode(self) -> i32 {
        match self {
            Error::IllegalAesKey => -41001,
            Error::IllegalIv => -41002,
            Error::IllegalBuffer => -41003,
            Error::DecodeBase64 => -41004,
        }
    }
}

impl From<aes_cbc::Error> for Error {
    fn from(error: aes_cbc::Error) -> Self {
        match error {
            aes_cbc::Error::KeyLength => Error::IllegalAesKey,
            aes_cbc::Error::IvLength => Error::IllegalIv,
            aes_cbc::Error::CiphertextLength => Error::DecodeBase64,
            aes_cbc::Error::Padding => Error::IllegalBuffer,
        }
    }
}

/// Decrypts `data` in place and returns the plaintext, all three already decoded from base64.
///
/// # Errors
///
/// Each of [`Error`], checked in the order key, iv, data.
///
/// # Examples
///
/// ```
/// use wxbizdatacrypt_native::{open_data::aes_cbc, wechat};
///
/// let mut data = aes_cbc::encrypt(&[1; 16], &[2; 16], b"{}").unwrap();
/// assert_eq!(wechat::decrypt(&[1; 16], &[2; 16], &mut data), Ok(&b"{}"[..]));
/// ```
pub fn decrypt<'d>(session_key: &[u8], iv: &[u8], data: &'d mut [u8]) -> Result<&'d [u8], Error> {
    if session_key.len() != 16 {
        return Err(Error::IllegalAesKey);
    }
    let length = match aes_cbc::decrypt(session_key, iv, data) {
        Ok(plaintext) => plaintext.len(),
        Err(error) => {
            if error == aes_cbc::Error::Padding {
                json::spend_refusal(data);
            }
            return Err(error.into());
        }
    };
    Ok(&data[..length])
}

/// Why [`decrypt_text`] gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// One of the texts is not strict base64 and needs a lenient decoder, then [`decrypt`].
    #[error(transparent)]
    NotStrict(#[from] base64::NotStrict),
    /// The data was refused.
    #[error(transparent)]
    Refused(#[from] Error),
}

/// Decodes the three texts from strict base64 and decrypts the data inside `buffer`, which must hold
/// [`base64::decoded_capacity`] bytes for the data.
///
/// # Errors
///
/// [`TextError::NotStrict`] where a lenient decoder may still make sense of the text, else
/// [`TextError::Refused`].
///
/// # Examples
///
/// ```
/// use wxbizdatacrypt_native::wechat::{decrypt_text, Error, TextError};
///
/// let refused = decrypt_text(b"tiihtNczf5v6AKRyjwEUhQ==", b"", b"r7BXXKkLb8qrSNn05n0qiA==", &mut []);
/// assert_eq!(refused, Err(TextError::Refused(Error::DecodeBase64)));
/// ```
pub fn decrypt_text<'b>(
    session_key: &[u8],
    encrypted_data: &[u8],
    iv: &[u8],
    buffer: &'b mut [u8],
) -> Result<&'b [u8], TextError> {
    // Room for 24 characters. Longer text is no key and no iv; it takes the lenient way to its error.
    let mut session_key_bytes = Zeroizing::new([0; 18]);
    let mut iv_bytes = [0; 18];
    let session_key = base64::decode(session_key, &mut *session_key_bytes)?;
    let iv = base64::decode(iv, &mut iv_bytes)?;
    let data = base64::decode(encrypted_data, buffer)?;
    Ok(decrypt(session_key, iv, data)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    // The official demo (demo.js of Tencent's aes-sample.zip).
    const SESSION_KEY: &[u8] = b"tiihtNczf5v6AKRyjwEUhQ==";
    const IV: &[u8] = b"r7BXXKkLb8qrSNn05n0qiA==";
    const ENCRYPTED_DATA: &[u8] = b"CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS\
        9uT5geRa0W4oTOb1WT7fJlAC+oNPdbB+3hVbJSRgv+4lGOETKUQz6OYStslQ142dNCuabNPGBzlooOmB231qMM85d2/f\
        V6ChevvXvQP8Hkue1poOFtnEtpyxVLW1zAo6/1Xx1COxFvrc2d7UL/lmHInNlxuacJXwu0fjpXfz/YqYzBIBzD6WUfTI\
        F9GRHpOn/Hz7saL8xz+W//FRAUid1OksQaQx4CMs8LOddcQhULW4ucetDf96JcR3g0gfRK4PC7E/r7Z6xNrXd2UIeorG\
        j5Ef7b1pJAYB6Y5anaHqZ9J6nKEBvB4DnNLIVWSgARns/8wR2SiRS7MNACwTyrGvt9ts8p12PKFdlqYTopNHR1Vf7Xjf\
        hQlVsAJdNiKdYmYVoKlaRv85IfVunYzO0IKXsyl7JCUjCpoG20f0a04COwfneQAGGwd5oa+T8yO5hzuyDb/XcxxmK01E\
        pqOyuxINew==";
    const PLAINTEXT: &str = concat!(
        r#"{"openId":"oGZUI0egBJY1zhBYw2KhdUfwVJJE","nickName":"Band","gender":1,"#,
        r#""language":"zh_CN","city":"Guangzhou","province":"Guangdong","country":"CN","#,
        r#""avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/aSKcBBPpibyKNicHNTMM0qJVh8Kjgiak2AHWr8MHM4"#,
        r#"WgMEm7GFhsf8OYrySdbvAMvTsw3mo8ibKicsnfN5pRjl1p8HQ/0","#,
        r#""unionId":"ocMvos6NjeKLIBqg5Mr9QjxrP1FA","#,
        r#""watermark":{"timestamp":1477314187,"appid":"wx4f4bc4dec97d474b"}}"#,
    );

    fn decrypted(key: &[u8], data: &[u8], iv: &[u8]) -> Result<Vec<u8>, TextError> {
        let mut buffer = vec![0; base64::decoded_capacity(data.len())];
        decrypt_text(key, data, iv, &mut buffer).map(<[u8]>::to_vec)
    }

    #[test]
    fn decrypts_the_official_demo() {
        let plaintext = decrypted(SESSION_KEY, ENCRYPTED_DATA, IV).unwrap();
        assert_eq!(String::from_utf8(plaintext).unwrap(), PLAINTEXT);
    }

    #[test]
    fn refuses_in_the_order_key_iv_data() {
        // 24 and 32 too: AES knows them, WeChat does not.
        for length in (0..=40).filter(|&length| length != 16) {
            let refused = decrypt(&vec![1; length], &[], &mut []);
            assert_eq!(refused, Err(Error::IllegalAesKey));
            let refused = decrypt(&[1; 16], &vec![1; length], &mut []);
            assert_eq!(refused, Err(Error::IllegalIv));
        }
        for length in (0..=40).filter(|&length| length == 0 || length % 16 != 0) {
            let mut data = vec![0; length];
            assert_eq!(
                decrypt(&[1; 16], &[2; 16], &mut data),
                Err(Error::DecodeBase64)
            );
        }
        let mut data = [0; 16];
        assert_eq!(
            decrypt(&[1; 16], &[2; 16], &mut data),
            Err(Error::IllegalBuffer)
        );
    }

    #[test]
    fn numbers_the_refusals_as_tencent_does() {
        let refusals = [
            Error::IllegalAesKey,
            Error::IllegalIv,
            Error::IllegalBuffer,
            Error::DecodeBase64,
        ];
        assert_eq!(
            refusals.map(Error::errcode),
            [-41001, -41002, -41003, -41004]
        );
    }

    #[test]
    fn hands_back_what_is_not_strict_base64() {
        let not_strict = Err(TextError::NotStrict(base64::NotStrict));
        assert_eq!(
            decrypted(&SESSION_KEY[..22], ENCRYPTED_DATA, IV),
            not_strict
        );
        assert_eq!(decrypted(SESSION_KEY, b"CiyL U1Aw", IV), not_strict);
        assert_eq!(
            decrypted(SESSION_KEY, ENCRYPTED_DATA, b"r7BXXKkLb8qrSNn05n0qiA=!"),
            not_strict
        );
        // Too long for the room that a key and an iv get; the lenient way finds the same error.
        assert_eq!(decrypted(&[b'A'; 64], ENCRYPTED_DATA, IV), not_strict);
        assert_eq!(
            decrypted(SESSION_KEY, ENCRYPTED_DATA, &[b'A'; 64]),
            not_strict
        );
    }
}
