//! `/verify`: anybody asks whether a file is genuine. What it takes is on the strangers' account.

use std::{
    net::IpAddr,
    time::{Duration, UNIX_EPOCH},
};

use axum::{
    Json,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use rendering::Changes;
use serde::Deserialize;
use serde_json::json;
use tokio::time::timeout;

use super::{
    answer::{self, WebError, frame, scripted},
    assets,
    sent::Sent,
    spoken::Spoken,
};
use crate::{
    Error,
    desk::DrawingError,
    http::{
        AppState,
        caller::Address,
        part::{self, Parts},
        upload::Intake,
    },
    service::{Document, Reference, RequestError, Sought, ValidationRequest},
    web::{Judged, Led, NotShown, SideBySide, Since, VerdictPage, VerifyPage, told, verify_texts},
};

/// Where the page stands.
const HERE: &str = "/verify";

/// Of how many pages there are pictures: the rest is told in words.
const MAXIMUM_SHOWN: usize = 4;

/// How long somebody waits for the pictures of a comparison, who has the verdict already.
const PATIENCE: Duration = Duration::from_secs(15);

/// The most times that a fingerprint is looked for at.
const MAXIMUM_TIMES: usize = 4;

/// `GET /verify`
pub(super) async fn page(State(state): State<AppState>, spoken: Spoken) -> Response {
    shown(&state, &spoken, HERE, StatusCode::OK, Led::Nowhere)
}

/// `GET /verify/{reference}`: what stands in the seal, and no more.
pub(super) async fn referred(
    State(state): State<AppState>,
    spoken: Spoken,
    Address(from): Address,
    headers: HeaderMap,
    Path(shown_reference): Path<String>,
) -> Response {
    let found = async {
        let Some(reference) = Reference::parse(&shown_reference) else {
            return Ok(Sought::NotHere);
        };
        let _place = state.service.strangers().place(from).map_err(Error::from)?;
        state.service.act_of_reference(&reference).await
    };
    match found.await {
        Ok(Sought::Found(act)) => {
            let here = format!("{HERE}/{shown_reference}");
            let led = Led::To(told(spoken.language, &act));
            shown(&state, &spoken, &here, StatusCode::OK, led)
        }
        Ok(Sought::NotHere) => shown(&state, &spoken, HERE, StatusCode::NOT_FOUND, Led::Unknown),
        Ok(Sought::Unfinished) => {
            shown(&state, &spoken, HERE, StatusCode::SERVICE_UNAVAILABLE, Led::Unfinished)
        }
        Err(error) => WebError::from(error).shown(&headers, &spoken),
    }
}

fn shown(
    state: &AppState,
    spoken: &Spoken,
    here: &str,
    status: StatusCode,
    reference: Led,
) -> Response {
    let (style, script) = assets::of_verify();
    let page = VerifyPage {
        frame: frame(spoken, here),
        t: verify_texts(spoken.language),
        style,
        script,
        reference,
        most: state.service.limits().maximum_body_bytes >> 20,
    };
    answer::page(status, spoken, &page)
}

/// A fingerprint, and when the file says that it was signed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fingerprint {
    /// SHA-256 in hexadecimal.
    sha256: String,
    /// Seconds since 1970.
    times: Vec<u32>,
}

/// `POST /verify/known`: whether exactly this file was sealed or signed here. Whoever asks has it, or
/// its fingerprint; they learn what stands in it.
pub(super) async fn known(
    State(state): State<AppState>,
    spoken: Spoken,
    Address(from): Address,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let answer = async {
        let _place = state.service.strangers().place(from)?;
        let Fingerprint { sha256, times } = sent.json()?;
        let is_hash = sha256.len() == 64
            && sha256.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        if !is_hash || times.len() > MAXIMUM_TIMES {
            return Err(WebError::Malformed);
        }
        for time in times {
            let stated = UNIX_EPOCH + Duration::from_secs(time.into());
            // Not to have found it says nothing against the file, however far the search went.
            if let Sought::Found(act) = state.service.act_of_output(&sha256, stated).await? {
                let exactly = verify_texts(spoken.language).exactly;
                return Ok(Some(format!("{} {exactly}", told(spoken.language, &act))));
            }
        }
        Ok::<_, WebError>(None)
    };
    match answer.await {
        Ok(message) => scripted(StatusCode::OK, Json(json!({ "message": message }))),
        Err(error) => error.shown(&headers, &spoken),
    }
}

