//! Reads the arguments of a call: each is its length in bytes, a word, and its content in whole words.

use zeroize::Zeroizing;

use super::memory::{bytes_of, halves_of};

/// In place of a length: the argument is missing.
const MISSING: u32 = u32::MAX;

/// The arguments that are left.
pub struct Arguments<'a>(pub &'a [u32]);

impl<'a> Arguments<'a> {
    fn next(&mut self) -> Option<(&'a [u32], usize)> {
        let (&length, rest) = self.0.split_first().expect("an argument");
        self.0 = rest;
        if length == MISSING {
            return None;
        }
        let content;
        (content, self.0) = rest.split_at((length as usize).div_ceil(4));
        Some((content, length as usize))
    }

    /// Returns the next argument, bytes.
    pub fn bytes(&mut self) -> &'a [u8] {
        let (words, length) = self.next().expect("bytes");
        &bytes_of(words)[..length]
    }

    /// Returns the next argument, text in UTF-16, or `None` if it is missing.
    pub fn optional_text(&mut self) -> Option<&'a [u16]> {
        let (words, length) = self.next()?;
        Some(&halves_of(words)[..length / 2])
    }

    /// Returns the next argument, text in UTF-16.
    pub fn text(&mut self) -> &'a [u16] {
        self.optional_text().expect("text")
    }

    /// Returns the next argument, text in UTF-16, as UTF-8: with U+FFFD for a lone surrogate, as Node does.
    pub fn string(&mut self) -> Zeroizing<String> {
        Zeroizing::new(String::from_utf16_lossy(self.text()))
    }
}
