//! The authority: opened or made, it issues, and rolls over in time.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use authority::{Addresses, HolderKey, Validity, moment::whole_second};
use key_token::{Token, TokenSettings};
use registry::{CertificateAuthority, CertificateContent, IssuedCertificate, IssuingError};
use ring::digest::{SHA256, digest};
use seal::CertificateDer;
use tokio::{
    task::spawn_blocking,
    time::{Instant, sleep_until},
};

use super::{
    content,
    error::AuthorityError,
    folder::Folder,
    generations::{Generations, ROOT},
    issuer::{Issuer, serial_number},
    keeping::Keeping,
    lists::Lists,
    protection::open_token,
    shared::Shared,
};
use crate::{secret::Secret, store::SharedAuthorities};

const DAY: Duration = Duration::from_secs(24 * 3600);
const SECOND: Duration = Duration::from_secs(1);

/// How often at most the database is asked whether another node has made a key, by whoever asks for one that is
/// not known.
const LOOKING: Duration = Duration::from_millis(100);

/// Where the authority is kept, and how it is opened.
#[derive(Clone, Debug)]
pub struct AuthoritySettings {
    /// The folder of its certificates and keys.
    pub folder: PathBuf,
    /// The database in whose place the folder is not used, where nodes share one.
    pub shared: Option<SharedAuthorities>,
    /// What its keys are under. In a folder one is made if there is none, and kept beside them.
    pub passphrase: Option<Secret>,
    /// The PKCS#11 token in which new keys are made, and used, instead.
    pub token: Option<TokenSettings>,
    /// The token's PIN.
    pub token_pin: Option<Secret>,
    /// The public address, which certificates carry.
    pub public_url: String,
}

/// The registry's own certificate authority. It is made when it is needed first.
#[derive(Debug)]
pub struct RegistryAuthority {
    settings: AuthoritySettings,
    token: Option<Token>,
    addresses: Addresses,
    generations: RwLock<Option<Arc<Generations>>>,
    /// One opens or makes at a time.
    making: Mutex<()>,
    /// Whoever waits for that takes no thread.
    opening: tokio::sync::Mutex<()>,
    /// When it was last looked for keys of other nodes, and whether that could be seen, if somebody waited for it.
    looked: tokio::sync::Mutex<Option<(Instant, Option<bool>)>>,
    pub(super) lists: Lists,
}

impl RegistryAuthority {
    /// Opens the authority if there is one already. An authority in the folder is taken into a database that has
    /// none. It may wait and compute long, and in a database it is called within a runtime that goes on meanwhile.
    ///
    /// # Errors
    /// [`AuthorityError`] when what is there cannot be used.
    pub fn new(settings: AuthoritySettings) -> Result<Self, AuthorityError> {
        let addresses = Addresses::below(&settings.public_url, "pki/registry")?;
        let open = |token| open_token(token, settings.token_pin.as_ref());
        let token = settings.token.as_ref().map(open).transpose()?;
        let authority = Self {
            token,
            addresses,
            generations: RwLock::new(None),
            making: Mutex::new(()),
            opening: tokio::sync::Mutex::new(()),
            looked: tokio::sync::Mutex::new(None),
            lists: Lists::default(),
            settings,
        };
        let is_kept = match &authority.settings.shared {
            Some(rows) => authority.can_issue() && authority.take_folder(rows)?,
            None => Folder::is_used(&authority.settings.folder)?,
        };
        if is_kept {
            let read = Generations::read(&*authority.kept()?, &authority.addresses)?;
            *authority.generations.write().unwrap_or_else(PoisonError::into_inner) =
                read.map(Arc::new);
        }
        Ok(authority)
    }

