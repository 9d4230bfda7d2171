//! Acts under way: none stops between signing and recording because its client hangs up.

use std::{
    future::Future,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::{FutureExt, future::BoxFuture};
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore},
};

use crate::{Error, error::RequestError};

/// Bounds the acts under way and knows when the last has ended.
#[derive(Debug)]
pub(super) struct Flights {
    permits: Arc<Semaphore>,
    most: u32,
}

impl Flights {
    pub(super) fn new(most: usize) -> Self {
        let most = u32::try_from(most.clamp(1, Semaphore::MAX_PERMITS)).unwrap_or(u32::MAX);
        Self { permits: Arc::new(Semaphore::new(most as usize)), most }
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

    /// Runs `work` on the blocking pool, so that other requests go on meanwhile.
    pub(super) async fn block<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let permit = self.permit()?;
        let task = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        });
        task.await.map_err(|_| Error::Interrupted)?
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
    use std::sync::atomic::{AtomicBool, Ordering};

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
    async fn nothing_starts_after_the_close() {
        let flights = Flights::new(1);
        flights.close().await;
        assert!(flights.run(async { Ok(()) }).await.is_err());
        assert!(flights.block(|| Ok(())).await.is_err());
    }
}
