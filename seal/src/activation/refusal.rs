//! Why a device refuses an activation, the evidence for it, or a registration.

use serde::{Deserialize, Serialize};

/// Why a device refuses an activation, the evidence for it, or a registration. No key exists yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum ActivationRefusal {
    // What is asked for.
    /// No entry, more than a hundred, or one whose hashes are none.
    #[error("an activation lists 1 to 100 documents by their hashes")]
    Entries,
    /// A text is missing, too long, or not plain.
    #[error(
        "a name is missing, too long, or has letters that are not seen; of a profile, a space is one"
    )]
    Texts,
    /// A seal: a person activates signatures alone.
    #[error("an activation is for a person's signature, and no seal")]
    OtherAct,
    /// Never begun, or ended.
    #[error("it is not known, or has ended")]
    Unknown,
    /// Evidence was given already.
    #[error("evidence was given for it already")]
    EvidenceGiven,
    // A passkey.
    /// The device has no origin at which passkeys are used.
    #[error("the device takes no passkeys: no origin is configured for it")]
    NoOrigin,
    /// The device has no page of its own, where passkeys could be made.
    #[error("the device makes no passkeys: it has no page of its own")]
    NoPage,
    /// No passkey with this id is registered.
    #[error("the passkey is not registered")]
    PasskeyUnknown,
    /// The passkey is another person's, or acts for another organisation.
    #[error("the passkey is registered for another person or organisation")]
    PasskeyOfAnother,
    /// clientDataJSON is no JSON object, has a member twice, or is too long.
    #[error("clientDataJSON cannot be read, or has a member twice")]
    ClientDataMalformed,
    /// Its `type` is not `webauthn.get`.
    #[error("clientDataJSON is of another type than webauthn.get")]
    OtherType,
    /// Its `challenge` is another.
    #[error("the evidence is over another challenge")]
    OtherChallenge,
    /// Its `origin` is not the one configured for the device.
    #[error("the passkey was used at another origin")]
    OtherOrigin,
    /// It was made in a frame of another origin.
    #[error("the passkey was used inside a page of another origin")]
    CrossOrigin,
    /// authenticatorData does not have its form.
    #[error("authenticatorData cannot be read")]
    AuthenticatorDataMalformed,
    /// rpIdHash is of another relying party.
    #[error("the passkey answered another relying party")]
    OtherRelyingParty,
    /// UP is not set.
    #[error("nobody was present at the authenticator")]
    UserNotPresent,
    /// UV is not set.
    #[error("the authenticator did not verify its user")]
    UserNotVerified,
    /// userHandle is not the one of the person.
    #[error("the passkey's user handle is another person's")]
    OtherUserHandle,
    /// The signature does not verify.
    #[error("the evidence's signature is not valid")]
    SignatureInvalid,
    /// The counter did not go up: there may be two of it.
    #[error("the passkey's counter did not go up: it may have been cloned")]
    PossibleClone,
    /// BE is not what the passkey said of itself before.
    #[error("the passkey says otherwise than before whether it can be backed up")]
    BackupChanged,
    // An ID token.
    /// Not a JWT, a claim is missing, of the wrong type or there twice, or a header must be understood
    /// that is not.
    #[error("the ID token cannot be read, lacks a claim, or has one twice")]
    TokenMalformed,
    /// Not one of the algorithms that are taken, or another than the key's.
    #[error("the ID token's algorithm is not accepted")]
    TokenAlgorithm,
    /// No issuer of the device's own configuration has this key.
    #[error("no issuer that the device knows has the ID token's key")]
    IssuerUnknown,
    /// `aud` is not exactly the client that is kept for signing.
    #[error("the ID token is for another client than the one that is kept for signing")]
    OtherAudience,
    /// `azp` is another client.
    #[error("the ID token was issued to another client")]
    OtherParty,
    /// Past `exp`.
    #[error("the ID token has expired")]
    TokenExpired,
    /// Before `iat`.
    #[error("the ID token is not valid yet")]
    TokenNotYetValid,
    /// `auth_time` lies before the activation, or is older than five minutes.
    #[error("the login is older than what it is to activate")]
    LoginTooOld,
    /// `acr` is none that is required.
    #[error("the login's level of assurance is too low")]
    AssuranceTooLow,
    /// (`iss`, `sub`) is not linked to the person.
    #[error("the login is not linked to this person and organisation")]
    LoginOfAnother,
    /// It claims the number of another organisation.
    #[error("the login is for another organisation")]
    OtherOrganisation,
    // A registration.
    /// The COSE key is none that the device takes.
    #[error("the passkey's public key is not one of ES256, EdDSA and RS256")]
    KeyMalformed,
    /// It is registered already, perhaps for somebody else.
    #[error("it is registered already")]
    AlreadyRegistered,
    /// The organisation has others already, and nobody speaks for this one.
    #[error("the organisation has means of login already: one of them must speak for a new one")]
    EvidenceNeeded,
    /// Whoever speaks for it may not.
    #[error("who speaks for it is neither the person nor an administrator that the device knows")]
    NotEntitled,
}
