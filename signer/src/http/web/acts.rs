//! `/acts`: what a person did here, and what of it is on record.

use std::time::{Duration, UNIX_EPOCH};

use axum::{
    extract::{Extension, Query, State},
    http::{
        HeaderMap, StatusCode,
        header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use seal::{
    ProfileId,
    policy::{Rule, SealPolicy},
};
use serde::Deserialize;

use super::{
    answer::{self, WebError, frame},
    evidence::{self, Beside, PACKAGE, taken},
    sent::Sent,
    spoken::Spoken,
};
use crate::{
    Error,
    access::session::Session,
    audit::{AuditPosition, OutcomeResult, RecordedAct, Timestamp},
    danish_time::danish_time,
    http::{AppState, body::in_parts},
    store::{FoundRecord, RecordActor, Search},
    web::{
        ActRow, ActsPage, Language, SigningTexts, acts_texts, evidence_texts, rule, signing_texts,
    },
};

/// How many records are looked at for a page.
const LIMIT: u32 = 100;

#[derive(Deserialize)]
pub(super) struct After {
    after: Option<String>,
}

/// The page.
pub(super) async fn page(
    State(_): State<AppState>,
    Extension(session): Extension<Session>,
    spoken: Spoken,
    Query(After { after }): Query<After>,
    headers: HeaderMap,
) -> Response {
    let found = async {
        let person = session.caller.person().ok_or(WebError::NoSession)?;
        let after = after.map(|after| after.parse()).transpose();
        let search = Search {
            actor: Some(RecordActor::Person(person.person.clone())),
            after: after.map_err(|_| WebError::Malformed)?,
            limit: LIMIT,
            ..Search::default()
        };
        let page = session.organisation.tenant().search(&search).await;
        Ok::<_, WebError>(page.map_err(Error::from)?)
    };
    match found.await {
        Ok(found) => {
            let (language, offers) = (spoken.language, evidence::is_offered(&session));
            let snapshot = session.organisation.snapshot();
            let rows = found.records.iter();
            let rows = rows.filter_map(|record| row(language, snapshot.policy(), record, offers));
            let page = ActsPage {
                frame: frame(&spoken, "/acts"),
                a: acts_texts(language),
                e: evidence_texts(language),
                csrf: session.csrf().to_owned(),
                acts: rows.collect(),
                next: found.next.map(|next| next.to_string()),
            };
            answer::page(StatusCode::OK, &spoken, &page)
        }
        Err(error) => error.shown(&headers, &spoken),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Take {
    csrf: String,
    position: String,
    time: String,
}

/// The evidence of one act, of which the documents are not there any more.
pub(super) async fn evidence(
    State(state): State<AppState>,
    Extension(session): Extension<Session>,
    spoken: Spoken,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let given = async {
        let Take { csrf, position, time } = sent.form().await?;
        if !session.is_shown(&csrf) {
            return Err(WebError::Csrf);
        }
        let position: AuditPosition = position.parse().map_err(|_| WebError::Malformed)?;
        let time = time.parse().map_err(|_| WebError::Malformed)?;
        let beside = |_: &_| Ok(Beside::default());
        taken(&state, &session, spoken.language, (position, time), beside).await
    };
    match given.await {
        Ok(pieces) => {
            let headers = [
                (CONTENT_TYPE, "application/zip"),
                (CONTENT_DISPOSITION, PACKAGE),
                (CACHE_CONTROL, "no-store"),
            ];
            (headers, in_parts(pieces)).into_response()
        }
        Err(error) => error.shown(&headers, &spoken),
    }
}

/// What is said of a record that ends an act over documents.
fn row(
    language: Language,
    policy: &SealPolicy,
    record: &FoundRecord,
    offers: bool,
) -> Option<ActRow> {
    let a = acts_texts(language);
    let event = &record.event;
    let is_declined = event["what"] == "declined";
    let what = match record.act? {
        RecordedAct::Signature => a.signed,
        RecordedAct::Seal => a.sealed,
        RecordedAct::Augmentation => a.raised,
        RecordedAct::Access if is_declined => a.declined,
        RecordedAct::Access | RecordedAct::Administration | RecordedAct::Certificate => {
            return None;
        }
    };
    let (outcome, class) = match record.outcome? {
        OutcomeResult::Done if is_declined => (a.on_record, "open"),
        OutcomeResult::Done => (a.done, "done"),
        OutcomeResult::Failed => (a.failed, "bad"),
        OutcomeResult::Refused => (a.refused, "bad"),
    };
    let named = [
        (a.level, "level"),
        (a.code, "reference_code"),
        (a.reason, "reason"),
        (a.original, "input_sha256"),
        (a.result, "output_sha256"),
        (a.certificate, "certificate_serial"),
    ];
    let mut details: Vec<(&'static str, String, bool)> = Vec::new();
    for (name, field) in named {
        let said = event[field].as_str().map(|value| match field {
            "reason" if is_declined => why_declined(signing_texts(language), value),
            _ => value,
        });
        details.extend(said.map(|said| (name, said.to_owned(), field != "reason")));
    }
    if let Some(rules) = event["rules"].as_array() {
        let rules = rules.iter().filter_map(|rule| rule.as_str());
        let rules: Vec<_> = rules.map(|name| broken(language, name)).collect();
        details.push((a.rules, rules.join(" "), false));
    }
    let profile = record.profile.as_ref().map(|id| {
        let known = policy.profile(&ProfileId::new(id.as_str()));
        known.map_or_else(|| id.clone(), |known| known.display_name.clone())
    });
    let evidence = (offers && evidence::is_of_act(record))
        .then(|| (record.position.to_string(), record.time.to_string()));
    Some(ActRow { what, time: time(record.time), profile, outcome, class, details, evidence })
}

/// Why somebody declined, by the log's word for it.
fn why_declined<'a>(s: &'static SigningTexts, word: &'a str) -> &'a str {
    match word {
        "content" => s.why_content,
        "not-mine" => s.why_not_mine,
        "later" => s.why_later,
        other => other,
    }
}

/// What a rule says, by its name; one that is not known keeps it.
fn broken(language: Language, name: &str) -> String {
    let known = Rule::ALL.into_iter().find(|rule| rule.name() == name);
    known.map_or(name, |known| rule(language, known)).to_owned()
}

fn time(time: Timestamp) -> String {
    let microseconds = u64::try_from(time.microseconds()).unwrap_or_default();
    danish_time(UNIX_EPOCH + Duration::from_micros(microseconds))
}
