//! What the organisation decides while the service runs, beside what its configuration file says.
//!
//! Acts read one [`Snapshot`] from beginning to end. A command is decided on the present one,
//! recorded and kept in one transaction, and then seen by every act that has no intent yet.

mod declared;
mod founding;
mod key_use;
mod organisations;
mod passkeys;
mod registration;
mod rights;
mod snapshot;
mod standing;
mod told;
mod unread;

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::SystemTime,
};

use registry::{
    Administrator, Change, Command, Entry, KeyHash, Moment, Permitted, RegisteredId,
    RegisteredPerson, RegistryRefusal, Version,
};
use seal::{Caller, OrganisationId, QscdError, Registrar};
use tokio::sync::{Mutex, MutexGuard};

pub use self::{
    declared::{Declared, DeclaredKey},
    founding::{appointed, founded},
    organisations::Organisations,
    snapshot::{HeldClient, HeldKey, KeyEnd, Snapshot},
    standing::{READINESS_APPLICATION, RECEIPTS_APPLICATION},
    unread::RegisterUnread,
};
use self::{key_use::KeyUses, told::Told};
pub(crate) use self::{
    passkeys::NamedMeans,
    standing::{grant, mandate, reserved},
};
use crate::{
    audit::{CertificateRow, ChangedBy, KeyedRequest, RecordError, RegistryChange},
    store::{AuditError, Forgotten, KeptRegister, Tenant},
};

/// How often a change is decided anew because another node was first.
const ATTEMPTS: u32 = 8;

/// One organisation's decisions, those of the file and those of the register: the handle by which all
/// that is the organisation's is reached.
#[derive(Debug)]
pub struct Administration {
    snapshot: RwLock<Arc<Snapshot>>,
    /// Held while a change is decided and written: each is decided on what the one before it left.
    changing: Mutex<()>,
    /// The number of the change that is being written, or else of the last one.
    writing: AtomicU64,
    uses: KeyUses,
    tenant: Tenant,
    device: Arc<dyn Registrar>,
    /// Locked after `changing`, if both are.
    told: Mutex<Told>,
}

