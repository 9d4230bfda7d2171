//! `POST /tsa`: the simulator's time-stamping authority over HTTP (RFC 3161 section 3.4).

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};

use super::{AppState, caller::Visitor, upload};
use crate::{
    Error,
    device::{TimeStampAnswer, remote::redirect},
    problem::Problem,
    service::RequestError,
};

const QUERY: &str = "application/timestamp-query";
const REPLY: HeaderValue = HeaderValue::from_static("application/timestamp-reply");

/// The longest request, in bytes; a real one has about a hundred.
const MAXIMUM_LENGTH: u64 = 16 << 10;

/// Answers a request. What is wrong with it stands in the answer's PKIFailureInfo.
pub(super) async fn time_stamp(
    State(state): State<AppState>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    if !upload::essence(&headers).is_some_and(|essence| essence.eq_ignore_ascii_case(QUERY)) {
        return Err(RequestError::ContentType(QUERY).into());
    }
    let request = upload::read(&headers, body, MAXIMUM_LENGTH, &visitor.intake).await?;
    match state.device.time_stamp(request.bytes()).map_err(Error::from)? {
        TimeStampAnswer::Response(answer) => {
            Ok(([(header::CONTENT_TYPE, REPLY)], answer).into_response())
        }
        TimeStampAnswer::Elsewhere(address) => Ok(redirect(address)),
    }
}
