//! RSA signatures (RSASSA-PKCS1-v1_5, RFC 8017 section 8.2): the only module that uses the RSA libraries.
//!
//! Two libraries verify. graviola keeps a prepared key and is therefore faster, but needs certain processor
//! features and gets only some key sizes right; ring does everything else. Both give the same result:
//! `tests/rsa.rs` compares them with each other and with node:crypto.

use std::ops::RangeInclusive;

use der::asn1::UintRef;
use der::{Decode as _, Reader as _, SliceReader};
use ring::signature::{
    RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
};

use super::key_text::KeyError;

/// Alipay's names for its signature algorithms.
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

/// A library that verifies RSA signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Library {
    /// x86-64 with ADX, AVX2 and BMI, or AArch64 with the cryptographic extensions; RSA2 only; keys of the
    /// sizes that it generates itself.
    Graviola,
    /// Every processor, algorithm and key that [`VerifyingKey::new`] accepts.
    Ring,
}

/// graviola counts in words of 8 bytes: with a modulus of 2050 bits, say, it rejects every signature. These
/// are the sizes that its own tests cover.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
const GRAVIOLA_KEY_BITS: [usize; 5] = [2048, 3072, 4096, 6144, 8192];

/// An RSA public key for one signature algorithm, prepared for many verifications.
pub struct VerifyingKey {
    /// The length of the modulus, and so of every signature, in bytes.
    signature_length: usize,
    verifier: Verifier,
}

enum Verifier {
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    Graviola(Box<graviola::signing::rsa::VerifyingKey>),
    /// An `RSAPublicKey` of PKCS#1, in DER, and ring's parameters.
    Ring(Vec<u8>, &'static ring::signature::RsaParameters),
}

impl VerifyingKey {
    /// Prepares a key, given as the DER of an `RSAPublicKey` of PKCS#1 (RFC 8017 appendix A.1.1), for the
    /// fastest library that accepts it.
    ///
    /// # Errors
    ///
    /// [`KeyError::NotAKey`] if `pkcs1` is something else, [`KeyError::Rsa2Bits`] and [`KeyError::RsaBits`]
    /// if the modulus is shorter or longer than [`SignType::key_bits`], [`KeyError::RsaModulus`] if it is
    /// even, [`KeyError::RsaExponent`] if the exponent is even or not from 3 to 2^33 - 1, as ring requires.
    pub fn new(pkcs1: &[u8], sign_type: SignType) -> Result<VerifyingKey, KeyError> {
        let bits = check(pkcs1, sign_type)?;
        let verifier = prepare_graviola(pkcs1, sign_type, bits)
            .unwrap_or_else(|| prepare_ring(pkcs1, sign_type));
        Ok(VerifyingKey::from_parts(bits, verifier))
    }

    /// Prepares a key as [`VerifyingKey::new`] does, but for the given library; `None` if that does not accept
    /// the key, or does not run on this processor.
    ///
    /// # Errors
    ///
    /// As for [`VerifyingKey::new`].
    pub fn with_library(
        library: Library,
        pkcs1: &[u8],
        sign_type: SignType,
    ) -> Result<Option<VerifyingKey>, KeyError> {
        let bits = check(pkcs1, sign_type)?;
        let verifier = match library {
            Library::Graviola => prepare_graviola(pkcs1, sign_type, bits),
            Library::Ring => Some(prepare_ring(pkcs1, sign_type)),
        };
        Ok(verifier.map(|verifier| VerifyingKey::from_parts(bits, verifier)))
    }

    fn from_parts(bits: usize, verifier: Verifier) -> VerifyingKey {
        VerifyingKey {
            signature_length: bits.div_ceil(8),
            verifier,
        }
    }

    /// The library that verifies.
    #[must_use]
    pub fn library(&self) -> Library {
        match self.verifier {
            #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
            Verifier::Graviola(_) => Library::Graviola,
            Verifier::Ring(..) => Library::Ring,
        }
    }

