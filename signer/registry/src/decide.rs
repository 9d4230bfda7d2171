//! The decisions: one exhaustive `match` over the commands.

mod people;
mod profiles;

use std::collections::BTreeMap;

use seal::{ApplicationId, ProfileId};

use crate::{
    Actor, ApiKey, Application, Change, Command, Entry, EntryKind, KeyId, KeyState,
    MakeApplication, MakeGrant, MakeKey, MakeMandate, Mandate, Moment, Permitted, PersonGrant,
    Register, RegistryRefusal, RotateKey, command::ChangeApplication, register::Kept,
};

/// How many of a kind the register keeps, ended ones among them; of grants and mandates the oldest
/// that has ended makes room.
const MAXIMUM_ENTRIES: usize = 10_000;

/// How many keys an application has, ended ones among them; the oldest that has ended makes room.
pub(crate) const MAXIMUM_KEYS: usize = 20;

/// How many seals a mandate gives at most: exact as a number of JSON (RFC 8259 section 6).
const MAXIMUM_SEALS: u64 = (1 << 53) - 1;

/// How many profiles one right names.
const MAXIMUM_PROFILES: usize = 100;

/// How long a key that was rotated away is taken at most: 90 days, in seconds.
const MAXIMUM_OVERLAP_S: u64 = 90 * 24 * 3600;

