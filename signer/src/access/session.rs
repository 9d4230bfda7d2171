//! Sessions: who is logged in, by a cookie of 256 random bits.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use registry::{AdministrativeAct, RegisteredId};
use seal::{Caller, PersonId};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::random_secret;
pub(crate) use crate::service::one_time_link::unkept;
use crate::who::LoggedIn;
pub(crate) use crate::who::{Claimed, Who};
use crate::{
    Error,
    administration::Administration,
    audit::{AccessBy, AccessRecord, AccessStep, hex, random},
    authentication::{Authenticated, AuthenticationError},
    secret::Secret,
    service::{Service, entry_of},
    store::{AuditError, KeptSecret, SecretError, SecretKind},
};

/// How long a session lives in which nothing is asked.
pub(crate) const IDLE: Duration = Duration::from_secs(15 * 60);

/// How long it lives at most.
pub(crate) const ABSOLUTE: Duration = Duration::from_secs(8 * 60 * 60);

/// How often it is kept that something was asked.
pub(crate) const NOTED_EVERY: Duration = Duration::from_secs(60);

/// How many sessions a person has at once.
const MAXIMUM_SESSIONS: u32 = 20;

/// Somebody who is logged in.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// Who, acting for the organisation.
    pub(crate) caller: Caller,
    /// The only organisation that the session reaches.
    pub(crate) organisation: Arc<Administration>,
    /// Who, as the session has it.
    pub(crate) who: Who,
    hash: [u8; 32],
    csrf: String,
}

/// A means of login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Means {
    /// A passkey.
    Passkey,
    /// An OpenID provider.
    Provider,
    /// The demo's page.
    Demo,
}

impl Means {
    /// Its word in the log.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Passkey => "passkey",
            Self::Provider => "provider",
            Self::Demo => "demo",
        }
    }
}

/// What is kept of a session.
#[derive(Serialize, Deserialize)]
struct Content {
    /// When it began, in seconds since 1970.
    made: u64,
    /// When it was last kept that something was asked.
    seen: u64,
    means: Means,
    who: Who,
}

impl Session {
    /// Begins a session with a cookie that nobody had before, and records the login. Where there are as
    /// many of the person's as may be, the others end.
    ///
    /// # Errors
    /// [`Error::Audit`]; nobody is logged in then.
    pub(crate) async fn begin(
        service: &Service,
        organisation: &Arc<Administration>,
        who: Who,
        means: Means,
    ) -> Result<Secret, Error> {
        let now = service.clock().now();
        let (secret, hash) = random_secret::new().map_err(AuditError::from)?;
        let family = random::<16>().map_err(AuditError::from)?;
        let content = Content { made: seconds(now), seen: seconds(now), means, who: who.clone() };
        let caller = caller(organisation, &content, &family);
        let caller = caller.ok_or(AuthenticationError::SessionEnded)?;
        let person = caller.person().map(|claims| KeptSecret::of_person(&claims.person));
        let kept = KeptSecret {
            kind: SecretKind::Session,
            hash,
            organisation: organisation.organisation().clone(),
            subject: subject(&who),
            person,
            family,
            ends: now + IDLE,
            content: text(&content),
        };
        let store = service.store();
        match store.keep_secret(&kept, Some(MAXIMUM_SESSIONS), now).await {
            Err(SecretError::Full) => {
                store.end_secrets_of(kept.kind, &kept.organisation, &kept.subject).await?;
                store.keep_secret(&kept, None, now).await.map_err(unkept)?;
            }
            done => done.map_err(unkept)?,
        }
        let record = AccessRecord {
            what: AccessStep::LoggedIn,
            by: AccessBy::Caller(&caller),
            means: Some(means.name()),
            entry: entry(&who),
            cause: None,
        };
        organisation.tenant().note_access(record, now).await?;
        Ok(secret)
    }

