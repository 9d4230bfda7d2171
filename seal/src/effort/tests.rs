use std::sync::atomic::AtomicI64;

use super::*;

fn limits() -> EffortLimits {
    EffortLimits { steps: 100, steps_per_byte: 2, inflated: 1_000, memory: 4 << 20 }
}

/// A pool with so many bytes left.
#[derive(Debug)]
struct Pool(AtomicI64);

impl MemoryPool for Pool {
    fn take(&self, bytes: u64) -> bool {
        let bytes = bytes as i64;
        let left = self.0.fetch_sub(bytes, Ordering::SeqCst) - bytes;
        if left < 0 {
            self.0.fetch_add(bytes, Ordering::SeqCst);
        }
        left >= 0
    }

    fn take_anyway(&self, bytes: u64) {
        self.0.fetch_sub(bytes as i64, Ordering::SeqCst);
    }

    fn give_back(&self, bytes: u64) {
        self.0.fetch_add(bytes as i64, Ordering::SeqCst);
    }
}

#[test]
fn a_longer_document_may_take_more_steps() {
    let effort = Effort::new(limits(), 10);
    assert_eq!(effort.step(120), Ok(()));
    assert_eq!(effort.step(1), Err(EffortError::Steps { maximum: 120 }));
}

#[test]
fn the_first_cause_is_remembered() {
    let effort = Effort::new(limits(), 10_000);
    let cause = EffortError::Inflated { maximum: 1_000 };
    assert_eq!(effort.inflate(400), Ok(()));
    assert_eq!(effort.inflate(601), Err(cause));
    assert_eq!(effort.step(1), Err(cause));
    assert_eq!(effort.hold(5 << 20).err(), Some(cause));
    assert_eq!(effort.settle(Ok::<_, EffortError>(())), Err(cause));
}

#[test]
fn memory_is_given_back_and_can_be_held_again() {
    let effort = Effort::new(limits(), 0);
    let held = effort.hold(3 << 20).unwrap();
    assert_eq!(effort.held(), 3 << 20);
    drop(held);
    let held = effort.hold(4 << 20).unwrap();
    assert_eq!(held.bytes(), 4 << 20);
    assert_eq!(effort.hold(1).err(), Some(EffortError::Memory { maximum: 4 << 20 }));
}

#[test]
fn documents_share_one_pool_and_a_small_one_never_asks_it() {
    let pool = Arc::new(Pool(AtomicI64::new(2 << 20)));
    let effort = || Effort::pooled(limits(), 0, Arc::clone(&pool) as Arc<dyn MemoryPool>);
    let (first, second, small) = (effort(), effort(), effort());
    let held = first.hold(3 << 20).unwrap();
    let _small = small.hold(1 << 20).unwrap();
    assert_eq!(second.hold(2 << 20).err(), Some(EffortError::Busy));
    drop((held, first));
    assert_eq!(pool.0.load(Ordering::SeqCst), 2 << 20, "all of it was given back");
    assert!(effort().hold(2 << 20).is_ok());
}

#[test]
fn what_is_stopped_ends_and_what_is_committed_goes_on() {
    let stopped = Effort::new(limits(), 0);
    let stopping = stopped.clone();
    stopping.stop();
    assert_eq!(stopped.step(1), Err(EffortError::Stopped));
    assert_eq!(stopped.commit(), Err(EffortError::Stopped));
    let committed = Effort::new(limits(), 0);
    committed.step(100).unwrap();
    committed.commit().unwrap();
    committed.stop();
    assert_eq!(committed.step(100), Ok(()), "as many steps again");
    assert_eq!(committed.step(1), Err(EffortError::Steps { maximum: 100 }));
}

#[test]
fn what_is_committed_gets_memory_whatever_others_hold_and_as_much_again_of_everything() {
    let pool = Arc::new(Pool(AtomicI64::new(0)));
    let effort = || Effort::pooled(limits(), 0, Arc::clone(&pool) as Arc<dyn MemoryPool>);
    let (open, committed) = (effort(), effort());
    assert_eq!(open.hold(2 << 20).err(), Some(EffortError::Busy));
    committed.inflate(10).unwrap();
    committed.commit().unwrap();
    let held = committed.hold(8 << 20).unwrap();
    assert_eq!(pool.0.load(Ordering::SeqCst), -(7 << 20), "it counts all the same");
    let cause = EffortError::Memory { maximum: 4 << 20 };
    assert_eq!(committed.hold(1).err(), Some(cause), "and has an end");
    drop((held, committed));
    assert_eq!(pool.0.load(Ordering::SeqCst), 0);

    let steps = 100_000;
    let inflating = Effort::new(EffortLimits { steps, ..limits() }, 0);
    inflating.inflate(1_000).unwrap();
    inflating.commit().unwrap();
    assert_eq!(inflating.inflate(1_000), Ok(()));
    assert_eq!(inflating.inflate(1), Err(EffortError::Inflated { maximum: 1_000 }));
}

#[test]
fn what_takes_too_long_at_once_is_done_again_elsewhere() {
    let effort = Effort::new(limits(), 0);
    let work = || effort.step(20).map(|()| "done");
    assert_eq!(effort.at_once(20, work), Some(Ok("done")));
    assert_eq!(effort.at_once(19, work), None);
    assert_eq!(work(), Ok("done"), "and nothing is remembered against it");
    assert_eq!(effort.steps(), 60);
    let beyond = effort.at_once(60, || effort.step(50));
    assert_eq!(beyond, Some(Err(EffortError::Steps { maximum: 100 })));
    let stopping = Effort::new(limits(), 0);
    let stopped = stopping.at_once(10, || {
        stopping.stop();
        stopping.step(1)
    });
    assert_eq!(stopped, Some(Err(EffortError::Stopped)));
    assert_eq!(stopping.step(1), Err(EffortError::Stopped));
}
