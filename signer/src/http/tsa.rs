//! `POST /tsa`: the simulator's time-stamping authority over HTTP (RFC 3161 section 3.4).

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};

use qscd_sim::NoAnswer;
use seal::TimeStampError;

use super::{AppState, caller::Visitor, upload};
use crate::{Error, compose::Backend, error::RequestError, problem::Problem};

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
    match &state.backend {
        Backend::Embedded(simulator) => {
            let answer = simulator.faulty_time_stamping().respond(request.bytes());
            let answer = answer.map_err(|NoAnswer| {
                let silent = TimeStampError::Unavailable("it is silent".to_owned());
                Problem::from(Error::from(silent))
            })?;
            Ok(([(header::CONTENT_TYPE, REPLY)], answer).into_response())
        }
        Backend::Remote(device) => Ok(super::pki::elsewhere(device, "/tsa")),
    }
}
