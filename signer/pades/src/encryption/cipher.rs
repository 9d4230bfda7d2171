//! Encryption of one object's strings and stream (ISO 32000-1 clause 7.6.2, algorithm 1;
//! ISO 32000-2 clause 7.6.3.3, algorithm 1.A).

use aes::{Aes128, Aes256};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use cbc::{Decryptor, Encryptor};
use lopdf::ObjectId;
use md5::{Digest, Md5};
use ring::hmac;
use zeroize::Zeroizing;

use super::Method;
use super::key::rc4;

/// The length of a block and of an initialization vector, in bytes.
const BLOCK: usize = 16;

/// The cipher of one object.
pub(super) struct ObjectCipher {
    key: Zeroizing<Vec<u8>>,
    method: Method,
    id: ObjectId,
}

impl ObjectCipher {
    pub(super) fn new(file_key: &[u8], id: ObjectId, method: Method) -> Self {
        let key = match method {
            Method::Identity | Method::Aes256 => file_key.to_vec(),
            Method::Rc4 | Method::Aes128 => {
                let mut hash = Md5::new();
                hash.update(file_key);
                hash.update(&id.0.to_le_bytes()[..3]);
                hash.update(id.1.to_le_bytes());
                if method == Method::Aes128 {
                    hash.update(b"sAlT");
                }
                hash.finalize()[..(file_key.len() + 5).min(16)].to_vec()
            }
        };
        Self { key: Zeroizing::new(key), method, id }
    }

    /// `None` when the data cannot be what this cipher made.
    pub(super) fn decrypt(&self, data: &[u8]) -> Option<Vec<u8>> {
        match self.method {
            Method::Identity => Some(data.to_vec()),
            Method::Rc4 => Some(rc4(&self.key, data)),
            // Some writers leave empty values empty, or do not pad them.
            Method::Aes128 | Method::Aes256 if matches!(data.len(), 0 | BLOCK) => Some(Vec::new()),
            Method::Aes128 => {
                let (iv, data) = data.split_at_checked(BLOCK)?;
                let cipher = Decryptor::<Aes128>::new_from_slices(&self.key, iv).ok()?;
                cipher.decrypt_padded_vec::<Pkcs7>(data).ok()
            }
            Method::Aes256 => {
                let (iv, data) = data.split_at_checked(BLOCK)?;
                let cipher = Decryptor::<Aes256>::new_from_slices(&self.key, iv).ok()?;
                cipher.decrypt_padded_vec::<Pkcs7>(data).ok()
            }
        }
    }

    /// Encrypts a value that stands at `place`: the offset of the object in the file, and the
    /// value's number in it.
    #[expect(clippy::expect_used, reason = "keys and vectors are made in their lengths")]
    pub(super) fn encrypt(&self, data: &[u8], place: (usize, usize)) -> Vec<u8> {
        let iv = self.initialization_vector(data, place);
        let encrypted = match self.method {
            Method::Identity => return data.to_vec(),
            Method::Rc4 => return rc4(&self.key, data),
            Method::Aes128 => Encryptor::<Aes128>::new_from_slices(&self.key, &iv)
                .expect("16 bytes each")
                .encrypt_padded_vec::<Pkcs7>(data),
            Method::Aes256 => Encryptor::<Aes256>::new_from_slices(&self.key, &iv)
                .expect("32 and 16 bytes")
                .encrypt_padded_vec::<Pkcs7>(data),
        };
        [&iv[..], &encrypted].concat()
    }

    /// A vector that nobody without the key can predict, and that no other value of the file has:
    /// a keyed hash of the value and its place. So the same input gives the same output, and no
    /// source of randomness is needed.
    fn initialization_vector(&self, data: &[u8], (offset, number): (usize, usize)) -> [u8; BLOCK] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.key);
        let mut hash = hmac::Context::with_key(&key);
        hash.update(b"initialization vector");
        hash.update(&self.id.0.to_le_bytes());
        hash.update(&(offset as u64).to_le_bytes());
        hash.update(&(number as u64).to_le_bytes());
        hash.update(data);
        let mut iv = [0; BLOCK];
        iv.copy_from_slice(&hash.sign().as_ref()[..BLOCK]);
        iv
    }
}
