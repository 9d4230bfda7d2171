//! The calls.

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, StatusCode, header::CONTENT_TYPE},
    response::Response,
};
use listener::TlsClient;
use qscd_protocol::{
    Acknowledgement, Authorisation, AuthorisationOrder, EnrolledCredential, EnrolmentOrder,
    Refusal, SecretText, SignatureOrder, Signatures, SignedInput,
};
use seal::{
    ActivationEvidence, CredentialEnd, CredentialId, EvidenceRefusal, Qscd, QscdError,
    Registration, Sad, ToSign,
};
use serde::{Serialize, de::DeserializeOwned};

use super::{DeviceApi, error::Answer};

/// The longest name of an enrolment, in bytes.
const MAXIMUM_REQUEST_ID_LENGTH: usize = 64;
/// Room for most answers with signatures, and for most with a chain, in bytes.
pub(super) const SIGNATURE_ROOM: usize = 512;
const CHAIN_ROOM: usize = 4096;

/// `GET /qscd/v1/device`.
pub(super) fn describe(api: &DeviceApi) -> Result<Response, Answer> {
    answer(StatusCode::OK, &api.description, CHAIN_ROOM)
}

/// `POST /qscd/v1/credentials`.
pub(super) async fn enrol(
    api: &DeviceApi,
    client: Option<&TlsClient>,
    body: &Bytes,
) -> Result<Response, Answer> {
    let EnrolmentOrder { request_id, mut enrolment } = read(body)?;
    let named = !request_id.is_empty()
        && request_id.len() <= MAXIMUM_REQUEST_ID_LENGTH
        && request_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !named {
        let why = "request_id: 1 to 64 letters, digits and hyphens";
        return Err(Refusal::bad_request(why).into());
    }
    api.clients.may_enrol(client, &enrolment, &api.keys).await?;
    // Where TLS says who asks, nobody's word for it counts: quotas, and whose a credential is.
    let name = match client {
        Some(client) => {
            client.as_str().clone_into(&mut enrolment.requester);
            format!("{}/{request_id}", client.as_str())
        }
        None => request_id,
    };
    let (device, keys) = (api.device.clone(), api.keys.clone());
    let enrol = move |enrolment| async move { device.enrol(enrolment).await };
    let find = move |id: &CredentialId| keys.credential(id);
    let credential = api.enrolments.once(name, enrolment, enrol, find).await?;
    let enrolled = EnrolledCredential::new(&api.run_id, &credential);
    answer(StatusCode::CREATED, &enrolled, CHAIN_ROOM)
}

/// `POST /qscd/v1/registrations`.
pub(super) async fn register(
    api: &DeviceApi,
    client: Option<&TlsClient>,
    body: &Bytes,
) -> Result<Response, Answer> {
    let registration: Registration = read(body)?;
    let registered = api.clients.register(client, registration, &api.keys).await?;
    let acknowledgement = Acknowledgement { run_id: api.run_id.clone(), registered };
    answer(StatusCode::CREATED, &acknowledgement, SIGNATURE_ROOM)
}

/// Whether a client may do anything with a credential: another one's is as if it were not there.
pub(super) fn admit(
    api: &DeviceApi,
    client: Option<&TlsClient>,
    id: &CredentialId,
) -> Result<(), Answer> {
    match client {
        Some(client) if api.keys.is_of_another(id, client.as_str()) => {
            Err(QscdError::from(CredentialEnd::Unknown).into())
        }
        Some(_) | None => Ok(()),
    }
}

/// `POST /qscd/v1/credentials/{id}/authorisations`.
pub(super) async fn authorise(
    api: &DeviceApi,
    client: Option<&TlsClient>,
    id: CredentialId,
    body: &Bytes,
) -> Result<Response, Answer> {
    let (to_sign, evidence) = authorisation(body)?;
    admit_evidence(api, client, &evidence)?;
    let sad = api.device.authorise(&id, &to_sign, &evidence).await?;
    let sad = SecretText::new(sad.expose());
    answer(StatusCode::CREATED, &Authorisation { sad }, SIGNATURE_ROOM)
}

