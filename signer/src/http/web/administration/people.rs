//! The people of the organisation.

use std::collections::BTreeSet;

use axum::response::Response;
use registry::{
    AdministrativeAct, Amended, ChangePerson, Command, MakePerson, PeopleCommand, PersonState,
    RegisteredId, RegisteredPerson, RegistryRefusal, Version,
};

use super::{
    changing::{Asking, Wrong},
    filled::Filled,
    history,
    names::full_name,
    office::{Office, Sheet, Turned},
    section::Section,
};
use crate::{
    audit::hex,
    http::{
        administration::{random, random_name},
        path::Path,
        web::{linking, sent::Sent},
    },
    web::{Block, Cell, Field, Form, Kind, Link, Table, Tint, texts},
};

pub(super) const LIST: &str = "/administration/people";

/// How many are shown at a time.
const PAGE: usize = 100;

/// Which part of the list is asked for.
#[derive(serde::Deserialize)]
pub(super) struct Part {
    after: Option<String>,
}

/// Which there are.
pub(super) async fn list(
    office: Office,
    axum::extract::Query(Part { after }): axum::extract::Query<Part>,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ReadPeople)?;
    let (a, t) = (office.a, texts(office.language()));
    let people = office.snapshot.register().people().values().map(|kept| &kept.value);
    let after = after.as_deref();
    let mut people = people.skip_while(|one| after.is_some_and(|after| *one.id.0 <= *after));
    let shown: Vec<_> = people.by_ref().take(PAGE).collect();
    let next = people.next().and(shown.last()).map(|last| last.id.0.clone());
    let rows = shown.into_iter().map(|person| {
        let roles: Vec<_> = person.roles.iter().map(|role| t.role(*role)).collect();
        vec![
            Cell::to(format!("{LIST}/{}", person.id.0), full_name(person)),
            office.person_state(person.state),
            Cell::of(if roles.is_empty() { a.nothing.to_owned() } else { roles.join(", ") }),
            Cell::of(means(&office, person)),
            Cell::of(a.of_register),
        ]
    });
    // Those of the configuration follow when all that have an entry are shown.
    let configured = if next.is_none() { office.configured_people() } else { Vec::new() };
    let configured = configured.into_iter().map(|(person, roles)| {
        let roles: Vec<_> = roles.into_iter().map(|role| t.role(role)).collect();
        vec![
            Cell::of(office.person(&person)),
            office.person_state(PersonState::Active),
            Cell::of(if roles.is_empty() { a.nothing.to_owned() } else { roles.join(", ") }),
            Cell::of(format!("{} ({})", person.subject, person.issuer)),
            Cell::marked(a.of_file, "open"),
        ]
    });
    let table = Table {
        caption: a.people,
        columns: vec![a.name, a.state, a.roles, a.logs_in_by, a.origin],
        rows: rows.chain(configured).collect(),
        none: a.no_people,
    };
    let mut blocks = vec![Block::Table(table)];
    let mut links = Vec::new();
    if office.may(AdministrativeAct::ChangePeople) {
        links.push(Link::new("/administration/new-person", a.new_person));
    }
    links.extend(next.map(|next| Link::new(format!("{LIST}?after={next}"), a.more)));
    if !links.is_empty() {
        blocks.push(Block::Links(links));
    }
    let (section, path) = (Section::People, LIST.to_owned());
    let (title, lead) = (a.people.to_owned(), a.people_lead);
    Ok(office.shown(Sheet { section, path, above: None, title, lead, blocks }))
}

fn means(office: &Office, person: &RegisteredPerson) -> String {
    let a = office.a;
    match (&person.login, person.login_passkeys().count()) {
        (_, count @ 1..) => format!("{} ({count})", a.passkeys),
        (Some(login), 0) => login.issuer.clone(),
        (None, 0) => a.nothing.to_owned(),
    }
}

