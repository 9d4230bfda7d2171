//! What persons may do.

use axum::response::Response;
use registry::{
    AdministrativeAct, Command, MakeGrant, PersonGrant, PersonGrantId, RegistryRefusal,
};
use seal::{Act, PersonId};

use super::{
    changing::{Asking, Wanted, Wrong},
    filled::Filled,
    history,
    office::{Office, Sheet, Turned},
    rights::Extent,
    section::Section,
};
use crate::{
    http::{administration::random_name, path::Path, web::sent::Sent},
    web::{Block, Cell, Field, Form, Kind, Link, Table},
};

const LIST: &str = "/administration/grants";

/// Which there are.
pub(super) async fn list(office: Office) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ReadRights)?;
    let a = office.a;
    let grants = office.snapshot.register().grants().values().map(|kept| &kept.value);
    let mut grants: Vec<_> = grants.collect();
    // What counts comes first, and of that what was given last.
    grants.sort_by_key(|grant| (grant.revoked.is_some(), std::cmp::Reverse(grant.made)));
    let changes = office.may(AdministrativeAct::ChangeRights);
    let rows = grants.into_iter().map(|grant| {
        let person = office.person(&grant.person);
        let mut row = vec![
            Cell::to(format!("{LIST}/{}", grant.id.0), person.clone()),
            Cell::of(acts(&office, &grant.acts)),
            Cell::of(office.profiles_of(grant.profiles.as_ref())),
            Cell::of(office.end(grant.until)),
            Cell::of(a.of_register),
            office.right_state((None, grant.until), grant.revoked),
        ];
        if changes {
            let to = format!("{LIST}/{}/revocation", grant.id.0);
            row.push(match grant.revoked {
                None => Cell::act(to, a.revoke, &person),
                Some(_) => Cell::default(),
            });
        }
        row
    });
    let configured = office.configured_rights().map(|(person, grant)| {
        let mut row = vec![
            Cell::of(office.person(person)),
            Cell::of(acts(&office, &grant.acts)),
            Cell::of(office.profiles_of(grant.profiles.as_ref())),
            Cell::of(a.no_end),
            Cell::marked(a.of_file, "open"),
            Cell::marked(a.in_use, "done"),
        ];
        row.extend(changes.then(Cell::default));
        row
    });
    let mut columns = vec![a.person, a.may, a.profiles, a.until, a.origin, a.state];
    columns.extend(changes.then_some(""));
    let rows = rows.chain(configured).collect();
    let table = Table { caption: a.grants, columns, rows, none: a.no_grants };
    let mut blocks = vec![Block::Table(table)];
    if changes {
        blocks.push(Block::Links(vec![Link::new("/administration/new-grant", a.new_grant)]));
    }
    let (section, path) = (Section::Grants, LIST.to_owned());
    let (title, lead) = (a.grants.to_owned(), a.grants_lead);
    Ok(office.shown(Sheet { section, path, above: None, title, lead, blocks }))
}

/// One of them.
pub(super) async fn one(office: Office, Path(id): Path<PersonGrantId>) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ReadRights)?;
    let (a, grant) = (office.a, office.grant(&id)?);
    let mut blocks = vec![Block::Facts(facts(&office, &grant))];
    if grant.revoked.is_none() && office.may(AdministrativeAct::ChangeRights) {
        let to = format!("{LIST}/{}/revocation", id.0);
        blocks.push(Block::Links(vec![Link::new(to, a.revoke)]));
    }
    if office.may(AdministrativeAct::ReadAuditLog) {
        blocks.push(Block::Heading(a.history.to_owned()));
        blocks.extend(history::of(&office, "grant", &id.0).await?);
    }
    Ok(office.shown(sheet(&office, &grant, office.person(&grant.person), "", blocks)))
}

fn sheet(
    office: &Office,
    grant: &PersonGrant,
    title: String,
    lead: &'static str,
    blocks: Vec<Block>,
) -> Sheet {
    Sheet {
        section: Section::Grants,
        path: format!("{LIST}/{}", grant.id.0),
        above: Some(Link::new(LIST, office.a.grants)),
        title,
        lead,
        blocks,
    }
}

fn facts(office: &Office, grant: &PersonGrant) -> Vec<(&'static str, String)> {
    let a = office.a;
    let state = office.right_state((None, grant.until), grant.revoked);
    vec![
        (a.person, office.person(&grant.person)),
        (a.may, acts(office, &grant.acts)),
        (a.profiles, office.profiles_of(grant.profiles.as_ref())),
        (a.until, office.end(grant.until)),
        (a.state, state.text),
        (a.note, grant.note.clone()),
        (a.given, office.time(grant.made)),
        (a.by, office.actor(&grant.made_by)),
    ]
}

fn acts(office: &Office, acts: &[Act]) -> String {
    acts.iter().map(|act| office.act(*act)).collect::<Vec<_>>().join(", ")
}

/// Asks for a new one.
pub(super) async fn new(office: Office) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeRights)?;
    Ok(office.asks(asking_new(&office)))
}

