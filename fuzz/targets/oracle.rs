//! AES-128-CBC with PKCS#7 padding, written out: what the core's answers are compared with.

use aes::Aes128;
use aes::cipher::{BlockCipherDecrypt, KeyInit};
use wxbizdatacrypt_native::wechat::Error;

pub fn decrypt(session_key: &[u8], iv: &[u8], data: &[u8]) -> Result<Vec<u8>, Error> {
    let session_key: &[u8; 16] = session_key.try_into().map_err(|_| Error::IllegalAesKey)?;
    let iv: &[u8; 16] = iv.try_into().map_err(|_| Error::IllegalIv)?;
    if data.is_empty() || data.len() % 16 != 0 {
        return Err(Error::DecodeBase64);
    }
    let cipher = Aes128::new(session_key.into());
    let mut plaintext = Vec::new();
    let mut previous = &iv[..];
    for ciphertext in data.chunks(16) {
        let mut block = aes::Block::try_from(ciphertext).unwrap();
        cipher.decrypt_block(&mut block);
        plaintext.extend(block.iter().zip(previous).map(|(byte, mask)| byte ^ mask));
        previous = ciphertext;
    }
    let padding = usize::from(plaintext[plaintext.len() - 1]);
    if !(1..=16).contains(&padding) {
        return Err(Error::IllegalBuffer);
    }
    let end = plaintext.len() - padding;
    if plaintext[end..]
        .iter()
        .any(|byte| usize::from(*byte) != padding)
    {
        return Err(Error::IllegalBuffer);
    }
    plaintext.truncate(end);
    Ok(plaintext)
}
