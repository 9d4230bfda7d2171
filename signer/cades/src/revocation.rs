//! Revocation data: lists (RFC 5280 section 5) and OCSP responses (RFC 6960).

mod list;
mod ocsp_response;
mod policy;
mod request;
mod response_data;
mod status;

use std::time::{Duration, SystemTime};

pub(crate) use list::{ListAnswer, UNVERIFIED};
pub use list::{MAXIMUM_REVOCATION_LIST_LENGTH, RevocationList};
pub use ocsp_response::{MAXIMUM_OCSP_RESPONSE_LENGTH, OcspResponse, VerifiedOcspResponse};
pub use policy::RevocationPolicy;
pub use request::ocsp_request;
pub use status::{RevocationReason, RevocationStatus};

/// How long data without nextUpdate speak for. RFC 6960 section 4.2.2.1: without it, newer
/// information is available all the time; so older data say nothing of today.
const LIFETIME_WITHOUT_NEXT_UPDATE: Duration = Duration::from_secs(24 * 60 * 60);

/// Until when data of `this_update` speak; `None` for ever.
fn speaks_until(this_update: SystemTime, next_update: Option<SystemTime>) -> Option<SystemTime> {
    next_update.or_else(|| this_update.checked_add(LIFETIME_WITHOUT_NEXT_UPDATE))
}

#[cfg(test)]
mod tests;
