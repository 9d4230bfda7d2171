//! Readiness: a real seal over a small document, made with a key of the device and verified. It is
//! nobody's act: the audit log holds that its key was destroyed, as of every key of the device, for
//! that chain has no gaps; and nothing else.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use seal::{Act, ActRequest, ApplicationId, Caller, Certification};
use tokio::time::{Duration, Instant};

use super::{
    ActOptions, Document, ProblemType, Service, ValidationRequest,
    act::Progress,
    evidence::evidence,
    receipts::seals_cms,
    target::{Room, Target},
};
use crate::{Error, administration::READINESS_APPLICATION, authentication::Authenticated};

/// How long it serves that a seal was made.
const FRESH: Duration = Duration::from_secs(30);

/// How long it serves that none could be made.
const FRESH_FAILURE: Duration = Duration::from_secs(5);

/// How long it serves that the audit log took records.
const LOG_ASKED: Duration = Duration::from_secs(1);

const CONTENT: &[u8] = b"Segl seals this to see whether it can.";

/// Whether a test seal could be made.
type TestResult = Result<(), ProblemType>;

/// A test for everybody who asks meanwhile.
type Running = Shared<BoxFuture<'static, TestResult>>;

/// The last result and when it was got by the machine's clock, which nobody sets; and the test that
/// is under way. One at a time, whoever asks and hangs up.
#[derive(Debug, Default)]
pub(super) struct Readiness(Mutex<State>);

impl Readiness {
    /// Keeps the result of the test that was under way.
    fn end(&self, result: TestResult) -> TestResult {
        let now = Instant::now();
        let last = Some(Last { made: now, log_asked: now, result });
        *self.state() = State { last, running: None };
        result
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A result, when the seal was made, and when the audit log was asked.
#[derive(Clone, Copy, Debug)]
struct Last {
    made: Instant,
    log_asked: Instant,
    result: TestResult,
}

#[derive(Debug, Default)]
struct State {
    last: Option<Last>,
    running: Option<Running>,
}

/// Why the service is not ready.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    /// No test seal could be made.
    #[error("no test seal can be made: {}", .0.name())]
    Seal(ProblemType),
}

impl Service {
    /// Makes and verifies a test seal, unless one was made in the last half minute or failed in the
    /// last five seconds.
    ///
    /// # Errors
    /// [`NotReady`].
    pub async fn is_ready(self: &Arc<Self>) -> Result<(), NotReady> {
        let result = match self.last_or_running() {
            Ok(last) => self.takes_records_still(last).await,
            Err(running) => running.await,
        };
        result.map_err(NotReady::Seal)
    }

    /// The last result while it serves, or else the test that is under way, which begins if none is.
    fn last_or_running(self: &Arc<Self>) -> Result<Last, Running> {
        let mut state = self.readiness.state();
        let fresh = state.last.filter(|last| {
            last.made.elapsed() < if last.result.is_ok() { FRESH } else { FRESH_FAILURE }
        });
        match (fresh, &state.running) {
            (Some(last), _) => Ok(last),
            (None, Some(running)) => Err(running.clone()),
            (None, None) => {
                let test = tokio::spawn(Arc::clone(self).test());
                let service = Arc::clone(self);
                // A test that panicked keeps no result: whoever asks later has another one.
                let result = async move {
                    match test.await {
                        Ok(result) => result,
                        Err(_) => service.readiness.end(Err(ProblemType::Internal)),
                    }
                };
                Err(state.running.insert(result.boxed().shared()).clone())
            }
        }
    }

    /// The last result, unless the audit log takes no record any more: whoever disturbs it between two
    /// test seals is found out without a key.
    async fn takes_records_still(&self, last: Last) -> TestResult {
        if last.result.is_ok() && last.log_asked.elapsed() >= LOG_ASKED {
            let asked = Instant::now();
            let settled = self.store.flush().await.map_err(Error::from);
            let result = settled.map(drop).map_err(|error| ProblemType::from(&error));
            // Its time stays that of the seal, but for a failure, which serves for its own.
            let made = if result.is_ok() { last.made } else { asked };
            self.readiness.state().last = Some(Last { made, log_asked: asked, result });
            return result;
        }
        last.result
    }

    /// Runs to its end, whoever waits for it, and keeps the result.
    async fn test(self: Arc<Self>) -> TestResult {
        let made = self.test_seal_and_verify().await;
        let result = match made {
            Ok(true) => Ok(()),
            Ok(false) => Err(ProblemType::SignatureInvalid),
            Err(error) => Err(ProblemType::from(&error)),
        };
        self.readiness.end(result)
    }

