//! The authority: opened or made, it issues, and rolls over in time.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use authority::{Addresses, HolderKey, Validity, moment::whole_second};
use registry::{CertificateAuthority, CertificateContent, IssuedCertificate, IssuingError};
use ring::digest::{SHA256, digest};
use seal::CertificateDer;
use tokio::task::spawn_blocking;

use super::{
    content,
    error::AuthorityError,
    folder::Folder,
    generations::Generations,
    issuer::{Issuer, serial_number},
    lists::Lists,
};
use crate::secret::Secret;

const DAY: Duration = Duration::from_secs(24 * 3600);
const SECOND: Duration = Duration::from_secs(1);

/// Where the authority is kept, and how it is opened.
#[derive(Clone, Debug)]
pub struct AuthoritySettings {
    /// The folder of its certificates and keys.
    pub folder: PathBuf,
    /// What its keys are under; without it one is made, and kept beside them.
    pub passphrase: Option<Secret>,
    /// The public address, which certificates carry.
    pub public_url: String,
    /// Whether keys may be made: not where several nodes share one authority, for each would make its own.
    pub may_make: bool,
}

/// The registry's own certificate authority. It is made when it is needed first.
#[derive(Debug)]
pub struct RegistryAuthority {
    settings: AuthoritySettings,
    addresses: Addresses,
    generations: RwLock<Option<Arc<Generations>>>,
    /// One opens or makes at a time.
    making: Mutex<()>,
    /// Whoever waits for that takes no thread.
    opening: tokio::sync::Mutex<()>,
    pub(super) lists: Lists,
}

impl RegistryAuthority {
    /// Opens the authority if there is one already.
    ///
    /// # Errors
    /// [`AuthorityError`] when what is there cannot be used.
    pub fn new(settings: AuthoritySettings) -> Result<Self, AuthorityError> {
        let addresses = Addresses::below(&settings.public_url, "pki/registry")?;
        let authority = Self {
            addresses,
            generations: RwLock::new(None),
            making: Mutex::new(()),
            opening: tokio::sync::Mutex::new(()),
            lists: Lists::default(),
            settings,
        };
        if Folder::is_used(&authority.settings.folder)? {
            let folder = authority.folder()?;
            *authority.generations.write().unwrap_or_else(PoisonError::into_inner) =
                Generations::read(&folder, &authority.addresses)?.map(Arc::new);
        }
        Ok(authority)
    }

    /// Makes the authority if there is none, where nothing else waits for it: what protects its keys is slow
    /// to compute. Whoever answers many asks for this first.
    ///
    /// # Errors
    /// [`AuthorityError`].
    pub async fn open(self: &Arc<Self>, now: SystemTime) -> Result<(), AuthorityError> {
        self.opened(now).await.map(drop)
    }

    /// The same, and those that there are.
    pub(super) async fn opened(
        self: &Arc<Self>,
        now: SystemTime,
    ) -> Result<Arc<Generations>, AuthorityError> {
        if let Some(known) = self.known().filter(|known| known.present().is_some()) {
            return Ok(known);
        }
        let _one = self.opening.lock().await;
        let own = Arc::clone(self);
        let opened = spawn_blocking(move || own.generations(now)).await;
        opened.map_err(|_| AuthorityError::Interrupted)?
    }

    /// The root's certificate; it is made if it is not there.
    ///
    /// # Errors
    /// [`AuthorityError`].
    pub fn root(&self, now: SystemTime) -> Result<CertificateDer, AuthorityError> {
        Ok(self.generations(now)?.root.clone())
    }

    /// The certificate of an issuing authority; `None` for one that there is not.
    ///
    /// # Errors
    /// [`AuthorityError`].
    pub fn issuing(
        &self,
        generation: u32,
        now: SystemTime,
    ) -> Result<Option<CertificateDer>, AuthorityError> {
        let generations = self.generations(now)?;
        Ok(issuer(&generations, generation).map(|issuer| issuer.certificate.clone()))
    }

    /// The certificates of root and issuing authorities; made if there are none.
    ///
    /// # Errors
    /// [`AuthorityError`].
    pub fn certificates(&self, now: SystemTime) -> Result<Vec<CertificateDer>, AuthorityError> {
        let generations = self.generations(now)?;
        let issuing = generations.issuing.iter().map(|issuer| issuer.certificate.clone());
        Ok([generations.root.clone()].into_iter().chain(issuing).collect())
    }

    /// The same as far as they were made already.
    pub fn made(&self) -> Vec<CertificateDer> {
        let Some(made) = self.known() else { return Vec::new() };
        let issuing = made.issuing.iter().map(|issuer| issuer.certificate.clone());
        [made.root.clone()].into_iter().chain(issuing).collect()
    }

    /// Whether there is an authority, or one may be made.
    pub fn can_issue(&self) -> bool {
        self.settings.may_make || !self.made().is_empty()
    }

