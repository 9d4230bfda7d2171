//! The port of the qualified signature creation device.
//!
//! Three calls make a signature: [`Qscd::enrol`], [`Qscd::authorise`], [`Qscd::sign`]; or two, for
//! [`Qscd::activate`] authorises and signs in one. The last use of a key destroys it.

use std::{fmt::Debug, time::SystemTime};

use futures_core::future::BoxFuture;

use crate::{
    ActivationEvidence, ActivationRefusal, Chain, CredentialId, Digest, EnrolmentRequest, Sad,
    SignatureAlgorithm,
};

/// What the device is asked to sign (DTBS/R, EN 419 241-1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToSign {
    /// A digest, for suites that sign one.
    Digest(Digest),
    /// A digest, for RSASSA-PSS with the longest salt that the key has room for: RFC 8017 section 9.1
    /// leaves the length open, and there are clients that ask for this one.
    Salted(Digest),
    /// A whole message, for Ed25519 (RFC 8419); an authorisation binds its SHA-256.
    Message(Vec<u8>),
    /// The signed attributes of a CMS signature in DER (`SET OF Attribute`, RFC 5652 section 5.4): the
    /// device reads them, and hashes them itself.
    Attributes(Vec<u8>),
}

impl ToSign {
    /// The digest, unless it is a message.
    pub fn digest(&self) -> Option<&Digest> {
        match self {
            Self::Digest(digest) | Self::Salted(digest) => Some(digest),
            Self::Message(_) | Self::Attributes(_) => None,
        }
    }
}

/// A signature value as the suite encodes it: for ECDSA the DER `Ecdsa-Sig-Value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureValue(Vec<u8>);

impl SignatureValue {
    /// Wraps the value's bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The value's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A live key in the device and the certificate issued for it.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The device's name for the key.
    pub id: CredentialId,
    /// The certificate and its issuers.
    pub chain: Chain,
    /// The suite that the key signs with.
    pub algorithm: SignatureAlgorithm,
    /// How many signatures the key may make in all; one unless it is a session credential.
    pub signatures: u32,
    /// When the device destroys the key, used or not.
    pub deadline: SystemTime,
}

/// A qualified signature creation device, or its simulator, with its signature activation module.
pub trait Qscd: Debug + Send + Sync {
    /// An upper bound in bytes on the whole chain (end entity and issuers, DER) that
    /// [`Qscd::enrol`] would answer; the signature's container is reserved by it.
    fn maximum_chain_length(&self, request: &EnrolmentRequest) -> usize;

    /// Makes a key pair in the device and has a certificate issued for it.
    ///
    /// # Errors
    /// [`QscdError::Unavailable`], [`QscdError::AtCapacity`], [`QscdError::EnrolmentRefused`].
    fn enrol(&self, request: EnrolmentRequest) -> BoxFuture<'_, Result<Credential, QscdError>>;

    /// Has the signature activation module check `evidence` and authorise exactly these hashes.
    ///
    /// # Errors
    /// [`QscdError::EvidenceRefused`], [`QscdError::CredentialEnded`]; the key is then gone.
    fn authorise<'a>(
        &'a self,
        id: &'a CredentialId,
        to_sign: &'a [ToSign],
        evidence: &'a ActivationEvidence,
    ) -> BoxFuture<'a, Result<Sad, QscdError>>;

    /// Spends the authorisation and signs; the credential's last signature destroys its key.
    ///
    /// # Errors
    /// [`QscdError::SadRefused`] (the key is then gone), [`QscdError::CredentialEnded`].
    fn sign<'a>(
        &'a self,
        id: &'a CredentialId,
        sad: Sad,
        to_sign: &'a [ToSign],
    ) -> BoxFuture<'a, Result<Vec<SignatureValue>, QscdError>>;

    /// Authorises exactly these hashes and signs them, in one step: the signature activation data
    /// are bound as ever, and spent at once. A device elsewhere is then asked once, and its
    /// activation data never leave it.
    ///
    /// # Errors
    /// Those of [`Qscd::authorise`] and [`Qscd::sign`].
    fn activate<'a>(
        &'a self,
        id: &'a CredentialId,
        to_sign: &'a [ToSign],
        evidence: &'a ActivationEvidence,
    ) -> BoxFuture<'a, Result<Vec<SignatureValue>, QscdError>> {
        Box::pin(async move {
            let sad = self.authorise(id, to_sign, evidence).await?;
            self.sign(id, sad, to_sign).await
        })
    }

    /// Destroys the key now.
    ///
    /// # Errors
    /// [`QscdError::CredentialEnded`] when it was gone already.
    fn destroy<'a>(&'a self, id: &'a CredentialId) -> BoxFuture<'a, Result<(), QscdError>>;
}