/// One of them.
pub(super) async fn one(office: Office, Path(id): Path<RegisteredId>) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ReadPeople)?;
    let (person, _) = office.entry(&id)?;
    let (a, t, at) = (office.a, texts(office.language()), format!("{LIST}/{}", id.0));
    let roles: Vec<_> = person.roles.iter().map(|role| t.role(*role)).collect();
    let mut blocks = vec![Block::Facts(vec![
        (a.name, full_name(&person)),
        (a.email, person.email.clone().unwrap_or_else(|| a.nothing.to_owned())),
        (a.state, office.person_state(person.state).text),
        (a.roles, if roles.is_empty() { a.nothing.to_owned() } else { roles.join(", ") }),
        (a.logs_in_by, means(&office, &person)),
        (a.made, office.time(person.made)),
        (a.by, office.actor(&person.made_by)),
    ])];
    let mut links = Vec::new();
    if office.may(AdministrativeAct::ChangePeople) {
        if !person.state.is_barred()
            && (person.roles.is_empty() || office.may(AdministrativeAct::ChangeRoles))
        {
            links.push(Link::new(format!("{at}/invitation"), a.invite));
        }
        links.push(Link::new(format!("{at}/change"), a.change));
        if person.state == PersonState::Active {
            links.push(Link::new(format!("{at}/logins"), a.change_logins));
        }
    }
    if office.may(AdministrativeAct::ChangeRoles) {
        links.push(Link::new(format!("{at}/roles"), a.change_roles));
    }
    if !links.is_empty() {
        blocks.push(Block::Links(links));
    }
    let logins = linking::rows(&office.state, &person, &BTreeSet::new());
    if !logins.is_empty() {
        let rows = logins.into_iter().map(|login| {
            let signs = if login.signs { t.yes } else { t.no };
            vec![Cell::of(login.provider), Cell::of(login.account), Cell::of(signs.to_owned())]
        });
        blocks.push(Block::Heading(a.logins.to_owned()));
        blocks.push(Block::Table(Table {
            caption: a.logins,
            columns: vec![a.login_at, a.account, a.registered_for_signing],
            rows: rows.collect(),
            none: a.nothing_here,
        }));
    }
    if !person.passkeys.is_empty() {
        let rows = person.passkeys.iter().map(|passkey| {
            let used = passkey.used.map(|used| office.time(used).chars().take(10).collect());
            vec![
                Cell::of(passkey.name.clone()),
                Cell::of(office.time(passkey.made)),
                Cell::of(match passkey.signs_only() {
                    true => a.signs_only.to_owned(),
                    false => used.unwrap_or_else(|| a.never.to_owned()),
                }),
            ]
        });
        blocks.push(Block::Heading(a.passkeys.to_owned()));
        blocks.push(Block::Table(Table {
            caption: a.passkeys,
            columns: vec![a.name, a.made, a.last_used],
            rows: rows.collect(),
            none: a.nothing_here,
        }));
    }
    grants_of(&office, &person, &mut blocks);
    if office.may(AdministrativeAct::ReadAuditLog) {
        blocks.push(Block::Heading(a.history.to_owned()));
        blocks.extend(history::of(&office, "person", &id.0).await?);
    }
    Ok(office.shown(sheet(&person, office.a.people, blocks)))
}

/// What they may do.
fn grants_of(office: &Office, person: &RegisteredPerson, blocks: &mut Vec<Block>) {
    if !office.may(AdministrativeAct::ReadRights) {
        return;
    }
    let a = office.a;
    let grants = office.snapshot.register().grants().values().map(|kept| &kept.value);
    let grants = grants.filter(|grant| person.is(&grant.person));
    let rows = grants.map(|grant| {
        let acts: Vec<_> = grant.acts.iter().map(|act| office.act(*act)).collect();
        vec![
            Cell::to(format!("/administration/grants/{}", grant.id.0), acts.join(", ")),
            Cell::of(office.profiles_of(grant.profiles.as_ref())),
            office.right_state((None, grant.until), grant.revoked),
        ]
    });
    blocks.push(Block::Heading(a.grants.to_owned()));
    blocks.push(Block::Table(Table {
        caption: a.grants,
        columns: vec![a.may, a.profiles, a.state],
        rows: rows.collect(),
        none: a.nothing_here,
    }));
}

pub(super) fn sheet(person: &RegisteredPerson, people: &'static str, blocks: Vec<Block>) -> Sheet {
    Sheet {
        section: Section::People,
        path: format!("{LIST}/{}", person.id.0),
        above: Some(Link::new(LIST, people)),
        title: full_name(person),
        lead: "",
        blocks,
    }
}

/// Asks for a new one.
pub(super) async fn new(office: Office) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangePeople)?;
    Ok(office.asks(asking_new(&office)))
}

/// Makes the entry.
pub(super) async fn make(office: Office, sent: Sent) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangePeople)?;
    let filled = office.filled(sent).await?;
    let id = RegisteredId(random_name().map_err(|error| office.refused(&error))?);
    let salt = hex(&random::<32>().map_err(|error| office.refused(&error))?);
    let wanted = MakePerson {
        id,
        salt,
        given_name: filled.text("given_name"),
        family_name: filled.text("family_name"),
        email: filled.one("email").map(str::to_owned),
        login: None,
    };
    let wanted = Ok(Command::People(PeopleCommand::Make(wanted)));
    let changed = office.decide(asking_new(&office), &filled, wanted).await?;
    Ok(office.sees(&format!("{LIST}/{}/invitation", changed.entry.id())))
}