    /// Whether `signature` is this key's signature over `message`. It must have exactly the length of the
    /// modulus (RFC 8017 section 8.2.2, step 1), so one message has one signature.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        // Not left to the libraries: graviola ignores leading zeros.
        if signature.len() != self.signature_length {
            return false;
        }
        match &self.verifier {
            #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
            Verifier::Graviola(key) => key.verify_pkcs1_sha256(signature, message).is_ok(),
            Verifier::Ring(pkcs1, parameters) => UnparsedPublicKey::new(*parameters, pkcs1)
                .verify(message, signature)
                .is_ok(),
        }
    }
}

/// Checks what the libraries check late or not at all, so that every key that is accepted also verifies.
/// Returns the number of bits in the modulus.
fn check(pkcs1: &[u8], sign_type: SignType) -> Result<usize, KeyError> {
    let (modulus, exponent) = parse(pkcs1).map_err(|_| KeyError::NotAKey)?;
    let bits = bit_length(modulus);
    if !sign_type.key_bits().contains(&bits) {
        return Err(match sign_type {
            SignType::Rsa2 => KeyError::Rsa2Bits(bits),
            SignType::Rsa => KeyError::RsaBits(bits),
        });
    }
    if is_even(modulus) {
        return Err(KeyError::RsaModulus);
    }
    if is_even(exponent) || !(2..=33).contains(&bit_length(exponent)) {
        return Err(KeyError::RsaExponent);
    }
    Ok(bits)
}

/// Returns modulus and exponent, without leading zeros.
fn parse(pkcs1: &[u8]) -> der::Result<(&[u8], &[u8])> {
    let mut reader = SliceReader::new(pkcs1)?;
    let numbers = reader.sequence(|reader| {
        let modulus = UintRef::decode(reader)?.as_bytes();
        let exponent = UintRef::decode(reader)?.as_bytes();
        Ok::<_, der::Error>((modulus, exponent))
    })?;
    reader.finish()?;
    Ok(numbers)
}

fn bit_length(number: &[u8]) -> usize {
    let leading = number.first().map_or(0, |byte| byte.leading_zeros());
    number.len() * 8 - leading as usize
}

fn is_even(number: &[u8]) -> bool {
    number.last().is_none_or(|byte| byte & 1 == 0)
}

fn prepare_ring(pkcs1: &[u8], sign_type: SignType) -> Verifier {
    let parameters = match sign_type {
        SignType::Rsa2 => &RSA_PKCS1_2048_8192_SHA256,
        SignType::Rsa => &RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
    };
    Verifier::Ring(pkcs1.to_vec(), parameters)
}

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn prepare_graviola(pkcs1: &[u8], sign_type: SignType, bits: usize) -> Option<Verifier> {
    if sign_type != SignType::Rsa2 || !GRAVIOLA_KEY_BITS.contains(&bits) || !can_run_graviola() {
        return None;
    }
    // It rejects exponents of more than 32 bits.
    let key = graviola::signing::rsa::VerifyingKey::from_pkcs1_der(pkcs1).ok()?;
    Some(Verifier::Graviola(Box::new(key)))
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn prepare_graviola(_: &[u8], _: SignType, _: usize) -> Option<Verifier> {
    None
}

/// graviola panics on a processor that lacks one of these features.
#[cfg(target_arch = "x86_64")]
fn can_run_graviola() -> bool {
    use std::arch::is_x86_feature_detected as has;
    let features = [
        has!("aes"),
        has!("pclmulqdq"),
        has!("bmi1"),
        has!("bmi2"),
        has!("adx"),
        has!("avx"),
        has!("avx2"),
    ];
    !features.contains(&false)
}

/// As on x86-64.
#[cfg(target_arch = "aarch64")]
fn can_run_graviola() -> bool {
    use std::arch::is_aarch64_feature_detected as has;
    let features = [has!("neon"), has!("aes"), has!("pmull"), has!("sha2")];
    !features.contains(&false)
}
