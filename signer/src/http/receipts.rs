//! `GET /v1/receipts/{id}`: for whoever asked for the act or the augmentation, and for nobody else.

use axum::Json;

use super::path::Path;
use crate::{
    Error,
    authentication::Authenticated,
    problem::Problem,
    service::RequestError,
    store::{FoundReceipt, ReceiptId},
};

/// One receipt. Somebody else's does not exist.
pub(super) async fn one(
    caller: Authenticated,
    Path(id): Path<String>,
) -> Result<Json<FoundReceipt>, Problem> {
    let id: ReceiptId = id.parse().map_err(|_| RequestError::NotFound)?;
    if !caller.is_of_organisation() {
        return Err(RequestError::NotFound.into());
    }
    let tenant = caller.organisation.tenant();
    let receipt = tenant.receipt(&id, &caller.caller).await.map_err(Error::from)?;
    Ok(Json(receipt.ok_or(RequestError::NotFound)?))
}
