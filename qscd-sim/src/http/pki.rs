//! `/pki/*`: the certificates and revocation data that certificates point at.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State, rejection::BytesRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use seal::{CertificateDer, Clock};

use super::error::silence;
use crate::{Simulator, faults::NoAnswer};

/// RFC 6960 appendix A.
const OCSP_REQUEST: &str = "application/ocsp-request";
const OCSP_RESPONSE: &str = "application/ocsp-response";
/// RFC 2585 section 3.
const CERTIFICATE: &str = "application/pkix-cert";
const REVOCATION_LIST: &str = "application/pkix-crl";
/// The longest OCSP request over HTTP, in bytes; one for a hundred certificates has 9,000.
const MAXIMUM_OCSP_LENGTH: usize = 64 * 1024;

impl Simulator {
    /// What certificates point at, all but the trust anchors, which the service keeps of every
    /// run: `/pki/root.cer`, `/pki/root.crl`, `/pki/issuing-ca.cer`, `/pki/issuing-ca.crl`,
    /// the same with `-2` and so on for later generations, `/pki/tsa.cer` of the time-stamping unit
    /// that stamps now, `/pki/tsa-1.cer` and so on of each, and `/pki/ocsp`.
    pub fn pki_router(self: &Arc<Self>) -> Router {
        Router::new()
            .route("/pki/ocsp", post(ask))
            .route("/pki/ocsp/{*request}", get(ask_by_address))
            .route("/pki/{file}", get(file))
            .layer(DefaultBodyLimit::max(MAXIMUM_OCSP_LENGTH))
            .with_state(Arc::clone(self))
    }
}

