//! Sessions with a token, logged in, and opened anew where the token forgot them.

use std::{
    fmt,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use cryptoki::{
    context::Pkcs11,
    error::{Error, RvError},
    session::{Session, SessionState, UserType},
    slot::Slot,
    types::AuthPin,
};

use crate::{TokenError, calls::Calls, modules};

/// The most sessions that are kept for the next call. Tokens have few.
const KEPT: usize = 8;

/// Sessions with one token.
pub(crate) struct Sessions {
    pub(crate) label: String,
    module: PathBuf,
    pin: AuthPin,
    /// Those that nobody uses, each logged in.
    idle: Mutex<Vec<Session>>,
    /// One logs in at a time: each wrong PIN counts.
    logging_in: Mutex<()>,
    is_refused: AtomicBool,
    calls: Arc<Calls>,
}

impl Sessions {
    pub(crate) fn new(module: PathBuf, label: String, pin: &str) -> Self {
        let pin = AuthPin::new(pin.into());
        let (idle, logging_in, is_refused) = <(Mutex<_>, Mutex<_>, AtomicBool)>::default();
        Self { label, module, pin, idle, logging_in, is_refused, calls: Arc::default() }
    }

    /// Does this in a session. Where the token has forgotten it, or was away and is back, once more in another.
    pub(crate) fn within<T: Send + 'static>(
        self: &Arc<Self>,
        what: impl Fn(&Session) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, TokenError> {
        let own = Arc::clone(self);
        let answer = self.calls.answer(move || own.done_within(what));
        answer.unwrap_or_else(|| Err(TokenError::Late { label: self.label.clone() }))
    }

    fn done_within<T>(&self, what: impl Fn(&Session) -> Result<T, Error>) -> Result<T, TokenError> {
        let idle = self.idle().pop();
        if let Some(session) = idle {
            match what(&session) {
                Err(error) if is_forgotten(&error) => self.idle().clear(),
                done => return self.done(session, done),
            }
        }
        let session = self.open()?;
        let done = what(&session);
        self.done(session, done)
    }

    fn done<T>(&self, session: Session, done: Result<T, Error>) -> Result<T, TokenError> {
        let mut idle = self.idle();
        if done.is_ok() && idle.len() < KEPT {
            idle.push(session);
        }
        drop(idle);
        done.map_err(|cause| self.failed(cause))
    }

    pub(crate) fn failed(&self, cause: Error) -> TokenError {
        TokenError::Failed { label: self.label.clone(), cause }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Session>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self) -> Result<Session, TokenError> {
        let label = || self.label.clone();
        let module = modules::load(&self.module)?;
        let slot = self.slot(&module)?;
        let session = module.open_rw_session(slot).map_err(|cause| self.failed(cause))?;
        let _one = self.logging_in.lock().unwrap_or_else(PoisonError::into_inner);
        let info = session.get_session_info().map_err(|cause| self.failed(cause))?;
        // A login is the process's: the first session's counts for all.
        if matches!(info.session_state(), SessionState::RwUser | SessionState::RoUser) {
            return Ok(session);
        }
        if self.is_refused.load(Relaxed) {
            return Err(TokenError::WrongPin { label: label() });
        }
        match session.login(UserType::User, Some(&self.pin)) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(session),
            Err(Error::Pkcs11(RvError::PinLocked, _)) => Err(TokenError::Locked { label: label() }),
            Err(Error::Pkcs11(
                RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange,
                _,
            )) => {
                self.is_refused.store(true, Relaxed);
                Err(TokenError::WrongPin { label: label() })
            }
            Err(cause) => Err(self.failed(cause)),
        }
    }

    /// The slot of the one token with the label.
    fn slot(&self, module: &Pkcs11) -> Result<Slot, TokenError> {
        let slots = module.get_slots_with_token().map_err(|cause| self.failed(cause))?;
        let mut others = Vec::new();
        let mut found = Vec::new();
        for slot in slots {
            // One that was taken out meanwhile is none that is there.
            let Ok(info) = module.get_token_info(slot) else { continue };
            match info.label().trim_end() {
                label if label == self.label => found.push(slot),
                label if info.token_initialized() => others.push(label.to_owned()),
                _ => {}
            }
        }
        match *found {
            [one] => Ok(one),
            [] => Err(TokenError::NoSuchToken { label: self.label.clone(), others }),
            _ => Err(TokenError::Ambiguous { label: self.label.clone(), count: found.len() }),
        }
    }
}

/// Whether another session may do what this one did not.
fn is_forgotten(error: &Error) -> bool {
    use RvError::{
        DeviceError, DeviceRemoved, KeyHandleInvalid, ObjectHandleInvalid, SessionClosed,
        SessionHandleInvalid, TokenNotPresent, UserNotLoggedIn,
    };
    matches!(
        error,
        Error::Pkcs11(
            DeviceError
                | DeviceRemoved
                | KeyHandleInvalid
                | ObjectHandleInvalid
                | SessionClosed
                | SessionHandleInvalid
                | TokenNotPresent
                | UserNotLoggedIn,
            _
        )
    )
}

/// Neither the PIN nor what the library holds.
impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").field("label", &self.label).finish_non_exhaustive()
    }
}
