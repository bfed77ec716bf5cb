//! RSA signatures (RFC 8017, RSASSA-PKCS1-v1_5): the only room that knows the RSA library.

use std::ops::RangeInclusive;

use ring::signature::{
    RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256,
    RsaPublicKeyComponents,
};

/// Alipay's names for its signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignType {
    /// SHA256withRSA.
    Rsa2,
    /// SHA1withRSA, for apps from before RSA2. Never a default.
    Rsa,
}

impl SignType {
    /// The name in messages and in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            SignType::Rsa2 => "RSA2",
            SignType::Rsa => "RSA",
        }
    }

    /// How many bits the modulus of a key may have.
    #[must_use]
    pub fn key_bits(self) -> RangeInclusive<usize> {
        match self {
            SignType::Rsa2 => 2048..=8192,
            SignType::Rsa => 1024..=8192,
        }
    }
}

/// An RSA public key: its numbers in big-endian bytes without leading zeros.
pub type Components = RsaPublicKeyComponents<Vec<u8>>;

/// Whether `signature` is the key's signature of `message`.
#[must_use]
pub fn verify(sign_type: SignType, key: &Components, message: &[u8], signature: &[u8]) -> bool {
    let parameters = match sign_type {
        SignType::Rsa2 => &RSA_PKCS1_2048_8192_SHA256,
        SignType::Rsa => &RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
    };
    key.verify(parameters, message, signature).is_ok()
}
