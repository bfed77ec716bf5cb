//! Decodes the text of a key as people paste it into a configuration, or tells what it is instead.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use crate::common::base64::decoded_capacity;

reasons! {
    /// Why a configured key is rejected: what was given instead. Never contains any of it.
    KeyError {
        Empty => "empty",
        Unset => "unset",
        FilePath => "file-path",
        NotBase64 => "not-base64",
        NotAKey => "not-a-key",
        PrivateKeyForPublicKey => "private-key",
        AesKeyForPublicKey => "aes-key",
        CertificateRequest => "certificate-request",
        Sm2Key => "sm2-key",
        EcKey => "ec-key",
        OtherAlgorithm => "other-algorithm",
        Rsa2Bits(usize) => "rsa2-bits",
        RsaBits(usize) => "rsa-bits",
        RsaModulus => "rsa-modulus",
        RsaExponent => "rsa-exponent",
        PrivateKeyForAesKey => "private-key-for-aes-key",
        PublicKeyForAesKey => "public-key-for-aes-key",
        Hexadecimal => "hex",
        AesKeyLength(usize) => "wrong-length",
    }
}

impl KeyError {
    /// Returns the number of bits or bytes that the error is about.
    pub fn number(self) -> Option<usize> {
        match self {
            KeyError::Rsa2Bits(number)
            | KeyError::RsaBits(number)
            | KeyError::AesKeyLength(number) => Some(number),
            _ => None,
        }
    }
}

/// Lenient, so that keys which work with other SDKs work here: padding and unused bits do not matter.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Returns the text in bytes, without a copy: a key may be a private one, given by mistake. A byte that is not UTF-8
/// becomes `?`, because a comment outside of the PEM block may be in any encoding.
pub fn from_bytes(bytes: Vec<u8>) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new(bytes);
    let mut start = 0;
    while let Err(error) = str::from_utf8(&bytes[start..]) {
        start += error.valid_up_to();
        bytes[start] = b'?';
    }
    Zeroizing::new(String::from_utf8(std::mem::take(&mut *bytes)).unwrap_or_default())
}

/// Decodes a key from base64 or from the first block of PEM: on one line or wrapped, lines ended by LF, CRLF
/// or a literal `\n`, with or without quotes around it. All copies of it are zeroed.
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
    fn only_an_escaped_line_break_is_removed() {
        // The first character of base64 may be an `n` or an `r`.
        assert_eq!(&**decode("nnnn").unwrap(), [0x9e, 0x79, 0xe7]);
        assert_eq!(
            &**decode("rrrr\\nrrrr").unwrap(),
            [0xae, 0xba, 0xeb, 0xae, 0xba, 0xeb]
        );
        assert_eq!(decode("AQID\\tBAUG").err(), Some(KeyError::NotBase64));
    }
}
