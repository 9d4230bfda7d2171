//! What a person answers.

use axum::{
    Form,
    extract::rejection::FormRejection,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use seal::{Activator, PasskeyAssertion, PersonalEvidence};
use serde::Deserialize;
use webauthn::Registration;

use super::visit::Visit;
use crate::device::Asked;

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

/// Takes the evidence for an activation or a registration.
pub(super) async fn evidence(
    visit: Visit,
    headers: HeaderMap,
    sent: Result<Form<Shown>, FormRejection>,
) -> Response {
    let Some(question) = visit.found() else { return visit.gone() };
    let unread = unread(&sent);
    let assertion = sent.ok().filter(|_| visit.is_own(&headers));
    let Some(assertion) = assertion.and_then(|Form(sent)| sent.assertion()) else {
        return visit.malformed(unread);
    };
    let (device, evidence) = (visit.device(), PersonalEvidence::Passkey(assertion));
    let given = match question.asked {
        Asked::Signature { .. } => device.give_evidence(&visit.id, evidence).await.map(drop),
        Asked::Registration(_) => {
            device.register_authenticator(&visit.id, Some(evidence)).await.map(drop)
        }
        Asked::NewPasskey { .. } => return visit.gone(),
    };
    match given {
        Ok(()) => visit.done(),
        Err(error) => visit.refused(&error),
    }
}

/// Takes a passkey that was made. The service, to which the person goes back, has it registered.
pub(super) async fn made(
    visit: Visit,
    headers: HeaderMap,
    sent: Result<Form<Made>, FormRejection>,
) -> Response {
    let unread = unread(&sent);
    let sent = sent.ok().filter(|_| visit.is_own(&headers));
    let answer = sent.and_then(|Form(Made { client_data, attestation_object })| {
        Some((bytes(&client_data)?, bytes(&attestation_object)?))
    });
    let Some((client_data, attestation_object)) = answer else {
        return visit.malformed(unread);
    };
    let answer =
        Registration { client_data_json: &client_data, attestation_object: &attestation_object };
    match visit.device().make_passkey(&visit.id, &answer) {
        Ok(()) => visit.done(),
        Err(error) => visit.refused(&error),
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
