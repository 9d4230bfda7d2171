//! From when until when a certificate is valid.

use std::time::{Duration, SystemTime};

use time::OffsetDateTime;

use crate::{
    Error,
    moment::{after, before, whole_second},
};

/// notBefore and notAfter (RFC 5280 section 4.1.2.5), in whole seconds, both inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// notBefore.
    pub not_before: OffsetDateTime,
    /// notAfter.
    pub not_after: OffsetDateTime,
}

impl Validity {
    /// From `back_dating` before `at` until `lifetime` after it.
    ///
    /// # Errors
    /// [`Error::Validity`].
    pub fn around(
        at: SystemTime,
        back_dating: Duration,
        lifetime: Duration,
    ) -> Result<Self, Error> {
        let not_before = whole_second(before(at, back_dating)?)?;
        let not_after = whole_second(after(at, lifetime)?)?;
        if not_before >= not_after {
            return Err(Error::Validity);
        }
        Ok(Self { not_before, not_after })
    }

    /// As much of it as lies inside `other`.
    #[must_use]
    pub fn within(self, other: Self) -> Self {
        Self {
            not_before: self.not_before.max(other.not_before),
            not_after: self.not_after.min(other.not_after),
        }
    }

    /// Whether `other` lies wholly inside.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.not_before <= other.not_before && other.not_after <= self.not_after
    }

    /// Whether `moment` lies inside.
    #[must_use]
    pub fn includes(&self, moment: SystemTime) -> bool {
        whole_second(moment)
            .is_ok_and(|moment| self.not_before <= moment && moment <= self.not_after)
    }
}
