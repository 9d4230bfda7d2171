//! Links by which people register a passkey, each shown once.

use axum::{http::StatusCode, response::Response};
use registry::{AdministrativeAct, RegisteredId, RegisteredPerson};

use super::{
    changing::Asking,
    names::full_name,
    office::{Office, Sheet, Turned},
    people::{LIST, sheet},
};
use crate::{
    access::inviting::invite as invited,
    http::{path::Path, web::sent::Sent},
    web::{Block, Form, Link, Tint},
};

/// Asks whether one shall be made.
pub(super) async fn page(office: Office, Path(id): Path<RegisteredId>) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangePeople)?;
    let (person, _) = office.entry(&id)?;
    Ok(office.asks(asking(&office, &person)))
}

fn asking(office: &Office, person: &RegisteredPerson) -> Asking {
    let a = office.a;
    let at = format!("{LIST}/{}", person.id.0);
    let path = format!("{at}/invitation");
    let form = Form::new(&path, office.session.csrf(), a.make_link);
    let sheet = Sheet {
        path,
        above: Some(Link::new(at, full_name(person))),
        title: format!("{}: {}", a.invite, full_name(person)),
        lead: a.invite_lead,
        ..sheet(person, a.people, Vec::new())
    };
    Asking { sheet, form, gives_power: true, changes: Vec::new() }
}

/// Makes it, and shows it this once.
pub(super) async fn invite(
    office: Office,
    Path(id): Path<RegisteredId>,
    sent: Sent,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangePeople)?;
    office.filled(sent).await?;
    let (person, _) = office.entry(&id)?;
    let (service, access) = (&office.state.service, &office.state.access);
    let made = invited(service, access, &office.session.authenticated(), &id).await;
    let invitation = made.map_err(|error| office.refused(&error))?;
    let a = office.a;
    let at = format!("{LIST}/{}", id.0);
    let until = format!("{} {}. {}", a.link_until, office.time(invitation.expires), a.link_to_whom);
    let sheet = Sheet {
        path: format!("{at}/invitation"),
        above: Some(Link::new(&at, full_name(&person))),
        title: format!("{}: {}", a.link_made, full_name(&person)),
        blocks: vec![
            Block::Secret(a.the_link, invitation.link),
            Block::Text(until, Tint::Hint),
            Block::Links(vec![Link::new(&at, a.link_copied)]),
        ],
        ..sheet(&person, a.people, Vec::new())
    };
    Ok(office.page(StatusCode::CREATED, sheet))
}
