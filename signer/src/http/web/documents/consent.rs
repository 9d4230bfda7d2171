//! A person agrees to exactly these documents, and the work begins.

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};
use seal::Act;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    choice::{options_of, ready},
    shared::{Reader, goes_to, row},
    work::work_by_choice,
};
use crate::{
    Error,
    access::random_secret::sha256,
    audit::{Timestamp, hex},
    desk::{AwaitedActivation, Batch, Choice, Placed, Stage},
    http::{
        AppState,
        path::Path,
        web::{
            answer::{self, WebError},
            sent::Sent,
        },
    },
    web::{AgreementPage, level_told, rule},
};

/// What the page is asked with where something else was chosen than was agreed to.
const CHANGED: &str = "changed=1";

/// The page.
pub(super) async fn page(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let is_changed = query.is_some_and(|query| query.split('&').any(|one| one == CHANGED));
    let problem = is_changed.then_some(reader.texts().agree_changed);
    match shown(&state, &reader, &id, problem) {
        Err(WebError::Begun) => goes_to(&format!("/documents/{id}/result")),
        Ok(Some(page)) => answer::page(StatusCode::OK, &reader.spoken, &page),
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
    let size = good.pages.as_ref().and_then(|pages| pages.of(page.saturating_sub(1)));
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
        level: choice.level.name(),
        level_told: level_told(reader.spoken.language, choice.level),
        agreement: agreement(reader, &batch, &choice),
        papers: batch.papers().iter().enumerate().map(|(at, paper)| row(s, at, paper)).collect(),
        do_it: match choice.act {
            Act::Seal => s.do_seal,
            Act::Sign => s.do_go_on,
        },
    }))
}

/// SHA-256 over all that is agreed to, each part with its length before it: what is agreed to in one window
/// is never what another window chose meanwhile, or an administrator made of the profile.
fn agreement(reader: &Reader, batch: &Batch, choice: &Choice) -> String {
    let snapshot = reader.session.organisation.snapshot();
    let profile = snapshot.policy().profile(&choice.profile);
    let mut parts = vec![
        format!("{:?}", choice.act),
        choice.profile.as_str().to_owned(),
        profile.map(|profile| profile.display_name.clone()).unwrap_or_default(),
        format!("{:?}", snapshot.profile_version(&choice.profile)),
        format!("{:?}", snapshot.revision()),
        choice.level.name().to_owned(),
        format!("{:?}", choice.placed),
        format!("{:?}", choice.look),
        format!("{:?}", reader.spoken.language),
        snapshot.policy().organisation().registered_name.clone(),
    ];
    parts.extend(batch.papers().iter().map(|paper| paper.document.sha256().to_string()));
    let whole: Vec<u8> = parts
        .iter()
        .flat_map(|part| [&(part.len() as u64).to_be_bytes()[..], part.as_bytes()].concat())
        .collect();
    hex(&sha256(&whole))
}

