//! What one document from outside may cost to read and to judge: work, inflation, memory.
//!
//! Work is counted in steps, not in time, so that the same document is refused everywhere or
//! nowhere. A step is about a nanosecond: a byte scanned, an eighth of a visit. Whoever walks
//! foreign input says so here, and stops when it is told to.

use std::{
    fmt::Debug,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU8, AtomicU64, Ordering},
    },
};

/// What may be spent on one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EffortLimits {
    /// Steps of work, whatever the document's length.
    pub steps: u64,
    /// Steps more for each byte of the document.
    pub steps_per_byte: u64,
    /// Bytes that may come out of what is compressed in it, together, the same stream each time
    /// that it is inflated.
    pub inflated: u64,
    /// Bytes of memory that what is read of it may take up at once, its own bytes not counted.
    pub memory: u64,
}

impl Default for EffortLimits {
    fn default() -> Self {
        Self { steps: 1_500_000_000, steps_per_byte: 16, inflated: 256 << 20, memory: 256 << 20 }
    }
}

/// Why a document is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EffortError {
    /// It takes too much work.
    #[error("the document takes more work than it may (at most {maximum} steps)")]
    Steps {
        /// How many steps it may take.
        maximum: u64,
    },
    /// What is compressed in it inflates to too much.
    #[error("what is compressed in the document inflates to more than {maximum} bytes")]
    Inflated {
        /// How many bytes it may inflate to.
        maximum: u64,
    },
    /// What is read of it takes up too much memory.
    #[error("reading the document takes more than {maximum} bytes of memory")]
    Memory {
        /// How many bytes it may take.
        maximum: u64,
    },
    /// Other documents hold the memory that this one needs.
    #[error("other documents take up the memory that this one needs; try again")]
    Busy,
    /// Nobody waits for it any more.
    #[error("the work was stopped: nobody waits for it")]
    Stopped,
    /// It is more than may be done at once; see [`Effort::at_once`].
    #[error("the document takes more work than may be done at once")]
    NotAtOnce,
}

/// The memory that all documents share.
pub trait MemoryPool: Debug + Send + Sync {
    /// Takes `bytes`; false, and nothing is taken, when there are not so many.
    fn take(&self, bytes: u64) -> bool;

    /// Takes `bytes`, whatever others hold: who comes next may be refused for it.
    fn take_anyway(&self, bytes: u64);

    /// Gives back what was taken.
    fn give_back(&self, bytes: u64);
}

/// The account of one document. Clones are the same account.
///
/// It remembers the first cause: once something ran over, nothing more is granted, so that whoever
/// overlooks an error learns of it at the end by [`Effort::check`].
#[derive(Clone, Debug)]
pub struct Effort(Arc<Account>);

#[derive(Debug)]
struct Account {
    limits: EffortLimits,
    /// Steps taken. Whoever counts is alone with the document: no read-modify-write is needed, and
    /// one that is lost does no harm.
    steps: AtomicU64,
    /// Steps up to which it may go on: zero when it may not.
    ceiling: AtomicU64,
    inflated: AtomicU64,
    held: AtomicU64,
    /// Bytes taken from the pool: at least what is held, but for [`FREE`].
    pooled: AtomicU64,
    pool: Option<Arc<dyn MemoryPool>>,
    cause: OnceLock<EffortError>,
    phase: AtomicU8,
}

/// May be stopped.
const OPEN: u8 = 0;
/// May not be stopped any more.
const COMMITTED: u8 = 1;
/// Was stopped.
const STOPPED: u8 = 2;

/// Bytes that each document may hold without asking the pool: a small one never does.
const FREE: u64 = 1 << 20;

/// What is taken from the pool at a time, in bytes.
const PORTION: u64 = 1 << 20;

/// Memory that something of the document takes up; given back when this is dropped.
#[derive(Debug)]
pub struct Held {
    effort: Effort,
    bytes: u64,
}

impl Effort {
    /// For a document of `length` bytes.
    pub fn new(limits: EffortLimits, length: u64) -> Self {
        Self::within(limits, length, None)
    }

