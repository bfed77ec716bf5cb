//! What people paste into a configuration: from text to the bytes of a key, or to the reason why not.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

/// Why a configured key was refused: what was given instead. Never holds any of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)] // The words are the documentation.
pub enum Refusal {
    #[error("it is empty")]
    Empty,
    #[error("it is the text \"undefined\" or \"null\": is the environment variable set?")]
    Unset,
    #[error("it is a file's path. Give the content of the file")]
    FilePath,
    #[error("it is neither base64 nor PEM")]
    NotBase64,
    #[error("it is not a key: its content is cut short, changed, or something else")]
    NotAKey,
    #[error(
        "it is a private key, which has no place here and must stay secret. Give Alipay's public key \
         (支付宝公钥) from Alipay's console"
    )]
    PrivateKeyForPublicKey,
    #[error("it is an AES key. Give Alipay's public key (支付宝公钥) from Alipay's console")]
    AesKeyForPublicKey,
    #[error("it is a certificate request. Give the certificate, alipayCertPublicKey_RSA2.crt")]
    CertificateRequest,
    #[error("it is an SM2 key. SM2 is not supported: give the RSA2 key")]
    Sm2Key,
    #[error("it is a key on an elliptic curve, not an RSA key. Give the RSA2 key")]
    EcKey,
    #[error("it is a key for another algorithm than RSA. Give the RSA2 key")]
    OtherAlgorithm,
    #[error(
        "it is an RSA key of {0} bits. For RSA2, Alipay's key has 2048 bits or more (up to 8192)"
    )]
    Rsa2Bits(usize),
    #[error("it is an RSA key of {0} bits. For RSA, 1024 to 8192 are accepted")]
    RsaBits(usize),
    #[error("it is an RSA key whose numbers are not those of a key")]
    BadRsaKey,
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

/// As lenient as Node's decoder is with keys, so that what works in other SDKs works here.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The bytes of a key from base64 or from the first block of PEM: on one line or wrapped, with LF,
/// CRLF or the two characters `\n` at the ends of lines, with quotes around it or without.
///
/// # Errors
///
/// [`Refusal::Empty`], [`Refusal::Unset`], [`Refusal::FilePath`] and [`Refusal::NotBase64`].
///
/// # Examples
///
/// ```
/// use wxbizdatacrypt_native::alipay::key_text::{Refusal, decode};
///
/// assert_eq!(&**decode("AQID\\nBAUG\r\n").unwrap(), &[1, 2, 3, 4, 5, 6]);
/// assert_eq!(decode("./alipay.crt").unwrap_err(), Refusal::FilePath);
/// ```
pub fn decode(text: &str) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    let text =
        text.trim_matches(|c: char| c == '\u{feff}' || c == '"' || c == '\'' || c.is_whitespace());
    match text {
        "" => return Err(Refusal::Empty),
        "undefined" | "null" => return Err(Refusal::Unset),
        _ => {}
    }
    let body = pem_body(text).unwrap_or(text);
    // Room for all of it at once: a string that grows leaves copies of the key behind.
    let mut compact = Zeroizing::new(String::with_capacity(body.len()));
    for (index, line) in body.split('\\').enumerate() {
        let line = match index {
            0 => line,
            _ => line.strip_prefix(['n', 'r']).unwrap_or(line),
        };
        compact.extend(line.chars().filter(|c| !c.is_ascii_whitespace()));
    }
    match LENIENT.decode(&*compact) {
        Ok(bytes) => Ok(Zeroizing::new(bytes)),
        Err(_) if is_path(text) => Err(Refusal::FilePath),
        Err(_) => Err(Refusal::NotBase64),
    }
}

/// What stands between the lines of the first PEM block. Its label is not looked at: people write any
/// of them over any key, and the content tells what it is.
fn pem_body(text: &str) -> Option<&str> {
    let (_, from_label) = text.split_once("-----BEGIN ")?;
    let (_, from_body) = from_label.split_once("-----")?;
    let (body, _) = from_body.split_once("-----END ")?;
    Some(body)
}

fn is_path(text: &str) -> bool {
    const EXTENSIONS: [&str; 6] = [".pem", ".crt", ".cer", ".key", ".txt", ".der"];
    let text = text.to_ascii_lowercase();
    !text.contains('\n') && EXTENSIONS.iter().any(|extension| text.ends_with(extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_in_many_wrappings() {
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
    fn what_is_no_key_is_called_by_its_name() {
        for (text, refusal) in [
            ("", Refusal::Empty),
            ("\"\"", Refusal::Empty),
            ("undefined", Refusal::Unset),
            ("/keys/alipay.PEM", Refusal::FilePath),
            ("*", Refusal::NotBase64),
            ("-----BEGIN PUBLIC KEY-----\nAQID", Refusal::NotBase64),
        ] {
            assert_eq!(decode(text).err(), Some(refusal), "{text}");
        }
    }
}