/// What letters a change leaves, by what counted before it and what counts from it on.
pub(crate) type Letters<'a> =
    dyn Fn(&Snapshot, &Snapshot, &Change) -> Result<Vec<CertificateRow>, RecordError> + Sync + 'a;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The command is refused.
    #[error(transparent)]
    Refused(#[from] RegistryRefusal),
    /// The device does not take it.
    #[error(transparent)]
    Device(#[from] QscdError),
    /// It cannot be recorded.
    #[error(transparent)]
    Unrecorded(#[from] AuditError),
}

/// A change that was made, and its number; or what is there, and the number of the change that left it
/// so, where there was nothing to change.
#[derive(Debug)]
pub struct Changed {
    /// What it left.
    pub entry: Entry,
    /// The number.
    pub version: Version,
}

impl Administration {
    /// Brings together what the file says and what the store kept.
    pub fn new(
        declared: Declared,
        mut kept: KeptRegister,
        tenant: Tenant,
        device: Arc<dyn Registrar>,
    ) -> Self {
        let uses = KeyUses::new(std::mem::take(&mut kept.used));
        let snapshot = Snapshot::of(declared.into(), kept, &HashMap::new());
        let writing = AtomicU64::new(snapshot.revision().0);
        let snapshot = RwLock::new(Arc::new(snapshot));
        let (changing, told) = (Mutex::default(), Mutex::default());
        Self { snapshot, changing, writing, uses, tenant, device, told }
    }

    /// Whose it is.
    pub fn organisation(&self) -> &OrganisationId {
        self.tenant.organisation()
    }

    /// What the store has of the organisation.
    pub(crate) fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// Keeps that an API key of the organisation is used.
    pub(crate) fn use_key(&self, key: &KeyHash, now: SystemTime) {
        self.uses.keep(key, now, &self.tenant);
    }

    /// The beginning of the hour in which an API key was used last.
    pub(crate) fn last_use(&self, key: &KeyHash) -> Option<Moment> {
        self.uses.last(key)
    }

    /// What counts now. Whoever acts on it keeps it to the end.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What counts now, a change that is on record and not yet seen among it. For whoever has
    /// recorded something and must know what was recorded before.
    ///
    /// # Errors
    /// [`AuditError`] when nobody can say what became of a change.
    pub(crate) async fn settled(&self) -> Result<Arc<Snapshot>, AuditError> {
        let present = self.snapshot();
        if self.writing.load(Ordering::SeqCst) == present.revision().0 {
            return Ok(present);
        }
        drop(self.turn().await?);
        Ok(self.snapshot())
    }

    /// The turn to change something. Whoever had it before may have gone while their change was being written:
    /// what became of that is read first.
    async fn turn(&self) -> Result<MutexGuard<'_, ()>, AuditError> {
        let turn = self.changing.lock().await;
        if self.writing.load(Ordering::SeqCst) != self.snapshot().revision().0 {
            self.tenant.settle().await?;
            self.renew().await?;
        }
        Ok(turn)
    }

    /// What counts now in the store, where other nodes may have changed it.
    ///
    /// # Errors
    /// [`AuditError`] when it cannot be read.
    pub(crate) async fn renewed(&self) -> Result<Arc<Snapshot>, AuditError> {
        let _turn = self.turn().await?;
        self.renew().await
    }

    /// What counts now, the change of this number among it, if there is one. Whoever knows of it may have it from a
    /// node that made it, before this one has heard of it; of one that was made up nothing is read.
    ///
    /// # Errors
    /// [`AuditError`] when the store does not answer.
    pub(crate) async fn since(&self, change: Version) -> Result<Arc<Snapshot>, AuditError> {
        let present = self.snapshot();
        if present.revision() >= change { Ok(present) } else { self.present().await }
    }

    /// What counts now, whichever node made it: whether there is anything new is asked, and read if there is.
    ///
    /// # Errors
    /// [`AuditError`] when the store does not answer.
    pub(crate) async fn present(&self) -> Result<Arc<Snapshot>, AuditError> {
        let last = self.tenant.revision().await?;
        if last.is_none_or(|last| self.snapshot().revision() >= last) {
            return Ok(self.snapshot());
        }
        let _turn = self.turn().await?;
        // Of many that ask at once one reads it.
        let present = self.snapshot();
        if last <= Some(present.revision()) { Ok(present) } else { self.renew().await }
    }

    /// The same for whoever has the turn.
    async fn renew(&self) -> Result<Arc<Snapshot>, AuditError> {
        let present = self.snapshot();
        let counted = self.tenant.is_shared().then(|| present.counts());
        let kept = self.tenant.kept_register().await?;
        self.uses.learn(&kept.used);
        self.writing.store(kept.revision.0, Ordering::SeqCst);
        self.put(present.renewed(kept, counted.as_ref()));
        Ok(self.snapshot())
    }

    /// Takes the file's API keys from here on in place of those that it had.
    pub(crate) async fn renew_keys(&self, keys: Vec<DeclaredKey>) {
        let _turn = self.changing.lock().await;
        let renewed = self.snapshot().with_declared_keys(keys);
        self.put(renewed);
    }

    /// Decides a command, records it with who asked, and makes it count. `permit` says whether the
    /// caller may ask for it, by what counts when its turn has come; `letters` what it leaves to be sent. `keyed`
    /// is the key of the request.
    ///
    /// # Errors
    /// That of `permit`, or a [`ChangeError`]; nothing has changed then.
    pub(crate) async fn change<E: From<ChangeError>>(
        &self,
        (caller, keyed): (&Caller, Option<&KeyedRequest>),
        command: Command,
        now: SystemTime,
        permit: impl Fn(&Snapshot) -> Result<Permitted, E>,
        letters: &Letters<'_>,
    ) -> Result<Changed, E> {
        let moment = moment(now)?;
        let decide = |present: &Snapshot| {
            let permitted = permit(present)?;
            let decided = present.register().decide(&permitted, command.clone(), moment);
            Ok(decided.map_err(ChangeError::from)?)
        };
        self.decided_with((ChangedBy::Caller(caller), keyed), now, decide, letters).await
    }

    /// Makes an administrator, or a further key of one, as the operator ordered.
    ///
    /// # Errors
    /// [`ChangeError`]; nothing has changed then.
    pub(crate) async fn appoint(
        &self,
        wanted: Administrator,
        now: SystemTime,
    ) -> Result<(), ChangeError> {
        let moment = moment(now)?;
        let decide = |present: &Snapshot| Ok(present.register().appoint(wanted.clone(), moment)?);
        self.decided((ChangedBy::Operator, None), now, decide).await.map(drop)
    }

    /// [`Self::decided_with`], of what leaves no letters.
    async fn decided<E: From<ChangeError>>(
        &self,
        asker: (ChangedBy<'_>, Option<&KeyedRequest>),
        now: SystemTime,
        decide: impl Fn(&Snapshot) -> Result<Change, E>,
    ) -> Result<Changed, E> {
        self.decided_with(asker, now, decide, &|_, _, _| Ok(Vec::new())).await
    }

    /// Decides a change when its turn has come, records it and makes it count; anew where another node
    /// was first. What changes nothing is no change: there is no record of it.
    async fn decided_with<E: From<ChangeError>>(
        &self,
        (by, keyed): (ChangedBy<'_>, Option<&KeyedRequest>),
        now: SystemTime,
        decide: impl Fn(&Snapshot) -> Result<Change, E>,
        letters: &Letters<'_>,
    ) -> Result<Changed, E> {
        let _turn = self.turn().await.map_err(ChangeError::from)?;
        let mut present = self.snapshot();
        let mut attempt = 1;
        loop {
            if let Some(keyed) = keyed {
                self.tenant.is_free(keyed).await.map_err(ChangeError::from)?;
            }
            let change = decide(&present)?;
            if let Some(version) = present.register().version_of(change.after())
                && change.is_none()
            {
                return Ok(Changed { entry: change.after().clone(), version });
            }
            match self.record(&present, &change, (by, keyed, letters), now).await {
                Ok(version) => return Ok(Changed { entry: change.after().clone(), version }),
                // Another node was first.
                Err(ChangeError::Unrecorded(AuditError::RegisterChanged)) if attempt < ATTEMPTS => {
                    attempt += 1;
                    present = self.renew().await.map_err(ChangeError::from)?;
                }
                Err(error) => {
                    self.writing.store(self.snapshot().revision().0, Ordering::SeqCst);
                    return Err(error.into());
                }
            }
        }
    }

    /// Tells the device of a change if it concerns it, and records the change.
    async fn record(
        &self,
        present: &Snapshot,
        change: &Change,
        (by, keyed, letters): (ChangedBy<'_>, Option<&KeyedRequest>, &Letters<'_>),
        now: SystemTime,
    ) -> Result<Version, ChangeError> {
        let next = present.with(change);
        let version = next.revision();
        let letters = letters(present, &next, change).map_err(AuditError::from)?;
        // The device knows of a profile before any act can ask for it, and of its end before the end
        // counts here: what fails in between refuses.
        let mut telling = match registration::of_change(present.policy().organisation(), change) {
            Some(registration) => Some((self.told.lock().await, registration)),
            None => None,
        };
        let registered = match &mut telling {
            Some((told, wanted)) => Some(told.of_change(&*self.device, wanted.clone()).await?),
            None => None,
        };
        let record = RegistryChange { by, change, version, keyed, registered: registered.as_ref() };
        self.writing.store(version.0, Ordering::SeqCst);
        if let Err(error) = self.tenant.register_with(record, letters, now).await {
            if let Some((mut told, registration)) = telling {
                self.correct(&mut told, &registration.profile).await;
            }
            return Err(error.into());
        }
        self.put(next);
        Ok(version)
    }

    /// Erases a person: the entry of this name, and what the person did in the organisation. Answers whom, as
    /// they were.
    ///
    /// # Errors
    /// That of `permit`, or a [`ChangeError`]; the erasure may be incomplete when the log's database
    /// fails.
    pub(crate) async fn erase<E: From<ChangeError>>(
        &self,
        caller: &Caller,
        id: &RegisteredId,
        now: SystemTime,
        permit: impl Fn(&Snapshot) -> Result<Permitted, E>,
    ) -> Result<(RegisteredPerson, Forgotten), E> {
        let moment = moment(now)?;
        let turn = self.turn().await.map_err(ChangeError::from)?;
        let mut present = self.snapshot();
        let mut attempt = 1;
        let (person, erasure) = loop {
            let permitted = permit(&present)?;
            let person = present.register().erasable(&permitted, id, moment);
            let person = person.map_err(ChangeError::from)?.clone();
            let login = person.login.as_ref();
            let judged_by = present.revision();
            match self.tenant.forget((&id.0, login), judged_by, caller, now).await {
                Ok(erasure) => {
                    // What is erased counts no more, whether or not the store can be read.
                    self.put(present.without_person(id, login));
                    break (person, erasure);
                }
                // Another node was first.
                Err(AuditError::RegisterChanged) if attempt < ATTEMPTS => {
                    attempt += 1;
                    present = self.renew().await.map_err(ChangeError::from)?;
                }
                Err(error) => return Err(ChangeError::from(error).into()),
            }
        };
        // That may take long where there is much, and changes nothing that counts.
        drop(turn);
        Ok((person, self.tenant.reclaim(erasure).await))
    }

    fn put(&self, snapshot: Snapshot) {
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
    }
}

fn moment(now: SystemTime) -> Result<Moment, ChangeError> {
    Moment::try_from(now).map_err(|_| ChangeError::Unrecorded(RecordError::TimeOutOfRange.into()))
}
