//! A document is read: its pages, what they do not show, and the gate that opens when all was seen.

use std::{collections::BTreeSet, ops::Range, sync::Arc};

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use rendering::{PageText, Size, Undrawn};
use serde::Deserialize;

use super::shared::{Reader, goes_to, paper, scripts};
use crate::{
    access::random_secret::sha256,
    desk::{Asked, Batch, DrawingError, Given, Owner, Paper, Stage},
    http::{
        AppState,
        path::Path,
        web::{
            answer::{self, WebError},
            sent::Sent,
        },
    },
    web::{Findings, Language, ReadingPage, ShownPage, laying_texts, signing_texts, unseen},
};

/// How many pages are shown at once.
const CHUNK: usize = 25;

/// The sizes that are offered, in hundredths.
const ZOOMS: [u32; 8] = [50, 75, 100, 125, 150, 200, 300, 400];

/// Pixels of the style sheet in a point: 96 of them, or 72 points, are an inch.
const PIXELS: f32 = 96.0 / 72.0;

/// How often it is tried again to look at pages when too many wait to be drawn.
const FURTHER_TRIES: usize = 2;

/// What a page counts as whose size is not known.
const A4: Size = Size { width: 595.0, height: 842.0 };

#[derive(Deserialize)]
pub(super) struct View {
    #[serde(default)]
    from: usize,
    view: Option<String>,
    zoom: Option<String>,
}

/// The page.
pub(super) async fn page(
    State(state): State<AppState>,
    reader: Reader,
    Path((id, number)): Path<(String, usize)>,
    Query(view): Query<View>,
) -> Response {
    match shown(&state, &reader, (&id, number), &view, None).await {
        Ok((page, None)) => answer::page(StatusCode::OK, &reader.spoken, &page),
        Ok((page, Some(later))) => {
            answer::page_with_later(&reader.spoken, &page, later.told(state))
        }
        Err(error) => reader.told(&error),
    }
}

/// The page, and what it tells once pages were looked at: what they show is not waited for.
async fn shown(
    state: &AppState,
    reader: &Reader,
    (id, number): (&str, usize),
    view: &View,
    problem: Option<&'static str>,
) -> Result<(ReadingPage, Option<Later>), WebError> {
    let batch = reader.batch(state, id)?;
    let paper = paper(&batch, number)?;
    if !paper.is_good() {
        return Err(WebError::NotFound);
    }
    let s = reader.texts();
    let count = paper.page_count();
    let from = view.from.min(count.saturating_sub(1)) / CHUNK * CHUNK;
    let until = (from + CHUNK).min(count);
    let zoom = view.zoom.as_ref().and_then(|zoom| zoom.parse().ok());
    let zoom = zoom.filter(|zoom| ZOOMS.contains(zoom));
    let as_text = view.view.as_deref() == Some("text");
    let known = paper.pages.as_ref();
    let pages =
        known.into_iter().flat_map(|known| (from..until).map(|page| (page, known.of(page))));
    let mut pages: Vec<ShownPage> =
        pages.map(|(page, size)| picture(id, number, page, size.unwrap_or(A4), zoom)).collect();
    let later = Later {
        batch: Arc::clone(&batch),
        number,
        pages: from..until,
        owner: reader.owner()?,
        language: reader.spoken.language,
    };
    let mut findings = None;
    if as_text || pages.is_empty() {
        let texts = later.texts(state).await;
        for (at, page) in pages.iter_mut().enumerate() {
            let read = texts.get(at).cloned().unwrap_or(Err(DrawingError::TooLong));
            let read = read.map_err(super::page::undrawn)?;
            let lines = read.lines.iter().filter(|line| line.is_seen);
            page.lines = lines.map(|line| line.text.clone()).collect();
            let sha256 = sha256(page.lines.join("\n").as_bytes());
            batch.give(paper, from + at, Given::Text { sha256 });
        }
        findings = Some(later.findings(paper, texts));
    }
    let later = findings.is_none().then_some(later);
    let go_on = match batch
        .papers()
        .iter()
        .enumerate()
        .find(|(at, other)| *at + 1 != number && other.is_good() && !other.is_read())
    {
        _ if until < count => s.more_pages,
        Some(_) => s.next_document,
        None => s.to_choice,
    };
    let page = ReadingPage {
        frame: reader.frame(&format!("/documents/{id}/{number}")),
        s,
        l: laying_texts(reader.spoken.language),
        problem,
        scripts: scripts(),
        at: 0,
        csrf: reader.session.csrf().to_owned(),
        id: id.to_owned(),
        number,
        name: paper.name.clone(),
        code: batch.code(),
        from,
        pages: count,
        zoom,
        zooms: &ZOOMS,
        as_text,
        shown: pages,
        findings,
        marks: paper.marks(from..until).join(","),
        go_on,
    };
    Ok((page, later))
}

/// What is told of some pages once they were looked at.
#[derive(Debug)]
struct Later {
    batch: Arc<Batch>,
    /// Of the document, counted from 1.
    number: usize,
    pages: Range<usize>,
    owner: Owner,
    language: Language,
}

impl Later {
    async fn told(self, state: AppState) -> Findings {
        let mut texts = self.texts(&state).await;
        for _ in 0..FURTHER_TRIES {
            // Its own pictures stand before them, or other people's.
            if !matches!(texts.last(), Some(Err(DrawingError::Busy))) {
                break;
            }
            texts = self.texts(&state).await;
        }
        match paper(&self.batch, self.number) {
            Ok(paper) => self.findings(paper, texts),
            // Nobody is told that all is seen who was not shown it.
            Err(_) => {
                let s = signing_texts(self.language);
                Findings { s, findings: vec![s.undrawn_other.to_owned()] }
            }
        }
    }