/// The longest name, display name, and note, in characters.
const MAXIMUM_NAME: usize = 64;
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
            Command::MakeApplication(wanted) => self.make_application(wanted, by, now),
            Command::ChangeApplication(wanted) => self.change_application(wanted),
            Command::MakeKey(wanted) => {
                self.may_have_a_key(&wanted.application, by)?;
                let (id, mut removed) = (wanted.id.clone(), None);
                let change = self.with_keys(&wanted.application.clone(), "key-made", |keys| {
                    removed = add_key(keys, wanted, by, now)?;
                    Ok(())
                })?;
                Ok(Change { key: Some(id.0), removed_key: removed.map(|key| key.0), ..change })
            }
            Command::RotateKey(wanted) => self.rotate_key(wanted, by, now),
            Command::RevokeKey { application, key } => {
                let change = self.with_keys(&application, "key-revoked", |keys| {
                    let found = find_key(keys, &key)?;
                    if found.revoked.is_some() {
                        return Err(RegistryRefusal::Ended("the key"));
                    }
                    found.revoked = Some(now);
                    Ok(())
                })?;
                Ok(Change { key: Some(key.0), ..change })
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

    fn make_application(
        &self,
        MakeApplication { id, display_name }: MakeApplication,
        by: &Actor,
        now: Moment,
    ) -> Result<Change, RegistryRefusal> {
        name_of(id.as_str())?;
        if self.applications.contains_key(&id) || self.is_declared(&id) {
            return Err(RegistryRefusal::ApplicationExists(id));
        }
        if self.applications.len() >= MAXIMUM_ENTRIES {
            return Err(full("applications"));
        }
        let display_name = display_name_of(display_name)?;
        let made_by = by.clone();
        let application =
            Application { id, display_name, active: true, made: now, made_by, keys: Vec::new() };
        Ok(Change::made("application-made", Entry::Application(application)))
    }

    fn change_application(&self, wanted: ChangeApplication) -> Result<Change, RegistryRefusal> {
        let ChangeApplication { id, expected, display_name, active } = wanted;
        let Kept { value: before, version } = self.application(&id)?;
        if *version != expected {
            return Err(RegistryRefusal::VersionPassed { expected, present: *version });
        }
        let display_name = match display_name {
            Some(display_name) => display_name_of(display_name)?,
            None => before.display_name.clone(),
        };
        let active = active.unwrap_or(before.active);
        let after = Application { display_name, active, ..before.clone() };
        let (before, after) = (Entry::Application(before.clone()), Entry::Application(after));
        Ok(change("application-changed", before, after))
    }

    fn rotate_key(
        &self,
        RotateKey { old, overlap_s, new }: RotateKey,
        by: &Actor,
        now: Moment,
    ) -> Result<Change, RegistryRefusal> {
        if overlap_s > MAXIMUM_OVERLAP_S {
            let cause = "at most 7,776,000 seconds (90 days)";
            return Err(RegistryRefusal::Invalid { field: "overlap_s", cause });
        }
        self.may_have_a_key(&new.application, by)?;
        let (next, old_name, mut removed) = (new.id.clone(), old.0.clone(), None);
        let change = self.with_keys(&new.application.clone(), "key-rotated", |keys| {
            let key = find_key(keys, &old)?;
            if key.state(now) != KeyState::Active {
                return Err(RegistryRefusal::Ended("the key"));
            }
            let end = now.after(overlap_s);
            key.expires = Some(key.expires.map_or(end, |earlier| earlier.min(end)));
            // The key that goes is told of below: another one makes room.
            let kept = std::mem::take(keys);
            let (mut gone, mut rest): (Vec<_>, Vec<_>) =
                kept.into_iter().partition(|key| key.id == old);
            removed = add_key(&mut rest, new, by, now)?;
            gone.append(&mut rest);
            *keys = gone;
            Ok(())
        })?;
        let removed_key = removed.map(|key| key.0);
        Ok(Change { key: Some(old_name), next: Some(next.0), removed_key, ..change })
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
        for (field, text) in [("issuer", &person.issuer), ("subject", &person.subject)] {
            if text.is_empty() || text.chars().count() > MAXIMUM_NOTE {
                return Err(RegistryRefusal::Invalid { field, cause: "1 to 1,000 characters" });
            }
        }
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

    fn application(&self, id: &ApplicationId) -> Result<&Kept<Application>, RegistryRefusal> {
        if self.is_declared(id) {
            return Err(RegistryRefusal::ManagedByFile("the application"));
        }
        let found = self.applications.get(id);
        found.ok_or_else(|| RegistryRefusal::ApplicationUnknown(id.clone()))
    }

    /// Whoever makes a key can use it: an application that holds a role gets one from itself alone,
    /// so that nobody raises themselves.
    fn may_have_a_key(&self, id: &ApplicationId, by: &Actor) -> Result<(), RegistryRefusal> {
        let itself = matches!(by, Actor::Application(asker) if asker == id);
        if self.roles.contains_key(id) && !itself {
            return Err(RegistryRefusal::HoldsRole);
        }
        Ok(())
    }

    fn with_keys(
        &self,
        application: &ApplicationId,
        what: &'static str,
        work: impl FnOnce(&mut Vec<ApiKey>) -> Result<(), RegistryRefusal>,
    ) -> Result<Change, RegistryRefusal> {
        let before = &self.application(application)?.value;
        let mut after = before.clone();
        work(&mut after.keys)?;
        Ok(change(what, Entry::Application(before.clone()), Entry::Application(after)))
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

/// Adds a key, and names the one that made room for it.
fn add_key(
    keys: &mut Vec<ApiKey>,
    wanted: MakeKey,
    by: &Actor,
    now: Moment,
) -> Result<Option<KeyId>, RegistryRefusal> {
    let MakeKey { application: _, id, display_name, sha256, expires } = wanted;
    if display_name.chars().count() > MAXIMUM_DISPLAY_NAME || has_control(&display_name) {
        let cause = "at most 200 characters, none of them a control character";
        return Err(RegistryRefusal::Invalid { field: "display_name", cause });
    }
    in_future("expires", expires, now)?;
    let mut removed = None;
    if keys.len() >= MAXIMUM_KEYS {
        let ended = keys.iter().position(|key| key.state(now) != KeyState::Active);
        let Some(ended) = ended else {
            return Err(RegistryRefusal::Full { what: "keys", most: MAXIMUM_KEYS });
        };
        removed = Some(keys.remove(ended).id);
    }
    let (made, made_by) = (now, by.clone());
    keys.push(ApiKey { id, display_name, sha256, made, made_by, expires, revoked: None });
    Ok(removed)
}

fn find_key<'a>(keys: &'a mut [ApiKey], id: &KeyId) -> Result<&'a mut ApiKey, RegistryRefusal> {
    let found = keys.iter_mut().find(|key| key.id == *id);
    found.ok_or_else(|| RegistryRefusal::KeyUnknown(id.clone()))
}

fn change(what: &'static str, before: Entry, after: Entry) -> Change {
    Change { before: Some(before), ..Change::made(what, after) }
}

fn unless_ended(revoked: Option<Moment>, what: &'static str) -> Result<(), RegistryRefusal> {
    if revoked.is_some() { Err(RegistryRefusal::Ended(what)) } else { Ok(()) }
}

/// The oldest that has ended, where there are as many as are kept.
fn room<K: Clone, T>(
    what: &'static str,
    kept: &BTreeMap<K, Kept<T>>,
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
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
    if (1..=MAXIMUM_NAME).contains(&name.len())
        && name.chars().all(allowed)
        && !name.starts_with(['-', '_', '.'])
    {
        return Ok(());
    }
    let cause = "1 to 64 of a-z, 0-9, -, _ and ., beginning with a letter or a digit";
    Err(RegistryRefusal::Invalid { field: "id", cause })
}

fn display_name_of(text: String) -> Result<String, RegistryRefusal> {
    if text.trim().is_empty() || text.chars().count() > MAXIMUM_DISPLAY_NAME || has_control(&text) {
        let cause = "1 to 200 characters, none of them a control character";
        return Err(RegistryRefusal::Invalid { field: "display_name", cause });
    }
    Ok(text)
}

fn note_of(text: String) -> Result<String, RegistryRefusal> {
    if text.chars().count() > MAXIMUM_NOTE {
        return Err(RegistryRefusal::Invalid { field: "note", cause: "at most 1,000 characters" });
    }
    Ok(text)
}

fn has_control(text: &str) -> bool {
    text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests;
