//! What became of a thing, as the audit log has it.

use std::time::{Duration, UNIX_EPOCH};

use registry::{AdministrativeAct, Role};
use serde_json::Value;

use super::{
    appearance_fields::member_said,
    office::{Office, Turned},
};
use crate::{
    Error,
    audit::{RecordedAct, Timestamp},
    danish_time::danish_time,
    store::{Cursor, FoundRecord, RecordActor, Search},
    web::{AppearanceTexts, Block, Cell, Table, Tint, appearance_texts, member, texts, what},
};

/// How many records of changes are looked at: what is older is found in the audit log.
const PARTS: usize = 5;
const RECORDS: u32 = 1000;

/// The changes of a thing, the newest first.
pub(super) async fn of(office: &Office, entry: &str, id: &str) -> Result<Vec<Block>, Turned> {
    let tenant = office.organisation().tenant();
    let (mut found, mut after): (Vec<FoundRecord>, Option<Cursor>) = (Vec::new(), None);
    for _ in 0..PARTS {
        let search = Search {
            act: Some(RecordedAct::Administration),
            after,
            limit: RECORDS,
            ..Search::default()
        };
        let part = tenant.search(&search).await;
        let part = part.map_err(|error| office.refused(&Error::from(error)))?;
        let of_it =
            |record: &FoundRecord| record.event["entry"] == entry && record.event["id"] == id;
        found.extend(part.records.into_iter().filter(of_it));
        after = part.next;
        if after.is_none() {
            break;
        }
    }
    let a = office.a;
    let named = office.may(AdministrativeAct::ReadActors);
    let rows = found.iter().map(|record| {
        vec![
            Cell::of(time(record.time)),
            Cell::of(record.event["revision"].to_string()),
            Cell::of(what(office.language(), record.event["what"].as_str().unwrap_or_default())),
            Cell::of(office.acted(record, named)),
            Cell::of(changed(office, &record.event)),
        ]
    });
    let table = Table {
        caption: a.history,
        columns: vec![a.time, a.version, a.what, a.by, a.changes],
        rows: rows.collect(),
        none: a.no_history,
    };
    let mut blocks = vec![Block::Table(table)];
    if after.is_some() {
        blocks.push(Block::Text(a.older_history.to_owned(), Tint::Hint));
    }
    Ok(blocks)
}

/// Each setting that is another one, as it was and as it is.
fn changed(office: &Office, event: &Value) -> String {
    let (before, after) = (&event["before"], &event["after"]);
    let (Some(before), Some(after)) = (before.as_object(), after.as_object()) else {
        return office.a.nothing.to_owned();
    };
    let word = |value: Option<&Value>| match value {
        None | Some(Value::Null) => office.a.nothing.to_owned(),
        Some(Value::Array(all)) if all.is_empty() => office.a.nothing.to_owned(),
        Some(Value::String(text)) => said(office, text),
        Some(Value::Bool(true)) => office.a.yes.to_owned(),
        Some(Value::Bool(false)) => office.a.no.to_owned(),
        Some(Value::Array(all)) => {
            let all = all.iter().filter_map(|one| one.as_str()).map(|one| said(office, one));
            all.collect::<Vec<_>>().join(", ")
        }
        Some(other) => other.to_string(),
    };
    let names = after.keys().chain(before.keys().filter(|name| !after.contains_key(*name)));
    let names = names.filter(|name| before.get(*name) != after.get(*name));
    let told = names.map(|name| {
        if name == "appearances" {
            return looks(office, before.get(name), after.get(name));
        }
        let (was, is) = (word(before.get(name)), word(after.get(name)));
        format!("{}: {was} → {is}", member(office.a, name))
    });
    let told: Vec<_> = told.collect();
    if told.is_empty() { office.a.names_alone.to_owned() } else { told.join("; ") }
}

/// Each appearance that is another one: its members, and of its hash the beginning.
fn looks(office: &Office, before: Option<&Value>, after: Option<&Value>) -> String {
    let of = |all: Option<&Value>| all.and_then(Value::as_object).cloned().unwrap_or_default();
    let (before, after) = (of(before), of(after));
    let members = |one: Option<&Value>| {
        let Some(one) = one.and_then(Value::as_object) else {
            return office.a.nothing.to_owned();
        };
        let said = one.iter().map(|(name, value)| {
            let x = appearance_texts(office.language());
            let value = match value {
                Value::String(word) => member_said(x, name, word),
                Value::Array(all) => {
                    let all = all.iter().map(|one| match one.as_str() {
                        Some(word) => member_said(x, name, word),
                        None => one.to_string(),
                    });
                    all.collect::<Vec<_>>().join(" / ")
                }
                other => other.to_string(),
            };
            let is_hash = name.ends_with("sha256");
            let value = if is_hash { value.chars().take(8).collect() } else { value };
            format!("{}: {value}", look_member(x, name))
        });
        said.collect::<Vec<_>>().join(", ")
    };
    let names = after.keys().chain(before.keys().filter(|name| !after.contains_key(*name)));
    let names = names.filter(|name| before.get(*name) != after.get(*name));
    let told = names.map(|name| {
        let (was, is) = (members(before.get(name)), members(after.get(name)));
        format!("{} {name}: {was} → {is}", office.a.appearances)
    });
    told.collect::<Vec<_>>().join("; ")
}

/// What people call a member of an appearance that the log tells of.
fn look_member<'a>(x: &'a AppearanceTexts, name: &'a str) -> &'a str {
    match name {
        "language" => x.language,
        "lines" => x.text,
        "logo_sha256" => x.logo,
        "page" => x.page,
        "preset" => x.preset,
        "rect" => x.place,
        "sha256" => x.mark,
        "show" => x.show,
        other => other,
    }
}

/// A role by its name for people; any other word as it is.
fn said(office: &Office, word: &str) -> String {
    let role = Role::ALL.into_iter().find(|role| role.name() == word);
    role.map_or(word, |role| texts(office.language()).role(role)).to_owned()
}

impl Office {
    /// Who acted, for those who may know.
    pub(super) fn acted(&self, record: &FoundRecord, named: bool) -> String {
        match &record.actor {
            Some(RecordActor::Application(id)) => id.clone(),
            Some(RecordActor::Person(person)) if named => self.person(person),
            Some(RecordActor::Person(_)) => self.a.a_person.to_owned(),
            None if record.event["requester"].is_null() => self.a.nothing.to_owned(),
            None if record.event["requester"] == "operator" => self.a.operator.to_owned(),
            None if record.event["requester"] == "contact" => self.c.contact.to_owned(),
            None => self.a.erased.to_owned(),
        }
    }
}

/// A moment of the log as people in Denmark read it.
pub(super) fn time(time: Timestamp) -> String {
    let microseconds = u64::try_from(time.microseconds()).unwrap_or_default();
    let time = danish_time(UNIX_EPOCH + Duration::from_micros(microseconds));
    time.chars().take("2026-11-22 15:34:56".len()).collect()
}
