//! Which OAuth clients an application has.

use registry::{AdministrativeAct, Application, Client, Moment};

use super::office::Office;
use crate::web::{Block, Cell, Link, Table};

/// Those of an application, whose page is at this address.
pub(super) fn table(
    office: &Office,
    application: &Application,
    (at, now): (&str, Moment),
    blocks: &mut Vec<Block>,
) {
    let (a, changes) = (office.a, office.may(AdministrativeAct::ChangeApplications));
    let rows = application.clients.iter().map(|client| {
        let scopes: Vec<_> = client.scopes.iter().map(|scope| scope.name()).collect();
        let name = called(client);
        let mut row = vec![
            Cell::of(name),
            Cell::of(client.id.0.clone()),
            Cell::of(scopes.join(" ")),
            Cell::of(office.end(client.expires)),
            office.key_state(client.state(now)),
        ];
        if changes {
            row.push(match client.revoked {
                None => {
                    Cell::act(format!("{at}/clients/{}/revocation", client.id.0), a.revoke, name)
                }
                Some(_) => Cell::default(),
            });
        }
        row
    });
    let mut columns = vec![a.name, a.id, a.scopes, a.until, a.state];
    columns.extend(changes.then_some(""));
    blocks.push(Block::Heading(a.clients.to_owned()));
    blocks.push(Block::Table(Table {
        caption: a.clients,
        columns,
        rows: rows.collect(),
        none: a.no_clients,
    }));
    if changes {
        blocks.push(Block::Links(vec![Link::new(format!("{at}/new-client"), a.new_client)]));
    }
}

/// What a client is called; its name where it is called nothing.
pub(super) fn called(client: &Client) -> &str {
    if client.display_name.is_empty() { &client.id.0 } else { &client.display_name }
}