/// What was agreed to, for the evidence: no name of a person or of a file stands in it.
fn record(state: &AppState, reader: &Reader, batch: &Batch, choice: &Choice) -> Value {
    let s = reader.texts();
    let what = if choice.act == Act::Seal { s.do_seal } else { s.do_sign };
    let words = [
        s.consent_title,
        what,
        s.by,
        s.profile,
        s.level_label,
        level_told(reader.spoken.language, choice.level),
        s.preview_hint,
        s.invisible_told,
        s.agree,
    ];
    let placed = match &choice.placed {
        Placed::Invisible => json!("invisible"),
        // How a field is called is the document's.
        Placed::Field(_) => json!("field"),
        Placed::Page { number, rectangle } => json!({ "page": number, "rectangle": rectangle }),
    };
    let snapshot = reader.session.organisation.snapshot();
    let at = Timestamp::try_from(state.service.clock().now()).ok();
    json!({
        "agreed_at": at.map(|at| at.to_string()),
        "reference_code": batch.code(),
        "language": reader.frame("/").t.tag,
        "terms": s.agree,
        "text_sha256": hex(&sha256(words.join("\n").as_bytes())),
        "program_version": env!("CARGO_PKG_VERSION"),
        "agreement_sha256": agreement(reader, batch, choice),
        "act": choice.act,
        "profile": choice.profile.as_str(),
        "profile_version": snapshot.profile_version(&choice.profile).map(|version| version.0),
        "level": choice.level.name(),
        "placed": placed,
        "appearance": choice.look.as_ref().map(|look| &look.name),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Agreed {
    csrf: String,
    agreement: String,
    agree: Option<String>,
}

/// Where an agreement leads, or what stands against it.
enum Led {
    To(String),
    Not(&'static str),
}

/// Begins: the work on seals; for signatures an activation, whose page asks for the person's evidence.
pub(super) async fn agree(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
    sent: Sent,
) -> Response {
    let problem = match agreed(&state, &reader, &id, sent).await {
        Ok(Led::To(address)) => return goes_to(&address),
        Ok(Led::Not(problem)) => problem,
        Err(error) => return reader.told(&error),
    };
    match shown(&state, &reader, &id, Some(problem)) {
        Ok(Some(page)) => answer::page(StatusCode::BAD_REQUEST, &reader.spoken, &page),
        Ok(None) => goes_to(&format!("/documents/{id}/choice")),
        Err(error) => reader.told(&error),
    }
}

async fn agreed(state: &AppState, reader: &Reader, id: &str, sent: Sent) -> Result<Led, WebError> {
    let Agreed { csrf, agreement: shown, agree } = sent.form().await?;
    reader.shows(&csrf)?;
    let batch = reader.batch(state, id)?;
    let result = Led::To(format!("/documents/{id}/result"));
    if batch.stage() != Stage::Open {
        // It was sent twice.
        return Ok(result);
    }
    ready(&batch)?;
    if agree.as_deref() != Some("yes") {
        return Ok(Led::Not(reader.texts().agree_first));
    }
    let Some(choice) = batch.choice() else {
        return Ok(Led::To(format!("/documents/{id}/choice")));
    };
    if shown != agreement(reader, &batch, &choice) {
        return Ok(again(id));
    }
    batch.agree(&choice, record(state, reader, &batch, &choice));
    match choice.act {
        Act::Seal => {
            let language = reader.spoken.language;
            let begins = work_by_choice(state, &reader.session, batch, choice, language);
            Ok(if begins { result } else { again(id) })
        }
        Act::Sign => activation(state, reader, &batch, &choice).await,
    }
}

/// Has the device begin an activation over exactly these documents, as they were placed.
async fn activation(
    state: &AppState,
    reader: &Reader,
    batch: &Batch,
    choice: &Choice,
) -> Result<Led, WebError> {
    let language = reader.spoken.language;
    let good = batch.papers().iter().filter(|paper| paper.is_good());
    let documents =
        good.map(|paper| (options_of(choice, paper, language), paper.document.clone())).collect();
    let caller = reader.session.authenticated();
    let held = match state.service.begin_activation(caller, documents).await {
        Ok(held) => held,
        Err(Error::Refused(refusals)) => {
            let first = refusals.iter().next().map(|refusal| rule(language, refusal.rule));
            return Ok(Led::Not(first.unwrap_or(reader.texts().one_cannot)));
        }
        Err(Error::Document(_)) => return Ok(Led::Not(reader.texts().one_cannot)),
        Err(error) => return Err(error.into()),
    };
    let activation = held.activation();
    let id = activation.id.as_str().to_owned();
    let address = format!("/sign/{id}");
    let awaited = AwaitedActivation { id, code: activation.reference_code().to_string() };
    // Somebody who chose something else meanwhile, in another window, looks at that first.
    let (waits, former) = batch.wait_for(awaited, choice);
    if let Some(former) = former {
        state.service.forget_activation(&former.id);
    }
    Ok(if waits { Led::To(address) } else { again(batch.id()) })
}

/// To the page once more, which says why.
fn again(id: &str) -> Led {
    Led::To(format!("/documents/{id}/consent?{CHANGED}"))
}
