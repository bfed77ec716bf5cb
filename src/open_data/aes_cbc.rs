//! AES in CBC mode with PKCS#7 padding (NIST SP 800-38A, RFC 5652 section 6.3).

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{
    BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit,
    KeyInit,
};
use aes::{Aes128Dec, Aes128Enc, Aes192Dec, Aes192Enc, Aes256Dec, Aes256Enc};

/// The length of an AES block, and so of every iv, in bytes.
pub const BLOCK: usize = 16;

/// Why [`decrypt`] or [`encrypt`] refused.
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
    match key.len() {
        16 => decrypt_with::<Aes128Dec>(key, iv, data),
        24 => decrypt_with::<Aes192Dec>(key, iv, data),
        32 => decrypt_with::<Aes256Dec>(key, iv, data),
        _ => Err(Error::KeyLength),
    }
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

fn decrypt_with<'d, C: BlockCipherDecrypt + KeyInit>(
    key: &[u8],
    iv: &[u8],
    data: &'d mut [u8],
) -> Result<&'d [u8], Error> {
    let key = key.try_into().map_err(|_| Error::KeyLength)?;
    let iv = iv.try_into().map_err(|_| Error::IvLength)?;
    if data.is_empty() || !data.len().is_multiple_of(BLOCK) {
        return Err(Error::CiphertextLength);
    }
    // Lent to the mode and not given: a key schedule is over a KiB, and moving it costs as much as
    // decrypting a phone number.
    let cipher = C::new(key);
    cbc::Decryptor::<&C>::inner_iv_init(&cipher, iv)
        .decrypt_padded::<Pkcs7>(data)
        .map_err(|_| Error::Padding)
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