    /// Gives the database the authority of the folder, if it has none; answers whether it has one.
    fn take_folder(&self, rows: &SharedAuthorities) -> Result<bool, AuthorityError> {
        let (folder, passphrase) = (&self.settings.folder, self.settings.passphrase.as_ref());
        let shared = Shared::open(rows, passphrase, self.token.as_ref())?;
        let is_kept = shared.last_generation()? > 0 || shared.read(ROOT)?.is_some();
        if !Folder::is_used(folder)? {
            return Ok(is_kept);
        }
        if !is_kept {
            let files = Folder::open(folder, passphrase, self.token.as_ref())?;
            // Nothing is taken that could not be used.
            let read = Generations::read(&files, &self.addresses)?;
            if let Some(read) = read
                && shared.take(&files, read.issuing.len())?
            {
                tracing::info!(
                    folder = %folder.display(),
                    "the database has taken the registry's authority from this folder, which is not read any more"
                );
                return Ok(true);
            }
        }
        tracing::warn!(
            folder = %folder.display(),
            "the database has the registry's authority: this folder is not read"
        );
        Ok(true)
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
    pub async fn issuing(
        self: &Arc<Self>,
        generation: u32,
        now: SystemTime,
    ) -> Result<Option<CertificateDer>, AuthorityError> {
        let issuer = self.issuer(generation, now).await?;
        Ok(issuer.map(|issuer| issuer.certificate.clone()))
    }

    /// The same authority. One that is not known may have been made by another node since.
    pub(super) async fn issuer(
        self: &Arc<Self>,
        generation: u32,
        now: SystemTime,
    ) -> Result<Option<Arc<Issuer>>, AuthorityError> {
        let generations = self.opened(now).await?;
        if let Some(known) = issuer(&generations, generation) {
            return Ok(Some(Arc::clone(known)));
        }
        self.look().await?;
        Ok(issuer(&*self.opened(now).await?, generation).cloned())
    }

    /// Sees whether another node has made a key since, where nodes share the authority. Those who ask at the same
    /// moment have the database asked once, and it is asked no more often than ten times a second.
    ///
    /// # Errors
    /// [`AuthorityError`] when that cannot be seen.
    pub async fn look(self: &Arc<Self>) -> Result<(), AuthorityError> {
        if self.settings.shared.is_none() {
            return Ok(());
        }
        let asked = Instant::now();
        let mut looked = self.looked.lock().await;
        if let Some((at, seen)) = *looked {
            // Somebody who had the turn before began after this was asked.
            match seen.filter(|_| at > asked) {
                Some(true) => return Ok(()),
                Some(false) => return Err(AuthorityError::NotSeen),
                None => sleep_until(at + LOOKING).await,
            }
        }
        let (at, own) = (Instant::now(), Arc::clone(self));
        // It counts also where whoever asked goes away meanwhile.
        *looked = Some((at, None));
        let seen = spawn_blocking(move || own.catch_up()).await;
        let seen = seen.map_err(|_| AuthorityError::Interrupted).flatten();
        *looked = Some((at, Some(seen.is_ok())));
        seen
    }

    fn catch_up(&self) -> Result<(), AuthorityError> {
        let kept = self.kept()?;
        let known = self.known().map_or(0, |known| known.issuing.len());
        if kept.last_generation()? <= known {
            return Ok(());
        }
        let _one = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(present) = self.present(&*kept)? {
            self.remember(present);
        }
        Ok(())
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

    /// Whether there can be an authority: not where nodes share one, and this one is given neither passphrase nor
    /// token.
    pub fn can_issue(&self) -> bool {
        let opens = self.settings.passphrase.is_some() || self.token.is_some();
        self.settings.shared.is_none() || opens
    }

    /// Those that there are, the present one last; made if there are none.
    pub(super) fn generations(&self, now: SystemTime) -> Result<Arc<Generations>, AuthorityError> {
        self.lasting(now, now)
    }

    /// The same as far as they were made already.
    pub(super) fn known(&self) -> Option<Arc<Generations>> {
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
        if let Some(known) = self.known().filter(enough) {
            return Ok(known);
        }
        let kept = self.kept()?;
        // Somebody may have put one there since the start, or another node have made one.
        let before = Arc::new(match self.present(&*kept)? {
            Some(present) => present,
            None => Generations::make_root(&*kept, &self.addresses, now)?,
        });
        if enough(&before) {
            return Ok(self.remember(before));
        }
        // A root that ends first would give one that is of no more use.
        let root = before.root_issuer.as_ref().ok_or(AuthorityError::Outlives)?;
        if !root.validity.includes(end) {
            return Err(AuthorityError::Outlives);
        }
        let next = Arc::new(before.with_next(&*kept, &self.addresses, now)?);
        if !lasts(&next) {
            return Err(AuthorityError::Outlives);
        }
        tracing::info!(generation = next.issuing.len(), "the registry has a new issuing key");
        Ok(self.remember(next))
    }

    /// Those that are kept now. Whoever calls has the turn to make.
    fn present(&self, kept: &dyn Keeping) -> Result<Option<Generations>, AuthorityError> {
        match self.known() {
            Some(known) => known.as_ref().clone().grown(kept, &self.addresses).map(Some),
            None => Generations::read(kept, &self.addresses),
        }
    }

    fn remember(&self, generations: impl Into<Arc<Generations>>) -> Arc<Generations> {
        let generations = generations.into();
        *self.generations.write().unwrap_or_else(PoisonError::into_inner) =
            Some(Arc::clone(&generations));
        generations
    }

    fn kept(&self) -> Result<Box<dyn Keeping>, AuthorityError> {
        let (folder, passphrase) = (&self.settings.folder, self.settings.passphrase.as_ref());
        let token = self.token.as_ref();
        Ok(match &self.settings.shared {
            Some(rows) => Box::new(Shared::open(rows, passphrase, token)?),
            None => Box::new(Folder::open(folder, passphrase, token)?),
        })
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
