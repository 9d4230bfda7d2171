//! `/v1/certificates`: the certificates that live for years, found, shown and blocked.

mod table;
mod wanted;

use axum::{
    Json,
    body::Body,
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};
use registry::{AdministrativeAct, BlockingReason, CertificateAct, Moment, OrderRefusal};
use seal::CertificateDer;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(in crate::http) use self::table::streamed as certificate_table;
use self::{
    table::{at, purposes},
    wanted::{Wanted, malformed},
};
use super::{Asks, ChangeCertificates, List, May};
use crate::{
    Error,
    audit::hex,
    http::{
        accept::prefers,
        json,
        openapi::{
            answers::{Asking, Deciding, Named, RequestKey},
            words,
        },
        path::Path,
    },
    problem::Problem,
    service::{Muting, ProblemType, entry_of, seconds},
    store::FoundCertificate,
};

/// How many certificates one batch is about.
const MAXIMUM_BATCH: usize = 1000;

/// A certificate that lives for years.
#[derive(Serialize, ToSchema)]
#[schema(as = Certificate)]
pub(super) struct CertificateView {
    /// Its name here.
    id: String,
    /// The order that it came of.
    order: String,
    /// Its serial number, in hexadecimal.
    serial_number: String,
    /// The profile.
    profile: String,
    /// Whom it names.
    #[schema(value_type = words::CertificateKind)]
    kind: String,
    /// The commonName.
    name: String,
    /// The holder's UUID, in hexadecimal.
    uuid: String,
    /// The entry of the person who collected it by login.
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<String>,
    /// The address that it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// The contact person's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<String>,
    /// The contact person's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_email: Option<String>,
    /// What it may be used for.
    #[schema(value_type = Vec<words::Purpose>)]
    purposes: Vec<&'static str>,
    /// How it stands: `valid`, `renewal-due`, `expired`, `blocked`.
    state: &'static str,
    /// How many days it is still good.
    days_left: i64,
    /// The beginning of its validity.
    #[schema(value_type = words::Moment)]
    not_before: Moment,
    /// When it is due to be renewed.
    #[schema(value_type = words::Moment)]
    renewal: Moment,
    /// The end of its validity.
    #[schema(value_type = words::Moment)]
    not_after: Moment,
    /// Since when it is in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    installed: Option<Moment>,
    /// Since when nobody is reminded of its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    muted: Option<Moment>,
    /// Who had it so: `application` or `person` and the name of the entry, or `login` and a hash.
    #[serde(skip_serializing_if = "Option::is_none")]
    muted_by: Option<String>,
    /// Why it was blocked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::BlockingReason>)]
    reason: Option<String>,
    /// When it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    blocked: Option<Moment>,
    /// The certificate whose place it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaces: Option<String>,
    /// It, in PEM.
    pem: String,
}

/// A part of the list, as described.
type CertificateList = List<CertificateView>;

/// The certificates that live for years: all of the organisation where a role of the caller lets them see
/// those, and else the caller's own. With `Accept: text/csv` all that fit, as a table.
#[utoipa::path(
    get, path = "/v1/certificates", operation_id = "listCertificates",
    security(("bearer" = [])),
    params(Wanted),
    responses(
        Asking,
        (
            status = 200,
            description = "They.",
            content((CertificateList = "application/json"), (String = "text/csv")),
        ),
    ),
)]
pub(super) async fn list(asks: Asks, wanted: Wanted) -> Result<Response, Problem> {
    let Asks { service, caller, headers, .. } = asks;
    let time = service.clock().now();
    let now = seconds(time);
    let mut search = wanted.search(now)?;
    let snapshot = caller.organisation.snapshot();
    caller.holds(&snapshot, time).map_err(Error::from)?;
    if let Err(error) = caller.permit::<Error>(&snapshot, AdministrativeAct::ReadCertificates) {
        let own = entry_of(&caller, &snapshot).filter(|_| caller.access.is_none());
        search.holder = Some(own.ok_or(error)?.0.clone());
    }
    let tenant = caller.organisation.tenant().clone();
    if prefers(&headers, "text/csv", "application/json") {
        let table = table::streamed(tenant, search);
        return Ok(
            ([(CONTENT_TYPE, "text/csv; charset=utf-8")], Body::from_stream(table)).into_response()
        );
    }
    let limit = search.limit as usize;
    search.limit += 1;
    let mut found = tenant.certificates(&search).await.map_err(Error::from)?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|one| format!("{}.{}", one.not_after, one.id));
    let items = found.into_iter().map(|one| view(one, now)).collect::<Result<_, _>>()?;
    Ok(Json(List::<CertificateView> { items, next }).into_response())
}

