//! Runs the inputs that fuzzing has found worth keeping (`fuzz/corpora/`) through the fuzz targets' checks.

#[path = "../fuzz/checks/mod.rs"]
mod checks;

use ::base64::Engine as _;
use ::base64::engine::general_purpose::STANDARD;

/// An input a line, in base64.
fn replay(corpus: &str, check: fn(&[u8])) {
    assert!(corpus.lines().count() > 20);
    for line in corpus.lines() {
        check(&STANDARD.decode(line).unwrap());
    }
}

#[test]
fn base64() {
    replay(
        include_str!("../fuzz/corpora/base64.txt"),
        checks::base64::check,
    );
}

#[test]
fn forms() {
    replay(
        include_str!("../fuzz/corpora/forms.txt"),
        checks::forms::check,
    );
}

#[test]
fn json() {
    replay(
        include_str!("../fuzz/corpora/json.txt"),
        checks::json::check,
    );
}

#[test]
fn wechat() {
    replay(
        include_str!("../fuzz/corpora/wechat.txt"),
        checks::wechat::check,
    );
}
