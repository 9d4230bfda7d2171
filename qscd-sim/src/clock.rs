//! Two clocks: the machine's, and one that a tester sets.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use seal::Clock;

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everyone else asks")]
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// A clock that a tester sets, advances, freezes and releases. Its clones share one time.
///
/// Released, it runs as fast as the machine's clock, from where it stands.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use qscd_sim::SettableClock;
/// use seal::Clock;
///
/// let clock = SettableClock::frozen_at(SystemTime::UNIX_EPOCH);
/// let same = clock.clone();
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(same.now(), SystemTime::UNIX_EPOCH + Duration::from_secs(60));
/// ```
#[derive(Clone, Debug)]
pub struct SettableClock(Arc<Mutex<Motion>>);

/// How the clock moves.
#[derive(Clone, Copy, Debug)]
enum Motion {
    /// It stands at this moment.
    Frozen(SystemTime),
    /// It said `shown` when the machine's clock said `machine`, and runs.
    Running { shown: SystemTime, machine: SystemTime },
}

impl SettableClock {
    /// A clock that runs with the machine's.
    pub fn new() -> Self {
        let machine = SystemClock.now();
        Self(Arc::new(Mutex::new(Motion::Running { shown: machine, machine })))
    }

    /// A clock that stands at `moment`.
    pub fn frozen_at(moment: SystemTime) -> Self {
        Self(Arc::new(Mutex::new(Motion::Frozen(moment))))
    }

    /// Sets the time; a frozen clock stays frozen, a running one runs on from there.
    pub fn set(&self, moment: SystemTime) {
        self.jump(|_| moment);
    }

    /// Moves the time forward. A step beyond what the machine can express moves nothing.
    pub fn advance(&self, step: Duration) {
        self.jump(|shown| shown.checked_add(step).unwrap_or(shown));
    }

    /// Stops the clock where it is.
    pub fn freeze(&self) {
        let mut motion = self.motion();
        *motion = Motion::Frozen(motion.shown());
    }

    /// Lets the clock run on from where it is.
    pub fn release(&self) {
        let mut motion = self.motion();
        *motion = Motion::Running { shown: motion.shown(), machine: SystemClock.now() };
    }

    /// Goes back to the machine's time, and runs with it.
    pub fn reset(&self) {
        let machine = SystemClock.now();
        *self.motion() = Motion::Running { shown: machine, machine };
    }

    /// Whether it stands still.
    pub fn is_frozen(&self) -> bool {
        matches!(*self.motion(), Motion::Frozen(_))
    }

    fn jump(&self, to: impl FnOnce(SystemTime) -> SystemTime) {
        let mut motion = self.motion();
        let shown = to(motion.shown());
        *motion = match *motion {
            Motion::Frozen(_) => Motion::Frozen(shown),
            Motion::Running { .. } => Motion::Running { shown, machine: SystemClock.now() },
        };
    }

    fn motion(&self) -> MutexGuard<'_, Motion> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for SettableClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SettableClock {
    fn now(&self) -> SystemTime {
        self.motion().shown()
    }
}

impl Motion {
    fn shown(self) -> SystemTime {
        match self {
            Self::Frozen(moment) => moment,
            // A machine clock that was set back shows no time passed, rather than time undone.
            Self::Running { shown, machine } => {
                let passed = SystemClock.now().duration_since(machine).unwrap_or_default();
                shown.checked_add(passed).unwrap_or(shown)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn a_frozen_clock_moves_only_when_told() {
        let clock = SettableClock::frozen_at(SystemTime::UNIX_EPOCH);
        assert_eq!(clock.now(), SystemTime::UNIX_EPOCH);
        clock.advance(HOUR);
        assert_eq!(clock.now(), SystemTime::UNIX_EPOCH + HOUR);
        clock.set(SystemTime::UNIX_EPOCH + 5 * HOUR);
        assert_eq!(clock.now(), SystemTime::UNIX_EPOCH + 5 * HOUR);
    }

    #[test]
    fn clones_share_one_time() {
        let clock = SettableClock::frozen_at(SystemTime::UNIX_EPOCH);
        let other = clock.clone();
        other.advance(HOUR);
        assert_eq!(clock.now(), other.now());
    }

    #[test]
    fn a_released_clock_runs_on_from_where_it_stood() {
        let clock = SettableClock::frozen_at(SystemTime::UNIX_EPOCH);
        clock.release();
        let first = clock.now();
        std::thread::sleep(Duration::from_millis(5));
        let second = clock.now();
        assert!(second > first && second < SystemTime::UNIX_EPOCH + HOUR);
        clock.freeze();
        assert_eq!(clock.now(), clock.now());
    }
}