/// One certificate; with `.pem` or `.cer` after its name, it alone.
#[utoipa::path(
    get, path = "/v1/certificates/{id}", operation_id = "getCertificate",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "Its name here, with `.pem` or `.cer` after it or without.")),
    responses(
        Asking,
        Named,
        (
            status = 200,
            description = "It.",
            content(
                (CertificateView = "application/json"),
                (String = "application/x-pem-file"),
                (String = "application/pkix-cert"),
            ),
        ),
    ),
)]
pub(super) async fn one(asks: Asks, Path(named): Path<String>) -> Result<Response, Problem> {
    let (id, ending) = named.split_once('.').unwrap_or((&named, ""));
    let found = asks.service.certificate(&asks.caller, id, CertificateAct::Read).await?;
    Ok(match ending {
        "" => Json(view(found, seconds(asks.service.clock().now()))?).into_response(),
        "pem" => ([(CONTENT_TYPE, "application/x-pem-file")], pem(&found.der)).into_response(),
        "cer" => ([(CONTENT_TYPE, "application/pkix-cert")], found.der).into_response(),
        _ => return Err(Error::from(OrderRefusal::CertificateUnknown).into()),
    })
}

/// The body of `POST /v1/certificates/{id}/revocation`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BlockCertificate)]
pub(super) struct Block {
    /// Why.
    #[schema(value_type = words::BlockingReason)]
    reason: BlockingReason,
}

/// Blocks a certificate, at once and for ever: as a user administrator, or as its holder.
#[utoipa::path(
    post, path = "/v1/certificates/{id}/revocation", operation_id = "blockCertificate",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "Its name here."), RequestKey),
    request_body = Block,
    responses(Deciding, Named, (status = 200, description = "It, blocked.", body = CertificateView)),
)]
pub(super) async fn block(
    asks: Asks,
    Path(id): Path<String>,
    body: Body,
) -> Result<Response, Problem> {
    let Asks { service, caller, address, headers } = asks;
    let (Block { reason }, caller) =
        json::read(&service, caller, (&address, &headers), body).await?;
    let found = service.block(caller, id, reason).await?;
    Ok(Json(view(found, seconds(service.clock().now()))?).into_response())
}

/// Says that a certificate is in use; it stays so.
#[utoipa::path(
    post, path = "/v1/certificates/{id}/installation", operation_id = "installCertificate",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "Its name here."), RequestKey),
    responses(Deciding, Named, (status = 200, description = "It.", body = CertificateView)),
)]
pub(super) async fn install(asks: Asks, Path(id): Path<String>) -> Result<Response, Problem> {
    let found = asks.service.install(asks.caller, id).await?;
    Ok(Json(view(found, seconds(asks.service.clock().now()))?).into_response())
}

/// Has nobody reminded of a certificate's end, until they are to be again or another one takes its place. That it was
/// blocked is told all the same.
#[utoipa::path(
    post, path = "/v1/certificates/{id}/mute", operation_id = "muteCertificate",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "Its name here."), RequestKey),
    responses(Deciding, Named, (status = 200, description = "It.", body = CertificateView)),
)]
pub(super) async fn mute(asks: Asks, Path(id): Path<String>) -> Result<Response, Problem> {
    let found = asks.service.mute(asks.caller, id, Muting::Mute).await?;
    Ok(Json(view(found, seconds(asks.service.clock().now()))?).into_response())
}

/// Has people reminded again of a certificate's end: of what is to come, not of what came meanwhile.
#[utoipa::path(
    delete, path = "/v1/certificates/{id}/mute", operation_id = "unmuteCertificate",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "Its name here.")),
    responses(Deciding, Named, (status = 200, description = "It.", body = CertificateView)),
)]
pub(super) async fn unmute(asks: Asks, Path(id): Path<String>) -> Result<Response, Problem> {
    let found = asks.service.mute(asks.caller, id, Muting::Unmute).await?;
    Ok(Json(view(found, seconds(asks.service.clock().now()))?).into_response())
}

