//! A page as a picture, as text, and as it will look.

use axum::{
    Json,
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;
use serde_json::json;

use super::{
    choice::options_of,
    shared::{Reader, own, paper},
};
use crate::{
    access::random_secret::sha256,
    desk::{Choice, DrawingError, Given, NamedLook, Paper, Placed},
    http::{
        AppState,
        path::Path,
        web::answer::{WebError, scripted},
    },
};

/// The widest and the narrowest picture, in pixels.
const WIDTHS: std::ops::RangeInclusive<u32> = 60..=4_000;

#[derive(Deserialize)]
pub(super) struct Wide {
    width: Option<u32>,
}

/// A page's picture.
pub(super) async fn picture(
    State(state): State<AppState>,
    reader: Reader,
    Path((id, number, page)): Path<(String, usize, usize)>,
    Query(Wide { width }): Query<Wide>,
) -> Response {
    let drawn = async {
        let batch = reader.batch(&state, &id)?;
        let paper = paper(&batch, number)?;
        let page = shown(paper, page)?;
        let width = width.unwrap_or(1_240).clamp(*WIDTHS.start(), *WIDTHS.end());
        let name = ((id.clone(), number), page, width);
        let (owner, bytes) = (reader.owner()?, paper.document.bytes());
        let picture = state.desk.drawing().picture(&owner, name, bytes).await.map_err(undrawn)?;
        batch.give(paper, page, Given::Picture { width, sha256: sha256(&picture.png) });
        Ok::<_, WebError>(picture)
    };
    match drawn.await {
        Ok(picture) => own("image/png", picture.png.clone()),
        Err(error) => reader.told(&error),
    }
}

/// A page's text, with its places, for the script that lays it over the picture.
pub(super) async fn text(
    State(state): State<AppState>,
    reader: Reader,
    Path((id, number, page)): Path<(String, usize, usize)>,
) -> Response {
    let read = async {
        let batch = reader.batch(&state, &id)?;
        let paper = paper(&batch, number)?;
        let page = (&(id.clone(), number), shown(paper, page)?);
        let (owner, bytes) = (reader.owner()?, paper.document.bytes());
        state.desk.drawing().text(&owner, page, bytes).await.map_err(undrawn)
    };
    match read.await {
        Ok(text) => {
            let lines = text.lines.iter().filter(|line| line.is_seen).map(|line| {
                json!([line.text, line.x, line.baseline, line.length, line.height, line.turn])
            });
            scripted(StatusCode::OK, Json(json!({ "lines": lines.collect::<Vec<_>>() })))
        }
        Err(error) => reader.told(&error),
    }
}

/// A page that is counted from 1, counted from 0.
fn shown(paper: &Paper, page: usize) -> Result<usize, WebError> {
    let pages = paper.pages.as_ref().ok_or(WebError::NotFound)?;
    let page = page.checked_sub(1).ok_or(WebError::NotFound)?;
    if page < pages.count() { Ok(page) } else { Err(WebError::NotFound) }
}

/// Where something would be seen, of a page of the first document.
#[derive(Deserialize)]
pub(super) struct Wanted {
    page: Option<u32>,
    x: Option<f64>,
    y: Option<f64>,
    w: Option<f64>,
    h: Option<f64>,
    profile: Option<seal::ProfileId>,
    look: Option<String>,
    width: Option<u32>,
}

/// A page as it would look: drawn from the file that would be signed.
pub(super) async fn preview(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Response {
    match previewed(&state, &reader, &id, wanted).await {
        Ok(png) => own("image/png", png),
        Err(error) => reader.told(&error),
    }
}

async fn previewed(
    state: &AppState,
    reader: &Reader,
    id: &str,
    wanted: Wanted,
) -> Result<Vec<u8>, WebError> {
    let batch = reader.batch(state, id)?;
    let good = batch.papers().iter().find(|paper| paper.is_good()).ok_or(WebError::NotFound)?;
    let mut choice = batch.choice();
    if let (Some(x), Some(y), Some(w), Some(h), Some(profile)) =
        (wanted.x, wanted.y, wanted.w, wanted.h, wanted.profile)
    {
        let snapshot = reader.session.organisation.snapshot();
        let known = snapshot.policy().profile(&profile).ok_or(WebError::NotFound)?;
        let number = wanted.page.unwrap_or(1);
        let placed = Placed::Page { number, rectangle: [x, y, w, h] };
        let (act, level) = (known.kind.act(), known.default_level);
        let look = wanted.look.and_then(|asked| NamedLook::of(known, &asked));
        choice = Some(Choice { act, profile, level, placed, look });
    }
    let choice = choice.ok_or(WebError::NotFound)?;
    let page = match choice.placed {
        Placed::Page { number, .. } => number,
        Placed::Field(_) | Placed::Invisible => wanted.page.unwrap_or(1),
    };
    let page = (page as usize).min(good.page_count()).saturating_sub(1);
    let options = options_of(&choice, good, reader.spoken.language);
    let caller = reader.session.authenticated();
    let preview = state.service.preview(choice.act, caller, options, good.document.clone()).await?;
    let width = wanted.width.unwrap_or(1_240).clamp(*WIDTHS.start(), *WIDTHS.end());
    let drawn = state.desk.drawing().once(&reader.owner()?, preview.document, page, width).await;
    Ok(drawn.map_err(undrawn)?.png)
}

/// Why a page is not shown.
pub(in crate::http::web) fn undrawn(error: DrawingError) -> WebError {
    match error {
        DrawingError::Page(rendering::RenderingError::NoPage) => WebError::NotFound,
        DrawingError::Busy => crate::Error::from(crate::service::RequestError::Busy).into(),
        DrawingError::TooLong | DrawingError::Failed | DrawingError::Page(_) => WebError::Undrawn,
    }
}
