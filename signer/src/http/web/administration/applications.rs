//! Applications, and which keys they have.

use axum::response::Response;
use registry::{
    AdministrativeAct, Application, ChangeApplication, Command, MakeApplication, RegistryRefusal,
    Version,
};
use seal::ApplicationId;

use super::{
    changing::Asking,
    client_table, history,
    office::{Office, Sheet, Turned},
    section::Section,
};
use crate::{
    http::{path::Path, web::sent::Sent},
    web::{Block, Cell, Field, Form, Kind, Link, Table},
};

pub(super) const LIST: &str = "/administration/applications";

/// Which there are.
pub(super) async fn list(office: Office) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ReadApplications)?;
    let (a, register) = (office.a, office.snapshot.register());
    let made = register.applications().values().map(|kept| &kept.value);
    let made = made.filter(|application| !register.is_declared(&application.id));
    let mut rows: Vec<_> = made
        .map(|application| {
            vec![
                Cell::to(
                    format!("{LIST}/{}", application.id.as_str()),
                    application.display_name.clone(),
                ),
                Cell::of(application.id.as_str()),
                Cell::of(a.of_register),
                state(&office, application),
            ]
        })
        .collect();
    rows.extend(office.snapshot.declared().keys.iter().map(|key| {
        let name = key.application.as_str();
        vec![Cell::of(name), Cell::of(name), Cell::of(a.of_file), Cell::marked(a.in_use, "done")]
    }));
    let table = Table {
        caption: a.applications,
        columns: vec![a.name, a.id, a.origin, a.state],
        rows,
        none: a.no_applications,
    };
    let mut blocks = vec![Block::Table(table)];
    if office.may(AdministrativeAct::ChangeApplications) {
        let new = Link::new("/administration/new-application", a.new_application);
        blocks.push(Block::Links(vec![new]));
    }
    let (section, path) = (Section::Applications, LIST.to_owned());
    let (title, lead) = (a.applications.to_owned(), a.applications_lead);
    Ok(office.shown(Sheet { section, path, above: None, title, lead, blocks }))
}

fn state(office: &Office, application: &Application) -> Cell {
    match application.active {
        true => Cell::marked(office.a.in_use, "done"),
        false => Cell::marked(office.a.not_in_use, "bad"),
    }
}

/// One of them, and its keys.
pub(super) async fn one(office: Office, Path(id): Path<ApplicationId>) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ReadApplications)?;
    let (application, _) = office.application(&id)?;
    let changes = office.may(AdministrativeAct::ChangeApplications);
    let (a, now, at) = (office.a, office.now()?, format!("{LIST}/{}", id.as_str()));
    let mut blocks = vec![Block::Facts(vec![
        (a.id, id.as_str().to_owned()),
        (a.display_name, application.display_name.clone()),
        (a.state, state(&office, &application).text),
        (a.made, office.time(application.made)),
        (a.by, office.actor(&application.made_by)),
    ])];
    let rows = application.keys.iter().map(|key| {
        let used = office.organisation().last_use(&key.sha256);
        let name = if key.display_name.is_empty() { &key.id.0 } else { &key.display_name };
        let mut row = vec![
            Cell::of(name.clone()),
            Cell::of(office.time(key.made)),
            Cell::of(office.end(key.expires)),
            Cell::of(used.map_or_else(|| a.never.to_owned(), |used| office.time(used))),
            office.key_state(key.state(now)),
        ];
        if changes {
            row.push(match key.revoked {
                None => Cell::act(format!("{at}/keys/{}/revocation", key.id.0), a.revoke, name),
                Some(_) => Cell::default(),
            });
        }
        row
    });
    let mut columns = vec![a.key, a.made, a.until, a.last_used, a.state];
    columns.extend(changes.then_some(""));
    blocks.push(Block::Heading(a.keys.to_owned()));
    blocks.push(Block::Table(Table {
        caption: a.keys,
        columns,
        rows: rows.collect(),
        none: a.no_keys,
    }));
    if changes {
        blocks.push(Block::Links(vec![
            Link::new(format!("{at}/new-key"), a.new_key),
            Link::new(format!("{at}/change"), a.change),
        ]));
    }
    client_table::table(&office, &application, (&at, now), &mut blocks);
    if office.may(AdministrativeAct::ReadAuditLog) {
        blocks.push(Block::Heading(a.history.to_owned()));
        blocks.extend(history::of(&office, "application", id.as_str()).await?);
    }
    Ok(office.shown(sheet(&office, &application, blocks)))
}

