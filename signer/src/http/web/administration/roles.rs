//! Roles of people, given and taken: one change each, as the interface has them.

use axum::response::Response;
use registry::{
    AdministrativeAct, Command, PeopleCommand, RegisteredId, RegisteredPerson, Role, RoleOfPerson,
    Version,
};

use super::{
    changing::{Asking, Wanted, Wrong},
    filled::Filled,
    names::full_name,
    office::{Office, Sheet, Turned},
    people::{LIST, sheet},
};
use crate::{
    http::{path::Path, web::sent::Sent},
    web::{Field, Form, Kind, Link, texts},
};

/// Asks which.
pub(super) async fn page(office: Office, Path(id): Path<RegisteredId>) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeRoles)?;
    let (person, version) = office.entry(&id)?;
    Ok(office.asks(asking(&office, &person, version)))
}

/// Gives or takes one.
pub(super) async fn change(
    office: Office,
    Path(id): Path<RegisteredId>,
    sent: Sent,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeRoles)?;
    let filled = office.filled(sent).await?;
    let (person, version) = office.entry(&id)?;
    let wanted = wanted(&office, &filled, &person);
    office.decide(asking(&office, &person, version), &filled, wanted).await?;
    Ok(office.sees(&format!("{LIST}/{}", id.0)))
}

fn wanted(office: &Office, filled: &Filled, person: &RegisteredPerson) -> Wanted {
    let expected = office.version(filled)?;
    let chosen = filled.one("role").unwrap_or_default();
    let gives = chosen.strip_prefix("give-");
    let takes = chosen.strip_prefix("take-");
    let named = gives.or(takes).unwrap_or_default();
    let role = Role::ALL.into_iter().find(|role| role.name() == named);
    let wrong = || Wrong { field: "role", text: office.a.wrong_choice.to_owned() };
    let wanted = RoleOfPerson { id: person.id.clone(), expected, role: role.ok_or_else(wrong)? };
    Ok(Command::People(match gives {
        Some(_) => PeopleCommand::GiveRole(wanted),
        None => PeopleCommand::TakeRole(wanted),
    }))
}

fn asking(office: &Office, person: &RegisteredPerson, version: Version) -> Asking {
    let (a, t) = (office.a, texts(office.language()));
    let at = format!("{LIST}/{}", person.id.0);
    let path = format!("{at}/roles");
    let choice = |role: Role| match person.roles.contains(&role) {
        true => (format!("take-{}", role.name()), format!("{} {}", a.take_role, t.role(role))),
        false => (format!("give-{}", role.name()), format!("{} {}", a.give_role, t.role(role))),
    };
    let mut choices = vec![(String::new(), a.choose.to_owned())];
    choices.extend(Role::ALL.map(choice));
    let held: Vec<_> = person.roles.iter().map(|role| t.role(*role)).collect();
    let held = if held.is_empty() { a.nothing.to_owned() } else { held.join(", ") };
    let mut field = Field::new("role", a.roles, Kind::One(choices)).hint(a.roles_hint);
    field.before = Some(held);
    let form = Form::new(&path, office.session.csrf(), a.change_roles);
    let form = form.hiding("version", version.to_string()).fields(vec![field]);
    let sheet = Sheet {
        path,
        above: Some(Link::new(at, full_name(person))),
        title: format!("{}: {}", a.change_roles, full_name(person)),
        lead: a.roles_lead,
        ..sheet(person, a.people, Vec::new())
    };
    Asking { sheet, form, gives_power: true, changes: Vec::new() }
}
