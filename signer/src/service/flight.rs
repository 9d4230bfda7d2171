//! Acts under way: none stops between signing and recording because its client hangs up.

use std::{
    future::Future,
    num::NonZeroUsize,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    thread::available_parallelism,
};

use futures_util::{FutureExt, future::BoxFuture};
use seal::Effort;
use tokio::{
    runtime::Handle,
    sync::{AcquireError, OwnedSemaphorePermit, Semaphore},
    time::{Duration, Instant, sleep},
};

use super::{Error, RequestError, Service};

/// Bounds the acts under way and knows when the last has ended.
#[derive(Debug)]
pub(super) struct Flights {
    permits: Arc<Semaphore>,
    most: u32,
    /// Long works that may run at once: beyond that many they would take the processor from
    /// everything else. Acts, which have a caller, do not wait for validations.
    acts: Arc<Semaphore>,
    validations: Arc<Semaphore>,
}

/// The longest pause between two validations of strangers.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Stops the work on a document when whoever waits for it is gone.
pub(super) struct StopOnDrop(Option<Effort>);

impl StopOnDrop {
    pub(super) fn new(effort: &Effort) -> Self {
        Self(Some(effort.clone()))
    }

    /// The work is done: more may be done on the same account.
    fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        if let Some(effort) = &self.0 {
            effort.stop();
        }
    }
}

impl Flights {
    pub(super) fn new(most: usize) -> Self {
        let most = u32::try_from(most.clamp(1, Semaphore::MAX_PERMITS)).unwrap_or(u32::MAX);
        let processors = available_parallelism().map_or(1, NonZeroUsize::get);
        let semaphore = |permits: usize| Arc::new(Semaphore::new(permits));
        Self {
            permits: semaphore(most as usize),
            most,
            acts: semaphore(processors),
            validations: semaphore((processors / 2).max(1)),
        }
    }

    /// Runs `act` to its end, whether or not the caller waits for it.
    ///
    /// # Errors
    /// [`RequestError::Busy`] when too many are under way or the service is stopping.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        act: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        let permit = self.permit()?;
        let act = async move {
            let result = AssertUnwindSafe(act).catch_unwind().await;
            drop(permit);
            result.unwrap_or(Err(Error::Interrupted))
        };
        Flight(Some(Box::pin(act))).await
    }

    /// Validates on the blocking pool, so that other requests go on meanwhile. It ends soon when
    /// nobody waits for it.
    pub(super) async fn validate<T: Send + 'static>(
        &self,
        effort: &Effort,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let permit = self.permit()?;
        let stop = StopOnDrop::new(effort);
        let result = elsewhere(&self.validations, move || {
            let result = work();
            drop(permit);
            result
        })
        .await;
        stop.disarm();
        result
    }

    /// The same for strangers: whoever is next waits as long as the work took while `callers` are
    /// under way, so that these have the greater part of every processor.
    pub(super) async fn validate_beside<T: Send + 'static>(
        &self,
        callers: &Self,
        effort: &Effort,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let permit = self.permit()?;
        let stop = StopOnDrop::new(effort);
        let turn = Arc::clone(&self.validations).acquire_owned().await;
        let turn = turn.map_err(|_| Error::Interrupted)?;
        let task = tokio::task::spawn_blocking(move || {
            let begun = Instant::now();
            let result = work();
            drop(permit);
            (result, begun.elapsed(), turn)
        });
        let (result, took, turn) = task.await.map_err(|_| Error::Interrupted)?;
        stop.disarm();
        if callers.are_under_way() {
            tokio::spawn(async move {
                sleep(took.min(LONGEST_PAUSE)).await;
                drop(turn);
            });
        }
        result
    }

    /// Whether any act or validation is.
    fn are_under_way(&self) -> bool {
        self.permits.available_permits() < self.most as usize
    }

    /// Does a part of an act on the blocking pool.
    pub(super) async fn elsewhere<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        elsewhere(&self.acts, work).await
    }

    /// Does an act on a thread of its own whose parts may each be long: it takes a turn for every
    /// part, and none while it waits for somebody else.
    pub(super) async fn in_turns<T: Send + 'static>(
        &self,
        act: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        let act = InTurns { turns: Arc::clone(&self.acts), next: None, act: Box::pin(act) };
        let runtime = Handle::current();
        let act = tokio::task::spawn_blocking(move || runtime.block_on(act));
        act.await.map_err(|_| Error::Interrupted)?
    }

    /// Lets nobody start and waits for the last to end.
    pub(super) async fn close(&self) {
        if let Ok(all) = self.permits.acquire_many(self.most).await {
            all.forget();
        }
        self.permits.close();
    }

    fn permit(&self) -> Result<OwnedSemaphorePermit, Error> {
        Arc::clone(&self.permits)
            .try_acquire_owned()
            .map_err(|_| Error::Request(RequestError::Busy))
    }
}

impl Service {
    /// Does to its end, whether or not whoever asked waits, what leaves something half done otherwise.
    ///
    /// # Errors
    /// Those of `work`; [`RequestError::Busy`] before it began, when too much is under way or the service
    /// is stopping.
    pub(crate) async fn to_its_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        self.flights.run(work).await
    }
}

