//! The record of a key's end.

use seal::{CredentialEnd, EvidenceRefusal, SadRefusal};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// One destroyed key.
///
/// Its hash, which the chain of destructions is made of, is the SHA-256 of its JSON, members in
/// this order and without white space.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destruction {
    /// Counts the device's destructions from 1, without a gap.
    pub sequence: u64,
    /// The key's name.
    pub credential: String,
    /// SHA-256 of the public key's SubjectPublicKeyInfo, in hexadecimal.
    pub public_key_sha256: String,
    /// The certificate's serial number in hexadecimal; empty if none was issued.
    pub certificate_serial: String,
    /// How many signatures the key made.
    pub uses: u32,
    /// Why it was destroyed.
    #[serde(serialize_with = "as_words", deserialize_with = "of_words")]
    pub reason: DestructionReason,
    /// When, by the device's clock, in milliseconds since 1970.
    pub time_unix_ms: u64,
    /// The hash of the destruction before this one, in hexadecimal; 64 zeros for the first.
    pub previous: String,
}

/// Why a key was destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DestructionReason {
    /// It made its last signature.
    #[error("consumed")]
    Consumed,
    /// Its time ran out.
    #[error("expired")]
    Expired,
    /// The cache removed it to make room.
    #[error("evicted")]
    Evicted,
    /// Something demanded it.
    #[error("destroyed: {0}")]
    Destroyed(DestructionCause),
    /// The device shut down.
    #[error("shutdown")]
    Shutdown,
}

/// What demanded a key's destruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DestructionCause {
    /// Its holder, or a tester's kill switch.
    #[error("on demand")]
    OnDemand,
    /// The signature activation module refused the evidence.
    #[error("{0}")]
    EvidenceRefused(EvidenceRefusal),
    /// The signature activation module had no room to remember the person's token.
    #[error("no room to remember the person's token")]
    NoRoom,
    /// The signature activation module refused the SAD.
    #[error("the signature activation data: {0}")]
    SadRefused(SadRefusal),
    /// It was asked for what it does not sign.
    #[error("asked for what it does not sign")]
    NotSignable,
    /// The key did not sign: whether a value exists is not known, so it is never used again.
    #[error("the key did not sign")]
    SignatureFailed,
    /// No certificate was issued for it.
    #[error("no certificate was issued")]
    NotCertified,
}

impl DestructionReason {
    /// Every reason, for reading their words.
    const ALL: [Self; 24] = {
        use DestructionCause::*;
        [
            Self::Consumed,
            Self::Expired,
            Self::Evicted,
            Self::Shutdown,
            Self::Destroyed(OnDemand),
            Self::Destroyed(EvidenceRefused(EvidenceRefusal::TokenInvalid)),
            Self::Destroyed(EvidenceRefused(EvidenceRefusal::TokenReplayed)),
            Self::Destroyed(EvidenceRefused(EvidenceRefusal::OtherDocument)),
            Self::Destroyed(EvidenceRefused(EvidenceRefusal::OtherSubject)),
            Self::Destroyed(EvidenceRefused(EvidenceRefusal::NoMandate)),
            Self::Destroyed(EvidenceRefused(EvidenceRefusal::WrongKind)),
            Self::Destroyed(EvidenceRefused(EvidenceRefusal::ActivationUnknown)),
            Self::Destroyed(EvidenceRefused(EvidenceRefusal::ActivationWithoutEvidence)),
            Self::Destroyed(EvidenceRefused(EvidenceRefusal::OtherProfile)),
            Self::Destroyed(EvidenceRefused(EvidenceRefusal::ImprintNotApproved)),
            Self::Destroyed(EvidenceRefused(EvidenceRefusal::AttributesMalformed)),
            Self::Destroyed(NoRoom),
            Self::Destroyed(SadRefused(SadRefusal::Unknown)),
            Self::Destroyed(SadRefused(SadRefusal::OtherCredential)),
            Self::Destroyed(SadRefused(SadRefusal::OtherHashes)),
            Self::Destroyed(SadRefused(SadRefusal::Expired)),
            Self::Destroyed(NotSignable),
            Self::Destroyed(SignatureFailed),
            Self::Destroyed(NotCertified),
        ]
    };

    /// The reason that these words tell; `None` for any others.
    pub fn of_words(words: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.to_string() == words)
    }

    /// How the port of the device tells the end.
    pub fn credential_end(self) -> CredentialEnd {
        match self {
            Self::Consumed => CredentialEnd::Consumed,
            Self::Expired => CredentialEnd::Expired,
            Self::Evicted => CredentialEnd::Evicted,
            Self::Destroyed(_) | Self::Shutdown => CredentialEnd::Destroyed,
        }
    }
}

fn as_words<S: Serializer>(reason: &DestructionReason, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(reason)
}

fn of_words<'de, D: Deserializer<'de>>(from: D) -> Result<DestructionReason, D::Error> {
    let words = String::deserialize(from)?;
    DestructionReason::of_words(&words).ok_or_else(|| D::Error::custom("not a reason"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A reason that is new does not compile here: it belongs into `ALL` as well.
    fn remember_all(reason: DestructionReason) {
        use DestructionCause::*;
        use DestructionReason::*;
        match reason {
            Consumed
            | Expired
            | Evicted
            | Shutdown
            | Destroyed(
                OnDemand
                | NoRoom
                | NotSignable
                | SignatureFailed
                | NotCertified
                | EvidenceRefused(
                    EvidenceRefusal::TokenInvalid
                    | EvidenceRefusal::TokenReplayed
                    | EvidenceRefusal::OtherDocument
                    | EvidenceRefusal::OtherSubject
                    | EvidenceRefusal::NoMandate
                    | EvidenceRefusal::WrongKind
                    | EvidenceRefusal::ActivationUnknown
                    | EvidenceRefusal::ActivationWithoutEvidence
                    | EvidenceRefusal::OtherProfile
                    | EvidenceRefusal::ImprintNotApproved
                    | EvidenceRefusal::AttributesMalformed,
                )
                | SadRefused(
                    SadRefusal::Unknown
                    | SadRefusal::OtherCredential
                    | SadRefusal::OtherHashes
                    | SadRefusal::Expired,
                ),
            ) => {}
        }
    }

    #[test]
    fn every_reason_is_read_as_it_is_told_and_no_other_is() {
        for reason in DestructionReason::ALL {
            remember_all(reason);
            assert_eq!(DestructionReason::of_words(&reason.to_string()), Some(reason));
        }
        let words: BTreeSet<_> = DestructionReason::ALL.iter().map(ToString::to_string).collect();
        assert_eq!(words.len(), DestructionReason::ALL.len(), "two reasons with the same words");
        assert_eq!(DestructionReason::of_words("consumed "), None);
    }
}
