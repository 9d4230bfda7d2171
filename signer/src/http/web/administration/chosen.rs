//! What is done with the certificates that were chosen on their list: one row for each, before and after.

use super::{
    lists::CERTIFICATES as LIST,
    office::{Office, Sheet},
    section::Section,
};
use crate::{
    Error,
    store::FoundCertificate,
    web::{Block, Cell, Link, Table},
};

/// Each that was chosen: its name here, and it, or why it cannot be done with it.
pub(super) type Chosen = Vec<(String, Result<FoundCertificate, Error>)>;

/// The page on which it is asked for.
pub(super) fn sheet(
    office: &Office,
    (title, lead): (&'static str, &'static str),
    blocks: Vec<Block>,
) -> Sheet {
    Sheet {
        section: Section::Certificates,
        path: LIST.to_owned(),
        above: Some(Link::new(LIST, office.c.certificates)),
        title: title.to_owned(),
        lead,
        blocks,
    }
}

/// What would become of each: what it is called, what is so now, and what will be so.
pub(super) fn changes(
    office: &Office,
    chosen: &Chosen,
    change: impl Fn(&FoundCertificate) -> (String, String),
) -> Vec<(String, Option<String>, String)> {
    let told = chosen.iter().map(|(id, found)| match found {
        Ok(found) => {
            let (before, after) = change(found);
            (found.name.clone(), Some(before), after)
        }
        Err(error) => (id.clone(), Some(office.a.nothing.to_owned()), office.said(error).1),
    });
    told.collect()
}

/// Each with what is so of it, under the name of that.
pub(super) fn table(
    office: &Office,
    chosen: &Chosen,
    (column, done): (&'static str, &'static str),
) -> Table {
    let c = office.c;
    let rows = chosen.iter().map(|(id, found)| match found {
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
        columns: vec![c.name, c.type_, column],
        rows: rows.collect(),
        none: c.block_none,
    }
}

/// What came of each.
pub(super) fn results(office: &Office, told: &Chosen, so: (&'static str, &'static str)) -> Sheet {
    let blocks = vec![
        Block::Table(table(office, told, so)),
        Block::Links(vec![Link::new(LIST, office.c.certificates)]),
    ];
    sheet(office, (office.c.block_done, ""), blocks)
}