    /// Whose session a cookie is; nobody's once it has ended, or its person is there no more.
    ///
    /// # Errors
    /// [`Error::Audit`]; [`Error::Authentication`] where the register cannot be read.
    pub(crate) async fn of(service: &Service, cookie: &str) -> Result<Option<Self>, Error> {
        let Some(hash) = random_secret::hash_of(cookie) else { return Ok(None) };
        let now = service.clock().now();
        let store = service.store();
        let Some(kept) = store.secret(SecretKind::Session, &hash, now).await? else {
            return Ok(None);
        };
        let Ok(mut content) = serde_json::from_str::<Content>(&kept.content) else {
            return Ok(None);
        };
        let organisation = service.organisations().serving(&kept.organisation);
        let organisation = organisation.map_err(AuthenticationError::from)?;
        let Some(organisation) = organisation else { return Ok(None) };
        let Some(caller) = caller(&organisation, &content, &kept.family) else { return Ok(None) };
        if seconds(now) >= content.seen + NOTED_EVERY.as_secs() {
            content.seen = seconds(now);
            let last = UNIX_EPOCH + Duration::from_secs(content.made) + ABSOLUTE;
            let ends = last.min(now + IDLE);
            // It may have ended meanwhile, on whichever node.
            let text = text(&content);
            let amended = store.amend_secret(SecretKind::Session, &hash, ends, &text).await;
            if !amended.map_err(unkept)? {
                return Ok(None);
            }
        }
        let csrf = csrf(cookie);
        Ok(Some(Self { caller, organisation, who: content.who, hash, csrf }))
    }

    /// What a form or a script of this session's pages shows: nobody else knows it.
    pub(crate) fn csrf(&self) -> &str {
        &self.csrf
    }

    /// Whether a form or a script shows it.
    pub(crate) fn is_shown(&self, shown: &str) -> bool {
        bool::from(self.csrf.as_bytes().ct_eq(shown.as_bytes()))
    }

    /// Ends it, or all of the person's.
    ///
    /// # Errors
    /// [`Error::Audit`].
    pub(crate) async fn end(&self, service: &Service, everywhere: bool) -> Result<(), Error> {
        let (store, organisation) = (service.store(), self.organisation.organisation());
        let what = if everywhere {
            let subject = subject(&self.who);
            store.end_secrets_of(SecretKind::Session, organisation, &subject).await?;
            AccessStep::SignedOutEverywhere
        } else {
            store.end_secret(SecretKind::Session, &self.hash).await?;
            AccessStep::SignedOut
        };
        let by = AccessBy::Caller(&self.caller);
        let record = AccessRecord { what, by, means: None, entry: entry(&self.who), cause: None };
        let now = service.clock().now();
        self.organisation.tenant().note_access(record, now).await?;
        Ok(())
    }

    /// Whether whoever is logged in has a part in the administration.
    pub(crate) fn administers(&self) -> bool {
        let roles = self.organisation.snapshot().roles_of(&self.caller);
        roles.may(AdministrativeAct::ReadApplications)
    }

    /// Who asks by it. It is no evidence for a signature.
    pub(crate) fn authenticated(&self) -> Authenticated {
        Authenticated::of(self.caller.clone(), Arc::clone(&self.organisation))
    }

    /// The entry by which certificates know whoever is logged in: their own, or the one that has their login.
    pub(crate) fn registered_or_linked(&self) -> Option<RegisteredId> {
        entry_of(&self.authenticated(), &self.organisation.snapshot()).cloned()
    }

    /// By what all that is of the person is found.
    pub(super) fn subject(&self) -> String {
        subject(&self.who)
    }

    /// The entry of whoever is logged in.
    pub(crate) fn registered(&self) -> Option<&RegisteredId> {
        match &self.who {
            Who::Registered(id) => Some(id),
            Who::Claimed(_) => None,
        }
    }
}

/// Who calls, if they are there.
fn caller(organisation: &Administration, content: &Content, family: &[u8; 16]) -> Option<Caller> {
    let at = UNIX_EPOCH + Duration::from_secs(content.made);
    let logged_in = LoggedIn { at, until: at + ABSOLUTE };
    content.who.caller(&organisation.snapshot(), logged_in, family)
}

/// By what all sessions of a person are found.
fn subject(who: &Who) -> String {
    match who {
        Who::Registered(id) => id.0.clone(),
        Who::Claimed(Claimed { issuer, subject, .. }) => {
            let person = PersonId { issuer: issuer.clone(), subject: subject.clone() };
            hex(&KeptSecret::of_person(&person))
        }
    }
}

fn entry(who: &Who) -> Option<&str> {
    match who {
        Who::Registered(id) => Some(&id.0),
        Who::Claimed(_) => None,
    }
}

/// It follows from the cookie, which scripts cannot read, and leads nowhere back.
fn csrf(cookie: &str) -> String {
    let text = format!("segl-csrf-v1 {cookie}");
    URL_SAFE_NO_PAD.encode(random_secret::sha256(text.as_bytes()))
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

fn text(content: &Content) -> String {
    serde_json::to_string(content).unwrap_or_default()
}