    /// Those that there are, the present one last; made if there are none.
    pub(super) fn generations(&self, now: SystemTime) -> Result<Arc<Generations>, AuthorityError> {
        self.lasting(now, now)
    }

    /// The same as far as they were made already.
    fn known(&self) -> Option<Arc<Generations>> {
        self.generations.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The same, whose present one is valid until `end` at least.
    fn lasting(
        &self,
        now: SystemTime,
        end: SystemTime,
    ) -> Result<Arc<Generations>, AuthorityError> {
        let lasts = |generations: &Generations| {
            generations.present().is_some_and(|issuer| issuer.validity.includes(end))
        };
        // Past the last one's end its lists and answers are still asked for: nothing new is made for them.
        let enough =
            |known: &Arc<Generations>| lasts(known) || (now == end && known.present().is_some());
        if let Some(known) = self.known().filter(enough) {
            return Ok(known);
        }
        let _one = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let present = self.known();
        if let Some(known) = present.clone().filter(enough) {
            return Ok(known);
        }
        if !self.settings.may_make {
            let none = AuthorityError::NotHere(self.settings.folder.clone());
            return Err(if present.is_some() { AuthorityError::Outlives } else { none });
        }
        let folder = self.folder()?;
        let before = match present {
            Some(present) => present,
            // Somebody may have put one there since the start.
            None => Arc::new(match Generations::read(&folder, &self.addresses)? {
                Some(read) => read,
                None => Generations::make_root(&folder, &self.addresses, now)?,
            }),
        };
        if enough(&before) {
            *self.generations.write().unwrap_or_else(PoisonError::into_inner) =
                Some(Arc::clone(&before));
            return Ok(before);
        }
        // A root that ends first would give one that is of no more use.
        let root = before.root_issuer.as_ref().ok_or(AuthorityError::Outlives)?;
        if !root.validity.includes(end) {
            return Err(AuthorityError::Outlives);
        }
        let next = Arc::new(before.with_next(&folder, &self.addresses, now)?);
        if !lasts(&next) {
            return Err(AuthorityError::Outlives);
        }
        tracing::info!(generation = next.issuing.len(), "the registry has a new issuing key");
        *self.generations.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&next));
        Ok(next)
    }

    fn folder(&self) -> Result<Folder, AuthorityError> {
        Folder::open(&self.settings.folder, self.settings.passphrase.as_ref())
    }
}

/// The issuing authority of a generation, counted from one.
pub(super) fn issuer(generations: &Generations, generation: u32) -> Option<&Arc<Issuer>> {
    let index = usize::try_from(generation).ok()?.checked_sub(1)?;
    generations.issuing.get(index)
}

impl CertificateAuthority for RegistryAuthority {
    fn issue(
        &self,
        content: &CertificateContent,
        public_key: &[u8],
        now: SystemTime,
    ) -> Result<IssuedCertificate, IssuingError> {
        let refused = |error: authority::Error| IssuingError::Content(error.to_string());
        let key = HolderKey::read(public_key).map_err(refused)?;
        if content.lifetime_days == 0 {
            return Err(IssuingError::Content("it lives for no day".to_owned()));
        }
        let not_before = whole_second(now).map_err(refused)?;
        let begin = SystemTime::from(not_before);
        let lifetime = DAY * u32::from(content.lifetime_days) - SECOND;
        let end = begin.checked_add(lifetime).ok_or(IssuingError::OutlivesIssuer)?;
        let validity = Validity { not_before, not_after: whole_second(end).map_err(refused)? };
        let generations = self.lasting(now, end).map_err(|error| match error {
            AuthorityError::Outlives => IssuingError::OutlivesIssuer,
            error => IssuingError::Key(error.to_string()),
        })?;
        let generation = generations.issuing.len();
        let issuer = generations.present().ok_or(IssuingError::OutlivesIssuer)?;
        if !issuer.validity.covers(&validity) {
            return Err(IssuingError::OutlivesIssuer);
        }
        let number = serial_number().map_err(|error| IssuingError::Key(error.to_string()))?;
        let addresses = self.addresses.issuing_ca(generation);
        let made = content::certify(content, &key, validity, number, (issuer, &addresses))?;
        let mut public_key_sha256 = [0; 32];
        public_key_sha256.copy_from_slice(digest(&SHA256, public_key).as_ref());
        Ok(IssuedCertificate {
            der: made.as_bytes().to_vec(),
            serial_number: number.to_vec(),
            public_key_sha256,
            issuer_generation: u32::try_from(generation).unwrap_or(u32::MAX),
            not_before: begin,
            not_after: end,
        })
    }

    fn chain(&self, issuer_generation: u32) -> Option<Vec<Vec<u8>>> {
        let generations = self.known()?;
        let issuing = issuer(&generations, issuer_generation)?;
        let chain = [&issuing.certificate, &generations.root];
        Some(chain.map(|certificate| certificate.as_bytes().to_vec()).to_vec())
    }
}
