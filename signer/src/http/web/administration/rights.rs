//! What grants and mandates have in common: profiles, an end, and why.

use registry::Moment;
use seal::ProfileId;

use super::{changing::Wrong, filled::Filled, office::Office};
use crate::web::{Field, Kind};

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
        vec![
            Field::new("profiles", a.profiles, Kind::Any(profiles.map(named).collect()))
                .or(a.every_profile)
                .hint(a.profiles_hint),
            Field::new("until", a.last_day, Kind::Day).or(a.no_end).hint(a.last_day_hint),
            Field::new("note", a.note, Kind::Lines(1000)).hint(a.note_hint),
        ]
    }

    pub(super) fn extent(&self, filled: &Filled) -> Result<Extent, Wrong> {
        let profiles = filled.all("profiles");
        let profiles = profiles.into_iter().map(ProfileId::new).collect::<Vec<_>>();
        Ok(Extent {
            profiles: Some(profiles).filter(|profiles| !profiles.is_empty()),
            until: self.day("until", filled.one("until"), true)?,
            note: filled.text("note"),
        })
    }
}
