//! `/csc/v1` and `/csc/v2`: the API of the Cloud Signature Consortium. The router reads like its table of
//! methods.

mod answer;
mod call;
mod login;

use axum::{
    Extension, Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use csc::{
    Activation, ApiVersion, CreationRequest, CredentialInfo, CredentialsAnswer, Depth,
    DocumentsRequest, Error, Extension as Further, HashSignature, Info, LaterAnswer, ListRequest,
    RevocationRequest, SadAnswer, TimeStampAnswer, TimeStampRequest, polled,
};

use self::{
    answer::Refused,
    call::{Call, Public, SigningCall, WithConsent},
};
use super::{
    AppState,
    handled::{get, post},
};
use crate::access::csc::{Answered, Csc};

/// The service's sign: a PNG of 64 by 64 pixels.
const LOGO: &[u8] = include_bytes!("csc/logo.png");

/// Of the methods that a token is good for, too, that stands for a person's consent.
const CONSENT: Extension<WithConsent> = Extension(WithConsent);

type Answer<T> = Result<Json<T>, Refused>;

/// Both versions, and the sign that `info` names.
pub(super) fn routes(csc: &Csc) -> Router<AppState> {
    Router::new()
        .route("/csc/logo.png", get(async || ([(header::CONTENT_TYPE, "image/png")], LOGO)))
        .nest("/csc/v1", methods(ApiVersion::V1, csc))
        .nest("/csc/v2", methods(ApiVersion::V2, csc))
}

fn methods(version: ApiVersion, csc: &Csc) -> Router<AppState> {
    let login = match csc.has_login() {
        true => Router::new().route("/auth/login", post(login::login)),
        false => Router::new(),
    };
    let both = Router::new()
        .route("/info", get(info).merge(post(info)))
        .route("/auth/revoke", post(revoke).route_layer(CONSENT))
        .route("/credentials/list", post(list))
        .route("/credentials/info", post(credential).route_layer(CONSENT))
        .route("/credentials/authorize", post(authorise))
        .route("/credentials/extendTransaction", post(extend))
        .route("/signatures/signHash", post(sign_hash).route_layer(CONSENT))
        .route("/signatures/timestamp", post(time_stamp));
    let methods = match version {
        ApiVersion::V1 => both,
        ApiVersion::V2 => both
            .route("/credentials/create", post(create))
            .route("/credentials/delete", post(delete))
            .route("/credentials/authorizeCheck", post(check))
            .route("/signatures/signDoc", post(sign_documents).route_layer(CONSENT))
            .route("/signatures/signPolling", post(poll).route_layer(CONSENT)),
    };
    methods
        .merge(login)
        .fallback(async || Refused::unknown(StatusCode::NOT_FOUND, "There is no such method"))
        .method_not_allowed_fallback(async || {
            Refused::unknown(StatusCode::METHOD_NOT_ALLOWED, "Methods are asked for by POST")
        })
        .layer(Extension(version))
}

/// `info`, by POST as the specification has it or by GET: there are clients of both kinds.
async fn info(
    Extension(version): Extension<ApiVersion>,
    State(state): State<AppState>,
    Public(parameters): Public,
) -> Answer<Info> {
    Ok(Json(state.csc.info(version, parameters.string(&["lang"])?)))
}

async fn revoke(Call { csc, asker, parameters, .. }: Call) -> Result<StatusCode, Refused> {
    csc.revoke(&asker, &RevocationRequest::read(&parameters)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn list(Call { version, csc, asker, parameters }: Call) -> Answer<CredentialsAnswer> {
    let request = ListRequest::read(&parameters)?;
    Ok(Json(csc.list(version, &asker, &request).await?))
}

async fn credential(Call { version, csc, asker, parameters }: Call) -> Answer<CredentialInfo> {
    let (id, depth) = Depth::of_one(&parameters)?;
    Ok(Json(csc.credential(version, &asker, (&id, depth))?))
}

async fn authorise(Call { version, csc, asker, parameters }: Call) -> Answer<SadAnswer> {
    let request = Activation::read(&parameters, version)?;
    Ok(Json(csc.authorise(version, &asker, &request)?))
}

async fn extend(Call { version, csc, asker, parameters }: Call) -> Answer<SadAnswer> {
    let request = Further::read(&parameters, version)?;
    Ok(Json(csc.extend(version, &asker, &request)?))
}

/// Whether somebody has agreed meanwhile. No credential here waits for anybody to agree, and so no handle
/// is ever given.
async fn check(Call { parameters, .. }: Call) -> Result<Json<SadAnswer>, Refused> {
    parameters.required_string(&["handle"])?;
    Err(Error::invalid("handle").into())
}

async fn sign_hash(SigningCall { call, sad }: SigningCall<false>) -> Result<Response, Refused> {
    let Call { version, csc, asker, parameters } = call;
    let request = HashSignature::read(&parameters, version, sad.as_deref())?;
    Ok(answered(csc.sign_hashes(version, &asker, &request).await?))
}

async fn time_stamp(Call { csc, asker, parameters, .. }: Call) -> Answer<TimeStampAnswer> {
    Ok(Json(csc.time_stamp(asker, TimeStampRequest::read(&parameters)?).await?))
}

async fn create(
    Call { version, csc, asker, parameters }: Call,
) -> Result<(StatusCode, Json<CredentialInfo>), Refused> {
    let request = CreationRequest::read(&parameters)?;
    Ok((StatusCode::CREATED, Json(csc.create(version, &asker, &request).await?)))
}

async fn delete(Call { csc, asker, parameters, .. }: Call) -> Result<StatusCode, Refused> {
    csc.delete(&asker, parameters.required_string(&["credentialID"])?)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn sign_documents(SigningCall { call, sad }: SigningCall<true>) -> Result<Response, Refused> {
    let request = DocumentsRequest::read(&call.parameters, sad.as_deref())?;
    Ok(answered(call.csc.sign_documents(&call.asker, request).await?))
}

async fn poll(Call { csc, asker, parameters, .. }: Call) -> Result<Response, Refused> {
    let outcome = csc.outcome(&asker, polled(&parameters)?)?;
    let outcome = outcome.ok_or_else(Error::pending)?;
    Ok(Json(outcome.as_ref().as_ref()?).into_response())
}

fn answered(answered: Answered) -> Response {
    match answered {
        Answered::AtOnce(answer) => Json(answer).into_response(),
        Answered::Later(response) => Json(LaterAnswer { response }).into_response(),
    }
}
