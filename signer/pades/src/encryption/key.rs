//! The file encryption key of RC4 and AES-128 (ISO 32000-1 clause 7.6.3).

use md5::{Digest, Md5};
use rc4::{KeyInit, Rc4, StreamCipher};
use zeroize::Zeroizing;

use super::dictionary::EncryptionDictionary;

/// What fills up passwords shorter than 32 bytes (algorithm 2, step a).
const PADDING: [u8; 32] = [
    0x28, 0xBF, 0x4E, 0x5E, 0x4E, 0x75, 0x8A, 0x41, 0x64, 0x00, 0x4E, 0x56, 0xFF, 0xFA, 0x01, 0x08,
    0x2E, 0x2E, 0x00, 0xB6, 0xD0, 0x68, 0x3E, 0x80, 0x2F, 0x0C, 0xA9, 0xFE, 0x64, 0x53, 0x69, 0x7A,
];

/// RC4, both ways. Keys have 1 to 256 bytes.
#[expect(clippy::expect_used, reason = "the callers' keys have 1 to 32 bytes")]
pub(super) fn rc4(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mut data = data.to_vec();
    Rc4::new_from_slice(key).expect("1 to 256 bytes").apply_keystream(&mut data);
    data
}

/// Algorithms 2 and 6: the key, if the password is the user's.
pub(super) fn user(
    dictionary: &EncryptionDictionary,
    password: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let padded = pad(password);
    let mut hash = Md5::new();
    hash.update(&padded[..]);
    hash.update(&dictionary.owner);
    hash.update(dictionary.permissions.to_le_bytes());
    hash.update(&dictionary.identifier);
    if dictionary.revision >= 4 && !dictionary.metadata {
        hash.update([0xFF; 4]);
    }
    let key = stretch(hash, dictionary);
    let proof = if dictionary.revision == 2 {
        rc4(&key, &PADDING)
    } else {
        let mut hash = Md5::new();
        hash.update(PADDING);
        hash.update(&dictionary.identifier);
        let mut proof = hash.finalize().to_vec();
        for round in 0..20 {
            proof = rc4(&flipped(&key, round), &proof);
        }
        proof
    };
    // From revision 3 on the rest of `/U` is arbitrary.
    dictionary.user.starts_with(&proof).then_some(key)
}

/// Algorithm 7: the key, if the password is the owner's.
pub(super) fn owner(
    dictionary: &EncryptionDictionary,
    password: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let mut hash = Md5::new();
    hash.update(&pad(password)[..]);
    let key = stretch(hash, dictionary);
    let rounds = if dictionary.revision == 2 { 0..1 } else { 0..20 };
    let mut user_password = Zeroizing::new(dictionary.owner.clone());
    for round in rounds.rev() {
        user_password = Zeroizing::new(rc4(&flipped(&key, round), &user_password));
    }
    user(dictionary, &user_password)
}

fn pad(password: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut padded = Zeroizing::new(Vec::with_capacity(64));
    padded.extend_from_slice(&password[..password.len().min(32)]);
    padded.extend_from_slice(&PADDING);
    padded.truncate(32);
    padded
}

/// The key from a hash, which revision 3 and 4 hash fifty times more.
fn stretch(hash: Md5, dictionary: &EncryptionDictionary) -> Zeroizing<Vec<u8>> {
    let length = dictionary.key_length;
    let mut digest = Zeroizing::new(<[u8; 16]>::from(hash.finalize()));
    if dictionary.revision >= 3 {
        for _ in 0..50 {
            *digest = Md5::digest(&digest[..length]).into();
        }
    }
    Zeroizing::new(digest[..length].to_vec())
}

/// The key of one round of algorithms 5 and 7.
fn flipped(key: &[u8], round: u8) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(key.iter().map(|byte| byte ^ round).collect())
}
