//! The decisions about further logins of a person, at providers.

use seal::PersonId;

use super::change;
use crate::{
    Change, Entry, KnownLogin, LinkLogin, MAXIMUM_LINKS, OWN_ISSUER, PersonState, Register,
    RegisteredId, RegisteredPerson, RegistryRefusal,
};

impl Register {
    /// Decides whether a person links a login of theirs, who has shown that it is.
    ///
    /// # Errors
    /// [`RegistryRefusal`] names the cause.
    pub fn with_own_link(
        &self,
        id: &RegisteredId,
        login: PersonId,
    ) -> Result<Change, RegistryRefusal> {
        self.with_link(self.person(id, None)?, login)
    }

    /// Decides whether an administrator links a login for somebody: whoever comes with it is this person,
    /// and so it is nobody who holds roles.
    pub(super) fn link(&self, wanted: LinkLogin) -> Result<Change, RegistryRefusal> {
        let LinkLogin { id, expected, login } = wanted;
        let before = self.person(&id, Some(expected))?;
        if !before.roles.is_empty() {
            return Err(RegistryRefusal::PersonHoldsRole);
        }
        self.with_link(before, login)
    }

    fn with_link(
        &self,
        before: &RegisteredPerson,
        login: PersonId,
    ) -> Result<Change, RegistryRefusal> {
        match before.state {
            PersonState::Active => {}
            PersonState::Blocked | PersonState::Left => return Err(RegistryRefusal::PersonBarred),
            PersonState::Invited => {
                let cause = "active: somebody who is expected has a first login first";
                return Err(RegistryRefusal::Invalid { field: "state", cause });
            }
        }
        let login = self.login(login, &before.id)?;
        if login.issuer == OWN_ISSUER || before.provided_logins().any(|one| *one == login) {
            return Err(RegistryRefusal::LoginTaken);
        }
        if before.links.len() >= MAXIMUM_LINKS {
            return Err(RegistryRefusal::Full { what: "further logins", most: MAXIMUM_LINKS });
        }
        let mut after = before.clone();
        after.links.push(login);
        let (before, after) = (Entry::Person(before.clone()), Entry::Person(after));
        Ok(change("login-linked", before, after))
    }

    /// Decides whether a person takes one of their further logins away.
    ///
    /// # Errors
    /// [`RegistryRefusal::LastLogin`] when they could not log in any more.
    pub fn without_own_link(
        &self,
        id: &RegisteredId,
        name: &str,
    ) -> Result<Change, RegistryRefusal> {
        let before = self.person(id, None)?;
        if before.ways_to_log_in() <= 1 {
            return Err(RegistryRefusal::LastLogin);
        }
        Self::without_link(before, name)
    }

    /// The change that leaves a person without this further login.
    pub(super) fn without_link(
        before: &RegisteredPerson,
        name: &str,
    ) -> Result<Change, RegistryRefusal> {
        let mut after = before.clone();
        after.links.retain(|one| before.name_of_login(one) != name);
        if after.links.len() == before.links.len() {
            return Err(RegistryRefusal::LinkUnknown);
        }
        after.known_logins.retain(|one| before.name_of_login(&one.login) != name);
        let (before, after) = (Entry::Person(before.clone()), Entry::Person(after));
        Ok(change("login-unlinked", before, after))
    }

    /// What it leaves that the device took a login as its person's in this run: nothing new where that is
    /// known.
    ///
    /// # Errors
    /// [`RegistryRefusal::LinkUnknown`]; [`RegistryRefusal::PersonUnknown`].
    pub fn login_known_to(
        &self,
        id: &RegisteredId,
        name: &str,
        run: &str,
    ) -> Result<Change, RegistryRefusal> {
        let before = self.person(id, None)?;
        let login = before.provided_login(name).ok_or(RegistryRefusal::LinkUnknown)?.clone();
        let known = KnownLogin { login, known_to: run.to_owned() };
        let mut after = before.clone();
        if !after.known_logins.contains(&known) {
            after.known_logins.retain(|one| one.login != known.login);
            after.known_logins.push(known);
        }
        let (before, after) = (Entry::Person(before.clone()), Entry::Person(after));
        Ok(change("login-known-to-device", before, after))
    }
}

#[cfg(test)]
mod tests;
