//! Encrypted documents (ISO 32000-1 clause 7.6, ISO 32000-2 clause 7.6): the standard security
//! handler, with RC4 and AES.
//!
//! Values are decrypted when they are read, so that the rest of the library sees plain text, and
//! encrypted again when an update is written. Never encrypted are `/Contents` of a signature, what
//! stands in an object stream (the stream itself is), cross-reference streams, and the encryption
//! dictionary.

mod cipher;
mod dictionary;
mod key;
mod key_aes256;
mod method;
mod password;
mod strings;
mod unlock;

use std::sync::Arc;

use bytes::Bytes;
use lopdf::ObjectId;
use seal::Effort;
use zeroize::Zeroizing;

pub(crate) use crate::error::EncryptionError;
use crate::error::{Error, ObjectError};
use crate::held::counted;
use crate::syntax::{Lexer, RawDictionary, RawValue};
use cipher::ObjectCipher;
use dictionary::EncryptionDictionary;
use method::{Method, Methods};
pub use password::Password;

/// What is read of a document before it is unlocked.
pub(crate) trait Locked {
    /// The value of the newest trailer that has this key.
    fn trailer_value(&self, key: &[u8]) -> Option<RawValue>;

    /// Whether any trailer names an encryption dictionary.
    fn is_encrypted(&self) -> bool;

    /// The account that reading is charged to.
    fn effort(&self) -> &Effort;

    /// The value behind a reference, or the value itself.
    fn resolve(&self, value: RawValue) -> Result<RawValue, Error>;
}

/// Who the password belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    User,
    Owner,
}

/// What an unlocked document is encrypted with.
pub(crate) struct Encryption {
    /// The file encryption key.
    key: Zeroizing<Vec<u8>>,
    role: Role,
    /// `/P` (ISO 32000-1 table 22).
    permissions: u32,
    methods: Methods,
    /// Whether metadata streams are encrypted.
    metadata: bool,
    /// Whether every revision must hold an integrity code.
    integrity_code: bool,
    /// The encryption dictionary's own object, which is not encrypted.
    dictionary: Option<ObjectId>,
    /// What deciphering the document is charged to.
    effort: Effort,
}

/// Steps that deciphering a byte of a stream counts for.
const STREAM_STEPS: u64 = 4;

/// Steps that finding, deciphering and copying a byte of another value counts for.
const VALUE_STEPS: u64 = 8;

impl Encryption {
    /// Unlocks a document: with the empty user password, or with `password`; as its owner if it
    /// is the owner's. `None` when the document is not encrypted.
    ///
    /// # Errors
    /// [`Error::Encrypted`] when it needs a password and none is given, [`Error::Password`] when
    /// the one given is wrong, [`Error::Encryption`] when the encryption is not understood.
    pub(crate) fn unlock(
        reader: &dyn Locked,
        password: Option<&Password>,
    ) -> Result<Option<Arc<Self>>, Error> {
        let Some(value) = reader.trailer_value(b"Encrypt").filter(|_| reader.is_encrypted()) else {
            return Ok(None);
        };
        let dictionary = EncryptionDictionary::read(reader, value.clone())?;
        let candidates = password.map(|password| password.candidates(dictionary.revision));
        let candidates = candidates.unwrap_or_default();
        let owner =
            || candidates.iter().find_map(|c| Some((Role::Owner, dictionary.owner_key(c)?)));
        let empty = || Some((Role::User, dictionary.user_key(b"")?));
        let user = || candidates.iter().find_map(|c| Some((Role::User, dictionary.user_key(c)?)));
        let unlocked = owner().or_else(empty).or_else(user);
        let (role, key) = unlocked.ok_or(match password {
            None => Error::Encrypted,
            Some(_) => Error::Password,
        })?;
        Ok(Some(Arc::new(Self {
            permissions: dictionary.permissions(&key)?,
            key,
            role,
            methods: dictionary.methods,
            metadata: dictionary.metadata,
            integrity_code: dictionary.integrity_code,
            dictionary: value.as_reference(),
            effort: reader.effort().clone(),
        })))
    }

