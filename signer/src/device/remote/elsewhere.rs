//! A device elsewhere publishes for itself: the service's address only says where.

use std::{sync::Arc, time::SystemTime};

use axum::{
    Router,
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::any,
};
use seal::{CertificateDer, IdentityToken, TimeStampError};

use super::RemoteDevice;
use crate::device::{DeviceCounts, PublishedDevice, TimeStampAnswer};

impl PublishedDevice for RemoteDevice {
    fn trust_anchor(&self) -> CertificateDer {
        Self::trust_anchor(self)
    }

    fn routes(self: Arc<Self>) -> Router {
        let moved = move |uri: Uri| async move { redirect(self.address(uri.path())) };
        Router::new().route("/pki/{*path}", any(moved))
    }

    fn time_stamp(&self, _: &[u8]) -> Result<TimeStampAnswer, TimeStampError> {
        Ok(TimeStampAnswer::Elsewhere(self.address("/tsa")))
    }

    fn counts(&self) -> Option<DeviceCounts> {
        None
    }

    fn demo_login(&self, _: &str, _: &str, _: SystemTime) -> Option<IdentityToken> {
        None
    }
}

impl RemoteDevice {
    /// Where the device answers `path`.
    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.description().public_url)
    }
}

/// Sends the client to another address.
pub(crate) fn redirect(address: String) -> Response {
    match HeaderValue::try_from(address) {
        Ok(address) => {
            (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, address)]).into_response()
        }
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}
