//! Links by which people register a passkey, each shown once, or sent.

use axum::{http::StatusCode, response::Response};
use registry::{AdministrativeAct, RegisteredId, RegisteredPerson};

use super::{
    changing::Asking,
    names::full_name,
    office::{Office, Sheet, Turned},
    people::{LIST, sheet},
};
use crate::{
    access::inviting::{invite as invited, send},
    http::{path::Path, web::sent::Sent},
    web::{Block, Field, Form, Kind, Link, Tint},
};

/// The link is shown.
const SHOWN: &str = "shown";

/// It is sent.
const LETTER: &str = "letter";

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
    let mut form = Form::new(&path, office.session.csrf(), a.make_link);
    let may_be_sent = person.roles.is_empty() && office.state.service.sends_letters();
    if let Some(address) = person.email.as_ref().filter(|_| may_be_sent) {
        let choices = vec![
            (SHOWN.to_owned(), a.link_shown.to_owned()),
            (LETTER.to_owned(), format!("{} {address}", a.link_sent_to)),
        ];
        form = form.fields(vec![Field::new("by", a.link_by, Kind::One(choices)).with(SHOWN)]);
    }
    let sheet = Sheet {
        path,
        above: Some(Link::new(at, full_name(person))),
        title: format!("{}: {}", a.invite, full_name(person)),
        lead: a.invite_lead,
        ..sheet(person, a.people, Vec::new())
    };
    Asking { sheet, form, gives_power: true, changes: Vec::new() }
}

/// Makes it, and shows it this once; or has it sent.
pub(super) async fn invite(
    office: Office,
    Path(id): Path<RegisteredId>,
    sent: Sent,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangePeople)?;
    let filled = office.filled(sent).await?;
    let (person, _) = office.entry(&id)?;
    if filled.one("by") == Some(LETTER) {
        return sent_to(&office, &person).await;
    }
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

/// Has a letter with the link sent.
async fn sent_to(office: &Office, person: &RegisteredPerson) -> Result<Response, Turned> {
    let caller = office.session.authenticated();
    let sent = send(&office.state.service, &caller, &person.id).await;
    let address = sent.map_err(|error| office.refused(&error))?;
    let (a, at) = (office.a, format!("{LIST}/{}", person.id.0));
    let sheet = Sheet {
        path: format!("{at}/invitation"),
        above: Some(Link::new(&at, full_name(person))),
        title: format!("{}: {}", a.link_to_be_sent, full_name(person)),
        blocks: vec![Block::Text(
            format!("{} {address}. {}", a.link_sent_to, a.link_sent_once),
            Tint::Hint,
        )],
        ..sheet(person, a.people, Vec::new())
    };
    Ok(office.page(StatusCode::ACCEPTED, sheet))
}
