//! `/v1/activations`: documents are prepared, and their person gives evidence of the wish to sign them.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{Query, Request, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header::LOCATION},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use seal::{
    Act, Backup, EvidenceKind, IdentityToken, MAXIMUM_ACTIVATION_ENTRIES, PasskeyAssertion,
    PersonalEvidence, ProfileId,
};
use serde::{Deserialize, Serialize};

use super::{
    act::without_activation,
    json,
    options::{ActOptionsPart, ActQuery},
    part::{self, Parts},
    path::Path,
    upload::{self, Intake},
};
use crate::{
    audit::Timestamp,
    authentication::Authenticated,
    problem::Problem,
    service::{ActOptions, Document, Error, Held, HeldDocument, RequestError, Service},
    store::AuditError,
};

/// An activation as it is shown.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    id: String,
    profile: ProfileId,
    act: Act,
    /// What the evidence is over, in base64url: a passkey's challenge, an ID token's nonce.
    challenge: String,
    reference_code: String,
    /// The device's name and its random bytes, by which anybody computes the challenge.
    device: String,
    nonce: String,
    documents: Vec<Listed>,
    ends: Timestamp,
    /// What the device accepted, if it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<Given>,
}

#[derive(Debug, Serialize)]
struct Listed {
    sha256: String,
    /// The message digest of the prepared form, in hexadecimal.
    imprint: String,
}

#[derive(Debug, Serialize)]
struct Given {
    kind: EvidenceKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    backup: Option<Backup>,
}

/// The body of `PUT /v1/activations/{id}/evidence`: one of the two. Bytes are base64url.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EvidenceBody {
    passkey: Option<PasskeyBody>,
    id_token: Option<String>,
}

/// An assertion, with the names of Web Authentication's own JSON (Level 3, clause 5.5).
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct PasskeyBody {
    id: String,
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    authenticator_data: String,
    signature: String,
    user_handle: Option<String>,
}

/// Prepares documents and begins an activation.
pub(super) async fn begin(
    State(service): State<Arc<Service>>,
    caller: Authenticated,
    query: Result<Query<ActQuery>, QueryRejection>,
    request: Request,
) -> Result<Response, Problem> {
    let Query(query) = query.map_err(|e| RequestError::Malformed(e.body_text()))?;
    let query = without_activation(query)?;
    let intake = Intake { budget: service.waiting_budget(), ..Intake::of(&service, &caller) };
    let headers = request.headers().clone();
    let (query, documents) = if part::is_multipart(&headers) {
        several(&service, query, request, &intake).await?
    } else {
        let limit = service.limits().maximum_body_bytes;
        (query, vec![upload::read(&headers, request.into_body(), limit, &intake).await?])
    };
    let options = ActOptions::try_from(query)?;
    let documents = documents.into_iter().map(|document| (options.clone(), document)).collect();
    let held = service.begin_activation(caller, documents).await?;
    let shown = show(&held)?;
    let location = format!("/v1/activations/{}", shown.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(shown)).into_response())
}

/// The parts: `document`, once for each, and `options` and `image` for all of them.
async fn several(
    service: &Service,
    mut query: ActQuery,
    request: Request,
    intake: &Intake,
) -> Result<(ActQuery, Vec<Document>), Problem> {
    let mut parts = Parts::open(request, intake).await?;
    let (mut documents, mut options) = (Vec::new(), None);
    while let Some(part) = parts.next().await? {
        let (slot, limit) = match part.name() {
            Some("document") if documents.len() == MAXIMUM_ACTIVATION_ENTRIES => {
                let cause = format!("more than {MAXIMUM_ACTIVATION_ENTRIES} documents");
                return Err(RequestError::Malformed(cause).into());
            }
            Some("document") => {
                let limit = service.limits().maximum_body_bytes;
                documents.push(part.read(limit).await?);
                continue;
            }
            Some("options") => (&mut options, part::MAXIMUM_OPTIONS_LENGTH),
            Some("image") => (&mut query.image, pades::Image::MAX_LENGTH as u64),
            name => return Err(part::unknown(name).into()),
        };
        part::keep(slot, part.read(limit).await?)?;
    }
    if documents.is_empty() {
        // As where one is expected.
        part::document(None)?;
    }
    let read: ActOptionsPart = part::options(options.as_ref())?;
    Ok((read.with(query)?, documents))
}

