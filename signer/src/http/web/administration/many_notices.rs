//! Whether people are reminded of the ends of many certificates.

use axum::{extract::RawQuery, response::Response};
use registry::AdministrativeAct;

use super::{
    changing::{Asking, Wrong},
    chosen::{Chosen, changes, results, sheet},
    lists::{NOTICES as AT, PAGE as MAXIMUM, all},
    office::{Office, Turned},
};
use crate::{
    http::web::sent::Sent,
    service::Muting,
    web::{Block, Form, Tint},
};

/// Says what would become of each, and asks whether it shall be.
pub(super) async fn page(office: Office, RawQuery(query): RawQuery) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeCertificates)?;
    let query = query.unwrap_or_default();
    let wanted = wanted(all("muted", &query).first().map(String::as_str));
    let chosen = tried(&office, all("certificate", &query), (wanted, true)).await;
    if chosen.is_empty() {
        let none = Block::Text(office.c.block_none.to_owned(), Tint::Problem);
        return Ok(office.shown(sheet(&office, said(&office, wanted), vec![none])));
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
    Ok(office.shown(results(&office, &told, (office.c.reminders, after(&office, wanted)))))
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
    let changes = changes(office, chosen, |found| {
        let stopped = office.muting(found).map(|told| format!("{}: {told}", c.muted));
        let before = stopped.unwrap_or_else(|| c.told_again.to_owned());
        (before, after(office, wanted).to_owned())
    });
    let sheet = sheet(office, said(office, wanted), Vec::new());
    Asking { sheet, form, gives_power: false, changes }
}

/// Title and lead.
fn said(office: &Office, wanted: Muting) -> (&'static str, &'static str) {
    let c = office.c;
    match wanted {
        Muting::Mute => (c.mute, c.mute_many_lead),
        Muting::Unmute => (c.unmute, c.unmute_lead),
    }
}
