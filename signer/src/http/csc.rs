//! `/csc/v1` and `/csc/v2`: the API of the Cloud Signature Consortium. The router reads like its table of
//! methods.

mod answer;
mod call;

use axum::{
    Extension, Json, Router,
    extract::State,
    http::{StatusCode, header},
    routing::{get, post},
};
use csc::{
    Activation, ApiVersion, CreationRequest, CredentialInfo, CredentialsAnswer, Depth,
    DocumentsAnswer, DocumentsRequest, Extension as Further, HashSignature, Info, ListRequest,
    RevocationRequest, SadAnswer, SignaturesAnswer, TimeStampAnswer, TimeStampRequest,
};

use self::{
    answer::Refused,
    call::{Call, DocumentsCall, Public},
};
use super::AppState;

/// The service's sign: a PNG of 64 by 64 pixels.
const LOGO: &[u8] = include_bytes!("csc/logo.png");

type Answer<T> = Result<Json<T>, Refused>;

/// Both versions, and the sign that `info` names.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/csc/logo.png", get(async || ([(header::CONTENT_TYPE, "image/png")], LOGO)))
        .nest("/csc/v1", methods(ApiVersion::V1))
        .nest("/csc/v2", methods(ApiVersion::V2))
}

fn methods(version: ApiVersion) -> Router<AppState> {
    let both = Router::new()
        .route("/info", get(info).post(info))
        .route("/auth/revoke", post(revoke))
        .route("/credentials/list", post(list))
        .route("/credentials/info", post(credential))
        .route("/credentials/authorize", post(authorise))
        .route("/credentials/extendTransaction", post(extend))
        .route("/signatures/signHash", post(sign_hash))
        .route("/signatures/timestamp", post(time_stamp));
    let methods = match version {
        ApiVersion::V1 => both,
        ApiVersion::V2 => both
            .route("/credentials/create", post(create))
            .route("/credentials/delete", post(delete))
            .route("/signatures/signDoc", post(sign_documents)),
    };
    methods
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

async fn sign_hash(Call { version, csc, asker, parameters }: Call) -> Answer<SignaturesAnswer> {
    let request = HashSignature::read(&parameters, version)?;
    Ok(Json(csc.sign_hashes(version, &asker, &request).await?))
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

async fn sign_documents(DocumentsCall(call): DocumentsCall) -> Answer<DocumentsAnswer> {
    let request = DocumentsRequest::read(&call.parameters)?;
    Ok(Json(call.csc.sign_documents(&call.asker, request).await?))
}
