//! Readiness: a real seal over a small document, made and verified. It is an act like any other,
//! with a grant of its own and a place in the audit log.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use seal::{Act, ApplicationId, Caller, Certification, Format, Packaging, ProfileKind};
use tokio::sync::Mutex;

use super::{ActOptions, Document, Service, ValidationRequest};
use crate::{Error, authentication::Authenticated, problem::ProblemType};

/// The application in whose name test seals are made. It has a grant and no key: nobody can
/// call as it.
pub const READINESS_APPLICATION: &str = "segl-readiness";

/// How long a result serves.
const FRESH: Duration = Duration::from_secs(10);

const CONTENT: &[u8] = b"Segl seals this to see whether it can.";

/// The last result and when it was got; one test at a time.
#[derive(Debug, Default)]
pub(super) struct Readiness {
    last: Mutex<Option<(SystemTime, Result<(), ProblemType>)>>,
}

/// Why the service is not ready.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    /// No test seal could be made.
    #[error("no test seal can be made: {}", .0.name())]
    Seal(ProblemType),
}

impl Service {
    /// Makes and verifies a test seal, unless one was made in the last ten seconds.
    ///
    /// # Errors
    /// [`NotReady`].
    pub async fn is_ready(self: &Arc<Self>) -> Result<(), NotReady> {
        let mut last = self.readiness.last.lock().await;
        let now = self.clock.now();
        let fresh = last.filter(|(at, _)| now.duration_since(*at).is_ok_and(|age| age < FRESH));
        let result = match fresh {
            Some((_, result)) => result,
            None => match self.test_seal().await {
                Ok(true) => Ok(()),
                Ok(false) => Err(ProblemType::SignatureInvalid),
                Err(error) => Err(ProblemType::from(&error)),
            },
        };
        *last = Some((fresh.map_or(now, |(at, _)| at), result));
        result.map_err(NotReady::Seal)
    }

    /// Seals with the first profile that may, and has the result judged by our own validator:
    /// whether it passed.
    async fn test_seal(self: &Arc<Self>) -> Result<bool, Error> {
        let profiles = self.policy.profiles().iter();
        let mut able = profiles.filter(|profile| {
            profile.kind != ProfileKind::User
                && profile.active
                && profile.allow_signing
                && profile.formats.contains(&Format::Cades)
        });
        let Some(profile) = able.next() else {
            // Nothing may be sealed: what can be tested is that records are taken.
            self.store.flush().await?;
            return Ok(true);
        };
        let options = ActOptions {
            profile: profile.id.clone(),
            format: Some(Format::Cades),
            packaging: Packaging::Attached,
            level: None,
            field: None,
            reason: None,
            location: None,
            certify: Some(Certification::None),
            appearance: None,
            image: None,
            password: None,
        };
        let caller = Authenticated {
            caller: Caller::Application(ApplicationId::new(READINESS_APPLICATION)),
            token: None,
        };
        let document = Document::new(Bytes::from_static(CONTENT));
        let completed = self.perform(Act::Seal, caller, options, document).await?;
        let sealed = Document::new(completed.parts.concat().into());
        let validation = self.validate(ValidationRequest::new(sealed)).await?;
        Ok(validation.passed())
    }
}
