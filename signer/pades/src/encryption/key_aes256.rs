//! The file encryption key of AES-256 (ISO 32000-2 clause 7.6.4.3.3, algorithm 2.A), and of
//! Adobe's extension level 3 before it (revision 5).

use aes::{Aes128, Aes256};
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use cbc::{Decryptor, Encryptor};
use ring::digest::{SHA256, SHA384, SHA512, digest};
use zeroize::Zeroizing;

use super::dictionary::EncryptionDictionary;

/// Longest password, in bytes of UTF-8.
const MAX_PASSWORD: usize = 127;

/// The key, if the password is the user's.
pub(super) fn user(
    dictionary: &EncryptionDictionary,
    password: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    unlock(dictionary, password, &dictionary.user, &dictionary.user_key, b"")
}

/// The key, if the password is the owner's.
pub(super) fn owner(
    dictionary: &EncryptionDictionary,
    password: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let user = dictionary.user.get(..48)?;
    unlock(dictionary, password, &dictionary.owner, &dictionary.owner_key, user)
}

/// `proof` is a hash of 32 bytes, a salt for it, and a salt for the key that encrypts the file's.
fn unlock(
    dictionary: &EncryptionDictionary,
    password: &[u8],
    proof: &[u8],
    encrypted_key: &[u8],
    user: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let password = &password[..password.len().min(MAX_PASSWORD)];
    let (expected, salts) = proof.get(..48)?.split_at(32);
    let (proof_salt, key_salt) = salts.split_at(8);
    let hash = |salt: &[u8]| {
        let first = digest(&SHA256, &Zeroizing::new([password, salt, user].concat()));
        let first = Zeroizing::new(first.as_ref().to_vec());
        if dictionary.revision >= 6 { harden(first, password, user) } else { Some(first) }
    };
    if hash(proof_salt)?[..] != *expected {
        return None;
    }
    let key = hash(key_salt)?;
    let cipher = Decryptor::<Aes256>::new_from_slices(&key, &[0; 16]).ok()?;
    let key = cipher.decrypt_padded_vec::<NoPadding>(encrypted_key.get(..32)?).ok()?;
    Some(Zeroizing::new(key))
}

/// Algorithm 2.B: rounds of AES-128 and of the hash that its output chooses, at least 64.
fn harden(first: Zeroizing<Vec<u8>>, password: &[u8], user: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    const REPETITIONS: usize = 64;
    let mut key = first;
    // The last byte is below 256, so that this ends after 288 rounds at the latest.
    for round in 1_usize.. {
        let repeated = Zeroizing::new([password, &key, user].concat().repeat(REPETITIONS));
        let (key_part, iv) = key.get(..32)?.split_at(16);
        let cipher = Encryptor::<Aes128>::new_from_slices(key_part, iv).ok()?;
        let encrypted = Zeroizing::new(cipher.encrypt_padded_vec::<NoPadding>(&repeated));
        // The first 16 bytes as a number modulo 3: 256 is 1 modulo 3.
        let sum: u32 = encrypted.get(..16)?.iter().map(|&byte| u32::from(byte)).sum();
        let algorithm = [&SHA256, &SHA384, &SHA512][sum as usize % 3];
        key = Zeroizing::new(digest(algorithm, &encrypted).as_ref().to_vec());
        if round >= 64 && usize::from(*encrypted.last()?) <= round - 32 {
            break;
        }
    }
    key.truncate(32);
    Some(key)
}
