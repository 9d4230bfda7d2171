//! How many bytes of documents are held in memory at once, over all requests.

use std::sync::Arc;

use seal::MemoryPool;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use crate::error::RequestError;

/// The unit that is counted in, in bytes; a document takes whole units.
const UNIT: u64 = 64 << 10;

/// The memory that documents may take.
#[derive(Clone, Debug)]
pub(crate) struct Budget {
    units: Arc<Semaphore>,
}

/// Memory taken for one document; it is given back when this is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    budget: Budget,
    taken: Option<OwnedSemaphorePermit>,
}

impl Budget {
    pub(crate) fn new(bytes: u64) -> Self {
        let units = (bytes / UNIT).clamp(1, u64::from(u32::MAX)) as usize;
        Self { units: Arc::new(Semaphore::new(units.min(Semaphore::MAX_PERMITS))) }
    }

    /// A share that is still empty.
    pub(crate) fn share(&self) -> Share {
        Share { budget: self.clone(), taken: None }
    }
}

/// What is read of documents comes out of the same memory as their bytes.
impl MemoryPool for Budget {
    fn take(&self, bytes: u64) -> bool {
        let units = u32::try_from(bytes.div_ceil(UNIT)).ok();
        let taken = units.and_then(|units| self.units.try_acquire_many(units).ok());
        taken.map(SemaphorePermit::forget).is_some()
    }

    fn give_back(&self, bytes: u64) {
        self.units.add_permits(usize::try_from(bytes.div_ceil(UNIT)).unwrap_or(0));
    }
}

impl Share {
    /// What it is a share of.
    pub(super) fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Makes the share at least `bytes` large.
    ///
    /// # Errors
    /// [`RequestError::Busy`] when others hold too much; nobody waits with a document half read.
    pub(crate) fn grow_to(&mut self, bytes: u64) -> Result<(), RequestError> {
        let taken = self.taken.as_ref().map_or(0, OwnedSemaphorePermit::num_permits) as u64;
        let missing = bytes.div_ceil(UNIT).saturating_sub(taken);
        if missing == 0 {
            return Ok(());
        }
        let missing = u32::try_from(missing).map_err(|_| RequestError::Busy)?;
        let more = Arc::clone(&self.budget.units)
            .try_acquire_many_owned(missing)
            .map_err(|_| RequestError::Busy)?;
        match &mut self.taken {
            Some(taken) => taken.merge(more),
            None => self.taken = Some(more),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let budget = Budget::new(4 * UNIT);
        let mut first = budget.share();
        first.grow_to(1).unwrap();
        first.grow_to(3 * UNIT).unwrap();
        let mut second = budget.share();
        assert_eq!(second.grow_to(2 * UNIT), Err(RequestError::Busy));
        drop(first);
        assert_eq!(second.grow_to(4 * UNIT), Ok(()));
    }

    #[test]
    fn what_is_read_of_a_document_counts_with_its_bytes() {
        let budget = Budget::new(4 * UNIT);
        let mut share = budget.share();
        share.grow_to(2 * UNIT).unwrap();
        assert!(!budget.take(3 * UNIT));
        assert!(budget.take(2 * UNIT));
        assert_eq!(share.grow_to(3 * UNIT), Err(RequestError::Busy));
        budget.give_back(2 * UNIT);
        assert_eq!(share.grow_to(4 * UNIT), Ok(()));
    }
}
