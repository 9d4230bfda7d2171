//! Why a certificate, a list or an answer cannot be made.

/// Why a certificate, a list or an answer cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A key could not be made.
    #[error("a {0} key could not be made")]
    KeyGeneration(&'static str),
    /// A key did not sign.
    #[error("the key did not sign")]
    Signature,
    /// The public address cannot stand in a certificate.
    #[error("the public address `{0}` is not an http or https address of at most 200 ASCII bytes")]
    PublicUrl(String),
    /// A name cannot stand in a certificate.
    #[error("`{attribute}` cannot stand in a certificate: {problem}")]
    Name {
        /// The attribute, as X.520 names it.
        attribute: &'static str,
        /// What is wrong with its value.
        problem: &'static str,
    },
    /// A moment that a certificate cannot express, or that its issuer does not cover.
    #[error("the certificate's validity is outside its issuer's")]
    Validity,
    /// A certificate could not be signed.
    #[error("a certificate or revocation list could not be issued")]
    Issue(#[from] rcgen::Error),
    /// A structure could not be encoded or decoded.
    #[error("a DER structure could not be written or read")]
    Der(#[from] der::Error),
}
