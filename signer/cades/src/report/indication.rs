//! Indications and sub-indications (EN 319 102-1 clause 5.1.3).

use serde::Serialize;

/// The main status, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
pub enum Indication {
    /// Every check succeeded.
    TotalPassed,
    /// What is at hand does not suffice for either of the others.
    Indeterminate,
    /// The signature is broken, or was made when it must not have been.
    TotalFailed,
}

/// Why the indication is not TOTAL-PASSED.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SubIndication {
    /// The signature does not conform to its format.
    FormatFailure,
    /// A hash does not match.
    HashFailure,
    /// The signature value does not verify.
    SigCryptoFailure,
    /// Made after the certificate was revoked.
    Revoked,
    /// Made after the certificate expired.
    Expired,
    /// Made before the certificate became valid.
    NotYetValid,
    /// An attribute of the signature breaks a constraint.
    SigConstraintsFailure,
    /// A certificate of the path breaks a constraint.
    ChainConstraintsFailure,
    /// The path's certificates contradict a rule that no other value covers.
    CertificateChainGeneralFailure,
    /// An algorithm or key length is not trusted, or cannot be verified.
    CryptoConstraintsFailure,
    /// The signer's certificate cannot be identified.
    NoSigningCertificateFound,
    /// No path leads to a trust anchor.
    NoCertificateChainFound,
    /// The signer's certificate is revoked, and nothing proves that the signature is older.
    RevokedNoPoe,
    /// A CA's certificate is revoked, and nothing proves that the signature is older.
    RevokedCaNoPoe,
    /// The certificate has expired, is known not to be revoked, and nothing proves when the
    /// signature was made.
    OutOfBoundsNotRevoked,
    /// A certificate is outside its validity, and nothing proves when the signature was made.
    OutOfBoundsNoPoe,
    /// The data about revocation are too old, or their issuer's certificate has expired, and
    /// nothing proves that they existed in time.
    RevocationOutOfBoundsNoPoe,
    /// The data about revocation are of another time; newer ones will decide.
    TryLater,
    /// An algorithm or key length was trusted once, and nothing proves that the signature is as
    /// old as that.
    CryptoConstraintsFailureNoPoe,
    /// The time-stamps contradict each other about what came first.
    TimestampOrderFailure,
    /// The content is not at hand.
    SignedDataNotFound,
}
