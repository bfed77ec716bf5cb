//! Runs the inputs that fuzzing has found worth keeping (`fuzz/corpora/`) through the fuzz targets' checks, and those of
//! `chosen.txt`, which differ in values alone, so that fuzzing would not keep them.

#[path = "../fuzz/checks/mod.rs"]
mod checks;

use std::ffi::OsString;

use ::base64::Engine as _;
use ::base64::engine::general_purpose::STANDARD;

macro_rules! replay_corpora {
    ($($target:ident)*) => {
        const CHECKS: &[(&str, fn(&[u8]))] = &[$((stringify!($target), checks::$target::check)),*];

        $(
            #[test]
            fn $target() {
                replay(
                    include_str!(concat!("../fuzz/corpora/", stringify!($target), ".txt")),
                    checks::$target::check,
                );
            }
        )*
    };
}

replay_corpora! { alipay_keys alipay_message base64 forms frame json wechat }

/// An input a line, in base64.
fn replay(corpus: &str, check: fn(&[u8])) {
    assert!(corpus.lines().count() > 20);
    for line in corpus.lines() {
        check(&STANDARD.decode(line).unwrap());
    }
}

#[test]
fn chosen() {
    for line in include_str!("../fuzz/corpora/chosen.txt").lines() {
        let (target, input) = line.split_once(' ').unwrap();
        let (_, check) = CHECKS.iter().find(|(name, _)| *name == target).unwrap();
        check(&STANDARD.decode(input).unwrap());
    }
}

#[test]
fn every_fuzz_target_has_a_corpus() {
    let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/targets")).unwrap();
    let mut targets: Vec<_> = folder.map(|entry| entry.unwrap().file_name()).collect();
    targets.sort();
    let replayed: Vec<_> = CHECKS
        .iter()
        .map(|(name, _)| OsString::from(format!("{name}.rs")))
        .collect();
    assert_eq!(targets, replayed);
}