    /// The same; what is held beyond a little is taken from `pool`, too.
    pub fn pooled(limits: EffortLimits, length: u64, pool: Arc<dyn MemoryPool>) -> Self {
        Self::within(limits, length, Some(pool))
    }

    fn within(limits: EffortLimits, length: u64, pool: Option<Arc<dyn MemoryPool>>) -> Self {
        let more = limits.steps_per_byte.saturating_mul(length);
        let limits = EffortLimits { steps: limits.steps.saturating_add(more).max(1), ..limits };
        Self(Arc::new(Account {
            ceiling: AtomicU64::new(limits.steps),
            limits,
            steps: AtomicU64::new(0),
            inflated: AtomicU64::new(0),
            held: AtomicU64::new(0),
            pooled: AtomicU64::new(0),
            pool,
            cause: OnceLock::new(),
            phase: AtomicU8::new(OPEN),
        }))
    }

    /// Counts `steps` of work that was done or is about to be.
    ///
    /// # Errors
    /// [`EffortError`] when it may not go on.
    #[inline]
    pub fn step(&self, steps: u64) -> Result<(), EffortError> {
        let account = &*self.0;
        let ceiling = account.ceiling.load(Ordering::Relaxed);
        if ceiling == 0 {
            return Err(self.ran_over());
        }
        let taken = account.steps.load(Ordering::Relaxed).saturating_add(steps);
        account.steps.store(taken, Ordering::Relaxed);
        if taken <= ceiling { Ok(()) } else { Err(self.ran_over()) }
    }

    /// Counts `bytes` that came out of compressed data.
    ///
    /// # Errors
    /// [`EffortError`] when it may not go on.
    pub fn inflate(&self, bytes: u64) -> Result<(), EffortError> {
        /// Inflating a byte costs several times what scanning it does.
        const STEPS: u64 = 4;
        self.step(bytes.saturating_mul(STEPS))?;
        let account = &*self.0;
        let before = account.inflated.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) <= account.most(account.limits.inflated) {
            return Ok(());
        }
        Err(self.give_up(EffortError::Inflated { maximum: account.limits.inflated }))
    }

    /// Takes `bytes` of memory until what is answered is dropped.
    ///
    /// # Errors
    /// [`EffortError`] when there is not so much.
    pub fn hold(&self, bytes: u64) -> Result<Held, EffortError> {
        let mut held = Held { effort: self.clone(), bytes: 0 };
        held.grow(bytes)?;
        Ok(held)
    }

    /// Whether everything was granted so far.
    ///
    /// # Errors
    /// The first [`EffortError`].
    pub fn check(&self) -> Result<(), EffortError> {
        self.step(0)
    }

    /// `result`, unless something ran over on the way: whoever came to it may have overlooked that.
    ///
    /// # Errors
    /// The first [`EffortError`], else that of `result`.
    pub fn settle<T, E: From<EffortError>>(&self, result: Result<T, E>) -> Result<T, E> {
        self.check()?;
        result
    }

    /// Ends the work soon, wherever it is done, unless it was [committed](Self::commit).
    pub fn stop(&self) {
        let phase = &self.0.phase;
        if phase.compare_exchange(OPEN, STOPPED, Ordering::SeqCst, Ordering::SeqCst).is_ok() {
            self.give_up(EffortError::Stopped);
        }
    }

    /// From here on the work is not stopped, may take as much again of everything, and is refused
    /// nothing for what other documents hold: what follows must not end half-way.
    ///
    /// # Errors
    /// [`EffortError`] when it may not go on.
    pub fn commit(&self) -> Result<(), EffortError> {
        let phase = &self.0.phase;
        if phase.compare_exchange(OPEN, COMMITTED, Ordering::SeqCst, Ordering::SeqCst)
            == Err(STOPPED)
        {
            return Err(EffortError::Stopped);
        }
        self.check()?;
        self.raise_to(self.steps().saturating_add(self.0.limits.steps));
        Ok(())
    }

    /// Does `work` if it takes no more than `steps`; `None` when it takes more, and is to be done
    /// again where it holds up nobody. What it took stays counted.
    pub fn at_once<T, E>(
        &self,
        steps: u64,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Option<Result<T, E>> {
        let before = self.0.ceiling.load(Ordering::SeqCst);
        let ceiling = self.steps().saturating_add(steps);
        if before <= ceiling {
            return Some(work());
        }
        self.raise_to(ceiling);
        let result = work();
        let beyond = self.steps() > ceiling;
        self.raise_to(before);
        if beyond && self.0.cause.get().is_none() { None } else { Some(result) }
    }

    /// Steps taken so far.
    pub fn steps(&self) -> u64 {
        self.0.steps.load(Ordering::Relaxed)
    }

    /// Bytes that have come out of compressed data so far.
    pub fn inflated(&self) -> u64 {
        self.0.inflated.load(Ordering::Relaxed)
    }

    /// Bytes that are held now.
    pub fn held(&self) -> u64 {
        self.0.held.load(Ordering::Relaxed)
    }

    /// What may be spent, the document's length taken into account.
    pub fn limits(&self) -> EffortLimits {
        self.0.limits
    }

    fn raise_to(&self, ceiling: u64) {
        self.0.ceiling.store(ceiling, Ordering::SeqCst);
        // Who stopped it meanwhile must not be overlooked.
        if self.0.cause.get().is_some() {
            self.0.ceiling.store(0, Ordering::SeqCst);
        }
    }

    #[cold]
    fn ran_over(&self) -> EffortError {
        match self.0.cause.get() {
            Some(cause) => *cause,
            None if self.steps() <= self.0.limits.steps => EffortError::NotAtOnce,
            None => self.give_up(EffortError::Steps { maximum: self.0.limits.steps }),
        }
    }

    fn give_up(&self, cause: EffortError) -> EffortError {
        let cause = *self.0.cause.get_or_init(|| cause);
        self.0.ceiling.store(0, Ordering::SeqCst);
        cause
    }

    fn take(&self, bytes: u64) -> Result<(), EffortError> {
        let account = &*self.0;
        let held = account.held.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        let granted = if held > account.most(account.limits.memory) {
            Err(EffortError::Memory { maximum: account.limits.memory })
        } else {
            account.fill(held)
        };
        granted.map_err(|cause| {
            account.held.fetch_sub(bytes, Ordering::Relaxed);
            self.give_up(cause)
        })
    }
}