/// Does `work` on the blocking pool when its turn comes.
async fn elsewhere<T: Send + 'static>(
    turns: &Arc<Semaphore>,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let turn = Arc::clone(turns).acquire_owned().await.map_err(|_| Error::Interrupted)?;
    let task = tokio::task::spawn_blocking(move || {
        let result = work();
        drop(turn);
        result
    });
    task.await.map_err(|_| Error::Interrupted)?
}

/// An act that has a turn each time that it goes on.
struct InTurns<T> {
    turns: Arc<Semaphore>,
    /// The turn that it waits for.
    next: Option<BoxFuture<'static, Result<OwnedSemaphorePermit, AcquireError>>>,
    act: BoxFuture<'static, Result<T, Error>>,
}

impl<T> Future for InTurns<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let turns = Arc::clone(&self.turns);
        let next = self.next.get_or_insert_with(|| turns.acquire_owned().boxed());
        let turn = ready!(next.as_mut().poll(context));
        self.next = None;
        // It is given back at the end, when the act is done or waits.
        let Ok(_turn) = turn else { return Poll::Ready(Err(Error::Interrupted)) };
        self.act.as_mut().poll(context)
    }
}

/// An act that its caller polls, so that it costs no task of its own; if the caller goes, it goes
/// on in one.
struct Flight<T: Send + 'static>(Option<BoxFuture<'static, Result<T, Error>>>);

impl<T: Send + 'static> Future for Flight<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(act) = &mut self.0 else { return Poll::Ready(Err(Error::Interrupted)) };
        let answer = act.as_mut().poll(context);
        if answer.is_ready() {
            self.0 = None;
        }
        answer
    }
}

impl<T: Send + 'static> Drop for Flight<T> {
    fn drop(&mut self) {
        if let Some(act) = self.0.take()
            && let Ok(runtime) = Handle::try_current()
        {
            drop(runtime.spawn(act));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn an_act_goes_on_when_nobody_waits_for_it() {
        let flights = Arc::new(Flights::new(2));
        let ended = Arc::new(AtomicBool::new(false));
        let (go, wait) = oneshot::channel::<()>();
        let (inner, flag) = (Arc::clone(&flights), Arc::clone(&ended));
        let caller = tokio::spawn(async move {
            inner
                .run(async move {
                    let _ = wait.await;
                    flag.store(true, Ordering::SeqCst);
                    Ok(())
                })
                .await
        });
        tokio::task::yield_now().await;
        caller.abort();
        let _ = caller.await;
        let _ = go.send(());
        flights.close().await;
        assert!(ended.load(Ordering::SeqCst), "close waits for it");
    }

    #[tokio::test]
    async fn one_too_many_is_told_to_come_back() {
        let flights = Arc::new(Flights::new(1));
        let (_go, wait) = oneshot::channel::<()>();
        let inner = Arc::clone(&flights);
        let first = tokio::spawn(async move {
            inner
                .run(async move {
                    let _ = wait.await;
                    Ok(())
                })
                .await
        });
        tokio::task::yield_now().await;
        let second = flights.run(async { Ok(()) }).await;
        assert!(matches!(second, Err(Error::Request(RequestError::Busy))));
        first.abort();
    }

    #[tokio::test]
    async fn long_acts_take_turns_at_the_processors_and_hold_none_while_they_wait() {
        let processors = available_parallelism().map_or(1, NonZeroUsize::get);
        let count = 2 * processors + 1;
        let flights = Arc::new(Flights::new(count));
        let (working, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        // All of them wait for the last, which needs a turn meanwhile.
        let all = Arc::new(tokio::sync::Barrier::new(count));
        let acts = (0..count).map(|_| {
            let (working, most, all) = (working.clone(), most.clone(), all.clone());
            let work = move || {
                most.fetch_max(working.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::sleep(Duration::from_millis(20));
                working.fetch_sub(1, Ordering::SeqCst);
            };
            let act = async move {
                work();
                all.wait().await;
                work();
                Ok(())
            };
            let flights = Arc::clone(&flights);
            tokio::spawn(async move { flights.in_turns(act).await })
        });
        for act in acts.collect::<Vec<_>>() {
            act.await.unwrap().unwrap();
        }
        let most = most.load(Ordering::SeqCst);
        assert!((1..=processors).contains(&most), "{most} at once");
    }

    #[tokio::test]
    async fn nothing_starts_after_the_close() {
        let flights = Flights::new(1);
        flights.close().await;
        assert!(flights.run(async { Ok(()) }).await.is_err());
        assert!(flights.validate(&Effort::default(), || Ok(())).await.is_err());
    }

    #[tokio::test]
    async fn a_validation_ends_when_nobody_waits_for_it_and_gives_back_its_permit() {
        let flights = Arc::new(Flights::new(1));
        let effort = Effort::default();
        let (inner, counted) = (Arc::clone(&flights), effort.clone());
        let (started, starts) = oneshot::channel::<()>();
        let caller = tokio::spawn(async move {
            let work = {
                let counted = counted.clone();
                move || {
                    let _ = started.send(());
                    // Within its limit it would go on for a long time.
                    loop {
                        counted.step(1).map_err(pades::Error::from)?;
                        std::thread::sleep(Duration::from_millis(1));
                    }
                }
            };
            inner.validate::<()>(&counted, work).await
        });
        starts.await.unwrap();
        caller.abort();
        flights.close().await;
        assert_eq!(effort.check(), Err(seal::EffortError::Stopped));
    }
}
