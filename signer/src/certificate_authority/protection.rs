//! What protects the keys: a passphrase, under which they are kept beside their certificates, or a PKCS#11 token,
//! which they never leave.

use std::num::NonZeroU32;

use authority::{AuthorityKey, Curve};
use key_token::{Token, TokenKey, TokenSettings};
use seal::CertificateDer;

use super::{
    error::{AuthorityError, KeptAt},
    keeping::Begun,
};
use crate::secret::Secret;

/// The environment variable with the token's PIN.
pub const TOKEN_PIN: &str = "SIGNER_REGISTRY_TOKEN_PIN";

/// What each guess at the passphrase costs (OWASP's number for PBKDF2 with HMAC-SHA-256, 2023).
const ITERATIONS: NonZeroU32 = NonZeroU32::new(600_000).unwrap();

/// What protects the keys.
#[derive(Clone, Debug)]
pub(super) struct Protection {
    /// What opens those that are kept under it. With a token it may be missing.
    pub(super) passphrase: Option<Secret>,
    /// Where new ones are made, if there is one.
    pub(super) token: Option<Token>,
}

/// The token of these settings, with the PIN from the environment.
pub(super) fn open_token(
    settings: &TokenSettings,
    pin: Option<&Secret>,
) -> Result<Token, AuthorityError> {
    let pin = pin.ok_or(AuthorityError::NoPin)?;
    Ok(Token::open(settings, pin.expose())?)
}

impl Protection {
    /// Makes a key, which `at` will keep if no token does.
    pub(super) fn make(
        &self,
        name: &str,
        curve: Curve,
        at: KeptAt,
    ) -> Result<Begun, AuthorityError> {
        if let Some(token) = &self.token {
            let key = token.generate(&format!("segl registry {name}"), curve)?;
            return Ok(Begun { key: AuthorityKey::elsewhere(key), protected: None });
        }
        let pkcs8 = AuthorityKey::generate_pkcs8(curve)?;
        let key = AuthorityKey::read(&pkcs8);
        let key = key.ok_or(authority::Error::KeyGeneration("P-256 or P-384"))?;
        let passphrase = self.passphrase()?.expose().as_bytes();
        let protected = key_file::protect_key(&pkcs8, passphrase, ITERATIONS)
            .map_err(|cause| AuthorityError::Key { at, cause })?;
        Ok(Begun { key, protected: Some(protected) })
    }

    /// The key that was read from `at`.
    pub(super) fn open(
        &self,
        protected: &[u8],
        at: &KeptAt,
    ) -> Result<AuthorityKey, AuthorityError> {
        let failed = |cause| AuthorityError::Key { at: at.clone(), cause };
        let key = key_file::open_key(protected, self.passphrase()?.expose().as_bytes());
        let key = AuthorityKey::read(&key.map_err(failed)?);
        key.ok_or_else(|| failed(key_file::Error::Malformed))
    }

    /// The key of a certificate, where it is in the token.
    pub(super) fn find(
        &self,
        certificate: &CertificateDer,
    ) -> Result<Option<AuthorityKey>, AuthorityError> {
        use der::Decode;

        let Some(token) = &self.token else { return Ok(None) };
        let make = |error| AuthorityError::Make(authority::Error::Der(error));
        let read = x509_cert::Certificate::from_der(certificate.as_bytes()).map_err(make)?;
        let key = &read.tbs_certificate().subject_public_key_info().subject_public_key;
        let found: Option<TokenKey> = token.find(key.raw_bytes())?;
        Ok(found.map(AuthorityKey::elsewhere))
    }

    /// Why something does not count: this part, whose place is `at`, is missing.
    pub(super) fn missing(&self, part: &str, at: KeptAt) -> AuthorityError {
        match (&self.token, part.strip_suffix(".key")) {
            (Some(token), Some(name)) => {
                AuthorityError::NotInToken { name: name.into(), label: token.label().into() }
            }
            _ => AuthorityError::Incomplete(at),
        }
    }

    fn passphrase(&self) -> Result<&Secret, AuthorityError> {
        self.passphrase.as_ref().ok_or(AuthorityError::NoPassphrase)
    }
}