    /// Seals, and has the result judged by our own validator: whether it passed. One after the other,
    /// as a caller would: both at once would need two places where there may be one.
    async fn test_seal_and_verify(self: &Arc<Self>) -> Result<bool, Error> {
        // A log that takes no record is asked first: each test seal needs a key.
        self.store.flush().await?;
        let service = Arc::clone(self);
        let sealed = self.flights.run(async move { service.test_seal().await }).await?;
        let Some(sealed) = sealed else { return Ok(true) };
        Ok(self.validate(ValidationRequest::new(sealed)).await?.passed())
    }

    /// Seals with the first profile that may; none where no profile may.
    async fn test_seal(self: Arc<Self>) -> Result<Option<Document>, Error> {
        let snapshot = self.organisations.own().snapshot();
        let Some(profile) = snapshot.policy().profiles().iter().find(|one| seals_cms(one)) else {
            // Nothing may be sealed: what can be tested is that records are taken, and was.
            return Ok(None);
        };
        let options = ActOptions::around(profile.id.clone());
        let caller = Caller::Application(ApplicationId::new(READINESS_APPLICATION));
        let caller = Authenticated::of(caller, Arc::clone(self.organisations.own()));
        let document = Document::new(Bytes::from_static(CONTENT));
        let effort = self.effort(&document);
        let target = Target::open(&document, &options, &effort)?;
        let now = self.clock.now();
        let request = ActRequest {
            appearance: None,
            act: Act::Seal,
            profile: profile.id.clone(),
            format: target.format(),
            level: profile.default_level,
            certification: Certification::None,
            texts: Vec::new(),
            document: document.sha256(),
            facts: target.facts(),
            activated: false,
            seals: 1,
        };
        let approval = snapshot.policy().evaluate(&request, profile, &caller.caller, now)?;
        let evidence = evidence(Act::Seal, approval.profile(), &caller, document.sha256())?;
        let maximum_token_length = self.time_stamping.maximum_token_length();
        let room = Room { reserved: self.reserve(&approval, now), maximum_token_length };
        let prepared = target.prepare(&approval, &self.names(profile), &options, now, room)?;
        let signed =
            self.sign(&approval, prepared, &evidence, now, &mut Progress::default()).await?;
        // That the key is gone is the one record of this; it must be on disk.
        self.store.flush().await?;
        Ok(Some(Document::new(signed.output.parts.concat().into())))
    }
}

#[cfg(test)]
mod tests {
    use axum::{
        body::Body,
        http::{Request, StatusCode},
    };
    use tower::ServiceExt;

    use crate::compose::{Application, Backend, sample::demo};

    async fn status(application: &Application, path: &str) -> StatusCode {
        let request = Request::get(path).header("host", "localhost").body(Body::empty()).unwrap();
        application.public.clone().oneshot(request).await.unwrap().status()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_service_that_works_on_one_request_at_a_time_can_be_ready() {
        let (application, _directory) = demo(|limits| limits.concurrent_requests = 1).await;
        application.service.is_ready().await.unwrap();
        application.shutdown().await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn no_haste_of_strangers_keeps_a_prober_from_its_answer() {
        let (application, _directory) = demo(|limits| limits.anonymous_requests_per_s = 1).await;
        while status(&application, "/pki/root.cer").await != StatusCode::TOO_MANY_REQUESTS {}
        assert_eq!(status(&application, "/readyz").await, StatusCode::OK);
        application.shutdown().await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_log_that_is_disturbed_after_a_test_seal_is_told_within_a_second() {
        let (application, directory) = demo(|_| {}).await;
        assert_eq!(status(&application, "/readyz").await, StatusCode::OK);
        let moved = directory.path().join("moved");
        std::fs::rename(directory.database(), &moved).unwrap();
        tokio::time::sleep(super::LOG_ASKED).await;
        assert_eq!(status(&application, "/readyz").await, StatusCode::SERVICE_UNAVAILABLE);
        std::fs::rename(&moved, directory.database()).unwrap();
        application.service.store().flush().await.unwrap();
        application.shutdown().await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_disturbed_log_makes_the_service_unready_and_no_key_is_made_to_learn_it() {
        let (application, directory) = demo(|_| {}).await;
        let Backend::Embedded(simulator) = &application.backend else { panic!("elsewhere") };
        let moved = directory.path().join("moved");
        std::fs::rename(directory.database(), &moved).unwrap();
        let asked = status(&application, "/readyz").await;
        assert_eq!(asked, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(simulator.device().counters().created, 0);
        assert_eq!(status(&application, "/healthz").await, StatusCode::OK, "it answers");
        std::fs::rename(&moved, directory.database()).unwrap();
        application.service.store().flush().await.unwrap();
        application.shutdown().await.unwrap();
    }
}
