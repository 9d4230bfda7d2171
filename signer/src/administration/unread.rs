//! Registers that cannot be read: nobody acts by what they said before, until they can.

use std::{
    collections::BTreeMap,
    sync::{
        PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicBool, Ordering},
    },
};

use registry::Version;
use seal::OrganisationId;
use tokio::time::{Duration, Instant};

use crate::store::AuditError;

/// How long a damaged register is left alone.
const PAUSE: Duration = Duration::from_secs(5);

/// How long what was read counts when nobody can tell whether it was changed, or what to.
const OVERDUE: Duration = Duration::from_secs(10);

/// The register that says who may act cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the register that says who may act cannot be read")]
pub struct RegisterUnread;

/// Which registers are to be read, and which of them count no more until they are. Each of those is
/// told of when it begins and when it ends.
#[derive(Debug, Default)]
pub(super) struct Unread {
    gaps: RwLock<BTreeMap<OrganisationId, Gap>>,
    /// When it was known last which registers were changed; never where no other process changes any.
    looked: RwLock<Option<Instant>>,
    /// Whether it was told that this could not be asked.
    told_unanswered: AtomicBool,
    /// Whether it was told that nobody acts any more.
    told_overdue: AtomicBool,
}

/// What is not known of one register.
#[derive(Debug)]
struct Gap {
    /// The number of its last change.
    wanted: Version,
    /// When what was read of it was the newest that there was.
    known: Instant,
    /// When it was read last, of one that is damaged.
    damaged: Option<Instant>,
    /// Since when it is being read.
    begun: Option<Instant>,
    /// Whether it was told of.
    told: bool,
}

impl Gap {
    fn since(known: Instant) -> Self {
        Self { wanted: Version::default(), known, damaged: None, begun: None, told: false }
    }

    /// Whether what was read before does not count.
    fn holds(&self) -> bool {
        self.damaged.is_some() || self.known.elapsed() >= OVERDUE
    }

    fn is_due(&self) -> bool {
        self.begun.is_none() && self.damaged.is_none_or(|read| read.elapsed() >= PAUSE)
    }
}

impl Unread {
    /// A register was changed elsewhere, and is to be read.
    pub(super) fn changed(&self, number: OrganisationId, revision: Version) {
        let looked = *self.looked.read().unwrap_or_else(PoisonError::into_inner);
        let new = || Gap::since(looked.unwrap_or_else(Instant::now));
        self.write().entry(number).or_insert_with(new).wanted = revision;
    }

    /// Those that are to be read now, and nobody reads. Of each it is told what comes of it.
    pub(super) fn begin(&self) -> Vec<OrganisationId> {
        let now = Instant::now();
        let mut gaps = self.write();
        let due = gaps.iter_mut().filter(|(_, gap)| gap.is_due()).map(|(number, gap)| {
            gap.begun = Some(now);
            number.clone()
        });
        due.collect()
    }

    /// A register could not be read. One that is damaged counts no more; of any other it may be that the
    /// database does not answer for a moment.
    pub(super) fn failed(&self, number: &OrganisationId, error: &AuditError) {
        let mut gaps = self.write();
        let now = Instant::now();
        let gap = gaps.entry(number.clone()).or_insert_with(|| Gap::since(now));
        gap.begun = None;
        if matches!(error, AuditError::EntryDamaged { .. }) {
            gap.damaged = Some(now);
        }
        if gap.holds() && !std::mem::replace(&mut gap.told, true) {
            tracing::error!(%number, %error, "the register cannot be read: the organisation is refused until it can");
        }
    }

    /// A register was read, up to this change.
    pub(super) fn end(&self, number: &OrganisationId, reached: Version) {
        let mut gaps = self.write();
        let Some(gap) = gaps.get_mut(number) else { return };
        if gap.told {
            tracing::info!(%number, "the register can be read again");
        }
        match gap.begun {
            // It was changed once more meanwhile.
            Some(begun) if reached < gap.wanted => {
                *gap = Gap { wanted: gap.wanted, ..Gap::since(begun) };
            }
            Some(_) | None => drop(gaps.remove(number)),
        }
    }

    /// Whether there is none to be read.
    pub(super) fn is_empty(&self) -> bool {
        self.read().is_empty()
    }

    /// Whether any does not count now.
    pub(super) fn holds_any(&self) -> bool {
        self.is_overdue() || self.read().values().any(Gap::holds)
    }

    /// Whether this one does not count now.
    pub(super) fn holds(&self, number: &OrganisationId) -> bool {
        self.is_overdue() || self.read().get(number).is_some_and(Gap::holds)
    }