/// `POST /qscd/v1/credentials/{id}/signatures`.
pub(super) async fn sign(
    api: &DeviceApi,
    id: CredentialId,
    body: &Bytes,
) -> Result<Response, Answer> {
    let SignatureOrder { sad, to_sign } = read(body)?;
    let to_sign = inputs(to_sign)?;
    let values = api.device.sign(&id, Sad::new(sad.expose().to_owned()), &to_sign).await?;
    answer(StatusCode::CREATED, &Signatures::from(values), SIGNATURE_ROOM)
}

/// `POST /qscd/v1/credentials/{id}/activations`: both in one, and the activation data stay here.
pub(super) async fn activate(
    api: &DeviceApi,
    client: Option<&TlsClient>,
    id: CredentialId,
    body: &Bytes,
) -> Result<Response, Answer> {
    let (to_sign, evidence) = authorisation(body)?;
    admit_evidence(api, client, &evidence)?;
    let values = api.device.activate(&id, &to_sign, &evidence).await?;
    answer(StatusCode::CREATED, &Signatures::from(values), SIGNATURE_ROOM)
}

/// `DELETE /qscd/v1/credentials/{id}`.
pub(super) async fn destroy(api: &DeviceApi, id: CredentialId) -> Result<Response, Answer> {
    api.device.destroy(&id).await?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

/// `GET /qscd/v1/destructions?after=N`.
pub(super) fn destructions(api: &DeviceApi, query: Option<&str>) -> Result<Response, Answer> {
    let number = |query: &str| query.strip_prefix("after=")?.parse().ok();
    let after = match query {
        None => 0,
        Some(query) => {
            number(query).ok_or_else(|| Refusal::bad_request("after: a destruction's number"))?
        }
    };
    let none = || QscdError::Unavailable("no destructions are kept".to_owned());
    answer(StatusCode::OK, &api.keys.destructions(after).ok_or_else(none)?, CHAIN_ROOM)
}

/// An activation is its client's alone: another one's is as if it were not there.
fn admit_evidence(
    api: &DeviceApi,
    client: Option<&TlsClient>,
    evidence: &ActivationEvidence,
) -> Result<(), Answer> {
    match (client, evidence) {
        (Some(client), ActivationEvidence::Activation(id))
            if api.keys.activation_is_of_another(id, client.as_str()) =>
        {
            Err(QscdError::from(EvidenceRefusal::ActivationUnknown).into())
        }
        _ => Ok(()),
    }
}

fn authorisation(body: &[u8]) -> Result<(Vec<ToSign>, ActivationEvidence), Refusal> {
    let AuthorisationOrder { to_sign, evidence } = read(body)?;
    let evidence = evidence
        .into_evidence()
        .ok_or_else(|| Refusal::bad_request("documents: SHA-256 values of 32 bytes"))?;
    Ok((inputs(to_sign)?, evidence))
}

fn inputs(to_sign: Vec<SignedInput>) -> Result<Vec<ToSign>, Refusal> {
    let inputs: Option<Vec<ToSign>> = to_sign.into_iter().map(SignedInput::into_to_sign).collect();
    inputs.ok_or_else(|| Refusal::bad_request("to_sign: a digest has its algorithm's length"))
}

/// The position alone is told: the body may hold a token or activation data.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Refusal::bad_request(format!("not the JSON of this call, at {line}:{column}"))
    })
}

/// An answer in JSON, written into one buffer that rarely grows.
pub(super) fn answer(
    status: StatusCode,
    content: &impl Serialize,
    room: usize,
) -> Result<Response, Answer> {
    let mut json = Vec::with_capacity(room);
    serde_json::to_writer(&mut json, content)
        .map_err(|error| QscdError::Unavailable(error.to_string()))?;
    let mut response = Response::new(Body::from(json));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}
