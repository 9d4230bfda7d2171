//! `[[identity_issuer]]`: whose tokens tell who a person is.

use std::{fs::File, io::Read, path::PathBuf};

use jsonwebtoken::jwk::Jwk;
use qscd_sim::SigningLogin;
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
    /// The client at this issuer that is kept for signing, another than that of any login: a device in
    /// this process takes ID tokens of a fresh login there. None are taken when left out.
    #[serde(default)]
    pub signing_client: Option<String>,
    /// The levels of assurance (`acr`) of such a login that sign; any when left out.
    #[serde(default)]
    pub signing_acr: Vec<String>,
}

impl IdentityIssuer {
    /// What the device needs to judge ID tokens of the client that is kept for signing, if one is.
    pub fn signing_login(&self, read: &seal::identity::IdentityIssuer) -> Option<SigningLogin> {
        Some(SigningLogin {
            issuer: self.issuer.clone(),
            client_id: self.signing_client.clone()?,
            keys: read.keys.clone(),
            acr_values: self.signing_acr.clone(),
            cvr_claim: "cvr".to_owned(),
        })
    }

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
        if let Some(weak) = keys.keys.iter().find_map(weak) {
            return Err(ConfigError::of_file(&origin, weak));
        }
        Ok(seal::identity::IdentityIssuer {
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
            keys,
        })
    }
}

/// What makes a key too weak to believe a person by.
fn weak(key: &Jwk) -> Option<ConfigDefect> {
    let name = || key.common.key_id.clone().unwrap_or_else(|| "(no kid)".to_owned());
    oauth::weakness(key).map(|cause| ConfigDefect::WeakKey { kid: name(), cause })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;

    fn read(text: &[u8]) -> Result<seal::identity::IdentityIssuer, ConfigError> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text).unwrap();
        let issuer = IdentityIssuer {
            issuer: "https://id.example".into(),
            audience: "segl".into(),
            jwks_file: file.path().into(),
            signing_client: None,
            signing_acr: Vec::new(),
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
    fn a_key_that_is_too_weak_to_believe_a_person_by_is_refused_by_name() {
        let rsa = |bytes: usize, exponent: &[u8]| {
            let modulus = URL_SAFE_NO_PAD.encode(vec![0x91; bytes]);
            let exponent = URL_SAFE_NO_PAD.encode(exponent);
            format!(r#"{{"kty":"RSA","kid":"k-1","n":"{modulus}","e":"{exponent}"}}"#)
        };
        let set = |key: &str| read(format!(r#"{{"keys":[{key}]}}"#).as_bytes());
        assert!(set(&rsa(256, &[1, 0, 1])).is_ok());
        for weak in [
            rsa(255, &[1, 0, 1]),
            rsa(256, &[3]),
            rsa(256, &[1, 0, 2]),
            r#"{"kty":"oct","kid":"k-1","k":"c2VjcmV0"}"#.to_owned(),
        ] {
            let error = set(&weak).unwrap_err();
            assert!(matches!(error.defect, ConfigDefect::WeakKey { .. }), "{error}");
            assert!(error.to_string().contains("k-1"), "{error}");
        }
    }

    #[test]
    fn each_broken_key_set_names_its_defect() {
        assert!(matches!(read(b"keys").unwrap_err().defect, ConfigDefect::KeySet(_)));
        assert!(matches!(read(br#"{"keys":[]}"#).unwrap_err().defect, ConfigDefect::Empty));
        assert!(matches!(read(b"\xff").unwrap_err().defect, ConfigDefect::Unreadable(_)));
        assert!(matches!(read(&vec![b' '; 1 << 21]).unwrap_err().defect, ConfigDefect::TooLong));
    }
}
