//! `/email-checks/{code}`: whether an address is its holder's. Whoever opens the link confirms nothing: programs
//! that look at mail open links, too. The button does, without a script.

use std::net::IpAddr;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use registry::OrderRefusal;

use super::{
    answer::{self, WebError, frame},
    spoken::Spoken,
};
use crate::{
    Error,
    http::{AppState, caller::Address, path::Path},
    service::OpenCheck,
    web::{EmailCheckPage, MessagePage, Tone, email_check_texts, texts},
};

/// The page.
pub(super) async fn page(
    State(state): State<AppState>,
    spoken: Spoken,
    Path(code): Path<String>,
    Address(from): Address,
    headers: HeaderMap,
) -> Response {
    match open(&state, &code, from).await {
        Ok(Some(check)) => {
            let page = EmailCheckPage {
                frame: frame(&spoken, &format!("/email-checks/{code}")),
                e: email_check_texts(spoken.language),
                organisation: check.asks,
                address: check.address,
            };
            answer::page(StatusCode::OK, &spoken, &page)
        }
        Ok(None) => gone(&spoken),
        Err(error) => error.shown(&headers, &spoken),
    }
}

/// Confirms the address.
pub(super) async fn confirm(
    State(state): State<AppState>,
    spoken: Spoken,
    Path(code): Path<String>,
    Address(from): Address,
    headers: HeaderMap,
) -> Response {
    let confirmed = async {
        let Some(check) = open(&state, &code, from).await? else { return Ok(false) };
        match state.service.confirm_email(check).await {
            Ok(()) => Ok(true),
            // Somebody else pressed the button at the same moment.
            Err(Error::Order(OrderRefusal::EmailNotConfirmed)) => Ok(false),
            Err(error) => Err(WebError::from(error)),
        }
    };
    match confirmed.await {
        Ok(true) => {
            let e = email_check_texts(spoken.language);
            said(StatusCode::OK, &spoken, (e.confirmed, e.confirmed_lead, Tone::Done))
        }
        Ok(false) => gone(&spoken),
        Err(error) => error.shown(&headers, &spoken),
    }
}

fn gone(spoken: &Spoken) -> Response {
    let (title, text) = (texts(spoken.language).link_gone, email_check_texts(spoken.language).gone);
    said(StatusCode::NOT_FOUND, spoken, (title, text, Tone::Refused))
}

fn said(
    status: StatusCode,
    spoken: &Spoken,
    (title, text, tone): (&'static str, &'static str, Tone),
) -> Response {
    let next = ("/", texts(spoken.language).start);
    let page = MessagePage { frame: frame(spoken, "/"), title, text, tone, next };
    answer::page(status, spoken, &page)
}

/// The check, if it is good. Whoever guesses is slowed down.
async fn open(state: &AppState, code: &str, from: IpAddr) -> Result<Option<OpenCheck>, WebError> {
    let strangers = state.service.strangers();
    if !strangers.may_fail(from) {
        return Err(WebError::TooMany);
    }
    match state.service.email_check(code).await? {
        Some(check) => Ok(Some(check)),
        None => strangers.failed(from).map_or(Err(WebError::TooMany), |()| Ok(None)),
    }
}
