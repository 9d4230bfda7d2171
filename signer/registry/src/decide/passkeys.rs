//! The decisions about passkeys. Whoever holds a link or a session asks; no role is needed for what is
//! one's own.

use std::collections::BTreeSet;

use super::{change, people::name};
use crate::{
    Actor, Admitted, Change, Entry, MAXIMUM_PASSKEYS, Moment, Passkey, PersonState, Register,
    RegisteredId, RegisteredPerson, RegistryRefusal, Role, admitted::own_login,
    decide::people::MAXIMUM_PEOPLE,
};

impl Register {
    /// Decides on a new passkey, by which somebody who was invited is there.
    ///
    /// # Errors
    /// [`RegistryRefusal`] names the cause.
    pub fn admit(
        &self,
        admitted: Admitted,
        passkey: Passkey,
        now: Moment,
    ) -> Result<Change, RegistryRefusal> {
        let passkey = Passkey { name: name("name", passkey.name)?, ..passkey };
        if self.with_passkey(&passkey.id).is_some() {
            return Err(RegistryRefusal::PasskeyTaken);
        }
        match admitted {
            Admitted::Known(id) => {
                let before = self.person(&id, None)?;
                if before.state.is_barred() {
                    return Err(RegistryRefusal::PersonBarred);
                }
                if before.passkeys.len() >= MAXIMUM_PASSKEYS {
                    return Err(RegistryRefusal::Full { what: "passkeys", most: MAXIMUM_PASSKEYS });
                }
                let mut after = before.clone();
                after.state = PersonState::Active;
                after.login.get_or_insert_with(|| own_login(&id));
                after.passkeys.push(passkey);
                let (before, after) = (Entry::Person(before.clone()), Entry::Person(after));
                Ok(change("passkey-registered", before, after))
            }
            Admitted::Administrator { id, salt, given_name, family_name } => {
                if self.people.len() >= MAXIMUM_PEOPLE {
                    return Err(RegistryRefusal::Full { what: "people", most: MAXIMUM_PEOPLE });
                }
                let roles = [
                    Role::OrganisationAdministrator,
                    Role::UserAdministrator,
                    Role::RightsAdministrator,
                ];
                let person = RegisteredPerson {
                    login: Some(own_login(&id)),
                    id,
                    given_name: name("given_name", given_name)?,
                    family_name: name("family_name", family_name)?,
                    email: None,
                    email_validated: false,
                    state: PersonState::Active,
                    links: Vec::new(),
                    known_logins: Vec::new(),
                    passkeys: vec![passkey],
                    roles: BTreeSet::from(roles),
                    salt,
                    made: now,
                    made_by: Actor::Operator,
                };
                Ok(Change::made("administrator-admitted", Entry::Person(person)))
            }
        }
    }

    /// What a login by a passkey leaves: its count, whether it is backed up, the day. Nothing where all
    /// of that is as it was.
    ///
    /// # Errors
    /// [`RegistryRefusal::PasskeyUnknown`]; [`RegistryRefusal::PersonUnknown`].
    pub fn used_passkey(
        &self,
        id: &RegisteredId,
        passkey: &str,
        (sign_count, backed_up): (u32, bool),
        day: Moment,
    ) -> Result<Change, RegistryRefusal> {
        let before = self.person(id, None)?;
        let mut after = before.clone();
        let kept = after.passkeys.iter_mut().find(|one| one.id == passkey);
        let kept = kept.ok_or(RegistryRefusal::PasskeyUnknown)?;
        // Another node may have counted further meanwhile: then there is a copy, or a replay.
        if kept.sign_count != 0 && sign_count <= kept.sign_count {
            return Err(RegistryRefusal::PasskeyUnknown);
        }
        (kept.sign_count, kept.backed_up, kept.used) = (sign_count, backed_up, Some(day));
        let (before, after) = (Entry::Person(before.clone()), Entry::Person(after));
        Ok(change("passkey-used", before, after))
    }

    /// What it leaves that the device took a passkey in this run: nothing new where that is known.
    ///
    /// # Errors
    /// [`RegistryRefusal::PasskeyUnknown`]; [`RegistryRefusal::PersonUnknown`].
    pub fn passkey_known_to(
        &self,
        id: &RegisteredId,
        passkey: &str,
        run: &str,
    ) -> Result<Change, RegistryRefusal> {
        let before = self.person(id, None)?;
        let mut after = before.clone();
        let kept = after.passkeys.iter_mut().find(|one| one.id == passkey);
        let kept = kept.ok_or(RegistryRefusal::PasskeyUnknown)?;
        kept.known_to = Some(run.to_owned());
        let (before, after) = (Entry::Person(before.clone()), Entry::Person(after));
        Ok(change("passkey-known-to-device", before, after))
    }

    /// Decides whether a person takes one of their own passkeys away.
    ///
    /// # Errors
    /// [`RegistryRefusal::LastLogin`] when they could not log in any more.
    pub fn without_own_passkey(
        &self,
        id: &RegisteredId,
        passkey: &str,
    ) -> Result<Change, RegistryRefusal> {
        let before = self.person(id, None)?;
        if before.logs_in_by_this_alone(passkey) {
            return Err(RegistryRefusal::LastLogin);
        }
        Self::without_passkey(before, passkey)
    }

    /// The change that leaves a person without this passkey.
    pub(super) fn without_passkey(
        before: &RegisteredPerson,
        passkey: &str,
    ) -> Result<Change, RegistryRefusal> {
        let mut after = before.clone();
        after.passkeys.retain(|one| one.id != passkey);
        if after.passkeys.len() == before.passkeys.len() {
            return Err(RegistryRefusal::PasskeyUnknown);
        }
        let (before, after) = (Entry::Person(before.clone()), Entry::Person(after));
        Ok(change("passkey-removed", before, after))
    }
}

#[cfg(test)]
mod tests;
