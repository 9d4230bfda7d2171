//! The organisations that one installation serves.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use registry::{ClientId, Founding, KeyHash, RegistryRefusal, Version};
use seal::{OrganisationId, Registrar, policy::PolicySettings};
use tokio::{
    sync::{Mutex, Semaphore},
    time::Instant,
};

use super::{
    Administration, ChangeError, Snapshot,
    founding::founded,
    unread::{RegisterUnread, Unread},
};
use crate::store::{AuditError, KeptRegister, Store, Tenant};

/// How often it is asked whether another node changed a register.
const FOLLOWING: Duration = Duration::from_secs(1);

/// How many registers are read at once: less than the store asks questions, so that one that takes long
/// keeps neither the others nor the question for changes from theirs.
const READERS: usize = 2;

/// The configuration file's organisation, and those that the operator made. Each is reached through
/// its own [`Administration`], and through no other.
#[derive(Debug)]
pub struct Organisations {
    own: Arc<Administration>,
    others: RwLock<BTreeMap<OrganisationId, Arc<Administration>>>,
    /// One is made at a time.
    founding: Mutex<()>,
    settings: PolicySettings,
    device: Arc<dyn Registrar>,
    unread: Unread,
    readers: Semaphore,
}

impl Organisations {
    /// The file's organisation alone. The policy of those that the operator makes has these numbers
    /// and sets.
    pub fn new(
        own: Arc<Administration>,
        settings: PolicySettings,
        device: Arc<dyn Registrar>,
    ) -> Self {
        let (others, founding, unread) = <(RwLock<_>, Mutex<_>, Unread)>::default();
        let readers = Semaphore::new(READERS);
        Self { own, others, founding, settings, device, unread, readers }
    }

    /// Reads the file's own register, and those of the organisations that the operator made. One of the
    /// file's own number is the file's. What is damaged keeps nobody else from being served.
    ///
    /// # Errors
    /// [`AuditError`] when the store fails.
    pub(crate) async fn read(&self, store: &Store) -> Result<(), AuditError> {
        let asked = Instant::now();
        let is_shared = store.revisions().await?.is_some();
        let mut numbers = store.organisations().await?;
        numbers.retain(|number| number != self.own.organisation());
        numbers.insert(0, self.own.organisation().clone());
        for number in numbers {
            match self.learn(store, &number).await {
                Ok(_) => {}
                Err(error @ AuditError::EntryDamaged { .. }) => self.unread.failed(&number, &error),
                Err(error) => return Err(error),
            }
        }
        if is_shared {
            self.unread.looked(asked);
        }
        Ok(())
    }

    /// Reads anew, once a second and for as long as somebody has them, what another node changed or
    /// made; where no other process does there is nothing to read. The device is told beside that: a
    /// slow one delays nobody's revocation.
    pub(crate) fn follow(self: &Arc<Self>, store: Store) {
        self.keep_device_told();
        let following = Arc::downgrade(self);
        tokio::spawn(async move {
            loop {
                let Some(organisations) = following.upgrade() else { return };
                match organisations.look(&store).await {
                    Ok(true) => organisations.catch_up(&store),
                    Ok(false) | Err(AuditError::Closed) => return,
                    // No act is done for long meanwhile, and each tells of it.
                    Err(error) => organisations.unread.did_not_look(&error),
                }
                drop(organisations);
                tokio::time::sleep(FOLLOWING).await;
            }
        });
    }

    /// Tells the device once a second what it was not told yet, for as long as somebody has them.
    fn keep_device_told(self: &Arc<Self>) {
        let telling = Arc::downgrade(self);
        tokio::spawn(async move {
            // Those of which it was told that the device does not take all.
            let mut untold = BTreeSet::new();
            loop {
                tokio::time::sleep(FOLLOWING).await;
                let Some(organisations) = telling.upgrade() else { return };
                for one in organisations.all() {
                    let number = one.organisation();
                    if organisations.unread.holds(number) {
                        continue;
                    }
                    match one.tell_device().await {
                        Ok(()) => {
                            if untold.remove(number) {
                                tracing::info!(%number, "the device was told of all profiles");
                            }
                        }
                        Err(ChangeError::Unrecorded(AuditError::Closed)) => return,
                        Err(error) => {
                            if untold.insert(number.clone()) {
                                tracing::error!(%number, %error, "the device was not told of all profiles: it is tried again each second");
                            }
                        }
                    }
                }
            }
        });
    }

    /// Asks what another node changed; answers whether there is anything to look for.
    async fn look(&self, store: &Store) -> Result<bool, AuditError> {
        let asked = Instant::now();
        let Some(revisions) = store.revisions().await? else {
            return Ok(!self.unread.is_empty());
        };
        for (number, revision) in revisions {
            let known = self.of(&number).map(|known| known.snapshot().revision());
            if known != Some(revision) {
                self.unread.changed(number, revision);
            }
        }
        self.unread.looked(asked);
        Ok(true)
    }

