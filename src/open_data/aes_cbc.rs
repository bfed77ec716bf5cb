//! AES in CBC mode with PKCS#7 padding (NIST SP 800-38A, RFC 5652 section 6.3).

use aes::cipher::array::Array;
use aes::cipher::block_padding::{Padding as _, Pkcs7};
use aes::cipher::consts::U16;
use aes::cipher::{
    BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit,
    KeyInit,
};
use aes::{Aes128Dec, Aes128Enc, Aes192Dec, Aes192Enc, Aes256Dec, Aes256Enc};

/// The length of an AES block, and so of every iv, in bytes.
pub const BLOCK: usize = 16;

/// Why [`decrypt`] or [`encrypt`] failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The key is not 16, 24 or 32 bytes long.
    #[error("an AES key is 16, 24 or 32 bytes long")]
    KeyLength,
    /// The iv is not 16 bytes long.
    #[error("an AES-CBC iv is 16 bytes long")]
    IvLength,
    /// The ciphertext is empty or not whole blocks of 16 bytes.
    #[error("AES-CBC ciphertext is one or more whole blocks of 16 bytes")]
    CiphertextLength,
    /// What came out does not end in PKCS#7 padding: the wrong key, or not what was encrypted.
    #[error("the padding is not PKCS#7")]
    Padding,
}

/// Decrypts `data` in place and returns the plaintext without its padding.
///
/// The key schedule is built for this call and zeroed at its end. On an error `data` holds nothing
/// of meaning.
///
/// # Errors
///
/// Each of [`Error`]; the lengths are checked in the order key, iv, data, before any decryption.
///
/// # Examples
///
/// ```
/// use wxbizdatacrypt_native::open_data::aes_cbc;
///
/// let mut data = aes_cbc::encrypt(&[1; 16], &[2; 16], b"open data").unwrap();
/// assert_eq!(aes_cbc::decrypt(&[1; 16], &[2; 16], &mut data).unwrap(), b"open data");
/// ```
pub fn decrypt<'d>(key: &[u8], iv: &[u8], data: &'d mut [u8]) -> Result<&'d [u8], Error> {
    decrypt_blocks(key, iv, data)?;
    unpad(data)
}

/// Decrypts `data` in place and leaves the padding where it is: for a caller that decides when the
/// padding is checked, by [`unpad`]. Takes a time that depends on the lengths alone.
///
/// # Errors
///
/// As [`decrypt`], without [`Error::Padding`].
pub fn decrypt_blocks(key: &[u8], iv: &[u8], data: &mut [u8]) -> Result<(), Error> {
    match key.len() {
        16 => decrypt_blocks_with::<Aes128Dec>(key, iv, data),
        24 => decrypt_blocks_with::<Aes192Dec>(key, iv, data),
        32 => decrypt_blocks_with::<Aes256Dec>(key, iv, data),
        _ => Err(Error::KeyLength),
    }
}

/// Returns what [`decrypt_blocks`] left in `data` without its padding.
///
/// # Errors
///
/// [`Error::Padding`].
pub fn unpad(data: &[u8]) -> Result<&[u8], Error> {
    let (_, last) = data.split_last_chunk::<BLOCK>().ok_or(Error::Padding)?;
    let kept = Pkcs7::raw_unpad(last).map_err(|_| Error::Padding)?.len();
    Ok(&data[..data.len() - BLOCK + kept])
}

