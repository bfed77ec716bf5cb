//! The session keys of a call: text, decoded as Node's `Buffer.from` decodes when its turn comes, or bytes.

use super::rules::Encoding;

/// More than the longest key has. Longer values are cut to this length, which shows that they are too long.
pub const MAX_KEY: usize = 33;

/// The session keys of a call, tried in turn.
#[derive(Debug, Clone, Copy)]
pub enum SessionKeys<'k> {
    /// Parts of equal length of a text in UTF-16.
    Text {
        /// The parts, one after the other.
        text: &'k [u16],
        /// The length of each.
        length: usize,
        /// How they are written.
        encoding: Encoding,
    },
    /// Their bytes.
    Bytes(&'k [&'k [u8]]),
}

impl<'k> SessionKeys<'k> {
    /// Returns how many keys there are.
    pub fn count(&self) -> usize {
        match self {
            SessionKeys::Text { text, length, .. } => text.len().checked_div(*length).unwrap_or(0),
            SessionKeys::Bytes(keys) => keys.len(),
        }
    }

    /// Returns a key, which may be decoded into `buffer`.
    pub fn get<'b>(&self, index: usize, buffer: &'b mut [u8; MAX_KEY]) -> &'b [u8]
    where
        'k: 'b,
    {
        match self {
            SessionKeys::Text {
                text,
                length,
                encoding,
            } => encoding.decode(&text[length * index..][..*length], buffer),
            SessionKeys::Bytes(keys) => keys[index],
        }
    }
}
