//! How the device refuses on the wire, and what the client makes of it.

use seal::{ActivationRefusal, CredentialEnd, EvidenceRefusal, QscdError, SadRefusal};
use serde::{Deserialize, Serialize};

/// The body of an answer that is no success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What kind of refusal.
    pub error: RefusalCode,
    /// What happened, in one sentence; no part of the contract.
    pub description: String,
    /// Of an activation that is refused: why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ActivationRefusal>,
}

/// The kinds of refusal, each the name of one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefusalCode {
    /// The request cannot be read.
    BadRequest,
    /// The TLS client may not ask.
    ClientRefused,
    /// The device cannot act now.
    Unavailable,
    /// It holds as many keys as it may.
    AtCapacity,
    /// It makes no such credential.
    EnrolmentRefused,
    /// This credential does not sign this.
    NotSignable,
    /// The token does not verify.
    TokenInvalid,
    /// The token was used.
    TokenReplayed,
    /// The token does not name the document.
    TokenForOtherDocument,
    /// The token is another person's.
    TokenOfOtherSubject,
    /// No mandate covers the profile.
    NoMandate,
    /// The evidence is of the wrong kind.
    EvidenceOfWrongKind,
    /// The activation is not known.
    ActivationUnknown,
    /// Nobody gave evidence for the activation.
    ActivationWithoutEvidence,
    /// The activation is for another profile.
    ActivationForOtherProfile,
    /// The activation does not list this.
    ImprintNotApproved,
    /// No signed attributes of a document's signature.
    AttributesMalformed,
    /// The activation, the evidence for it or the registration is refused; `reason` says why.
    ActivationRefused,
    /// The SAD is not known, or was spent.
    SadUnknown,
    /// The SAD is for another credential.
    SadForOtherCredential,
    /// The SAD is for other hashes.
    SadForOtherHashes,
    /// The SAD has expired.
    SadExpired,
    /// The credential made its last signature.
    CredentialConsumed,
    /// The credential expired.
    CredentialExpired,
    /// The credential was evicted.
    CredentialEvicted,
    /// The credential was destroyed.
    CredentialDestroyed,
    /// The credential is not known.
    CredentialUnknown,
}

impl Refusal {
    /// A request that cannot be read.
    pub fn bad_request(description: impl Into<String>) -> Self {
        Self { error: RefusalCode::BadRequest, description: description.into(), reason: None }
    }

    /// The device's error that this tells of.
    pub fn into_error(self) -> QscdError {
        let Self { error, description, reason } = self;
        match error {
            // The adapter said something that the device does not understand.
            // This client is not among those that the device lets in: an operator has to act.
            RefusalCode::BadRequest | RefusalCode::ClientRefused | RefusalCode::Unavailable => {
                QscdError::Unavailable(description)
            }
            RefusalCode::AtCapacity => QscdError::AtCapacity,
            RefusalCode::EnrolmentRefused => QscdError::EnrolmentRefused(description),
            RefusalCode::NotSignable => QscdError::NotSignable(description),
            RefusalCode::TokenInvalid => EvidenceRefusal::TokenInvalid.into(),
            RefusalCode::TokenReplayed => EvidenceRefusal::TokenReplayed.into(),
            RefusalCode::TokenForOtherDocument => EvidenceRefusal::OtherDocument.into(),
            RefusalCode::TokenOfOtherSubject => EvidenceRefusal::OtherSubject.into(),
            RefusalCode::NoMandate => EvidenceRefusal::NoMandate.into(),
            RefusalCode::EvidenceOfWrongKind => EvidenceRefusal::WrongKind.into(),
            RefusalCode::ActivationUnknown => EvidenceRefusal::ActivationUnknown.into(),
            RefusalCode::ActivationWithoutEvidence => {
                EvidenceRefusal::ActivationWithoutEvidence.into()
            }
            RefusalCode::ActivationForOtherProfile => EvidenceRefusal::OtherProfile.into(),
            RefusalCode::ImprintNotApproved => EvidenceRefusal::ImprintNotApproved.into(),
            RefusalCode::AttributesMalformed => EvidenceRefusal::AttributesMalformed.into(),
            RefusalCode::ActivationRefused => {
                reason.map_or(QscdError::Unavailable(description), QscdError::from)
            }
            RefusalCode::SadUnknown => SadRefusal::Unknown.into(),
            RefusalCode::SadForOtherCredential => SadRefusal::OtherCredential.into(),
            RefusalCode::SadForOtherHashes => SadRefusal::OtherHashes.into(),
            RefusalCode::SadExpired => SadRefusal::Expired.into(),
            RefusalCode::CredentialConsumed => CredentialEnd::Consumed.into(),
            RefusalCode::CredentialExpired => CredentialEnd::Expired.into(),
            RefusalCode::CredentialEvicted => CredentialEnd::Evicted.into(),
            RefusalCode::CredentialDestroyed => CredentialEnd::Destroyed.into(),
            RefusalCode::CredentialUnknown => CredentialEnd::Unknown.into(),
        }
    }
}

