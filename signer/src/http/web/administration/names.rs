//! What people, profiles and moments are called on the pages.

use registry::{
    Actor, AdministrativeAct, KeyState, Moment, Origin, PersonState, RegisteredPerson, Version,
};
use seal::{Act, CertificateProfile, PersonId, ProfileId, ProfileKind};

use super::{changing::Wrong, filled::Filled, office::Office};
use crate::{
    danish_time::{danish_midnight, danish_time},
    web::Cell,
};

impl Office {
    /// A moment as people in Denmark read it, without its distance from UTC and its seconds.
    pub(super) fn time(&self, moment: Moment) -> String {
        danish_time(moment.into()).chars().take("2026-11-22 15:34".len()).collect()
    }

    /// The last day before a moment that is the end of something.
    pub(super) fn end(&self, until: Option<Moment>) -> String {
        until.map_or_else(|| self.a.no_end.to_owned(), |until| self.time(until))
    }

    /// The person of a login, for those who may know.
    pub(super) fn person(&self, person: &PersonId) -> String {
        let known = self.snapshot.register().registered(person);
        if !self.may(AdministrativeAct::ReadPeople) {
            return person.subject.clone();
        }
        let known = known.map(full_name);
        let known = known.or_else(|| self.demo_name(person).map(str::to_owned));
        known.unwrap_or_else(|| person.subject.clone())
    }

    /// Who did something.
    pub(super) fn actor(&self, actor: &Actor) -> String {
        match actor {
            Actor::Application(id) => id.as_str().to_owned(),
            Actor::Person(person) => self.person(person),
            Actor::Operator => self.a.operator.to_owned(),
            Actor::Erased => self.a.erased.to_owned(),
        }
    }

    pub(super) fn act(&self, act: Act) -> &'static str {
        match act {
            Act::Sign => self.a.act_sign,
            Act::Seal => self.a.act_seal,
        }
    }

    pub(super) fn kind(&self, kind: ProfileKind) -> &'static str {
        match kind {
            ProfileKind::User => self.a.kind_user,
            ProfileKind::Organisation => self.a.kind_organisation,
            ProfileKind::System => self.a.kind_system,
        }
    }

    pub(super) fn origin(&self, origin: Origin) -> &'static str {
        match origin {
            Origin::File => self.a.of_file,
            Origin::Register => self.a.of_register,
        }
    }

    pub(super) fn person_state(&self, state: PersonState) -> Cell {
        match state {
            PersonState::Invited => Cell::marked(self.a.state_invited, "open"),
            PersonState::Active => Cell::marked(self.a.state_active, "done"),
            PersonState::Blocked => Cell::marked(self.a.state_blocked, "bad"),
            PersonState::Left => Cell::marked(self.a.state_left, "open"),
        }
    }

    pub(super) fn key_state(&self, state: KeyState) -> Cell {
        match state {
            KeyState::Active => Cell::marked(self.a.in_use, "done"),
            KeyState::Expired => Cell::marked(self.a.ended, "open"),
            KeyState::Revoked => Cell::marked(self.a.revoked, "bad"),
        }
    }

    /// A right's state: from when, until when, whether it was revoked.
    pub(super) fn right_state(
        &self,
        (from, until): (Option<Moment>, Option<Moment>),
        revoked: Option<Moment>,
    ) -> Cell {
        let now = Moment::try_from(self.state.service.clock().now()).ok();
        match revoked {
            Some(_) => Cell::marked(self.a.revoked, "bad"),
            None if until.is_some_and(|until| now.is_some_and(|now| until <= now)) => {
                Cell::marked(self.a.ended, "open")
            }
            None if from.is_some_and(|from| now.is_some_and(|now| from > now)) => {
                Cell::marked(self.a.to_come, "open")
            }
            None => Cell::marked(self.a.in_use, "done"),
        }
    }

    /// The profiles that a right is for.
    pub(super) fn profiles_of(&self, profiles: Option<&Vec<ProfileId>>) -> String {
        match profiles {
            None => self.a.every_profile.to_owned(),
            Some(profiles) => {
                let names: Vec<_> = profiles.iter().map(|id| self.profile(id)).collect();
                names.join(", ")
            }
        }
    }

    pub(super) fn profile(&self, id: &ProfileId) -> String {
        let mut profiles = self.every_profile().into_iter();
        let found = profiles.find(|profile| profile.id == *id);
        found.map_or_else(|| id.to_string(), |profile| profile.display_name)
    }

    /// Every profile that acts find: of equal names the file's counts.
    pub(super) fn every_profile(&self) -> Vec<CertificateProfile> {
        let declared = self.snapshot.declared().profiles.iter();
        let made = self.snapshot.register().profiles().iter();
        let made = made.filter(|(id, _)| !declared.clone().any(|one| one.id == **id));
        let made = made.map(|(_, kept)| kept.value.in_use());
        let mut all: Vec<_> = declared.clone().cloned().chain(made).collect();
        all.sort_by(|one, other| one.id.cmp(&other.id));
        all
    }

    /// The version of what somebody changes, as their page showed it.
    ///
    /// # Errors
    /// [`Wrong`] where the form names none: it is none of ours.
    pub(super) fn version(&self, filled: &Filled) -> Result<Version, Wrong> {
        let version = filled.one("version").and_then(|text| text.parse().ok()).map(Version);
        version.ok_or_else(|| Wrong { field: "", text: self.a.passed.to_owned() })
    }

    /// The moment at which a day is over in Denmark, or at which it begins; nothing where there is none.
    pub(super) fn day(
        &self,
        field: &'static str,
        day: Option<&str>,
        is_last: bool,
    ) -> Result<Option<Moment>, Wrong> {
        let wrong = || Wrong { field, text: self.a.wrong_day.to_owned() };
        let read = |day| {
            let midnight = danish_midnight(day, i64::from(is_last)).ok_or_else(wrong)?;
            Moment::try_from(midnight).map_err(|_| wrong())
        };
        day.map(read).transpose()
    }
}

/// A person's name.
pub(super) fn full_name(person: &RegisteredPerson) -> String {
    format!("{} {}", person.given_name, person.family_name)
}
