//! The OCSP responder behind its faults.

use seal::Clock;

use super::{Fault, Hook, NoAnswer};
use crate::{OcspUntruth, Simulator};

impl Simulator {
    /// Answers an `OCSPRequest` with an `OCSPResponse`, both in DER, with the faults that are
    /// planned.
    ///
    /// # Errors
    /// [`NoAnswer`] when a planned fault keeps the responder silent.
    pub fn ocsp(&self, request: &[u8]) -> Result<Vec<u8>, NoAnswer> {
        let mut untruth = None;
        for strike in self.faults().strike(Hook::Ocsp, None, None) {
            untruth = match strike.fault {
                Fault::OcspDown => return Err(NoAnswer),
                Fault::OcspRevoked => Some(OcspUntruth::Revoked),
                Fault::OcspUnknown => Some(OcspUntruth::Unknown),
                Fault::OcspStale => Some(OcspUntruth::Stale),
                _ => untruth,
            };
        }
        Ok(self.authority().ocsp_with(request, self.clock().now(), untruth))
    }
}
