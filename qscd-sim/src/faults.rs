//! Faults that a tester plans: what goes wrong, how often, how many times, and for whom.
//!
//! They stand in decorators around the strict device and the time-stamping unit
//! ([`FaultyDevice`], [`FaultyTimeStamping`]); while none is planned, the decorators look at one
//! counter and pass the call on.

mod device;
mod kind;
mod ocsp;
mod rule;
mod scenario;
mod time_stamping;

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use fastrand::Rng;
use seal::{CredentialId, ProfileId};

pub(crate) use self::{device::CONNECTION_LOST, kind::Hook, rule::Strike};
pub use self::{
    device::FaultyDevice,
    kind::Fault,
    rule::{FaultError, FaultRule, PlannedFault},
    scenario::Scenario,
    time_stamping::{FaultyTimeStamping, NoAnswer},
};

/// How many faults may be planned at once.
const MAXIMUM_RULES: usize = 100;

/// The seed of the dice when a tester gives none.
const SEED: u64 = 0x5E61;

/// The faults that are planned. The same seed and the same calls give the same faults.
///
/// ```
/// use qscd_sim::{Fault, FaultRule, Faults};
///
/// let faults = Faults::default();
/// faults.plan(FaultRule::once(Fault::WrongSignature))?;
/// assert_eq!(faults.planned().len(), 1);
/// # Ok::<(), qscd_sim::FaultError>(())
/// ```
#[derive(Debug)]
pub struct Faults {
    /// How many rules are in force; the only thing that is looked at while there are none.
    armed: AtomicUsize,
    plan: Mutex<Plan>,
}

#[derive(Debug)]
struct Plan {
    rules: Vec<PlannedFault>,
    dice: Rng,
    next: u64,
}

impl Faults {
    /// Plans a fault and answers its number.
    ///
    /// # Errors
    /// [`FaultError`] when the rule contradicts itself, or too many are planned.
    pub fn plan(&self, rule: FaultRule) -> Result<u64, FaultError> {
        rule.check()?;
        let mut plan = self.lock();
        if plan.rules.len() >= MAXIMUM_RULES {
            return Err(FaultError::TooMany);
        }
        let id = plan.next;
        plan.next += 1;
        plan.rules.push(PlannedFault { id, struck: 0, rule });
        self.armed.store(plan.rules.len(), Ordering::Release);
        Ok(id)
    }

    /// Plans every fault of a scenario.
    ///
    /// # Errors
    /// [`FaultError::TooMany`].
    pub fn play(&self, scenario: Scenario) -> Result<Vec<u64>, FaultError> {
        scenario.rules().into_iter().map(|rule| self.plan(rule)).collect()
    }

    /// The faults in force, in the order in which they were planned. One that has struck as often
    /// as it should is not in force any more.
    pub fn planned(&self) -> Vec<PlannedFault> {
        self.lock().rules.clone()
    }

    /// Withdraws one fault: whether it was in force.
    pub fn withdraw(&self, id: u64) -> bool {
        let mut plan = self.lock();
        let before = plan.rules.len();
        plan.rules.retain(|rule| rule.id != id);
        self.armed.store(plan.rules.len(), Ordering::Release);
        plan.rules.len() < before
    }

    /// Withdraws all faults.
    pub fn clear(&self) {
        let mut plan = self.lock();
        plan.rules.clear();
        self.armed.store(0, Ordering::Release);
    }

    /// Starts the dice anew, so that a run repeats.
    pub fn seed(&self, seed: u64) {
        self.lock().dice = Rng::with_seed(seed);
    }

    /// Whether nothing is planned: the way past all of this.
    pub(crate) fn is_quiet(&self) -> bool {
        self.armed.load(Ordering::Acquire) == 0
    }

    /// The faults that strike here and now, in the order in which they were planned. Each has
    /// struck once more afterwards.
    pub(crate) fn strike(
        &self,
        hook: Hook,
        profile: Option<&ProfileId>,
        credential: Option<&CredentialId>,
    ) -> Vec<Strike> {
        if self.is_quiet() {
            return Vec::new();
        }
        let mut plan = self.lock();
        let Plan { rules, dice, .. } = &mut *plan;
        let mut strikes: Vec<Strike> = Vec::new();
        for planned in rules.iter_mut() {
            let rule = &planned.rule;
            // What goes wrong in one way cannot go wrong in another: they take turns.
            let turn = rule.fault.goes_with_others()
                || strikes.iter().all(|strike| strike.fault.goes_with_others());
            if rule.fault.hook() == hook
                && turn
                && rule.covers(profile, credential)
                // The dice fall for every call that is meant, struck or not.
                && dice.f64() < rule.probability
            {
                strikes.push(Strike::from(rule));
                planned.struck = planned.struck.saturating_add(1);
            }
        }
        rules.retain(|planned| !planned.is_spent());
        self.armed.store(rules.len(), Ordering::Release);
        strikes
    }

    fn lock(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Faults {
    fn default() -> Self {
        let plan = Plan { rules: Vec::new(), dice: Rng::with_seed(SEED), next: 1 };
        Self { armed: AtomicUsize::new(0), plan: Mutex::new(plan) }
    }
}

#[cfg(test)]
mod tests;