pub(super) fn sheet(office: &Office, application: &Application, blocks: Vec<Block>) -> Sheet {
    Sheet {
        section: Section::Applications,
        path: format!("{LIST}/{}", application.id.as_str()),
        above: Some(Link::new(LIST, office.a.applications)),
        title: application.display_name.clone(),
        lead: "",
        blocks,
    }
}

/// Asks for a new one.
pub(super) async fn new(office: Office) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeApplications)?;
    Ok(office.asks(asking_new(&office)))
}

/// Makes it.
pub(super) async fn make(office: Office, sent: Sent) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeApplications)?;
    let filled = office.filled(sent).await?;
    let id = ApplicationId::new(filled.text("id"));
    let display_name = filled.text("display_name");
    let wanted = Ok(Command::MakeApplication(MakeApplication { id, display_name }));
    let changed = office.decide(asking_new(&office), &filled, wanted).await?;
    Ok(office.sees(&format!("{LIST}/{}", changed.entry.id())))
}

fn asking_new(office: &Office) -> Asking {
    let a = office.a;
    let fields = vec![
        Field::new("id", a.id, Kind::Line(64)).hint(a.id_hint).required(),
        Field::new("display_name", a.display_name, Kind::Line(200))
            .hint(a.application_name_hint)
            .required(),
    ];
    let form = Form::new(LIST, office.session.csrf(), a.make).fields(fields);
    let sheet = Sheet {
        section: Section::Applications,
        path: "/administration/new-application".to_owned(),
        above: Some(Link::new(LIST, a.applications)),
        title: a.new_application.to_owned(),
        lead: a.new_application_lead,
        blocks: Vec::new(),
    };
    Asking { sheet, form, gives_power: false, changes: Vec::new() }
}

/// Asks how one shall be changed.
pub(super) async fn edit(
    office: Office,
    Path(id): Path<ApplicationId>,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeApplications)?;
    let (application, version) = office.application(&id)?;
    Ok(office.asks(asking_change(&office, &application, version)))
}

/// Changes it.
pub(super) async fn change(
    office: Office,
    Path(id): Path<ApplicationId>,
    sent: Sent,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeApplications)?;
    let filled = office.filled(sent).await?;
    let (application, version) = office.application(&id)?;
    let wanted = office.version(&filled).map(|expected| {
        let display_name = Some(filled.text("display_name"));
        let active = Some(filled.is_checked("active"));
        let id = id.clone();
        Command::ChangeApplication(ChangeApplication { id, expected, display_name, active })
    });
    let asking = asking_change(&office, &application, version);
    office.decide(asking, &filled, wanted).await?;
    Ok(office.sees(&format!("{LIST}/{}", id.as_str())))
}

fn asking_change(office: &Office, application: &Application, version: Version) -> Asking {
    let a = office.a;
    let at = format!("{LIST}/{}", application.id.as_str());
    let path = format!("{at}/change");
    let active = if application.active { "yes" } else { "" };
    let fields = vec![
        Field::new("display_name", a.display_name, Kind::Line(200))
            .required()
            .with(application.display_name.clone())
            .remembered(a),
        Field::new("active", a.takes_keys, Kind::Check).with(active).remembered(a),
    ];
    let form = Form::new(&path, office.session.csrf(), a.change);
    let form = form.hiding("version", version.to_string()).fields(fields);
    let sheet = Sheet {
        path,
        above: Some(Link::new(at, application.display_name.clone())),
        title: format!("{}: {}", a.change, application.display_name),
        ..sheet(office, application, Vec::new())
    };
    Asking { sheet, form, gives_power: !application.active, changes: Vec::new() }
}

impl Office {
    /// One that administrators made, and its version.
    pub(super) fn application(&self, id: &ApplicationId) -> Result<(Application, Version), Turned> {
        let register = self.snapshot.register();
        if register.is_declared(id) {
            return Err(self.refused(&RegistryRefusal::ManagedByFile("the application").into()));
        }
        let found = register.applications().get(id).map(|kept| (kept.value.clone(), kept.version));
        found.ok_or_else(|| self.refused(&RegistryRefusal::ApplicationUnknown(id.clone()).into()))
    }
}
