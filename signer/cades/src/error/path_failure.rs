//! Why a path is none.

use crate::{Oid, Unverified};

/// Why there is no valid path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathFailure {
    /// No certificate at hand leads to a trust anchor.
    #[error("no certificate path leads from `{0}` to a trust anchor")]
    NoPath(String),
    /// The search took too many steps.
    #[error("the search for a certificate path was given up after too many steps")]
    TooManySteps,
    /// A certificate's signature does not prove anything.
    #[error("the signature of the certificate of `{subject}`: {cause}")]
    Unverified {
        /// The certificate's subject.
        subject: String,
        /// Why.
        cause: Unverified,
    },
    /// An issuer may not issue.
    #[error("the certificate of `{subject}` may not issue certificates in this place: {cause}")]
    NotAnIssuer {
        /// The issuer's subject.
        subject: String,
        /// Why.
        cause: NotAnIssuer,
    },
    /// A critical extension is not understood.
    #[error("the certificate of `{subject}` has the critical extension {extension}, not supported")]
    UnknownCriticalExtension {
        /// The certificate's subject.
        subject: String,
        /// The extension.
        extension: Oid,
    },
    /// A name below an issuer is not one that its nameConstraints permit.
    #[error(
        "the name constraints in the certificate of `{subject}` do not permit the path: {cause}"
    )]
    NameNotPermitted {
        /// The issuer's subject.
        subject: String,
        /// Why.
        cause: NotPermitted,
    },
    /// A certificate demands that a policy holds for the whole path, and none does.
    #[error("no certificate policy holds for the whole path of `{0}`, though one must")]
    NoPolicy(String),
    /// An issuer's certificate was not valid at the time.
    #[error("the certificate of `{subject}` was not valid at the time")]
    OutOfValidity {
        /// The issuer's subject.
        subject: String,
    },
}

/// Why a certificate may not issue others (RFC 5280 section 6.1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnIssuer {
    /// basicConstraints is missing or says that it is no CA.
    #[error("it is no certification authority")]
    NotACertificationAuthority,
    /// keyUsage has no keyCertSign.
    #[error("its key may not sign certificates")]
    KeyUsage,
    /// More intermediate certificates follow than pathLenConstraint allows.
    #[error("the path below it is too long")]
    PathLength,
}

/// Why names are not permitted (RFC 5280 section 4.2.1.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPermitted {
    /// A name lies within none of the permitted subtrees of its kind.
    #[error("a name lies outside of what is permitted")]
    Outside,
    /// A name lies within an excluded subtree.
    #[error("a name lies within what is excluded")]
    Excluded,
    /// A kind of name is constrained that cannot be compared here.
    #[error("a name of a constrained kind cannot be compared")]
    Unsupported,
    /// The constraints, or the names that they are held against, cannot be read.
    #[error("the constraints or the names cannot be read")]
    Unreadable,
}

impl PathFailure {
    /// Whether a certificate only looked like the issuer.
    pub(crate) fn is_wrong_key(&self) -> bool {
        matches!(self, Self::Unverified { cause: Unverified::Wrong, .. })
    }
}
