//! `auth/login`: an access token for one who shows the name and the secret of a client by HTTP Basic. It is
//! how clients begin that know nothing of OAuth; what they get is what `oauth2/token` gives the same client.

use axum::{
    Json,
    extract::{FromRequest, Request, State},
    http::{StatusCode, header::AUTHORIZATION},
};
use csc::{Code, Error, LoginAnswer, LoginRequest, Parameters};
use oauth::{Credential, ErrorCode, Form, TokenRequest};
use registry::Scope;

use super::{
    super::AppState,
    answer::Refused,
    call::{MAXIMUM_LENGTH, read},
};
use crate::{
    access::oauth::{AuthenticatedClient, Refusal},
    authentication::AuthenticationError,
    http::{caller::peer, upload::Intake},
    problem::Problem,
    service::RequestError,
};

/// Who showed a name and a secret, and what they ask.
pub(super) struct Login {
    client: AuthenticatedClient,
    parameters: Parameters,
}

impl FromRequest<AppState> for Login {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Refused> {
        let (parts, body) = request.into_parts();
        let (from, strangers) = (peer(&parts), state.service.strangers());
        strangers.pass(from)?;
        let _place = strangers.place(from)?;
        let budget = strangers.budget().clone();
        let intake = Intake { budget, pace: state.service.limits().pace };
        let parameters = read(&parts.headers, body, MAXIMUM_LENGTH, &intake).await?;
        let shown = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let shown = shown.ok_or_else(unauthorised)?;
        if !shown.split_once(' ').is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("basic")) {
            return Err(unauthorised());
        }
        if !strangers.may_fail(from) {
            return Err(RequestError::TooMany.into());
        }
        let form = Form::parse(b"").map_err(|_| wrong())?;
        let client = match Credential::read(Some(shown), &form) {
            Ok(credential) => state.authorization.authenticated(&credential, (None, from)).await,
            Err(error) => Err(error.into()),
        };
        match client {
            Ok(client) => Ok(Self { client, parameters }),
            Err(Refusal::Oauth(_)) => {
                strangers.failed(from)?;
                Err(wrong())
            }
            Err(other) => Err(refused(other)),
        }
    }
}

/// Logs a client in.
pub(super) async fn login(
    State(state): State<AppState>,
    Login { client, parameters }: Login,
) -> Result<Json<LoginAnswer>, Refused> {
    LoginRequest::read(&parameters)?;
    let scope = Some(Scope::Service.name().to_owned());
    let wanted = TokenRequest::ClientCredentials { scope };
    let given = state.authorization.token(&client, wanted, None).await.map_err(refused)?;
    let expires_in = given.expires_in.as_secs();
    Ok(Json(LoginAnswer { access_token: given.access_token, expires_in }))
}

/// Nothing was shown, or not by Basic (2.0 section 11.2).
fn unauthorised() -> Refused {
    Refused::unknown(StatusCode::UNAUTHORIZED, "Malformed authorization header")
}

fn wrong() -> Refused {
    Error::new(Code::AuthenticationError, "Malformed username-password").into()
}

fn refused(refusal: Refusal) -> Refused {
    match refusal {
        Refusal::Oauth(error) if error.code == ErrorCode::InvalidScope => {
            Error::new(Code::AccessDenied, "The client signs nothing").into()
        }
        Refusal::Oauth(_) => wrong(),
        Refusal::Request(error) => error.into(),
        Refusal::TooMany => RequestError::TooMany.into(),
        Refusal::Unavailable(why) => {
            tracing::error!(%why, "a client was not logged in");
            Problem::from(crate::Error::from(AuthenticationError::Unread)).into()
        }
    }
}
