//! What is to happen with documents that were read, where it is seen, and why something is not possible.

use axum::{extract::State, http::StatusCode, response::Response};
use seal::{Act, CertificateProfile, Level, ProfileId};
use serde::Deserialize;

use super::shared::{Reader, goes_to, scripts};
use crate::{
    desk::{Batch, Choice, NamedLook, Paper, Placed, Stage},
    http::{
        AppState,
        path::Path,
        web::{
            answer::{self, WebError},
            sent::Sent,
            ways::Ways,
        },
    },
    service::{ActOptions, AppearanceOptions, Language, Page},
    web::{
        ChoosingPage, LookGroup, Place, ProfileRow, SigningTexts, level_told, placing_texts, rule,
        unfit,
    },
};

/// Points in a millimetre.
const MILLIMETRE: f64 = 72.0 / 25.4;

/// Where a seal stands that nobody has moved, in points.
const FIRST: [f64; 4] = [56.0, 56.0, 200.0, 68.0];

/// The page.
pub(super) async fn page(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
) -> Response {
    match shown(&state, &reader, &id, None).await {
        Ok((status, page)) => answer::page(status, &reader.spoken, &page),
        Err(WebError::Begun) => goes_to(&format!("/documents/{id}/result")),
        Err(error) => reader.told(&error),
    }
}

async fn shown(
    state: &AppState,
    reader: &Reader,
    id: &str,
    problem: Option<&'static str>,
) -> Result<(StatusCode, ChoosingPage), WebError> {
    let batch = reader.batch(state, id)?;
    let good = ready(&batch)?;
    let (s, language) = (reader.texts(), reader.spoken.language);
    let chosen = batch.choice();
    let mut profiles = offered(state, reader, good, s).await?;
    let wanted = chosen.as_ref().map(|choice| choice.profile.as_str().to_owned());
    let first = profiles.iter().position(|one| match &wanted {
        Some(wanted) => one.id == *wanted,
        None => one.reasons.is_empty(),
    });
    if let Some(first) = first.and_then(|first| profiles.get_mut(first)) {
        first.is_chosen = first.reasons.is_empty();
    }
    let placed = chosen.as_ref().map(|choice| choice.placed.clone());
    let (page, [x, y, w, h]) = match &placed {
        Some(Placed::Page { number, rectangle }) => (*number, *rectangle),
        Some(Placed::Field(_) | Placed::Invisible) | None => (1, FIRST),
    };
    let millimetres = |points: f64| format!("{:.1}", points / MILLIMETRE);
    let (x, y) = (millimetres(x), millimetres(y));
    let place = Place { page, x, y, w: millimetres(w), h: millimetres(h) };
    let size = good.pages.as_ref().and_then(|pages| pages.of(0));
    let number = batch.papers().iter().position(|one| std::ptr::eq(one, good)).unwrap_or(0) + 1;
    let looks = looks(reader, chosen.as_ref());
    let level = chosen.map_or_else(|| first_level(reader, &profiles), |choice| choice.level);
    let page = ChoosingPage {
        frame: reader.frame(&format!("/documents/{id}/choice")),
        s,
        p: placing_texts(language),
        scripts: scripts(),
        at: 1,
        csrf: reader.session.csrf().to_owned(),
        id: id.to_owned(),
        problem,
        profiles,
        levels: [Level::BB, Level::BT, Level::BLT, Level::BLTA]
            .map(|one| (one.name(), level_told(language, one), one == level))
            .to_vec(),
        looks,
        fields: good.facts.as_ref().map(|facts| facts.empty_fields.clone()).unwrap_or_default(),
        // Nobody places anything on pages that are not shown.
        is_invisible: match &placed {
            Some(placed) => *placed == Placed::Invisible,
            None => good.pages.is_none(),
        },
        pages: good.page_count(),
        place,
        source: size.map(|_| format!("/documents/{id}/{number}/page/")),
        points_width: size.map_or(1, |size| size.width.round() as u32),
        points_height: size.map_or(1, |size| size.height.round() as u32),
    };
    let status = problem.map_or(StatusCode::OK, |_| StatusCode::BAD_REQUEST);
    Ok((status, page))
}

