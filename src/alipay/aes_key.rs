//! The AES key, which Alipay's console gives as base64 of 16 bytes.

use zeroize::Zeroizing;

use super::key_text::{self, KeyError};
use super::public_key;

/// An AES key of 16, 24 or 32 bytes, zeroed when dropped.
pub struct AesKey(Zeroizing<Vec<u8>>);

impl AesKey {
    /// Reads the key from base64 text.
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
    pub fn from_bytes(bytes: &[u8]) -> AesKey {
        AesKey(Zeroizing::new(bytes.to_vec()))
    }

    /// The key itself.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}
