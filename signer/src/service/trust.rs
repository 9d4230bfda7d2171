//! Whom our own verifications trust.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
};

use bytes::Bytes;
use cades::{
    ArchiveTimeStampToBeMade, Augmentation, Certificate, RevocationList, Signature, TrustAnchors,
    time_stamp::{TimeStampTrust, Token, TokenRefusal},
};
use seal::{CertificateDer, Digest, TimeStampTokenDer};

use super::known_authority::KnownAuthority;

/// The present revocation list of the root, in DER; `None` when none can be had.
type RevocationListSource = dyn Fn() -> Option<Bytes> + Send + Sync;

/// The certificate of the time-stamping unit that stamps now: units follow one another.
type UnitSource = Arc<dyn Fn() -> CertificateDer + Send + Sync>;

/// Whom a token for our own signatures must come from.
#[derive(Clone)]
pub enum TimeStampSource {
    /// The unit in this process that stamps now; this tells its certificate.
    InProcess(UnitSource),
    /// Any authority with a path to one of the anchors.
    Anchors,
}

impl fmt::Debug for TimeStampSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InProcess(_) => "InProcess(..)",
            Self::Anchors => "Anchors",
        })
    }
}

/// The root certificates of every run, the time-stamping unit of this one, and the revocation
/// list. Clones share the anchors.
#[derive(Clone)]
pub struct Trust {
    held: Arc<RwLock<Held>>,
    time_stamping_unit: Option<Arc<CurrentUnit>>,
    revocation_list: Arc<RevocationListSource>,
    past_lists: Arc<[RevocationList]>,
    authority: Arc<KnownAuthority>,
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
            TimeStampSource::InProcess(source) => Some(Arc::new(CurrentUnit::new(source)?)),
            TimeStampSource::Anchors => None,
        };
        let held = Arc::new(RwLock::new(Held::new(certificates)?));
        let (authority, past_lists) = (Arc::default(), Arc::default());
        Ok(Self { held, time_stamping_unit, revocation_list, past_lists, authority })
    }

    /// Knows the last revocation lists of earlier runs, too.
    #[must_use]
    pub fn with_past_lists(self, past_lists: &Arc<[RevocationList]>) -> Self {
        Self { past_lists: Arc::clone(past_lists), ..self }
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
        let der = token.clone();
        self.with_token_trust(&der, |trust| signature.with_time_stamp(token, None, trust))
    }

    /// Holds a token for a document time-stamp against its imprint and whom it must come from.
    ///
    /// # Errors
    /// [`cades::Error::TokenRefused`].
    pub(super) fn check_token(
        &self,
        token: &TimeStampTokenDer,
        imprint: &Digest,
    ) -> Result<(), cades::Error> {
        let parsed = Token::parse(token.as_bytes())?;
        if parsed.imprint() != imprint {
            return Err(TokenRefusal::OtherImprint.into());
        }
        self.with_token_trust(token, |trust| Ok(parsed.verify(trust).map(|_| ())?))
    }

    /// Completes an archive-time-stamp whose token comes from whom it must.
    ///
    /// # Errors
    /// [`cades::Error::TokenRefused`].
    pub(super) fn assemble_archive(
        &self,
        archive: ArchiveTimeStampToBeMade,
        token: &TimeStampTokenDer,
    ) -> Result<Augmentation, cades::Error> {
        self.with_token_trust(token, |trust| archive.assemble(token, None, trust))
    }

    /// The adapter has compared the nonce that it sent; the rest depends on whose unit it is.
    pub(super) fn with_token_trust<T>(
        &self,
        token: &TimeStampTokenDer,
        use_it: impl FnOnce(TimeStampTrust<'_>) -> Result<T, cades::Error>,
    ) -> Result<T, cades::Error> {
        match &self.time_stamping_unit {
            Some(unit) => {
                let certificate = unit.certificate()?;
                use_it(TimeStampTrust::InProcess(&certificate))
            }
            None => {
                let anchors = self.anchors();
                match self.authority.of(token, &anchors) {
                    Some(known) => use_it(TimeStampTrust::Certificate(&known)),
                    None => use_it(TimeStampTrust::Anchors(&anchors)),
                }
            }
        }
    }

    /// The root's present revocation list, and the last ones of earlier runs.
    pub(super) fn revocation_lists(&self) -> Vec<RevocationList> {
        let present = (self.revocation_list)().and_then(|der| RevocationList::parse(der).ok());
        present.into_iter().chain(self.past_lists.iter().cloned()).collect()
    }

    fn held(&self) -> RwLockReadGuard<'_, Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The unit that stamps now, read once for as long as it does.
struct CurrentUnit {
    source: UnitSource,
    last: RwLock<Arc<Certificate>>,
}

impl CurrentUnit {
    fn new(source: UnitSource) -> Result<Self, cades::Error> {
        let last = RwLock::new(Arc::new(Certificate::parse(source())?));
        Ok(Self { source, last })
    }

    fn certificate(&self) -> Result<Arc<Certificate>, cades::Error> {
        let now = (self.source)();
        let last = Arc::clone(&self.last.read().unwrap_or_else(PoisonError::into_inner));
        if *last.der() == now {
            return Ok(last);
        }
        let next = Arc::new(Certificate::parse(now)?);
        *self.last.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&next);
        Ok(next)
    }
}

impl Held {
    fn new(certificates: Vec<CertificateDer>) -> Result<Self, cades::Error> {
        // Of our own none may be missing without a word.
        for certificate in &certificates {
            Certificate::parse(certificate.clone())?;
        }
        let anchors = Arc::new(TrustAnchors::new(certificates.clone())?);
        Ok(Self { certificates: certificates.into(), anchors })
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trust({} anchors)", self.held().certificates.len())
    }
}