/// The appearances that profiles name.
fn looks(reader: &Reader, chosen: Option<&Choice>) -> Vec<LookGroup> {
    let snapshot = reader.session.organisation.snapshot();
    let profiles = snapshot.policy().profiles().iter().filter(|one| !one.appearances.is_empty());
    let group = |profile: &CertificateProfile| LookGroup {
        profile: profile.display_name.clone(),
        looks: profile
            .appearances
            .keys()
            .map(|name| {
                let of_it = chosen.filter(|choice| choice.profile == profile.id);
                let look = of_it.and_then(|choice| choice.look.as_ref());
                let is_chosen = look.is_some_and(|look| look.name == *name);
                (format!("{}/{name}", profile.id), name.clone(), is_chosen)
            })
            .collect(),
    };
    profiles.map(group).collect()
}

/// The level that is chosen where nobody has: the highest, where the profile has it.
fn first_level(reader: &Reader, profiles: &[ProfileRow]) -> Level {
    let snapshot = reader.session.organisation.snapshot();
    let first = profiles.iter().find(|one| one.is_chosen).map(|one| ProfileId::new(&*one.id));
    let first = first.and_then(|id| snapshot.policy().profile(&id).cloned());
    match first {
        Some(profile) if !profile.levels.contains(&Level::BLTA) => profile.default_level,
        Some(_) | None => Level::BLTA,
    }
}

/// The first document that can be signed, once all were read.
pub(super) fn ready(batch: &Batch) -> Result<&Paper, WebError> {
    if batch.stage() != Stage::Open {
        return Err(WebError::Begun);
    }
    if !batch.is_read() {
        return Err(WebError::NotRead);
    }
    batch.papers().iter().find(|paper| paper.is_good()).ok_or(WebError::NotFound)
}

/// Every profile of the organisation, with what stands against its use.
async fn offered(
    state: &AppState,
    reader: &Reader,
    good: &Paper,
    s: &'static SigningTexts,
) -> Result<Vec<ProfileRow>, WebError> {
    let snapshot = reader.session.organisation.snapshot();
    let caller = reader.session.authenticated();
    let facts = good.facts.as_ref().map_err(|_| WebError::NotFound)?;
    let can_activate = Ways::of(state, &reader.session).is_any();
    let mut rows = Vec::new();
    for profile in snapshot.policy().profiles() {
        let act = profile.kind.act();
        let options = plain(profile);
        let judged = (&good.document, facts);
        let objections = state.service.objections(act, &caller, &options, judged).await?;
        let language = reader.spoken.language;
        let mut reasons: Vec<&'static str> = Vec::new();
        for refusal in objections.iter().flat_map(|refusals| refusals.iter()) {
            reasons.push(rule(language, refusal.rule));
        }
        let needs_passkey = reasons.is_empty() && act == Act::Sign && !can_activate;
        if needs_passkey {
            reasons.push(s.needs_passkey);
        }
        rows.push(ProfileRow {
            id: profile.id.as_str().to_owned(),
            name: profile.display_name.clone(),
            what: match act {
                Act::Seal => s.seal_what,
                Act::Sign => s.sign_what,
            },
            is_chosen: false,
            reasons,
            needs_passkey,
        });
    }
    // What is possible comes first.
    rows.sort_by_key(|row| !row.reasons.is_empty());
    Ok(rows)
}

/// An act with nothing chosen but its profile.
fn plain(profile: &CertificateProfile) -> ActOptions {
    ActOptions {
        profile: profile.id.clone(),
        format: None,
        packaging: seal::Packaging::Detached,
        level: None,
        field: None,
        reason: None,
        location: None,
        certify: None,
        appearance: None,
        image: None,
        password: None,
    }
}

