//! Whether the audit log is whole: what was found when it was last verified, and having that done.

use std::time::Duration;

use axum::response::Response;
use registry::AdministrativeAct;
use tokio::time::timeout;

use super::{
    history::time,
    office::{Office, Sheet, Turned},
    section::Section,
};
use crate::{
    audit::{Timestamp, VerifyReport},
    http::web::sent::Sent,
    web::{Block, Form, Link, Tint, broken, stamped, wholeness_texts},
};

const AT: &str = "/administration/audit-log/verification";

/// How long a page waits for the log to be verified: of a larger one it says that this is under way.
const PATIENCE: Duration = Duration::from_secs(5);

/// The page, with the button.
pub(super) async fn page(office: Office) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ReadAuditLog)?;
    let t = wholeness_texts(office.language());
    let mut blocks = state(&office);
    blocks.push(Block::Form(Box::new(Form::new(AT, office.session.csrf(), t.verify))));
    blocks.push(Block::Text(t.by_command.to_owned(), Tint::Hint));
    Ok(office.shown(Sheet {
        section: Section::AuditLog,
        path: AT.to_owned(),
        above: Some(Link::new(Section::AuditLog.address(), office.a.audit_log)),
        title: t.title.to_owned(),
        lead: t.lead,
        blocks,
    }))
}

/// Has it verified. Whoever goes away meanwhile does not stop it.
pub(super) async fn verify(office: Office, sent: Sent) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ReadAuditLog)?;
    office.filled(sent).await?;
    let (store, now) = (office.state.service.store().clone(), office.state.service.clock().now());
    let work = tokio::spawn(async move {
        let examined = store.examine(now).await;
        if let Some(Err(error)) = examined.as_ref().map(|examined| &examined.found) {
            tracing::error!(%error, "the audit log was verified, and is not known to be whole");
        }
    });
    drop(timeout(PATIENCE, work).await);
    Ok(office.sees(AT))
}

/// What is known.
pub(super) fn state(office: &Office) -> Vec<Block> {
    let t = wholeness_texts(office.language());
    let store = office.state.service.store();
    let mut blocks = Vec::new();
    match store.examined() {
        None => blocks.push(Block::Text(t.never.to_owned(), Tint::Hint)),
        Some(examined) => {
            let at = Timestamp::try_from(examined.at).map(time).unwrap_or_default();
            let verified = (t.verified, at);
            match &examined.found {
                Ok(chains) => {
                    blocks.push(Block::Text(t.whole.to_owned(), Tint::Good));
                    for (chain, report) in chains {
                        let mut facts = vec![verified.clone()];
                        facts.extend((!chain.is_empty()).then(|| (t.chain, chain.clone())));
                        facts.extend(of_chain(office, report));
                        blocks.push(Block::Facts(facts));
                    }
                }
                Err(error) => {
                    let said = match broken(office.language(), error) {
                        Some(finding) => format!("{} {finding}", t.is_broken),
                        None => t.unreadable.to_owned(),
                    };
                    blocks.push(Block::Text(said, Tint::Problem));
                    blocks.push(Block::Facts(vec![verified]));
                }
            }
        }
    }
    if store.is_being_examined() {
        blocks.push(Block::Text(t.under_way.to_owned(), Tint::Hint));
    }
    blocks
}

/// The way to the button.
pub(super) fn link(office: &Office) -> Link {
    Link::new(AT, wholeness_texts(office.language()).more)
}

fn of_chain(office: &Office, report: &VerifyReport) -> [(&'static str, String); 2] {
    let t = wholeness_texts(office.language());
    let stamp = report.time_stamped.map_or_else(
        || t.not_stamped.to_owned(),
        |head| stamped(office.language(), head.head.sequence, &time(head.time)),
    );
    // How many acts are open is not told: the log is that of all organisations.
    [(t.up_to, report.head.sequence.to_string()), (t.stamped, stamp)]
}
