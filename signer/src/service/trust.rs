//! Whom our own verifications trust.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use cades::{Certificate, TrustAnchors, time_stamp::TimeStampTrust};
use seal::CertificateDer;

/// The present revocation list of the root, in DER; `None` when none can be had.
type RevocationListSource = dyn Fn() -> Option<Bytes> + Send + Sync;

/// The root certificates of every run, the time-stamping unit of this one, and the revocation
/// list.
#[derive(Clone)]
pub struct Trust {
    certificates: Arc<[CertificateDer]>,
    anchors: Arc<TrustAnchors>,
    time_stamping_unit: Arc<Certificate>,
    revocation_list: Arc<RevocationListSource>,
}

impl Trust {
    /// Trusts `certificates` as anchors, and tokens of this `time_stamping_unit`.
    ///
    /// # Errors
    /// [`cades::Error`] when a certificate cannot be read.
    pub fn new(
        certificates: Vec<CertificateDer>,
        time_stamping_unit: CertificateDer,
        revocation_list: Arc<RevocationListSource>,
    ) -> Result<Self, cades::Error> {
        Ok(Self {
            anchors: Arc::new(TrustAnchors::new(certificates.clone())?),
            certificates: certificates.into(),
            time_stamping_unit: Arc::new(Certificate::parse(time_stamping_unit)?),
            revocation_list,
        })
    }

    /// The anchors' certificates, oldest first.
    pub fn certificates(&self) -> &[CertificateDer] {
        &self.certificates
    }

    /// The anchors.
    pub fn anchors(&self) -> &Arc<TrustAnchors> {
        &self.anchors
    }

    /// Whom a token for our own signatures must come from.
    pub(super) fn time_stamping(&self) -> TimeStampTrust<'_> {
        TimeStampTrust::InProcess(&self.time_stamping_unit)
    }

    /// The root's present revocation list.
    pub(super) fn revocation_list(&self) -> Option<Bytes> {
        (self.revocation_list)()
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trust({} anchors)", self.certificates.len())
    }
}
