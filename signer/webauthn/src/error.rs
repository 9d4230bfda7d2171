//! Why an authenticator's answer is refused.

use std::fmt::{self, Display, Formatter};

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebauthnError {
    /// A part is longer than is read.
    #[error("{0} is too long")]
    TooLong(Part),
    /// A part is not what it must be.
    #[error("{0} is malformed")]
    Malformed(Part),
    /// It answers something else: `webauthn.create` or `webauthn.get` was expected.
    #[error("it is an answer to something else")]
    OtherCeremony,
    /// It answers another challenge.
    #[error("it answers another challenge")]
    OtherChallenge,
    /// It comes from another origin.
    #[error("it comes from another origin")]
    OtherOrigin,
    /// It comes from a page inside another one.
    #[error("it comes from a page inside another one")]
    CrossOrigin,
    /// It is for another relying party.
    #[error("it is for another relying party")]
    OtherRelyingParty,
    /// Nobody was present at the authenticator.
    #[error("nobody was present at the authenticator")]
    UserAbsent,
    /// The authenticator did not verify who is there.
    #[error("the authenticator did not verify who is there")]
    UserNotVerified,
    /// No credential is in it.
    #[error("no credential is in it")]
    NoCredential,
    /// The algorithm is none of those that were asked for.
    #[error("the key's algorithm is not accepted")]
    Algorithm,
    /// The signature does not verify.
    #[error("the signature does not verify")]
    Signature,
    /// The signature counter did not grow: there may be a copy of the authenticator.
    #[error("the signature counter did not grow: there may be a copy of the authenticator")]
    PossibleClone,
    /// Whether the passkey can be backed up is said otherwise than at its registration.
    #[error("whether the passkey can be backed up is said otherwise than at its registration")]
    BackupEligibility,
}

/// A part of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What the browser says.
    ClientData,
    /// What the authenticator says.
    AuthenticatorData,
    /// What holds the authenticator data of a new credential.
    AttestationObject,
    /// The credential's key.
    PublicKey,
    /// What the authenticator signed.
    Signature,
    /// An item within one of them.
    Cbor,
}

impl Display for Part {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ClientData => "clientDataJSON",
            Self::AuthenticatorData => "authenticatorData",
            Self::AttestationObject => "the attestation object",
            Self::PublicKey => "the public key",
            Self::Signature => "the signature",
            Self::Cbor => "CBOR",
        })
    }
}
