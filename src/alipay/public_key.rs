//! Reads Alipay's public key from every form in which it is distributed and stored.
//!
//! DER nests values in sequences; the few structures that matter here are told apart by the tags they begin
//! with, so that the error for a wrong one can name it.

use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier};
use der::{Decode as _, Reader as _, SliceReader, Tag, Tagged as _};

use super::key_text::{self, KeyError};
use super::signature::{SignType, VerifyingKey};

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const SM2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.301");

/// Reads a key from base64 or PEM of an SPKI structure (RFC 5280), a PKCS#1 structure (RFC 8017) or an X.509
/// certificate, of a chain the first. A certificate is only a container here: the configuration is trusted,
/// and neither dates nor issuer are checked.
pub fn parse(text: &str, sign_type: SignType) -> Result<VerifyingKey, KeyError> {
    let der = key_text::decode(text)?;
    let pkcs1 = parse_der(&der).map_err(|error| match der.len() {
        16 | 24 | 32 => KeyError::AesKeyForPublicKey,
        _ => error,
    })?;
    VerifyingKey::new(pkcs1, sign_type)
}

/// Finds the RSA public key in `der`, as the DER of an `RSAPublicKey` of PKCS#1.
pub fn parse_der(der: &[u8]) -> Result<&[u8], KeyError> {
    let parts = parse_sequence(der).ok_or(KeyError::NotAKey)?;
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
        | [Tag::Sequence, Tag::OctetString] => Err(KeyError::PrivateKeyForPublicKey),
        _ => Err(KeyError::NotAKey),
    }
}

fn parse_spki<'d>(algorithm: AnyRef<'d>, key: AnyRef<'d>) -> Result<&'d [u8], KeyError> {
    let algorithm = children(algorithm).ok_or(KeyError::NotAKey)?;
    let identifier = |part: &AnyRef| part.decode_as::<ObjectIdentifier>().ok();
    let parameters = algorithm.get(1);
    match algorithm.first().and_then(identifier) {
        Some(RSA) if algorithm.len() == 2 && parameters.is_some_and(|part| part.is_null()) => {}
        Some(EC) if parameters.and_then(identifier) == Some(SM2) => return Err(KeyError::Sm2Key),
        Some(EC) => return Err(KeyError::EcKey),
        Some(RSA) | None => return Err(KeyError::NotAKey),
        Some(_) => return Err(KeyError::OtherAlgorithm),
    }
    key.decode_as::<BitStringRef>()
        .ok()
        .and_then(|bits| bits.as_bytes())
        .ok_or(KeyError::NotAKey)
}

/// Finds the key in a certificate's body (RFC 5280 section 4.1), which has a version (optional), serial number,
/// algorithm, issuer, validity, subject, and then the key.
fn parse_certificate(body: AnyRef<'_>) -> Result<&[u8], KeyError> {
    let parts = children(body).ok_or(KeyError::NotAKey)?;
    let after_version = match parts.first().map(|part| part.tag()) {
        Some(Tag::ContextSpecific { .. }) => &parts[1..],
        _ => &parts[..],
    };
    // A request for a certificate: version, subject, key, attributes.
    if let [_, _, key, attributes] = after_version
        && key.tag() == Tag::Sequence
        && matches!(attributes.tag(), Tag::ContextSpecific { .. })
    {
        return Err(KeyError::CertificateRequest);
    }
    let key = after_version.get(5).copied().and_then(children);
    match key.as_deref() {
        Some(&[algorithm, key]) => parse_spki(algorithm, key),
        _ => Err(KeyError::NotAKey),
    }
}

/// The values in `der`, which must be one sequence without trailing bytes.
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
    use super::*;

    /// The parameters of an RSA key are NULL (RFC 8017 appendix A.1), and there is nothing after them.
    #[test]
    fn requires_the_parameters_of_an_rsa_key() {
        let keys: serde_json::Value =
            serde_json::from_str(include_str!("../../__test__/alipay-keys.json")).unwrap();
        let mut spki = key_text::decode(keys["rsa2047"].as_str().unwrap()).unwrap();
        assert!(parse_der(&spki).is_ok());
        let null = spki.windows(2).position(|bytes| bytes == [5, 0]).unwrap();
        spki[null] = 4;
        assert_eq!(parse_der(&spki), Err(KeyError::NotAKey));
    }
}
