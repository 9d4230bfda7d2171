//! When a fault strikes, and whom.

use std::time::Duration;

use seal::{CredentialId, ProfileId};
use serde::{Deserialize, Serialize};

use super::{Fault, Hook};

/// The longest delay, in milliseconds: five minutes.
const MAXIMUM_DELAY_MS: u32 = 300_000;
/// The farthest that a clock is moved, in seconds: a century.
const MAXIMUM_SECONDS: u64 = 100 * 366 * 24 * 3600;

/// A fault with its probability, count and scope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// What goes wrong.
    pub fault: Fault,
    /// With which probability, for each call that the rule covers.
    #[serde(default = "always")]
    pub probability: f64,
    /// How many times at most; until it is withdrawn when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// For credentials of this profile alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<ProfileId>,
    /// For this credential alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
    /// How long [`Fault::Delay`] lasts.
    #[serde(default = "a_second")]
    pub milliseconds: u32,
    /// How far a clock is moved; each fault has its own usual value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<i64>,
}

/// A fault that was planned.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlannedFault {
    /// Its number.
    pub id: u64,
    /// How often it has struck.
    pub struck: u32,
    /// Whether it has struck as often as it should, and strikes no more.
    pub spent: bool,
    /// The rule.
    #[serde(flatten)]
    pub rule: FaultRule,
}

/// Why a fault cannot be planned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    /// Not a probability.
    #[error("a probability lies between 0 and 1")]
    Probability,
    /// It would never strike.
    #[error("a count is at least 1")]
    Count,
    /// The call in which it strikes knows no profile or no credential.
    #[error("`{}` cannot be limited to a {scope}", .fault.name())]
    Scope {
        /// The fault.
        fault: Fault,
        /// What it cannot be limited to.
        scope: &'static str,
    },
    /// A delay or a move of the clock that is too large.
    #[error("a delay lasts at most 300,000 milliseconds, and a clock moves a century at most")]
    Amount,
    /// More than a hundred.
    #[error("at most 100 faults are in force at once")]
    TooMany,
}

/// What a fault that strikes has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Strike {
    /// The rule's number.
    pub(crate) id: u64,
    pub(crate) fault: Fault,
    pub(crate) delay: Duration,
    pub(crate) seconds: i64,
}

impl FaultRule {
    /// A fault that strikes every time until it is withdrawn.
    pub fn always(fault: Fault) -> Self {
        Self {
            fault,
            probability: always(),
            count: None,
            profile: None,
            credential: None,
            milliseconds: a_second(),
            seconds: None,
        }
    }

    /// A fault that strikes once, at the next call.
    pub fn once(fault: Fault) -> Self {
        Self { count: Some(1), ..Self::always(fault) }
    }

    pub(super) fn check(&self) -> Result<(), FaultError> {
        let scope = |scope| Err(FaultError::Scope { fault: self.fault, scope });
        if !(0.0..=1.0).contains(&self.probability) {
            return Err(FaultError::Probability);
        }
        if self.count == Some(0) {
            return Err(FaultError::Count);
        }
        let far = self.seconds.is_some_and(|seconds| seconds.unsigned_abs() > MAXIMUM_SECONDS);
        if self.milliseconds > MAXIMUM_DELAY_MS || far {
            return Err(FaultError::Amount);
        }
        match self.fault.hook() {
            Hook::TimeStamp | Hook::Ocsp if self.profile.is_some() => scope("profile"),
            Hook::TimeStamp | Hook::Ocsp | Hook::Enrol if self.credential.is_some() => {
                scope("credential")
            }
            _ => Ok(()),
        }
    }

    pub(super) fn covers(
        &self,
        profile: Option<&ProfileId>,
        credential: Option<&CredentialId>,
    ) -> bool {
        self.profile.as_ref().is_none_or(|wanted| profile == Some(wanted))
            && self
                .credential
                .as_ref()
                .is_none_or(|wanted| credential.is_some_and(|id| id.as_str() == wanted))
    }
}

impl PlannedFault {
    pub(super) fn new(id: u64, rule: FaultRule) -> Self {
        Self { id, struck: 0, spent: false, rule }
    }

    /// Counts a strike.
    pub(super) fn strike(&mut self) {
        self.struck = self.struck.saturating_add(1);
        self.spent = self.rule.count.is_some_and(|count| self.struck >= count);
    }
}

impl Strike {
    pub(super) fn of(planned: &PlannedFault) -> Self {
        let rule = &planned.rule;
        Self {
            id: planned.id,
            fault: rule.fault,
            delay: Duration::from_millis(rule.milliseconds.into()),
            seconds: rule.seconds.unwrap_or_else(|| rule.fault.usual_seconds()),
        }
    }
}

fn always() -> f64 {
    1.0
}

fn a_second() -> u32 {
    1000
}