/// What is asked of the service for one document of a batch.
pub(super) fn options_of(choice: &Choice, paper: &Paper, language: Language) -> ActOptions {
    let look = choice.look.as_ref();
    let language = Some(language).filter(|_| !look.is_some_and(|look| look.has_language));
    let appearance = |page, rect| AppearanceOptions {
        name: look.map(|look| look.name.clone()),
        page,
        rect,
        language,
        preset: None,
        show: None,
        text: None,
    };
    let (field, appearance) = match &choice.placed {
        Placed::Invisible => (None, None),
        Placed::Field(name) => (Some(name.clone()), Some(appearance(None, None))),
        Placed::Page { number, rectangle } => {
            // A shorter document has it on its last page.
            let last = u32::try_from(paper.page_count()).unwrap_or(u32::MAX);
            let page = Page::Number((*number).min(last).max(1));
            (None, Some(appearance(Some(page), Some(*rectangle))))
        }
    };
    ActOptions {
        profile: choice.profile.clone(),
        format: None,
        packaging: seal::Packaging::Detached,
        level: Some(choice.level),
        field,
        reason: None,
        location: None,
        certify: None,
        appearance,
        image: None,
        password: None,
    }
}

/// What the form says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Chosen {
    csrf: String,
    profile: Option<ProfileId>,
    placed: String,
    page: Option<u32>,
    x: Option<f64>,
    y: Option<f64>,
    w: Option<f64>,
    h: Option<f64>,
    field: Option<String>,
    look: Option<String>,
    level: Level,
}

/// Takes the choice.
pub(super) async fn choose(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
    sent: Sent,
) -> Response {
    let s = reader.texts();
    let problem = match chosen(&state, &reader, &id, sent).await {
        Ok(None) => return goes_to(&format!("/documents/{id}/consent")),
        Ok(Some(problem)) => problem,
        Err(WebError::Malformed) => s.wrong_place,
        Err(error) => return reader.told(&error),
    };
    match shown(&state, &reader, &id, Some(problem)).await {
        Ok((status, page)) => answer::page(status, &reader.spoken, &page),
        Err(error) => reader.told(&error),
    }
}

/// What is wrong with the choice, if anything is.
async fn chosen(
    state: &AppState,
    reader: &Reader,
    id: &str,
    sent: Sent,
) -> Result<Option<&'static str>, WebError> {
    let Chosen { csrf, profile, placed, page, x, y, w, h, field, look, level } =
        sent.form().await?;
    reader.shows(&csrf)?;
    let s = reader.texts();
    let batch = reader.batch(state, id)?;
    let good = ready(&batch)?;
    let Some(profile) = profile else { return Ok(Some(s.nothing_chosen)) };
    let snapshot = reader.session.organisation.snapshot();
    let Some(known) = snapshot.policy().profile(&profile) else {
        return Ok(Some(s.nothing_chosen));
    };
    let placed = match (placed.as_str(), field, page, [x, y, w, h]) {
        ("invisible", ..) => Placed::Invisible,
        ("field", Some(field), ..) => Placed::Field(field),
        ("page", _, Some(number), [Some(x), Some(y), Some(w), Some(h)]) => {
            let rectangle = [x, y, w, h].map(|millimetres| millimetres * MILLIMETRE);
            Placed::Page { number, rectangle }
        }
        (..) => return Ok(Some(s.wrong_place)),
    };
    let asked = look.filter(|asked| !asked.is_empty());
    let look = asked.as_ref().and_then(|asked| NamedLook::of(known, asked));
    if asked.is_some() && look.is_none() {
        return Ok(Some(s.wrong_look));
    }
    let choice = Choice { act: known.kind.act(), profile, level, placed, look };
    if choice.act == Act::Sign && !Ways::of(state, &reader.session).is_any() {
        return Ok(Some(s.needs_passkey));
    }
    // What cannot be done is told now, and not after the consent.
    let options = options_of(&choice, good, reader.spoken.language);
    let caller = reader.session.authenticated();
    let tried = state.service.try_out(choice.act, caller, options, good.document.clone()).await;
    match tried {
        Ok(_) => {
            if let Some(former) = batch.choose(choice) {
                state.service.forget_activation(&former.id);
            }
            Ok(None)
        }
        Err(crate::Error::Refused(refusals)) => {
            let first = refusals.iter().next();
            Ok(first.map(|refusal| rule(reader.spoken.language, refusal.rule)))
        }
        Err(crate::Error::Document(cause)) => Ok(Some(unfit(reader.spoken.language, &cause))),
        Err(error) => Err(error.into()),
    }
}
