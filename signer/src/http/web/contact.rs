//! `/contact/{code}`: the certificates of a profile, for its contact person, who has no account. Whoever opens the link
//! changes nothing: programs that look at mail open links, too.

use axum::{
    extract::{FromRequestParts, State},
    http::{HeaderMap, StatusCode, request::Parts},
    response::Response,
};
use listener::Place as Held;
use registry::{BlockingReason, CertificateAct, OrderRefusal};
use serde::Deserialize;

use super::{
    answer::{self, WebError, frame, see_at},
    own_certificates::{facts, own_row, said},
    sent::Sent,
    spoken::Spoken,
};
use crate::{
    Error,
    http::{AppState, caller::Address, path::Path},
    problem::Problem,
    service::{ContactAct, ContactPerson, Muting, RequestError, seconds},
    store::FoundCertificate,
    web::{
        CertificateTexts, ContactActPage, ContactPage, ContactStep, ContactTexts, MessagePage,
        OwnCertificate, RefusedPage, Tone, certificate_texts, contact_texts, refusal, texts,
    },
};

/// Where a link leads.
#[derive(Deserialize)]
struct Place {
    code: String,
    #[serde(default)]
    id: String,
}

/// Whoever bears a link that is good.
pub(super) struct Visit {
    state: AppState,
    spoken: Spoken,
    headers: HeaderMap,
    contact: ContactPerson,
    /// The page of the certificates, and the certificate that it is about.
    at: String,
    id: String,
    /// One of those that there are for whoever shows no key, held while they are answered.
    _place: Held,
    c: &'static CertificateTexts,
    k: &'static ContactTexts,
}

/// It shows no link.
impl std::fmt::Debug for Visit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Visit").finish_non_exhaustive()
    }
}

impl FromRequestParts<AppState> for Visit {
    type Rejection = Response;

    /// Whoever guesses is slowed down, and whatever is wrong with a link is answered in the same words.
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let spoken = Spoken::of(parts);
        let (c, k) = (certificate_texts(spoken.language), contact_texts(spoken.language));
        let headers = parts.headers.clone();
        let Ok(Path(Place { code, id })) = Path::from_request_parts(parts, state).await else {
            return Err(gone(&spoken));
        };
        let Ok(Address(from)) = Address::from_request_parts(parts, state).await;
        let strangers = state.service.strangers();
        let turned = |error: WebError| error.shown(&headers, &spoken);
        if !strangers.may_fail(from) {
            return Err(turned(WebError::TooMany));
        }
        let place = match strangers.place(from) {
            Ok(place) => place,
            Err(error) => return Err(turned(error.into())),
        };
        match state.service.contact_person(&code).await {
            Ok(Some(contact)) => Ok(Self {
                _place: place,
                state: state.clone(),
                spoken,
                contact,
                at: format!("/contact/{code}"),
                id,
                c,
                k,
                headers,
            }),
            Ok(None) => Err(match strangers.failed(from) {
                Ok(()) => gone(&spoken),
                Err(_) => turned(WebError::TooMany),
            }),
            Err(error) => Err(turned(error.into())),
        }
    }
}

fn gone(spoken: &Spoken) -> Response {
    let k = contact_texts(spoken.language);
    let page = MessagePage {
        frame: frame(spoken, "/"),
        title: k.gone_title,
        text: k.gone,
        tone: Tone::Refused,
        next: ("/", texts(spoken.language).start),
    };
    answer::page(StatusCode::NOT_FOUND, spoken, &page)
}

/// The page.
pub(super) async fn page(State(state): State<AppState>, visit: Visit) -> Response {
    let now = seconds(state.service.clock().now());
    let Visit { ref spoken, c, k, .. } = visit;
    match state.service.contact_sight(&visit.contact).await {
        Ok(sight) => {
            let all = &sight.certificates;
            let page = ContactPage {
                frame: frame(spoken, &visit.at),
                c,
                k,
                organisation: sight.organisation,
                profile: sight.profile,
                until: said(sight.ends),
                certificates: all.iter().map(|one| row(c, one, all, now)).collect(),
                more: sight.more,
            };
            answer::page(StatusCode::OK, spoken, &page)
        }
        Err(error) => visit.refused(&error),
    }
}

/// One of them: its type and name stand above what it says.
fn row(
    c: &'static CertificateTexts,
    one: &FoundCertificate,
    all: &[FoundCertificate],
    now: i64,
) -> OwnCertificate {
    let mut row = own_row(c, one, all, now);
    row.facts.retain(|(name, _)| *name != c.type_ && *name != c.name);
    row
}

