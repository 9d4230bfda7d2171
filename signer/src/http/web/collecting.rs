//! Certificates are collected in a browser, which makes the key: by the person who was named, after a login; by
//! whoever has the one-time code; and as the successor of one's own. Keys that are made elsewhere come as a request.

mod code;
mod login;

use axum::{
    extract::Request,
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use est::{CertificationRequest, MAXIMUM_REQUEST_LENGTH};
use registry::{CertificateContent, HolderKey, IssuingError};
use seal::CertificateDer;

pub(super) use self::{
    code::{by_code, code_page, request_by_code},
    login::{
        accept_by_login, accept_renewal, by_login, renewal, request_by_login, request_renewal,
    },
};
use super::{
    answer::{self, frame},
    assets,
    own_certificates::{self, said},
    spoken::Spoken,
};
use crate::{
    Error,
    certificate_authority::Collected,
    http::{
        AppState,
        part::{self, Parts},
        upload::Intake,
    },
    problem::Problem,
    service::{POLICY_VERSION, RequestError},
    web::{CertificateTexts, CollectingPage, certificate_texts, refusal},
};

/// How long a request is at most, in PEM or otherwise.
const MAXIMUM_UPLOAD: u64 = 2 * MAXIMUM_REQUEST_LENGTH as u64 + 1024;

/// The longest value of another field.
const MAXIMUM_FIELD: u64 = 128;

/// What is collected, and by whom.
struct Collecting<'a> {
    /// Where the page is, and where its script sends the request.
    path: &'a str,
    at: String,
    /// The session's, or the reference and its code.
    csrf: Option<String>,
    code: Option<(String, String)>,
    title: &'static str,
    lead: &'static str,
    problem: Option<Told>,
}

/// What went wrong, in words, and with which status the page says so.
struct Told {
    status: StatusCode,
    text: String,
}

fn shown(
    c: &'static CertificateTexts,
    spoken: &Spoken,
    collecting: Collecting<'_>,
    (facts, name): (Vec<(&'static str, String)>, String),
    (key, other_way): (HolderKey, bool),
) -> Response {
    let Collecting { path, at, csrf, code, title, lead, problem } = collecting;
    let status = problem.as_ref().map_or(StatusCode::OK, |told| told.status);
    let page = CollectingPage {
        frame: frame(spoken, path),
        c,
        title,
        lead,
        facts,
        script: assets::collecting(),
        at,
        form: format!("{path}/request"),
        next: csrf.is_some().then_some((own_certificates::AT, c.back_to_own)),
        csrf,
        code,
        version: POLICY_VERSION,
        key: match key {
            HolderKey::Rsa3072 => "rsa3072",
            HolderKey::P256 => "p256",
        },
        name,
        other_way,
        problem: problem.map(|told| told.text),
    };
    answer::page(status, spoken, &page)
}

/// What would be issued.
fn content_facts(
    c: &'static CertificateTexts,
    content: &CertificateContent,
    key: HolderKey,
    until: i64,
) -> Vec<(&'static str, String)> {
    let purposes = content.purposes.iter().map(|purpose| c.purpose(*purpose));
    let organisation =
        format!("{} ({})", content.organisation_name, content.organisation_identifier);
    let mut facts = vec![
        (c.type_, c.kind(content.kind).to_owned()),
        (c.name, content.common_name.clone()),
        (c.organisation, organisation),
    ];
    facts.extend(content.email.clone().map(|email| (c.email, email)));
    facts.extend([
        (c.purposes, purposes.collect::<Vec<_>>().join("; ")),
        (c.key, c.key(key).to_owned()),
        (c.lifetime, content.lifetime_days.to_string()),
        (c.until, said(until)),
    ]);
    facts
}

fn told(spoken: &Spoken, error: &Error) -> Told {
    let c = certificate_texts(spoken.language);
    let of_request = |text: &str| (StatusCode::UNPROCESSABLE_ENTITY, text.to_owned());
    let (status, text) = match error {
        Error::Request(RequestError::Incomplete) => of_request(c.request_missing),
        Error::Request(RequestError::Malformed(_)) => of_request(c.request_wrong),
        error => {
            let status = Problem::from(error).kind().status();
            if status.is_server_error() {
                tracing::error!(?error, "a certificate could not be issued");
            }
            (status, refusal(spoken.language, error))
        }
    };
    Told { status, text }
}

fn issuing(state: &AppState) -> Result<std::sync::Arc<dyn registry::CertificateAuthority>, Error> {
    let nowhere = || IssuingError::Key("this node has no authority".to_owned());
    let issuing = state.issuing.clone().ok_or_else(nowhere)?;
    Ok(issuing.authority)
}

/// What the form holds.
struct Uploaded {
    csrf: Option<String>,
    code: Option<String>,
    /// The version of the policies that whoever has the code accepted.
    accepted: Option<String>,
    request: Result<CertificationRequest, Error>,
}

async fn uploaded(state: &AppState, request: Request) -> Result<Uploaded, Error> {
    let intake = Intake::of_small(&state.service);
    let mut parts = Parts::open(request, &intake).await?;
    let (mut csrf, mut code, mut accepted, mut request) = (None, None, None, None);
    while let Some(one) = parts.next().await? {
        let field = match one.name() {
            Some("csrf") => &mut csrf,
            Some("code") => &mut code,
            Some("accepted") => &mut accepted,
            Some("request") => {
                part::keep(&mut request, one.read(MAXIMUM_UPLOAD).await?)?;
                continue;
            }
            name => return Err(part::unknown(name).into()),
        };
        let read = one.read(MAXIMUM_FIELD).await?;
        let read = String::from_utf8(read.bytes().to_vec());
        part::keep(field, read.map_err(|_| RequestError::Incomplete)?)?;
    }
    let request = request.filter(|file| !file.bytes().is_empty());
    let request = request.ok_or(Error::from(RequestError::Incomplete)).and_then(|file| {
        let malformed = |told: String| Error::from(RequestError::Malformed(told));
        let der = est::decoded(file.bytes(), MAXIMUM_REQUEST_LENGTH);
        let der = der.ok_or_else(|| malformed("no PKCS#10".to_owned()))?;
        CertificationRequest::read(&der).map_err(|refused| malformed(refused.to_string()))
    });
    Ok(Uploaded { csrf, code, accepted, request })
}

/// The certificate and its issuers, to be kept beside the key.
fn file(Collected { certificate, chain }: &Collected) -> Response {
    let all = [&certificate.der].into_iter().chain(chain);
    let all: Vec<_> = all.map(|der| CertificateDer::new(der.clone())).collect();
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/x-pem-file")),
        (CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"certificate.pem\"")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (StatusCode::CREATED, headers, seal::pem(&all)).into_response()
}
