//! A person agrees to exactly these documents, and the work begins.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode, response::Response};
use seal::Act;
use serde::Deserialize;

use super::{
    choice::{options_of, ready},
    shared::{Reader, goes_to, level_name, row},
};
use crate::{
    authentication::Authenticated,
    desk::{Batch, Choice, Outcome, Placed, Stage},
    http::{
        AppState,
        path::Path,
        web::{
            answer::{self, WebError},
            sent::Sent,
        },
    },
    problem::Problem,
    service::{Language, Service},
    web::AgreementPage,
};

/// The page.
pub(super) async fn page(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
) -> Response {
    match shown(&state, &reader, &id, None) {
        Err(WebError::Begun) => goes_to(&format!("/documents/{id}/result")),
        Ok(Some(page)) => answer::page(StatusCode::OK, reader.spoken, &page),
        Ok(None) => goes_to(&format!("/documents/{id}/choice")),
        Err(error) => reader.told(&error),
    }
}

fn shown(
    state: &AppState,
    reader: &Reader,
    id: &str,
    problem: Option<&'static str>,
) -> Result<Option<AgreementPage>, WebError> {
    let batch = reader.batch(state, id)?;
    let good = ready(&batch)?;
    let Some(choice) = batch.choice() else { return Ok(None) };
    let s = reader.texts();
    let snapshot = reader.session.organisation.snapshot();
    let organisation = snapshot.policy().organisation().registered_name.clone();
    let person = reader.session.caller.person().map(|claims| claims.name.clone());
    let by = match (choice.act, person) {
        (Act::Seal, _) | (Act::Sign, None) => organisation,
        (Act::Sign, Some(name)) => format!("{name}, {organisation}"),
    };
    let profile = snapshot.policy().profile(&choice.profile);
    let is_seen = choice.placed != Placed::Invisible;
    let page = match &choice.placed {
        Placed::Page { number, .. } => (*number as usize).min(good.page_count()),
        Placed::Field(_) | Placed::Invisible => 1,
    };
    let size = good.pages.as_ref().and_then(|pages| pages.size(page.saturating_sub(1)).ok());
    let what = match choice.act {
        Act::Seal => s.do_seal,
        Act::Sign => s.do_sign,
    };
    Ok(Some(AgreementPage {
        frame: reader.frame(&format!("/documents/{id}/consent")),
        s,
        at: 2,
        csrf: reader.session.csrf().to_owned(),
        id: id.to_owned(),
        code: batch.code(),
        problem,
        preview: size.filter(|_| is_seen).map(|_| format!("/documents/{id}/preview?width=1240")),
        points_width: size.map_or(1, |size| size.width.round() as u32),
        points_height: size.map_or(1, |size| size.height.round() as u32),
        what,
        by,
        profile: profile.map(|profile| profile.display_name.clone()).unwrap_or_default(),
        level: level_name(choice.level),
        papers: batch.papers().iter().enumerate().map(|(at, paper)| row(s, at, paper)).collect(),
        do_it: what,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Agreed {
    csrf: String,
    agree: Option<String>,
}

/// Begins.
pub(super) async fn agree(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
    sent: Sent,
) -> Response {
    let begun = async {
        let Agreed { csrf, agree } = sent.form().await?;
        reader.shows(&csrf)?;
        let batch = reader.batch(&state, &id)?;
        if batch.stage() != Stage::Open {
            // It was sent twice.
            return Ok(true);
        }
        ready(&batch)?;
        if agree.as_deref() != Some("yes") {
            return Ok(false);
        }
        if let Some(choice) = batch.choice()
            && batch.begin()
        {
            let caller = reader.session.authenticated();
            let work =
                work(Arc::clone(&state.service), batch, caller, choice, reader.spoken.language);
            tokio::spawn(work);
        }
        Ok::<_, WebError>(true)
    };
    let s = reader.texts();
    match begun.await {
        Ok(true) => goes_to(&format!("/documents/{id}/result")),
        Ok(false) => match shown(&state, &reader, &id, Some(s.agree_first)) {
            Ok(Some(page)) => answer::page(StatusCode::BAD_REQUEST, reader.spoken, &page),
            Ok(None) => goes_to(&format!("/documents/{id}/choice")),
            Err(error) => reader.told(&error),
        },
        Err(error) => reader.told(&error),
    }
}

/// Does one document after the other; one that fails stops none of the others.
async fn work(
    service: Arc<Service>,
    batch: Arc<Batch>,
    caller: Authenticated,
    choice: Choice,
    language: Language,
) {
    for paper in batch.papers() {
        if batch.is_stopped() {
            paper.set(Outcome::Cancelled);
            continue;
        }
        if let Err(problem) = &paper.facts {
            paper.set(Outcome::Failed { problem, rules: Vec::new() });
            continue;
        }
        paper.set(Outcome::Working);
        let options = options_of(&choice, paper, language);
        let document = paper.document.clone();
        let done = service.perform(choice.act, caller.clone(), options, document).await;
        paper.set(match done {
            Ok(completed) => Outcome::Done {
                parts: completed.parts,
                receipt: completed.receipt.id.to_string(),
                degraded: completed.degraded,
            },
            Err(error) => {
                let rules = match &error {
                    crate::Error::Refused(refusals) => {
                        refusals.iter().map(|refusal| refusal.rule).collect()
                    }
                    _ => Vec::new(),
                };
                Outcome::Failed { problem: Problem::from(&error).kind().name(), rules }
            }
        });
    }
    batch.end();
}
