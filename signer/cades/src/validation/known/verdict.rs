//! What all data at hand come to.

use std::time::SystemTime;

use super::{
    Revocation,
    question::{Accusation, Answer},
};
use crate::certificate::Reasons;

/// The answers so far.
#[derive(Debug)]
pub(super) struct Verdict {
    /// The earliest time of revocation, and whether such data stand in the document.
    revoked: Option<(SystemTime, bool)>,
    /// Data that say that it is on hold.
    held: Option<Hold>,
    /// Data that accuse and that nothing else can settle.
    accused: Option<Accusation>,
    /// The same, signed by none of the keys at hand: newer data that are signed settle it.
    contested: Option<Accusation>,
    /// For which reasons it is known not to be revoked: by all data, and by the document's.
    clear: Reasons,
    clear_inside: Reasons,
    newest: Option<SystemTime>,
    /// When the newest data were made that say so for every reason by themselves.
    newest_of_all: Option<SystemTime>,
    unusable: Option<(&'static str, bool)>,
}

/// A certificate on hold: since when, by data made when at the latest (`None`: nobody knows, and nothing is newer),
/// and whether such data stand in the document.
#[derive(Clone, Copy, Debug)]
struct Hold {
    at: SystemTime,
    made: Option<SystemTime>,
    embedded: bool,
}

impl Default for Verdict {
    fn default() -> Self {
        Self {
            revoked: None,
            held: None,
            accused: None,
            contested: None,
            clear: Reasons::NONE,
            clear_inside: Reasons::NONE,
            newest: None,
            newest_of_all: None,
            unusable: None,
        }
    }
}

impl Verdict {
    /// Whether it is known not to be revoked for any reason, if nothing else speaks against it.
    pub(super) fn is_clear(&self) -> bool {
        self.clear == Reasons::ALL
    }

    /// Whether data say that it is on hold, and no newer ones that it is not.
    pub(super) fn is_held(&self) -> bool {
        self.held.is_some_and(|hold| !self.is_released(&hold))
    }

    fn is_released(&self, hold: &Hold) -> bool {
        hold.made.is_some() && hold.made < self.newest_of_all
    }

    pub(super) fn take(&mut self, answer: Answer, embedded: bool) {
        match answer {
            Answer::Revoked(at) => {
                // The earliest time of several.
                let (before, inside) = self.revoked.unwrap_or((at, false));
                self.revoked = Some((before.min(at), inside || embedded));
            }
            Answer::Held { at, made } => {
                let new = Hold { at, made, embedded };
                self.held = Some(self.held.map_or(new, |known| Hold {
                    at: known.at.min(at),
                    made: known.made.zip(made).map(|(one, other)| one.max(other)),
                    embedded: known.embedded || embedded,
                }));
            }
            Answer::Accuses { accusation, unsigned } => {
                let slot = if unsigned { &mut self.contested } else { &mut self.accused };
                // What has no time is newer than anything.
                let both = slot.take().into_iter().chain([accusation]);
                *slot = both.max_by_key(|one| (one.made.is_none(), one.made));
            }
            Answer::Clear { reasons, made } => {
                self.clear = self.clear.or(reasons);
                if embedded {
                    self.clear_inside = self.clear_inside.or(reasons);
                }
                self.newest = self.newest.max(made);
                if reasons == Reasons::ALL {
                    self.newest_of_all = self.newest_of_all.max(made);
                }
            }
            Answer::Unusable { why, out_of_date } => self.unusable = Some((why, out_of_date)),
        }
    }

    /// Revoked counts before anything else, and what cannot be judged before what clears.
    pub(super) fn conclude(self, needs_no_check: bool) -> Revocation {
        if let Some((at, embedded)) = self.revoked {
            return Revocation::Revoked { at, on_hold: false, embedded };
        }
        if let Some(accusation) = self.accused {
            return Revocation::Unjudged(accusation.why);
        }
        if let Some(Hold { at, embedded, .. }) = self.held.filter(|hold| !self.is_released(hold)) {
            return Revocation::Revoked { at, on_hold: true, embedded };
        }
        let was_held = self.held.map(|_| ON_HOLD);
        let clear = self.is_clear();
        match self.contested {
            Some(one) if !(clear && one.made.is_some() && one.made <= self.newest) => {
                Revocation::Unjudged(one.why)
            }
            contested if clear => Revocation::NotRevoked {
                embedded: self.clear_inside == Reasons::ALL,
                contested: contested.map(|one| one.why).or(was_held),
            },
            _ if needs_no_check => Revocation::NotNeeded,
            _ => match self.unusable {
                Some((why, out_of_date)) => Revocation::Missing { why, out_of_date },
                None if self.clear != Reasons::NONE => {
                    Revocation::Missing { why: SOME_REASONS, out_of_date: false }
                }
                None => Revocation::Missing { why: NO_DATA, out_of_date: false },
            },
        }
    }
}

const ON_HOLD: &str = "is that it was on hold";
const NO_DATA: &str = "no revocation data were there";
const SOME_REASONS: &str = "the revocation data at hand are about some reasons only";
