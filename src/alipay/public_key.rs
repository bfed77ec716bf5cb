//! Alipay's public key in all the forms it is handed out and passed on in.
//!
//! DER nests values in sequences; the few that matter here are told apart by what they begin with, so
//! that a wrong one can be called by its name.

use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier, UintRef};
use der::{Decode as _, Reader as _, SliceReader, Tag, Tagged as _};

use super::key_text::{self, Refusal};
use super::signature::{SignType, VerifyingKey};

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const SM2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.301");

/// An RSA public key that has passed every check.
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Reads the key from base64 or PEM of an SPKI structure (RFC 5280), a PKCS#1 structure (RFC 8017)
    /// or an X.509 certificate, of which a chain's first counts. A certificate is only a container
    /// here: the configuration is trusted, and neither its dates nor its issuer are looked at.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] that says what was given instead.
    pub fn parse(text: &str, sign_type: SignType) -> Result<PublicKey, Refusal> {
        let der = key_text::decode(text)?;
        let pkcs1 = parse_der(&der).map_err(|refusal| match der.len() {
            16 | 24 | 32 => Refusal::AesKeyForPublicKey,
            _ => refusal,
        })?;
        check(pkcs1, sign_type)?;
        Ok(PublicKey(VerifyingKey::new(pkcs1)))
    }

    /// Whether `signature` is this key's signature of `message`.
    #[must_use]
    pub fn verify(&self, sign_type: SignType, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify(sign_type, message, signature)
    }
}

/// The RSA libraries count the modulus in whole bytes, and complain about an exponent only when it is
/// used, if at all: both are settled here.
fn check(pkcs1: &[u8], sign_type: SignType) -> Result<(), Refusal> {
    let parts = parse_sequence(pkcs1).ok_or(Refusal::NotAKey)?;
    let [modulus, exponent] = parts[..] else {
        return Err(Refusal::NotAKey);
    };
    let (modulus, exponent) = (parse_number(modulus)?, parse_number(exponent)?);
    let bits = bit_length(modulus);
    if !sign_type.key_bits().contains(&bits) {
        return Err(match sign_type {
            SignType::Rsa2 => Refusal::Rsa2Bits(bits),
            SignType::Rsa => Refusal::RsaBits(bits),
        });
    }
    let is_odd = |number: &[u8]| number.last().is_some_and(|byte| byte & 1 == 1);
    if !is_odd(modulus) || !is_odd(exponent) || !(2..=33).contains(&bit_length(exponent)) {
        return Err(Refusal::BadRsaKey);
    }
    Ok(())
}

fn parse_number(part: AnyRef<'_>) -> Result<&[u8], Refusal> {
    match part.decode_as::<UintRef>() {
        Ok(number) => Ok(number.as_bytes()),
        Err(_) => Err(Refusal::BadRsaKey),
    }
}

fn bit_length(number: &[u8]) -> usize {
    let leading = number.first().map_or(0, |byte| byte.leading_zeros());
    number.len() * 8 - leading as usize
}

/// The RSA public key in `der`, as the DER of an `RSAPublicKey` of PKCS#1; or what is there instead.
pub(super) fn parse_der(der: &[u8]) -> Result<&[u8], Refusal> {
    let parts = parse_sequence(der).ok_or(Refusal::NotAKey)?;
    let tags: Vec<Tag> = parts.iter().map(|part| part.tag()).collect();
    match tags[..] {
        [Tag::Sequence, Tag::BitString] => parse_spki(parts[0], parts[1]),
        [Tag::Integer, Tag::Integer] => Ok(der),
        [Tag::Sequence, Tag::Sequence, Tag::BitString] => parse_certificate(parts[0]),
        // A version comes first in PKCS#1, PKCS#8 and SEC 1; an encrypted key is an algorithm and bytes.
        [
            Tag::Integer,
            Tag::Integer | Tag::Sequence | Tag::OctetString,
            ..,
        ]
        | [Tag::Sequence, Tag::OctetString] => Err(Refusal::PrivateKeyForPublicKey),
        _ => Err(Refusal::NotAKey),
    }
}

