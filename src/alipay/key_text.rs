//! The text of a key as people paste it into a configuration → its bytes, or what it is instead.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use crate::common::base64::decoded_capacity;

/// Why a configured key is rejected: what was given instead. Never holds any of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)] // The messages are the documentation.
pub enum KeyError {
    #[error("it is empty")]
    Empty,
    #[error("it is the text \"undefined\" or \"null\": is the environment variable set?")]
    Unset,
    #[error("it is a file path. Give the content of the file")]
    FilePath,
    #[error("it is neither base64 nor PEM")]
    NotBase64,
    #[error("it is not a key: it is cut short, changed, or something else")]
    NotAKey,
    #[error(
        "it is a private key, which does not belong here and must stay secret. Give Alipay's public key \
         (支付宝公钥) from Alipay's console"
    )]
    PrivateKeyForPublicKey,
    #[error("it is an AES key. Give Alipay's public key (支付宝公钥) from Alipay's console")]
    AesKeyForPublicKey,
    #[error("it is a certificate request. Give the certificate, alipayCertPublicKey_RSA2.crt")]
    CertificateRequest,
    #[error("it is an SM2 key. SM2 is not supported: give the RSA2 key")]
    Sm2Key,
    #[error("it is an elliptic curve key, not an RSA key. Give the RSA2 key")]
    EcKey,
    #[error("it is a key for another algorithm than RSA. Give the RSA2 key")]
    OtherAlgorithm,
    #[error(
        "it is an RSA key of {0} bits. For RSA2, Alipay's key has 2048 bits or more (up to 8192)"
    )]
    Rsa2Bits(usize),
    #[error("it is an RSA key of {0} bits. For RSA, 1024 to 8192 are accepted")]
    RsaBits(usize),
    #[error("it is an RSA key with an even modulus: it has been changed")]
    RsaModulus,
    #[error(
        "it is an RSA key whose public exponent is not supported: it must be odd, and from 3 to 2^33 - 1"
    )]
    RsaExponent,
    #[error(
        "it is a private key. Give the AES key (接口内容加密方式) from Alipay's console: base64 of \
         16 bytes"
    )]
    PrivateKeyForAesKey,
    #[error(
        "it is a public key or a certificate. Give the AES key (接口内容加密方式) from Alipay's console: \
         base64 of 16 bytes"
    )]
    PublicKeyForAesKey,
    #[error("it looks like hexadecimal. Give it in base64, as Alipay's console shows it")]
    Hexadecimal,
    #[error("it is {0} bytes long once decoded from base64; an AES key has 16, 24 or 32")]
    AesKeyLength(usize),
}

/// Lenient, so that keys which work with other SDKs work here: padding and unused bits do not matter.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Decodes a key from base64 or from the first block of PEM: on one line or wrapped, lines ended by LF, CRLF
/// or a literal `\n`, with or without quotes around it. All copies of it are zeroed.
///
/// # Errors
///
/// [`KeyError::Empty`], [`KeyError::Unset`], [`KeyError::FilePath`] and [`KeyError::NotBase64`].
///
/// # Examples
///
/// ```
/// use wxbizdatacrypt_native::alipay::key_text::{KeyError, decode};
///
/// assert_eq!(&**decode("AQID\\nBAUG\r\n").unwrap(), &[1, 2, 3, 4, 5, 6]);
/// assert_eq!(decode("./alipay.crt").unwrap_err(), KeyError::FilePath);
/// ```
pub fn decode(text: &str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let text =
        text.trim_matches(|c: char| c == '\u{feff}' || c == '"' || c == '\'' || c.is_whitespace());
    match text {
        "" => return Err(KeyError::Empty),
        "undefined" | "null" => return Err(KeyError::Unset),
        _ => {}
    }
    let body = pem_body(text).unwrap_or(text);
    // Both are allocated once, at their full size: growing would leave copies of the key behind.
    let mut compact = Zeroizing::new(String::with_capacity(body.len()));
    for (index, line) in body.split('\\').enumerate() {
        let line = match index {
            0 => line,
            _ => line.strip_prefix(['n', 'r']).unwrap_or(line),
        };
        compact.extend(line.chars().filter(|c| !c.is_ascii_whitespace()));
    }
    let mut bytes = Zeroizing::new(vec![0; decoded_capacity(compact.len())]);
    match LENIENT.decode_slice(&*compact, &mut bytes) {
        Ok(length) => {
            bytes.truncate(length);
            Ok(bytes)
        }
        Err(_) if is_path(text) => Err(KeyError::FilePath),
        Err(_) => Err(KeyError::NotBase64),
    }
}

/// The text between the lines of the first PEM block. Its label does not matter: people put any label on any
/// key, and the content tells what it is.
fn pem_body(text: &str) -> Option<&str> {
    let (_, from_label) = text.split_once("-----BEGIN ")?;
    let (_, from_body) = from_label.split_once("-----")?;
    let (body, _) = from_body.split_once("-----END ")?;
    Some(body)
}

fn is_path(text: &str) -> bool {
    const EXTENSIONS: [&str; 6] = ["pem", "crt", "cer", "key", "txt", "der"];
    let extension = text.rsplit_once('.').map_or("", |(_, extension)| extension);
    EXTENSIONS
        .iter()
        .any(|known| known.eq_ignore_ascii_case(extension))
        && !text.contains('\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_every_wrapping() {
        for text in [
            "AQIDBAUG",
            " \u{feff}AQID\r\nBAUG\r\n",
            "AQID\\r\\nBAUG\\n",
            "\"AQIDBAUG\"",
            "-----BEGIN PUBLIC KEY-----\nAQID\nBAUG\n-----END PUBLIC KEY-----\n",
            "-----BEGIN PUBLIC KEY-----\\nAQIDBAUG\\n-----END PUBLIC KEY-----",
            "-----BEGIN PUBLIC KEY-----AQIDBAUG-----END PUBLIC KEY-----",
            "subject=CN\n-----BEGIN A-----\nAQIDBAUG\n-----END A-----\n-----BEGIN B-----\nAAAA\n-----END B-----",
        ] {
            assert_eq!(
                decode(text).as_deref(),
                Ok(&vec![1, 2, 3, 4, 5, 6]),
                "{text}"
            );
        }
    }

    #[test]
    fn only_an_escaped_line_break_is_removed() {
        // The first character of base64 may be an `n` or an `r`.
        assert_eq!(&**decode("nnnn").unwrap(), [0x9e, 0x79, 0xe7]);
        assert_eq!(
            &**decode("rrrr\\nrrrr").unwrap(),
            [0xae, 0xba, 0xeb, 0xae, 0xba, 0xeb]
        );
        assert_eq!(decode("AQID\\tBAUG").err(), Some(KeyError::NotBase64));
    }

    #[test]
    fn names_what_is_not_a_key() {
        for (text, error) in [
            ("", KeyError::Empty),
            ("\"\"", KeyError::Empty),
            ("undefined", KeyError::Unset),
            ("/keys/alipay.PEM", KeyError::FilePath),
            ("*", KeyError::NotBase64),
            ("-----BEGIN PUBLIC KEY-----\nAQID", KeyError::NotBase64),
        ] {
            assert_eq!(decode(text).err(), Some(error), "{text}");
        }
    }
}
