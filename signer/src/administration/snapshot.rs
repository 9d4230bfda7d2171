//! What counts at one moment.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::SystemTime,
};

use registry::{
    Change, Client, ClientId, KeyHash, MandateId, Moment, Origin, Register, RegisteredId, Version,
};
use seal::{
    Act, ApplicationId, Counted, Grant, Grantee, PersonId, ProfileId, Term, policy::SealPolicy,
};

use super::{Declared, DeclaredKey};
use crate::store::KeptRegister;

/// The policy, the API keys and the register as one change left them.
#[derive(Clone, Debug)]
pub struct Snapshot {
    declared: Arc<Declared>,
    register: Register,
    policy: SealPolicy,
    keys: HashMap<KeyHash, HeldKey>,
    /// Whose each OAuth client is.
    clients: HashMap<ClientId, ApplicationId>,
    given: HashMap<MandateId, Arc<AtomicU64>>,
}

/// Whose an API key is, and until when.
#[derive(Clone, Debug)]
pub struct HeldKey {
    /// Whose.
    pub application: ApplicationId,
    /// Its end, if it has one.
    pub end: Option<KeyEnd>,
}

/// An OAuth client, whose it is, and until when.
#[derive(Clone, Copy, Debug)]
pub struct HeldClient<'a> {
    /// Whose.
    pub application: &'a ApplicationId,
    /// It.
    pub client: &'a Client,
    /// Its end, if it has one.
    pub end: Option<KeyEnd>,
}

/// How an API key or an OAuth client ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyEnd {
    /// At this moment.
    At(SystemTime),
    /// It was revoked.
    Revoked,
    /// Its application's keys are not taken.
    Inactive,
}

impl Snapshot {
    pub(super) fn new(
        declared: Arc<Declared>,
        register: Register,
        mut given: HashMap<MandateId, Arc<AtomicU64>>,
    ) -> Self {
        for mandate in register.mandates().keys() {
            given.entry(mandate.clone()).or_default();
        }
        let policy = policy(&declared, &register, &given);
        let keys = keys(&declared, &register);
        let clients = clients(&register);
        Self { declared, register, policy, keys, clients, given }
    }

    /// What the file says and what the store kept; the counts of mandates that are known go on as they are: an
    /// act may have been counted since the store was read, or be about to be.
    pub(super) fn of(
        declared: Arc<Declared>,
        kept: KeptRegister,
        known: &HashMap<MandateId, Arc<AtomicU64>>,
    ) -> Self {
        let profiles = declared.profiles.iter().map(|profile| profile.id.clone()).collect();
        let (applications, reserved) = (declared.applications(), declared.reserved());
        let mut register = Register::beside(applications, profiles, reserved)
            .beside_organisation(declared.origin == Origin::File)
            .beside_administrators(declared.administers())
            .after(kept.revision);
        for (entry, version) in kept.entries {
            register.put(entry, version);
        }
        let mut counts = known.clone();
        for (mandate, given) in kept.given {
            counts.entry(mandate).or_insert_with(|| Arc::new(given.into()));
        }
        Self::new(declared, register, counts)
    }

    /// The same with what the store has now. `counted` is what mandates had given before it was read, where other
    /// nodes give of them, too: what no act of this node has changed since is what the store says.
    pub(super) fn renewed(
        &self,
        kept: KeptRegister,
        counted: Option<&HashMap<MandateId, u64>>,
    ) -> Self {
        for (mandate, before) in counted.into_iter().flatten() {
            if let (Some(count), Some(given)) = (self.given.get(mandate), kept.given.get(mandate)) {
                let _held =
                    count.compare_exchange(*before, *given, Ordering::Relaxed, Ordering::Relaxed);
            }
        }
        Self::of(Arc::clone(&self.declared), kept, &self.given)
    }

    /// The same after one more change.
    pub(super) fn with(&self, change: &Change) -> Self {
        let mut register = self.register.clone();
        register.apply(change);
        Self::new(Arc::clone(&self.declared), register, self.given.clone())
    }

    /// The same without a person.
    pub(super) fn without_person(&self, id: &RegisteredId, login: Option<&PersonId>) -> Self {
        let register = self.register.without_person(id, login);
        Self::new(Arc::clone(&self.declared), register, self.given.clone())
    }

    /// The same with other keys in the file.
    pub(super) fn with_declared_keys(&self, keys: Vec<DeclaredKey>) -> Self {
        let declared = self.declared.with_keys(keys);
        let (applications, reserved) = (declared.applications(), declared.reserved());
        let register = self.register.clone().beside_others(applications, reserved);
        let register = register.beside_administrators(declared.administers());
        Self::new(declared.into(), register, self.given.clone())
    }

    /// The number of the last change.
    pub fn revision(&self) -> Version {
        self.register.revision()
    }

    /// Who may do what.
    pub fn policy(&self) -> &SealPolicy {
        &self.policy
    }

    /// What was decided while the service ran.
    pub fn register(&self) -> &Register {
        &self.register
    }

