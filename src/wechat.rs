//! WeChat open data: session key + iv + encrypted data → plaintext.
//!
//! The rule is Tencent's ("加密数据解密算法"): all three are base64; AES-128-CBC with PKCS#7 padding.
//! The plaintext is JSON whose `watermark.appid` the caller must compare with its own app id.

use zeroize::Zeroizing;

use crate::open_data::{aes_cbc, base64};

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
    Ok(aes_cbc::decrypt(session_key, iv, data)?)
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
