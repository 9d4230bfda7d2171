//! `/v1/email-checks`: addresses that certificates would show are asked anew whether they are their holder's.

use axum::{body::Body, response::Response};
use registry::OrderId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    ChangeCertificates, May,
    certificate_orders::{OrderView, changed},
};
use crate::{
    http::openapi::answers::{Deciding, Named, RequestKey},
    problem::Problem,
    service::OrderChange,
};

/// The body of `POST /v1/email-checks`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CheckEmail)]
pub(super) struct NewCheck {
    /// The order whose certificate would show the address.
    #[schema(value_type = String)]
    order: OrderId,
}

/// Sends another link to the address that an order's certificate will show. The first is sent by itself, each is
/// good for a day, and five are sent at most. Where the address was confirmed meanwhile for another order, this one
/// goes on.
#[utoipa::path(
    post, path = "/v1/email-checks", operation_id = "checkEmail",
    security(("bearer" = [])),
    params(RequestKey),
    request_body = NewCheck,
    responses(Deciding, Named, (status = 200, description = "The order.", body = OrderView)),
)]
pub(super) async fn make(may: May<ChangeCertificates>, body: Body) -> Result<Response, Problem> {
    let (may, NewCheck { order }) = may.read(body).await?;
    changed(may, order, OrderChange::CheckEmail).await
}
