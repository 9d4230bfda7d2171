//! What the organisation decides while the service runs, beside what its configuration file says.
//!
//! Acts read one [`Snapshot`] from beginning to end. A command is decided on the present one,
//! recorded and kept in one transaction, and then seen by every act that has no intent yet.

mod snapshot;

use std::{
    sync::{Arc, PoisonError, RwLock, atomic::AtomicU64},
    time::SystemTime,
};

use registry::{
    Actor, AdministrativeAct, Command, Entry, KeyHash, Moment, Permitted, Register,
    RegistryRefusal, Role, Roles, Version,
};
use seal::{
    ApplicationId, Caller, CertificateProfile, Grant, Grantee, Organisation, policy::PolicySettings,
};
use tokio::sync::Mutex;

pub use self::snapshot::{HeldKey, KeyEnd, Snapshot};
use crate::{
    audit::{AuditError, RegistryChange},
    store::{KeptRegister, Store},
};

/// What the configuration file says of the organisation: read only here.
#[derive(Clone, Debug)]
pub struct Declared {
    /// The organisation.
    pub organisation: Organisation,
    /// Its profiles.
    pub profiles: Vec<CertificateProfile>,
    /// What callers may do.
    pub grants: Vec<Grant>,
    /// The policy's numbers and sets.
    pub settings: PolicySettings,
    /// Who holds which role.
    pub roles: Vec<(Grantee, Role)>,
    /// The applications' keys.
    pub keys: Vec<DeclaredKey>,
}

/// An application of the file, and the hash of its API key.
#[derive(Clone, Debug)]
pub struct DeclaredKey {
    /// The application.
    pub application: ApplicationId,
    /// SHA-256 of its key.
    pub sha256: KeyHash,
}

/// The organisation's decisions, those of the file and those of the register.
#[derive(Debug)]
pub struct Administration {
    snapshot: RwLock<Arc<Snapshot>>,
    /// Held while a change is decided and written: each is decided on what the one before it left.
    changing: Mutex<()>,
    store: Store,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The command is refused.
    #[error(transparent)]
    Refused(#[from] RegistryRefusal),
    /// It cannot be recorded.
    #[error(transparent)]
    Unrecorded(#[from] AuditError),
}

/// A change that was made, and its number.
#[derive(Debug)]
pub struct Changed {
    /// What it left.
    pub entry: Entry,
    /// The number.
    pub version: Version,
}

impl Administration {
    /// Brings together what the file says and what the store kept.
    pub fn new(declared: Declared, kept: KeptRegister, store: Store) -> Self {
        let applications = declared.keys.iter().map(|key| key.application.clone()).collect();
        let profiles = declared.profiles.iter().map(|profile| profile.id.clone()).collect();
        let mut register = Register::beside(applications, profiles);
        for (entry, version) in kept.entries {
            register.put(entry, version);
        }
        let given = kept.given.into_iter();
        let given = given.map(|(mandate, given)| (mandate, Arc::new(AtomicU64::new(given))));
        let snapshot = Snapshot::new(declared.into(), register, given.collect());
        let snapshot = RwLock::new(Arc::new(snapshot));
        Self { snapshot, changing: Mutex::new(()), store }
    }

    /// What counts now. Whoever acts on it keeps it to the end.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes the file's API keys from here on in place of those that it had.
    pub(crate) async fn renew_keys(&self, keys: Vec<DeclaredKey>) {
        let _turn = self.changing.lock().await;
        let renewed = self.snapshot().with_declared_keys(keys);
        self.put(renewed);
    }

    /// Decides a command, records it with who asked, and makes it count.
    ///
    /// # Errors
    /// [`ChangeError`]; nothing has changed then.
    pub(crate) async fn change(
        &self,
        caller: &Caller,
        permitted: &Permitted,
        command: Command,
        now: SystemTime,
    ) -> Result<Changed, ChangeError> {
        let _turn = self.changing.lock().await;
        let present = self.snapshot();
        let moment = Moment::try_from(now).map_err(|_| AuditError::TimeOutOfRange)?;
        let change = present.register().decide(permitted, command, moment)?;
        let version = Version(present.register().revision().0 + 1);
        let record = RegistryChange { caller, change: &change, version };
        self.store.register(record, now).await?;
        self.put(present.with(&change));
        Ok(Changed { entry: change.after().clone(), version })
    }

    fn put(&self, snapshot: Snapshot) {
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
    }
}

impl Snapshot {
    /// What somebody may administer.
    pub(crate) fn permit(
        &self,
        caller: &Caller,
        act: AdministrativeAct,
    ) -> Result<Permitted, RegistryRefusal> {
        let actor = match caller {
            Caller::Application(id) => Actor::Application(id.clone()),
            Caller::Person(claims) => Actor::Person(claims.person.clone()),
        };
        Permitted::asked(actor, &self.roles_of(caller), act)
    }

    /// The roles of a caller. A person of another organisation holds none.
    fn roles_of(&self, caller: &Caller) -> Roles {
        let own =
            caller.person().is_none_or(|person| person.cvr == self.policy().organisation().cvr);
        let held = self.declared().roles.iter().filter(|(holder, _)| own && holder.is(caller));
        held.map(|(_, role)| *role).collect()
    }
}