/// The body of `POST /v1/certificate-batches`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CertificateBatch)]
pub(super) struct Batch {
    /// What is done with each.
    act: BatchAct,
    /// Why they are blocked; of nothing else.
    #[schema(value_type = Option<words::BlockingReason>)]
    reason: Option<BlockingReason>,
    /// Which certificates, by their names here.
    #[schema(min_items = 1, max_items = 1000)]
    certificates: Vec<String>,
    /// Whether it is only told what would be done.
    #[serde(default)]
    dry_run: bool,
}

/// What is done with many certificates.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum BatchAct {
    /// They are blocked.
    Block,
    /// Nobody is reminded of their ends.
    Mute,
    /// They are reminded again.
    Unmute,
}

/// What came of each.
#[derive(Serialize, ToSchema)]
#[schema(as = CertificateBatchResults)]
pub(super) struct BatchView {
    /// Each in the order of the request.
    results: Vec<ResultView>,
}

/// What came of one.
#[derive(Serialize, ToSchema)]
#[schema(as = CertificateBatchResult)]
struct ResultView {
    /// Which.
    certificate: String,
    /// Whether it was done, or would be.
    done: bool,
    /// Why not: the type of the problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// Blocks many certificates, or has nobody reminded of their ends, or has them reminded again. What one of them does not allow is told of that one, and hinders no other.
#[utoipa::path(
    post, path = "/v1/certificate-batches", operation_id = "changeCertificates",
    security(("bearer" = [])),
    request_body = Batch,
    responses(Deciding, (status = 200, description = "What came of each.", body = BatchView)),
)]
pub(super) async fn batch(
    may: May<ChangeCertificates>,
    body: Body,
) -> Result<Json<BatchView>, Problem> {
    let (may, Batch { act, reason, certificates, dry_run }) = may.read(body).await?;
    if !(1..=MAXIMUM_BATCH).contains(&certificates.len()) {
        return Err(malformed("certificates: 1 to 1000"));
    }
    let (service, caller) = (&may.service, &may.caller);
    let told = match (act, reason) {
        (BatchAct::Block, Some(reason)) => {
            service.block_each(caller, certificates, (reason, dry_run)).await
        }
        (BatchAct::Mute, None) => {
            service.mute_each(caller, certificates, (Muting::Mute, dry_run)).await
        }
        (BatchAct::Unmute, None) => {
            service.mute_each(caller, certificates, (Muting::Unmute, dry_run)).await
        }
        (BatchAct::Block, None) => return Err(malformed("reason: why they are blocked")),
        (BatchAct::Mute | BatchAct::Unmute, Some(_)) => {
            return Err(malformed("reason: of what is blocked alone"));
        }
    };
    let result = |(certificate, done): (String, Result<_, Error>)| {
        let problem = done.err().map(|error| ProblemType::from(&error).uri());
        ResultView { certificate, done: problem.is_none(), problem }
    };
    Ok(Json(BatchView { results: told.into_iter().map(result).collect() }))
}

fn pem(der: &[u8]) -> String {
    seal::pem(&[CertificateDer::new(der.to_vec())])
}

fn view(found: FoundCertificate, now: i64) -> Result<CertificateView, Error> {
    Ok(CertificateView {
        state: found.state(now).name(),
        days_left: (found.not_after - now).max(0) / (24 * 60 * 60),
        serial_number: hex(&found.serial),
        purposes: purposes(found.purposes),
        not_before: at(found.not_before)?,
        renewal: at(found.renewal)?,
        not_after: at(found.not_after)?,
        installed: found.installed.map(at).transpose()?,
        muted: found.muted.map(at).transpose()?,
        muted_by: found.muted_by,
        blocked: found.blocked.map(at).transpose()?,
        pem: pem(&found.der),
        id: found.id,
        order: found.order,
        profile: found.profile,
        kind: found.kind,
        name: found.name,
        uuid: found.uuid,
        holder: found.holder,
        email: found.email,
        contact: found.contact,
        contact_email: found.contact_email,
        reason: found.reason,
        replaces: found.replaces,
    })
}