impl Default for Effort {
    /// For a document whose length does not matter, by the default limits.
    fn default() -> Self {
        Self::new(EffortLimits::default(), 0)
    }
}

impl Account {
    fn is_committed(&self) -> bool {
        self.phase.load(Ordering::SeqCst) == COMMITTED
    }

    /// How much of what is limited to `limit` may be taken by now.
    fn most(&self, limit: u64) -> u64 {
        if self.is_committed() { limit.saturating_mul(2) } else { limit }
    }

    /// Takes from the pool what `held` bytes need.
    fn fill(&self, held: u64) -> Result<(), EffortError> {
        let Some(pool) = &self.pool else { return Ok(()) };
        let wanted = held.saturating_sub(FREE).next_multiple_of(PORTION);
        let missing = wanted.saturating_sub(self.pooled.load(Ordering::Relaxed));
        if missing == 0 {
            return Ok(());
        }
        if self.is_committed() {
            pool.take_anyway(missing);
        } else if !pool.take(missing) {
            return Err(EffortError::Busy);
        }
        self.pooled.fetch_add(missing, Ordering::Relaxed);
        Ok(())
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        let pooled = self.pooled.load(Ordering::Relaxed);
        if let Some(pool) = self.pool.as_ref().filter(|_| pooled > 0) {
            pool.give_back(pooled);
        }
    }
}

impl Held {
    /// Takes `bytes` more.
    ///
    /// # Errors
    /// [`EffortError`] when there is not so much.
    pub fn grow(&mut self, bytes: u64) -> Result<(), EffortError> {
        self.effort.take(bytes)?;
        self.bytes += bytes;
        Ok(())
    }

    /// How much it is, in bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.effort.0.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
