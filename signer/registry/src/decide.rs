//! The decisions: one exhaustive `match` over the commands.

mod applications;
mod certificates;
mod clients;
mod links;
mod passkeys;
mod people;
mod profiles;

pub(crate) use self::applications::MAXIMUM_KEYS;
use seal::{ADDRESS_NAME, PersonId, PersonIdDefect, ProfileId, has_hidden, is_address_name};

use crate::{
    Actor, Change, Command, Entry, EntryKind, MakeGrant, MakeMandate, Mandate, Moment, Permitted,
    PersonGrant, Register, RegistryRefusal, Shared, Version, register::Kept,
};

/// How many of a kind the register keeps, ended ones among them; of grants and mandates the oldest
/// that has ended makes room.
const MAXIMUM_ENTRIES: usize = 10_000;

/// How many seals a mandate gives at most: exact as a number of JSON (RFC 8259 section 6).
const MAXIMUM_SEALS: u64 = (1 << 53) - 1;

/// How many profiles one right names.
const MAXIMUM_PROFILES: usize = 100;

/// The longest display name, and note, in characters.
const MAXIMUM_DISPLAY_NAME: usize = 200;
const MAXIMUM_NOTE: usize = 1000;

impl Register {
    /// Decides a command.
    ///
    /// # Errors
    /// [`RegistryRefusal`] names the cause; the register is as it was.
    pub fn decide(
        &self,
        permitted: &Permitted,
        command: Command,
        now: Moment,
    ) -> Result<Change, RegistryRefusal> {
        if command.needs() != permitted.act() {
            return Err(RegistryRefusal::NotPermitted(command.needs().name()));
        }
        let by = permitted.actor();
        match command {
            Command::ChangeOrganisation { allow_seals, expected } => {
                self.change_organisation(allow_seals, expected)
            }
            Command::MakeApplication(wanted) => self.make_application(wanted, by, now),
            Command::ChangeApplication(wanted) => self.change_application(wanted, by, now),
            Command::MakeKey(wanted) => self.make_key(wanted, by, now),
            Command::RotateKey(wanted) => self.rotate_key(wanted, by, now),
            Command::RevokeKey { application, key } => self.revoke_key(&application, key, by, now),
            Command::MakeClient(wanted) => self.make_client(wanted, by, now),
            Command::RevokeClient { application, client, expected } => {
                self.revoke_client(&application, client, (expected, by), now)
            }
            Command::MakeGrant(wanted) => self.make_grant(wanted, by, now),
            Command::RevokeGrant(id) => {
                let Some(Kept { value: before, .. }) = self.grants.get(&id) else {
                    return Err(RegistryRefusal::GrantUnknown(id));
                };
                unless_ended(before.revoked, "the grant")?;
                let after = PersonGrant { revoked: Some(now), ..before.clone() };
                Ok(change("grant-revoked", Entry::Grant(before.clone()), Entry::Grant(after)))
            }
            Command::MakeProfile(profile) => self.make_profile(*profile, by, now),
            Command::ChangeProfile { profile, expected } => self.change_profile(*profile, expected),
            Command::RetireProfile(id) => self.retire_profile(&id, now),
            Command::People(command) => self.decide_people(command, by, now),
            Command::SetCertificateTerms(wanted) => self.set_certificate_terms(*wanted, by, now),
            Command::SetCertificateSettings { settings, expected } => {
                self.set_certificate_settings(settings, expected)
            }
            Command::MakeMandate(wanted) => self.make_mandate(wanted, by, now),
            Command::RevokeMandate(id) => {
                let Some(Kept { value: before, .. }) = self.mandates.get(&id) else {
                    return Err(RegistryRefusal::MandateUnknown(id));
                };
                unless_ended(before.revoked, "the mandate")?;
                let after = Mandate { revoked: Some(now), ..before.clone() };
                Ok(change("mandate-revoked", Entry::Mandate(before.clone()), Entry::Mandate(after)))
            }
        }
    }

    fn change_organisation(
        &self,
        allow_seals: Option<bool>,
        expected: Version,
    ) -> Result<Change, RegistryRefusal> {
        let kept = self.organisation().filter(|_| !self.file_organisation);
        let Kept { value: before, version } =
            kept.ok_or(RegistryRefusal::ManagedByFile("the organisation"))?;
        if *version != expected {
            return Err(RegistryRefusal::VersionPassed { expected, present: *version });
        }
        let mut after = before.clone();
        after.organisation.allow_seals = allow_seals.unwrap_or(before.organisation.allow_seals);
        let (before, after) = (Entry::Organisation(before.clone()), Entry::Organisation(after));
        Ok(change("organisation-changed", before, after))
    }

    fn make_grant(
        &self,
        wanted: MakeGrant,
        by: &Actor,
        now: Moment,
    ) -> Result<Change, RegistryRefusal> {
        let MakeGrant { id, person, mut acts, profiles, until, note } = wanted;
        if matches!(by, Actor::Person(giver) if *giver == person) {
            return Err(RegistryRefusal::OwnRight);
        }
        can_come(&person)?;
        acts.dedup();
        if acts.is_empty() || acts.len() > 2 {
            let cause = "\"signature\", \"seal\", or both";
            return Err(RegistryRefusal::Invalid { field: "acts", cause });
        }
        self.known(profiles.as_deref())?;
        in_future("until", until, now)?;
        let ended = |grant: &PersonGrant| has_ended(grant.revoked, grant.until, now);
        let removed = room("grants", &self.grants, ended)?.map(|id| (EntryKind::Grant, id.0));
        let (note, made_by) = (note_of(note)?, by.clone());
        let grant = PersonGrant {
            id,
            person,
            acts,
            profiles,
            until,
            note,
            made: now,
            made_by,
            revoked: None,
        };
        Ok(Change { removed, ..Change::made("grant-given", Entry::Grant(grant)) })
    }

