//! Enrolments that may be asked for again.

use std::{future::poll_fn, sync::Arc, task::Poll, time::Duration};

use futures_util::FutureExt;
use moka::sync::Cache;
use seal::{Credential, EnrolmentRequest, QscdError};
use tokio::sync::OnceCell;

use super::error::Answer;
use crate::protocol::Refusal;

/// How many enrolments are remembered.
const CAPACITY: u64 = 20_000;
/// How long an enrolment is remembered.
const LIFETIME: Duration = Duration::from_secs(120);

/// The newest enrolments by their names.
#[derive(Clone, Debug)]
pub(super) struct Enrolments(Cache<String, Arc<Remembered>>);

#[derive(Debug)]
struct Remembered {
    request: EnrolmentRequest,
    outcome: OnceCell<Result<Credential, QscdError>>,
}

impl Enrolments {
    pub(super) fn new() -> Self {
        Self(Cache::builder().max_capacity(CAPACITY).time_to_live(LIFETIME).build())
    }

    /// Enrols, unless an enrolment of this name was done or is under way: then its outcome is the
    /// answer. What has to wait runs in a task of its own, so that a client that hangs up does not
    /// leave it half done, to be done again.
    pub(super) async fn once<F>(
        &self,
        name: String,
        request: EnrolmentRequest,
        enrol: impl FnOnce(EnrolmentRequest) -> F + Send + 'static,
    ) -> Result<Credential, Answer>
    where
        F: Future<Output = Result<Credential, QscdError>> + Send + 'static,
    {
        let remembered = self.0.get_with(name, || {
            Arc::new(Remembered { request: request.clone(), outcome: OnceCell::new() })
        });
        if remembered.request != request {
            let why = "request_id names another enrolment";
            return Err(Refusal::bad_request(why).into());
        }
        let mut enrolment = Box::pin(async move {
            let outcome = remembered.outcome.get_or_init(|| enrol(request)).await;
            outcome.clone()
        });
        // Most enrolments wait for nothing and are done here; another thread need not be woken.
        if let Poll::Ready(done) =
            poll_fn(|context| Poll::Ready(enrolment.poll_unpin(context))).await
        {
            return Ok(done?);
        }
        let lost = |_| QscdError::Unavailable("the enrolment ended without a result".to_owned());
        Ok(tokio::spawn(enrolment).await.map_err(lost)??)
    }
}
