//! The checks without which nothing passes. Each gives a witness when it has been made, whatever it found;
//! only its own file can make one, so that a check which is forgotten does not compile.

use super::{integrity::Intact, level::LevelStated, time_stamps::Proof, trust::TrustChecked};
use crate::report::EveryCheck;

/// That everything was looked at.
#[derive(Debug)]
pub(super) struct Checks(());

impl EveryCheck for Checks {}

impl Checks {
    /// Of a signature (EN 319 102-1 clause 5.6.3): format, certificate, content and value; time-stamps;
    /// path, validity, algorithms and revocation; and the level that follows.
    pub(super) fn of_signature(
        _integrity: &Intact<'_>,
        _time_stamps: &Proof,
        _trust: &TrustChecked,
        _level: &LevelStated,
    ) -> Self {
        Self(())
    }
}
