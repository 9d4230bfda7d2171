//! Where signatures are made that may wait for a token.

use tokio::{
    sync::{Mutex, MutexGuard},
    task::spawn_blocking,
    time::Instant,
};

use super::error::AuthorityError;

/// Does what may wait long where nobody else waits for it.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, AuthorityError> + Send + 'static,
) -> Result<T, AuthorityError> {
    spawn_blocking(work).await.map_err(|_| AuthorityError::Interrupted)?
}

/// Who makes what all others wait for: one at a time. What failed while somebody waited is not tried for them once
/// more, or each in a queue would wait as long as all before it together.
#[derive(Debug, Default)]
pub(super) struct Turn(Mutex<Option<Instant>>);

/// A turn that somebody has.
#[derive(Debug)]
pub(super) struct Taken<'a>(MutexGuard<'a, Option<Instant>>);

impl Turn {
    /// Waits for it.
    ///
    /// # Errors
    /// [`AuthorityError::NotSigned`] when whoever had it meanwhile could not make it.
    pub(super) async fn take(&self) -> Result<Taken<'_>, AuthorityError> {
        let asked = Instant::now();
        let failed = self.0.lock().await;
        match *failed {
            Some(at) if at >= asked => Err(AuthorityError::NotSigned),
            _ => Ok(Taken(failed)),
        }
    }
}

impl Taken<'_> {
    /// Does what may wait long, and keeps whether it failed.
    pub(super) async fn apart<T: Send + 'static>(
        &mut self,
        work: impl FnOnce() -> Result<T, AuthorityError> + Send + 'static,
    ) -> Result<T, AuthorityError> {
        let made = apart(work).await;
        *self.0 = made.is_err().then(Instant::now);
        made
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn what_failed_for_one_is_not_tried_for_those_who_waited_with_them() {
        let turn = Turn::default();
        let mut first = turn.take().await.unwrap();
        let fails = || Err::<(), _>(AuthorityError::Interrupted);
        let (_, others) = tokio::join!(
            async {
                tokio::time::sleep(Duration::from_millis(20)).await;
                first.apart(fails).await.unwrap_err();
                drop(first);
            },
            async { [turn.take().await.is_err(), turn.take().await.is_err()] },
        );
        assert_eq!(others, [true, false], "who came later tries");
    }
}
