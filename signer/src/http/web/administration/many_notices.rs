//! Whether people are reminded of the ends of many certificates.

use axum::{extract::RawQuery, response::Response};
use registry::AdministrativeAct;

use super::{
    changing::{Asking, Wrong},
    lists::{CERTIFICATES as LIST, NOTICES as AT, PAGE as MAXIMUM, all},
    office::{Office, Sheet, Turned},
    section::Section,
};
use crate::{
    Error,
    http::web::sent::Sent,
    service::Muting,
    store::FoundCertificate,
    web::{Block, Cell, Form, Link, Table, Tint},
};

/// Each that was chosen: its name here, and it, or why it cannot be done with it.
type Chosen = Vec<(String, Result<FoundCertificate, Error>)>;

/// Says what would become of each, and asks whether it shall be.
pub(super) async fn page(office: Office, RawQuery(query): RawQuery) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeCertificates)?;
    let query = query.unwrap_or_default();
    let wanted = wanted(all("muted", &query).first().map(String::as_str));
    let chosen = tried(&office, all("certificate", &query), (wanted, true)).await;
    if chosen.is_empty() {
        let none = Block::Text(office.c.block_none.to_owned(), Tint::Problem);
        return Ok(office.shown(sheet(&office, wanted, vec![none])));
    }
    Ok(office.asks(asking(&office, &chosen, wanted)))
}

/// Does it.
pub(super) async fn change(office: Office, sent: Sent) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeCertificates)?;
    let filled = office.filled(sent).await?;
    let mut ids = filled.all("certificate");
    ids.truncate(MAXIMUM);
    let wanted = wanted(filled.one("muted"));
    let told = tried(&office, ids.clone(), (wanted, true)).await;
    let some = match told.iter().any(|(_, found)| found.is_ok()) {
        true => Ok(()),
        false => Err(Wrong { field: "", text: office.c.block_none.to_owned() }),
    };
    let (asking, ()) = office.first(asking(&office, &told, wanted), &filled, some)?;
    if !filled.is_confirmed() {
        return Ok(office.asks(asking));
    }
    let told = tried(&office, ids, (wanted, false)).await;
    let c = office.c;
    let rows = told.iter().map(|(id, found)| match found {
        Ok(found) => vec![
            Cell::to(format!("{LIST}/{id}"), found.name.clone()),
            Cell::of(c.kind_of_word(&found.kind)),
            Cell::of(after(&office, wanted)),
        ],
        Err(error) => {
            vec![Cell::of(id.clone()), Cell::default(), Cell::marked(office.said(error).1, "bad")]
        }
    });
    let table = Table {
        caption: c.certificates,
        columns: vec![c.name, c.type_, c.reminders],
        rows: rows.collect(),
        none: c.block_none,
    };
    let links = Block::Links(vec![Link::new(LIST, c.certificates)]);
    let sheet = sheet(&office, wanted, vec![Block::Table(table), links]);
    Ok(office.shown(Sheet { title: c.block_done.to_owned(), lead: "", ..sheet }))
}

fn wanted(word: Option<&str>) -> Muting {
    if word == Some("false") { Muting::Unmute } else { Muting::Mute }
}

fn after(office: &Office, wanted: Muting) -> &'static str {
    match wanted {
        Muting::Mute => office.c.told_no_more,
        Muting::Unmute => office.c.told_again,
    }
}

async fn tried(office: &Office, ids: Vec<String>, how: (Muting, bool)) -> Chosen {
    let caller = office.session.authenticated();
    office.state.service.mute_each(&caller, ids, how).await
}

/// The form with what would become of each.
fn asking(office: &Office, chosen: &Chosen, wanted: Muting) -> Asking {
    let c = office.c;
    let (act, word) = match wanted {
        Muting::Mute => (c.mute, "true"),
        Muting::Unmute => (c.unmute, "false"),
    };
    let form = Form::new(AT, office.session.csrf(), act).hiding("muted", word);
    let form = chosen.iter().fold(form, |form, (id, _)| form.hiding("certificate", id));
    let changes = chosen.iter().map(|(id, found)| match found {
        Ok(found) => {
            let before = office.muting(found).unwrap_or_else(|| c.told_again.to_owned());
            (found.name.clone(), Some(before), after(office, wanted).to_owned())
        }
        Err(error) => (id.clone(), Some(office.a.nothing.to_owned()), office.said(error).1),
    });
    let changes = changes.collect();
    Asking { sheet: sheet(office, wanted, Vec::new()), form, gives_power: false, changes }
}

fn sheet(office: &Office, wanted: Muting, blocks: Vec<Block>) -> Sheet {
    let c = office.c;
    let (title, lead) = match wanted {
        Muting::Mute => (c.mute, c.mute_many_lead),
        Muting::Unmute => (c.unmute, c.unmute_lead),
    };
    Sheet {
        section: Section::Certificates,
        path: LIST.to_owned(),
        above: Some(Link::new(LIST, c.certificates)),
        title: title.to_owned(),
        lead,
        blocks,
    }
}
