//! The OCSP responder behind its faults.

use ::authority::OcspUntruth;
use bytes::Bytes;
use seal::{CertificateDer, Clock};

use super::Simulator;
use crate::{
    Error,
    fault::{Fault, Hook},
    faults::{NoAnswer, Occasion},
};

impl Simulator {
    /// Answers an `OCSPRequest` with an `OCSPResponse`, both in DER, with the faults that are
    /// planned.
    ///
    /// # Errors
    /// [`NoAnswer`] when a planned fault keeps the responder silent.
    pub fn ocsp(&self, request: &[u8]) -> Result<Vec<u8>, NoAnswer> {
        let untruth = self.untruth()?;
        Ok(self.authority().ocsp_with(request, self.clock().now(), untruth))
    }

    /// A signed OCSP answer about a certificate, for who shares this process, with the faults
    /// that are planned: an `OCSPResponse` in DER without a nonce; `None` for certificates of
    /// others.
    ///
    /// # Errors
    /// [`NoAnswer`] when a planned fault keeps the responder silent; [`Error`] when the
    /// certificate cannot be read or the answer cannot be signed.
    pub fn ocsp_response_for(
        &self,
        certificate: &CertificateDer,
    ) -> Result<Result<Option<Bytes>, NoAnswer>, Error> {
        let untruth = match self.untruth() {
            Ok(untruth) => untruth,
            Err(silent) => return Ok(Err(silent)),
        };
        self.authority().ocsp_response_with(certificate, self.clock().now(), untruth).map(Ok)
    }

    fn untruth(&self) -> Result<Option<OcspUntruth>, NoAnswer> {
        let mut untruth = None;
        for strike in self.faults().strike(Hook::Ocsp, Occasion::default()) {
            untruth = match strike.fault {
                Fault::OcspDown => return Err(NoAnswer),
                Fault::OcspRevoked => Some(OcspUntruth::Revoked),
                Fault::OcspUnknown => Some(OcspUntruth::Unknown),
                Fault::OcspStale => Some(OcspUntruth::Stale),
                _ => untruth,
            };
        }
        Ok(untruth)
    }
}
