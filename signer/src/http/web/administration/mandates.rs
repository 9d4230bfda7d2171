//! What applications may seal.

use axum::{extract::Query, response::Response};
use registry::{AdministrativeAct, Command, MakeMandate, Mandate, MandateId, RegistryRefusal};
use seal::{ApplicationId, ProfileKind};

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

const LIST: &str = "/administration/mandates";

/// Which there are.
pub(super) async fn list(office: Office) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ReadRights)?;
    let a = office.a;
    let mandates = office.snapshot.register().mandates().values().map(|kept| &kept.value);
    let mut mandates: Vec<_> = mandates.collect();
    // What counts comes first, and of that what was given last.
    mandates.sort_by_key(|mandate| (mandate.revoked.is_some(), std::cmp::Reverse(mandate.made)));
    let changes = office.may(AdministrativeAct::ChangeRights);
    let rows = mandates.into_iter().map(|mandate| {
        let application = office.application_name(&mandate.application);
        let mut row = vec![
            Cell::to(format!("{LIST}/{}", mandate.id.0), application.clone()),
            Cell::of(office.profiles_of(mandate.profiles.as_ref())),
            Cell::of(office.count(mandate)),
            Cell::of(office.end(mandate.until)),
            Cell::of(a.of_register),
            Cell::of(mandate.id.0.clone()),
            office.mandate_state(mandate),
        ];
        if changes {
            let to = format!("{LIST}/{}/revocation", mandate.id.0);
            row.push(match mandate.revoked {
                None => Cell::act(to, a.revoke, &application),
                Some(_) => Cell::default(),
            });
        }
        row
    });
    let configured = office.configured_mandates().map(|(application, grant)| {
        let mut row = vec![
            Cell::of(office.application_name(application)),
            Cell::of(office.profiles_of(grant.profiles.as_ref())),
            Cell::of(a.no_most),
            Cell::of(a.no_end),
            Cell::marked(a.of_file, "open"),
            Cell::of(a.nothing),
            Cell::marked(a.in_use, "done"),
        ];
        row.extend(changes.then(Cell::default));
        row
    });
    let mut columns = vec![a.application, a.profiles, a.seals, a.until, a.origin, a.id, a.state];
    columns.extend(changes.then_some(""));
    let rows = rows.chain(configured).collect();
    let table = Table { caption: a.mandates, columns, rows, none: a.no_mandates };
    let mut blocks = vec![Block::Table(table)];
    if changes {
        blocks.push(Block::Links(vec![Link::new("/administration/new-mandate", a.new_mandate)]));
    }
    let (section, path) = (Section::Mandates, LIST.to_owned());
    let (title, lead) = (a.mandates.to_owned(), a.mandates_lead);
    Ok(office.shown(Sheet { section, path, above: None, title, lead, blocks }))
}

/// One of them.
pub(super) async fn one(office: Office, Path(id): Path<MandateId>) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ReadRights)?;
    let (a, mandate) = (office.a, office.mandate(&id)?);
    let mut blocks = vec![Block::Facts(facts(&office, &mandate))];
    if mandate.revoked.is_none() && office.may(AdministrativeAct::ChangeRights) {
        let to = format!("{LIST}/{}/revocation", id.0);
        blocks.push(Block::Links(vec![Link::new(to, a.revoke)]));
    }
    if office.may(AdministrativeAct::ReadAuditLog) {
        blocks.push(Block::Heading(a.history.to_owned()));
        blocks.extend(history::of(&office, "mandate", &id.0).await?);
    }
    let title = format!("{} {}", a.mandate_of, office.application_name(&mandate.application));
    Ok(office.shown(sheet(&office, &mandate, title, "", blocks)))
}

fn sheet(
    office: &Office,
    mandate: &Mandate,
    title: String,
    lead: &'static str,
    blocks: Vec<Block>,
) -> Sheet {
    Sheet {
        section: Section::Mandates,
        path: format!("{LIST}/{}", mandate.id.0),
        above: Some(Link::new(LIST, office.a.mandates)),
        title,
        lead,
        blocks,
    }
}

fn facts(office: &Office, mandate: &Mandate) -> Vec<(&'static str, String)> {
    let a = office.a;
    let from = mandate.from.map_or_else(|| office.time(mandate.made), |from| office.time(from));
    vec![
        (a.id, mandate.id.0.clone()),
        (a.application, office.application_name(&mandate.application)),
        (a.profiles, office.profiles_of(mandate.profiles.as_ref())),
        (a.seals, office.count(mandate)),
        (a.from, from),
        (a.until, office.end(mandate.until)),
        (a.state, office.mandate_state(mandate).text),
        (a.note, mandate.note.clone()),
        (a.given, office.time(mandate.made)),
        (a.by, office.actor(&mandate.made_by)),
    ]
}

/// For which application one is asked, where its page led here.
#[derive(serde::Deserialize)]
pub(super) struct Led {
    #[serde(default)]
    application: String,
}

/// Asks for a new one.
pub(super) async fn new(office: Office, Query(led): Query<Led>) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeRights)?;
    let mut asking = asking_new(&office);
    for field in asking.form.fields.iter_mut().filter(|field| field.name == "application") {
        field.values = vec![led.application.clone()];
    }
    Ok(office.asks(asking))
}

/// Gives it.
pub(super) async fn make(office: Office, sent: Sent) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeRights)?;
    let filled = office.filled(sent).await?;
    let id = MandateId(random_name().map_err(|error| office.refused(&error))?);
    let wanted = wanted(&office, &filled, id);
    let changed = office.decide(asking_new(&office), &filled, wanted).await?;
    Ok(office.sees(&format!("{LIST}/{}", changed.entry.id())))
}

