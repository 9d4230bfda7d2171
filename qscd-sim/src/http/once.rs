//! Enrolments that may be asked for again.

use std::{
    collections::{HashMap, VecDeque},
    future::poll_fn,
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
    time::Duration,
};

use futures_util::FutureExt;
use qscd_protocol::Refusal;
use seal::{Credential, CredentialEnd, CredentialId, EnrolmentRequest, QscdError};
use tokio::{sync::OnceCell, time::Instant};

use super::error::Answer;

/// How many enrolments are remembered.
const CAPACITY: usize = 20_000;
/// How long an enrolment is remembered.
const LIFETIME: Duration = Duration::from_secs(120);

/// The newest enrolments by their names. What was made is remembered by its name alone: key and
/// certificate stand in the device, and end there.
#[derive(Clone, Debug, Default)]
pub(super) struct Enrolments(Arc<Mutex<Newest>>);

/// Names in the order in which they came, and what they name: the oldest goes first.
#[derive(Debug, Default)]
struct Newest {
    order: VecDeque<(Instant, Arc<str>)>,
    by_name: HashMap<Arc<str>, Arc<Remembered>>,
}

#[derive(Debug)]
struct Remembered {
    request: EnrolmentRequest,
    outcome: OnceCell<Result<CredentialId, QscdError>>,
}

impl Enrolments {
    /// Enrols, unless an enrolment of this name was done or is under way: then its credential is
    /// the answer, or how it ended. A refusal is not remembered: nothing was made, and who asks
    /// again asks anew. What has to wait runs in a task of its own, so that a client that hangs up
    /// does not leave it half done, to be done again.
    pub(super) async fn once<F>(
        &self,
        name: String,
        request: EnrolmentRequest,
        enrol: impl FnOnce(EnrolmentRequest) -> F + Send + 'static,
        find: impl FnOnce(&CredentialId) -> Result<Credential, CredentialEnd> + Send + 'static,
    ) -> Result<Credential, Answer>
    where
        F: Future<Output = Result<Credential, QscdError>> + Send + 'static,
    {
        let remembered = self.remember(&name, &request, Instant::now());
        if remembered.request != request {
            let why = "request_id names another enrolment";
            return Err(Refusal::bad_request(why).into());
        }
        let enrolments = self.clone();
        let mut enrolment = Box::pin(async move {
            let mut made = None;
            let enrolled = async {
                let credential = enrol(request).await?;
                let id = credential.id.clone();
                made = Some(credential);
                Ok(id)
            };
            let outcome = remembered.outcome.get_or_init(|| enrolled).await;
            match (outcome, made) {
                (Ok(_), Some(credential)) => Ok(credential),
                (Ok(id), None) => Ok(find(id)?),
                (Err(refusal), _) => {
                    enrolments.forget(&name, &remembered);
                    Err(refusal.clone())
                }
            }
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

    /// Forgets what this name stands for, if it is that.
    fn forget(&self, name: &str, what: &Arc<Remembered>) {
        let mut newest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if newest.by_name.get(name).is_some_and(|known| Arc::ptr_eq(known, what)) {
            newest.by_name.remove(name);
            newest.order.retain(|(_, known)| &**known != name);
        }
    }

    /// What this name stands for at `now`; if for nothing, from now on for `request`.
    fn remember(&self, name: &str, request: &EnrolmentRequest, now: Instant) -> Arc<Remembered> {
        let mut newest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some((came, _)) = newest.order.front()
            && now.duration_since(*came) >= LIFETIME
        {
            newest.forget_oldest();
        }
        if let Some(known) = newest.by_name.get(name) {
            return Arc::clone(known);
        }
        if newest.order.len() >= CAPACITY {
            newest.forget_oldest();
        }
        let name = Arc::<str>::from(name);
        let new = Arc::new(Remembered { request: request.clone(), outcome: OnceCell::new() });
        newest.order.push_back((now, Arc::clone(&name)));
        newest.by_name.insert(name, Arc::clone(&new));
        new
    }
}

impl Newest {
    fn forget_oldest(&mut self) {
        if let Some((_, oldest)) = self.order.pop_front() {
            self.by_name.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Simulator;

    #[test]
    fn an_enrolment_is_remembered_for_two_minutes() {
        let request = Simulator::start().unwrap().enrolment();
        let (enrolments, began) = (Enrolments::default(), Instant::now());
        let at = |seconds| {
            let now = began + Duration::from_secs(seconds);
            enrolments.remember("one", &request, now)
        };
        let first = at(0);
        assert!(Arc::ptr_eq(&first, &at(119)));
        let second = at(120);
        assert!(!Arc::ptr_eq(&first, &second));
        assert!(Arc::ptr_eq(&second, &at(239)));
    }

    #[test]
    fn the_oldest_makes_room_for_the_newest() {
        let request = Simulator::start().unwrap().enrolment();
        let (enrolments, now) = (Enrolments::default(), Instant::now());
        let remember = |name: usize| enrolments.remember(&name.to_string(), &request, now);
        let all: Vec<_> = (0..CAPACITY).map(remember).collect();
        assert!(Arc::ptr_eq(&all[0], &remember(0)), "who asks again needs no room");
        remember(CAPACITY);
        assert!(Arc::ptr_eq(&all[1], &remember(1)));
        let newest = enrolments.0.lock().unwrap();
        assert_eq!((newest.order.len(), newest.by_name.len()), (CAPACITY, CAPACITY));
        assert!(!newest.by_name.contains_key("0"));
    }
}