async fn file(State(simulator): State<Arc<Simulator>>, Path(name): Path<String>) -> Response {
    let Some((stem, end)) = name.rsplit_once('.') else { return not_found() };
    let Some((kind, generation)) = numbered(stem) else { return not_found() };
    let (authority, now) = (simulator.authority(), simulator.clock().now());
    let der = |certificate: &CertificateDer| Bytes::copy_from_slice(certificate.as_bytes());
    let nth = |all: Vec<CertificateDer>| all.get(generation - 1).map(der);
    let found = match (kind, end) {
        ("root", "cer") if generation == 1 => Ok(Some(der(authority.trust_anchor()))),
        ("root", "crl") if generation == 1 => authority.root_crl(now).map(Some),
        ("issuing-ca", "cer") => Ok(nth(authority.issuing_cas())),
        ("issuing-ca", "crl") => authority.issuing_ca_crl(generation, now),
        ("tsa", "cer") if stem == "tsa" => Ok(Some(der(&simulator.tsa_certificate()))),
        ("tsa", "cer") => {
            Ok(simulator.time_stamping().certificate_of(generation).as_ref().map(der))
        }
        _ => Ok(None),
    };
    let media_type = if end == "crl" { REVOCATION_LIST } else { CERTIFICATE };
    match found {
        Ok(Some(body)) => typed(media_type, body),
        Ok(None) => not_found(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// `issuing-ca-2` is the second of `issuing-ca`; a name without a number is the first. Units are
/// numbered from one, for `tsa` is the one that stamps.
fn numbered(stem: &str) -> Option<(&str, usize)> {
    match stem.rsplit_once('-') {
        Some((kind, digits)) if digits.bytes().all(|digit| digit.is_ascii_digit()) => {
            let least = if kind == "tsa" { 1 } else { 2 };
            let generation = digits.parse().ok().filter(|number| *number >= least)?;
            // One name for each: no leading zeros.
            (!digits.starts_with('0')).then_some((kind, generation))
        }
        _ => Some((stem, 1)),
    }
}

/// `POST`, with the request in the body.
async fn ask(
    State(simulator): State<Arc<Simulator>>,
    headers: HeaderMap,
    request: Result<Bytes, BytesRejection>,
) -> Response {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = media_type.and_then(|value| value.split(';').next()).map(str::trim);
    if !essence.is_some_and(|essence| essence.eq_ignore_ascii_case(OCSP_REQUEST)) {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    // What is too long, or does not come whole, is no request either.
    answer(&simulator, &request.unwrap_or_default())
}

/// `GET`, with the request as base64 at the end of the address, its slashes escaped or not.
async fn ask_by_address(
    State(simulator): State<Arc<Simulator>>,
    Path(request): Path<String>,
) -> Response {
    // What is no base64 is no request: the responder says so in its own words.
    let request = STANDARD.decode(request.trim_start_matches('/')).unwrap_or_default();
    answer(&simulator, &request)
}

fn answer(simulator: &Simulator, request: &[u8]) -> Response {
    match simulator.ocsp(request) {
        Ok(answer) => typed(OCSP_RESPONSE, answer.into()),
        Err(NoAnswer) => silence(),
    }
}

fn not_found() -> Response {
    StatusCode::NOT_FOUND.into_response()
}

fn typed(media_type: &'static str, body: Bytes) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type))], body).into_response()
}

#[cfg(test)]
mod tests {
    use axum::{
        body::{Body, to_bytes},
        http::Request,
    };
    use tower::ServiceExt;

    use super::*;
    use crate::{Fault, FaultRule, SettableClock, SimulatorOptions};

    fn simulator() -> Arc<Simulator> {
        let options = SimulatorOptions::new("http://127.0.0.1:8080");
        Arc::new(Simulator::new(options, SettableClock::new(), Arc::new(())).unwrap())
    }

    async fn get(simulator: &Arc<Simulator>, path: &str) -> (StatusCode, String, Vec<u8>) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        send(simulator, request).await
    }

    async fn send(
        simulator: &Arc<Simulator>,
        request: Request<Body>,
    ) -> (StatusCode, String, Vec<u8>) {
        let response = simulator.pki_router().oneshot(request).await.unwrap();
        let media_type = response.headers().get(header::CONTENT_TYPE);
        let media_type = media_type.map(|value| value.to_str().unwrap().to_owned());
        let (status, body) = (response.status(), response.into_body());
        let body = to_bytes(body, 1 << 20).await.map(|body| body.to_vec()).unwrap_or_default();
        (status, media_type.unwrap_or_default(), body)
    }

    #[tokio::test]
    async fn every_address_in_a_certificate_answers_in_every_generation() {
        let simulator = simulator();
        simulator.authority().roll_over(simulator.clock().now()).unwrap();
        for (path, media_type) in [
            ("/pki/root.cer", CERTIFICATE),
            ("/pki/root.crl", REVOCATION_LIST),
            ("/pki/issuing-ca.cer", CERTIFICATE),
            ("/pki/issuing-ca-2.cer", CERTIFICATE),
            ("/pki/issuing-ca.crl", REVOCATION_LIST),
            ("/pki/issuing-ca-2.crl", REVOCATION_LIST),
            ("/pki/tsa.cer", CERTIFICATE),
            ("/pki/tsa-1.cer", CERTIFICATE),
            ("/pki/tsa-2.cer", CERTIFICATE),
        ] {
            let (status, found, body) = get(&simulator, path).await;
            assert_eq!((status, found.as_str()), (StatusCode::OK, media_type), "{path}");
            assert!(body.len() > 100, "{path}");
        }
        let (_, _, new) = get(&simulator, "/pki/issuing-ca-2.cer").await;
        assert_eq!(new, simulator.issuing_ca().as_bytes());
        let (_, _, before) = get(&simulator, "/pki/tsa.cer").await;
        let rolled = simulator.time_stamping().roll_over().unwrap();
        let (_, _, after) = get(&simulator, "/pki/tsa.cer").await;
        assert_eq!(after, rolled.as_bytes(), "the unit that stamps");
        assert_eq!(before, get(&simulator, "/pki/tsa-1.cer").await.2);
        assert_eq!(after, get(&simulator, "/pki/tsa-2.cer").await.2);
    }

    #[tokio::test]
    async fn other_names_are_not_found() {
        let simulator = simulator();
        for path in [
            "root",
            "root-2.cer",
            "issuing-ca-1.cer",
            "issuing-ca-0.cer",
            "issuing-ca-02.cer",
            "issuing-ca-2.cer",
            "tsa-9.cer",
            "tsa-0.cer",
            "tsa-02.cer",
            "tsa.crl",
            "x.cer",
            "-.cer",
            ".cer",
            "issuing-ca-99999999999999999999999.cer",
        ] {
            let (status, ..) = get(&simulator, &format!("/pki/{path}")).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[tokio::test]
    async fn ocsp_is_answered_over_post_and_get_and_planned_faults_are_told() {
        let simulator = simulator();
        let post = |media_type: &'static str, body: Vec<u8>| {
            Request::post("/pki/ocsp").header("content-type", media_type).body(Body::from(body))
        };
        let (status, ..) = send(&simulator, post("text/plain", vec![1]).unwrap()).await;
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        let malformed = [0x30, 3, 0x0a, 1, 1];
        let (status, media_type, body) =
            send(&simulator, post(OCSP_REQUEST, vec![1]).unwrap()).await;
        assert_eq!((status, media_type.as_str()), (StatusCode::OK, OCSP_RESPONSE));
        assert_eq!(body, malformed);
        let long = post(OCSP_REQUEST, vec![1; MAXIMUM_OCSP_LENGTH + 1]).unwrap();
        let (status, media_type, body) = send(&simulator, long).await;
        assert_eq!((status, media_type.as_str()), (StatusCode::OK, OCSP_RESPONSE), "too long");
        assert_eq!(body, malformed, "too long");
        for path in ["AQ==", "AQ%3D%3D", "/AQ==", "?", "%F0%9F%98%80"] {
            let (status, _, body) = get(&simulator, &format!("/pki/ocsp/{path}")).await;
            let found = if status == StatusCode::OK { body } else { malformed.to_vec() };
            assert_eq!(found, malformed, "{path}: {status}");
        }
        simulator.faults().plan(FaultRule::once(Fault::OcspDown)).unwrap();
        let (_, media_type, body) = send(&simulator, post(OCSP_REQUEST, vec![1]).unwrap()).await;
        assert!(media_type.is_empty() && body.is_empty(), "silence");
        let (_, _, body) = send(&simulator, post(OCSP_REQUEST, vec![1]).unwrap()).await;
        assert_eq!(body, malformed, "once");
    }
}
