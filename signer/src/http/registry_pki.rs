//! `/pki/registry/*`: the registry's certificates, and the status of those that it issued. Certificates point
//! here.

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State, rejection::BytesRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    handled::{get, post},
    upload,
};
use crate::{certificate_authority::Issuing, problem::Problem, service::RequestError};

/// RFC 6960 appendix A.
const OCSP_REQUEST: &str = "application/ocsp-request";
const OCSP_RESPONSE: &str = "application/ocsp-response";
/// RFC 2585 section 3.
const CERTIFICATE: &str = "application/pkix-cert";
const REVOCATION_LIST: &str = "application/pkix-crl";
/// The longest OCSP request over HTTP, in bytes; one for sixty-four certificates has 6,000.
const MAXIMUM_OCSP_LENGTH: usize = 64 * 1024;

/// `/pki/registry/root.cer` and `.crl`, `issuing-ca.cer` and `.crl`, the same with `-2` and so on for later
/// generations, and `/pki/registry/ocsp`.
pub(super) fn routes(issuing: Issuing) -> Router {
    Router::new()
        .route("/pki/registry/ocsp", post(ask))
        .route("/pki/registry/ocsp/{*request}", get(ask_by_address))
        .route("/pki/registry/{file}", get(file))
        .layer(DefaultBodyLimit::max(MAXIMUM_OCSP_LENGTH))
        .with_state(issuing)
}

/// A file of the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum File {
    Root,
    RootList,
    Issuing(u32),
    IssuingList(u32),
}

impl File {
    /// One name for each: the first issuing key's has no number, and no number begins with a zero.
    fn named(name: &str) -> Option<Self> {
        let (stem, end) = name.rsplit_once('.')?;
        let generation = match stem.strip_prefix("issuing-ca") {
            None if stem == "root" => None,
            None => return None,
            Some("") => Some(1),
            Some(rest) => {
                let digits = rest.strip_prefix('-').filter(|digits| !digits.starts_with('0'))?;
                let plain = digits.bytes().all(|digit| digit.is_ascii_digit());
                let number = digits.parse().ok().filter(|number| plain && *number >= 2);
                Some(number?)
            }
        };
        match (generation, end) {
            (None, "cer") => Some(Self::Root),
            (None, "crl") => Some(Self::RootList),
            (Some(generation), "cer") => Some(Self::Issuing(generation)),
            (Some(generation), "crl") => Some(Self::IssuingList(generation)),
            _ => None,
        }
    }
}

async fn file(State(issuing): State<Issuing>, Path(name): Path<String>) -> Response {
    let Some(file) = File::named(&name) else { return not_found() };
    let (authority, now) = (&issuing.authority, issuing.clock.now());
    if let Err(error) = authority.open(now).await {
        return unavailable(&error);
    }
    let found = match file {
        File::Root => authority.root(now).map(|root| Some(root.as_bytes().to_vec().into())),
        File::RootList => authority.root_revocation_list(now).await,
        File::Issuing(generation) => authority
            .issuing(generation, now)
            .await
            .map(|found| found.map(|certificate| Bytes::copy_from_slice(certificate.as_bytes()))),
        File::IssuingList(generation) => {
            let list = authority.revocation_list(generation, &*issuing.statuses, now).await;
            return match list {
                Ok(Some(list)) => typed(REVOCATION_LIST, list),
                Ok(None) => not_found(),
                Err(error) => unavailable(&error),
            };
        }
    };
    let media_type = match file {
        File::Root | File::Issuing(_) => CERTIFICATE,
        File::RootList | File::IssuingList(_) => REVOCATION_LIST,
    };
    match found {
        Ok(Some(body)) => typed(media_type, body),
        Ok(None) => not_found(),
        Err(error) => unavailable(&error),
    }
}

/// `POST`, with the request in the body.
async fn ask(
    State(issuing): State<Issuing>,
    headers: HeaderMap,
    request: Result<Bytes, BytesRejection>,
) -> Response {
    let essence = upload::essence(&headers);
    if !essence.is_some_and(|essence| essence.eq_ignore_ascii_case(OCSP_REQUEST)) {
        return Problem::from(RequestError::ContentType(OCSP_REQUEST)).into_response();
    }
    // What is too long, or does not come whole, is no request either.
    answer(&issuing, &request.unwrap_or_default()).await
}

/// `GET`, with the request as base64 at the end of the address, its slashes escaped or not.
async fn ask_by_address(State(issuing): State<Issuing>, Path(request): Path<String>) -> Response {
    // What is no base64 is no request: the responder says so in its own words.
    let request = STANDARD.decode(request.trim_start_matches('/')).unwrap_or_default();
    answer(&issuing, &request).await
}

async fn answer(issuing: &Issuing, request: &[u8]) -> Response {
    let answer = issuing.authority.ocsp(request, &*issuing.statuses, issuing.clock.now()).await;
    typed(OCSP_RESPONSE, answer.into())
}

fn not_found() -> Response {
    Problem::from(RequestError::NotFound).into_response()
}

fn unavailable(error: &dyn std::error::Error) -> Response {
    tracing::error!(%error, "the registry's certificates and their status cannot be told");
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}

/// Nobody keeps it: a block is on the next one that is fetched.
fn typed(media_type: &'static str, body: Bytes) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_has_one_name() {
        for (name, file) in [
            ("root.cer", Some(File::Root)),
            ("root.crl", Some(File::RootList)),
            ("issuing-ca.cer", Some(File::Issuing(1))),
            ("issuing-ca-2.crl", Some(File::IssuingList(2))),
            ("issuing-ca-1.cer", None),
            ("issuing-ca-02.cer", None),
            ("issuing-ca-+2.cer", None),
            ("issuing-ca-.cer", None),
            ("issuing-ca-99999999999.cer", None),
            ("root-2.cer", None),
            ("root.key", None),
            ("issuing-ca.key", None),
            ("passphrase", None),
            ("", None),
        ] {
            assert_eq!(File::named(name), file, "{name}");
        }
    }
}
