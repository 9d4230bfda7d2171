//! The decisions about people and their roles. Nobody raises themselves, and somebody who answers
//! for the organisation stays.

use std::collections::BTreeSet;

use seal::{ApplicationId, PersonId, has_hidden};

use super::{can_come, change, has_ended};
use crate::{
    Actor, AdministrativeAct, Change, ChangePerson, Entry, Kept, MakePerson, Moment, PeopleCommand,
    Permitted, PersonState, Register, RegisteredId, RegisteredPerson, RegistryRefusal, Role,
    RoleOfPerson, Version, passkey::OWN_ISSUER,
};

/// How many people an organisation has at most, those who left among them.
pub(super) const MAXIMUM_PEOPLE: usize = 100_000;

/// The longest name, and the longest address (RFC 5321 section 4.5.3.1.3), in characters.
const MAXIMUM_NAME: usize = 200;
const MAXIMUM_EMAIL: usize = 254;

impl Register {
    pub(super) fn decide_people(
        &self,
        command: PeopleCommand,
        by: &Actor,
        now: Moment,
    ) -> Result<Change, RegistryRefusal> {
        match command {
            PeopleCommand::Make(wanted) => self.make_person(wanted, by, now),
            PeopleCommand::Change(wanted) => self.change_person(wanted, by, now),
            PeopleCommand::TakePasskey { id, passkey } => {
                let before = self.person(&id, None)?;
                if before.logs_in_by_this_alone(&passkey) {
                    self.without(before, None, now)?;
                }
                Self::without_passkey(before, &passkey)
            }
            PeopleCommand::Link(wanted) => self.link(wanted),
            PeopleCommand::Unlink { id, login } => {
                let before = self.person(&id, None)?;
                // Without the link it would be anybody's login, and no longer barred.
                if before.state.is_barred() {
                    return Err(RegistryRefusal::PersonBarred);
                }
                if before.ways_to_log_in() <= 1 {
                    self.without(before, None, now)?;
                }
                Self::without_link(before, &login)
            }
            PeopleCommand::GiveRole(RoleOfPerson { id, expected, role }) => {
                let before = self.person(&id, Some(expected))?;
                if is(by, before) {
                    return Err(RegistryRefusal::OwnRight);
                }
                let mut roles = before.roles.clone();
                roles.insert(role);
                self.with_roles("role-given", before, roles, now)
            }
            PeopleCommand::TakeRole(RoleOfPerson { id, expected, role }) => {
                let before = self.person(&id, Some(expected))?;
                let mut roles = before.roles.clone();
                if !roles.remove(&role) {
                    return Err(RegistryRefusal::Ended("the role"));
                }
                if is(by, before) && roles.is_empty() {
                    return Err(RegistryRefusal::OwnLastRole);
                }
                self.with_roles("role-taken", before, roles, now)
            }
        }
    }

    /// Decides whether a person's entry may be erased, and with it all that the person did under
    /// their login.
    ///
    /// # Errors
    /// [`RegistryRefusal`] names the cause.
    pub fn erasable(
        &self,
        permitted: &Permitted,
        id: &RegisteredId,
        now: Moment,
    ) -> Result<&RegisteredPerson, RegistryRefusal> {
        if permitted.act() != AdministrativeAct::ChangePeople {
            return Err(RegistryRefusal::NotPermitted(AdministrativeAct::ChangePeople.name()));
        }
        let person = self.person(id, None)?;
        if is(permitted.actor(), person) {
            return Err(RegistryRefusal::OwnLastRole);
        }
        self.without(person, None, now)?;
        Ok(person)
    }

    fn make_person(
        &self,
        wanted: MakePerson,
        by: &Actor,
        now: Moment,
    ) -> Result<Change, RegistryRefusal> {
        let MakePerson { id, salt, given_name, family_name, email, login } = wanted;
        let (given_name, family_name) =
            (name("given_name", given_name)?, name("family_name", family_name)?);
        let email = email.map(address).transpose()?;
        let login = login.map(|login| self.login(login, &id)).transpose()?;
        if self.people.len() >= MAXIMUM_PEOPLE {
            return Err(RegistryRefusal::Full { what: "people", most: MAXIMUM_PEOPLE });
        }
        let person = RegisteredPerson {
            id,
            given_name,
            family_name,
            email,
            email_validated: false,
            state: PersonState::Invited,
            login,
            links: Vec::new(),
            known_logins: Vec::new(),
            passkeys: Vec::new(),
            roles: BTreeSet::new(),
            salt,
            made: now,
            made_by: by.clone(),
        };
        Ok(Change::made("person-made", Entry::Person(person)))
    }

