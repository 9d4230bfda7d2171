//! The encryption dictionary (ISO 32000-1 tables 20 and 21, ISO 32000-2 tables 20 and 21).

use aes::Aes256;
use aes::cipher::{Array, BlockCipherDecrypt, KeyInit};

use super::method::{Method, Methods};
use super::{EncryptionError, Locked};
use crate::error::Error;
use crate::syntax::RawValue;

/// Bit 13 of `/P`: no integrity code is demanded.
const NO_INTEGRITY_CODE: u32 = 1 << 12;

/// What the standard security handler needs to know.
pub(super) struct EncryptionDictionary {
    pub(super) revision: u64,
    /// The length of the file encryption key in bytes.
    pub(super) key_length: usize,
    /// `/O` and `/U`: proofs of the passwords.
    pub(super) owner: Vec<u8>,
    pub(super) user: Vec<u8>,
    /// `/OE` and `/UE`: the file encryption key, encrypted (AES-256).
    pub(super) owner_key: Vec<u8>,
    pub(super) user_key: Vec<u8>,
    /// `/P`.
    pub(super) permissions: u32,
    /// `/Perms`: the same, encrypted (AES-256).
    sealed_permissions: Vec<u8>,
    /// The first file identifier.
    pub(super) identifier: Vec<u8>,
    pub(super) metadata: bool,
    /// Whether bit 13 of `/P` is clear and there is a salt for the code's key (ISO/TS 32004).
    pub(super) integrity_code: bool,
    pub(super) methods: Methods,
}

impl EncryptionDictionary {
    pub(super) fn read(reader: &dyn Locked, value: RawValue) -> Result<Self, Error> {
        let wrong = |key| Error::Encryption(EncryptionError::Entry(key));
        let dictionary = reader.resolve(value)?.dictionary().map_err(|_| wrong("Encrypt"))?;
        let dictionary = dictionary.ok_or_else(|| wrong("Encrypt"))?;
        let entry =
            |key: &[u8]| dictionary.value(key).map(|value| reader.resolve(value)).transpose();
        let number = |key: &'static str| -> Result<u64, Error> {
            entry(key.as_bytes())?.and_then(|value| value.as_unsigned()).ok_or_else(|| wrong(key))
        };
        let string = |key: &'static str, length: usize| -> Result<Vec<u8>, Error> {
            let string = entry(key.as_bytes())?.and_then(|value| value.as_string());
            let mut string = string.filter(|s| s.len() >= length).ok_or_else(|| wrong(key))?;
            // What stands beyond, some writers' padding, belongs to no hash.
            string.truncate(length);
            Ok(string)
        };
        let handler = entry(b"Filter")?.and_then(|name| name.as_name()).unwrap_or_default();
        if handler != b"Standard" {
            let name = String::from_utf8_lossy(&handler).chars().take(32).collect();
            return Err(Error::Encryption(EncryptionError::Handler(name)));
        }
        let (version, revision) = (number("V")?, number("R")?);
        let aes256 = match (version, revision) {
            (1 | 2, 2 | 3) | (4, 4) => false,
            (5, 5 | 6) => true,
            _ => return Err(Error::Encryption(EncryptionError::Version { version, revision })),
        };
        let key_length = match version {
            1 => 5,
            2 => match entry(b"Length")? {
                None => 5,
                Some(bits) => bits
                    .as_unsigned()
                    .filter(|bits| bits % 8 == 0 && (40..=128).contains(bits))
                    .and_then(|bits| usize::try_from(bits / 8).ok())
                    .ok_or_else(|| wrong("Length"))?,
            },
            4 => 16,
            _ => 32,
        };
        let methods =
            if version < 4 { Methods::rc4() } else { Methods::read(reader, &dictionary)? };
        // The methods of one key length only: another would take a key of another length.
        let fits = |method| aes256 == (method == Method::Aes256) || method == Method::Identity;
        if !fits(methods.strings) || !fits(methods.streams) {
            return Err(wrong("CF"));
        }
        let length = if aes256 { 48 } else { 32 };
        let sealed = |key, length| if aes256 { string(key, length) } else { Ok(Vec::new()) };
        let permissions = permissions(entry(b"P")?).ok_or_else(|| wrong("P"))?;
        // Before PDF 2.0 the bit meant nothing, and not everybody set it.
        let integrity_code = permissions & NO_INTEGRITY_CODE == 0 && entry(b"KDFSalt")?.is_some();
        Ok(Self {
            revision,
            key_length,
            owner: string("O", length)?,
            user: string("U", length)?,
            owner_key: sealed("OE", 32)?,
            user_key: sealed("UE", 32)?,
            permissions,
            sealed_permissions: sealed("Perms", 16)?,
            identifier: first_identifier(reader)?,
            metadata: entry(b"EncryptMetadata")?
                .is_none_or(|value| !value.bytes().starts_with(b"false")),
            integrity_code,
            methods,
        })
    }

    /// What is permitted: `/P`, which in AES-256 must be the same as what was encrypted
    /// (ISO 32000-2 clause 7.6.4.4.12, algorithm 13). Before, the key itself depends on it.
    pub(super) fn permissions(&self, key: &[u8]) -> Result<u32, Error> {
        if self.revision < 5 {
            return Ok(self.permissions);
        }
        let wrong = || Error::Encryption(EncryptionError::Entry("Perms"));
        let mut block = Array::try_from(&self.sealed_permissions[..]).map_err(|_| wrong())?;
        Aes256::new_from_slice(key).map_err(|_| wrong())?.decrypt_block(&mut block);
        let [a, b, c, d, _, _, _, _, _, b'a', b'd', b'b', ..] = block.0 else {
            return Err(wrong());
        };
        let sealed = u32::from_le_bytes([a, b, c, d]);
        if sealed == self.permissions { Ok(sealed) } else { Err(wrong()) }
    }
}

/// A signed integer of 32 bits, which some writers write without sign.
fn permissions(value: Option<RawValue>) -> Option<u32> {
    match value?.parse().ok()? {
        lopdf::Object::Integer(integer) => match u32::try_from(integer) {
            Ok(bits) => Some(bits),
            Err(_) => Some(i32::try_from(integer).ok()?.cast_unsigned()),
        },
        _ => None,
    }
}

fn first_identifier(reader: &dyn Locked) -> Result<Vec<u8>, Error> {
    let Some(identifiers) = reader.trailer_value(b"ID") else { return Ok(Vec::new()) };
    let mut array = reader.resolve(identifiers)?.array();
    let first: Option<RawValue> = array.as_mut().and_then(|array| array.next()?.ok());
    Ok(first.and_then(|first| first.as_string()).unwrap_or_default())
}