/// Asks why one shall be blocked.
pub(super) async fn blocking(visit: Visit) -> Response {
    let step = ContactStep::Reason(visit.c.reasons());
    let said = (visit.c.block_own, visit.c.block_lead);
    visit.asks((CertificateAct::Block, "blocking"), said, (StatusCode::OK, step)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    reason: BlockingReason,
    confirmed: Option<String>,
}

/// Shows what it would be, and blocks it when that was seen.
pub(super) async fn block(visit: Visit, sent: Sent) -> Response {
    let Reason { reason, confirmed } = match sent.form().await {
        Ok(read) => read,
        Err(error) => return error.shown(&visit.headers, &visit.spoken),
    };
    if confirmed.as_deref() != Some("yes") {
        let step = ContactStep::Confirm(reason.name(), visit.c.reason(reason));
        let said = (visit.k.confirm, visit.c.block_lead);
        return visit.asks((CertificateAct::Block, "blocking"), said, (StatusCode::OK, step)).await;
    }
    match visit.acts(ContactAct::Block(reason)).await {
        Ok(_) => {
            let said = (visit.k.blocked, visit.k.blocked_lead);
            let step = (StatusCode::OK, ContactStep::Done);
            visit.asks((CertificateAct::Read, "blocking"), said, step).await
        }
        Err(error) => visit.refused(&error),
    }
}

/// Asks whether one is in use, and with which services.
pub(super) async fn installation(visit: Visit) -> Response {
    let step = ContactStep::Services(visit.services(), false);
    visit.asks_in_use(StatusCode::OK, step).await
}

/// Keeps that it is.
pub(super) async fn install(visit: Visit, sent: Sent) -> Response {
    let ticked: Vec<(String, String)> = match sent.form().await {
        Ok(read) => read,
        Err(error) => return error.shown(&visit.headers, &visit.spoken),
    };
    let is_ticked = |service: &String| ticked.iter().any(|(_, one)| one == service);
    let services = visit.services();
    if !services.iter().all(is_ticked) {
        let left = ContactStep::Services(services, true);
        return visit.asks_in_use(StatusCode::UNPROCESSABLE_ENTITY, left).await;
    }
    visit.goes_back(visit.acts(ContactAct::Install).await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    muted: bool,
}

/// Has nobody reminded of one's end, or has them reminded again.
pub(super) async fn mute(visit: Visit, sent: Sent) -> Response {
    let wanted = match sent.form().await {
        Ok(Wanted { muted: true }) => Muting::Mute,
        Ok(Wanted { muted: false }) => Muting::Unmute,
        Err(error) => return error.shown(&visit.headers, &visit.spoken),
    };
    visit.goes_back(visit.acts(ContactAct::Mute(wanted)).await)
}

impl Visit {
    fn services(&self) -> Vec<String> {
        self.state.service.contact_services(&self.contact)
    }

    async fn acts(&self, act: ContactAct) -> Result<(), Error> {
        let (contact, id) = (self.contact.clone(), self.id.clone());
        self.state.service.act_as_contact(contact, id, act).await.map(drop)
    }

    fn goes_back(&self, done: Result<(), Error>) -> Response {
        match done {
            Ok(()) => see_at(&format!("{}#certificate-{}", self.at, self.id), None),
            Err(error) => self.refused(&error),
        }
    }

    async fn asks_in_use(&self, status: StatusCode, step: ContactStep) -> Response {
        let said = (self.c.in_use, self.c.in_use_lead);
        self.asks((CertificateAct::Install, "installation"), said, (status, step)).await
    }

    async fn asks(
        &self,
        (act, what): (CertificateAct, &str),
        (title, lead): (&'static str, &'static str),
        (status, step): (StatusCode, ContactStep),
    ) -> Response {
        let found = match self.state.service.contact_certificate(&self.contact, &self.id, act).await
        {
            Ok(found) => found,
            Err(error) => return self.refused(&error),
        };
        let now = seconds(self.state.service.clock().now());
        let page = ContactActPage {
            frame: frame(&self.spoken, &format!("{}/certificates/{}/{what}", self.at, self.id)),
            c: self.c,
            k: self.k,
            title,
            lead,
            back: self.at.clone(),
            facts: facts(self.c, &found, now),
            step,
        };
        answer::page(status, &self.spoken, &page)
    }

    /// Why something is not done. What is not theirs is not there.
    fn refused(&self, error: &Error) -> Response {
        if matches!(error, Error::Order(OrderRefusal::CertificateUnknown)) {
            return gone(&self.spoken);
        }
        if matches!(error, Error::Request(RequestError::TooMany)) {
            return WebError::TooMany.shown(&self.headers, &self.spoken);
        }
        let status = Problem::from(error).kind().status();
        if status.is_server_error() {
            tracing::error!(?error, "a contact person could not be served");
        }
        let page = RefusedPage {
            frame: frame(&self.spoken, &self.at),
            title: self.c.not_done,
            text: refusal(self.spoken.language, error),
            next: (self.at.clone(), self.k.back),
        };
        answer::page(status, &self.spoken, &page)
    }
}
