//! `/v1/certificate-orders`: orders of certificates that live for years.

use axum::{
    Json,
    body::Body,
    http::{StatusCode, header::LOCATION},
    response::{IntoResponse, Response},
};
use registry::{
    CertificateKind, Identification, Issuing, Kept, Moment, Order, OrderId, OrderRefusal,
    OrderState, RegisteredId, WantedKind,
};
use seal::ProfileId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ChangeCertificates, List, May, Page, ReadCertificates, versioned};
use crate::{
    Error,
    http::{
        openapi::{
            answers::{Asking, Deciding, Named, Ordering, RequestKey},
            words,
        },
        path::Path,
    },
    problem::Problem,
    service::{OrderChange, Ordered, WantedOrder},
    store::OrderSearch,
};

/// An order.
#[derive(Serialize, ToSchema)]
#[schema(as = CertificateOrder)]
pub(super) struct OrderView {
    /// Its name.
    id: String,
    /// What the collector says beside the code: twelve digits, no secret.
    reference: String,
    /// The profile.
    #[schema(value_type = String)]
    profile: ProfileId,
    /// Whom the certificate will name.
    #[schema(value_type = words::CertificateKind)]
    kind: CertificateKind,
    /// The entry of the person who collects by login.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    holder: Option<RegisteredId>,
    /// The address that the certificate will show.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// How whoever collects shows who they are.
    #[schema(value_type = words::Identification)]
    identification: Identification,
    /// How it is collected. It says nothing about what the certificate is for.
    #[schema(value_type = words::Issuing)]
    issuing: Issuing,
    /// Where it stands.
    #[schema(value_type = words::OrderState)]
    state: OrderState,
    /// The version of the policies that whoever ordered had accepted.
    policy: String,
    /// When it was ordered.
    #[schema(value_type = words::Moment)]
    made: Moment,
    /// When it ends unless the certificate was collected.
    #[schema(value_type = words::Moment)]
    expires: Moment,
    /// The one-time code: in this answer alone. It goes to the collector by another way than the reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}

/// The body of `POST /v1/certificate-orders`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrderCertificate)]
pub(super) struct NewOrder {
    /// The profile under whose terms it is ordered.
    #[schema(value_type = String)]
    profile: ProfileId,
    /// The kind, which is the profile's. Qualified certificates that live for years are not offered, and
    /// refused with the reason.
    #[schema(value_type = Option<words::WantedKind>)]
    kind: Option<WantedKind>,
    /// The entry of the person who collects by login: whom a user certificate names, or whoever looks after
    /// another one.
    #[schema(value_type = Option<String>)]
    holder: Option<RegisteredId>,
    /// How whoever collects shows who they are.
    #[serde(default)]
    #[schema(value_type = words::Identification, required = false)]
    identification: Identification,
    /// How it is collected.
    #[serde(default)]
    #[schema(value_type = words::Issuing, required = false)]
    issuing: Issuing,
}

/// A part of the list, as described.
type OrderList = List<OrderView>;

/// The orders of the organisation.
#[utoipa::path(
    get, path = "/v1/certificate-orders", operation_id = "listCertificateOrders",
    security(("bearer" = [])),
    params(Page),
    responses(Asking, (status = 200, description = "It.", body = OrderList)),
)]
pub(super) async fn list(
    may: May<ReadCertificates>,
    page: Page,
) -> Result<Json<List<OrderView>>, Problem> {
    let limit = u32::try_from(page.limit).unwrap_or(u32::MAX);
    let wanted =
        OrderSearch { after: page.after, limit: limit.saturating_add(1), ..OrderSearch::default() };
    let tenant = may.caller.organisation.tenant();
    let mut orders = tenant.orders(&wanted).await.map_err(Error::from)?;
    let more = orders.len() > page.limit;
    orders.truncate(page.limit);
    let next = orders.last().filter(|_| more).map(|kept| kept.value.id.0.clone());
    let now = now(&may)?;
    let items = orders.into_iter().map(|kept| view(kept.value, now, None)).collect();
    Ok(Json(List { items, next }))
}