fn name_fields(office: &Office) -> Vec<Field> {
    let a = office.a;
    vec![
        Field::new("given_name", a.given_name, Kind::Line(200)).required(),
        Field::new("family_name", a.family_name, Kind::Line(200)).required(),
        Field::new("email", a.email, Kind::Line(254)).hint(a.email_hint),
    ]
}

fn asking_new(office: &Office) -> Asking {
    let a = office.a;
    let form = Form::new(LIST, office.session.csrf(), a.make).fields(name_fields(office));
    let sheet = Sheet {
        section: Section::People,
        path: "/administration/new-person".to_owned(),
        above: Some(Link::new(LIST, a.people)),
        title: a.new_person.to_owned(),
        lead: a.new_person_lead,
        blocks: Vec::new(),
    };
    Asking { sheet, form, gives_power: false, changes: Vec::new() }
}

/// Asks how one shall be changed.
pub(super) async fn edit(office: Office, Path(id): Path<RegisteredId>) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangePeople)?;
    let (person, version) = office.entry(&id)?;
    Ok(office.asks(asking_change(&office, &person, version)))
}

/// Changes them.
pub(super) async fn change(
    office: Office,
    Path(id): Path<RegisteredId>,
    sent: Sent,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangePeople)?;
    let filled = office.filled(sent).await?;
    let (person, version) = office.entry(&id)?;
    let wanted = wanted(&office, &filled, &person);
    let wanted = wanted.map(|wanted| Command::People(PeopleCommand::Change(wanted)));
    office.decide(asking_change(&office, &person, version), &filled, wanted).await?;
    Ok(office.sees(&format!("{LIST}/{}", id.0)))
}

fn wanted(
    office: &Office,
    filled: &Filled,
    person: &RegisteredPerson,
) -> Result<ChangePerson, Wrong> {
    let expected = office.version(filled)?;
    let mut state = states(person.state).into_iter();
    let state = state.find(|state| filled.one("state") == Some(state.name()));
    let email = match (filled.one("email"), &person.email) {
        (Some(email), Some(before)) if email == before => Amended::Kept,
        (Some(email), _) => Amended::To(email.to_owned()),
        (None, Some(_)) => Amended::Removed,
        (None, None) => Amended::Kept,
    };
    Ok(ChangePerson {
        id: person.id.clone(),
        expected,
        given_name: Some(filled.text("given_name")),
        family_name: Some(filled.text("family_name")),
        email,
        state,
        login: Amended::Kept,
    })
}

/// The states that somebody can be given: nobody is invited twice.
fn states(present: PersonState) -> Vec<PersonState> {
    let all = [PersonState::Invited, PersonState::Active, PersonState::Blocked, PersonState::Left];
    all.into_iter().filter(|one| *one == present || *one != PersonState::Invited).collect()
}

fn asking_change(office: &Office, person: &RegisteredPerson, version: Version) -> Asking {
    let a = office.a;
    let at = format!("{LIST}/{}", person.id.0);
    let path = format!("{at}/change");
    let held =
        [&person.given_name, &person.family_name, person.email.as_ref().unwrap_or(&String::new())]
            .map(Clone::clone);
    let mut fields: Vec<_> = name_fields(office)
        .into_iter()
        .zip(held)
        .map(|(field, held)| field.with(held).remembered(a))
        .collect();
    let choices = states(person.state).into_iter();
    let choices = choices.map(|one| (one.name().to_owned(), office.person_state(one).text));
    fields.push(
        Field::new("state", a.state, Kind::One(choices.collect()))
            .hint(a.person_state_hint)
            .with(person.state.name())
            .remembered(a),
    );
    let form = Form::new(&path, office.session.csrf(), a.change);
    let form = form.hiding("version", version.to_string()).fields(fields);
    let sheet = Sheet {
        path,
        above: Some(Link::new(at, full_name(person))),
        title: format!("{}: {}", a.change, full_name(person)),
        ..sheet(person, a.people, vec![Block::Text(a.erase_hint.to_owned(), Tint::Hint)])
    };
    Asking { sheet, form, gives_power: person.state.is_barred(), changes: Vec::new() }
}

impl Office {
    pub(super) fn entry(&self, id: &RegisteredId) -> Result<(RegisteredPerson, Version), Turned> {
        let found = self.snapshot.register().people().get(id);
        let found = found.map(|kept| (kept.value.clone(), kept.version));
        found.ok_or_else(|| self.refused(&RegistryRefusal::PersonUnknown(id.clone()).into()))
    }
}
