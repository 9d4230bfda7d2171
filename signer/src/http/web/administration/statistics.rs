//! How many acts there were, by day and by profile.

use std::collections::BTreeMap;

use axum::{extract::Query, response::Response};
use registry::AdministrativeAct;
use serde::Deserialize;

use super::{
    audit_log::{act_said, today},
    office::{Office, Sheet, Turned},
    section::Section,
};
use crate::{
    Error,
    administration::RECEIPTS_APPLICATION,
    audit::{OutcomeResult, RecordedAct},
    http::query::written,
    store::{ActCount, Statistics},
    web::{Block, Cell, Chart, ChartDay, Field, Form, Kind, Link, Table},
};

const AT: &str = "/administration/statistics";

/// How many days are shown, unless somebody asks for others.
const DAYS: i64 = 30;

/// How many counts are looked at.
const COUNTS: u32 = 10_000;

/// What is looked at.
#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    days: String,
    #[serde(default)]
    act: String,
}

/// The page.
pub(super) async fn page(office: Office, Query(wanted): Query<Wanted>) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ReadAuditLog)?;
    let a = office.a;
    let days = wanted.days.parse().ok().filter(|days| matches!(days, 7 | 30 | 90));
    let days = days.unwrap_or(DAYS);
    let acts = [RecordedAct::Seal, RecordedAct::Signature];
    let act = acts.into_iter().find(|act| act.name() == wanted.act);
    let until = today(&office).unwrap_or_default() + 1;
    let asked = Statistics {
        from: (until - days).max(0),
        until,
        act,
        outcome: None,
        profile: None,
        application: None,
        limit: COUNTS,
    };
    let counts = office.organisation().tenant().statistics(&asked).await;
    let counts = counts.map_err(|error| office.refused(&Error::from(error)))?;
    // The receipts that the service seals itself for evidence are nobody's acts.
    let is_own = |count: &ActCount| count.application.as_deref() == Some(RECEIPTS_APPLICATION);
    let is_act = |count: &ActCount| acts.iter().any(|act| act.name() == count.act);
    let counts: Vec<_> =
        counts.into_iter().filter(|count| is_act(count) && !is_own(count)).collect();
    let chart = chart(&office, &counts, (asked.from, until));
    let tables = [by_day(&office, &chart.days), by_profile(&office, &counts)];
    let [day, profile] = tables;
    Ok(office.shown(Sheet {
        section: Section::Statistics,
        path: AT.to_owned(),
        above: None,
        title: a.statistics.to_owned(),
        lead: a.statistics_lead,
        blocks: vec![
            Block::Form(Box::new(form(&office, days, &wanted.act))),
            Block::Chart(chart),
            Block::Heading(a.by_profile.to_owned()),
            Block::Table(profile),
            Block::Heading(a.by_day.to_owned()),
            Block::Table(day),
            Block::Links(vec![Link::new("/administration/audit-log", a.audit_log)]),
        ],
    }))
}

fn form(office: &Office, days: i64, act: &str) -> Form {
    let a = office.a;
    let spans = [7, 30, 90].map(|days| (days.to_string(), format!("{days} {}", a.days)));
    let mut acts = vec![(String::new(), a.any.to_owned())];
    for act in [RecordedAct::Seal, RecordedAct::Signature] {
        acts.push((act.name().to_owned(), act_said(office, act).to_owned()));
    }
    let fields = vec![
        Field::new("days", a.span, Kind::One(spans.into())).with(days.to_string()),
        Field::new("act", a.kind, Kind::One(acts)).with(act),
    ];
    let mut form = Form::new(AT, "", a.look).fields(fields);
    form.asks = true;
    form
}

/// Every day, those on which nothing was done among them.
fn chart(office: &Office, counts: &[ActCount], (from, until): (i64, i64)) -> Chart {
    let a = office.a;
    let mut days: BTreeMap<i64, ChartDay> = (from..until)
        .map(|day| (day, ChartDay { day: written(day), ..ChartDay::default() }))
        .collect();
    for count in counts {
        if let Some(day) = days.get_mut(&count.day) {
            let is_done = count.outcome == OutcomeResult::Done.name();
            *if is_done { &mut day.done } else { &mut day.refused } += count.count;
        }
    }
    let days: Vec<_> = days.into_values().collect();
    let (done, refused) = totals(&days);
    Chart {
        title: a.chart_title,
        told: format!("{} {done}, {} {refused}. {}", a.done, a.not_done_count, a.chart_told),
        done: a.done,
        refused: a.not_done_count,
        days,
    }
}

fn totals(days: &[ChartDay]) -> (u64, u64) {
    days.iter().fold((0, 0), |(done, refused), day| (done + day.done, refused + day.refused))
}

fn by_day(office: &Office, days: &[ChartDay]) -> Table {
    let a = office.a;
    let days = days.iter().rev().filter(|day| day.done + day.refused > 0);
    let row = |day: &ChartDay| [day.day.clone(), day.done.to_string(), day.refused.to_string()];
    Table {
        caption: a.by_day,
        columns: vec![a.day, a.done, a.not_done_count],
        rows: days.map(row).map(|row| row.map(Cell::of).into()).collect(),
        none: a.no_acts,
    }
}

fn by_profile(office: &Office, counts: &[ActCount]) -> Table {
    let a = office.a;
    let mut profiles: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for count in counts {
        let (done, refused) =
            profiles.entry(count.profile.as_deref().unwrap_or_default()).or_default();
        let is_done = count.outcome == OutcomeResult::Done.name();
        *if is_done { done } else { refused } += count.count;
    }
    let rows = profiles.into_iter().map(|(profile, (done, refused))| {
        let name = match profile {
            "" => a.nothing.to_owned(),
            id => office.profile(&seal::ProfileId::new(id)),
        };
        [name, done.to_string(), refused.to_string()].map(Cell::of).into()
    });
    Table {
        caption: a.by_profile,
        columns: vec![a.profile, a.done, a.not_done_count],
        rows: rows.collect(),
        none: a.no_acts,
    }
}
