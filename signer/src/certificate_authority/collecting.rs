//! The port through which certificates are collected.

use std::{fmt::Debug, net::IpAddr};

use est::CertificationRequest;
use futures_util::future::BoxFuture;
use registry::{IssuedCertificate, IssuingError};

/// A certificate that was collected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collected {
    /// It.
    pub certificate: IssuedCertificate,
    /// The certificates from the issuing one to the root, in DER.
    pub chain: Vec<Vec<u8>>,
}

/// Who knows which certificates are ordered, and keeps what is issued.
///
/// The request's proof of possession was verified. Whether its key was certified before, and whether it is
/// of the kind that the profile asks for, is for the implementation to judge.
pub trait Collecting: Debug + Send + Sync {
    /// Issues the ordered certificate to whoever shows the order's reference and its one-time code. Wrong ones
    /// count against the address that shows them.
    fn enrol<'a>(
        &'a self,
        shown: (&'a str, &'a str),
        from: IpAddr,
        request: &'a CertificationRequest,
    ) -> BoxFuture<'a, Result<Collected, CollectingError>>;

    /// Issues the successor of a certificate, in DER, to whoever has shown its key in TLS. That it was
    /// issued here has been verified up to the registry's root; that it is neither blocked nor expired is
    /// for the implementation to judge, in the transaction that issues.
    fn reenrol<'a>(
        &'a self,
        certificate: &'a [u8],
        request: &'a CertificationRequest,
    ) -> BoxFuture<'a, Result<Collected, CollectingError>>;
}

/// Why nothing was collected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CollectingError {
    /// The reference or the code is wrong, the order's or the other's: which, nobody is told.
    #[error("reference and code are not those of an order that can be collected")]
    NotAuthenticated,
    /// The order was collected, cancelled, or came to its end.
    #[error("the order is closed: it was collected, cancelled or has expired")]
    Closed,
    /// Something else was ordered than would be issued.
    #[error(
        "the profile's terms were changed since the certificate was ordered: it is to be ordered anew"
    )]
    TermsChanged,
    /// Something is still to be done by others, such as an approval.
    #[error("the order cannot be collected yet: {0}")]
    NotYet(String),
    /// The certificate that was shown is blocked.
    #[error("the certificate that was shown is blocked")]
    Blocked,
    /// The certificate that was shown cannot be renewed, now or at all.
    #[error("the certificate cannot be renewed: {0}")]
    NotRenewable(String),
    /// The key was certified before.
    #[error("the key was certified before: make a new one")]
    KeySeen,
    /// The key is not of the kind that the profile asks for.
    #[error("the key is not of the kind that the profile asks for: {0}")]
    KeyKind(String),
    /// The policies were not accepted in their present version.
    #[error("the certificate policies must be read and accepted first")]
    PoliciesNotAccepted,
    /// The authority does not issue it.
    #[error(transparent)]
    Issuing(#[from] IssuingError),
    /// The address sent too much, or showed too much that is wrong, in this second.
    #[error("too many requests, or too many wrong codes: wait a second")]
    TooMany,
    /// What is kept cannot be had or changed now.
    #[error("orders and certificates cannot be had now")]
    Unavailable,
}
