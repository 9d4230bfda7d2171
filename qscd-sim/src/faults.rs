//! Faults that a tester plans: what goes wrong, how often, how many times, and for whom.
//!
//! They stand in decorators around the strict device and the time-stamping unit
//! ([`FaultyDevice`], [`FaultyTimeStamping`]); while none is planned, the decorators look at one
//! counter and pass the call on.

mod device;
mod dice;
mod rule;
mod scenario;
mod time_stamping;

use std::sync::{
    Arc, Mutex, MutexGuard, OnceLock, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use seal::{Clock, CredentialId, ProfileId};

use self::dice::Dice;
pub(crate) use self::{device::CONNECTION_LOST, rule::Strike};
pub use self::{
    device::FaultyDevice,
    rule::{FaultError, FaultRule, PlannedFault},
    scenario::Scenario,
    time_stamping::{FaultyTimeStamping, NoAnswer},
};
use crate::{
    event::{Event, EventSink},
    fault::{Fault, Hook},
};

/// How many faults may be in force at once, and how many that are spent stay listed.
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
    /// Where a fault that strikes is told, and whose clock says when.
    told: OnceLock<(Arc<dyn EventSink>, Arc<dyn Clock>)>,
}

#[derive(Debug)]
struct Plan {
    rules: Vec<Armed>,
    seed: u64,
    /// How many rules there were since the seed was set.
    since_seed: u64,
    next: u64,
}

/// A rule with its dice.
#[derive(Debug)]
struct Armed {
    planned: PlannedFault,
    dice: Dice,
}

/// Who makes a call that may go wrong, and about what.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Occasion<'a> {
    pub(crate) profile: Option<&'a ProfileId>,
    pub(crate) credential: Option<&'a CredentialId>,
    /// The requester's name; empty where nobody is known, as at a time-stamp.
    pub(crate) caller: &'a str,
}

impl Faults {
    /// Plans a fault and answers its number.
    ///
    /// # Errors
    /// [`FaultError`] when the rule contradicts itself, or too many are planned.
    pub fn plan(&self, rule: FaultRule) -> Result<u64, FaultError> {
        Ok(self.plan_all(vec![rule])?.into_iter().next().unwrap_or_default())
    }

    /// Plans every fault of a scenario, or none.
    ///
    /// # Errors
    /// [`FaultError::TooMany`].
    pub fn play(&self, scenario: Scenario) -> Result<Vec<u64>, FaultError> {
        self.plan_all(scenario.rules())
    }

    /// The faults in the order in which they were planned: those in force, and the newest hundred
    /// of those that have struck as often as they should.
    pub fn planned(&self) -> Vec<PlannedFault> {
        self.lock().rules.iter().map(|armed| armed.planned.clone()).collect()
    }

    /// Withdraws one fault: whether it was listed.
    pub fn withdraw(&self, id: u64) -> bool {
        let mut plan = self.lock();
        let before = plan.rules.len();
        plan.rules.retain(|armed| armed.planned.id != id);
        self.arm(&plan);
        plan.rules.len() < before
    }

    /// Withdraws all faults.
    pub fn clear(&self) {
        let mut plan = self.lock();
        plan.rules.clear();
        self.arm(&plan);
    }

    /// Starts the dice anew, so that a run repeats.
    pub fn seed(&self, seed: u64) {
        self.lock().seed(seed);
    }

    /// As at the start: nothing is planned, and numbers and dice begin anew with `seed`, or with
    /// the usual one.
    pub(crate) fn reset(&self, seed: Option<u64>) {
        let mut plan = self.lock();
        *plan = Plan::new(seed.unwrap_or(SEED));
        self.arm(&plan);
    }

    /// Tells `sink` of each fault that strikes. The first call counts.
    pub(crate) fn tell(&self, sink: Arc<dyn EventSink>, clock: Arc<dyn Clock>) {
        let _ = self.told.set((sink, clock));
    }

    /// Whether nothing is in force: the way past all of this.
    pub(crate) fn is_quiet(&self) -> bool {
        self.armed.load(Ordering::Acquire) == 0
    }

    /// The faults that strike here and now, in the order in which they were planned. Each has
    /// struck once more afterwards.
    pub(crate) fn strike(&self, hook: Hook, occasion: Occasion<'_>) -> Vec<Strike> {
        if self.is_quiet() {
            return Vec::new();
        }
        let mut plan = self.lock();
        let mut strikes: Vec<Strike> = Vec::new();
        for Armed { planned, dice } in &mut plan.rules {
            let rule = &planned.rule;
            // What goes wrong in one way cannot go wrong in another: they take turns.
            let turn = rule.fault.goes_with_others()
                || strikes.iter().all(|strike| strike.fault.goes_with_others());
            if rule.fault.hook() == hook
                && turn
                && !planned.spent
                && rule.covers(occasion.profile, occasion.credential)
                // The dice fall for every call that is meant, struck or not.
                && dice.throw(occasion.caller) < rule.probability
            {
                strikes.push(Strike::of(planned));
                planned.strike();
            }
        }
        plan.forget_spent();
        self.arm(&plan);
        drop(plan);
        self.report(&strikes, occasion);
        strikes
    }

    fn plan_all(&self, rules: Vec<FaultRule>) -> Result<Vec<u64>, FaultError> {
        rules.iter().try_for_each(FaultRule::check)?;
        let mut plan = self.lock();
        if plan.in_force() + rules.len() > MAXIMUM_RULES {
            return Err(FaultError::TooMany);
        }
        let ids = rules.into_iter().map(|rule| plan.add(rule)).collect();
        self.arm(&plan);
        Ok(ids)
    }

    fn report(&self, strikes: &[Strike], occasion: Occasion<'_>) {
        let Some((sink, clock)) = self.told.get().filter(|_| !strikes.is_empty()) else { return };
        let at = clock.now();
        for Strike { id, fault, .. } in strikes {
            sink.record(&Event::FaultStruck {
                id: *id,
                fault: *fault,
                profile: occasion.profile.cloned(),
                credential: occasion.credential.cloned(),
                at,
            });
        }
    }

    fn arm(&self, plan: &Plan) {
        self.armed.store(plan.in_force(), Ordering::Release);
    }

    fn lock(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Plan {
    fn new(seed: u64) -> Self {
        Self { rules: Vec::new(), seed, since_seed: 0, next: 1 }
    }

    fn in_force(&self) -> usize {
        self.rules.iter().filter(|armed| !armed.planned.spent).count()
    }

    fn add(&mut self, rule: FaultRule) -> u64 {
        let id = self.next;
        self.next += 1;
        let dice = Dice::new(self.seed, self.since_seed);
        self.since_seed += 1;
        self.rules.push(Armed { planned: PlannedFault::new(id, rule), dice });
        id
    }

    fn seed(&mut self, seed: u64) {
        self.seed = seed;
        self.since_seed = 0;
        for armed in &mut self.rules {
            armed.dice = Dice::new(seed, self.since_seed);
            self.since_seed += 1;
        }
    }

    /// The oldest of the spent ones make room.
    fn forget_spent(&mut self) {
        let mut beyond = (self.rules.len() - self.in_force()).saturating_sub(MAXIMUM_RULES);
        self.rules.retain(|armed| {
            let forgotten = armed.planned.spent && beyond > 0;
            beyond -= usize::from(forgotten);
            !forgotten
        });
    }
}

impl Default for Faults {
    fn default() -> Self {
        let (armed, told) = (AtomicUsize::new(0), OnceLock::new());
        Self { armed, plan: Mutex::new(Plan::new(SEED)), told }
    }
}

#[cfg(test)]
mod tests;