/// Why the device did not do as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QscdError {
    /// The device did not answer, or answered nonsense; whether it acted is not known.
    #[error("the signing device does not answer: {0}")]
    Unavailable(String),
    /// The device holds as many keys as it may, or this caller as many as its quota allows.
    #[error("the signing device is at capacity")]
    AtCapacity,
    /// The device will not make such a credential.
    #[error("the signing device refuses the enrolment: {0}")]
    EnrolmentRefused(String),
    /// What is asked cannot be signed with this credential: no hash, more hashes than the
    /// credential may still sign, or a digest that the suite does not sign. The key is then gone,
    /// unless all that it may sign is promised to earlier authorisations.
    #[error("the credential does not sign this: {0}")]
    NotSignable(String),
    /// The signature activation module does not accept the activation evidence.
    #[error("the signature activation module refuses the evidence: {0}")]
    EvidenceRefused(#[from] EvidenceRefusal),
    /// The device refuses an activation, the evidence for it, or a registration.
    #[error("the signing device refuses: {0}")]
    ActivationRefused(#[from] ActivationRefusal),
    /// The signature activation data do not authorise this signature.
    #[error("the signature activation data are refused: {0}")]
    SadRefused(#[from] SadRefusal),
    /// The key is not there any more, or never was.
    #[error("the credential cannot sign: {0}")]
    CredentialEnded(#[from] CredentialEnd),
}

impl QscdError {
    /// Whether a signature value may exist although an activation ended so: what the device did not
    /// answer it may have done, and what is consumed somebody has used.
    pub fn may_have_signed(&self) -> bool {
        match self {
            Self::Unavailable(_)
            | Self::SadRefused(SadRefusal::Unknown)
            | Self::CredentialEnded(CredentialEnd::Consumed) => true,
            Self::AtCapacity
            | Self::EnrolmentRefused(_)
            | Self::NotSignable(_)
            | Self::EvidenceRefused(_)
            | Self::ActivationRefused(_)
            | Self::SadRefused(
                SadRefusal::OtherCredential | SadRefusal::OtherHashes | SadRefusal::Expired,
            )
            | Self::CredentialEnded(
                CredentialEnd::Expired
                | CredentialEnd::Evicted
                | CredentialEnd::Destroyed
                | CredentialEnd::Unknown,
            ) => false,
        }
    }
}

/// Why the signature activation module refused signature activation data (SAD).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SadRefusal {
    /// Never issued, or spent already.
    #[error("they are not known, or were spent already")]
    Unknown,
    /// Issued for another credential.
    #[error("they were issued for another credential")]
    OtherCredential,
    /// Issued for other hashes (SCAL2: the link between hash and SAD).
    #[error("they were issued for other hashes")]
    OtherHashes,
    /// Too old.
    #[error("they have expired")]
    Expired,
}

/// Why the signature activation module refused the activation evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceRefusal {
    /// The person's token does not verify (signature, issuer, audience, times).
    #[error("the person's token is not valid")]
    TokenInvalid,
    /// The token signed this document already.
    #[error("the person's token was used already")]
    TokenReplayed,
    /// The token does not name this document.
    #[error("the person's token does not name this document")]
    OtherDocument,
    /// The token's subject is not the person of the certificate.
    #[error("the person's token belongs to another subject than the certificate")]
    OtherSubject,
    /// No standing mandate of this name covers the credential's profile.
    #[error("no standing mandate covers this profile")]
    NoMandate,
    /// A kind of evidence that this kind of credential does not accept.
    #[error("this kind of evidence does not activate this kind of credential")]
    WrongKind,
    /// The activation was never begun, or has ended.
    #[error("the activation is not known, or has ended")]
    ActivationUnknown,
    /// Nobody gave evidence for the activation.
    #[error("nobody has given evidence for the activation")]
    ActivationWithoutEvidence,
    /// The activation is for another profile.
    #[error("the activation is for another profile")]
    OtherProfile,
    /// The activation does not list this document in this form, or has signed it.
    #[error("the activation does not list this document in this form, or has signed it already")]
    ImprintNotApproved,
    /// What is to be signed are not the signed attributes of a document's signature with this certificate.
    #[error(
        "what is to be signed are not the signed attributes of a signature with this certificate"
    )]
    AttributesMalformed,
}

/// How a credential ended. Kept as a tombstone for ten minutes; after that it is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum CredentialEnd {
    /// It made its last signature.
    #[error("it was consumed")]
    Consumed,
    /// Its time ran out.
    #[error("it expired")]
    Expired,
    /// The device removed it to make room.
    #[error("it was evicted")]
    Evicted,
    /// It was destroyed: on demand, after a refused activation, or at shutdown.
    #[error("it was destroyed")]
    Destroyed,
    /// The device never had it, or ended it too long ago to remember.
    #[error("it is not known")]
    Unknown,
}
