//! People of the organisation.

use std::{collections::BTreeSet, fmt};

use seal::{Digest, DigestAlgorithm, PersonId};
use serde::{Deserialize, Serialize};

use crate::{Actor, KnownLogin, Moment, OWN_ISSUER, Passkey, Role, UuidOf, uuid};

/// The name of a person's entry: random, so that it says nothing of the person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RegisteredId(pub String);

/// A person of the organisation. Its `Debug` names nobody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisteredPerson {
    /// The entry's name.
    pub id: RegisteredId,
    /// The given name.
    pub given_name: String,
    /// The family name.
    pub family_name: String,
    /// The e-mail address.
    pub email: Option<String>,
    /// Whether it was shown that the address is theirs. Nobody says so over HTTP.
    pub email_validated: bool,
    /// Whether the person is there.
    pub state: PersonState,
    /// How the person is known when they come: issuer and subject of their tokens.
    pub login: Option<PersonId>,
    /// Further logins, of other providers: whoever comes with one is this person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<PersonId>,
    /// Which logins at providers the signing device took as theirs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known_logins: Vec<KnownLogin>,
    /// The passkeys by which they log in here, or sign on the device's own page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passkeys: Vec<Passkey>,
    /// The roles that they hold while they are active.
    pub roles: BTreeSet<Role>,
    /// 32 random bytes in hexadecimal, without which nobody can try names against the log.
    pub salt: String,
    /// When the entry was made.
    pub made: Moment,
    /// By whom.
    pub made_by: Actor,
}

/// Whether a person is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PersonState {
    /// Expected.
    Invited,
    /// There.
    Active,
    /// Not to be let in for now: neither roles nor grants count.
    Blocked,
    /// Gone: neither roles nor grants count.
    Left,
}

impl PersonState {
    /// The state's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Blocked => "blocked",
            Self::Left => "left",
        }
    }

    /// Whether the person is kept out.
    pub fn is_barred(self) -> bool {
        match self {
            Self::Blocked | Self::Left => true,
            Self::Invited | Self::Active => false,
        }
    }
}

impl RegisteredPerson {
    /// Whether this is the person who comes with these claims.
    pub fn is(&self, person: &PersonId) -> bool {
        self.login.as_ref() == Some(person)
    }

    /// Whether the person may come and holds this role.
    pub fn holds(&self, role: Role) -> bool {
        self.state == PersonState::Active && self.login.is_some() && self.roles.contains(&role)
    }

    /// The UUID in the person's certificates (RFC 9562 section 5.8): it stays when they are renewed, and
    /// follows from the salt, so that nothing else has to be kept.
    pub(crate) fn holder_uuid(&self) -> [u8; 16] {
        let said = format!("segl certificate holder\0{}", self.salt);
        let hash = Digest::of(DigestAlgorithm::Sha256, said.as_bytes());
        let mut octets = [0; 16];
        octets.iter_mut().zip(hash.as_bytes()).for_each(|(to, from)| *to = *from);
        uuid(octets, UuidOf::Hash)
    }

    /// SHA-256 over the salt and, each with its length before it, names, address and login, in
    /// hexadecimal: what the log says of the person. When the entry is gone it says nothing.
    pub fn commitment(&self) -> String {
        let (issuer, subject) =
            self.login.as_ref().map_or(("", ""), |login| (&*login.issuer, &*login.subject));
        let email = self.email.as_deref().unwrap_or_default();
        let mut said = Vec::new();
        for part in [&self.salt, &*self.given_name, &self.family_name, email, issuer, subject] {
            said.extend((part.len() as u64).to_be_bytes());
            said.extend(part.as_bytes());
        }
        hex::encode(Digest::of(DigestAlgorithm::Sha256, &said).as_bytes())
    }
}

impl fmt::Debug for RegisteredPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, state, roles, .. } = self;
        f.debug_struct("RegisteredPerson")
            .field("id", id)
            .field("state", state)
            .field("roles", roles)
            .finish_non_exhaustive()
    }
}

impl RegisteredPerson {
    /// Their logins at providers, the first one before the further ones.
    pub fn provided_logins(&self) -> impl Iterator<Item = &PersonId> {
        let first = self.login.iter().filter(|login| login.issuer != OWN_ISSUER);
        first.chain(&self.links)
    }

    /// The passkeys by which they log in here.
    pub fn login_passkeys(&self) -> impl Iterator<Item = &Passkey> {
        self.passkeys.iter().filter(|passkey| !passkey.signs_only())
    }

    /// In how many ways they can log in: passkeys, and logins at providers.
    pub fn ways_to_log_in(&self) -> usize {
        self.login_passkeys().count() + self.provided_logins().count()
    }

    /// Whether they could not log in any more without this passkey.
    pub(crate) fn logs_in_by_this_alone(&self, passkey: &str) -> bool {
        let signs_only = self.passkeys.iter().any(|one| one.id == passkey && one.signs_only());
        !signs_only && self.ways_to_log_in() <= 1
    }

    /// What a login of theirs is called in addresses: half of SHA-256 over the entry's salt, issuer and
    /// subject, each with its length before it, in hexadecimal. Nobody can try subjects against it.
    pub fn name_of_login(&self, login: &PersonId) -> String {
        let mut said = Vec::new();
        for part in [&self.salt, &login.issuer, &login.subject] {
            said.extend((part.len() as u64).to_be_bytes());
            said.extend(part.as_bytes());
        }
        let hash = Digest::of(DigestAlgorithm::Sha256, &said);
        hex::encode(&hash.as_bytes()[..16])
    }

    /// The login of theirs that is called so.
    pub fn provided_login(&self, name: &str) -> Option<&PersonId> {
        self.provided_logins().find(|login| self.name_of_login(login) == name)
    }
}
