//! A person's decision, and the code that stands for it: taken once, and the same however often it is sent.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use oauth::{ErrorCode, OauthError, SecretHash, redirected};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{AuthorizationServer, Refusal, authorization::Asked};
use crate::{
    access::{random_secret, session::Session},
    audit::{AccessBy, AccessRecord, AccessStep, random},
    authentication::{Agreed, Consent},
    store::{AuditError, KeptSecret, SecretError, SecretKind},
};

/// How long a code is good for (RFC 9700 section 2.1; CSC's seals: 60 seconds at most).
const CODE_LIFETIME: Duration = Duration::from_secs(60);

/// What a person decided.
#[derive(Clone, Debug)]
pub(crate) enum Decision {
    /// They agreed: to the service, or to these hashes with this credential.
    Agreed(Option<Consent>),
    /// They did not, or may not: what the client is told.
    Refused(&'static str),
}

/// What a code stands for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeContent {
    /// The address, where the request named it.
    pub(super) redirect: Option<String>,
    pub(super) challenge: Option<String>,
    pub(super) person: Agreed,
    pub(super) consent: Option<Consent>,
    /// What was asked for the credential, as it came.
    pub(super) asked: Option<Map<String, Value>>,
    /// Whether the token is called a SAD.
    pub(super) first_version: bool,
    /// What the consent was refused with, in place of all that.
    pub(super) refused: Option<String>,
}

impl AuthorizationServer {
    /// Keeps a decision, and says where the browser goes; nothing where it was taken before and its code
    /// is good no more. `shown` is what the form stands for.
    ///
    /// # Errors
    /// [`Refusal`].
    pub(crate) async fn decided(
        &self,
        (asked, shown): (&Asked, &str),
        session: &Session,
        decision: Decision,
    ) -> Result<Option<String>, Refusal> {
        let transaction = &asked.transaction;
        // It follows from what the browser holds, so that a form that is sent twice gets one answer.
        let code = format!("segl-code-v1 {shown}");
        let code = URL_SAFE_NO_PAD.encode(random_secret::sha256(code.as_bytes()));
        let hash = SecretHash::of(&code).0;
        let (store, now) = (self.service.store(), self.service.clock().now());
        let person = session.caller.person();
        let logged_in = person.map_or(now, |claims| claims.authenticated_at);
        let (what, consent, refused) = match decision {
            Decision::Agreed(consent) => (AccessStep::ConsentGiven, consent, None),
            Decision::Refused(why) => (AccessStep::ConsentRefused, None, Some(why.to_owned())),
        };
        let details = transaction.request.credential.as_ref();
        let content = CodeContent {
            redirect: transaction.named.then(|| transaction.redirect.clone()),
            challenge: transaction.request.challenge.clone(),
            person: Agreed {
                who: session.who.clone(),
                logged_in: super::authorization::seconds(logged_in),
            },
            consent,
            asked: details.and_then(|details| details.asked.clone()),
            first_version: details.is_some_and(|details| details.first_version),
            refused,
        };
        let text = serde_json::to_string(&content)?;
        let kept = KeptSecret {
            kind: SecretKind::AuthorizationCode,
            hash,
            organisation: asked.organisation.organisation().clone(),
            subject: asked.client.0.clone(),
            person: person.map(|claims| KeptSecret::of_person(&claims.person)),
            family: random().map_err(AuditError::from)?,
            ends: now + CODE_LIFETIME,
            content: text,
        };
        let refused = match store.keep_secret(&kept, None, now).await {
            Ok(()) => {
                self.waiting.end(&asked.hash);
                let record = AccessRecord {
                    what,
                    by: AccessBy::Caller(&session.caller),
                    means: None,
                    entry: session.registered().map(|id| id.0.as_str()),
                    cause: None,
                };
                asked.organisation.tenant().note_access(record, now).await?;
                content.refused
            }
            Err(SecretError::AlreadyKept) => {
                let before = store.secret(SecretKind::AuthorizationCode, &hash, now).await?;
                let Some(before) = before else { return Ok(None) };
                let before: CodeContent = serde_json::from_str(&before.content)?;
                before.refused
            }
            Err(error) => return Err(error.into()),
        };
        let state = transaction.request.state.as_deref();
        Ok(Some(match refused {
            None => self.back(&transaction.redirect, state, &[("code", &code)]),
            Some(why) => {
                let error = OauthError::new(ErrorCode::AccessDenied, why);
                self.refused(&transaction.redirect, state, &error)
            }
        }))
    }

    /// Where a browser goes with an error.
    pub(crate) fn refused(
        &self,
        redirect: &str,
        state: Option<&str>,
        error: &OauthError,
    ) -> String {
        let told = [("error", error.code.name()), ("error_description", &*error.description)];
        self.back(redirect, state, &told)
    }

    /// The client's address with what it is told, and who tells it (RFC 9207).
    fn back(&self, redirect: &str, state: Option<&str>, told: &[(&str, &str)]) -> String {
        let mut all = told.to_vec();
        all.extend(state.map(|state| ("state", state)));
        all.push(("iss", &self.issuer));
        redirected(redirect, &all)
    }
}
