//! The means of login that are registered, and how many there may be.

use std::collections::{HashMap, HashSet};

use seal::{AuthenticatorOrder, GivenEvidence, Means, PersonId, QscdError};

use super::passkey::Passkey;

/// How many means of login are registered at a time, of all organisations.
const MAXIMUM_MEANS: usize = 100_000;
/// How many that one client elsewhere had registered.
const MAXIMUM_MEANS_OF_CLIENT: usize = 50_000;
/// How many of one organisation.
const MAXIMUM_MEANS_OF_ORGANISATION: usize = 20_000;
/// How many of one person, for one organisation.
const MAXIMUM_MEANS_OF_PERSON: usize = 50;
/// How many organisations have a means in a run, whatever was removed since.
const MAXIMUM_ORGANISATIONS: usize = 100_000;
/// How many accounts of an organisation are kept as removed.
pub(super) const MAXIMUM_REMOVED_OF_ORGANISATION: usize = 10_000;
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) means: HashMap<Key, Row>,
    /// How often each credential is registered, for whomever.
    credentials: HashMap<Vec<u8>, usize>,
    /// Accounts that were removed: what they claim themselves counts no more.
    pub(super) removed: HashSet<Account>,
    /// Organisations that have had a means: the next is nobody's first any more.
    pub(super) begun: HashSet<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// Organisation and credential id.
    Passkey(String, Vec<u8>),
    /// An account and whose it is: who links an account takes it from nobody else.
    Login(Account, PersonId),
}

/// An account as one of an organisation's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Account {
    pub(super) organisation: String,
    pub(super) issuer: String,
    pub(super) subject: String,
}

impl Key {
    pub(super) fn organisation(&self) -> &str {
        match self {
            Self::Passkey(organisation, _) => organisation,
            Self::Login(account, _) => &account.organisation,
        }
    }
}

impl Account {
    pub(super) fn is_own_of(&self, person: &PersonId) -> bool {
        (&self.issuer, &self.subject) == (&person.issuer, &person.subject)
    }
}

#[derive(Debug)]
pub(super) struct Row {
    pub(super) person: PersonId,
    /// The client elsewhere that had it registered.
    pub(super) client: Option<String>,
    pub(super) name: (String, String),
    pub(super) administrator: bool,
    /// Of a passkey.
    pub(super) passkey: Option<Passkey>,
}

/// A person who has shown who they are.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) person: PersonId,
    /// givenName and surname, where the device knows them.
    pub(super) name: Option<(String, String)>,
    pub(super) administrator: bool,
    pub(super) evidence: GivenEvidence,
}

impl Known {
    /// Keeps a means that is not there.
    pub(super) fn keep(&mut self, key: Key, row: Row) {
        if let Key::Passkey(_, id) = &key {
            *self.credentials.entry(id.clone()).or_default() += 1;
        }
        self.means.insert(key, row);
    }

    /// Forgets a means.
    pub(super) fn forget(&mut self, key: &Key) {
        if self.means.remove(key).is_none() {
            return;
        }
        if let Key::Passkey(_, id) = key
            && let Some(times) = self.credentials.get_mut(id)
        {
            *times -= 1;
            if *times == 0 {
                self.credentials.remove(id);
            }
        }
    }

    /// Whether a credential is registered, for whomever.
    pub(super) fn has_credential(&self, id: &[u8]) -> bool {
        self.credentials.contains_key(id)
    }

    /// Whether one more of the order's may be registered.
    pub(super) fn has_room(
        &self,
        order: &AuthenticatorOrder,
        client: Option<&str>,
    ) -> Result<(), QscdError> {
        let organisation = &order.organization_identifier;
        let of_organisation =
            || self.means.iter().filter(|(key, _)| key.organisation() == organisation);
        let of_person = of_organisation().filter(|(_, row)| row.person == order.person).count();
        let of_client = self.means.values().filter(|row| row.client.as_deref() == client).count();
        if self.means.len() >= MAXIMUM_MEANS
            || (client.is_some() && of_client >= MAXIMUM_MEANS_OF_CLIENT)
            || of_organisation().count() >= MAXIMUM_MEANS_OF_ORGANISATION
            || of_person >= MAXIMUM_MEANS_OF_PERSON
            || (self.begun.len() >= MAXIMUM_ORGANISATIONS && !self.begun.contains(organisation))
        {
            return Err(QscdError::AtCapacity);
        }
        Ok(())
    }

    /// The row of an account by which it speaks for the most: an administrator's before another.
    pub(super) fn best_of(&self, account: &Account) -> Option<&Row> {
        let of_account = self.means.iter().filter(|(key, _)| match key {
            Key::Login(known, _) => known == account,
            Key::Passkey(..) => false,
        });
        of_account.map(|(_, row)| row).max_by_key(|row| (row.administrator, &row.person))
    }
}

impl Row {
    /// Whether this person's means is to speak for everybody, and does not yet: whoever administers agrees to
    /// that, as to a means that is new. It is the same means, for what they agree to is the order's.
    pub(super) fn is_raised_by(&self, order: &AuthenticatorOrder) -> bool {
        let means = match (&order.means, &self.passkey) {
            (Means::Passkey { credential_id, .. }, Some(passkey)) => {
                passkey.means(credential_id) == order.means
            }
            (Means::Login { .. }, None) => true,
            (Means::Passkey { .. }, None) | (Means::Login { .. }, Some(_)) => false,
        };
        means && self.person == order.person && order.administrator && !self.administrator
    }

    pub(super) fn shown(&self, evidence: GivenEvidence) -> Shown {
        Shown {
            person: self.person.clone(),
            name: Some(self.name.clone()),
            administrator: self.administrator,
            evidence,
        }
    }
}

pub(super) fn key(order: &AuthenticatorOrder) -> Key {
    let organisation = order.organization_identifier.clone();
    match &order.means {
        Means::Passkey { credential_id, .. } => Key::Passkey(organisation, credential_id.clone()),
        Means::Login { issuer, subject } => {
            let (issuer, subject) = (issuer.clone(), subject.clone());
            Key::Login(Account { organisation, issuer, subject }, order.person.clone())
        }
    }
}

/// What is registered, as whoever registered it said it.
pub(super) fn order((key, row): (&Key, &Row)) -> AuthenticatorOrder {
    let means = match (key, &row.passkey) {
        (Key::Passkey(_, id), Some(passkey)) => passkey.means(id),
        (Key::Login(account, _), _) => {
            let Account { issuer, subject, .. } = account.clone();
            Means::Login { issuer, subject }
        }
        (Key::Passkey(_, id), None) => Means::Passkey {
            credential_id: id.clone(),
            cose_key: Vec::new(),
            user_handle: Vec::new(),
        },
    };
    AuthenticatorOrder {
        organization_identifier: key.organisation().to_owned(),
        person: row.person.clone(),
        given_name: row.name.0.clone(),
        surname: row.name.1.clone(),
        administrator: row.administrator,
        means,
    }
}
