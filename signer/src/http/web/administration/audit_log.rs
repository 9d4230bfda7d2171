//! The audit log, searched.

use std::time::Duration;

use axum::{extract::Query, response::Response};
use registry::{AdministrativeAct, Moment};
use serde::Deserialize;

use super::{
    history::time,
    office::{Office, Sheet, Turned},
    section::Section,
    wholeness,
};
use crate::{
    Error,
    audit::{OutcomeResult, RecordedAct, Timestamp},
    danish_time::danish_midnight,
    http::administration::exported,
    service::Reference,
    store::{FoundRecord, RecordActor, Search, SearchPage},
    web::{Block, Cell, Field, Form, Kind, Link, Table, what},
};

const AT: &str = "/administration/audit-log";

/// How many records are shown at a time; and how many are looked at for a reference, and how often.
const SHOWN: u32 = 50;
const LOOKED_AT: u32 = 1000;
const PARTS: usize = 4;

/// How long before and after the time in a reference the act was recorded.
const BEFORE: Duration = Duration::from_secs(120);
const AFTER: Duration = Duration::from_secs(900);

/// What is looked for. A field of the page that is left empty says nothing.
#[derive(Clone, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    act: String,
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    profile: String,
    #[serde(default)]
    application: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    reference: String,
    #[serde(default)]
    after: String,
}

/// The page.
pub(super) async fn page(office: Office, Query(wanted): Query<Wanted>) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ReadAuditLog)?;
    let a = office.a;
    let mut form = form(&office, &wanted);
    let mut blocks = wholeness::state(&office);
    blocks.push(Block::Links(vec![wholeness::link(&office)]));
    let named = office.may(AdministrativeAct::ReadActors);
    match search(&office, &wanted) {
        Err(text) => {
            form.problem = Some(text.to_owned());
            blocks.push(Block::Form(Box::new(form)));
        }
        Ok(search) => {
            blocks.push(Block::Form(Box::new(form)));
            let SearchPage { records, next } = found(&office, search, &wanted).await?;
            let rows = records.iter().map(|record| row(&office, record, named));
            blocks.push(Block::Table(Table {
                caption: a.audit_log,
                columns: vec![a.time, a.what, a.by, a.profile, a.outcome, a.record],
                rows: rows.collect(),
                none: a.no_records,
            }));
            let mut links = Vec::new();
            links.extend(next.map(|next| {
                let after = Wanted { after: next.to_string(), ..wanted.clone() };
                Link::new(format!("{AT}?{}", query(&after)), a.older)
            }));
            let all = Wanted { after: String::new(), ..wanted.clone() };
            links.push(Link::new(format!("{AT}/export?{}", query(&all)), a.export));
            blocks.push(Block::Links(links));
        }
    }
    Ok(office.shown(Sheet {
        section: Section::AuditLog,
        path: AT.to_owned(),
        above: None,
        title: a.audit_log.to_owned(),
        lead: a.audit_log_lead,
        blocks,
    }))
}

/// What is found, one record a line, as the interface has it.
pub(super) async fn export(
    office: Office,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ReadAuditLog)?;
    let malformed = |text: &str| {
        office.refused(&crate::service::RequestError::Malformed(text.to_owned()).into())
    };
    let search = search(&office, &wanted).map_err(malformed)?;
    let caller = office.session.authenticated();
    let lines = exported(&office.state.service, caller, search, None);
    lines.map_err(|error| office.refused(&error))
}

/// What the fields say, or why it cannot be looked for.
fn search(office: &Office, wanted: &Wanted) -> Result<Search, &'static str> {
    let a = office.a;
    let day = |text: &str, days| match text {
        "" => Ok(None),
        text => {
            let midnight = danish_midnight(text, days).ok_or(a.wrong_day)?;
            Timestamp::try_from(midnight).map(Some).map_err(|_| a.wrong_day)
        }
    };
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let person = some(&wanted.person);
    let actor = match (some(&wanted.application), person) {
        (Some(application), _) => Some(RecordActor::Application(application)),
        (None, Some(word)) if office.may(AdministrativeAct::ReadActors) => {
            let known = office.known_people().into_iter().find(|known| known.word == word);
            Some(RecordActor::Person(known.ok_or(a.wrong_person)?.person))
        }
        (None, Some(_)) => return Err(a.no_actors),
        (None, None) => None,
    };
    let after = some(&wanted.after).map(|after| after.parse()).transpose();
    let mut search = Search {
        from: day(&wanted.from, 0)?,
        until: day(&wanted.until, 1)?,
        act: RecordedAct::ALL.into_iter().find(|act| act.name() == wanted.act),
        outcome: outcomes().into_iter().find(|outcome| outcome.name() == wanted.outcome),
        profile: some(&wanted.profile),
        actor,
        after: after.map_err(|_| a.wrong_choice)?,
        limit: SHOWN,
        ..Search::default()
    };
    if let Some(reference) = Reference::parse(wanted.reference.trim()) {
        let moment = |time| Timestamp::try_from(time).ok();
        search.from = moment(reference.time() - BEFORE);
        search.until = moment(reference.time() + AFTER);
    }
    Ok(search)
}

fn outcomes() -> [OutcomeResult; 3] {
    [OutcomeResult::Done, OutcomeResult::Failed, OutcomeResult::Refused]
}

