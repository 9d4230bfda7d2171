//! `GET /events`: what happens in the device, as server-sent events.

use std::convert::Infallible;

use axum::{
    extract::State,
    response::sse::{self, KeepAlive, Sse},
};
use futures_util::{Stream, stream};
use seal::CredentialEnd;
use serde_json::{Value, json};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::Management;
use crate::{event::Event, moment::rfc3339};

/// All events from now on, until the reader goes.
pub(super) async fn stream(
    State(management): State<Management>,
) -> Sse<impl Stream<Item = Result<sse::Event, Infallible>>> {
    let events = stream::unfold(management.events.listen(), next);
    Sse::new(events).keep_alive(KeepAlive::default())
}

async fn next(
    mut events: Receiver<Event>,
) -> Option<(Result<sse::Event, Infallible>, Receiver<Event>)> {
    loop {
        let told = match events.recv().await {
            Ok(event) => tell(&event),
            Err(RecvError::Lagged(lost)) => Some(("lost", json!({ "events": lost }))),
            Err(RecvError::Closed) => return None,
        };
        if let Some((name, content)) = told {
            let event = sse::Event::default().event(name).data(content.to_string());
            return Some((Ok(event), events));
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
