//! The port to whatever keeps the authority: a folder of one node, or the database of all.

use std::fmt::Debug;

use authority::{AuthorityKey, Curve};
use cades::Certificate;
use seal::CertificateDer;

use super::error::{AuthorityError, KeptAt};

/// An authority as it is kept.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) certificate: CertificateDer,
    /// `None` where the key is kept elsewhere.
    pub(super) key: Option<AuthorityKey>,
}

/// A key whose certificate is not made yet.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) key: AuthorityKey,
    /// EncryptedPrivateKeyInfo; `None` where it is in a token.
    pub(super) protected: Option<Vec<u8>>,
}

/// What keeps authorities by their names: `root`, and `issuing-1` and so on. Each call may wait for a disk or a
/// database, and compute long: it is made where nothing else waits.
pub(super) trait Keeping: Debug {
    /// The last generation of which anything is kept; 0 when there is none.
    fn last_generation(&self) -> Result<usize, AuthorityError>;

    /// The authority of this name, if there is one whose certificate and key belong together.
    fn read(&self, name: &str) -> Result<Option<Kept>, AuthorityError>;

    /// Whether a key is kept whose making was interrupted before there was a certificate.
    fn is_begun(&self, name: &str) -> Result<bool, AuthorityError>;

    /// The key for the authority of this name: one whose making was interrupted, else a new one.
    fn begin(&self, name: &str, curve: Curve) -> Result<Begun, AuthorityError>;

    /// Keeps an authority where there is none of this name, and answers the one that is there from now on:
    /// another one where another node was faster.
    fn finish(
        &self,
        name: &str,
        begun: Begun,
        certificate: CertificateDer,
    ) -> Result<Kept, AuthorityError>;

    /// Why something does not count: this part, `NAME.cer` or `NAME.key`, is missing.
    fn incomplete(&self, part: &str) -> AuthorityError;
}

/// The certificate of an authority that was read from `at`.
pub(super) fn certificate(der: Vec<u8>, at: &KeptAt) -> Result<CertificateDer, AuthorityError> {
    let wrong = |problem| AuthorityError::Certificate { at: at.clone(), problem };
    let certificate = CertificateDer::new(der);
    let read = Certificate::parse(certificate.clone());
    let read = read.map_err(|_| wrong("is no certificate in DER"))?;
    if !read.is_authority() || !read.may_sign_certificates() {
        return Err(wrong("is no certificate of an authority"));
    }
    Ok(certificate)
}

/// Both, if the certificate that was read from `at` is the key's: its SubjectPublicKeyInfo stands in it, octet
/// for octet.
pub(super) fn together(
    certificate: CertificateDer,
    key: AuthorityKey,
    at: KeptAt,
) -> Result<Kept, AuthorityError> {
    let public = key.public_key();
    if !certificate.as_bytes().windows(public.len()).any(|octets| octets == public) {
        let problem = "is not the certificate of the key beside it";
        return Err(AuthorityError::Certificate { at, problem });
    }
    Ok(Kept { certificate, key: Some(key) })
}
