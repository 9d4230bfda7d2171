//! Documents are laid down, and listed.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};

use pades::Facts;
use seal::{EffortError, is_plain};

use super::shared::{Reader, goes_to, row, scripts};
use crate::{
    audit::{hex, random},
    desk::{Batch, Desk, DrawingError, MAXIMUM_PAPERS, NoRoom, Paper, Stage},
    http::{
        AppState,
        part::Parts,
        path::Path,
        upload::Intake,
        web::answer::{self, WebError},
    },
    service::{Document, RequestError},
    store::AuditError,
    web::{BatchPage, BatchRow, UnfitRow, UploadPage, laying_texts, unfit},
};

/// The longest name of a file that is shown, in letters.
const NAME_LENGTH: usize = 120;

/// The page on which files are chosen.
pub(super) async fn page(State(state): State<AppState>, reader: Reader) -> Response {
    shown(&state, &reader, StatusCode::OK, None, Vec::new())
}

fn shown(
    state: &AppState,
    reader: &Reader,
    status: StatusCode,
    problem: Option<&'static str>,
    unfit: Vec<UnfitRow>,
) -> Response {
    let owner = match reader.owner() {
        Ok(owner) => owner,
        Err(error) => return reader.told(&error),
    };
    let batches = state.desk.of(&owner);
    let row = |batch: &Batch| BatchRow {
        id: batch.id().to_owned(),
        name: batch
            .papers()
            .iter()
            .find(|paper| paper.is_good())
            .map(|paper| paper.name.clone())
            .unwrap_or_default(),
        count: batch.papers().len(),
        code: batch.code(),
    };
    let page = UploadPage {
        frame: reader.frame("/documents"),
        s: reader.texts(),
        l: laying_texts(reader.spoken.language),
        scripts: scripts(),
        csrf: reader.session.csrf().to_owned(),
        problem,
        unfit,
        batches: batches.iter().map(|batch| row(batch)).collect(),
    };
    answer::page(status, &reader.spoken, &page)
}

/// Takes files.
pub(super) async fn lay(
    State(state): State<AppState>,
    reader: Reader,
    request: Request,
) -> Response {
    let s = reader.texts();
    let again = |status, problem| shown(&state, &reader, status, problem, Vec::new());
    match taken(&state, &reader, request).await {
        Ok(Laid::Batch(batch)) => goes_to(&format!("/documents/{}", batch.id())),
        Ok(Laid::Unfit(unfit)) => {
            let l = laying_texts(reader.spoken.language);
            let problem = if unfit.len() == 1 { l.one_unfit } else { l.none_fit };
            shown(&state, &reader, StatusCode::UNPROCESSABLE_ENTITY, Some(problem), unfit)
        }
        Ok(Laid::Full) => {
            let problem = laying_texts(reader.spoken.language).too_much_begun;
            again(StatusCode::PAYLOAD_TOO_LARGE, Some(problem))
        }
        Err(WebError::Service(crate::Error::Request(
            RequestError::TooLarge { .. } | RequestError::Busy,
        ))) => again(StatusCode::PAYLOAD_TOO_LARGE, Some(s.too_many_files)),
        Err(WebError::NotOpened) => again(StatusCode::SERVICE_UNAVAILABLE, Some(s.not_opened)),
        Err(WebError::NoFiles) => again(StatusCode::BAD_REQUEST, Some(s.no_files)),
        Err(error) => reader.told(&error),
    }
}

/// What comes of files.
enum Laid {
    Batch(Arc<Batch>),
    /// None of them can be signed or sealed, and nothing is kept.
    Unfit(Vec<UnfitRow>),
    /// There is no room for more of the person's.
    Full,
}

async fn taken(state: &AppState, reader: &Reader, request: Request) -> Result<Laid, WebError> {
    let service = &state.service;
    let owner = reader.owner()?;
    let mut room = match state.desk.room(&owner) {
        Ok(room) => room,
        Err(NoRoom::OfPerson) => return Ok(Laid::Full),
        Err(NoRoom::OfAll) => return Err(crate::Error::from(RequestError::Busy).into()),
    };
    let intake = Intake { budget: service.papers_budget(), pace: service.limits().pace };
    let mut parts = Parts::open(request, &intake).await.map_err(service_error)?;
    let (mut files, mut is_shown) = (Vec::new(), false);
    while let Some(part) = parts.next().await.map_err(service_error)? {
        match part.name() {
            Some("csrf") => {
                let csrf = part.read(1_000).await.map_err(service_error)?;
                reader.shows(&String::from_utf8_lossy(csrf.bytes()))?;
                is_shown = true;
            }
            // Nothing is read of a request that another site's page sent.
            Some("document") if is_shown => {
                let name = named(part.file_name());
                let most = room.take(service.limits().maximum_body_bytes);
                match part.read(most).await {
                    Ok(document) => {
                        room.give_back(most.saturating_sub(document.bytes().len() as u64));
                        files.push((name, document));
                    }
                    // A form whose field was left empty sends a file without a name.
                    Err(RequestError::Malformed(_)) => room.give_back(most),
                    Err(error) => return Err(service_error(error)),
                }
                if files.len() > MAXIMUM_PAPERS {
                    return Err(service_error(RequestError::TooLarge {
                        limit: MAXIMUM_PAPERS as u64,
                    }));
                }
            }
            Some(_) | None if is_shown => return Err(WebError::Malformed),
            Some(_) | None => return Err(WebError::Csrf),
        }
    }
    if files.is_empty() {
        return Err(WebError::NoFiles);
    }
    let secret = random::<32>().map_err(AuditError::from).map_err(crate::Error::from)?;
    let mut papers = Vec::new();
    for (name, document) in files {
        papers.push(opened(state, reader, name, document, &secret).await?);
    }
    if !papers.iter().any(Paper::is_good) {
        let language = reader.spoken.language;
        let row = |paper: Paper| {
            let cause = paper.facts.err()?;
            Some(UnfitRow { name: paper.name, reason: unfit(language, &cause) })
        };
        return Ok(Laid::Unfit(papers.into_iter().filter_map(row).collect()));
    }
    let id = random::<16>().map_err(AuditError::from).map_err(crate::Error::from)?;
    let batch = Batch::new(owner.clone(), papers, hex(&id), service.clock().now());
    Ok(Laid::Batch(Desk::lay(room, batch)))
}

