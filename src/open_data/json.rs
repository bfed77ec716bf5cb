//! Tells text that cannot be JSON from text that may be, without an exception.

use std::hint::black_box;

use serde::de::IgnoredAny;

/// Whether `plaintext` is certainly refused by `JSON.parse` once it is decoded as UTF-8 with U+FFFD
/// for invalid bytes.
///
/// What a wrong key or a changed block leaves behind holds control characters or invalid UTF-8, all
/// but about once in a million; only such text is looked at closely. Clean text may still not be
/// JSON: that is for `JSON.parse` to say.
///
/// # Examples
///
/// ```
/// use wxbizdatacrypt_native::open_data::json;
///
/// assert!(json::is_refused(b"{\"step\":\x01}"));
/// assert!(!json::is_refused(b"{\"step\":1}"));
/// assert!(!json::is_refused(b"{\"name\":\"\xff\"}"));
/// ```
#[must_use]
pub fn is_refused(plaintext: &[u8]) -> bool {
    let control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    // Folded and not `any`, so that it takes the same time wherever the first one stands.
    let controls = plaintext
        .iter()
        .fold(false, |found, byte| found | control(byte));
    if !controls && str::from_utf8(plaintext).is_ok() {
        return false;
    }
    // It looks at the UTF-8 of no string: invalid bytes pass inside of strings alone, as U+FFFD would.
    serde_json::from_slice::<IgnoredAny>(plaintext).is_err()
}

/// Does what [`is_refused`] does, for its time alone: so that data with bad padding takes as long as
/// data with good padding that is not JSON.
pub fn spend_refusal(data: &[u8]) {
    black_box(is_refused(black_box(data)));
}

#[cfg(test)]
mod tests {
    use super::is_refused;

    #[test]
    fn refuses_only_what_json_refuses() {
        let refused: &[&[u8]] = &[
            b"\0",
            b"{\"a\":\"\x1f\"}",
            b"{\"a\":1}\x0b",
            b"\xff",
            b"{\"a\":\xff}",
            b"{\"a\":\"\xff\"",
            b"[1,\x7f\x00]",
        ];
        for text in refused {
            assert!(is_refused(text), "{text:?}");
        }
        let accepted: &[&[u8]] = &[
            b"{\"a\":\"\xff\xfe\xed\xa0\x80\"}",
            b"\t\r\n {}",
            b"\"\x7f\"",
            b"{\"\xc0\":1e999}",
            "[\"手机\"]".as_bytes(),
        ];
        for text in accepted {
            assert!(!is_refused(text), "{text:?}");
        }
    }

    #[test]
    fn does_not_overflow_the_stack() {
        let mut deep = b"[".repeat(1_000_000);
        deep.push(0xff);
        assert!(is_refused(&deep));
    }
}