    fn change_person(
        &self,
        wanted: ChangePerson,
        by: &Actor,
        now: Moment,
    ) -> Result<Change, RegistryRefusal> {
        let ChangePerson { id, expected, given_name, family_name, email, state, login } = wanted;
        let before = self.person(&id, Some(expected))?;
        let mut after = before.clone();
        if let Some(given) = given_name {
            after.given_name = name("given_name", given)?;
        }
        if let Some(family) = family_name {
            after.family_name = name("family_name", family)?;
        }
        let email = email.over(before.email.as_ref());
        if email != before.email {
            after.email = email.map(address).transpose()?;
            after.email_validated = false;
        }
        let login = login.over(before.login.as_ref());
        if login != before.login {
            // The old login's grants would count again.
            if before.state.is_barred() {
                return Err(RegistryRefusal::PersonBarred);
            }
            // Whoever comes with it would hold the roles.
            if !before.roles.is_empty() {
                return Err(RegistryRefusal::PersonHoldsRole);
            }
            // Whoever comes with the old one would keep them when the person is kept out.
            if before.login.as_ref().is_some_and(|old| self.has_grants(old, now)) {
                return Err(RegistryRefusal::PersonHoldsGrant);
            }
            after.login = login.map(|login| self.login(login, &id)).transpose()?;
            // The device took them as those of whoever came with the old one.
            after.known_logins.clear();
            after.passkeys.iter_mut().for_each(|passkey| passkey.known_to = None);
        }
        if let Some(state) = state {
            if state == PersonState::Invited && before.state != PersonState::Invited {
                let cause = "active, blocked or left: nobody is invited twice";
                return Err(RegistryRefusal::Invalid { field: "state", cause });
            }
            after.state = state;
        }
        match after.state {
            PersonState::Active if after.login.is_none() => {
                let field = if before.login.is_some() { "login" } else { "state" };
                let cause = "an active person has a login";
                return Err(RegistryRefusal::Invalid { field, cause });
            }
            PersonState::Blocked | PersonState::Left
                if after.login.is_none() && before.login.is_some() =>
            {
                return Err(RegistryRefusal::PersonBarred);
            }
            PersonState::Invited
            | PersonState::Active
            | PersonState::Blocked
            | PersonState::Left => {}
        }
        if after.state.is_barred() && !before.state.is_barred() {
            if is(by, before) {
                return Err(RegistryRefusal::OwnLastRole);
            }
            self.without(before, None, now)?;
        }
        // Who lets them come back need not be one who gives roles.
        if [before.state, after.state].contains(&PersonState::Left) {
            after.roles.clear();
        }
        let (before, after) = (Entry::Person(before.clone()), Entry::Person(after));
        Ok(change("person-changed", before, after))
    }

    fn with_roles(
        &self,
        what: &'static str,
        before: &RegisteredPerson,
        roles: BTreeSet<Role>,
        now: Moment,
    ) -> Result<Change, RegistryRefusal> {
        self.without(before, Some(&roles), now)?;
        let after = RegisteredPerson { roles, ..before.clone() };
        Ok(change(what, Entry::Person(before.clone()), Entry::Person(after)))
    }

    /// Whether somebody answers for the organisation when this person holds these roles, or none.
    fn without(
        &self,
        person: &RegisteredPerson,
        roles: Option<&BTreeSet<Role>>,
        now: Moment,
    ) -> Result<(), RegistryRefusal> {
        const LAST: Role = Role::OrganisationAdministrator;
        let stays = roles.is_some_and(|roles| roles.contains(&LAST));
        let ends = person.holds(LAST) && !stays;
        if ends && !self.is_administered_without(Some(&person.id), None, now) {
            return Err(RegistryRefusal::LastAdministrator);
        }
        Ok(())
    }

    /// Whether somebody else answers for the organisation, and can: an active person with a login, an
    /// application with a key that is taken, or one whom the file names.
    pub(super) fn is_administered_without(
        &self,
        person: Option<&RegisteredId>,
        application: Option<&ApplicationId>,
        now: Moment,
    ) -> bool {
        const LAST: Role = Role::OrganisationAdministrator;
        let mut people = self.people.values().map(|kept| &kept.value);
        let mut applications = self.applications.values().map(|kept| &kept.value);
        self.file_administrators
            || people.any(|other| Some(&other.id) != person && other.holds(LAST))
            || applications.any(|other| Some(&other.id) != application && self.answers(other, now))
    }

    pub(super) fn person(
        &self,
        id: &RegisteredId,
        expected: Option<Version>,
    ) -> Result<&RegisteredPerson, RegistryRefusal> {
        let Some(Kept { value, version }) = self.people.get(id) else {
            return Err(RegistryRefusal::PersonUnknown(id.clone()));
        };
        match expected {
            Some(expected) if expected != *version => {
                Err(RegistryRefusal::VersionPassed { expected, present: *version })
            }
            Some(_) | None => Ok(value),
        }
    }

    /// Whether a grant to whoever comes with this login counts, or will.
    fn has_grants(&self, login: &PersonId, now: Moment) -> bool {
        let mut grants = self.grants.values().map(|kept| &kept.value);
        grants.any(|one| one.person == *login && !has_ended(one.revoked, one.until, now))
    }

    /// A login that is nobody else's.
    pub(super) fn login(
        &self,
        login: PersonId,
        of: &RegisteredId,
    ) -> Result<PersonId, RegistryRefusal> {
        can_come(&login)?;
        if login.issuer == OWN_ISSUER && login.subject != of.0 {
            let cause = "the register's own logins are called as the entries are";
            return Err(RegistryRefusal::Invalid { field: "login", cause });
        }
        if self.linked(&login).is_some_and(|other| other.id != *of) {
            return Err(RegistryRefusal::LoginTaken);
        }
        Ok(login)
    }
}

/// Whether the entry is that of whoever asks.
fn is(by: &Actor, person: &RegisteredPerson) -> bool {
    matches!(by, Actor::Person(asker) if person.is(asker))
}

pub(super) fn name(field: &'static str, text: String) -> Result<String, RegistryRefusal> {
    if text.trim().is_empty() || text.chars().count() > MAXIMUM_NAME || has_hidden(&text) {
        let cause = "1 to 200 characters, none of them a control character or one that turns the direction of writing";
        return Err(RegistryRefusal::Invalid { field, cause });
    }
    Ok(text)
}

/// The shape of an address alone; whether it is the person's only they can show.
fn address(text: String) -> Result<String, RegistryRefusal> {
    let parts = text.rsplit_once('@');
    let shaped = parts.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
    let spaced = text.chars().any(char::is_whitespace);
    if !shaped || spaced || has_hidden(&text) || text.chars().count() > MAXIMUM_EMAIL {
        let cause = "an e-mail address of at most 254 characters";
        return Err(RegistryRefusal::Invalid { field: "email", cause });
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
