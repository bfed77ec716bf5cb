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
