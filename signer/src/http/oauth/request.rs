//! A client's request: read within the strangers' limits, for nobody is a client before the body says so.

use std::net::IpAddr;

use axum::{
    body::Body,
    extract::{FromRequest, Request},
    http::header::AUTHORIZATION,
};
use listener::ClientCertificate;
use oauth::{Credential, ErrorCode, Form, OauthError};

use super::refused::Refused;
use crate::{
    access::oauth::{AuthenticatedClient, Refusal},
    http::{
        AppState,
        caller::peer,
        part,
        upload::{self, Intake},
    },
    service::RequestError,
};

/// The longest request, in bytes: a hundred labelled hashes, encoded twice, have a quarter of it.
const MAXIMUM_LENGTH: u64 = 256 << 10;

const FORM: &str = "application/x-www-form-urlencoded";

/// What a client that proved who it is asks.
#[derive(Debug)]
pub(super) struct ClientRequest {
    pub(super) client: AuthenticatedClient,
    pub(super) form: Form,
    /// Where it came from.
    pub(super) from: IpAddr,
}

impl FromRequest<AppState> for ClientRequest {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Refused> {
        let (parts, body) = request.into_parts();
        let (from, strangers) = (peer(&parts), state.service.strangers());
        strangers.pass(from)?;
        let _place = strangers.client_place(from)?;
        // Nothing of it belongs into an address, which others log.
        part::without_parameters(&parts.uri)?;
        let form = read(state, &parts.headers, body).await?;
        let header = parts.headers.get(AUTHORIZATION).map(|value| value.to_str());
        let malformed = || OauthError::new(ErrorCode::InvalidClient, "Authorization is no text");
        let header = header.transpose().map_err(|_| malformed())?;
        // An assertion costs the verification of a signature.
        if !strangers.may_fail(from) {
            return Err(RequestError::TooMany.into());
        }
        let credential = Credential::read(header, &form)?;
        let certificate = parts.extensions.get::<ClientCertificate>();
        let certificate = certificate.map(ClientCertificate::as_bytes);
        let client = state.authorization.authenticated(&credential, (certificate, from)).await;
        let client = client.map_err(|refusal| match refusal {
            Refusal::Oauth(error) => match strangers.failed(from) {
                Ok(()) => error.into(),
                Err(often) => often.into(),
            },
            other @ (Refusal::Request(_) | Refusal::TooMany | Refusal::Unavailable(_)) => {
                Refused::from(other)
            }
        })?;
        Ok(Self { client, form, from })
    }
}

async fn read(
    state: &AppState,
    headers: &axum::http::HeaderMap,
    body: Body,
) -> Result<Form, Refused> {
    if !upload::essence(headers).is_some_and(|essence| essence.eq_ignore_ascii_case(FORM)) {
        return Err(RequestError::ContentType(FORM).into());
    }
    if !upload::is_identity(headers) {
        return Err(RequestError::ContentEncoding.into());
    }
    let intake = Intake::of_small(&state.service);
    let read = upload::read(headers, body, MAXIMUM_LENGTH, &intake).await?;
    Ok(Form::parse(read.bytes())?)
}