    /// Reads what is to be read now. What is wrong with one keeps nobody from learning of the others.
    fn catch_up(self: &Arc<Self>, store: &Store) {
        for number in self.unread.begin() {
            let (organisations, store) = (Arc::clone(self), store.clone());
            tokio::spawn(async move { organisations.read_anew(&store, &number).await });
        }
    }

    async fn read_anew(&self, store: &Store, number: &OrganisationId) {
        let _turn = self.readers.acquire().await;
        match self.learn(store, number).await {
            Ok(reached) => self.unread.end(number, reached),
            Err(error) => self.unread.failed(number, &error),
        }
    }

    /// Reads an organisation's register anew, or for the first time; answers its last change.
    async fn learn(&self, store: &Store, number: &OrganisationId) -> Result<Version, AuditError> {
        if let Some(known) = self.of(number) {
            return Ok(known.renewed().await?.revision());
        }
        let _turn = self.founding.lock().await;
        let tenant = store.of(number.clone());
        let kept = tenant.kept_register().await?;
        let reached = kept.revision;
        self.put(kept, tenant);
        Ok(reached)
    }

    /// Makes an organisation, which is served from then on.
    ///
    /// # Errors
    /// [`ChangeError`]; nothing has changed then.
    pub(crate) async fn found(
        &self,
        store: &Store,
        founding: Founding,
        now: SystemTime,
    ) -> Result<(), ChangeError> {
        let _turn = self.founding.lock().await;
        let number = founding.organisation.id();
        if self.of(&number).is_some() {
            return Err(RegistryRefusal::OrganisationExists(number).into());
        }
        let (tenant, kept) = founded(store, founding, now).await?;
        self.put(kept, tenant);
        Ok(())
    }

    fn put(&self, kept: KeptRegister, tenant: Tenant) {
        let number = tenant.organisation().clone();
        let device = Arc::clone(&self.device);
        if let Some(made) = Administration::of_operator(&self.settings, kept, tenant, device) {
            let mut others = self.others.write().unwrap_or_else(PoisonError::into_inner);
            others.entry(number).or_insert_with(|| made.into());
        }
    }

    /// Every organisation, the file's first.
    pub fn all(&self) -> Vec<Arc<Administration>> {
        let others = self.others.read().unwrap_or_else(PoisonError::into_inner);
        [&self.own].into_iter().chain(others.values()).cloned().collect()
    }

    /// The organisation of the configuration file.
    pub fn own(&self) -> &Arc<Administration> {
        &self.own
    }

    /// Whether there is the file's alone.
    pub(crate) fn is_one(&self) -> bool {
        self.others.read().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// The organisation with this number.
    pub fn of(&self, number: &OrganisationId) -> Option<Arc<Administration>> {
        if self.own.organisation() == number {
            return Some(Arc::clone(&self.own));
        }
        self.others.read().unwrap_or_else(PoisonError::into_inner).get(number).cloned()
    }

    /// The organisation with this number, for whoever would act in it.
    ///
    /// # Errors
    /// [`RegisterUnread`]: its register says who may, and cannot be read.
    pub fn serving(
        &self,
        number: &OrganisationId,
    ) -> Result<Option<Arc<Administration>>, RegisterUnread> {
        if self.unread.holds(number) { Err(RegisterUnread) } else { Ok(self.of(number)) }
    }

    /// The organisation in which an API key with this hash is known. Of equal keys the file's counts.
    ///
    /// # Errors
    /// [`RegisterUnread`]: the key's organisation cannot be read, or one that cannot may have the key.
    pub fn with_key(&self, hash: &KeyHash) -> Result<Option<Arc<Administration>>, RegisterUnread> {
        self.knowing(|snapshot| snapshot.key(hash).is_some())
    }

    /// The organisation in which an OAuth client of this name is known.
    ///
    /// # Errors
    /// [`RegisterUnread`], as of [`Self::with_key`].
    pub fn with_client(
        &self,
        client: &ClientId,
    ) -> Result<Option<Arc<Administration>>, RegisterUnread> {
        self.knowing(|snapshot| snapshot.client(client).is_some())
    }

    fn knowing(
        &self,
        knows: impl Fn(&Snapshot) -> bool,
    ) -> Result<Option<Arc<Administration>>, RegisterUnread> {
        let known = |one: &Arc<Administration>| knows(&one.snapshot());
        let others = self.others.read().unwrap_or_else(PoisonError::into_inner);
        match [&self.own].into_iter().chain(others.values()).find(|one| known(one)) {
            Some(one) if self.unread.holds(one.organisation()) => Err(RegisterUnread),
            Some(one) => Ok(Some(Arc::clone(one))),
            None if self.unread.holds_any() => Err(RegisterUnread),
            None => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests;