/// Encrypts `plaintext` under PKCS#7 padding, which adds 1 to 16 bytes.
///
/// # Errors
///
/// [`Error::KeyLength`] and [`Error::IvLength`].
///
/// # Examples
///
/// ```
/// use wxbizdatacrypt_native::open_data::aes_cbc;
///
/// assert_eq!(aes_cbc::encrypt(&[1; 16], &[2; 16], &[3; 32]).unwrap().len(), 48);
/// ```
pub fn encrypt(key: &[u8], iv: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, Error> {
    match key.len() {
        16 => encrypt_with::<Aes128Enc>(key, iv, plaintext),
        24 => encrypt_with::<Aes192Enc>(key, iv, plaintext),
        32 => encrypt_with::<Aes256Enc>(key, iv, plaintext),
        _ => Err(Error::KeyLength),
    }
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
    // Borrowed by the mode, not moved into it: a key schedule is over a KiB, and moving it costs as much
    // as decrypting a phone number.
    let cipher = C::new(key);
    cbc::Decryptor::<&C>::inner_iv_init(&cipher, iv).decrypt_blocks(blocks);
    Ok(())
}

fn encrypt_with<C: BlockCipherEncrypt + KeyInit>(
    key: &[u8],
    iv: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, Error> {
    let key = key.try_into().map_err(|_| Error::KeyLength)?;
    let iv = iv.try_into().map_err(|_| Error::IvLength)?;
    let cipher = C::new(key);
    Ok(cbc::Encryptor::<&C>::inner_iv_init(&cipher, iv).encrypt_padded_vec::<Pkcs7>(plaintext))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hex_literal::hex;

    // NIST SP 800-38A, appendix F.2: one iv and one plaintext for all key lengths.
    const NIST_IV: [u8; 16] = hex!("000102030405060708090a0b0c0d0e0f");
    const NIST_PLAINTEXT: [u8; 64] = hex!(
        "6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51"
        "30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710"
    );
    // F.2.1 and F.2.2, F.2.3 and F.2.4, F.2.5 and F.2.6: key and ciphertext.
    const NIST: [(&[u8], [u8; 64]); 3] = [
        (
            &hex!("2b7e151628aed2a6abf7158809cf4f3c"),
            hex!(
                "7649abac8119b246cee98e9b12e9197d 5086cb9b507219ee95db113a917678b2"
                "73bed6b8e3c1743b7116e69e22229516 3ff1caa1681fac09120eca307586e1a7"
            ),
        ),
        (
            &hex!("8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b"),
            hex!(
                "4f021db243bc633d7178183a9fa071e8 b4d9ada9ad7dedf4e5e738763f69145a"
                "571b242012fb7ae07fa9baac3df102e0 08b0e27988598881d920a9e64f5615cd"
            ),
        ),
        (
            &hex!("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"),
            hex!(
                "f58c4c04d6e5f1ba779eabfb5f7bfbd6 9cfc4e967edb808d679f777bc6702c7d"
                "39f23369a9d9bacfa530e26304231461 b2eb05e2c39be9fcda6c19078c6a9d1b"
            ),
        ),
    ];

    const KEY: [u8; 16] = [1; 16];
    const IV: [u8; 16] = [2; 16];

    /// Encrypts whole blocks as they are, padding and all.
    fn encrypt_blocks(blocks: &[u8]) -> Vec<u8> {
        let mut ciphertext = encrypt(&KEY, &IV, blocks).unwrap();
        ciphertext.truncate(blocks.len());
        ciphertext
    }

    #[test]
    fn encrypts_the_nist_vectors() {
        for (key, ciphertext) in NIST {
            let encrypted = encrypt(key, &NIST_IV, &NIST_PLAINTEXT).unwrap();
            assert_eq!(encrypted[..64], ciphertext);
            assert_eq!(encrypted.len(), 80);
        }
    }

    #[test]
    fn decrypts_the_nist_vectors() {
        for (key, ciphertext) in NIST {
            // The vectors have no padding: a block of it follows, chained to their last block.
            let padding = encrypt(key, &ciphertext[48..], b"").unwrap();
            let mut data = [&ciphertext[..], &padding].concat();
            assert_eq!(decrypt(key, &NIST_IV, &mut data).unwrap(), NIST_PLAINTEXT);
        }
    }

    #[test]
    fn takes_every_padding_from_1_to_16() {
        for length in 0..=48 {
            let plaintext = vec![b'x'; length];
            let mut data = encrypt(&KEY, &IV, &plaintext).unwrap();
            assert_eq!(data.len(), length / BLOCK * BLOCK + BLOCK);
            assert_eq!(decrypt(&KEY, &IV, &mut data).unwrap(), plaintext);
        }
        for padding in 1..=16 {
            let mut blocks = [b'x'; 32];
            blocks[32 - padding..].fill(padding as u8);
            let mut data = encrypt_blocks(&blocks);
            let plaintext = decrypt(&KEY, &IV, &mut data).unwrap();
            assert_eq!(plaintext, &blocks[..32 - padding]);
        }
    }

    #[test]
    fn refuses_a_last_byte_that_is_no_padding_length() {
        for last in (0..=255).filter(|last| !(1..=16).contains(last)) {
            // As many bytes of it as there is room for.
            for blocks in [[last; 16].to_vec(), [[b'x'; 16], [last; 16]].concat()] {
                let mut data = encrypt_blocks(&blocks);
                assert_eq!(decrypt(&KEY, &IV, &mut data), Err(Error::Padding), "{last}");
            }
        }
    }

    #[test]
    fn refuses_padding_that_is_not_the_same_byte_throughout() {
        for padding in 2..=16 {
            for wrong in 32 - padding..31 {
                let mut blocks = [b'x'; 32];
                blocks[32 - padding..].fill(padding as u8);
                blocks[wrong] ^= 1;
                let mut data = encrypt_blocks(&blocks);
                assert_eq!(
                    decrypt(&KEY, &IV, &mut data),
                    Err(Error::Padding),
                    "{padding} {wrong}"
                );
            }
        }
    }

    #[test]
    fn checks_the_lengths_in_order() {
        for length in (0..=40).filter(|length| ![16, 24, 32].contains(length)) {
            let key = vec![1; length];
            assert_eq!(decrypt(&key, &[], &mut []), Err(Error::KeyLength));
            assert_eq!(encrypt(&key, &[], b""), Err(Error::KeyLength));
        }
        for length in (0..=40).filter(|&length| length != BLOCK) {
            let iv = vec![1; length];
            assert_eq!(decrypt(&KEY, &iv, &mut []), Err(Error::IvLength));
            assert_eq!(encrypt(&KEY, &iv, b""), Err(Error::IvLength));
        }
        for length in (0..=40).filter(|&length| length == 0 || length % BLOCK != 0) {
            let mut data = vec![1; length];
            assert_eq!(decrypt(&KEY, &IV, &mut data), Err(Error::CiphertextLength));
        }
    }
}
