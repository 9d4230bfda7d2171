//! A revocation.

use std::time::SystemTime;

use x509_cert::ext::pkix::CrlReason;

/// Why a certificate was revoked (RFC 5280 section 5.3.1), of those reasons that suit one that
/// cannot be put on hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RevocationReason {
    /// No reason is given; the entry has none.
    #[default]
    Unspecified,
    /// The key is not its holder's alone any more.
    KeyCompromise,
    /// The CA's own key is not its alone any more.
    CaCompromise,
    /// The subject's name or another fact changed.
    AffiliationChanged,
    /// Another certificate takes its place.
    Superseded,
    /// It is not needed any more.
    CessationOfOperation,
    /// A privilege was withdrawn.
    PrivilegeWithdrawn,
}

impl RevocationReason {
    /// The code; none for [`RevocationReason::Unspecified`], which RFC 5280 wants left out.
    pub(crate) fn code(self) -> Option<CrlReason> {
        match self {
            Self::Unspecified => None,
            Self::KeyCompromise => Some(CrlReason::KeyCompromise),
            Self::CaCompromise => Some(CrlReason::CaCompromise),
            Self::AffiliationChanged => Some(CrlReason::AffiliationChanged),
            Self::Superseded => Some(CrlReason::Superseded),
            Self::CessationOfOperation => Some(CrlReason::CessationOfOperation),
            Self::PrivilegeWithdrawn => Some(CrlReason::PrivilegeWithdrawn),
        }
    }
}

/// A certificate's revocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// When, by the authority's clock, in whole seconds.
    pub at: SystemTime,
    /// Why.
    pub reason: RevocationReason,
    /// The end of the certificate, or of the longest that it can have had.
    pub not_after: SystemTime,
}
