//! The calls by which persons activate keys, and by which their passkeys and logins are registered.

use axum::{
    body::{Body, Bytes},
    http::StatusCode,
    response::Response,
};
use listener::TlsClient;
use qscd_protocol::{
    Accepted, ActivationRequest, ActivationState, GivenByPerson, MeansEvidence, MeansRegistered,
    MeansRequest, MeansState, NewPasskey, NewPasskeyRequest, NewPasskeyState, NewPasskeyWaiting,
    Waiting,
};
use seal::{
    ActivationId, ActivationOrder, ActivationRefusal, Activator, AuthenticatorOrder,
    NewPasskeyOrder, PersonalEvidence, QscdError,
};

use super::{
    DeviceApi,
    calls::{SIGNATURE_ROOM, answer, read},
    error::Answer,
};

/// `POST /qscd/v1/activations`.
pub(super) async fn begin(
    api: &DeviceApi,
    client: Option<&TlsClient>,
    body: &Bytes,
) -> Result<Response, Answer> {
    let order = ActivationOrder::from(read::<ActivationRequest>(body)?);
    api.clients.may_act_for(client, &order.organization_identifier, &api.keys).await?;
    let begun = api.keys.begin_activation_of(client.map(TlsClient::as_str), order)?;
    answer(StatusCode::CREATED, &Waiting::from(&begun), SIGNATURE_ROOM)
}

/// `POST /qscd/v1/activations/{id}/evidence`.
pub(super) async fn give(
    api: &DeviceApi,
    client: Option<&TlsClient>,
    id: &ActivationId,
    body: &Bytes,
) -> Result<Response, Answer> {
    admit(api, client, id)?;
    let evidence = PersonalEvidence::from(read::<GivenByPerson>(body)?);
    let given = api.keys.give_evidence(id, evidence).await?;
    answer(StatusCode::OK, &Accepted::from(given), SIGNATURE_ROOM)
}

/// `GET /qscd/v1/activations/{id}`.
pub(super) async fn state(
    api: &DeviceApi,
    client: Option<&TlsClient>,
    id: &ActivationId,
) -> Result<Response, Answer> {
    admit(api, client, id)?;
    let evidence = api.keys.given_evidence(id).await?.map(Accepted::from);
    answer(StatusCode::OK, &ActivationState { evidence }, SIGNATURE_ROOM)
}

/// `POST /qscd/v1/passkeys`: where the device has a page.
pub(super) async fn begin_passkey(
    api: &DeviceApi,
    client: Option<&TlsClient>,
    body: &Bytes,
) -> Result<Response, Answer> {
    if api.description.activation_page.is_none() {
        return Err(QscdError::from(ActivationRefusal::NoPage).into());
    }
    let order = NewPasskeyOrder::from(read::<NewPasskeyRequest>(body)?);
    api.clients.may_act_for(client, &order.organization_identifier, &api.keys).await?;
    let (id, ends) = api.keys.begin_passkey_of(client.map(TlsClient::as_str), order)?;
    let waiting = NewPasskeyWaiting { id: id.as_str().to_owned(), ends };
    answer(StatusCode::CREATED, &waiting, SIGNATURE_ROOM)
}

/// `GET /qscd/v1/passkeys/{id}`.
pub(super) async fn made_passkey(
    api: &DeviceApi,
    client: Option<&TlsClient>,
    id: &ActivationId,
) -> Result<Response, Answer> {
    let (organisation, made) = api.keys.made(id)?;
    // Any node of the service may ask: the browser comes back to any.
    if api.clients.may_act_for(client, &organisation, &api.keys).await.is_err() {
        return Err(QscdError::from(ActivationRefusal::Unknown).into());
    }
    let made = made.map(NewPasskey::from);
    answer(StatusCode::OK, &NewPasskeyState { made }, SIGNATURE_ROOM)
}

/// `POST /qscd/v1/authenticators`.
pub(super) async fn begin_registration(
    api: &DeviceApi,
    client: Option<&TlsClient>,
    body: &Bytes,
) -> Result<Response, Answer> {
    let order = order(api, client, body).await?;
    let pending = api.keys.begin_registration_of(client.map(TlsClient::as_str), order)?;
    let waiting = Waiting::of_registration(&api.run_id, &pending);
    answer(StatusCode::CREATED, &waiting, SIGNATURE_ROOM)
}

/// `POST /qscd/v1/authenticators/{id}`.
pub(super) async fn register(
    api: &DeviceApi,
    client: Option<&TlsClient>,
    id: &ActivationId,
    body: &Bytes,
) -> Result<Response, Answer> {
    admit(api, client, id)?;
    let evidence = read::<MeansEvidence>(body)?.evidence.map(PersonalEvidence::from);
    let ground = api.keys.register_authenticator(id, evidence).await?;
    answer(StatusCode::CREATED, &MeansRegistered { ground }, SIGNATURE_ROOM)
}

/// `POST /qscd/v1/authenticators/queries`.
pub(super) async fn query(
    api: &DeviceApi,
    client: Option<&TlsClient>,
    body: &Bytes,
) -> Result<Response, Answer> {
    let order = order(api, client, body).await?;
    let state = MeansState { registered: api.keys.is_registered(order).await? };
    answer(StatusCode::OK, &state, SIGNATURE_ROOM)
}

/// `POST /qscd/v1/authenticators/removals`.
pub(super) async fn remove(
    api: &DeviceApi,
    client: Option<&TlsClient>,
    body: &Bytes,
) -> Result<Response, Answer> {
    let order = order(api, client, body).await?;
    api.keys.remove_authenticator(order).await?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

async fn order(
    api: &DeviceApi,
    client: Option<&TlsClient>,
    body: &Bytes,
) -> Result<AuthenticatorOrder, Answer> {
    let order = AuthenticatorOrder::from(read::<MeansRequest>(body)?);
    api.clients.may_act_for(client, &order.organization_identifier, &api.keys).await?;
    Ok(order)
}

/// What another client began is as if it were not there.
fn admit(api: &DeviceApi, client: Option<&TlsClient>, id: &ActivationId) -> Result<(), Answer> {
    match client {
        Some(client) if api.keys.activation_is_of_another(id, client.as_str()) => {
            Err(QscdError::from(ActivationRefusal::Unknown).into())
        }
        Some(_) | None => Ok(()),
    }
}