fn parse_spki<'d>(algorithm: AnyRef<'d>, key: AnyRef<'d>) -> Result<&'d [u8], Refusal> {
    let algorithm = children(algorithm).ok_or(Refusal::NotAKey)?;
    let identifier = |part: &AnyRef| part.decode_as::<ObjectIdentifier>().ok();
    let parameters = algorithm.get(1);
    match algorithm.first().and_then(identifier) {
        Some(RSA) if algorithm.len() == 2 && parameters.is_some_and(|part| part.is_null()) => {}
        Some(EC) if parameters.and_then(identifier) == Some(SM2) => return Err(Refusal::Sm2Key),
        Some(EC) => return Err(Refusal::EcKey),
        Some(RSA) | None => return Err(Refusal::NotAKey),
        Some(_) => return Err(Refusal::OtherAlgorithm),
    }
    key.decode_as::<BitStringRef>()
        .ok()
        .and_then(|bits| bits.as_bytes())
        .ok_or(Refusal::NotAKey)
}

/// Of a certificate's body, RFC 5280 section 4.1: version (optional), serial number, algorithm,
/// issuer, validity, subject, and then the key.
fn parse_certificate(body: AnyRef<'_>) -> Result<&[u8], Refusal> {
    let parts = children(body).ok_or(Refusal::NotAKey)?;
    let after_version = match parts.first().map(|part| part.tag()) {
        Some(Tag::ContextSpecific { .. }) => &parts[1..],
        _ => &parts[..],
    };
    // A request for a certificate: version, subject, key, attributes.
    if let [_, _, key, attributes] = after_version
        && key.tag() == Tag::Sequence
        && matches!(attributes.tag(), Tag::ContextSpecific { .. })
    {
        return Err(Refusal::CertificateRequest);
    }
    let key = after_version.get(5).copied().and_then(children);
    match key.as_deref() {
        Some(&[algorithm, key]) => parse_spki(algorithm, key),
        _ => Err(Refusal::NotAKey),
    }
}

/// The values in the sequence that `der` is, to its last byte.
fn parse_sequence(der: &[u8]) -> Option<Vec<AnyRef<'_>>> {
    AnyRef::from_der(der).ok().and_then(children)
}

/// The values in a sequence.
fn children(sequence: AnyRef) -> Option<Vec<AnyRef>> {
    if sequence.tag() != Tag::Sequence {
        return None;
    }
    let mut reader = SliceReader::new(sequence.value()).ok()?;
    let mut parts = Vec::new();
    while !reader.is_finished() {
        parts.push(reader.decode().ok()?);
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::super::tests::fixture;
    use super::*;

    fn refusal(text: &str) -> Option<Refusal> {
        PublicKey::parse(text, SignType::Rsa2).err()
    }

    #[test]
    fn of_a_chain_the_first_certificate_counts() {
        let (leaf, intermediate) = (fixture("leaf"), fixture("intermediate"));
        let chain = key_text::decode(&(leaf.clone() + &intermediate)).unwrap();
        let (leaf, intermediate) = [leaf, intermediate]
            .map(|text| key_text::decode(&text).unwrap())
            .into();
        assert_eq!(parse_der(&chain), parse_der(&leaf));
        assert_ne!(parse_der(&chain), parse_der(&intermediate));
        assert_eq!(check(parse_der(&leaf).unwrap(), SignType::Rsa2), Ok(()));
    }

    #[test]
    fn the_modulus_is_counted_in_bits() {
        assert_eq!(refusal(&fixture("rsa2047")), Some(Refusal::Rsa2Bits(2047)));
        assert!(PublicKey::parse(&fixture("rsa2047"), SignType::Rsa).is_ok());
    }

    #[test]
    fn other_things_are_called_by_their_names() {
        assert_eq!(refusal(&fixture("sm2")), Some(Refusal::Sm2Key));
        assert_eq!(
            refusal(&fixture("request")),
            Some(Refusal::CertificateRequest)
        );
        assert_eq!(
            refusal(&fixture("aesKey")),
            Some(Refusal::AesKeyForPublicKey)
        );
        assert_eq!(refusal("MAA="), Some(Refusal::NotAKey));
    }

    #[test]
    fn a_certificate_changed_or_cut_anywhere_does_no_harm() {
        let der = key_text::decode(&fixture("leaf")).unwrap();
        for length in 0..der.len() {
            assert!(parse_der(&der[..length]).is_err());
        }
        let mut changed = der.to_vec();
        for index in 0..der.len() {
            for bit in 0..8 {
                changed[index] ^= 1 << bit;
                // Whatever it says, it must come back.
                let _ = parse_der(&changed).map(|pkcs1| check(pkcs1, SignType::Rsa2));
                changed[index] ^= 1 << bit;
            }
        }
        assert!(parse_der(&changed).is_ok());
    }
}
