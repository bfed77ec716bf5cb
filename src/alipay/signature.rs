//! RSA signatures (RFC 8017, RSASSA-PKCS1-v1_5): the only room that knows the RSA libraries.
//!
//! graviola where it runs, because it keeps a prepared key and so is faster; ring everywhere else.

use std::ops::RangeInclusive;

use ring::signature::{
    RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, RsaParameters,
    UnparsedPublicKey,
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

/// An RSA public key, made ready for many verifications.
pub struct VerifyingKey {
    /// `RSAPublicKey` of PKCS#1, in DER.
    pkcs1: Vec<u8>,
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    prepared: Option<graviola::signing::rsa::VerifyingKey>,
}

impl VerifyingKey {
    /// Makes a key ready, given as an `RSAPublicKey` of PKCS#1 in DER. Its numbers must have been checked.
    #[must_use]
    pub fn new(pkcs1: &[u8]) -> VerifyingKey {
        VerifyingKey {
            pkcs1: pkcs1.to_vec(),
            #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
            prepared: prepare(pkcs1),
        }
    }

    /// Whether `signature` is the key's signature of `message`.
    #[must_use]
    pub fn verify(&self, sign_type: SignType, message: &[u8], signature: &[u8]) -> bool {
        #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
        if let (SignType::Rsa2, Some(key)) = (sign_type, &self.prepared) {
            return key.verify_pkcs1_sha256(signature, message).is_ok();
        }
        let parameters: &RsaParameters = match sign_type {
            SignType::Rsa2 => &RSA_PKCS1_2048_8192_SHA256,
            SignType::Rsa => &RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
        };
        UnparsedPublicKey::new(parameters, &self.pkcs1)
            .verify(message, signature)
            .is_ok()
    }
}

/// graviola panics on a processor that lacks one of these, and does not take every key; ring is there for
/// the rest.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn prepare(pkcs1: &[u8]) -> Option<graviola::signing::rsa::VerifyingKey> {
    #[cfg(target_arch = "x86_64")]
    let is_supported = {
        use std::arch::is_x86_feature_detected as has;
        has!("aes")
            && has!("pclmulqdq")
            && has!("bmi1")
            && has!("bmi2")
            && has!("adx")
            && has!("avx")
            && has!("avx2")
    };
    #[cfg(target_arch = "aarch64")]
    let is_supported = {
        use std::arch::is_aarch64_feature_detected as has;
        has!("neon") && has!("aes") && has!("pmull") && has!("sha2")
    };
    is_supported
        .then(|| graviola::signing::rsa::VerifyingKey::from_pkcs1_der(pkcs1).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::tests::fixture;
    use super::*;
    use crate::alipay::{key_text, public_key};
    use crate::open_data::base64;

    #[test]
    fn both_libraries_agree() {
        let message: Value = serde_json::from_str(&fixture("message")).unwrap();
        let leaf = key_text::decode(&fixture("leaf")).unwrap();
        let mut keys = [(); 2].map(|()| VerifyingKey::new(public_key::parse_der(&leaf).unwrap()));
        #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
        {
            keys[1].prepared = None;
        }
        let signed = message["response"].to_string();
        let mut signature = [0; 258];
        let sign = message["sign"].as_str().unwrap();
        let signature = base64::decode(sign.as_bytes(), &mut signature).unwrap();
        for key in &mut keys {
            assert!(key.verify(SignType::Rsa2, signed.as_bytes(), signature));
            for index in 0..signature.len() {
                signature[index] ^= 1;
                assert!(!key.verify(SignType::Rsa2, signed.as_bytes(), signature));
                signature[index] ^= 1;
            }
            for length in 0..signature.len() {
                assert!(!key.verify(SignType::Rsa2, signed.as_bytes(), &signature[..length]));
            }
            assert!(!key.verify(SignType::Rsa, signed.as_bytes(), signature));
        }
    }
}