    /// Whether the author lets whoever opened the document sign in a field that is there (bits 6
    /// or 9 of `/P`), or in a `new` one (bits 4 and 6). The owner may do everything.
    pub(crate) fn permits_signature(&self, new: bool) -> bool {
        const MODIFY: u32 = 1 << 3;
        const ANNOTATE: u32 = 1 << 5;
        const FILL: u32 = 1 << 8;
        let all = |bits: u32| self.permissions & bits == bits;
        self.role == Role::Owner || all(MODIFY | ANNOTATE) || (!new && (all(ANNOTATE) || all(FILL)))
    }

    /// Whether every revision must hold an integrity code (ISO/TS 32004).
    pub(crate) fn demands_integrity_code(&self) -> bool {
        self.integrity_code
    }

    /// The value at the start of `bytes`, which is the whole of object `id`, with its strings
    /// decrypted. Of a stream's data only the keyword before it is kept.
    pub(crate) fn decrypt(&self, id: ObjectId, bytes: Bytes) -> Result<Bytes, Error> {
        let damaged = |cause| Error::Object { id, cause };
        if self.methods.strings == Method::Identity || self.dictionary == Some(id) {
            return Ok(bytes);
        }
        let value = RawValue::new(bytes.clone(), None).charged(&self.effort);
        let value = value.extent().map_err(|cause| damaged(cause.into()))?;
        /// Making the object's own key.
        const STEPS: u64 = 256;
        self.effort.step(STEPS + VALUE_STEPS * value.len() as u64)?;
        let cipher = self.cipher(id, self.methods.strings);
        let decrypted = strings::replace(&value, &self.effort, &mut |string| {
            cipher.decrypt(string).ok_or(ObjectError::Decryption)
        });
        let Some((mut decrypted, held)) = decrypted.map_err(damaged)? else { return Ok(bytes) };
        let mut after = Lexer::new(&bytes, value.len());
        after.skip_whitespace();
        if after.rest().starts_with(b"stream") {
            decrypted.extend_from_slice(b"\nstream");
        }
        Ok(counted(decrypted, held))
    }

    /// A stream's data, decrypted but not decoded.
    pub(crate) fn decrypt_stream(
        &self,
        id: ObjectId,
        dictionary: &RawDictionary,
        data: Bytes,
    ) -> Result<Bytes, Error> {
        let name = |key: &[u8]| dictionary.value(key).and_then(|value| value.as_name());
        let kind = name(b"Type");
        let method = match kind.as_deref() {
            Some(b"XRef") => Method::Identity,
            Some(b"Metadata") if !self.metadata => Method::Identity,
            _ => self.methods.of_stream(dictionary),
        };
        match method {
            Method::Identity => Ok(data),
            method => {
                let length = data.len() as u64;
                self.effort.step(STREAM_STEPS * length)?;
                let held = self.effort.hold(length)?;
                match self.cipher(id, method).decrypt(&data) {
                    Some(decrypted) => Ok(counted(decrypted, held)),
                    None => Err(Error::Object { id, cause: ObjectError::Decryption }),
                }
            }
        }
    }

    /// The value of object `id` as it is written at `position`: with its strings encrypted.
    pub(crate) fn encrypt(
        &self,
        id: ObjectId,
        position: usize,
        value: &[u8],
    ) -> Result<Option<Vec<u8>>, Error> {
        if self.methods.strings == Method::Identity || self.dictionary == Some(id) {
            return Ok(None);
        }
        self.effort.step(VALUE_STEPS * value.len() as u64)?;
        let cipher = self.cipher(id, self.methods.strings);
        let mut count = 0;
        let encrypted = strings::replace(value, &self.effort, &mut |string| {
            count += 1;
            Ok(cipher.encrypt(string, (position, count)))
        });
        let encrypted = encrypted.map_err(|cause| Error::Object { id, cause })?;
        Ok(encrypted.map(|(encrypted, _)| encrypted))
    }

    /// The data of stream `id` as it is written at `position`.
    pub(crate) fn encrypt_stream(&self, id: ObjectId, position: usize, data: &Bytes) -> Bytes {
        match self.methods.streams {
            Method::Identity => data.clone(),
            method => self.cipher(id, method).encrypt(data, (position, 0)).into(),
        }
    }

    fn cipher(&self, id: ObjectId, method: Method) -> ObjectCipher {
        ObjectCipher::new(&self.key, id, method)
    }
}

impl std::fmt::Debug for Encryption {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Encryption({:?}, opened as {:?})", self.methods, self.role)
    }
}

#[cfg(test)]
mod tests;
