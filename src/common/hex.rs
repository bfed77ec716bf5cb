//! Hexadecimal text.

/// Decodes `text`, bytes or UTF-16 code units, into the front of `output` and returns how many bytes it decodes to.
///
/// Returns 0 unless the whole text is pairs of hex digits. Node's decoder would stop at the first other character.
/// Bytes for which `output` has no space are counted but not written.
pub fn decode<U: Copy + Into<u32>>(text: &[U], output: &mut [u8]) -> usize {
    let (pairs, rest) = text.as_chunks::<2>();
    if !rest.is_empty() {
        return 0;
    }
    for (index, &[high, low]) in pairs.iter().enumerate() {
        let (Some(high), Some(low)) = (digit(high), digit(low)) else {
            return 0;
        };
        if let Some(byte) = output.get_mut(index) {
            *byte = high << 4 | low;
        }
    }
    pairs.len()
}

fn digit(unit: impl Into<u32>) -> Option<u8> {
    Some(char::from_u32(unit.into())?.to_digit(16)? as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_pairs_of_hex_digits_alone() {
        let vectors: [(&str, &[u8]); 12] = [
            ("", b""),
            ("00", b"\0"),
            ("09afAF", b"\x09\xaf\xaf"),
            ("0", b""),
            ("000", b""),
            ("0g", b""),
            ("g0", b""),
            ("00 00", b""),
            ("0000\n", b""),
            ("0x00", b""),
            // U+0130 and U+FF10: another character with the low byte of `0`, and a full-width digit.
            ("\u{130}0", b""),
            ("\u{ff10}\u{ff10}", b""),
        ];
        for (text, bytes) in vectors {
            let mut output = [0; 4];
            let units: Vec<u16> = text.encode_utf16().collect();
            let length = decode(&units, &mut output);
            assert_eq!(&output[..length], bytes, "{text:?}");
            let length = decode(text.as_bytes(), &mut output);
            assert_eq!(&output[..length], bytes, "{text:?}");
        }
        let mut output = [0; 1];
        assert_eq!(decode(b"0102", &mut output), 2);
        assert_eq!(output, [1]);
    }
}