    fn make_mandate(
        &self,
        wanted: MakeMandate,
        by: &Actor,
        now: Moment,
    ) -> Result<Change, RegistryRefusal> {
        let MakeMandate { id, application, profiles, from, until, maximum_seals, note } = wanted;
        if matches!(by, Actor::Application(giver) if *giver == application) {
            return Err(RegistryRefusal::OwnRight);
        }
        if !self.file_applications.contains(&application) {
            self.application(&application)?;
        }
        self.known(profiles.as_deref())?;
        in_future("until", until, now)?;
        if from.zip(until).is_some_and(|(from, until)| until <= from) {
            let cause = "after the beginning";
            return Err(RegistryRefusal::Invalid { field: "until", cause });
        }
        if maximum_seals.is_some_and(|most| !(1..=MAXIMUM_SEALS).contains(&most)) {
            let cause = "1 to 9,007,199,254,740,991; leave it out for no most number";
            return Err(RegistryRefusal::Invalid { field: "maximum_seals", cause });
        }
        let ended = |mandate: &Mandate| has_ended(mandate.revoked, mandate.until, now);
        let removed = room("mandates", &self.mandates, ended)?.map(|id| (EntryKind::Mandate, id.0));
        let (note, made_by) = (note_of(note)?, by.clone());
        let mandate = Mandate {
            id,
            application,
            profiles,
            from,
            until,
            maximum_seals,
            note,
            made: now,
            made_by,
            revoked: None,
        };
        Ok(Change { removed, ..Change::made("mandate-given", Entry::Mandate(mandate)) })
    }

    fn known(&self, profiles: Option<&[ProfileId]>) -> Result<(), RegistryRefusal> {
        let profiles = profiles.unwrap_or_default();
        if profiles.len() > MAXIMUM_PROFILES {
            let cause = "at most 100; leave it out for every profile";
            return Err(RegistryRefusal::Invalid { field: "profiles", cause });
        }
        let known =
            |id: &ProfileId| self.profiles.contains(id) || self.made_profiles.contains_key(id);
        let unknown = profiles.iter().find(|profile| !known(profile));
        unknown.map_or(Ok(()), |profile| Err(RegistryRefusal::ProfileUnknown(profile.clone())))
    }
}

fn change(what: &'static str, before: Entry, after: Entry) -> Change {
    Change { before: Some(before), ..Change::made(what, after) }
}

fn unless_ended(revoked: Option<Moment>, what: &'static str) -> Result<(), RegistryRefusal> {
    if revoked.is_some() { Err(RegistryRefusal::Ended(what)) } else { Ok(()) }
}

/// The oldest that has ended, where there are as many as are kept.
fn room<K: Ord + Clone, T: Clone>(
    what: &'static str,
    kept: &Shared<K, Kept<T>>,
    has_ended: impl Fn(&T) -> bool,
) -> Result<Option<K>, RegistryRefusal> {
    if kept.len() < MAXIMUM_ENTRIES {
        return Ok(None);
    }
    let ended = kept.iter().filter(|(_, kept)| has_ended(&kept.value));
    let oldest = ended.min_by_key(|(_, kept)| kept.version);
    oldest.map(|(id, _)| Some(id.clone())).ok_or_else(|| full(what))
}

fn full(what: &'static str) -> RegistryRefusal {
    RegistryRefusal::Full { what, most: MAXIMUM_ENTRIES }
}

fn has_ended(revoked: Option<Moment>, until: Option<Moment>, now: Moment) -> bool {
    revoked.is_some() || until.is_some_and(|until| until <= now)
}

fn in_future(
    field: &'static str,
    moment: Option<Moment>,
    now: Moment,
) -> Result<(), RegistryRefusal> {
    if moment.is_some_and(|moment| moment <= now) {
        return Err(RegistryRefusal::Invalid { field, cause: "a moment to come" });
    }
    Ok(())
}

/// A name that stands in addresses.
fn name_of(name: &str) -> Result<(), RegistryRefusal> {
    match is_address_name(name) {
        true => Ok(()),
        false => Err(RegistryRefusal::Invalid { field: "id", cause: ADDRESS_NAME }),
    }
}

fn display_name_of(text: String) -> Result<String, RegistryRefusal> {
    if text.trim().is_empty() || text.chars().count() > MAXIMUM_DISPLAY_NAME || has_hidden(&text) {
        let cause = "1 to 200 characters, none of them a control character or one that turns the direction of writing";
        return Err(RegistryRefusal::Invalid { field: "display_name", cause });
    }
    Ok(text)
}

/// Whether somebody can come with this login.
fn can_come(login: &PersonId) -> Result<(), RegistryRefusal> {
    let (field, cause) = match login.defect() {
        None => return Ok(()),
        Some(PersonIdDefect::Missing(field)) => (field, "it is empty"),
        Some(PersonIdDefect::Nul(field)) => (field, "a NUL stands in it"),
        Some(PersonIdDefect::TooLong) => {
            ("subject", "issuer and subject have at most 1,000 bytes together")
        }
    };
    Err(RegistryRefusal::Invalid { field, cause })
}

fn note_of(text: String) -> Result<String, RegistryRefusal> {
    let is_hidden = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if text.chars().count() > MAXIMUM_NOTE || text.chars().any(is_hidden) {
        let cause = "at most 1,000 characters; of those of control, line breaks and tabs alone";
        return Err(RegistryRefusal::Invalid { field: "note", cause });
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
