//! Strict base64: the standard alphabet with padding and nothing else.
//!
//! Node's own decoder is lenient (white space, URL-safe letters, missing padding …). That leniency is
//! not rebuilt here: text that is not strict is handed back to the caller, who has Node decode it.

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not strict base64 (standard alphabet, padded, no other characters)")]
pub struct NotStrict;

/// Decodes strict base64 `text` (RFC 4648 section 4, unused bits zero) into the front of `output`
/// and returns that part.
///
/// # Errors
///
/// [`NotStrict`] on any other character, on missing or misplaced padding and where `output` is too
/// small; `output` then holds nothing of meaning.
///
/// # Examples
///
/// ```
/// use wxbizdatacrypt_native::open_data::base64;
///
/// let mut output = [0; 16];
/// assert_eq!(base64::decode(b"b3BlbiBkYXRh", &mut output).unwrap(), b"open data");
/// assert!(base64::decode(b"b3BlbiBk YXRh", &mut output).is_err());
/// ```
pub fn decode<'o>(text: &[u8], output: &'o mut [u8]) -> Result<&'o mut [u8], NotStrict> {
    let length = ENGINE.decode_slice(text, output).map_err(|_| NotStrict)?;
    Ok(&mut output[..length])
}

/// The largest number of bytes that `text_length` characters of base64 can decode to.
#[must_use]
pub const fn decoded_capacity(text_length: usize) -> usize {
    text_length.div_ceil(4) * 3
}