    async fn texts(&self, state: &AppState) -> Vec<Result<Arc<PageText>, DrawingError>> {
        let Ok(paper) = paper(&self.batch, self.number) else { return Vec::new() };
        if paper.pages.is_none() {
            return Vec::new();
        }
        let name = (self.batch.id().to_owned(), self.number);
        let pages = (&name, self.pages.clone());
        state.desk.drawing().texts(&self.owner, pages, paper.document.bytes()).await
    }

    /// What a document holds that its pages do not show. What stands after a page that takes too long was not
    /// looked at.
    fn findings(&self, paper: &Paper, texts: Vec<Result<Arc<PageText>, DrawingError>>) -> Findings {
        let s = signing_texts(self.language);
        let mut findings = Vec::new();
        if let Ok(facts) = &paper.facts {
            findings.extend(facts.unseen.iter().map(|one| unseen(self.language, *one).to_owned()));
            if !facts.signed_fields.is_empty() {
                findings.push(format!("{} ({})", s.earlier, facts.signed_fields.len()));
            }
        }
        let mut undrawn = BTreeSet::new();
        let is_short = texts.len() < self.pages.len();
        let mut is_invisible = false;
        for text in texts {
            match text {
                Ok(read) => {
                    undrawn.extend(&read.undrawn);
                    is_invisible |= read.lines.iter().any(|line| !line.is_seen);
                }
                Err(_) => {
                    undrawn.insert(Undrawn::Other);
                }
            }
        }
        if paper.pages.is_none() {
            findings.push(laying_texts(self.language).not_looked_at.to_owned());
        }
        if is_short && paper.pages.is_some() {
            undrawn.insert(Undrawn::Other);
        }
        if is_invisible {
            findings.push(s.invisible_text.to_owned());
        }
        findings.extend(undrawn.iter().map(|undrawn| {
            let text = match undrawn {
                Undrawn::Font => s.undrawn_font,
                Undrawn::Image => s.undrawn_image,
                Undrawn::Annotation => s.undrawn_annotation,
                Undrawn::Other => s.undrawn_other,
            };
            text.to_owned()
        }));
        Findings { s, findings }
    }
}

fn picture(id: &str, number: usize, page: usize, size: Size, zoom: Option<u32>) -> ShownPage {
    let source = format!("/documents/{id}/{number}/page/{}", page + 1);
    let scale = zoom.map_or(1.0, |zoom| zoom as f32 / 100.0) * PIXELS;
    let pixels = |points: f32| (points * scale).round().clamp(1.0, 8_000.0) as u32;
    let (width, height) = (pixels(size.width), pixels(size.height));
    let at = |width: u32| format!("{source}?width={width}");
    let sources = match zoom {
        None => [620, 1_240, 1_860].map(|width| format!("{} {width}w", at(width))).join(", "),
        Some(_) => format!("{} 1x, {} 2x", at(width), at(width.saturating_mul(2).min(4_000))),
    };
    let source = at(if zoom.is_some() { width } else { 1_240 });
    let points = (size.width, size.height);
    ShownPage { number: page + 1, source, sources, width, height, points, lines: Vec::new() }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Marks {
    csrf: String,
    marks: String,
    #[serde(default)]
    from: usize,
}

/// Takes the marks of pages that were read, and goes on.
pub(super) async fn read(
    State(state): State<AppState>,
    reader: Reader,
    Path((id, number)): Path<(String, usize)>,
    sent: Sent,
) -> Response {
    let taken = async {
        let Marks { csrf, marks, from } = sent.form().await?;
        reader.shows(&csrf)?;
        let batch = reader.batch(&state, &id)?;
        let paper = paper(&batch, number)?;
        let asked = paper.take(&marks);
        if asked == Asked::NotRead && paper.first_unread() < from.saturating_add(CHUNK) {
            return unread(&state, &reader, (&id, number), from, paper).await;
        }
        Ok::<_, WebError>(goes_to(&next(&batch, &id, number, paper)))
    };
    taken.await.unwrap_or_else(|error| reader.told(&error))
}

/// The page once more, which says what is still to be done.
async fn unread(
    state: &AppState,
    reader: &Reader,
    document: (&str, usize),
    from: usize,
    paper: &Paper,
) -> Result<Response, WebError> {
    let problem = match &paper.pages {
        Some(_) => reader.texts().not_read,
        None => laying_texts(reader.spoken.language).original_first,
    };
    let view = View { from, view: None, zoom: None };
    let (mut page, later) = shown(state, reader, document, &view, Some(problem)).await?;
    if let Some(later) = later {
        page.findings = Some(later.told(state.clone()).await);
    }
    Ok(answer::page(StatusCode::CONFLICT, &reader.spoken, &page))
}

/// Where to go from a document that was read, or from some of its pages.
fn next(batch: &Batch, id: &str, number: usize, paper: &Paper) -> String {
    if !paper.is_read() {
        return format!("/documents/{id}/{number}?from={}", paper.first_unread());
    }
    match batch.next_unread() {
        Some(at) => format!("/documents/{id}/{}", at + 1),
        None if batch.stage() == Stage::Open => format!("/documents/{id}/choice"),
        None => format!("/documents/{id}/result"),
    }
}
