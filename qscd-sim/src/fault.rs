//! What can go wrong.

use serde::{Deserialize, Serialize};

/// A fault. `docs/simulator.md` lists them with what a correct client does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The device signs `milliseconds` later than it could.
    Delay,
    /// The device refuses the enrolment.
    RefuseEnrolment,
    /// The device is at capacity: the enrolment is refused and nobody's key is evicted.
    CacheFull,
    /// The clock of the device is `seconds` off the service's.
    ClockSkew,
    /// The connection breaks before the device has signed.
    DropBeforeSigning,
    /// The connection breaks after the device has signed: the value is lost.
    DropAfterSigning,
    /// The signature value does not verify.
    WrongSignature,
    /// The certificate belongs to another key.
    CertificateForAnotherKey,
    /// The certificate names another organisation.
    CertificateWrongOrganisation,
    /// The certificate lacks the CVR number.
    CertificateWithoutCvr,
    /// The certificate names a person, also that of a seal.
    CertificateNamesPerson,
    /// The certificate's key usage is digitalSignature.
    CertificateKeyUsage,
    /// The certificate lives a day too long.
    CertificateLivesTooLong,
    /// The certificate has expired when it is issued.
    CertificateExpired,
    /// The certificate is not valid yet.
    CertificateNotYetValid,
    /// The authorisation expires before it is used.
    SadExpired,
    /// The authorisation is for another hash.
    SadForAnotherHash,
    /// Between enrolment and authorisation, when the hash is known and nothing is signed, the
    /// simulator's clock moves to the credential's end and `seconds` beyond it, or before it when
    /// negative.
    ClockAtExpiry,
    /// The time-stamping authority does not answer.
    TsaDown,
    /// The time-stamp covers another imprint.
    TsaWrongImprint,
    /// The time-stamp carries another nonce.
    TsaWrongNonce,
    /// The time-stamp is `seconds` late.
    TsaLate,
    /// The certificate of the time-stamping unit, which a request asks for, is not at hand:
    /// addInfoNotAvailable (RFC 3161 section 2.4.2).
    TsaNoCertificate,
    /// The OCSP responder says "revoked" of a good certificate.
    OcspRevoked,
    /// The OCSP responder says "unknown" of a certificate that was issued.
    OcspUnknown,
    /// The OCSP responder's answer is past its nextUpdate.
    OcspStale,
    /// The OCSP responder does not answer.
    OcspDown,
}

/// The call in which a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hook {
    Enrol,
    Authorise,
    Sign,
    TimeStamp,
    Ocsp,
}

impl Fault {
    /// Every fault, in the order of `docs/simulator.md`.
    pub const ALL: [Self; 27] = [
        Self::Delay,
        Self::RefuseEnrolment,
        Self::CacheFull,
        Self::ClockSkew,
        Self::DropBeforeSigning,
        Self::DropAfterSigning,
        Self::WrongSignature,
        Self::CertificateForAnotherKey,
        Self::CertificateWrongOrganisation,
        Self::CertificateWithoutCvr,
        Self::CertificateNamesPerson,
        Self::CertificateKeyUsage,
        Self::CertificateLivesTooLong,
        Self::CertificateExpired,
        Self::CertificateNotYetValid,
        Self::SadExpired,
        Self::SadForAnotherHash,
        Self::ClockAtExpiry,
        Self::TsaDown,
        Self::TsaWrongImprint,
        Self::TsaWrongNonce,
        Self::TsaLate,
        Self::TsaNoCertificate,
        Self::OcspRevoked,
        Self::OcspUnknown,
        Self::OcspStale,
        Self::OcspDown,
    ];

    /// The name on the management port.
    pub fn name(self) -> &'static str {
        match self {
            Self::Delay => "delay",
            Self::RefuseEnrolment => "refuse-enrolment",
            Self::CacheFull => "cache-full",
            Self::ClockSkew => "clock-skew",
            Self::DropBeforeSigning => "drop-before-signing",
            Self::DropAfterSigning => "drop-after-signing",
            Self::WrongSignature => "wrong-signature",
            Self::CertificateForAnotherKey => "certificate-for-another-key",
            Self::CertificateWrongOrganisation => "certificate-wrong-organisation",
            Self::CertificateWithoutCvr => "certificate-without-cvr",
            Self::CertificateNamesPerson => "certificate-names-person",
            Self::CertificateKeyUsage => "certificate-key-usage",
            Self::CertificateLivesTooLong => "certificate-lives-too-long",
            Self::CertificateExpired => "certificate-expired",
            Self::CertificateNotYetValid => "certificate-not-yet-valid",
            Self::SadExpired => "sad-expired",
            Self::SadForAnotherHash => "sad-for-another-hash",
            Self::ClockAtExpiry => "clock-at-expiry",
            Self::TsaDown => "tsa-down",
            Self::TsaWrongImprint => "tsa-wrong-imprint",
            Self::TsaWrongNonce => "tsa-wrong-nonce",
            Self::TsaLate => "tsa-late",
            Self::TsaNoCertificate => "tsa-no-certificate",
            Self::OcspRevoked => "ocsp-revoked",
            Self::OcspUnknown => "ocsp-unknown",
            Self::OcspStale => "ocsp-stale",
            Self::OcspDown => "ocsp-down",
        }
    }

    /// The call in which it strikes.
    pub(crate) fn hook(self) -> Hook {
        match self {
            Self::RefuseEnrolment
            | Self::CacheFull
            | Self::ClockSkew
            | Self::CertificateForAnotherKey
            | Self::CertificateWrongOrganisation
            | Self::CertificateWithoutCvr
            | Self::CertificateNamesPerson
            | Self::CertificateKeyUsage
            | Self::CertificateLivesTooLong
            | Self::CertificateExpired
            | Self::CertificateNotYetValid => Hook::Enrol,
            Self::SadForAnotherHash | Self::ClockAtExpiry => Hook::Authorise,
            Self::Delay
            | Self::DropBeforeSigning
            | Self::DropAfterSigning
            | Self::WrongSignature
            | Self::SadExpired => Hook::Sign,
            Self::TsaDown
            | Self::TsaWrongImprint
            | Self::TsaWrongNonce
            | Self::TsaLate
            | Self::TsaNoCertificate => Hook::TimeStamp,
            Self::OcspRevoked | Self::OcspUnknown | Self::OcspStale | Self::OcspDown => Hook::Ocsp,
        }
    }

    /// Whether it may strike in the same call as another fault.
    pub(crate) fn goes_with_others(self) -> bool {
        matches!(self, Self::Delay | Self::ClockAtExpiry)
    }

    /// The `seconds` of a rule that names none: half an hour of skew, a second past the end, a
    /// year too late.
    pub(crate) fn usual_seconds(self) -> i64 {
        match self {
            Self::ClockSkew => 1800,
            Self::TsaLate => 365 * 24 * 3600,
            _ => 1,
        }
    }
}
