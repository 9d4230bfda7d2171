//! Certificates are blocked: one, or many at once.

use axum::{extract::RawQuery, response::Response};
use registry::{AdministrativeAct, BlockingReason};

use super::{
    changing::{Asking, Wrong},
    chosen::{Chosen, changes, results, sheet, table},
    filled::Filled,
    lists::{BLOCKING as AT, CERTIFICATES as LIST, PAGE as MAXIMUM, all},
    office::{Office, Turned},
};
use crate::{
    http::web::sent::Sent,
    web::{Block, Field, Form, Kind, Tint, reason_of_word},
};

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
        let c = office.c;
        let changes = changes(&office, &chosen, |_| {
            (c.valid.to_owned(), format!("{}: {}", c.blocked, c.reason(reason)))
        });
        return Ok(office.confirms(Asking { changes, ..asking }, &filled));
    }
    let caller = office.session.authenticated();
    let told = office.state.service.block_each(&caller, ids, (reason, false)).await;
    if let [(id, Ok(_))] = &told[..] {
        return Ok(office.sees(&format!("{LIST}/{id}")));
    }
    Ok(office.shown(results(&office, &told, (office.c.state, office.c.blocked))))
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
        false => blocks.push(Block::Table(table(office, chosen, (c.state, c.valid)))),
    }
    let sheet = sheet(office, (c.block_title, c.block_lead), blocks);
    Asking { sheet, form, gives_power: false, changes: Vec::new() }
}

impl Office {
    async fn chosen(&self, ids: Vec<String>) -> Chosen {
        let caller = self.session.authenticated();
        self.state.service.block_each(&caller, ids, (BlockingReason::NotGiven, true)).await
    }
}
