//! Revocation data: lists (RFC 5280 section 5) and OCSP responses (RFC 6960).

mod list;
mod ocsp_response;
mod request;
mod response_data;
mod status;

pub(crate) use list::{ListAnswer, UNVERIFIED};
pub use list::{MAXIMUM_REVOCATION_LIST_LENGTH, RevocationList};
pub use ocsp_response::{MAXIMUM_OCSP_RESPONSE_LENGTH, OcspResponse, VerifiedOcspResponse};
pub use request::ocsp_request;
pub use status::{RevocationReason, RevocationStatus};

#[cfg(test)]
mod tests;