    /// The version of a profile that administrators made.
    pub fn profile_version(&self, id: &ProfileId) -> Option<Version> {
        // Of equal names the file's counts.
        let declared = self.declared.profiles.iter().any(|profile| profile.id == *id);
        self.register.profiles().get(id).filter(|_| !declared).map(|kept| kept.version)
    }

    /// How many seals each mandate has given.
    pub(super) fn counts(&self) -> HashMap<MandateId, u64> {
        let counts = self.given.iter();
        counts.map(|(mandate, given)| (mandate.clone(), given.load(Ordering::Relaxed))).collect()
    }

    /// How many seals a mandate has given.
    pub fn given(&self, mandate: &MandateId) -> u64 {
        self.given.get(mandate).map_or(0, |given| given.load(Ordering::Relaxed))
    }

    /// What the file says.
    pub fn declared(&self) -> &Declared {
        &self.declared
    }

    /// Whose key has this hash. The time that this takes tells of hashes of keys with 256 random
    /// bits, and nothing of the keys.
    pub fn key(&self, hash: &KeyHash) -> Option<&HeldKey> {
        self.keys.get(hash)
    }
}

impl Snapshot {
    /// The OAuth client of this name.
    pub fn client(&self, id: &ClientId) -> Option<HeldClient<'_>> {
        let application = &self.register.applications().get(self.clients.get(id)?)?.value;
        let client = application.clients.iter().find(|client| client.id == *id)?;
        let end = end(application.active, client.revoked, client.expires);
        Some(HeldClient { application: &application.id, client, end })
    }
}

fn policy(
    declared: &Declared,
    register: &Register,
    given: &HashMap<MandateId, Arc<AtomicU64>>,
) -> SealPolicy {
    let persons = register.grants().values().map(|kept| &kept.value);
    let persons = persons.filter(|grant| !register.is_barred(&grant.person));
    let persons = persons.map(|grant| Grant {
        to: Grantee::Person(grant.person.clone()),
        acts: grant.acts.clone(),
        profiles: grant.profiles.clone(),
        term: Term { from: None, until: grant.until.map(SystemTime::from) },
        counted: None,
        id: Some(grant.id.0.as_str().into()),
        revoked: grant.revoked.is_some(),
    });
    let mandates = register.mandates().values().map(|kept| &kept.value);
    let mandates = mandates.map(|mandate| Grant {
        to: Grantee::Application(mandate.application.clone()),
        acts: vec![Act::Seal],
        profiles: mandate.profiles.clone(),
        term: Term {
            from: mandate.from.map(SystemTime::from),
            until: mandate.until.map(SystemTime::from),
        },
        counted: mandate.maximum_seals.map(|maximum| Counted {
            mandate: mandate.id.0.as_str().into(),
            maximum,
            given: given.get(&mandate.id).cloned().unwrap_or_default(),
        }),
        id: Some(mandate.id.0.as_str().into()),
        revoked: mandate.revoked.is_some(),
    });
    let declares = |id: &ProfileId| declared.profiles.iter().any(|profile| profile.id == *id);
    let made = register.profiles().iter().filter(|(id, _)| !declares(id));
    let made = made.map(|(_, kept)| kept.value.in_use());
    let organisation = match declared.origin {
        Origin::File => None,
        Origin::Register => register.organisation().map(|kept| &kept.value.organisation),
    };
    SealPolicy::new(
        organisation.unwrap_or(&declared.organisation).clone(),
        declared.profiles.iter().cloned().chain(made).collect(),
        declared.grants.iter().cloned().chain(persons).chain(mandates).collect(),
        declared.settings.clone(),
    )
}

fn keys(declared: &Declared, register: &Register) -> HashMap<KeyHash, HeldKey> {
    // An application that the file says is the file's alone: whoever made it here has no part in what
    // the file grants it.
    let own = register.applications().values().filter(|kept| !register.is_declared(&kept.value.id));
    let registered = own.flat_map(|kept| {
        let application = &kept.value;
        application.keys.iter().map(move |key| {
            let end = end(application.active, key.revoked, key.expires);
            (key.sha256, HeldKey { application: application.id.clone(), end })
        })
    });
    let declared = declared.keys.iter().map(|DeclaredKey { application, sha256 }| {
        (*sha256, HeldKey { application: application.clone(), end: None })
    });
    // Of equal keys the file's counts.
    registered.chain(declared).collect()
}

fn clients(register: &Register) -> HashMap<ClientId, ApplicationId> {
    let own = register.applications().values().map(|kept| &kept.value);
    let own = own.filter(|application| !register.is_declared(&application.id));
    let named = own.flat_map(|application| {
        let id = &application.id;
        application.clients.iter().map(move |client| (client.id.clone(), id.clone()))
    });
    named.collect()
}

fn end(active: bool, revoked: Option<Moment>, expires: Option<Moment>) -> Option<KeyEnd> {
    match (active, revoked, expires) {
        (_, Some(_), _) => Some(KeyEnd::Revoked),
        (false, None, _) => Some(KeyEnd::Inactive),
        (true, None, end) => end.map(|end| KeyEnd::At(end.into())),
    }
}

#[cfg(test)]
mod tests;
