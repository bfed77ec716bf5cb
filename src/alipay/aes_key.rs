//! The AES key, which Alipay's console gives as base64 of 16 bytes.

use zeroize::Zeroizing;

use super::key_text::{self, KeyError};
use super::public_key;

/// An AES key of 16, 24 or 32 bytes, zeroed when dropped.
pub struct AesKey(Zeroizing<Vec<u8>>);

impl AesKey {
    /// Reads the key from base64 text.
    ///
    /// # Errors
    ///
    /// A [`KeyError`] that says what was given instead.
    pub fn parse(text: &str) -> Result<AesKey, KeyError> {
        // 32 hex digits would pass as base64 of 24 bytes.
        let trimmed = text.trim();
        if matches!(trimmed.len(), 32 | 48 | 64) && trimmed.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(KeyError::Hexadecimal);
        }
        let bytes = key_text::decode(text)?;
        match bytes.len() {
            16 | 24 | 32 => Ok(AesKey(bytes)),
            length => Err(match public_key::parse_der(&bytes) {
                Err(KeyError::PrivateKeyForPublicKey) => KeyError::PrivateKeyForAesKey,
                Err(KeyError::NotAKey) => KeyError::AesKeyLength(length),
                _ => KeyError::PublicKeyForAesKey,
            }),
        }
    }

    /// Takes what [`AesKey::as_bytes`] has returned.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> AesKey {
        AesKey(Zeroizing::new(bytes.to_vec()))
    }

    /// The key itself.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::fixture;
    use super::*;

    #[test]
    fn names_what_is_not_the_key() {
        // SEQUENCE { INTEGER, SEQUENCE, OCTET STRING }, as in PKCS#8.
        let private_key = "MAcCAQAwAAQA";
        for (text, error) in [
            ("0123456789abcdef0123456789ABCDEF", KeyError::Hexadecimal),
            (" 0123456789abcdef0123456789abcdef\n", KeyError::Hexadecimal),
            ("abcd", KeyError::AesKeyLength(3)),
            ("AAAAAAAAAAAAAAAAAAAAAAA=", KeyError::AesKeyLength(17)),
            (private_key, KeyError::PrivateKeyForAesKey),
            (&fixture("leaf"), KeyError::PublicKeyForAesKey),
            (&fixture("rsa2047"), KeyError::PublicKeyForAesKey),
            (&fixture("sm2"), KeyError::PublicKeyForAesKey),
            ("", KeyError::Empty),
        ] {
            assert_eq!(AesKey::parse(text).err(), Some(error), "{text}");
        }
    }

    #[test]
    fn accepts_16_24_and_32_bytes() {
        for (text, length) in [
            ("AAAAAAAAAAAAAAAAAAAAAA==", 16),
            ("AAAAAAAAAAAAAAAAAAAAAA", 16),
            // As long as 32 hex digits.
            ("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAz", 24),
            ("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", 32),
        ] {
            assert_eq!(AesKey::parse(text).unwrap().as_bytes().len(), length);
        }
    }
}
