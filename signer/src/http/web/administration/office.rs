//! Who is there, and what they are shown.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use registry::{AdministrativeAct, Moment, Permitted};

use super::section::Section;
use crate::{
    Error,
    access::session::Session,
    administration::Snapshot,
    http::{
        AppState,
        web::{
            answer::{self, WebError, frame},
            spoken::Spoken,
        },
    },
    problem::Problem,
    web::{
        AdministrationPage, AdministrationTexts, Block, CertificateTexts, Language, Link,
        RightsTexts, Tint, administration_texts, certificate_texts, refusal, rights_texts,
    },
};

/// Somebody who is logged in, and what counted when they asked.
pub(super) struct Office {
    pub(super) state: AppState,
    pub(super) session: Session,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) spoken: Spoken,
    pub(super) headers: HeaderMap,
    pub(super) a: &'static AdministrationTexts,
    pub(super) c: &'static CertificateTexts,
}

/// It shows no session.
impl std::fmt::Debug for Office {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Office").finish_non_exhaustive()
    }
}

impl FromRequestParts<AppState> for Office {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let spoken = Spoken::of(parts);
        let session = parts.extensions.get::<Session>().cloned();
        let session = session.ok_or_else(|| WebError::NoSession.shown(&parts.headers, &spoken))?;
        let snapshot = session.organisation.snapshot();
        let (state, headers) = (state.clone(), parts.headers.clone());
        let (a, c) = (administration_texts(spoken.language), certificate_texts(spoken.language));
        Ok(Self { state, session, snapshot, spoken, headers, a, c })
    }
}

/// The page that is shown in the place of what was asked for.
#[derive(Debug)]
pub(super) struct Turned(Box<Response>);

impl From<Response> for Turned {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

impl IntoResponse for Turned {
    fn into_response(self) -> Response {
        *self.0
    }
}

/// What a page says.
pub(super) struct Sheet {
    /// The part that it belongs to.
    pub(super) section: Section,
    /// The address under which it is had in another language.
    pub(super) path: String,
    pub(super) above: Option<Link>,
    pub(super) title: String,
    pub(super) lead: &'static str,
    pub(super) blocks: Vec<Block>,
}

impl Office {
    pub(super) fn language(&self) -> Language {
        self.spoken.language
    }

    /// Whether whoever asks may do this.
    pub(super) fn may(&self, act: AdministrativeAct) -> bool {
        self.session.authenticated().permit::<Error>(&self.snapshot, act).is_ok()
    }

    /// What whoever asks may do; or the page that says that they may not.
    pub(super) fn must(&self, act: AdministrativeAct) -> Result<Permitted, Turned> {
        let permitted = self.session.authenticated().permit::<Error>(&self.snapshot, act);
        permitted.map_err(|error| {
            let (status, text) = self.said(&error);
            let text = match Section::read_by(act) {
                Some(section) => format!("{} {}.", self.r().not_seen, section.name(self.a)),
                None => format!("{text} {}", self.r().nothing_done),
            };
            self.turned(status, self.r().not_permitted, text)
        })
    }

    /// The texts of rights.
    pub(super) fn r(&self) -> &'static RightsTexts {
        rights_texts(self.language())
    }

    pub(super) fn now(&self) -> Result<Moment, Turned> {
        let now = Moment::try_from(self.state.service.clock().now());
        now.map_err(|_| self.refused(&Error::Interrupted))
    }

    /// A page.
    pub(super) fn page(&self, status: StatusCode, sheet: Sheet) -> Response {
        let Sheet { section, path, above, title, lead, mut blocks } = sheet;
        quieten(&mut blocks);
        let page = AdministrationPage {
            frame: frame(&self.spoken, &path),
            a: self.a,
            sections: section.entries(self.a, |act| self.may(act)),
            above,
            title,
            lead,
            blocks,
        };
        answer::page(status, &self.spoken, &page)
    }

    pub(super) fn shown(&self, sheet: Sheet) -> Response {
        self.page(StatusCode::OK, sheet)
    }

    /// The page that says why something was not done.
    pub(super) fn refused(&self, error: &Error) -> Turned {
        let (status, text) = self.said(error);
        self.turned(status, self.a.not_done, text)
    }

    fn turned(&self, status: StatusCode, title: &str, text: String) -> Turned {
        let overview = Link::new(Section::Overview.address(), self.a.overview);
        let sheet = Sheet {
            section: Section::Overview,
            path: Section::Overview.address().to_owned(),
            above: self.may(Section::Overview.read()).then_some(overview),
            title: title.to_owned(),
            lead: "",
            blocks: vec![Block::Text(text, Tint::Problem)],
        };
        self.page(status, sheet).into()
    }

    /// Why something was not done, and its status.
    pub(super) fn said(&self, error: &Error) -> (StatusCode, String) {
        let status = Problem::from(error).kind().status();
        if status.is_server_error() {
            tracing::error!(?error, "an administrator could not be served");
        }
        (status, refusal(self.language(), error))
    }
}

/// Leaves one main button to a page: that of its form, or else the first of its links.
fn quieten(blocks: &mut [Block]) {
    let has_main_form =
        |block: &Block| matches!(block, Block::Form(form) if !form.waits && !form.many);
    let mut is_taken = blocks.iter().any(has_main_form);
    for block in blocks {
        if let Block::Links(links) = block {
            if is_taken {
                *block = Block::Further(std::mem::take(links));
            }
            is_taken = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::Form;

    /// How many main buttons there are.
    fn mains(mut blocks: Vec<Block>) -> usize {
        quieten(&mut blocks);
        let is_main = |block: &&Block| match block {
            Block::Links(_) => true,
            Block::Form(form) => !form.waits,
            _ => false,
        };
        blocks.iter().filter(is_main).count()
    }

    #[test]
    fn a_page_has_one_main_button() {
        let links = || Block::Links(vec![Link::new("/", "there")]);
        let form = |waits| Block::Form(Box::new(Form { waits, ..Form::new("/", "", "go on") }));
        assert_eq!(mains(vec![links(), links(), links()]), 1);
        assert_eq!(mains(vec![links(), form(false), links()]), 1);
        assert_eq!(mains(vec![links(), form(true)]), 1);
        assert_eq!(mains(vec![]), 0);
    }
}
