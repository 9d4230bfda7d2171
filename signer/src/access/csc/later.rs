//! Answers that come later, and are kept in this process's memory until their time is over.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use csc::{Mode, SignedAnswer};

use super::{Asker, BearerHash, Csc, Failure, bearer::bearer_hash, wallets::holder};
use crate::{
    audit,
    service::{RequestError, Service},
};

/// How many requests of one holder are under way or kept at once, and of all.
const MAXIMUM_OF_ONE: usize = 100;
const MAXIMUM: usize = 2000;

/// How many bytes they and their answers may take, of one holder and of all.
const MAXIMUM_BYTES_OF_ONE: usize = 64 << 20;
const MAXIMUM_BYTES: usize = 256 << 20;

/// What came of a request.
pub type Outcome = Result<SignedAnswer, Failure>;

/// An answer, or the name under which it is fetched.
#[derive(Debug)]
pub enum Answered {
    /// It.
    AtOnce(SignedAnswer),
    /// Its name: a secret.
    Later(String),
}

/// The requests that are answered later.
#[derive(Debug, Default)]
pub(super) struct Later(Mutex<HashMap<BearerHash, Arc<Job>>>);

/// A request that is under way or done.
#[derive(Debug)]
struct Job {
    bearer: BearerHash,
    holder: String,
    bytes: usize,
    state: Mutex<State>,
}

#[derive(Clone, Debug)]
enum State {
    Pending,
    Done { outcome: Arc<Outcome>, ends: SystemTime },
}

/// A place for a request that is answered later; without it, the request is answered at once. One that is
/// let go is free again.
#[derive(Debug)]
pub(super) struct Place<'a> {
    later: &'a Later,
    kept: Option<(String, Duration)>,
}

impl Later {
    /// A place for a request whose documents have so many bytes, before anything of it is done.
    ///
    /// # Errors
    /// [`Failure`] when there is none, or no randomness.
    pub(super) fn place(
        &self,
        mode: Mode,
        asker: &Asker,
        bytes: usize,
        now: SystemTime,
    ) -> Result<Place<'_>, Failure> {
        let Mode::Later { kept } = mode else { return Ok(Place { later: self, kept: None }) };
        let name = URL_SAFE_NO_PAD.encode(audit::random::<32>()?);
        let (holder, bearer) = (holder(asker), asker.bearer);
        let mut held = self.held();
        held.retain(|_, job| !job.is_over(now));
        let of_one = held.values().filter(|job| job.holder == holder);
        let (number, taken) =
            of_one.fold((0, 0), |(number, taken), job| (number + 1, taken + job.bytes));
        if number >= MAXIMUM_OF_ONE || taken + bytes > MAXIMUM_BYTES_OF_ONE {
            return Err(RequestError::TooMany.into());
        }
        let taken: usize = held.values().map(|job| job.bytes).sum();
        if held.len() >= MAXIMUM || taken + bytes > MAXIMUM_BYTES {
            return Err(RequestError::Busy.into());
        }
        let job = Job { bearer, holder, bytes, state: Mutex::new(State::Pending) };
        held.insert(bearer_hash(&name), Arc::new(job));
        Ok(Place { later: self, kept: Some((name, kept)) })
    }

    /// What came of a request, if it is done.
    ///
    /// # Errors
    /// [`csc::Error`] for another bearer's as for none, and for one that is kept no more.
    pub(super) fn find(
        &self,
        asker: &Asker,
        name: &str,
        now: SystemTime,
    ) -> Result<Option<Arc<Outcome>>, csc::Error> {
        let unknown = || csc::Error::invalid("requestID");
        let job = self.held().get(&bearer_hash(name)).cloned();
        let job = job.filter(|job| job.bearer == asker.bearer).ok_or_else(unknown)?;
        match job.state() {
            State::Pending => Ok(None),
            State::Done { outcome, ends } if now < ends => Ok(Some(outcome)),
            State::Done { .. } => Err(unknown()),
        }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<BearerHash, Arc<Job>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Job {
    fn state(&self) -> State {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn is_over(&self, now: SystemTime) -> bool {
        match self.state() {
            State::Pending => false,
            State::Done { ends, .. } => ends <= now,
        }
    }
}

impl Place<'_> {
    /// Does what was asked for: now, or in a task of its own.
    ///
    /// # Errors
    /// [`Failure`] of what is done now.
    pub(super) async fn take(
        mut self,
        service: Arc<Service>,
        act: impl Future<Output = Outcome> + Send + 'static,
    ) -> Result<Answered, Failure> {
        let Some((name, kept)) = self.kept.take() else {
            return act.await.map(Answered::AtOnce);
        };
        let job = self.later.held().get(&bearer_hash(&name)).cloned();
        let Some(job) = job else { return Err(RequestError::Busy.into()) };
        tokio::spawn(async move {
            let act = tokio::spawn(act);
            let outcome = act.await.unwrap_or_else(|_| Err(crate::Error::Interrupted.into()));
            let ends = service.clock().now() + kept;
            let done = State::Done { outcome: Arc::new(outcome), ends };
            *job.state.lock().unwrap_or_else(PoisonError::into_inner) = done;
        });
        Ok(Answered::Later(name))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if let Some((name, _)) = self.kept.take() {
            self.later.held().remove(&bearer_hash(&name));
        }
    }
}

impl Csc {
    /// `signatures/signPolling`: what came of a request, if it is done.
    ///
    /// # Errors
    /// [`csc::Error`] for a name that is not this bearer's.
    pub fn outcome(&self, asker: &Asker, name: &str) -> Result<Option<Arc<Outcome>>, csc::Error> {
        self.later.find(asker, name, self.service.clock().now())
    }
}
