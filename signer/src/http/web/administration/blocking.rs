//! Certificates are blocked: one, or many at once.

use axum::{extract::RawQuery, response::Response};
use registry::{AdministrativeAct, BlockingReason};

use super::{
    changing::{Asking, Wrong},
    filled::Filled,
    lists::{BLOCKING as AT, CERTIFICATES as LIST, PAGE as MAXIMUM, all},
    office::{Office, Sheet, Turned},
    section::Section,
};
use crate::{
    Error,
    http::web::sent::Sent,
    store::FoundCertificate,
    web::{Block, Cell, Field, Form, Kind, Link, Table, Tint, reason_of_word},
};

/// Each that was chosen: its name here, and it, or why it cannot be blocked.
type Chosen = Vec<(String, Result<FoundCertificate, Error>)>;

/// Asks why they shall be.
pub(super) async fn page(office: Office, RawQuery(query): RawQuery) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeCertificates)?;
    let ids = all("certificate", &query.unwrap_or_default());
    let chosen = office.chosen(ids).await;
    Ok(office.asks(asking(&office, &chosen)))
}

/// Blocks them.
pub(super) async fn block(office: Office, sent: Sent) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeCertificates)?;
    let filled = office.filled(sent).await?;
    let mut ids = filled.all("certificate");
    ids.truncate(MAXIMUM);
    let chosen = office.chosen(ids.clone()).await;
    let wanted = wanted(&office, &filled, &chosen);
    let (asking, reason) = office.first(asking(&office, &chosen), &filled, wanted)?;
    if !filled.is_confirmed() {
        return Ok(office.confirms(shown(&office, asking, &chosen, reason), &filled));
    }
    let caller = office.session.authenticated();
    let told = office.state.service.block_each(&caller, ids, (reason, false)).await;
    if let [(id, Ok(_))] = &told[..] {
        return Ok(office.sees(&format!("{LIST}/{id}")));
    }
    Ok(office.shown(results(&office, &told)))
}

fn wanted(office: &Office, filled: &Filled, chosen: &Chosen) -> Result<BlockingReason, Wrong> {
    let c = office.c;
    if !chosen.iter().any(|(_, found)| found.is_ok()) {
        return Err(Wrong { field: "", text: c.block_none.to_owned() });
    }
    let reason = filled.one("reason").and_then(reason_of_word);
    reason.ok_or_else(|| Wrong { field: "reason", text: office.a.wrong_choice.to_owned() })
}

fn asking(office: &Office, chosen: &Chosen) -> Asking {
    let c = office.c;
    let mut choices = vec![(String::new(), office.a.choose.to_owned())];
    let said = |(word, text): (&str, &str)| (word.to_owned(), text.to_owned());
    choices.extend(c.reasons().into_iter().map(said));
    let fields = vec![Field::new("reason", c.block_reason, Kind::One(choices))];
    let mut form = Form::new(AT, office.session.csrf(), c.block).fields(fields);
    for (id, _) in chosen {
        form = form.hiding("certificate", id);
    }
    let mut blocks = Vec::new();
    match chosen.is_empty() {
        true => blocks.push(Block::Text(c.block_none.to_owned(), Tint::Problem)),
        false => blocks.push(Block::Table(table(office, chosen, c.valid))),
    }
    Asking { sheet: sheet(office, blocks), form, gives_power: false, changes: Vec::new() }
}

fn sheet(office: &Office, blocks: Vec<Block>) -> Sheet {
    let c = office.c;
    Sheet {
        section: Section::Certificates,
        path: LIST.to_owned(),
        above: Some(Link::new(LIST, c.certificates)),
        title: c.block_title.to_owned(),
        lead: c.block_lead,
        blocks,
    }
}

/// The form with what would become of each.
fn shown(office: &Office, asking: Asking, chosen: &Chosen, reason: BlockingReason) -> Asking {
    let c = office.c;
    let changes = chosen.iter().map(|(id, found)| match found {
        Ok(found) => {
            let after = format!("{}: {}", c.blocked, c.reason(reason));
            (found.name.clone(), Some(c.valid.to_owned()), after)
        }
        Err(error) => (id.clone(), Some(office.a.nothing.to_owned()), office.said(error).1),
    });
    Asking { changes: changes.collect(), ..asking }
}

fn table(office: &Office, told: &Chosen, done: &'static str) -> Table {
    let c = office.c;
    let rows = told.iter().map(|(id, found)| match found {
        Ok(found) => vec![
            Cell::to(format!("{LIST}/{id}"), found.name.clone()),
            Cell::of(c.kind_of_word(&found.kind)),
            Cell::of(done),
        ],
        Err(error) => {
            vec![Cell::of(id.clone()), Cell::default(), Cell::marked(office.said(error).1, "bad")]
        }
    });
    Table {
        caption: c.certificates,
        columns: vec![c.name, c.type_, c.state],
        rows: rows.collect(),
        none: c.block_none,
    }
}

/// What came of each.
fn results(office: &Office, told: &Chosen) -> Sheet {
    let c = office.c;
    let blocks = vec![
        Block::Table(table(office, told, c.blocked)),
        Block::Links(vec![Link::new(LIST, c.certificates)]),
    ];
    Sheet { title: c.block_done.to_owned(), lead: "", ..sheet(office, blocks) }
}

impl Office {
    async fn chosen(&self, ids: Vec<String>) -> Chosen {
        let caller = self.session.authenticated();
        self.state.service.block_each(&caller, ids, (BlockingReason::NotGiven, true)).await
    }
}