/// `POST /verify`: the whole file is judged, and not kept.
pub(super) async fn check(
    State(state): State<AppState>,
    spoken: Spoken,
    Address(from): Address,
    request: Request,
) -> Response {
    let headers = request.headers().clone();
    let judged = async {
        let strangers = state.service.strangers();
        let place = strangers.place(from).map_err(Error::from)?;
        let document = uploaded(&state, request).await?;
        let request = ValidationRequest::new(document.clone());
        let report = state.service.validate_for_stranger(request).await;
        Ok::<_, Error>((place, document, report))
    };
    let (place, document, report) = match judged.await {
        Ok(judged) => judged,
        Err(error) => return WebError::from(error).shown(&headers, &spoken),
    };
    let (judged, report) = match report {
        Ok(report) => {
            let whole = serde_json::to_string_pretty(&report).ok();
            (Judged::of(&report, spoken.language), whole)
        }
        Err(Error::Document(_)) => (Judged::unreadable(spoken.language), None),
        Err(error) => return WebError::from(error).shown(&headers, &spoken),
    };
    let (style, _) = assets::of_verify();
    let (frame, t) = (frame(&spoken, HERE), verify_texts(spoken.language));
    let since = judged.since.clone();
    let page = VerdictPage { frame, t, style, judged, report };
    if since.is_empty() {
        return answer::page(StatusCode::OK, &spoken, &page);
    }
    let later = async move {
        let compared = compared(&state, &document, since, from).await;
        // As much as its visitor may have at a time was in use until now.
        drop(place);
        SideBySide::of(compared, spoken.language)
    };
    answer::page_with_pictures_later(&spoken, &page, later)
}

/// Which pages look different from what each signature was made over.
async fn compared(
    state: &AppState,
    document: &Document,
    since: Vec<Since>,
    from: IpAddr,
) -> Vec<(Since, Result<Changes, NotShown>)> {
    let mut shown = MAXIMUM_SHOWN;
    let mut compared: Vec<(Since, Result<Changes, NotShown>)> = Vec::new();
    for one in since {
        // Whoever waited in vain is not made to wait once more.
        if compared.last().is_some_and(|(_, last)| matches!(last, Err(NotShown::Busy))) {
            break;
        }
        let drawing = state.desk.drawing();
        let changes = drawing.changes(document.bytes().clone(), one.length, shown, from);
        let changes = match timeout(PATIENCE, changes).await {
            Ok(Ok(changes)) => Ok(changes),
            Ok(Err(DrawingError::Busy)) | Err(_) => Err(NotShown::Busy),
            Ok(Err(DrawingError::TooLong | DrawingError::Failed | DrawingError::Page(_))) => {
                Err(NotShown::Undrawn)
            }
        };
        if let Ok(changes) = &changes {
            shown = shown.saturating_sub(changes.shown());
        }
        compared.push((one, changes));
    }
    compared
}

/// The file of the form.
async fn uploaded(state: &AppState, request: Request) -> Result<Document, Error> {
    let (budget, limits) = (state.service.strangers().budget().clone(), state.service.limits());
    let intake = Intake { budget, pace: limits.pace };
    let mut parts = Parts::open(request, &intake).await?;
    let mut document = None;
    while let Some(one) = parts.next().await? {
        if one.name() != Some("document") {
            return Err(part::unknown(one.name()).into());
        }
        part::keep(&mut document, one.read(limits.maximum_body_bytes).await?)?;
    }
    part::document(document).map_err(Error::from)
}

impl From<RequestError> for WebError {
    fn from(error: RequestError) -> Self {
        Self::Service(error.into())
    }
}
