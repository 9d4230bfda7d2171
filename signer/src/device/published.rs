//! What the public address tells of the device, wherever the device is.

use std::{fmt::Debug, sync::Arc, time::SystemTime};

use axum::Router;
use seal::{CertificateDer, IdentityToken, TimeStampError};

/// What certificates point at, and what is counted.
pub trait PublishedDevice: Debug + Send + Sync {
    /// The present run's root certificate.
    fn trust_anchor(&self) -> CertificateDer;

    /// The routes under `/pki/` that certificates point at.
    fn routes(self: Arc<Self>) -> Router;

    /// Answers a request for a time-stamp (RFC 3161 section 3.4); what is wrong with it stands in the
    /// answer.
    ///
    /// # Errors
    /// [`TimeStampError`] when there is no answer.
    fn time_stamp(&self, request: &[u8]) -> Result<TimeStampAnswer, TimeStampError>;

    /// What the device in this process holds and did; `None` of one elsewhere, which counts for
    /// itself.
    fn counts(&self) -> Option<DeviceCounts>;

    /// What the demo's own identity provider says of one of its persons, who is nobody: an ID token as of a
    /// login anew with this nonce. `None` where there is no such provider in this process, or no such
    /// person.
    fn demo_login(&self, subject: &str, nonce: &str, now: SystemTime) -> Option<IdentityToken>;
}

/// What became of a request for a time-stamp.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeStampAnswer {
    /// A `TimeStampResp` in DER.
    Response(Vec<u8>),
    /// It is answered at this address.
    Elsewhere(String),
}

/// The keys of a device. After a shutdown `created` is the sum of those that ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeviceCounts {
    /// Keys made.
    pub created: u64,
    /// Keys that ended, by how.
    pub ended: [(&'static str, u64); 5],
    /// Keys that live now.
    pub live: u64,
    /// RSA keys made ahead that wait for their enrolment.
    pub rsa_keys_ready: u64,
    /// RSA keys made ahead, in all.
    pub rsa_keys_made: u64,
    /// Enrolments that found no RSA key ready.
    pub rsa_pool_empty: u64,
}
