//! The organisations that one installation serves.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use registry::{Founding, KeyHash, RegistryRefusal};
use seal::{OrganisationId, Registrar, policy::PolicySettings};
use tokio::sync::Mutex;

use super::{Administration, ChangeError, founding::founded};
use crate::store::{AuditError, KeptRegister, Store, Tenant};

/// How often it is asked whether another node changed a register.
const FOLLOWING: Duration = Duration::from_secs(1);

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
}

impl Organisations {
    /// The file's organisation alone. The policy of those that the operator makes has these numbers
    /// and sets.
    pub fn new(
        own: Arc<Administration>,
        settings: PolicySettings,
        device: Arc<dyn Registrar>,
    ) -> Self {
        Self { own, others: RwLock::default(), founding: Mutex::default(), settings, device }
    }

    /// Reads those that the operator made. One of the file's own number is the file's.
    ///
    /// # Errors
    /// [`AuditError`] when a register cannot be read.
    pub(crate) async fn read(&self, store: &Store) -> Result<(), AuditError> {
        for number in store.organisations().await? {
            if number == *self.own.organisation() {
                continue;
            }
            let tenant = store.of(number);
            self.put(tenant.kept_register().await?, tenant);
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
                tokio::time::sleep(FOLLOWING).await;
                let Some(organisations) = following.upgrade() else { return };
                match organisations.look(&store).await {
                    Ok(true) => {}
                    Ok(false) | Err(AuditError::Closed) => return,
                    // No act is done meanwhile, and each tells of it.
                    Err(error) => tracing::debug!(%error, "the registers cannot be read"),
                }
            }
        });
    }

    /// Tells the device once a second what it was not told yet, for as long as somebody has them.
    fn keep_device_told(self: &Arc<Self>) {
        let telling = Arc::downgrade(self);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(FOLLOWING).await;
                let Some(organisations) = telling.upgrade() else { return };
                for one in organisations.all() {
                    match one.tell_device().await {
                        Ok(()) => {}
                        Err(ChangeError::Unrecorded(AuditError::Closed)) => return,
                        Err(error) => {
                            let number = one.organisation();
                            tracing::error!(%number, %error, "the device was not told of all profiles");
                        }
                    }
                }
            }
        });
    }

    /// Reads what another node changed; answers whether one can.
    async fn look(&self, store: &Store) -> Result<bool, AuditError> {
        let Some(revisions) = store.revisions().await? else { return Ok(false) };
        for (number, revision) in revisions {
            match self.of(&number) {
                Some(known) if known.snapshot().revision() == revision => continue,
                known => {
                    // What is wrong with one keeps nobody from learning of the others.
                    if let Err(error) = self.learn(store, &number, known).await {
                        tracing::error!(%number, %error, "the register cannot be read");
                    }
                }
            }
        }
        Ok(true)
    }

    /// Reads an organisation's register anew, or for the first time.
    async fn learn(
        &self,
        store: &Store,
        number: &OrganisationId,
        known: Option<Arc<Administration>>,
    ) -> Result<(), AuditError> {
        if let Some(known) = known {
            return known.renewed().await.map(drop);
        }
        let _turn = self.founding.lock().await;
        let tenant = store.of(number.clone());
        self.put(tenant.kept_register().await?, tenant);
        Ok(())
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

    /// The organisation in which an API key with this hash is known. Of equal keys the file's counts.
    pub fn with_key(&self, hash: &KeyHash) -> Option<Arc<Administration>> {
        if self.own.snapshot().key(hash).is_some() {
            return Some(Arc::clone(&self.own));
        }
        let others = self.others.read().unwrap_or_else(PoisonError::into_inner);
        others.values().find(|one| one.snapshot().key(hash).is_some()).cloned()
    }
}
