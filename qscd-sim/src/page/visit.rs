//! Somebody at one of the page's addresses: which question it is for, in which language, and where they go then.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Path, Query},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, LOCATION, ORIGIN},
        request::Parts,
    },
    response::{IntoResponse, Response},
};
use seal::{ActivationId, QscdError};
use serde::Deserialize;

use super::{
    sheet::Sheet,
    shown,
    texts::{Texts, texts},
};
use crate::{
    activation_page::ActivationPage,
    device::{Asked, Device, Question},
};

/// Who asks on the page, and where it is.
#[derive(Debug)]
pub(super) struct Asking {
    pub(super) device: Arc<Device>,
    pub(super) page: ActivationPage,
}

/// A visit; one that names an address to which nobody is sent is refused.
#[derive(Debug)]
pub(super) struct Visit {
    asking: Arc<Asking>,
    pub(super) id: ActivationId,
    /// The first part of the address: for what kind of question it is.
    kind: String,
    t: &'static Texts,
    /// Where to go back to.
    back: Option<String>,
}

/// What stands in the address beside the question's name.
#[derive(Debug, Default, Deserialize)]
struct Parameters {
    /// Where to go back to.
    r#return: Option<String>,
    /// The language that was chosen.
    lang: Option<String>,
}

impl FromRequestParts<Arc<Asking>> for Visit {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        asking: &Arc<Asking>,
    ) -> Result<Self, Self::Rejection> {
        let Path(id) = Path::<String>::from_request_parts(parts, asking)
            .await
            .map_err(IntoResponse::into_response)?;
        let Query(Parameters { r#return, lang }) =
            Query::try_from_uri(&parts.uri).map_err(IntoResponse::into_response)?;
        let kind = parts.uri.path().split('/').nth(1).unwrap_or_default().to_owned();
        let t = texts(lang.as_deref(), &parts.headers);
        let id = ActivationId::new(id);
        let visit = Self { asking: Arc::clone(asking), id, kind, t, back: None };
        match r#return {
            Some(address) if asking.page.origin_of(&address).is_none() => {
                Err(visit.told(StatusCode::BAD_REQUEST, t.other_return))
            }
            back => Ok(Self { back, ..visit }),
        }
    }
}

impl Visit {
    /// Shows what is asked.
    pub(super) async fn question(self) -> Response {
        self.asked(StatusCode::OK, None)
    }

    pub(super) fn device(&self) -> &Device {
        &self.asking.device
    }

    /// What is asked here; nothing of another kind than the address says.
    pub(super) fn found(&self) -> Option<Question> {
        let found = self.asking.device.question(&self.id)?;
        let kind = match found.asked {
            Asked::Signature { .. } => "activations",
            Asked::Registration(_) => "registrations",
            Asked::NewPasskey { .. } => "passkeys",
        };
        (kind == self.kind).then_some(found)
    }

    /// Whether the page itself sent this: no other page answers in its name.
    pub(super) fn is_own(&self, headers: &HeaderMap) -> bool {
        let own = &self.asking.page.relying_party.origin;
        headers.get(ORIGIN).is_some_and(|one| *one == **own)
    }

    /// There is no such question.
    pub(super) fn gone(&self) -> Response {
        self.told(StatusCode::NOT_FOUND, self.t.gone)
    }

    /// What was sent cannot be read.
    pub(super) fn malformed(&self, status: StatusCode) -> Response {
        self.told(status, self.t.malformed)
    }

    /// The device has what it asked for: the browser goes back.
    pub(super) fn done(&self) -> Response {
        let Some(address) = &self.back else { return self.told(StatusCode::OK, self.t.done) };
        let Ok(address) = HeaderValue::try_from(address) else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let headers = [(LOCATION, address), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
        (StatusCode::SEE_OTHER, headers).into_response()
    }

    /// The question once more, with what the device has against the answer.
    pub(super) fn refused(&self, error: &QscdError) -> Response {
        match error {
            QscdError::ActivationRefused(refusal) => {
                self.asked(StatusCode::FORBIDDEN, Some(self.t.why(*refusal)))
            }
            _ => self.asked(StatusCode::SERVICE_UNAVAILABLE, Some(self.t.busy.to_owned())),
        }
    }

    fn asked(&self, status: StatusCode, problem: Option<String>) -> Response {
        let t = self.t;
        let Some(question) = self.found() else {
            // What was the last try has its cause told all the same.
            let status = if problem.is_some() { status } else { StatusCode::NOT_FOUND };
            return Sheet { problem, ..self.sheet(t.gone) }.answer(status, None);
        };
        let (title, shown) = shown::shown(&self.asking.page, t, question);
        let mut other = form_urlencoded::Serializer::for_suffix(String::from("?"), 1);
        other.append_pair("lang", t.other);
        if let Some(address) = &self.back {
            other.append_pair("return", address);
        }
        let other = Some(other.finish());
        let to = self.back.as_ref().and_then(|address| self.asking.page.origin_of(address));
        Sheet { problem, shown: Some(shown), other, ..self.sheet(title) }.answer(status, to)
    }

    /// A page without a question.
    fn told(&self, status: StatusCode, title: &'static str) -> Response {
        self.sheet(title).answer(status, None)
    }

    fn sheet(&self, title: &'static str) -> Sheet<'_> {
        Sheet {
            t: self.t,
            simulator: crate::SIMULATOR,
            title,
            problem: None,
            shown: None,
            back: self.back.as_deref(),
            other: None,
        }
    }
}
