//! Further logins of people, linked and taken away by an administrator.

use std::collections::BTreeSet;

use axum::response::Response;
use registry::{
    AdministrativeAct, Command, LinkLogin, PeopleCommand, RegisteredId, RegisteredPerson, Version,
};
use seal::PersonId;

use super::{
    changing::{Asking, Wanted, Wrong},
    filled::Filled,
    names::full_name,
    office::{Office, Sheet, Turned},
    people::{LIST, sheet},
};
use crate::{
    http::{
        path::Path,
        web::{linking, sent::Sent},
    },
    web::{Field, Form, Kind, Link},
};

/// Asks which.
pub(super) async fn page(office: Office, Path(id): Path<RegisteredId>) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangePeople)?;
    let (person, version) = office.entry(&id)?;
    Ok(office.asks(asking(&office, &person, version)))
}

/// Links one, or takes one away.
pub(super) async fn change(
    office: Office,
    Path(id): Path<RegisteredId>,
    sent: Sent,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangePeople)?;
    let filled = office.filled(sent).await?;
    let (person, version) = office.entry(&id)?;
    let wanted = wanted(&office, &filled, &person);
    office.decide(asking(&office, &person, version), &filled, wanted).await?;
    Ok(office.sees(&format!("{LIST}/{}", id.0)))
}

fn wanted(office: &Office, filled: &Filled, person: &RegisteredPerson) -> Wanted {
    let expected = office.version(filled)?;
    let chosen = filled.one("login").unwrap_or_default();
    let id = person.id.clone();
    if let Some(login) = chosen.strip_prefix("unlink-") {
        return Ok(Command::People(PeopleCommand::Unlink { id, login: login.to_owned() }));
    }
    let named = chosen.strip_prefix("link-").unwrap_or_default();
    let mut providers = office.state.access.providers.iter();
    let provider = providers.find(|one| one.told.id == named);
    let wrong = || Wrong { field: "login", text: office.a.wrong_choice.to_owned() };
    let issuer = provider.ok_or_else(wrong)?.told.issuer.clone();
    let login = PersonId { issuer, subject: filled.text("subject") };
    Ok(Command::People(PeopleCommand::Link(LinkLogin { id, expected, login })))
}

fn asking(office: &Office, person: &RegisteredPerson, version: Version) -> Asking {
    let a = office.a;
    let at = format!("{LIST}/{}", person.id.0);
    let path = format!("{at}/logins");
    let mut choices = vec![(String::new(), a.choose.to_owned())];
    choices.extend(
        office.state.access.providers.iter().map(|one| {
            (format!("link-{}", one.told.id), format!("{} {}", a.link_at, one.told.name))
        }),
    );
    let further = linking::rows(&office.state, person, &BTreeSet::new())
        .into_iter()
        .filter(|login| login.further);
    choices.extend(further.map(|login| {
        let text = format!("{}: {}, {}", a.unlink, login.provider, login.account);
        (format!("unlink-{}", login.name), text)
    }));
    let fields = vec![
        Field::new("login", a.logins, Kind::One(choices)),
        Field::new("subject", a.account, Kind::Line(255)).hint(a.account_hint),
    ];
    let form = Form::new(&path, office.session.csrf(), a.change_logins);
    let form = form.hiding("version", version.to_string()).fields(fields);
    let sheet = Sheet {
        path,
        above: Some(Link::new(at, full_name(person))),
        title: format!("{}: {}", a.change_logins, full_name(person)),
        lead: a.change_logins_lead,
        ..sheet(person, a.people, Vec::new())
    };
    Asking { sheet, form, gives_power: true, changes: Vec::new() }
}
