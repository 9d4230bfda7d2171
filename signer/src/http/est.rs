//! `/.well-known/est/*`: Enrolment over Secure Transport (RFC 7030, RFC 8951). Whoever has an order's
//! reference and one-time code collects its certificate; whoever has a certificate collects its successor.
//!
//! What is wrong is said in plain text, as RFC 7030 section 4.2.3 has it.

use std::sync::Arc;

use axum::{
    Extension, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Request, State, rejection::BytesRejection},
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
        request::Parts,
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use est::{CertificationRequest, MAXIMUM_REQUEST_LENGTH};
use listener::ClientCertificate;
use zeroize::Zeroizing;

use super::{
    caller::peer,
    handled::{get, post},
    small_body, upload,
};
use crate::{
    certificate_authority::{Collected, CollectingError, Issuing},
    service::Service,
};

pub(super) const REQUEST: &str = "application/pkcs10";
const CERTIFICATES: HeaderValue =
    HeaderValue::from_static("application/pkcs7-mime; smime-type=certs-only");
const ATTRIBUTES: HeaderValue = HeaderValue::from_static("application/csrattrs");
/// RFC 8951 section 3.1 has clients ignore it; some of RFC 7030 look for it.
const TRANSFER_ENCODING: HeaderName = HeaderName::from_static("content-transfer-encoding");
/// When an order that waits for somebody is asked for again, in seconds.
const LATER: HeaderValue = HeaderValue::from_static("3600");
/// When somebody who asked too often asks again.
const SOON: HeaderValue = HeaderValue::from_static("1");
const CHALLENGE: HeaderValue =
    HeaderValue::from_static("Basic realm=\"reference and one-time code\", charset=\"UTF-8\"");
/// Base64 in lines, of the longest request.
pub(super) const MAXIMUM_BODY_LENGTH: usize = 2 * MAXIMUM_REQUEST_LENGTH + 128;
/// The longest reference or code, in bytes.
const MAXIMUM_CREDENTIAL_LENGTH: usize = 128;

/// `cacerts`, `csrattrs`, `simpleenroll` and `simplereenroll`.
pub(super) fn routes(issuing: Issuing) -> Router {
    Router::new()
        .route("/.well-known/est/cacerts", get(authorities))
        .route("/.well-known/est/csrattrs", get(attributes))
        .route("/.well-known/est/simpleenroll", post(enrol))
        .route("/.well-known/est/simplereenroll", post(reenrol))
        .layer(DefaultBodyLimit::max(MAXIMUM_BODY_LENGTH))
        .with_state(issuing)
}

/// Reads a request before it is looked at, as [`small_body::read_first`].
pub(super) async fn read_first(
    State(service): State<Arc<Service>>,
    request: Request,
    next: Next,
) -> Response {
    match small_body::read(&service, request).await {
        Ok((request, _place)) => next.run(request).await,
        Err(problem) => {
            let told = plain(problem.kind().status(), problem.detail());
            // When to come again stands where it does in every other answer.
            let headers = problem.into_response().into_parts().0.headers;
            let later = headers.get(RETRY_AFTER).cloned();
            (later.map(|later| [(RETRY_AFTER, later)]), told).into_response()
        }
    }
}

/// The root and all issuing authorities (RFC 7030 section 4.1.3).
async fn authorities(State(issuing): State<Issuing>) -> Response {
    let (authority, now) = (&issuing.authority, issuing.clock.now());
    match authority.open(now).await.and_then(|()| authority.certificates(now)) {
        Ok(all) => certificates(all.iter().map(|one| one.as_bytes())),
        Err(error) => {
            tracing::error!(%error, "the registry's authorities cannot be told");
            plain(StatusCode::SERVICE_UNAVAILABLE, "the authority cannot be had now")
        }
    }
}

/// What keys a request may be about (RFC 7030 section 4.5.2).
async fn attributes() -> Response {
    match est::requested_attributes() {
        Ok(attributes) => encoded(ATTRIBUTES, &attributes),
        Err(_) => StatusCode::NO_CONTENT.into_response(),
    }
}

/// With an order's reference and code, by HTTP Basic (RFC 7030 section 3.2.3).
async fn enrol(
    State(issuing): State<Issuing>,
    parts: Parts,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Some((reference, code)) = credentials(&parts.headers) else {
        return refusal(&CollectingError::NotAuthenticated);
    };
    match request(&parts.headers, body) {
        Ok(request) => {
            let shown = (&*reference, code.as_str());
            answer(issuing.collecting.enrol(shown, peer(&parts), &request).await)
        }
        Err((status, told)) => plain(status, &told),
    }
}