fn wanted(office: &Office, filled: &Filled, id: MandateId) -> Wanted {
    let wrong = |field, text: &str| Wrong { field, text: text.to_owned() };
    let application = filled.one("application").map(ApplicationId::new);
    let application =
        application.ok_or_else(|| wrong("application", office.r().choose_application))?;
    let maximum_seals = match (filled.one("maximum_seals"), filled.is_checked("no_limit")) {
        (None, true) => None,
        (Some(text), false) => {
            let most = text.parse::<u64>();
            Some(most.map_err(|_| wrong("maximum_seals", office.a.wrong_number))?)
        }
        // As many as there are to be is nobody's who did not ask for it.
        (None, false) | (Some(_), true) => {
            return Err(wrong("maximum_seals", office.r().choose_seals));
        }
    };
    let from = office.day("from", filled.one("from"), false)?;
    let Extent { profiles, until, note } = office.extent(filled)?;
    let wanted = MakeMandate { id, application, profiles, from, until, maximum_seals, note };
    Ok(Command::MakeMandate(wanted))
}

fn asking_new(office: &Office) -> Asking {
    let a = office.a;
    let register = office.snapshot.register();
    let made = register.applications().values().map(|kept| &kept.value);
    let made = made.map(|one| (one.id.as_str().to_owned(), one.display_name.clone()));
    let declared = office.snapshot.declared().keys.iter();
    let declared = declared.map(|key| key.application.as_str().to_owned());
    let declared = declared.map(|id| (id.clone(), id));
    let mut choices = vec![(String::new(), a.choose.to_owned())];
    choices.extend(made.chain(declared));
    let mut fields = vec![
        Field::new("application", a.application, Kind::One(choices)),
        Field::new("maximum_seals", a.most_seals, Kind::Number).hint(office.r().most_seals_hint),
        Field::new("no_limit", office.r().no_limit, Kind::Check),
        Field::new("from", a.first_day, Kind::Day).or(a.at_once).hint(a.first_day_hint),
    ];
    fields.extend(office.extent_fields(|kind| kind != ProfileKind::User));
    let form = Form::new(LIST, office.session.csrf(), a.give).fields(fields);
    let sheet = Sheet {
        section: Section::Mandates,
        path: "/administration/new-mandate".to_owned(),
        above: Some(Link::new(LIST, a.mandates)),
        title: a.new_mandate.to_owned(),
        lead: a.new_mandate_lead,
        blocks: Vec::new(),
    };
    Asking { sheet, form, gives_power: true, changes: Vec::new() }
}

/// Asks whether one shall be revoked.
pub(super) async fn revocation(
    office: Office,
    Path(id): Path<MandateId>,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeRights)?;
    let mandate = office.mandate(&id)?;
    Ok(office.asks(asking_end(&office, &mandate)))
}

/// Revokes it.
pub(super) async fn revoke(
    office: Office,
    Path(id): Path<MandateId>,
    sent: Sent,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeRights)?;
    let filled = office.filled(sent).await?;
    let mandate = office.mandate(&id)?;
    let wanted = Ok(Command::RevokeMandate(id.clone()));
    office.decide(asking_end(&office, &mandate), &filled, wanted).await?;
    Ok(office.sees(&format!("{LIST}/{}", id.0)))
}

fn asking_end(office: &Office, mandate: &Mandate) -> Asking {
    let a = office.a;
    let path = format!("{LIST}/{}/revocation", mandate.id.0);
    let form = Form::new(&path, office.session.csrf(), a.revoke);
    let title = format!("{}: {}", a.revoke_mandate, office.application_name(&mandate.application));
    let blocks = vec![Block::Facts(facts(office, mandate))];
    let sheet = Sheet { path, ..sheet(office, mandate, title, a.revoke_lead, blocks) };
    let now = office.mandate_state(mandate).text;
    let change = (a.state.to_owned(), Some(now), a.revoked.to_owned());
    Asking { sheet, form, gives_power: false, changes: vec![change] }
}

impl Office {
    fn mandate(&self, id: &MandateId) -> Result<Mandate, Turned> {
        let found = self.snapshot.register().mandates().get(id).map(|kept| kept.value.clone());
        found.ok_or_else(|| self.refused(&RegistryRefusal::MandateUnknown(id.clone()).into()))
    }

    /// How many seals a mandate has given, and of how many.
    fn count(&self, mandate: &Mandate) -> String {
        match mandate.maximum_seals {
            None => self.a.no_most.to_owned(),
            Some(most) => {
                let given = self.snapshot.given(&mandate.id);
                format!("{given} {} {most}", self.a.of)
            }
        }
    }

    fn mandate_state(&self, mandate: &Mandate) -> Cell {
        let given = self.snapshot.given(&mandate.id);
        let spent = mandate.maximum_seals.is_some_and(|most| given >= most);
        match mandate.revoked {
            None if spent => Cell::marked(self.a.exhausted, "bad"),
            revoked => self.right_state((mandate.from, mandate.until), revoked),
        }
    }

    /// What people call an application.
    pub(super) fn application_name(&self, id: &ApplicationId) -> String {
        let kept = self.snapshot.register().applications().get(id);
        let kept = kept.filter(|_| !self.snapshot.register().is_declared(id));
        kept.map_or_else(|| id.as_str().to_owned(), |kept| kept.value.display_name.clone())
    }
}
