//! How many bytes of documents are held in memory at once, over all requests of one kind: counted as
//! they arrive, and until the answer that holds them is written.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use bytes::Bytes;
use seal::MemoryPool;

use super::RequestError;

/// The unit that is counted in, in bytes; a document takes whole units.
const UNIT: u64 = 64 << 10;

/// The memory that documents may take.
#[derive(Clone, Debug)]
pub(crate) struct Budget {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    most: u64,
    taken: AtomicU64,
    /// What it is a part of.
    whole: Option<Arc<Self>>,
}

/// Memory taken for one document; it is given back when this is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    shared: Arc<Shared>,
    taken: u64,
}

/// Bytes, and the memory that they were allowed.
struct Counted {
    bytes: Bytes,
    _share: Share,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Budget {
    pub(crate) fn new(bytes: u64) -> Self {
        Self {
            shared: Arc::new(Shared {
                most: bytes.max(UNIT),
                taken: AtomicU64::new(0),
                whole: None,
            }),
        }
    }

    /// A part of this memory, half of it at most: the rest is for others.
    pub(super) fn half(&self) -> Self {
        self.part(2)
    }

    /// A quarter of it at most.
    pub(super) fn quarter(&self) -> Self {
        self.part(4)
    }

    fn part(&self, of: u64) -> Self {
        let (most, whole) = ((self.shared.most / of).max(UNIT), Some(Arc::clone(&self.shared)));
        Self { shared: Arc::new(Shared { most, taken: AtomicU64::new(0), whole }) }
    }

    /// A share that is still empty.
    pub(crate) fn share(&self) -> Share {
        Share { shared: Arc::clone(&self.shared), taken: 0 }
    }

    /// Counts what was made for an answer until it is written. It is there already, so that this
    /// refuses nothing; whoever comes next may be refused for it. What is a part of `counted` is
    /// counted there.
    pub(crate) fn count(&self, made: &mut [Bytes], counted: &Bytes) {
        let original = counted.as_ptr_range();
        for part in made.iter_mut().filter(|part| !original.contains(&part.as_ptr())) {
            let length = part.len() as u64;
            let share = self.share().with(length);
            *part = share.around(std::mem::take(part));
        }
    }
}

/// What is read of documents comes out of the same memory as their bytes.
impl MemoryPool for Budget {
    fn take(&self, bytes: u64) -> bool {
        self.shared.take(bytes)
    }

    fn take_anyway(&self, bytes: u64) {
        self.shared.take_anyway(bytes);
    }

    fn give_back(&self, bytes: u64) {
        self.shared.give_back(bytes);
    }
}

impl Shared {
    /// Whether there was room for so much more.
    fn take(&self, more: u64) -> bool {
        let room = |taken: u64| taken.checked_add(more).filter(|sum| *sum <= self.most);
        if self.taken.fetch_update(Ordering::AcqRel, Ordering::Acquire, room).is_err() {
            return false;
        }
        let granted = self.whole.as_ref().is_none_or(|whole| whole.take(more));
        if !granted {
            self.taken.fetch_sub(more, Ordering::AcqRel);
        }
        granted
    }

    fn take_anyway(&self, more: u64) {
        self.taken.fetch_add(more, Ordering::AcqRel);
        if let Some(whole) = &self.whole {
            whole.take_anyway(more);
        }
    }

    fn give_back(&self, bytes: u64) {
        self.taken.fetch_sub(bytes, Ordering::AcqRel);
        if let Some(whole) = &self.whole {
            whole.give_back(bytes);
        }
    }
}

impl Share {
    /// What it is a share of.
    pub(super) fn budget(&self) -> Budget {
        Budget { shared: Arc::clone(&self.shared) }
    }

    /// Makes the share at least `bytes` large.
    ///
    /// # Errors
    /// [`RequestError::Busy`] when others hold too much; nobody waits with a document half read.
    pub(crate) fn grow_to(&mut self, bytes: u64) -> Result<(), RequestError> {
        if bytes <= self.taken {
            return Ok(());
        }
        let wanted = bytes.div_ceil(UNIT).saturating_mul(UNIT);
        let more = wanted - self.taken;
        if !self.shared.take(more) {
            return Err(RequestError::Busy);
        }
        self.taken = wanted;
        Ok(())
    }

    /// The bytes, which keep the share as long as anybody has them.
    pub(crate) fn around(self, bytes: Bytes) -> Bytes {
        Bytes::from_owner(Counted { bytes, _share: self })
    }

    /// Takes `bytes`, whatever others hold.
    fn with(mut self, bytes: u64) -> Self {
        self.shared.take_anyway(bytes);
        self.taken += bytes;
        self
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.shared.give_back(self.taken);
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
    fn who_has_a_half_leaves_the_rest_to_others_and_finds_no_more_than_there_is() {
        let whole = Budget::new(4 * UNIT);
        let (one, other) = (whole.half(), whole.half());
        let mut first = one.share();
        first.grow_to(2 * UNIT).unwrap();
        assert_eq!(first.grow_to(3 * UNIT), Err(RequestError::Busy), "more than half");
        let mut second = other.share();
        second.grow_to(2 * UNIT).unwrap();
        assert_eq!(whole.share().grow_to(1), Err(RequestError::Busy));
        drop(first);
        let mut third = whole.share();
        third.grow_to(2 * UNIT).unwrap();
        assert_eq!(one.share().grow_to(1), Err(RequestError::Busy), "the whole is taken");
        drop((second, third));
        assert_eq!(whole.share().grow_to(4 * UNIT), Ok(()), "all was given back");
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

    #[test]
    fn an_answer_is_counted_until_nobody_holds_it() {
        let budget = Budget::new(4 * UNIT);
        let mut share = budget.share();
        share.grow_to(UNIT).unwrap();
        let document = share.around(Bytes::from(vec![1; 100]));
        let mut answer = [document.slice(1..), Bytes::from(vec![2; 4 * UNIT as usize])];
        budget.count(&mut answer, &document);
        drop(document);
        assert_eq!(answer[1].len(), 4 * UNIT as usize);
        assert_eq!(budget.share().grow_to(1), Err(RequestError::Busy));
        let [document, update] = answer;
        drop(update);
        assert_eq!(budget.share().grow_to(4 * UNIT), Err(RequestError::Busy), "the document");
        drop(document);
        assert_eq!(budget.share().grow_to(4 * UNIT), Ok(()));
    }
}