async fn found(office: &Office, mut search: Search, wanted: &Wanted) -> Result<SearchPage, Turned> {
    let tenant = office.organisation().tenant();
    let unread = |error| office.refused(&Error::from(error));
    let reference = wanted.reference.trim();
    if reference.is_empty() {
        return tenant.search(&search).await.map_err(unread);
    }
    // As it is written in the log: letters alone, all of them capitals.
    let plain: String = reference.chars().filter(|one| one.is_alphanumeric()).collect();
    let bears = |record: &FoundRecord| {
        ["reference", "reference_code", "receipt"].iter().any(|name| {
            record.event[*name].as_str().is_some_and(|text| {
                let text: String = text.chars().filter(|one| one.is_alphanumeric()).collect();
                text.eq_ignore_ascii_case(&plain)
            })
        })
    };
    let mut records = Vec::new();
    search.limit = LOOKED_AT;
    for _ in 0..PARTS {
        let part = tenant.search(&search).await.map_err(unread)?;
        records.extend(part.records.into_iter().filter(bears));
        search.after = part.next;
        if search.after.is_none() {
            break;
        }
    }
    Ok(SearchPage { records, next: search.after })
}

fn row(office: &Office, record: &FoundRecord, named: bool) -> Vec<Cell> {
    let a = office.a;
    let told = record.event["what"].as_str();
    let told = told.map(|word| what(office.language(), word));
    let said = told.or_else(|| record.act.map(|act| act_said(office, act).to_owned()));
    let subject = match (record.event["entry"].as_str(), record.event["id"].as_str()) {
        (Some("person" | "grant" | "mandate"), _) | (None, _) => None,
        (Some(_), id) => id,
    };
    let said = said.unwrap_or_else(|| what(office.language(), &record.kind));
    let said = subject.map_or_else(|| said.clone(), |subject| format!("{said}: {subject}"));
    let outcome = match record.outcome {
        Some(OutcomeResult::Done) => Cell::marked(a.done, "done"),
        Some(OutcomeResult::Failed) => Cell::marked(a.failed, "bad"),
        Some(OutcomeResult::Refused) => {
            let rules = record.event["rules"].as_array();
            let rules: Vec<_> =
                rules.into_iter().flatten().filter_map(|one| one.as_str()).collect();
            Cell::marked([a.was_refused, &*rules.join(", ")].join(" "), "bad")
        }
        None => Cell::of(a.nothing),
    };
    let profile = record.profile.clone().unwrap_or_else(|| a.nothing.to_owned());
    let mut details = vec![format!("sha256 {}", record.position.hash)];
    details.extend(serde_json::to_string_pretty(&record.event).ok());
    let number = Cell {
        text: record.position.sequence.to_string(),
        details: Some(details.join("\n")),
        ..Cell::default()
    };
    let by = Cell::of(office.acted(record, named));
    vec![Cell::of(time(record.time)), Cell::of(said), by, Cell::of(profile), outcome, number]
}

/// What an act is called.
pub(super) fn act_said(office: &Office, act: RecordedAct) -> &'static str {
    let a = office.a;
    match act {
        RecordedAct::Signature => a.signatures,
        RecordedAct::Seal => a.seals,
        RecordedAct::Augmentation => a.augmentations,
        RecordedAct::Administration => a.changes_made,
        RecordedAct::Access => a.access,
        RecordedAct::Certificate => a.certificates,
    }
}

fn form(office: &Office, wanted: &Wanted) -> Form {
    let a = office.a;
    let any = || vec![(String::new(), a.any.to_owned())];
    let mut acts = any();
    acts.extend(
        RecordedAct::ALL.map(|act| (act.name().to_owned(), act_said(office, act).to_owned())),
    );
    let mut ended = any();
    ended.extend(outcomes().map(|outcome| {
        let said = match outcome {
            OutcomeResult::Done => a.done,
            OutcomeResult::Failed => a.failed,
            OutcomeResult::Refused => a.was_refused,
        };
        (outcome.name().to_owned(), said.to_owned())
    }));
    let mut profiles = any();
    profiles.extend(
        office.every_profile().into_iter().map(|one| (one.id.to_string(), one.display_name)),
    );
    let one =
        |name, label, choices, held: &str| Field::new(name, label, Kind::One(choices)).with(held);
    let mut fields = vec![
        Field::new("from", a.first_day, Kind::Day).with(wanted.from.clone()),
        Field::new("until", a.last_day, Kind::Day).with(wanted.until.clone()),
        one("act", a.kind, acts, &wanted.act),
        one("outcome", a.outcome, ended, &wanted.outcome),
        one("profile", a.profile, profiles, &wanted.profile),
        Field::new("application", a.application, Kind::Line(64)).with(wanted.application.clone()),
        Field::new("reference", a.reference, Kind::Line(64)).with(wanted.reference.clone()),
    ];
    if office.may(AdministrativeAct::ReadActors) && office.may(AdministrativeAct::ReadPeople) {
        let mut people = any();
        people.extend(office.known_people().into_iter().map(|known| (known.word, known.name)));
        fields.push(one("person", a.person, people, &wanted.person));
    }
    let mut form = Form::new(AT, "", a.look).fields(fields);
    form.asks = true;
    form
}

/// What is asked for, as it stands in an address.
fn query(wanted: &Wanted) -> String {
    let Wanted { from, until, act, outcome, profile, application, person, reference, after } =
        wanted;
    let pairs = [
        ("from", from),
        ("until", until),
        ("act", act),
        ("outcome", outcome),
        ("profile", profile),
        ("application", application),
        ("person", person),
        ("reference", reference),
        ("after", after),
    ];
    let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    let written = reqwest::Url::parse_with_params("http://localhost", pairs);
    written.ok().and_then(|url| url.query().map(str::to_owned)).unwrap_or_default()
}

/// The time now, where a page shows days.
pub(super) fn today(office: &Office) -> Option<i64> {
    let now = office.state.service.clock().now();
    Moment::try_from(now).ok()?;
    let since = now.duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs() / 86_400).ok()
}
