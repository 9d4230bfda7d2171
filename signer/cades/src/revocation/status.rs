//! What revocation data say of a certificate.

use std::time::SystemTime;

use serde::Serialize;

/// What a revocation list or an OCSP response says of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevocationStatus {
    /// Not on the list; `good` in OCSP.
    NotRevoked,
    /// Revoked since then.
    Revoked {
        /// revocationDate.
        at: SystemTime,
        /// The reason, if one that RFC 5280 names is given.
        reason: Option<RevocationReason>,
    },
    /// The responder does not know the certificate (RFC 6960 section 2.2).
    Unknown,
}

impl RevocationStatus {
    /// Whether nothing newer undoes it: a hold may be released.
    pub(super) fn is_revoked_for_good(&self) -> bool {
        let hold = Some(RevocationReason::CertificateHold);
        matches!(self, Self::Revoked { reason, .. } if *reason != hold)
    }
}

/// CRLReason (RFC 5280 section 5.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RevocationReason {
    /// No reason in particular.
    Unspecified,
    /// The subject's key is known or suspected to be in other hands.
    KeyCompromise,
    /// The CA's key is.
    CaCompromise,
    /// The subject's name or another fact changed.
    AffiliationChanged,
    /// Another certificate took its place.
    Superseded,
    /// It is not needed any more.
    CessationOfOperation,
    /// Suspended.
    CertificateHold,
    /// Not suspended any more; in delta lists.
    RemoveFromCrl,
    /// A right was withdrawn.
    PrivilegeWithdrawn,
    /// The attribute authority's key is in other hands.
    AaCompromise,
}

impl RevocationReason {
    /// The reason of this number.
    pub(super) fn from_number(number: u32) -> Option<Self> {
        Some(match number {
            0 => Self::Unspecified,
            1 => Self::KeyCompromise,
            2 => Self::CaCompromise,
            3 => Self::AffiliationChanged,
            4 => Self::Superseded,
            5 => Self::CessationOfOperation,
            6 => Self::CertificateHold,
            8 => Self::RemoveFromCrl,
            9 => Self::PrivilegeWithdrawn,
            10 => Self::AaCompromise,
            _ => return None,
        })
    }
}
