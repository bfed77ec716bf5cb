//! Runs the fuzz targets' checks on the inputs that fuzzing has found worth keeping (`fuzz/corpora/`), and on those that
//! it would not find or keep: those of `chosen.txt`, which differ in values alone, and every byte in every place.

#[path = "../fuzz/checks/mod.rs"]
mod checks;

use std::fs;

use ::base64::Engine as _;
use ::base64::engine::general_purpose::STANDARD;

type Check = fn(&[u8]);

fn find_check(target: &str) -> Check {
    match target {
        "alipay_keys" => checks::alipay_keys::check,
        "alipay_message" => checks::alipay_message::check,
        "base64" => checks::base64::check,
        "forms" => checks::forms::check,
        "frame" => checks::frame::check,
        "json" => checks::json::check,
        "wechat" => checks::wechat::check,
        _ => panic!("{target} has no check"),
    }
}

/// An input a line, in base64; in `chosen.txt` behind the name of its target.
#[test]
fn kept_inputs() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpora");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let corpus = fs::read_to_string(&path).unwrap();
        assert!(corpus.lines().count() > 20);
        for line in corpus.lines() {
            let (target, input) = line.split_once(' ').unwrap_or((name, line));
            find_check(target)(&STANDARD.decode(input).unwrap());
        }
    }
}

/// Bytes, of which any may be changed to any other.
#[test]
fn every_byte_in_every_place() {
    let user_info = r#"{"openId":"o","nickName":"张三😀","gender":1,"language":"a b c d e f g h i j","city":"","province":"","country":"","avatarUrl":"","unionId":"u","watermark":{"timestamp":147731418,"appid":"wx4f4bc4dec97d474b"}}"#;
    let json = r#"{"watermark":{"timestamp":-1.5e3,"appid":["\ud83d\/",{},true]}}"#;
    let ids = r#"{"openId":"oGZU","unionId":"o","watermark":{"appid":9007199254740993,"timestamp":1548251549}}"#;
    let frame = b"0123456789abcdef\0\0\0\x09{\"a\":\"b\"}app-key";
    let texts = [
        (checks::base64::check as Check, vec![b'A'; 256]),
        (checks::base64::check, "tiihtNczf5v6AKRyjwEUhQ==".into()),
        (checks::forms::check, user_info.into()),
        (checks::forms::check, steps("12345678").into()),
        (checks::forms::check, ids.into()),
        (checks::frame::check, [&frame[..], &[28; 28]].concat()),
        (checks::json::check, json.into()),
    ];
    for (check, mut text) in texts {
        check(&text);
        for place in 0..text.len() {
            for byte in 0..=255 {
                let original = std::mem::replace(&mut text[place], byte);
                check(&text);
                text[place] = original;
            }
        }
    }
}

#[test]
fn padding_longer_than_a_block() {
    let frame = b"0123456789abcdef\0\0\0\x04{  }app-key";
    for length in [1, 33, 65] {
        checks::frame::check(&[&frame[..], &vec![length; length.into()]].concat());
    }
}

#[test]
fn base64_of_every_length() {
    let bytes: Vec<u8> = (0..=255).cycle().take(1000).collect();
    for length in 0..bytes.len() {
        checks::base64::check(&bytes[..length]);
    }
}

#[test]
fn integers_of_every_length() {
    for length in 1..12 {
        for first in 0..10 {
            for rest in ["0", "1", "9"] {
                let digits = format!("{first}{}", rest.repeat(length - 1));
                for digits in [format!("-{digits}"), format!("{digits}.5"), digits] {
                    checks::forms::check(steps(&digits).as_bytes());
                }
            }
        }
    }
    for digits in [
        "2147483647",
        "2147483648",
        "4294967295",
        "4294967296",
        "21474836470",
    ] {
        checks::forms::check(steps(digits).as_bytes());
    }
}

fn steps(digits: &str) -> String {
    format!(
        r#"{{"stepInfoList":[{{"timestamp":1445866601,"step":{digits}}}],"watermark":{{"timestamp":1,"appid":"wx"}}}}"#
    )
}