/// With the certificate that is to be followed, shown in TLS (RFC 7030 section 3.3.2).
async fn reenrol(
    State(issuing): State<Issuing>,
    certificate: Option<Extension<ClientCertificate>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Some(Extension(certificate)) = certificate else {
        let told = "show the certificate that is to be followed, in TLS";
        return plain(StatusCode::FORBIDDEN, told);
    };
    match request(&headers, body) {
        Ok(request) => answer(issuing.collecting.reenrol(certificate.as_bytes(), &request).await),
        Err((status, told)) => plain(status, &told),
    }
}

fn request(
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<CertificationRequest, (StatusCode, String)> {
    if !upload::essence(headers).is_some_and(|essence| essence.eq_ignore_ascii_case(REQUEST)) {
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, format!("send {REQUEST}")));
    }
    let wrong = |told: &str| (StatusCode::BAD_REQUEST, told.to_owned());
    let body = body.map_err(|_| wrong("the request is too long, or did not come whole"))?;
    let der = est::decoded(&body, MAXIMUM_REQUEST_LENGTH);
    let der = der.ok_or_else(|| wrong("the request is not a PKCS#10 in Base64"))?;
    CertificationRequest::read(&der).map_err(|refused| wrong(&refused.to_string()))
}

/// User and password of HTTP Basic (RFC 7617).
pub(super) fn credentials(headers: &HeaderMap) -> Option<(String, Zeroizing<String>)> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") || encoded.len() > 4 * MAXIMUM_CREDENTIAL_LENGTH {
        return None;
    }
    let decoded = Zeroizing::new(STANDARD.decode(encoded.trim()).ok()?);
    let (reference, code) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    let fits = |text: &str| (1..=MAXIMUM_CREDENTIAL_LENGTH).contains(&text.len());
    (fits(reference) && fits(code)).then(|| (reference.to_owned(), Zeroizing::new(code.to_owned())))
}

fn answer(collected: Result<Collected, CollectingError>) -> Response {
    match collected {
        // RFC 7030 section 4.2.3: the certificate alone; its issuers are told by `cacerts`.
        Ok(collected) => certificates([&collected.certificate.der[..]]),
        Err(error) => refusal(&error),
    }
}

fn refusal(error: &CollectingError) -> Response {
    let status = match error {
        CollectingError::NotAuthenticated => StatusCode::UNAUTHORIZED,
        CollectingError::NotYet(_) => StatusCode::ACCEPTED,
        CollectingError::Closed
        | CollectingError::TermsChanged
        | CollectingError::Blocked
        | CollectingError::NotRenewable(_)
        | CollectingError::PoliciesNotAccepted => StatusCode::FORBIDDEN,
        CollectingError::KeySeen | CollectingError::KeyKind(_) => StatusCode::BAD_REQUEST,
        CollectingError::Issuing(cause) => {
            tracing::error!(%cause, "a certificate that was ordered is not issued");
            StatusCode::SERVICE_UNAVAILABLE
        }
        CollectingError::TooMany => StatusCode::TOO_MANY_REQUESTS,
        CollectingError::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    };
    let mut response = plain(status, &error.to_string());
    match status {
        StatusCode::UNAUTHORIZED => response.headers_mut().insert(WWW_AUTHENTICATE, CHALLENGE),
        StatusCode::ACCEPTED => response.headers_mut().insert(RETRY_AFTER, LATER),
        StatusCode::TOO_MANY_REQUESTS => response.headers_mut().insert(RETRY_AFTER, SOON),
        _ => None,
    };
    response
}

fn certificates<'a>(all: impl IntoIterator<Item = &'a [u8]>) -> Response {
    match est::certificates_only(all) {
        Ok(der) => encoded(CERTIFICATES, &der),
        Err(error) => {
            tracing::error!(%error, "certificates cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn encoded(media_type: HeaderValue, der: &[u8]) -> Response {
    let headers =
        [(CONTENT_TYPE, media_type), (TRANSFER_ENCODING, HeaderValue::from_static("base64"))];
    (headers, est::encoded(der)).into_response()
}

fn plain(status: StatusCode, told: &str) -> Response {
    (status, format!("{told}\n")).into_response()
}

#[cfg(test)]
mod tests;
