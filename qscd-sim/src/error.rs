//! Why the simulator could not start or could not issue.

/// A failure of the simulator's own; what the device refuses is a [`seal::QscdError`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The machine gave no randomness.
    #[error("the machine gives no randomness")]
    Randomness,
    /// A key could not be made.
    #[error("a {0} key could not be made")]
    KeyGeneration(&'static str),
    /// A key did not sign.
    #[error("the device's key did not sign")]
    Signature,
    /// `public_url` cannot stand in a certificate.
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
    /// Nothing can be issued: the root's certificate does not cover this moment.
    #[error("the root's certificate is not valid at this moment: nothing can be issued under it")]
    RootEnded,
    /// A certificate would be valid when its issuer's is not.
    #[error("the certificate would outlive its CA, whose own ends with the root's")]
    OutlivesIssuer,
    /// A run has as many issuing CAs as are told apart.
    #[error("the CA has rolled over as often as it can; a new start begins anew")]
    TooManyGenerations,
    /// A certificate or revocation list could not be signed.
    #[error("a certificate or revocation list could not be issued")]
    Issue(#[from] rcgen::Error),
    /// A CA remembers as many revocations as it can.
    #[error("the CA holds as many revocations as it can")]
    TooManyRevocations,
    /// An imported CA's certificate or key cannot be used.
    #[error("the imported CA cannot be used: {0}")]
    ImportedCa(&'static str),
    /// A structure could not be encoded or decoded.
    #[error("a DER structure could not be written or read")]
    Der(#[from] der::Error),
    /// A time-stamp token could not be made.
    #[error("a time-stamp token could not be made")]
    TimeStamp(#[from] cades::Error),
    /// Our own time-stamp policy is no object identifier.
    #[error("the time-stamp policy is no object identifier")]
    Policy,
    /// The identity issuer's token or key set could not be written or read.
    #[error("an identity token or key set could not be written")]
    Token(#[from] serde_json::Error),
}

impl From<::authority::Error> for Error {
    fn from(error: ::authority::Error) -> Self {
        use ::authority::Error;
        match error {
            Error::KeyGeneration(kind) => Self::KeyGeneration(kind),
            Error::Signature => Self::Signature,
            Error::PublicUrl(url) => Self::PublicUrl(url),
            Error::Name { attribute, problem } => Self::Name { attribute, problem },
            Error::Validity => Self::Validity,
            Error::Issue(cause) => Self::Issue(cause),
            Error::Der(cause) => Self::Der(cause),
        }
    }
}