/// One activation, for whoever began it.
pub(super) async fn one(
    State(service): State<Arc<Service>>,
    caller: Authenticated,
    Path(id): Path<String>,
) -> Result<Json<Shown>, Problem> {
    Ok(Json(show(&*service.answered_activation(&caller, &id).await?)?))
}

/// Takes the person's evidence.
pub(super) async fn give(
    State(service): State<Arc<Service>>,
    caller: Authenticated,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Shown>, Problem> {
    let sent = json::sent(&service, &caller, &headers, body).await?;
    let evidence = json::value::<EvidenceBody>(sent.bytes())?.evidence()?;
    Ok(Json(show(&*service.give_evidence(caller, &id, evidence).await?)?))
}

impl EvidenceBody {
    fn evidence(self) -> Result<PersonalEvidence, RequestError> {
        match (self.passkey, self.id_token) {
            (Some(passkey), None) => Ok(PersonalEvidence::Passkey(PasskeyAssertion {
                credential_id: bytes("id", &passkey.id)?,
                client_data: bytes("clientDataJSON", &passkey.client_data)?,
                authenticator_data: bytes("authenticatorData", &passkey.authenticator_data)?,
                signature: bytes("signature", &passkey.signature)?,
                user_handle: passkey
                    .user_handle
                    .map(|handle| bytes("userHandle", &handle))
                    .transpose()?,
            })),
            (None, Some(token)) => Ok(PersonalEvidence::IdToken(IdentityToken::new(token))),
            (None, None) | (Some(_), Some(_)) => {
                Err(RequestError::Malformed("evidence: one of passkey and id_token".into()))
            }
        }
    }
}

fn bytes(name: &str, text: &str) -> Result<Vec<u8>, RequestError> {
    let read = URL_SAFE_NO_PAD.decode(text);
    read.map_err(|_| RequestError::Malformed(format!("{name} is not base64url without padding")))
}

fn show(held: &Held) -> Result<Shown, Error> {
    let (activation, documents) = (held.activation(), held.documents());
    let request = documents.first().map(HeldDocument::request).ok_or(Error::Interrupted)?;
    let listed = |one: &HeldDocument| Listed {
        sha256: one.request().document.to_string(),
        imprint: one.imprint().to_string(),
    };
    let ends = Timestamp::try_from(activation.ends).map_err(AuditError::from)?;
    Ok(Shown {
        id: activation.id.as_str().to_owned(),
        profile: request.profile.clone(),
        act: request.act,
        challenge: activation.challenge.base64url(),
        reference_code: activation.reference_code().to_string(),
        device: activation.device.clone(),
        nonce: URL_SAFE_NO_PAD.encode(activation.nonce),
        documents: documents.iter().map(listed).collect(),
        ends,
        evidence: held.given().map(|given| Given { kind: given.kind, backup: given.backup }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(json: &str) -> Result<PersonalEvidence, RequestError> {
        json::value::<EvidenceBody>(json.as_bytes())?.evidence()
    }

    #[test]
    fn evidence_is_a_passkeys_assertion_or_an_id_token() {
        let passkey = r#"{"passkey":{"id":"AQ","clientDataJSON":"Ag","authenticatorData":"Aw",
            "signature":"BA","userHandle":"BQ"}}"#;
        let Ok(PersonalEvidence::Passkey(assertion)) = evidence(passkey) else { panic!() };
        assert_eq!((assertion.credential_id, assertion.client_data), (vec![1], vec![2]));
        assert_eq!(assertion.user_handle, Some(vec![5]));
        assert!(matches!(evidence(r#"{"id_token":"a.b.c"}"#), Ok(PersonalEvidence::IdToken(_))));
        for json in [
            "{}",
            r#"{"id_token":"a","passkey":{"id":"","clientDataJSON":"","authenticatorData":"","signature":""}}"#,
            r#"{"id_token":"a","id_token":"b"}"#,
            r#"{"jwt":"a"}"#,
            &passkey.replace("\"AQ\"", "\"AQ==\""),
            &passkey.replace("\"AQ\"", "\"+/\""),
        ] {
            assert!(matches!(evidence(json), Err(RequestError::Malformed(_))), "{json}");
        }
    }
}
