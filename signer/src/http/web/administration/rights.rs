//! What grants and mandates have in common: profiles, an end, and why.

use registry::Moment;
use seal::ProfileId;

use super::{changing::Wrong, filled::Filled, office::Office};
use crate::web::{Field, Kind};

/// The choice of every profile, those to come among them: no profile is called so.
const EVERY: &str = "*";

/// What is filled in of it.
pub(super) struct Extent {
    /// Every profile when there is none.
    pub(super) profiles: Option<Vec<ProfileId>>,
    pub(super) until: Option<Moment>,
    pub(super) note: String,
}

impl Office {
    /// The fields. `is_for` says which profiles are meant.
    pub(super) fn extent_fields(&self, is_for: impl Fn(seal::ProfileKind) -> bool) -> Vec<Field> {
        let a = self.a;
        let profiles = self.every_profile().into_iter().filter(|profile| is_for(profile.kind));
        let named = |profile: seal::CertificateProfile| {
            let kind = self.kind(profile.kind);
            (profile.id.to_string(), format!("{} ({kind})", profile.display_name))
        };
        let r = self.r();
        let mut choices = vec![(EVERY.to_owned(), r.every_profile.to_owned())];
        choices.extend(profiles.map(named));
        vec![
            Field::new("profiles", a.profiles, Kind::Any(choices)).hint(r.profiles_hint),
            Field::new("until", a.last_day, Kind::Day).or(a.no_end).hint(a.last_day_hint),
            Field::new("note", a.note, Kind::Lines(1000)).hint(a.note_hint),
        ]
    }

    pub(super) fn extent(&self, filled: &Filled) -> Result<Extent, Wrong> {
        let chosen = filled.all("profiles");
        let is_every = chosen.iter().any(|word| word == EVERY);
        let profiles = match (is_every, chosen.len()) {
            (true, 1) => None,
            (false, 1..) => Some(chosen.into_iter().map(ProfileId::new).collect()),
            // The widest power is nobody's who did not ask for it.
            (true, _) | (false, 0) => {
                let text = self.r().choose_profiles.to_owned();
                return Err(Wrong { field: "profiles", text });
            }
        };
        Ok(Extent {
            profiles,
            until: self.day("until", filled.one("until"), true)?,
            note: filled.text("note"),
        })
    }
}