    /// Whether it is not known for too long whether any was changed. Whoever asks is told the truth,
    /// however long an answer of the database is waited for.
    fn is_overdue(&self) -> bool {
        let looked = *self.looked.read().unwrap_or_else(PoisonError::into_inner);
        let overdue = looked.is_some_and(|looked| looked.elapsed() >= OVERDUE);
        if overdue && !self.told_overdue.swap(true, Ordering::Relaxed) {
            tracing::error!("the registers cannot be read: nobody acts until they can");
        }
        overdue
    }

    /// It is known which registers were changed before this was asked: all of them are among those that
    /// are to be read.
    pub(super) fn looked(&self, asked: Instant) {
        *self.looked.write().unwrap_or_else(PoisonError::into_inner) = Some(asked);
        let unanswered = self.told_unanswered.swap(false, Ordering::Relaxed);
        if self.told_overdue.swap(false, Ordering::Relaxed) || unanswered {
            tracing::info!("the registers can be read again");
        }
    }

    /// It could not be asked which registers were changed.
    pub(super) fn did_not_look(&self, error: &AuditError) {
        if !self.told_unanswered.swap(true, Ordering::Relaxed) {
            tracing::warn!(%error, "it is not known whether registers were changed: it is asked again each second");
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<OrganisationId, Gap>> {
        self.gaps.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, BTreeMap<OrganisationId, Gap>> {
        self.gaps.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number() -> OrganisationId {
        OrganisationId::new("34051178")
    }

    #[tokio::test(start_paused = true)]
    async fn a_database_that_does_not_answer_for_a_moment_keeps_nobody_out() {
        let unread = Unread::default();
        unread.looked(Instant::now());
        tokio::time::advance(Duration::from_secs(1)).await;
        unread.changed(number(), Version(2));
        for _ in 0..9 {
            unread.looked(Instant::now());
            assert!(!unread.holds(&number()) && !unread.holds_any());
            assert_eq!(unread.begin(), [number()], "it is tried each second");
            assert!(unread.begin().is_empty(), "and by one at a time");
            unread.failed(&number(), &AuditError::DiskFull);
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        // What was read before was known to be the newest when it was asked before the change.
        assert!(unread.holds(&number()) && unread.holds_any());
        assert!(!unread.holds(&OrganisationId::new("19552101")));
        unread.end(&number(), Version(2));
        assert!(unread.is_empty() && !unread.holds_any());
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_changed_again_while_it_was_read_counts_from_when_that_began() {
        let unread = Unread::default();
        unread.looked(Instant::now());
        unread.changed(number(), Version(2));
        tokio::time::advance(Duration::from_secs(9)).await;
        unread.looked(Instant::now());
        assert_eq!(unread.begin(), [number()]);
        tokio::time::advance(Duration::from_secs(5)).await;
        unread.changed(number(), Version(3));
        unread.looked(Instant::now());
        assert!(unread.holds(&number()));
        unread.end(&number(), Version(2));
        assert!(!unread.holds(&number()) && !unread.is_empty());
        tokio::time::advance(Duration::from_secs(5)).await;
        assert!(unread.holds(&number()));
        assert_eq!(unread.begin(), [number()]);
        unread.end(&number(), Version(3));
        assert!(unread.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_damaged_register_counts_no_more_at_once_whatever_it_is_answered_next() {
        let unread = Unread::default();
        let damaged = AuditError::EntryDamaged { kind: "application".into(), id: "a".into() };
        unread.failed(&number(), &damaged);
        assert!(unread.holds(&number()) && unread.holds_any());
        assert!(unread.begin().is_empty(), "it is left alone");
        tokio::time::advance(PAUSE).await;
        assert_eq!(unread.begin(), [number()]);
        unread.failed(&number(), &AuditError::DiskFull);
        assert!(unread.holds(&number()));
        assert_eq!(unread.begin(), [number()]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_could_look_at_counts_for_ten_seconds_where_others_change_it() {
        let unread = Unread::default();
        tokio::time::advance(Duration::from_secs(3600)).await;
        assert!(!unread.holds_any(), "nobody else changes anything");
        unread.looked(Instant::now());
        tokio::time::advance(OVERDUE - Duration::from_millis(1)).await;
        assert!(!unread.holds(&number()));
        // An answer that is waited for is none.
        tokio::time::advance(Duration::from_millis(1)).await;
        assert!(unread.holds(&number()) && unread.holds_any());
        unread.looked(Instant::now());
        assert!(!unread.holds_any());
    }
}