/// One order.
#[utoipa::path(
    get, path = "/v1/certificate-orders/{id}", operation_id = "getCertificateOrder",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The order's name.")),
    responses(
        Asking,
        Named,
        (
            status = 200,
            description = "It.",
            body = OrderView,
            headers(("ETag" = String, description = "Its version.")),
        ),
    ),
)]
pub(super) async fn one(
    may: May<ReadCertificates>,
    Path(id): Path<OrderId>,
) -> Result<Response, Problem> {
    let found = may.caller.organisation.tenant().order(&id).await.map_err(Error::from)?;
    let Kept { value, version } = found.ok_or(Error::from(OrderRefusal::Unknown))?;
    Ok(versioned(version, view(value, now(&may)?, None)))
}

/// Orders a certificate.
#[utoipa::path(
    post, path = "/v1/certificate-orders", operation_id = "orderCertificate",
    security(("bearer" = [])),
    params(RequestKey),
    request_body = NewOrder,
    responses(
        Deciding,
        Named,
        Ordering,
        (
            status = 201,
            description = "It.",
            body = OrderView,
            headers(
                ("ETag" = String, description = "Its version."),
                ("Location" = String, description = "Where it is."),
            ),
        ),
    ),
)]
pub(super) async fn make(may: May<ChangeCertificates>, body: Body) -> Result<Response, Problem> {
    let (may, NewOrder { profile, kind, holder, identification, issuing }) = may.read(body).await?;
    let now = now(&may)?;
    let wanted = WantedOrder { profile, kind, holder, identification, issuing };
    let ordered = may.service.order(may.caller, wanted).await?;
    let location = format!("/v1/certificate-orders/{}", ordered.0.value.id.0);
    Ok((StatusCode::CREATED, [(LOCATION, location)], shown(ordered, now)).into_response())
}

/// Cancels an order.
#[utoipa::path(
    delete, path = "/v1/certificate-orders/{id}", operation_id = "cancelCertificateOrder",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The order's name.")),
    responses(Deciding, Named, (status = 200, description = "It, cancelled.", body = OrderView)),
)]
pub(super) async fn cancel(
    may: May<ChangeCertificates>,
    Path(id): Path<OrderId>,
) -> Result<Response, Problem> {
    changed(may, id, OrderChange::Cancel).await
}

/// Approves an order that another user administrator placed.
#[utoipa::path(
    post, path = "/v1/certificate-orders/{id}/approval", operation_id = "approveCertificateOrder",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The order's name."), RequestKey),
    responses(Deciding, Named, (status = 200, description = "It, approved.", body = OrderView)),
)]
pub(super) async fn approve(
    may: May<ChangeCertificates>,
    Path(id): Path<OrderId>,
) -> Result<Response, Problem> {
    changed(may, id, OrderChange::Approve).await
}

/// Makes a new one-time code; the one before counts no more, and a locked order is open again.
#[utoipa::path(
    post, path = "/v1/certificate-orders/{id}/code", operation_id = "makeCertificateOrderCode",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The order's name."), RequestKey),
    responses(
        Deciding,
        Named,
        (status = 200, description = "It, with the code, this once.", body = OrderView),
    ),
)]
pub(super) async fn code(
    may: May<ChangeCertificates>,
    Path(id): Path<OrderId>,
) -> Result<Response, Problem> {
    changed(may, id, OrderChange::MakeCode).await
}

pub(super) async fn changed(
    may: May<ChangeCertificates>,
    id: OrderId,
    change: OrderChange,
) -> Result<Response, Problem> {
    let now = now(&may)?;
    let ordered = may.service.change_order(may.caller, id, change).await?;
    Ok(shown(ordered, now))
}

fn now<A>(may: &May<A>) -> Result<Moment, Error> {
    Moment::try_from(may.service.clock().now()).map_err(|_| Error::Interrupted)
}

fn shown((Kept { value, version }, code): Ordered, now: Moment) -> Response {
    let code = code.map(|code| code.as_str().to_owned());
    versioned(version, view(value, now, code))
}

fn view(order: Order, now: Moment, code: Option<String>) -> OrderView {
    OrderView {
        state: order.state(now),
        id: order.id.0,
        reference: order.reference.0,
        profile: order.profile,
        kind: order.kind,
        holder: order.holder,
        email: order.email,
        identification: order.identification,
        issuing: order.issuing,
        policy: order.policy,
        made: order.made,
        expires: order.expires,
        code,
    }
}
