//! The port through which the authority learns what was issued, and what is blocked.

use std::{fmt::Debug, time::SystemTime};

use futures_util::future::BoxFuture;
use registry::BlockingReason;

/// That a certificate is blocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocking {
    /// Since when, in whole seconds.
    pub at: SystemTime,
    /// Why.
    pub reason: BlockingReason,
    /// The end of the certificate's validity.
    pub not_after: SystemTime,
}

/// What is known of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateStatus {
    /// It was issued and is not blocked.
    Issued,
    /// It is blocked.
    Blocked(Blocking),
    /// It was not issued here.
    Unknown,
}

/// The certificates of one issuing key that are blocked, those that have expired since included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlockedCertificates {
    /// The state that this is of, as [`CertificateStatuses::revision`] numbers it.
    pub revision: u64,
    /// Each with its serial number (the content octets of the INTEGER).
    pub certificates: Vec<(Vec<u8>, Blocking)>,
}

/// Who keeps which certificates were issued, and which are blocked. Every answer is of what is committed
/// now, on whichever node: nothing that it says may be older than a block that was answered.
pub trait CertificateStatuses: Debug + Send + Sync {
    /// What is known of a serial number (the content octets of the INTEGER) of one issuing key.
    fn status<'a>(
        &'a self,
        generation: u32,
        serial_number: &'a [u8],
    ) -> BoxFuture<'a, Result<CertificateStatus, StatusesError>>;

    /// How many certificates of an issuing key were ever blocked. It is asked whenever a revocation list is
    /// fetched, so it must be cheap.
    fn revision(&self, generation: u32) -> BoxFuture<'_, Result<u64, StatusesError>>;

    /// The certificates of one issuing key that are blocked.
    fn blocked(&self, generation: u32)
    -> BoxFuture<'_, Result<BlockedCertificates, StatusesError>>;

    /// A number for an issuing key's next revocation list, larger than all that were given for it before, on
    /// whichever node; from 1 on. It is given before [`CertificateStatuses::blocked`] is asked, so that a
    /// larger number never says less.
    fn next_list_number(&self, generation: u32) -> BoxFuture<'_, Result<u64, StatusesError>>;
}

/// What is kept cannot be read now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the status of certificates cannot be had now")]
pub struct StatusesError;
