//! Base64: strict (RFC 4648 section 4), which is fast, and lenient, as Node's `Buffer.from` decodes.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::GeneralPurposeConfig;

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
static ENGINE: LazyLock<base64::engine::Simd> =
    LazyLock::new(|| base64::engine::Simd::standard(GeneralPurposeConfig::new()));
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
static ENGINE: LazyLock<base64::engine::GeneralPurpose> = LazyLock::new(|| {
    base64::engine::GeneralPurpose::new(&base64::alphabet::STANDARD, GeneralPurposeConfig::new())
});

/// The text is not strict base64: see [`decode`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotStrict;

/// Decodes strict base64 `text` (RFC 4648 section 4, unused bits zero) into the front of `output`
/// and returns that part.
///
/// Fails on any other character, on missing or misplaced padding, and where `output` is too small; the content of
/// `output` is then unspecified.
pub fn decode<'o>(text: &[u8], output: &'o mut [u8]) -> Result<&'o mut [u8], NotStrict> {
    let length = ENGINE.decode_slice(text, output).map_err(|_| NotStrict)?;
    Ok(&mut output[..length])
}

/// Decodes `text`, bytes or UTF-16 code units, into the front of `output` as Node's `Buffer.from(text, "base64")`
/// does, and returns how many bytes it decodes to.
///
/// The low byte of each code unit counts. The text ends at the first `=`; `-` and `_` count as `+` and `/`; other
/// characters are skipped. Bits that do not fill a byte are dropped. Bytes for which `output` has no space are
/// counted but not written.
pub fn decode_lenient<U: Copy + Into<u32>>(text: &[U], output: &mut [u8]) -> usize {
    let (text, mut length) = decode_groups(text, output);
    // The last group of nearly every session key and iv.
    if let &[a, b, c, d] = text
        && let [a, b] = [a, b].map(|unit| VALUES[usize::from(unit.into() as u8)])
        && [c, d].map(|unit| unit.into() as u8) == *b"=="
        && (a | b) & INVALID == 0
        && let Some(byte) = output.get_mut(length)
    {
        *byte = a << 2 | b >> 4;
        return length + 1;
    }
    let (mut bits, mut bit_count) = (0_u32, 0);
    for &unit in text {
        let value = match unit.into() as u8 {
            b'=' => break,
            b'-' => 62,
            b'_' => 63,
            character => VALUES[usize::from(character)],
        };
        if value == INVALID {
            continue;
        }
        bits = bits << 6 | u32::from(value);
        bit_count += 6;
        if bit_count >= 8 {
            bit_count -= 8;
            if let Some(byte) = output.get_mut(length) {
                *byte = (bits >> bit_count) as u8;
            }
            length += 1;
        }
    }
    length
}

/// Decodes as many groups of four characters of the alphabet as come first. Returns the rest of the text and how many
/// bytes have been written.
fn decode_groups<'t, U: Copy + Into<u32>>(text: &'t [U], output: &mut [u8]) -> (&'t [U], usize) {
    let mut groups = 0;
    for (group, bytes) in text.as_chunks().0.iter().zip(output.as_chunks_mut().0) {
        let [a, b, c, d]: [U; 4] = *group;
        let [a, b, c, d] = [a, b, c, d].map(|unit| VALUES[usize::from(unit.into() as u8)]);
        if (a | b | c | d) & INVALID != 0 {
            break;
        }
        *bytes = [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d];
        groups += 1;
    }
    (&text[4 * groups..], 3 * groups)
}

const INVALID: u8 = 0x80;

/// The six bits that a character encodes, or [`INVALID`].
static VALUES: [u8; 256] = {
    let mut values = [INVALID; 256];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut value = 0;
    while value < alphabet.len() {
        values[alphabet[value] as usize] = value as u8;
        value += 1;
    }
    values
};

/// The largest number of bytes that `text_length` characters of base64 can decode to.
pub const fn decoded_capacity(text_length: usize) -> usize {
    text_length.div_ceil(4) * 3
}
