//! Certificate profiles. Whether what one says can be is the seal policy's to judge, before.

use seal::{CertificateProfile, ContactPerson, ProfileId, has_hidden};

use super::{change, display_name_of, name_of, unless_ended};
use crate::{
    Actor, Change, Entry, MadeProfile, Moment, Register, RegistryRefusal, Version, register::Kept,
};

/// How many profiles a register keeps, retired ones among them: receipts name them.
const MAXIMUM_PROFILES: usize = 1000;

/// The longest name and e-mail address of a contact person, in characters.
const MAXIMUM_CONTACT: usize = 200;

impl Register {
    pub(super) fn make_profile(
        &self,
        profile: CertificateProfile,
        by: &Actor,
        now: Moment,
    ) -> Result<Change, RegistryRefusal> {
        name_of(profile.id.as_str())?;
        if self.made_profiles.contains_key(&profile.id) || self.profiles.contains(&profile.id) {
            return Err(RegistryRefusal::ProfileExists(profile.id));
        }
        if self.made_profiles.len() >= MAXIMUM_PROFILES {
            return Err(RegistryRefusal::Full { what: "profiles", most: MAXIMUM_PROFILES });
        }
        let (profile, made_by) = (written(profile)?, by.clone());
        let profile = MadeProfile { profile, made: now, made_by, retired: None };
        Ok(Change::made("profile-made", Entry::Profile(profile.into())))
    }

    pub(super) fn change_profile(
        &self,
        profile: CertificateProfile,
        expected: Version,
    ) -> Result<Change, RegistryRefusal> {
        let Kept { value: before, version } = self.made_profile(&profile.id)?;
        unless_ended(before.retired, "the profile")?;
        if *version != expected {
            return Err(RegistryRefusal::VersionPassed { expected, present: *version });
        }
        if profile.kind != before.profile.kind {
            let cause = "it stays: make another profile";
            return Err(RegistryRefusal::Invalid { field: "kind", cause });
        }
        let after = MadeProfile { profile: written(profile)?, ..before.clone() };
        let before = Entry::Profile(before.clone().into());
        Ok(change("profile-changed", before, Entry::Profile(after.into())))
    }

    pub(super) fn retire_profile(
        &self,
        id: &ProfileId,
        now: Moment,
    ) -> Result<Change, RegistryRefusal> {
        let before = &self.made_profile(id)?.value;
        unless_ended(before.retired, "the profile")?;
        let after = MadeProfile { retired: Some(now), ..before.clone() };
        let before = Entry::Profile(before.clone().into());
        Ok(change("profile-retired", before, Entry::Profile(after.into())))
    }

    fn made_profile(&self, id: &ProfileId) -> Result<&Kept<MadeProfile>, RegistryRefusal> {
        if self.profiles.contains(id) {
            return Err(RegistryRefusal::ManagedByFile("the profile"));
        }
        let found = self.made_profiles.get(id);
        found.ok_or_else(|| RegistryRefusal::ProfileUnknown(id.clone()))
    }
}

/// The profile, if its texts are as they must be. That an address is the contact person's own is known
/// by a check of the address, or stands in the file on the operator's word: nobody else says it.
fn written(mut profile: CertificateProfile) -> Result<CertificateProfile, RegistryRefusal> {
    if profile.email_validated {
        let cause = "true after a check of the address, or in the file; leave it out";
        return Err(RegistryRefusal::Invalid { field: "email_validated", cause });
    }
    profile.display_name = display_name_of(profile.display_name)?;
    if let Some(cause) = profile.appearances.defect() {
        return Err(RegistryRefusal::Invalid { field: "appearances", cause });
    }
    let wrong = |text: &String| text.chars().count() > MAXIMUM_CONTACT || has_hidden(text);
    let nameless = |person: &ContactPerson| person.name.trim().is_empty();
    if profile.contact_person.as_ref().is_some_and(|person| {
        nameless(person) || wrong(&person.name) || person.email.as_ref().is_some_and(wrong)
    }) {
        let cause = "a name, and if you like an email, of at most 200 characters, none of them a control \
                     character or one that turns the direction of writing";
        return Err(RegistryRefusal::Invalid { field: "contact_person", cause });
    }
    Ok(profile)
}
