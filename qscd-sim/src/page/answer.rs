//! What a person answers, and where their browser goes then.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Path, Query, State, rejection::FormRejection},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, LOCATION, ORIGIN},
    },
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use seal::{ActivationId, Activator, PasskeyAssertion, PersonalEvidence, QscdError};
use serde::Deserialize;
use webauthn::Registration;

use super::{
    Asked, Asking, Kind, question,
    texts::{Texts, texts},
    told,
};
use crate::device::Asked as AskedFor;

/// What the script sends of a passkey that was shown; bytes are in base64url.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shown {
    id: String,
    client_data: String,
    authenticator_data: String,
    signature: String,
    user_handle: String,
}

impl Shown {
    fn assertion(&self) -> Option<PasskeyAssertion> {
        let handle = Some(self.user_handle.as_str()).filter(|text| !text.is_empty());
        Some(PasskeyAssertion {
            credential_id: bytes(&self.id)?,
            client_data: bytes(&self.client_data)?,
            authenticator_data: bytes(&self.authenticator_data)?,
            signature: bytes(&self.signature)?,
            user_handle: match handle {
                Some(text) => Some(bytes(text)?),
                None => None,
            },
        })
    }
}

/// What it sends of a passkey that was made.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Made {
    client_data: String,
    attestation_object: String,
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Whether the page itself sent this: no other page answers in its name.
fn is_own(asking: &Asking, headers: &HeaderMap) -> bool {
    headers.get(ORIGIN).is_some_and(|one| *one == *asking.page.relying_party.origin)
}

/// Takes the evidence for an activation or a registration.
pub(super) async fn evidence(
    State(asking): State<Arc<Asking>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    sent: Result<Form<Shown>, FormRejection>,
) -> Response {
    let (t, id) = (texts(asked.lang.as_deref(), &headers), ActivationId::new(id));
    let back = match asked.back(&asking.page, t) {
        Ok(back) => back,
        Err(refused) => return *refused,
    };
    let Some(asks) = asking.device.question(&id) else {
        return told(StatusCode::NOT_FOUND, t, t.gone, back);
    };
    let unread = unread(&sent);
    let assertion = sent.ok().filter(|_| is_own(&asking, &headers));
    let Some(assertion) = assertion.and_then(|Form(sent)| sent.assertion()) else {
        return told(unread, t, t.malformed, back);
    };
    let evidence = PersonalEvidence::Passkey(assertion);
    let kind = Kind::of(&asks.asked);
    let given = match asks.asked {
        AskedFor::Signature { .. } => asking.device.give_evidence(&id, evidence).await.map(drop),
        AskedFor::Registration(_) => {
            asking.device.register_authenticator(&id, Some(evidence)).await.map(drop)
        }
        AskedFor::NewPasskey { .. } => return told(StatusCode::NOT_FOUND, t, t.gone, back),
    };
    match given {
        Ok(()) => done(t, back),
        Err(error) => refused(&asking, &id, (&asked, kind), t, &error),
    }
}

/// Takes a passkey that was made. The service, to which the person goes back, has it registered.
pub(super) async fn made(
    State(asking): State<Arc<Asking>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    sent: Result<Form<Made>, FormRejection>,
) -> Response {
    let (t, id) = (texts(asked.lang.as_deref(), &headers), ActivationId::new(id));
    let back = match asked.back(&asking.page, t) {
        Ok(back) => back,
        Err(refused) => return *refused,
    };
    let unread = unread(&sent);
    let sent = sent.ok().filter(|_| is_own(&asking, &headers));
    let answer = sent.and_then(|Form(Made { client_data, attestation_object })| {
        Some((bytes(&client_data)?, bytes(&attestation_object)?))
    });
    let Some((client_data, attestation_object)) = answer else {
        return told(unread, t, t.malformed, back);
    };
    let answer =
        Registration { client_data_json: &client_data, attestation_object: &attestation_object };
    match asking.device.make_passkey(&id, &answer) {
        Ok(()) => done(t, back),
        Err(error) => refused(&asking, &id, (&asked, Kind::NewPasskey), t, &error),
    }
}

/// With which status a body is refused that is not read.
fn unread<T>(sent: &Result<Form<T>, FormRejection>) -> StatusCode {
    match sent {
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            StatusCode::PAYLOAD_TOO_LARGE
        }
        _ => StatusCode::BAD_REQUEST,
    }
}

fn done(t: &'static Texts, back: Option<(&str, &str)>) -> Response {
    match back {
        Some((address, _)) => see(address),
        None => told(StatusCode::OK, t, t.done, None),
    }
}

fn refused(
    asking: &Asking,
    id: &ActivationId,
    (asked, kind): (&Asked, Kind),
    t: &'static Texts,
    error: &QscdError,
) -> Response {
    let (status, why) = match error {
        QscdError::ActivationRefused(refusal) => (StatusCode::FORBIDDEN, t.why(*refusal)),
        _ => (StatusCode::SERVICE_UNAVAILABLE, t.busy.to_owned()),
    };
    question(asking, id, (asked, kind), t, Some((status, why)))
}

fn see(address: &str) -> Response {
    let Ok(address) = HeaderValue::try_from(address) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [(LOCATION, address), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (StatusCode::SEE_OTHER, headers).into_response()
}
