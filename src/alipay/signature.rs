//! RSA signatures (RSASSA-PKCS1-v1_5, RFC 8017 section 8.2): the only module that knows the RSA library.

use std::ops::RangeInclusive;

use super::key_text::KeyError;
use der::asn1::UintRef;
use der::{Decode as _, Reader as _, SliceReader};

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
    pub fn name(self) -> &'static str {
        match self {
            SignType::Rsa2 => "RSA2",
            SignType::Rsa => "RSA",
        }
    }

    /// How many bits the modulus of a key may have.
    pub fn key_bits(self) -> RangeInclusive<usize> {
        match self {
            SignType::Rsa2 => 2048..=8192,
            SignType::Rsa => 1024..=8192,
        }
    }
}

/// An RSA public key for one signature algorithm.
pub struct VerifyingKey {
    /// An `RSAPublicKey` of PKCS#1, in DER.
    pkcs1: Vec<u8>,
    /// The length of the modulus, and so of every signature, in bytes.
    signature_length: usize,
    sign_type: SignType,
}

impl VerifyingKey {
    /// Checks a key, given as the DER of an `RSAPublicKey` of PKCS#1 (RFC 8017 appendix A.1.1).
    ///
    /// The modulus must be odd and have [`SignType::key_bits`]; the exponent must be odd and from 3 to 2^33 - 1, as ring
    /// requires.
    pub fn new(pkcs1: &[u8], sign_type: SignType) -> Result<VerifyingKey, KeyError> {
        let bits = check(pkcs1, sign_type)?;
        if !rsa::accepts(pkcs1) {
            return Err(KeyError::NotAKey);
        }
        Ok(VerifyingKey {
            pkcs1: pkcs1.to_vec(),
            signature_length: bits.div_ceil(8),
            sign_type,
        })
    }

    /// The key as an `RSAPublicKey` of PKCS#1, in DER.
    pub fn pkcs1(&self) -> &[u8] {
        &self.pkcs1
    }

    /// Whether `signature` is this key's signature over `message`. It must have exactly the length of the
    /// modulus (RFC 8017 section 8.2.2, step 1), so that one message has one signature.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        signature.len() == self.signature_length
            && rsa::verify(self.sign_type, &self.pkcs1, message, signature)
    }
}

/// The RSA library. Another one can replace it, since the key and the signature's length are checked outside.
#[cfg(not(target_family = "wasm"))]
mod rsa {
    use ring::signature::{
        RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
    };

    use super::SignType;

    pub fn accepts(_pkcs1: &[u8]) -> bool {
        true
    }

    pub fn verify(sign_type: SignType, pkcs1: &[u8], message: &[u8], signature: &[u8]) -> bool {
        let parameters = match sign_type {
            SignType::Rsa2 => &RSA_PKCS1_2048_8192_SHA256,
            SignType::Rsa => &RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
        };
        UnparsedPublicKey::new(parameters, pkcs1)
            .verify(message, signature)
            .is_ok()
    }
}

#[cfg(target_family = "wasm")]
pub use rsa::set as set_library;

/// WebAssembly has no RSA library: the boundary sets the host's.
#[cfg(target_family = "wasm")]
mod rsa {
    use std::sync::OnceLock;

    use super::SignType;

    type Accept = fn(&[u8]) -> bool;
    type Verify = fn(SignType, &[u8], &[u8], &[u8]) -> bool;

    static LIBRARY: OnceLock<(Accept, Verify)> = OnceLock::new();

    /// Sets the library. Only the first call has an effect.
    pub fn set(accepts: Accept, verify: Verify) {
        let _ = LIBRARY.set((accepts, verify));
    }

    pub fn accepts(pkcs1: &[u8]) -> bool {
        LIBRARY.get().is_some_and(|(accepts, _)| accepts(pkcs1))
    }

    pub fn verify(sign_type: SignType, pkcs1: &[u8], message: &[u8], signature: &[u8]) -> bool {
        LIBRARY
            .get()
            .is_some_and(|(_, verify)| verify(sign_type, pkcs1, message, signature))
    }
}

/// Checks what an RSA library checks late or not at all, so that every accepted key also verifies. Returns the
/// number of bits in the modulus.
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
