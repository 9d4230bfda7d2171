//! Orders and certificates in memory, for tests.

use std::{
    collections::{BTreeSet, HashMap},
    net::IpAddr,
    path::Path,
    sync::{Arc, Mutex},
    time::SystemTime,
};

use est::CertificationRequest;
use futures_util::future::BoxFuture;
use qscd_sim::SettableClock;
use registry::{
    BlockingReason, CertificateAuthority, CertificateContent, CertificateKind, Purpose,
};
use seal::Clock;

use super::{
    collecting::{Collected, Collecting, CollectingError},
    issuing::Issuing,
    registry_authority::{AuthoritySettings, RegistryAuthority},
    statuses::{
        BlockedCertificates, Blocking, CertificateStatus, CertificateStatuses, StatusesError,
    },
};
use crate::secret::Secret;

pub(crate) const REFERENCE: &str = "100000000001";
pub(crate) const CODE: &str = "k3jd-93kd-ls03";
pub(crate) const PASSPHRASE: &str = "correct horse battery staple";

/// The machine's time.
pub(crate) fn now() -> SystemTime {
    SettableClock::new().now()
}

/// What is ordered and issued.
#[derive(Debug)]
pub(crate) struct Kept {
    authority: Arc<RegistryAuthority>,
    content: CertificateContent,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    issued: HashMap<Vec<u8>, Option<Blocking>>,
    numbers: u64,
    collected: bool,
}

impl Kept {
    pub(crate) fn new(authority: Arc<RegistryAuthority>, content: CertificateContent) -> Self {
        Self { authority, content, state: Mutex::default() }
    }

    pub(crate) fn issue(
        &self,
        request: &CertificationRequest,
    ) -> Result<Collected, CollectingError> {
        let now = now();
        let certificate = self.authority.issue(&self.content, &request.public_key, now)?;
        let chain = self.authority.chain(certificate.issuer_generation).expect("its issuer");
        self.state.lock().unwrap().issued.insert(certificate.serial_number.clone(), None);
        Ok(Collected { certificate, chain })
    }

    pub(crate) fn block(&self, serial_number: &[u8], reason: BlockingReason) {
        let now = now();
        let blocking = Blocking { at: now, reason, not_after: now };
        let mut state = self.state.lock().unwrap();
        *state.issued.get_mut(serial_number).expect("issued here") = Some(blocking);
    }

    fn blocked_now(&self) -> Vec<(Vec<u8>, Blocking)> {
        let state = self.state.lock().unwrap();
        let blocked = state.issued.iter();
        blocked.filter_map(|(serial, blocking)| Some((serial.clone(), (*blocking)?))).collect()
    }
}

impl CertificateStatuses for Kept {
    fn status<'a>(
        &'a self,
        _: u32,
        serial_number: &'a [u8],
    ) -> BoxFuture<'a, Result<CertificateStatus, StatusesError>> {
        let known = self.state.lock().unwrap().issued.get(serial_number).copied();
        let status = match known {
            None => CertificateStatus::Unknown,
            Some(None) => CertificateStatus::Issued,
            Some(Some(blocking)) => CertificateStatus::Blocked(blocking),
        };
        Box::pin(async move { Ok(status) })
    }

    fn revision(&self, _: u32) -> BoxFuture<'_, Result<u64, StatusesError>> {
        let revision = self.blocked_now().len() as u64;
        Box::pin(async move { Ok(revision) })
    }

    fn blocked(&self, _: u32) -> BoxFuture<'_, Result<BlockedCertificates, StatusesError>> {
        let certificates = self.blocked_now();
        let revision = certificates.len() as u64;
        Box::pin(async move { Ok(BlockedCertificates { revision, certificates }) })
    }

    fn next_list_number(&self, _: u32) -> BoxFuture<'_, Result<u64, StatusesError>> {
        let mut state = self.state.lock().unwrap();
        state.numbers += 1;
        let number = state.numbers;
        Box::pin(async move { Ok(number) })
    }
}

impl Collecting for Kept {
    fn enrol<'a>(
        &'a self,
        (reference, code): (&'a str, &'a str),
        _: IpAddr,
        request: &'a CertificationRequest,
    ) -> BoxFuture<'a, Result<Collected, CollectingError>> {
        Box::pin(async move {
            if (reference, code) != (REFERENCE, CODE) {
                return Err(CollectingError::NotAuthenticated);
            }
            if std::mem::replace(&mut self.state.lock().unwrap().collected, true) {
                return Err(CollectingError::Closed);
            }
            self.issue(request)
        })
    }

    fn reenrol<'a>(
        &'a self,
        certificate: &'a [u8],
        request: &'a CertificationRequest,
    ) -> BoxFuture<'a, Result<Collected, CollectingError>> {
        Box::pin(async move {
            let read = seal::CertificateDer::new(certificate.to_vec());
            let read = cades::Certificate::parse(read).expect("TLS has verified it");
            let known = self.state.lock().unwrap().issued.get(read.serial_number()).copied();
            match known {
                Some(None) => self.issue(request),
                Some(Some(_)) => Err(CollectingError::Blocked),
                None => Err(CollectingError::NotRenewable("it is not known".into())),
            }
        })
    }
}

pub(crate) fn settings(folder: &Path) -> AuthoritySettings {
    AuthoritySettings {
        folder: folder.join("registry"),
        shared: None,
        passphrase: Some(Secret::new(PASSPHRASE)),
        token: None,
        token_pin: None,
        public_url: "http://segl.example.com".into(),
    }
}

pub(crate) fn authority(folder: &Path) -> Arc<RegistryAuthority> {
    Arc::new(RegistryAuthority::new(settings(folder)).expect("an authority"))
}

/// A system's certificate for everything.
pub(crate) fn content() -> CertificateContent {
    CertificateContent {
        kind: CertificateKind::System,
        uuid: [0x5e; 16],
        common_name: "Ærø Kommune – journal".into(),
        given_name: None,
        surname: None,
        organisation_name: "Ærø Kommune".into(),
        organisation_identifier: "NTRDK-12345674".into(),
        email: Some("journal@example.com".into()),
        purposes: BTreeSet::from([Purpose::Authentication, Purpose::Encryption, Purpose::Email]),
        lifetime_days: 1095,
    }
}

/// All of it in one folder.
pub(crate) fn issuing(folder: &Path) -> (Issuing, Arc<Kept>) {
    let authority = authority(folder);
    let kept = Arc::new(Kept::new(Arc::clone(&authority), content()));
    let issuing = Issuing {
        authority,
        statuses: kept.clone(),
        collecting: kept.clone(),
        clock: Arc::new(SettableClock::new()),
    };
    (issuing, kept)
}

/// A key of P-256 in PKCS#8, and a request for it.
pub(crate) fn request() -> (rcgen::KeyPair, Vec<u8>) {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).expect("a key");
    let request = rcgen::CertificateParams::default().serialize_request(&key).expect("a request");
    let der = request.der().to_vec();
    (key, der)
}
