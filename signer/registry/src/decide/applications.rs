//! Applications and their API keys. One that holds a role decides on its own keys alone.

use seal::{ApplicationId, has_hidden};

use super::{
    MAXIMUM_DISPLAY_NAME, MAXIMUM_ENTRIES, change, display_name_of, full, in_future, name_of,
};
use crate::{
    Actor, ApiKey, Application, Change, ChangeApplication, Entry, KeyId, KeyState, MakeApplication,
    MakeKey, Moment, Register, RegistryRefusal, Role, RotateKey, register::Kept,
};

/// How many keys an application has, ended ones among them; the oldest that has ended makes room.
pub(crate) const MAXIMUM_KEYS: usize = 20;

/// How long a key that was rotated away is taken at most: 90 days, in seconds.
const MAXIMUM_OVERLAP_S: u64 = 90 * 24 * 3600;

impl Register {
    pub(super) fn make_application(
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
        let (keys, clients) = (Vec::new(), Vec::new());
        let application =
            Application { id, display_name, active: true, made: now, made_by, keys, clients };
        Ok(Change::made("application-made", Entry::Application(application)))
    }

    pub(super) fn change_application(
        &self,
        wanted: ChangeApplication,
        by: &Actor,
        now: Moment,
    ) -> Result<Change, RegistryRefusal> {
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
        if active != before.active {
            self.is_their_own(&id, by)?;
        }
        let after = Application { display_name, active, ..before.clone() };
        self.remains(before, &after, now)?;
        let (before, after) = (Entry::Application(before.clone()), Entry::Application(after));
        Ok(change("application-changed", before, after))
    }

    pub(super) fn rotate_key(
        &self,
        RotateKey { old, overlap_s, new }: RotateKey,
        by: &Actor,
        now: Moment,
    ) -> Result<Change, RegistryRefusal> {
        if overlap_s > MAXIMUM_OVERLAP_S {
            let cause = "at most 7,776,000 seconds (90 days)";
            return Err(RegistryRefusal::Invalid { field: "overlap_s", cause });
        }
        self.is_their_own(&new.application, by)?;
        let (next, old_name, mut removed) = (new.id.clone(), old.0.clone(), None);
        let change = self.with_keys(&new.application.clone(), "key-rotated", now, |keys| {
            let key = find_key(keys, &old)?;
            if key.state(now) != KeyState::Active {
                return Err(RegistryRefusal::Ended("the key"));
            }
            let end = now.after(overlap_s);
            key.expires = Some(key.expires.map_or(end, |earlier| earlier.min(end)));
            key.next = Some(new.id.clone());
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

    pub(super) fn make_key(
        &self,
        wanted: MakeKey,
        by: &Actor,
        now: Moment,
    ) -> Result<Change, RegistryRefusal> {
        self.is_their_own(&wanted.application, by)?;
        let (id, mut removed) = (wanted.id.clone(), None);
        let change = self.with_keys(&wanted.application.clone(), "key-made", now, |keys| {
            removed = add_key(keys, wanted, by, now)?;
            Ok(())
        })?;
        Ok(Change { key: Some(id.0), removed_key: removed.map(|key| key.0), ..change })
    }

    pub(super) fn revoke_key(
        &self,
        application: &ApplicationId,
        key: KeyId,
        by: &Actor,
        now: Moment,
    ) -> Result<Change, RegistryRefusal> {
        self.is_their_own(application, by)?;
        let change = self.with_keys(application, "key-revoked", now, |keys| {
            let found = find_key(keys, &key)?;
            if found.revoked.is_some() {
                return Err(RegistryRefusal::Ended("the key"));
            }
            found.revoked = Some(now);
            Ok(())
        })?;
        Ok(Change { key: Some(key.0), ..change })
    }

    pub(super) fn application(
        &self,
        id: &ApplicationId,
    ) -> Result<&Kept<Application>, RegistryRefusal> {
        if self.is_declared(id) {
            return Err(RegistryRefusal::ManagedByFile("the application"));
        }
        let found = self.applications.get(id);
        found.ok_or_else(|| RegistryRefusal::ApplicationUnknown(id.clone()))
    }

    /// Whoever makes a key can use it, and whoever takes the keys shuts out who holds them: an
    /// application that holds a role decides on its own alone, so that nobody raises themselves, nor
    /// rids themselves of others who administer.
    pub(super) fn is_their_own(
        &self,
        id: &ApplicationId,
        by: &Actor,
    ) -> Result<(), RegistryRefusal> {
        let allowed = match by {
            Actor::Application(asker) => asker == id,
            Actor::Operator => true,
            Actor::Person(_) | Actor::Erased => false,
        };
        if self.roles.contains_key(id) && !allowed {
            return Err(RegistryRefusal::HoldsRole);
        }
        Ok(())
    }

    /// Whether somebody answers for the organisation after this change of an application.
    fn remains(
        &self,
        before: &Application,
        after: &Application,
        now: Moment,
    ) -> Result<(), RegistryRefusal> {
        let ends = self.answers(before, now) && !self.answers(after, now);
        if ends && !self.is_administered_without(None, Some(&before.id), now) {
            return Err(RegistryRefusal::LastAdministrator);
        }
        Ok(())
    }

    /// Whether an application answers for the organisation, and can.
    pub(super) fn answers(&self, application: &Application, now: Moment) -> bool {
        let role = self.roles.get(&application.id).map(|kept| kept.value.role);
        role == Some(Role::OrganisationAdministrator)
            && !self.is_declared(&application.id)
            && application.may_come(now)
    }

    fn with_keys(
        &self,
        application: &ApplicationId,
        what: &'static str,
        now: Moment,
        work: impl FnOnce(&mut Vec<ApiKey>) -> Result<(), RegistryRefusal>,
    ) -> Result<Change, RegistryRefusal> {
        let before = &self.application(application)?.value;
        let mut after = before.clone();
        work(&mut after.keys)?;
        self.remains(before, &after, now)?;
        Ok(change(what, Entry::Application(before.clone()), Entry::Application(after)))
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
    called(&display_name)?;
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
    keys.push(ApiKey {
        id,
        display_name,
        sha256,
        made,
        made_by,
        expires,
        revoked: None,
        next: None,
    });
    Ok(removed)
}

/// What people call a key or a client, or nothing.
pub(super) fn called(display_name: &str) -> Result<(), RegistryRefusal> {
    if display_name.chars().count() > MAXIMUM_DISPLAY_NAME || has_hidden(display_name) {
        let cause = "at most 200 characters, none of them a control character or one that turns the direction of writing";
        return Err(RegistryRefusal::Invalid { field: "display_name", cause });
    }
    Ok(())
}

fn find_key<'a>(keys: &'a mut [ApiKey], id: &KeyId) -> Result<&'a mut ApiKey, RegistryRefusal> {
    let found = keys.iter_mut().find(|key| key.id == *id);
    found.ok_or_else(|| RegistryRefusal::KeyUnknown(id.clone()))
}
