//! Whom our own verifications trust.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
};

use bytes::Bytes;
use cades::{Certificate, Signature, TrustAnchors, time_stamp::TimeStampTrust};
use seal::{CertificateDer, TimeStampTokenDer};

/// The present revocation list of the root, in DER; `None` when none can be had.
type RevocationListSource = dyn Fn() -> Option<Bytes> + Send + Sync;

/// Whom a token for our own signatures must come from.
#[derive(Clone, Debug)]
pub enum TimeStampSource {
    /// The unit with this certificate, in this process.
    InProcess(CertificateDer),
    /// Any authority with a path to one of the anchors.
    Anchors,
}

/// The root certificates of every run, the time-stamping unit of this one, and the revocation
/// list. Clones share the anchors.
#[derive(Clone)]
pub struct Trust {
    held: Arc<RwLock<Held>>,
    time_stamping_unit: Option<Arc<Certificate>>,
    revocation_list: Arc<RevocationListSource>,
}

#[derive(Clone)]
struct Held {
    certificates: Arc<[CertificateDer]>,
    anchors: Arc<TrustAnchors>,
}

impl Trust {
    /// Trusts `certificates` as anchors, and tokens of this `time_stamping`.
    ///
    /// # Errors
    /// [`cades::Error`] when a certificate cannot be read.
    pub fn new(
        certificates: Vec<CertificateDer>,
        time_stamping: TimeStampSource,
        revocation_list: Arc<RevocationListSource>,
    ) -> Result<Self, cades::Error> {
        let time_stamping_unit = match time_stamping {
            TimeStampSource::InProcess(certificate) => {
                Some(Arc::new(Certificate::parse(certificate)?))
            }
            TimeStampSource::Anchors => None,
        };
        let held = Arc::new(RwLock::new(Held::new(certificates)?));
        Ok(Self { held, time_stamping_unit, revocation_list })
    }

    /// Trusts one more anchor from now on.
    ///
    /// # Errors
    /// [`cades::Error`] when the certificate cannot be read.
    pub fn adopt(&self, certificate: CertificateDer) -> Result<(), cades::Error> {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        if !held.certificates.contains(&certificate) {
            let all = held.certificates.iter().cloned().chain([certificate]).collect();
            *held = Held::new(all)?;
        }
        Ok(())
    }

    /// The anchors' certificates, oldest first.
    pub fn certificates(&self) -> Arc<[CertificateDer]> {
        Arc::clone(&self.held().certificates)
    }

    /// The anchors.
    pub fn anchors(&self) -> Arc<TrustAnchors> {
        Arc::clone(&self.held().anchors)
    }

    /// The signature with a time-stamp, if the token holds and comes from whom it must.
    ///
    /// # Errors
    /// [`cades::Error::TokenRefused`].
    pub(super) fn with_time_stamp(
        &self,
        signature: Signature,
        token: TimeStampTokenDer,
    ) -> Result<Signature, cades::Error> {
        // The adapter has compared the nonce that it sent.
        match &self.time_stamping_unit {
            Some(unit) => signature.with_time_stamp(token, None, TimeStampTrust::InProcess(unit)),
            None => {
                let anchors = self.anchors();
                signature.with_time_stamp(token, None, TimeStampTrust::Anchors(&anchors))
            }
        }
    }

    /// The root's present revocation list.
    pub(super) fn revocation_list(&self) -> Option<Bytes> {
        (self.revocation_list)()
    }

    fn held(&self) -> RwLockReadGuard<'_, Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn new(certificates: Vec<CertificateDer>) -> Result<Self, cades::Error> {
        let anchors = Arc::new(TrustAnchors::new(certificates.clone())?);
        Ok(Self { certificates: certificates.into(), anchors })
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trust({} anchors)", self.held().certificates.len())
    }
}
