//! `GET /v1/receipts/{id}`: for whoever asked for the act or the augmentation, and for nobody else.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
};

use crate::{
    Error,
    authentication::Authenticated,
    error::RequestError,
    problem::Problem,
    service::Service,
    store::{FoundReceipt, ReceiptId},
};

/// One receipt. Somebody else's does not exist.
pub(super) async fn one(
    State(service): State<Arc<Service>>,
    caller: Authenticated,
    Path(id): Path<String>,
) -> Result<Json<FoundReceipt>, Problem> {
    let id: ReceiptId = id.parse().map_err(|_| RequestError::NotFound)?;
    let tenant = service.administration().tenant();
    let receipt = tenant.receipt(&id, &caller.caller).await.map_err(Error::from)?;
    Ok(Json(receipt.ok_or(RequestError::NotFound)?))
}
