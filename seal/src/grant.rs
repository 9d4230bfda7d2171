//! What a caller was granted.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::SystemTime,
};

use crate::{Act, Grantee, ProfileId};

/// One administrator's decision: this caller may do these acts (MitID Erhverv: the separate grants
/// "signing" and "seal generation").
#[derive(Clone, Debug)]
pub struct Grant {
    /// Who may.
    pub to: Grantee,
    /// What they may do.
    pub acts: Vec<Act>,
    /// With which profiles; every profile when there is no list.
    pub profiles: Option<Vec<ProfileId>>,
    /// When.
    pub term: Term,
    /// How often, of a mandate that gives only so many seals.
    pub counted: Option<Counted>,
    /// Its identifier, where it can be taken back.
    pub id: Option<Arc<str>>,
    /// Whether it was taken back. It lets nobody do anything any more; it is known so that a refusal can
    /// say why.
    pub revoked: bool,
}

/// The time in which a grant counts; always, without bounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Term {
    /// The first moment.
    pub from: Option<SystemTime>,
    /// The first moment after it.
    pub until: Option<SystemTime>,
}

/// A mandate that gives only so many seals. Clones share the count.
#[derive(Clone, Debug)]
pub struct Counted {
    /// The mandate's name.
    pub mandate: Arc<str>,
    /// How many it gives.
    pub maximum: u64,
    /// How many it has given, as whoever counts them says. An act that it lets pass may still be
    /// refused where they are counted.
    pub given: Arc<AtomicU64>,
}

impl Counted {
    /// How many it has left to give, as far as is known.
    pub(crate) fn left(&self) -> u64 {
        self.maximum.saturating_sub(self.given.load(Ordering::Relaxed))
    }
}

impl Term {
    /// Whether `now` lies in it.
    pub fn holds(&self, now: SystemTime) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }
}

impl Grant {
    /// A grant without bounds in time or number.
    pub fn new(to: Grantee, acts: Vec<Act>, profiles: Option<Vec<ProfileId>>) -> Self {
        let term = Term::default();
        Self { to, acts, profiles, term, counted: None, id: None, revoked: false }
    }

    /// Whether it lets its holder do anything at all now.
    pub(crate) fn counts(&self, now: SystemTime) -> bool {
        !self.acts.is_empty() && !self.revoked && self.term.holds(now)
    }

    /// Whether it lets its holder do `act` with `profile` now, but for its number.
    pub(crate) fn covers(&self, act: Act, profile: &ProfileId, now: SystemTime) -> bool {
        self.counts(now) && self.is_for(act, profile)
    }

    /// Whether it is, or was, or will be, for `act` with `profile`.
    fn is_for(&self, act: Act, profile: &ProfileId) -> bool {
        self.acts.contains(&act)
            && self.profiles.as_ref().is_none_or(|profiles| profiles.contains(profile))
    }

    /// Why it does not let its holder do `act` with `profile` now, as in *the mandate m-1 was revoked*; nothing
    /// where it was never for that, or does.
    pub(crate) fn hindrance(
        &self,
        act: Act,
        profile: &ProfileId,
        now: SystemTime,
    ) -> Option<String> {
        let id = self.id.as_deref().filter(|_| self.is_for(act, profile))?;
        let why = if self.revoked {
            "was revoked"
        } else if self.term.until.is_some_and(|until| until <= now) {
            "has ended"
        } else if !self.term.holds(now) {
            "has not begun"
        } else {
            return None;
        };
        let what = match self.to {
            Grantee::Application(_) => "mandate",
            Grantee::Person(_) => "grant",
        };
        Some(format!("the {what} {id} {why}"))
    }

    /// How many seals it has left to give; as many as anybody asks for, if it counts none.
    pub(crate) fn left(&self) -> u64 {
        self.counted.as_ref().map_or(u64::MAX, Counted::left)
    }
}
