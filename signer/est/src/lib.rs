//! Enrolment over Secure Transport (RFC 7030, as clarified by RFC 8951): a certificate request is read
//! and its proof of possession verified, and what is answered is written.
//!
//! Everything here is pure: who may have a certificate, and what stands in it, is decided elsewhere.
//! Names and extensions that a request asks for are not read: what is issued says what its profile says.
#![warn(clippy::wildcard_enum_match_arm)]

mod attributes;
mod body;
mod certificates;
mod key;
mod oid;
mod proof;
mod request;
mod request_refusal;
mod weak;

pub use self::{
    attributes::requested_attributes,
    body::{decoded, encoded},
    certificates::{certificates_in, certificates_only},
    key::{KeyRefusal, RequestedKey},
    request::{CertificationRequest, MAXIMUM_REQUEST_LENGTH},
    request_refusal::RequestRefusal,
};
