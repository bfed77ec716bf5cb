//! AES in CBC mode with PKCS#7 padding (NIST SP 800-38A, RFC 5652 section 6.3).

use std::hint::black_box;

use aes::cipher::array::Array;
use aes::cipher::block_padding::{Padding as _, Pkcs7};
use aes::cipher::consts::U16;
use aes::cipher::typenum::Unsigned as _;
use aes::cipher::{
    BlockCipherDecBackend, BlockCipherDecClosure, BlockCipherDecrypt, BlockCipherEncrypt,
    BlockModeDecrypt, BlockModeEncrypt, BlockSizeUser, InnerIvInit, KeyInit, ParBlocks,
};
use aes::{Aes128Dec, Aes128Enc, Aes192Dec, Aes192Enc, Aes256Dec, Aes256Enc, Block};

/// The length of an AES block, and so of every iv, in bytes.
pub const BLOCK: usize = 16;

/// More than the stack that the cipher uses, in bytes.
const STACK: usize = 1536;
const SOFTWARE_STACK: usize = 4096;

/// Why [`decrypt`] or [`encrypt`] failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// The key is not 16, 24 or 32 bytes long.
    KeyLength,
    /// The iv is not 16 bytes long.
    IvLength,
    /// The ciphertext is empty or not whole blocks of 16 bytes.
    CiphertextLength,
    /// The plaintext does not end in PKCS#7 padding: the key is wrong, or the data was changed.
    Padding,
}

/// Decrypts `data` in place and returns the plaintext without its padding.
///
/// The key schedule is built for this call and overwritten at its end. After an error the content of `data` is
/// unspecified.
///
/// The lengths are checked in the order key, iv, data, before any decryption.
pub fn decrypt<'d>(key: &[u8], iv: &[u8], data: &'d mut [u8]) -> Result<&'d [u8], Error> {
    decrypt_blocks(key, iv, data)?;
    unpad(data)
}

/// Decrypts `data` in place and keeps the padding, for a caller that decides when [`unpad`] checks it. The time
/// depends on the lengths alone.
pub fn decrypt_blocks(key: &[u8], iv: &[u8], data: &mut [u8]) -> Result<(), Error> {
    on_clean_stack(|| decrypt_on_stack(key, iv, data))
}

/// Does what [`decrypt_blocks`] does, and leaves secrets on the stack: for calls within [`on_clean_stack`].
pub fn decrypt_on_stack(key: &[u8], iv: &[u8], data: &mut [u8]) -> Result<(), Error> {
    match key.len() {
        16 => decrypt_blocks_with::<Aes128Dec>(key, iv, data),
        24 => decrypt_blocks_with::<Aes192Dec>(key, iv, data),
        32 => decrypt_blocks_with::<Aes256Dec>(key, iv, data),
        _ => Err(Error::KeyLength),
    }
}

/// Returns the result of [`decrypt_blocks`] without its padding.
pub fn unpad(data: &[u8]) -> Result<&[u8], Error> {
    let (_, last) = data.split_last_chunk::<BLOCK>().ok_or(Error::Padding)?;
    let kept = Pkcs7::raw_unpad(last).map_err(|_| Error::Padding)?.len();
    Ok(&data[..data.len() - BLOCK + kept])
}