/// A document, with what is known of it before it is signed.
async fn opened(
    state: &AppState,
    reader: &Reader,
    name: String,
    document: Document,
    secret: &[u8; 32],
) -> Result<Paper, WebError> {
    let facts = fit(state, reader, &document).await?;
    let pages = match &facts {
        Ok(_) => match state.desk.drawing().sizes(&reader.owner()?, document.bytes()).await {
            Ok(sizes) => Some(sizes),
            // It is downloaded to be read.
            Err(DrawingError::Page(_) | DrawingError::Failed) => None,
            // That may be of the moment: nobody is kept from its pages because of it.
            Err(DrawingError::Busy | DrawingError::TooLong) => return Err(WebError::NotOpened),
        },
        Err(_) => None,
    };
    Ok(Paper::new(name, document, facts, pages, secret))
}

/// What a document holds, or why it takes no signature. What is of the moment is no reason: the same file may do in
/// a while.
async fn fit(
    state: &AppState,
    reader: &Reader,
    document: &Document,
) -> Result<Result<Facts, pades::Error>, WebError> {
    let caller = reader.session.authenticated();
    match state.service.inspect(&caller, document.clone()).await {
        Ok(inspected) => Ok(Ok(inspected.facts)),
        Err(
            crate::Error::Document(pades::Error::Effort(EffortError::Busy | EffortError::Stopped))
            | crate::Error::Request(RequestError::Busy),
        ) => Err(WebError::NotOpened),
        Err(crate::Error::Document(cause)) => Ok(Err(cause)),
        Err(error) => Err(error.into()),
    }
}

fn service_error(error: RequestError) -> WebError {
    crate::Error::from(error).into()
}

/// A file's name as it is shown: without folders, and without what is no letter.
fn named(name: Option<&str>) -> String {
    let name = name.unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|one| is_plain(*one)).take(NAME_LENGTH).collect();
    match name.trim() {
        "" => "document.pdf".to_owned(),
        name => name.to_owned(),
    }
}

/// What is in a batch, and where to go on.
pub(super) async fn batch(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
) -> Response {
    let batch = match reader.batch(&state, &id) {
        Ok(batch) => batch,
        Err(error) => return reader.told(&error),
    };
    if batch.stage() != Stage::Open {
        return goes_to(&format!("/documents/{id}/result"));
    }
    let s = reader.texts();
    let papers = batch.papers();
    let next = match batch.next_unread() {
        Some(at) if papers.len() == 1 => {
            return goes_to(&format!("/documents/{id}/{}", at + 1));
        }
        Some(at) => Some((format!("/documents/{id}/{}", at + 1), s.read_title)),
        None if papers.iter().any(Paper::is_good) => {
            Some((format!("/documents/{id}/choice"), s.go_on))
        }
        None => None,
    };
    let rows = papers.iter().enumerate().map(|(at, paper)| {
        let mut row = row(s, at, paper);
        row.reasons.extend(
            paper.facts.as_ref().err().map(|cause| unfit(reader.spoken.language, cause).to_owned()),
        );
        row
    });
    let page = BatchPage {
        frame: reader.frame(&format!("/documents/{id}")),
        s,
        l: laying_texts(reader.spoken.language),
        at: 0,
        csrf: reader.session.csrf().to_owned(),
        code: batch.code(),
        papers: rows.collect(),
        is_some_unfit: papers.iter().any(|paper| !paper.is_good()),
        id,
        next,
    };
    answer::page(StatusCode::OK, &reader.spoken, &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_shown_by_its_name_without_folders_and_controls() {
        for (sent, shown) in [
            (Some("letter.pdf"), "letter.pdf"),
            (Some("C:\\fakepath\\Æble.pdf"), "Æble.pdf"),
            (Some("../../etc/a\u{0}\n.pdf"), "a.pdf"),
            (Some("inv\u{202e}fdp.exe\u{200b}\u{2028}.pdf"), "invfdp.exe.pdf"),
            (Some(" "), "document.pdf"),
            (None, "document.pdf"),
        ] {
            assert_eq!(named(sent), shown);
        }
    }
}
