//! `GET /events`: what happens in the device, as server-sent events.

use std::convert::Infallible;

use axum::{
    extract::State,
    response::sse::{self, KeepAlive, Sse},
};
use futures_util::{Stream, stream};
use seal::CredentialEnd;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;

use super::{Management, ManagementProblem};
use crate::{
    event::{Event, Reading},
    moment::rfc3339,
};

/// All events from now on, until the reader goes or the simulator stops.
pub(super) async fn stream(
    State(management): State<Management>,
) -> Result<Sse<impl Stream<Item = Result<sse::Event, Infallible>>>, ManagementProblem> {
    let reading = management.events.listen().ok_or(ManagementProblem::TooManyReaders)?;
    Ok(Sse::new(stream::unfold(reading, next)).keep_alive(KeepAlive::default()))
}

async fn next(mut reading: Reading) -> Option<(Result<sse::Event, Infallible>, Reading)> {
    loop {
        let received = tokio::select! {
            received = reading.events.recv() => received,
            // Told, or whoever would tell it is gone.
            _ = reading.ended.wait_for(|ended| *ended) => return None,
        };
        let told = match received {
            Ok(event) => tell(&event),
            Err(RecvError::Lagged(lost)) => Some(("lost", json!({ "events": lost }))),
            Err(RecvError::Closed) => return None,
        };
        if let Some((name, content)) = told {
            let event = sse::Event::default().event(name).data(content.to_string());
            return Some((Ok(event), reading));
        }
    }
}

/// An event's name and content; none for what is no news of a credential.
pub(super) fn tell(event: &Event) -> Option<(&'static str, Value)> {
    Some(match event {
        Event::Enrolled { credential, profile, certificate_serial, at } => (
            "enrolled",
            json!({
                "credential": credential.as_str(), "profile": profile,
                "certificate_serial": certificate_serial, "at": rfc3339(*at),
            }),
        ),
        Event::Authorised { credential, hashes, at } => (
            "authorised",
            json!({ "credential": credential.as_str(), "hashes": hashes, "at": rfc3339(*at) }),
        ),
        Event::Signed { credential, signatures, at } => (
            "signed",
            json!({
                "credential": credential.as_str(), "signatures": signatures, "at": rfc3339(*at),
            }),
        ),
        Event::Refused { credential, reason, at } => (
            "refused",
            json!({
                "credential": credential.as_ref().map(|id| id.as_str()), "reason": reason,
                "at": rfc3339(*at),
            }),
        ),
        Event::FaultStruck { id, fault, profile, credential, at } => (
            "fault-struck",
            json!({
                "id": id, "fault": fault, "profile": profile,
                "credential": credential.as_ref().map(|id| id.as_str()), "at": rfc3339(*at),
            }),
        ),
        Event::Registered { registered, registration, at } => (
            "registered",
            json!({
                "registered": registered, "registration": registration, "at": rfc3339(*at),
            }),
        ),
        Event::ActivationBegun { activation, reference_code, entries, at } => (
            "activation-begun",
            json!({
                "activation": activation.as_str(), "reference_code": reference_code.to_string(),
                "entries": entries, "at": rfc3339(*at),
            }),
        ),
        Event::EvidenceGiven { activation, evidence, at } => (
            "evidence-given",
            json!({
                "activation": activation.as_str(), "kind": evidence.kind.name(),
                "backup": evidence.backup, "at": rfc3339(*at),
            }),
        ),
        Event::PossibleClone { activation, at } => {
            ("possible-clone", json!({ "activation": activation.as_str(), "at": rfc3339(*at) }))
        }
        Event::AuthenticatorRegistered {
            organization_identifier,
            means,
            administrator,
            ground,
            at,
        } => (
            "authenticator-registered",
            json!({
                "organization_identifier": organization_identifier, "means": means,
                "administrator": administrator, "ground": ground.name(), "at": rfc3339(*at),
            }),
        ),
        Event::AuthenticatorRemoved { organization_identifier, means, at } => (
            "authenticator-removed",
            json!({
                "organization_identifier": organization_identifier, "means": means,
                "at": rfc3339(*at),
            }),
        ),
        Event::Reset { at } => ("reset", json!({ "at": rfc3339(*at) })),
        Event::Destroyed(destruction) => {
            let name = match destruction.reason.credential_end() {
                CredentialEnd::Expired => "expired",
                CredentialEnd::Evicted => "evicted",
                CredentialEnd::Consumed | CredentialEnd::Destroyed | CredentialEnd::Unknown => {
                    "destroyed"
                }
            };
            (name, serde_json::to_value(destruction).ok()?)
        }
        Event::DestructionsSigned(_) => return None,
    })
}