/// Encrypts `plaintext` with PKCS#7 padding, which adds 1 to 16 bytes.
pub fn encrypt(key: &[u8], iv: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, Error> {
    match key.len() {
        16 => on_clean_stack(|| encrypt_with::<Aes128Enc>(key, iv, plaintext)),
        24 => on_clean_stack(|| encrypt_with::<Aes192Enc>(key, iv, plaintext)),
        32 => on_clean_stack(|| encrypt_with::<Aes256Enc>(key, iv, plaintext)),
        _ => Err(Error::KeyLength),
    }
}

/// Calls `function`, once for all keys of a call, and then overwrites the stack that it used. The cipher leaves the key,
/// round keys and plaintext there, which ones depends on the processor. With the feature `zeroize` of the crates, only
/// the key schedule itself would be overwritten, in the same time.
pub fn on_clean_stack<T>(function: impl FnOnce() -> T) -> T {
    #[inline(never)]
    fn call<T>(function: impl FnOnce() -> T) -> T {
        function()
    }
    #[inline(never)]
    fn clear<const N: usize>() {
        black_box(&mut [0_u8; N]);
    }
    let result = call(function);
    // In WebAssembly the boundary clears the stack at the end of each call.
    if cfg!(not(target_family = "wasm")) {
        if aes::hardware_accelerated() {
            clear::<STACK>();
        } else {
            clear::<SOFTWARE_STACK>();
        }
    }
    result
}

fn decrypt_blocks_with<C: BlockCipherDecrypt<BlockSize = U16> + KeyInit>(
    key: &[u8],
    iv: &[u8],
    data: &mut [u8],
) -> Result<(), Error> {
    let key = key.try_into().map_err(|_| Error::KeyLength)?;
    let iv = iv.try_into().map_err(|_| Error::IvLength)?;
    let (blocks, rest) = Array::slice_as_chunks_mut(data);
    if blocks.is_empty() || !rest.is_empty() {
        return Err(Error::CiphertextLength);
    }
    let cipher = C::new(key);
    if aes::hardware_accelerated() {
        decrypt_each(&cipher, iv, blocks);
    } else {
        decrypt_in_parallel(&cipher, iv, blocks);
    }
    Ok(())
}

// Two functions, so that neither takes the stack of the other.

/// The processor overlaps the blocks by itself. The methods of the crate for many blocks are no faster for the length
/// of real data, and take 3 KiB of stack, on which they leave round keys and plaintext.
#[inline(never)]
fn decrypt_each(
    cipher: &impl BlockCipherDecrypt<BlockSize = U16>,
    iv: &Block,
    blocks: &mut [Block],
) {
    // Borrowed by the mode, not moved into it: a key schedule is over a KiB, and moving it costs as much
    // as decrypting a phone number.
    let mut mode = cbc::Decryptor::<&_>::inner_iv_init(cipher, iv);
    for block in blocks {
        mode.decrypt_block(block);
    }
}

/// Runs the software cipher, whose round keys are spread once for all blocks.
#[inline(never)]
fn decrypt_in_parallel(
    cipher: &impl BlockCipherDecrypt<BlockSize = U16>,
    iv: &Block,
    blocks: &mut [Block],
) {
    cipher.decrypt_with_backend(InParallel { iv, blocks });
}

/// CBC without the crate `cbc`, which combines blocks byte by byte, and takes as long for each block of a last few as
/// for all of them.
struct InParallel<'b> {
    iv: &'b Block,
    blocks: &'b mut [Block],
}

impl BlockSizeUser for InParallel<'_> {
    type BlockSize = U16;
}

impl BlockCipherDecClosure for InParallel<'_> {
    fn call<B: BlockCipherDecBackend<BlockSize = U16>>(self, backend: &B) {
        let to_number = |block: &Block| u128::from_ne_bytes(block.0);
        let mut previous = to_number(self.iv);
        for blocks in self.blocks.chunks_mut(B::ParBlocksSize::USIZE) {
            let mut decrypted = ParBlocks::<B>::default();
            decrypted[..blocks.len()].copy_from_slice(blocks);
            backend.decrypt_par_blocks((&mut decrypted).into());
            for (block, decrypted) in blocks.iter_mut().zip(&decrypted) {
                let next = to_number(block);
                *block = (to_number(decrypted) ^ previous).to_ne_bytes().into();
                previous = next;
            }
        }
    }
}

fn encrypt_with<C: BlockCipherEncrypt<BlockSize = U16> + KeyInit>(
    key: &[u8],
    iv: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, Error> {
    let key = key.try_into().map_err(|_| Error::KeyLength)?;
    let iv = iv.try_into().map_err(|_| Error::IvLength)?;
    let padding = BLOCK - plaintext.len() % BLOCK;
    // Allocated once, at its full size: growing would leave a copy of the plaintext behind.
    let mut data = Vec::with_capacity(plaintext.len() + padding);
    data.extend_from_slice(plaintext);
    data.resize(plaintext.len() + padding, padding as u8);
    let cipher = C::new(key);
    let mut mode = cbc::Encryptor::<&C>::inner_iv_init(&cipher, iv);
    for block in Array::slice_as_chunks_mut(&mut data).0 {
        mode.encrypt_block(block);
    }
    Ok(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    // A processor with AES instructions never runs the software's way.
    #[test]
    fn blocks_in_parallel_decrypt_as_one_by_one() {
        let cipher = Aes128Dec::new(&[1; 16].into());
        let iv = [2; BLOCK].into();
        for count in 0..40 {
            let ciphertext: Vec<Block> = (0..count).map(|number| [number; BLOCK].into()).collect();
            let (mut one_by_one, mut in_parallel) = (ciphertext.clone(), ciphertext);
            decrypt_each(&cipher, &iv, &mut one_by_one);
            decrypt_in_parallel(&cipher, &iv, &mut in_parallel);
            assert_eq!(in_parallel, one_by_one, "{count} blocks");
        }
    }
}
