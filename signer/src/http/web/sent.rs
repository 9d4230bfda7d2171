//! The body of a form or of a script's request, read within limits on the account of small bodies.

use axum::{
    Form,
    body::Body,
    extract::{FromRequest, Request},
    http::{Method, header::CONTENT_TYPE},
    response::Response,
};
use serde::de::DeserializeOwned;

use super::{answer::WebError, spoken::Spoken};
use crate::http::{
    AppState, json,
    upload::{self, Intake},
};

/// The longest body, in bytes.
const MAXIMUM_LENGTH: u64 = 64 << 10;

const FORM: &str = "application/x-www-form-urlencoded";

/// What was sent.
#[derive(Debug)]
pub(super) struct Sent {
    essence: String,
    bytes: Vec<u8>,
}

impl FromRequest<AppState> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let spoken = Spoken::of(&parts);
        let intake = Intake::of_small(&state.service);
        let read = upload::read(&parts.headers, body, MAXIMUM_LENGTH, &intake).await;
        let read = read.map_err(|error| {
            WebError::from(crate::Error::from(error)).shown(&parts.headers, &spoken)
        })?;
        let essence = upload::essence(&parts.headers).unwrap_or_default().to_ascii_lowercase();
        Ok(Self { essence, bytes: read.bytes().to_vec() })
    }
}

impl Sent {
    /// What a form says.
    pub(super) async fn form<T: DeserializeOwned>(self) -> Result<T, WebError> {
        let request = Request::builder().method(Method::POST).header(CONTENT_TYPE, FORM);
        let request = request.body(Body::from(self.bytes)).map_err(|_| WebError::Malformed)?;
        let read = Form::<T>::from_request(request, &()).await;
        match read {
            Ok(Form(read)) if self.essence == FORM => Ok(read),
            Ok(_) | Err(_) => Err(WebError::Malformed),
        }
    }

    /// What a script says. No form of another site sends this type.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, WebError> {
        if self.essence != "application/json" {
            return Err(WebError::Malformed);
        }
        json::value(&self.bytes).map_err(|_| WebError::Malformed)
    }
}
