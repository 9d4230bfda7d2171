//! `[[identity_issuer]]`: whose tokens tell who a person is.

use std::{fs::File, io::Read, path::PathBuf};

use serde::Deserialize;

use super::{ConfigDefect, ConfigError};

/// The longest key set that is read, in bytes.
const MAXIMUM_KEY_SET_LENGTH: u64 = 1 << 20;

/// An issuer of persons' tokens (JWT).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityIssuer {
    /// The `iss` of its tokens.
    pub issuer: String,
    /// The `aud` that its tokens for this service carry.
    pub audience: String,
    /// The file with its public keys (JWK set, RFC 7517 section 5), read once at start.
    pub jwks_file: PathBuf,
}

impl IdentityIssuer {
    /// Reads the key set.
    ///
    /// # Errors
    /// [`ConfigError`] names the key set's file and what is wrong with it.
    pub fn read_keys(&self) -> Result<seal::identity::IdentityIssuer, ConfigError> {
        let origin = self.jwks_file.display().to_string();
        let mut text = String::new();
        let read = File::open(&self.jwks_file)
            .and_then(|file| file.take(MAXIMUM_KEY_SET_LENGTH + 1).read_to_string(&mut text))
            .map_err(|cause| ConfigError::of_file(&origin, ConfigDefect::Unreadable(cause)))?;
        if read as u64 > MAXIMUM_KEY_SET_LENGTH {
            return Err(ConfigError::of_file(&origin, ConfigDefect::TooLong));
        }
        let keys: jsonwebtoken::jwk::JwkSet = serde_json::from_str(&text)
            .map_err(|cause| ConfigError::of_file(&origin, ConfigDefect::KeySet(cause)))?;
        if keys.keys.is_empty() {
            return Err(ConfigError::of_file(&origin, ConfigDefect::Empty));
        }
        Ok(seal::identity::IdentityIssuer {
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
            keys,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn read(text: &[u8]) -> Result<seal::identity::IdentityIssuer, ConfigError> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text).unwrap();
        let issuer = IdentityIssuer {
            issuer: "https://id.example".into(),
            audience: "segl".into(),
            jwks_file: file.path().into(),
        };
        issuer.read_keys()
    }

    #[test]
    fn a_key_set_is_read() {
        let set = br#"{"keys":[{"kty":"EC","crv":"P-256","kid":"one",
            "x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
            "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}"#;
        assert_eq!(read(set).unwrap().keys.keys.len(), 1);
    }

    #[test]
    fn each_broken_key_set_names_its_defect() {
        assert!(matches!(read(b"keys").unwrap_err().defect, ConfigDefect::KeySet(_)));
        assert!(matches!(read(br#"{"keys":[]}"#).unwrap_err().defect, ConfigDefect::Empty));
        assert!(matches!(read(b"\xff").unwrap_err().defect, ConfigDefect::Unreadable(_)));
        assert!(matches!(read(&vec![b' '; 1 << 21]).unwrap_err().defect, ConfigDefect::TooLong));
    }
}