impl From<QscdError> for Refusal {
    fn from(error: QscdError) -> Self {
        let code = code(&error);
        let reason = match error {
            QscdError::ActivationRefused(reason) => Some(reason),
            _ => None,
        };
        let description = match error {
            QscdError::Unavailable(why)
            | QscdError::EnrolmentRefused(why)
            | QscdError::NotSignable(why) => why,
            error @ (QscdError::AtCapacity
            | QscdError::EvidenceRefused(_)
            | QscdError::ActivationRefused(_)
            | QscdError::SadRefused(_)
            | QscdError::CredentialEnded(_)) => error.to_string(),
        };
        Self { error: code, description, reason }
    }
}

fn code(error: &QscdError) -> RefusalCode {
    match error {
        QscdError::Unavailable(_) => RefusalCode::Unavailable,
        QscdError::AtCapacity => RefusalCode::AtCapacity,
        QscdError::EnrolmentRefused(_) => RefusalCode::EnrolmentRefused,
        QscdError::NotSignable(_) => RefusalCode::NotSignable,
        QscdError::EvidenceRefused(refusal) => match refusal {
            EvidenceRefusal::TokenInvalid => RefusalCode::TokenInvalid,
            EvidenceRefusal::TokenReplayed => RefusalCode::TokenReplayed,
            EvidenceRefusal::OtherDocument => RefusalCode::TokenForOtherDocument,
            EvidenceRefusal::OtherSubject => RefusalCode::TokenOfOtherSubject,
            EvidenceRefusal::NoMandate => RefusalCode::NoMandate,
            EvidenceRefusal::WrongKind => RefusalCode::EvidenceOfWrongKind,
            EvidenceRefusal::ActivationUnknown => RefusalCode::ActivationUnknown,
            EvidenceRefusal::ActivationWithoutEvidence => RefusalCode::ActivationWithoutEvidence,
            EvidenceRefusal::OtherProfile => RefusalCode::ActivationForOtherProfile,
            EvidenceRefusal::ImprintNotApproved => RefusalCode::ImprintNotApproved,
            EvidenceRefusal::AttributesMalformed => RefusalCode::AttributesMalformed,
        },
        QscdError::ActivationRefused(_) => RefusalCode::ActivationRefused,
        QscdError::SadRefused(refusal) => match refusal {
            SadRefusal::Unknown => RefusalCode::SadUnknown,
            SadRefusal::OtherCredential => RefusalCode::SadForOtherCredential,
            SadRefusal::OtherHashes => RefusalCode::SadForOtherHashes,
            SadRefusal::Expired => RefusalCode::SadExpired,
        },
        QscdError::CredentialEnded(end) => match end {
            CredentialEnd::Consumed => RefusalCode::CredentialConsumed,
            CredentialEnd::Expired => RefusalCode::CredentialExpired,
            CredentialEnd::Evicted => RefusalCode::CredentialEvicted,
            CredentialEnd::Destroyed => RefusalCode::CredentialDestroyed,
            CredentialEnd::Unknown => RefusalCode::CredentialUnknown,
        },
    }
}