/// Gives it.
pub(super) async fn make(office: Office, sent: Sent) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeRights)?;
    let filled = office.filled(sent).await?;
    let wanted = wanted(&office, &filled)?;
    let mut asking = asking_new(&office);
    if let Ok(Command::MakeGrant(grant)) = &wanted {
        tell_person(&office, &mut asking.form, &grant.person);
    }
    office.decide(asking, &filled, wanted).await?;
    Ok(office.sees(LIST))
}

/// Says whose right it would be, however they were named.
fn tell_person(office: &Office, form: &mut Form, person: &PersonId) {
    let known = office.known_people().into_iter().find(|one| one.person == *person);
    let is_known = known.is_some();
    for field in &mut form.fields {
        field.told = match (field.name, &known) {
            ("person", Some(known)) => Some(known.name.clone()),
            ("person", None) => Some(person.subject.clone()),
            // What stands behind the name of somebody who is known tells nobody more.
            ("issuer" | "subject", _) if is_known => Some(String::new()),
            (_, _) => None,
        };
    }
}

fn wanted(office: &Office, filled: &Filled) -> Result<Wanted, Turned> {
    let id = random_name().map_err(|error| office.refused(&error))?;
    let person = match (filled.one("person"), filled.one("issuer"), filled.one("subject")) {
        (None, Some(issuer), Some(subject)) => {
            Some(PersonId { issuer: issuer.to_owned(), subject: subject.to_owned() })
        }
        (Some(word), None, None) => {
            let found = office.known_people().into_iter().find(|known| known.word == word);
            found.map(|known| known.person)
        }
        (Some(_), _, _) => {
            let text = office.r().person_twice.to_owned();
            return Ok(Err(Wrong { field: "person", text }));
        }
        (_, _, _) => None,
    };
    let Some(person) = person else {
        let text = office.a.wrong_person.to_owned();
        return Ok(Err(Wrong { field: "person", text }));
    };
    let acts = filled.all("acts");
    let acts =
        [Act::Sign, Act::Seal].into_iter().filter(|act| acts.iter().any(|word| word == act.name()));
    let acts = acts.collect();
    Ok(office.extent(filled).map(|Extent { profiles, until, note }| {
        let id = PersonGrantId(id);
        Command::MakeGrant(MakeGrant { id, person, acts, profiles, until, note })
    }))
}

fn asking_new(office: &Office) -> Asking {
    let a = office.a;
    let r = office.r();
    let known = office.known_people().into_iter().filter(|known| !known.is_barred);
    let mut choices = vec![(String::new(), a.choose.to_owned())];
    choices.extend(known.map(|known| (known.word, known.name)));
    let acts =
        [Act::Sign, Act::Seal].map(|act| (act.name().to_owned(), office.act(act).to_owned()));
    let mut fields = vec![
        Field::new("person", a.person, Kind::One(choices)).hint(r.person_hint),
        Field::new("issuer", a.issuer, Kind::Line(200))
            .hint(r.issuer_hint)
            .suggesting(office.known_issuers()),
        Field::new("subject", a.subject, Kind::Line(200)).hint(r.subject_hint),
        Field::new("acts", a.may, Kind::Any(acts.into())),
    ];
    fields.extend(office.extent_fields(|_| true));
    let form = Form::new(LIST, office.session.csrf(), a.give).fields(fields);
    let sheet = Sheet {
        section: Section::Grants,
        path: "/administration/new-grant".to_owned(),
        above: Some(Link::new(LIST, a.grants)),
        title: a.new_grant.to_owned(),
        lead: a.new_grant_lead,
        blocks: Vec::new(),
    };
    Asking { sheet, form, gives_power: true, changes: Vec::new() }
}

/// Asks whether one shall be revoked.
pub(super) async fn revocation(
    office: Office,
    Path(id): Path<PersonGrantId>,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeRights)?;
    let grant = office.grant(&id)?;
    Ok(office.asks(asking_end(&office, &grant)))
}

/// Revokes it.
pub(super) async fn revoke(
    office: Office,
    Path(id): Path<PersonGrantId>,
    sent: Sent,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeRights)?;
    let filled = office.filled(sent).await?;
    let grant = office.grant(&id)?;
    let wanted = Ok(Command::RevokeGrant(id.clone()));
    office.decide(asking_end(&office, &grant), &filled, wanted).await?;
    Ok(office.sees(&format!("{LIST}/{}", id.0)))
}

fn asking_end(office: &Office, grant: &PersonGrant) -> Asking {
    let a = office.a;
    let path = format!("{LIST}/{}/revocation", grant.id.0);
    let form = Form::new(&path, office.session.csrf(), a.revoke);
    let title = format!("{}: {}", a.revoke_grant, office.person(&grant.person));
    let blocks = vec![Block::Facts(facts(office, grant))];
    let sheet = Sheet { path, ..sheet(office, grant, title, a.revoke_lead, blocks) };
    let now = office.right_state((None, grant.until), grant.revoked).text;
    let change = (a.state.to_owned(), Some(now), a.revoked.to_owned());
    Asking { sheet, form, gives_power: false, changes: vec![change] }
}

impl Office {
    fn grant(&self, id: &PersonGrantId) -> Result<PersonGrant, Turned> {
        let found = self.snapshot.register().grants().get(id).map(|kept| kept.value.clone());
        found.ok_or_else(|| self.refused(&RegistryRefusal::GrantUnknown(id.clone()).into()))
    }
}
