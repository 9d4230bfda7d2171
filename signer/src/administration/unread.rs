//! Registers that cannot be read: nobody acts by what they said before, until they can.

use std::{
    collections::BTreeMap,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use seal::OrganisationId;
use tokio::time::{Duration, Instant};

use crate::store::AuditError;

/// How long a register that could not be read is left alone.
const PAUSE: Duration = Duration::from_secs(5);

/// How long what was read counts when nobody can tell whether it was changed.
const OVERDUE: Duration = Duration::from_secs(10);

/// The register that says who may act cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the register that says who may act cannot be read")]
pub struct RegisterUnread;

/// Which registers cannot be read now. Each is told of when it begins and when it ends.
#[derive(Debug)]
pub(super) struct Unread {
    /// When each was tried last.
    tried: RwLock<BTreeMap<OrganisationId, Instant>>,
    /// Whether it is not known for too long whether any was changed.
    overdue: AtomicBool,
    /// When that was known last.
    looked: RwLock<Instant>,
}

impl Default for Unread {
    fn default() -> Self {
        let (tried, overdue) = (RwLock::default(), AtomicBool::new(false));
        Self { tried, overdue, looked: RwLock::new(Instant::now()) }
    }
}

impl Unread {
    /// A register could not be read.
    pub(super) fn begin(&self, number: &OrganisationId, error: &AuditError) {
        let mut tried = self.tried.write().unwrap_or_else(PoisonError::into_inner);
        if tried.insert(number.clone(), Instant::now()).is_none() {
            tracing::error!(%number, %error, "the register cannot be read: the organisation is refused until it can");
        }
    }

    /// A register was read.
    pub(super) fn end(&self, number: &OrganisationId) {
        if !self.holds(number) {
            return;
        }
        let mut tried = self.tried.write().unwrap_or_else(PoisonError::into_inner);
        if tried.remove(number).is_some() {
            tracing::info!(%number, "the register can be read again");
        }
    }

    /// Whether a register is tried now: it was read the last time, or that was a while ago.
    pub(super) fn may_try(&self, number: &OrganisationId) -> bool {
        let tried = self.tried.read().unwrap_or_else(PoisonError::into_inner);
        tried.get(number).is_none_or(|tried| tried.elapsed() >= PAUSE)
    }

    /// Those that could not be read.
    pub(super) fn all(&self) -> Vec<OrganisationId> {
        let tried = self.tried.read().unwrap_or_else(PoisonError::into_inner);
        tried.keys().cloned().collect()
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        !self.is_overdue() && self.tried.read().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Whether this one does not count now.
    pub(super) fn holds(&self, number: &OrganisationId) -> bool {
        let tried = || self.tried.read().unwrap_or_else(PoisonError::into_inner);
        self.is_overdue() || tried().contains_key(number)
    }

    fn is_overdue(&self) -> bool {
        self.overdue.load(Ordering::Relaxed)
    }

    /// It is known which registers were changed.
    pub(super) fn looked(&self) {
        *self.looked.write().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        if self.overdue.swap(false, Ordering::Relaxed) {
            tracing::info!("the registers can be read again");
        }
    }

    /// It is not known which registers were changed.
    pub(super) fn did_not_look(&self, error: &AuditError) {
        let looked = *self.looked.read().unwrap_or_else(PoisonError::into_inner);
        if looked.elapsed() >= OVERDUE && !self.overdue.swap(true, Ordering::Relaxed) {
            tracing::error!(%error, "the registers cannot be read: nobody acts until they can");
        }
    }
}
