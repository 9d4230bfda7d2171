//! The OCSP responder (RFC 6960) of the root and of each issuing CA, in one place: the CertID of a
//! request says which CA is asked.

mod answer;
mod message;
mod request;
mod responder;

pub use self::{
    answer::{Answer, Status},
    responder::Responder,
};
pub use self::{
    message::ResponseStatus,
    request::{CertificateId, Request},
};

/// What a responder says that is not so: a tester's faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OcspUntruth {
    /// Every certificate is revoked.
    Revoked,
    /// Every certificate is unknown.
    Unknown,
    /// The answer is past its nextUpdate.
    Stale,
}
