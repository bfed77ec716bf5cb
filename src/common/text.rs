//! Compares JSON strings, with their escapes resolved, with text.

/// Whether a JSON string is the ASCII text `name`. `content` is what a valid string has between its quotes.
pub fn is_name(content: &[u8], name: &str) -> bool {
    // An escape is longer than its character, so most names differ by their lengths.
    if content.len() <= name.len() {
        return content == name.as_bytes();
    }
    content.contains(&b'\\') && code_units(content).eq(name.bytes().map(u16::from))
}

/// Whether a JSON string is `text` in UTF-16, lone surrogates included. `content` as in [`is_name`].
pub fn is_utf16(content: &[u8], text: &[u16]) -> bool {
    code_units(content).eq(text.iter().copied())
}

/// The UTF-16 code units of the content of a valid JSON string, its escapes resolved.
fn code_units(content: &[u8]) -> impl Iterator<Item = u16> {
    // Invalid UTF-8 never matches.
    let mut chars = str::from_utf8(content).unwrap_or("\u{fffd}").chars();
    let mut low_surrogate = None;
    std::iter::from_fn(move || {
        if let Some(unit) = low_surrogate.take() {
            return Some(unit);
        }
        let char = match chars.next()? {
            '\\' => match chars.next()? {
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => {
                    let mut digits = chars.by_ref().take(4);
                    return digits.try_fold(0, |unit: u16, digit| {
                        Some(unit << 4 | digit.to_digit(16)? as u16)
                    });
                }
                other => other,
            },
            char => char,
        };
        let mut units = [0; 2];
        char.encode_utf16(&mut units);
        low_surrogate = (char.len_utf16() == 2).then_some(units[1]);
        Some(units[0])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_escapes() {
        let cases: [(&str, &str); 7] = [
            ("", ""),
            ("wx4f4bc4dec97d474b", "wx4f4bc4dec97d474b"),
            ("a\"\\/\u{8}\u{c}\n\r\t", r#"a\"\\\/\b\f\n\r\t"#),
            ("a/b", "a/b"),
            ("é中😀", "é中😀"),
            ("é中😀", r"\u00e9\u4E2d\uD83d\ude00"),
            (r"\u0041", r"\\u0041"),
        ];
        for (text, content) in cases {
            let units: Vec<u16> = text.encode_utf16().collect();
            assert!(is_utf16(content.as_bytes(), &units), "{content}");
            assert!(!is_utf16(
                content.as_bytes(),
                &[&units[..], &[0x61]].concat()
            ));
            if text.is_ascii() {
                assert!(is_name(content.as_bytes(), text));
            }
            assert!(!is_name(content.as_bytes(), &format!("{text}a")));
        }
    }

    #[test]
    fn tells_surrogates_and_the_bytes_of_utf8_apart() {
        assert!(!is_utf16("\u{fffd}".as_bytes(), &[0xd800]));
        assert!(!is_utf16(br"\udc00", &[0xd800]));
        // "Ã©" is what the UTF-8 of "é" looks like, read as Latin-1.
        assert!(!is_utf16("é".as_bytes(), &[0xc3, 0xa9]));
        assert!(!is_name(br"\u005c\u005c", r"\"));
        assert!(is_name(br"\\", r"\"));
    }
}
