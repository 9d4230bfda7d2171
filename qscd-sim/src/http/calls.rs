//! The calls.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::StatusCode,
};
use seal::{ActivationEvidence, CredentialId, Qscd, QscdError, Sad, ToSign};
use serde::de::DeserializeOwned;

use super::{DeviceApi, error::Answer};
use crate::protocol::{
    Authorisation, AuthorisationOrder, DestructionPage, EnrolledCredential, EnrolmentOrder,
    Refusal, SecretText, SignatureOrder, Signatures, SignedInput,
};

/// The longest name of an enrolment, in bytes.
const MAXIMUM_REQUEST_ID_LENGTH: usize = 64;

/// `POST /qscd/v1/credentials`.
pub(super) async fn enrol(
    State(api): State<DeviceApi>,
    body: Bytes,
) -> Result<(StatusCode, Json<EnrolledCredential>), Answer> {
    let EnrolmentOrder { request_id, enrolment } = read(&body)?;
    let named = !request_id.is_empty()
        && request_id.len() <= MAXIMUM_REQUEST_ID_LENGTH
        && request_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !named {
        let why = "request_id: 1 to 64 letters, digits and hyphens";
        return Err(Refusal::bad_request(why).into());
    }
    let device = api.device.clone();
    let credential = api
        .enrolments
        .once(request_id, enrolment, move |enrolment| async move { device.enrol(enrolment).await })
        .await?;
    let answer = EnrolledCredential::new(&api.run_id, &credential);
    Ok((StatusCode::CREATED, Json(answer)))
}

/// `POST /qscd/v1/credentials/{id}/authorisations`.
pub(super) async fn authorise(
    State(api): State<DeviceApi>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<(StatusCode, Json<Authorisation>), Answer> {
    let (to_sign, evidence) = authorisation(&body)?;
    let sad = api.device.authorize(&CredentialId::new(id), &to_sign, &evidence).await?;
    Ok((StatusCode::CREATED, Json(Authorisation { sad: SecretText::new(sad.expose()) })))
}

/// `POST /qscd/v1/credentials/{id}/signatures`.
pub(super) async fn sign(
    State(api): State<DeviceApi>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<(StatusCode, Json<Signatures>), Answer> {
    let SignatureOrder { sad, to_sign } = read(&body)?;
    let to_sign = inputs(to_sign)?;
    let values = api
        .device
        .sign(&CredentialId::new(id), Sad::new(sad.expose().to_owned()), &to_sign)
        .await?;
    Ok((StatusCode::CREATED, Json(values.into())))
}

/// `POST /qscd/v1/credentials/{id}/activations`: both in one, and the activation data stay here.
pub(super) async fn activate(
    State(api): State<DeviceApi>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<(StatusCode, Json<Signatures>), Answer> {
    let (to_sign, evidence) = authorisation(&body)?;
    let values = api.device.activate(&CredentialId::new(id), &to_sign, &evidence).await?;
    Ok((StatusCode::CREATED, Json(values.into())))
}

/// `DELETE /qscd/v1/credentials/{id}`.
pub(super) async fn destroy(
    State(api): State<DeviceApi>,
    Path(id): Path<String>,
) -> Result<StatusCode, Answer> {
    api.device.destroy(&CredentialId::new(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /qscd/v1/destructions?after=N`.
pub(super) async fn destructions(
    State(api): State<DeviceApi>,
    RawQuery(query): RawQuery,
) -> Result<Json<DestructionPage>, Answer> {
    let number = |query: &str| query.strip_prefix("after=")?.parse().ok();
    let after = match query.as_deref() {
        None => 0,
        Some(query) => {
            number(query).ok_or_else(|| Refusal::bad_request("after: a destruction's number"))?
        }
    };
    let none = || QscdError::Unavailable("no destructions are kept".to_owned());
    Ok(Json(api.keys.destructions(after).ok_or_else(none)?))
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
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Refusal::bad_request(format!("not the JSON of this call, at {line}:{column}"))
    })
}
