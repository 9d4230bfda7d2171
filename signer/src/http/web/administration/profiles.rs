//! Certificate profiles: which there are, what each says and said, and new versions of them.

use axum::response::Response;
use registry::{AdministrativeAct, Command, Origin, RegistryRefusal, Version};
use seal::{CertificateProfile, ProfileId};

use super::{
    appearances,
    changing::{Asking, Wanted, Wrong},
    filled::Filled,
    history,
    office::{Office, Sheet, Turned},
    profile_fields::{facts, fields, new_fields, read, read_new},
    section::Section,
};
use crate::{
    Error,
    http::{path::Path, web::sent::Sent},
    web::{Block, Cell, Form, Link, Table, Tint, rule},
};

pub(super) const LIST: &str = "/administration/profiles";

/// Which there are.
pub(super) async fn list(office: Office) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ReadProfiles)?;
    let a = office.a;
    let rows = office.every_profile().into_iter().map(|profile| {
        let origin = match office.is_declared(&profile.id) {
            true => Origin::File,
            false => Origin::Register,
        };
        let version = office.snapshot.profile_version(&profile.id);
        vec![
            Cell::to(format!("{LIST}/{}", profile.id), profile.display_name.clone()),
            Cell::of(office.kind(profile.kind)),
            Cell::of(version.map_or_else(|| a.of_file.to_owned(), |version| version.to_string())),
            office.state_of(&profile, origin),
        ]
    });
    let table = Table {
        caption: a.profiles,
        columns: vec![a.name, a.kind, a.version, a.state],
        rows: rows.collect(),
        none: a.no_profiles,
    };
    let mut blocks = vec![Block::Table(table)];
    if office.may(AdministrativeAct::ChangeProfiles) {
        let new = Link::new("/administration/new-profile", a.new_profile);
        blocks.push(Block::Links(vec![new]));
    }
    let (section, path) = (Section::Profiles, LIST.to_owned());
    let (title, lead) = (a.profiles.to_owned(), a.profiles_lead);
    Ok(office.shown(Sheet { section, path, above: None, title, lead, blocks }))
}

/// What one says, and what it said.
pub(super) async fn one(office: Office, Path(id): Path<ProfileId>) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ReadProfiles)?;
    let profile = office.found(&id)?;
    let a = office.a;
    let mut blocks = Vec::new();
    for objection in office.snapshot.policy().objections(&profile) {
        let said = rule(office.language(), objection.rule).to_owned();
        blocks.push(Block::Text(said, Tint::Problem));
    }
    blocks.push(Block::Facts(facts(a, &profile, office.snapshot.profile_version(&id))));
    let kept = office.snapshot.register().profiles().get(&id);
    let made = kept.filter(|_| !office.is_declared(&id));
    if made.is_some_and(|kept| kept.value.retired.is_none())
        && office.may(AdministrativeAct::ChangeProfiles)
    {
        blocks.push(Block::Links(vec![
            Link::new(format!("{LIST}/{id}/version"), a.new_version),
            Link::new(format!("{LIST}/{id}/retirement"), a.retire),
        ]));
    }
    blocks.extend(appearances::listed(&office, &profile));
    if office.may(AdministrativeAct::ReadCertificates) {
        blocks.push(Block::Heading(office.c.terms.to_owned()));
        match office.terms(&id) {
            Some(kept) => blocks.push(Block::Facts(office.terms_facts(&profile, &kept.value))),
            None => blocks.push(Block::Text(office.c.no_terms.to_owned(), Tint::Hint)),
        }
        if office.may(AdministrativeAct::ChangeProfiles) {
            let to = format!("{LIST}/{id}/certificate-terms");
            blocks.push(Block::Links(vec![Link::new(to, office.c.set_terms)]));
        }
    }
    match made {
        None => blocks.push(Block::Text(a.in_file.to_owned(), Tint::Hint)),
        Some(_) => {
            if office.may(AdministrativeAct::ReadAuditLog) {
                blocks.push(Block::Heading(a.history.to_owned()));
                blocks.extend(history::of(&office, "profile", id.as_str()).await?);
            }
        }
    }
    Ok(office.shown(Sheet {
        section: Section::Profiles,
        path: format!("{LIST}/{id}"),
        above: Some(Link::new(LIST, a.profiles)),
        title: profile.display_name,
        lead: "",
        blocks,
    }))
}

/// Asks for a new one.
pub(super) async fn new(office: Office) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeProfiles)?;
    Ok(office.asks(asking_new(&office)))
}

/// Makes it.
pub(super) async fn make(office: Office, sent: Sent) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeProfiles)?;
    let filled = office.filled(sent).await?;
    let wanted = read_new(office.a, &filled).map(|profile| Command::MakeProfile(profile.into()));
    let changed = office.decide(asking_new(&office), &filled, wanted).await?;
    Ok(office.sees(&format!("{LIST}/{}", changed.entry.id())))
}

fn asking_new(office: &Office) -> Asking {
    let a = office.a;
    let form = Form::new(LIST, office.session.csrf(), a.make).fields(new_fields(a, office.r()));
    let sheet = Sheet {
        section: Section::Profiles,
        path: "/administration/new-profile".to_owned(),
        above: Some(Link::new(LIST, a.profiles)),
        title: a.new_profile.to_owned(),
        lead: a.new_profile_lead,
        blocks: Vec::new(),
    };
    Asking { sheet, form, gives_power: true, changes: Vec::new() }
}

/// Asks for another version.
pub(super) async fn version(office: Office, Path(id): Path<ProfileId>) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeProfiles)?;
    let (profile, version) = office.made(&id)?;
    Ok(office.asks(asking_version(&office, &profile, version)))
}

/// Makes it.
pub(super) async fn change(
    office: Office,
    Path(id): Path<ProfileId>,
    sent: Sent,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeProfiles)?;
    let filled = office.filled(sent).await?;
    let (profile, present) = office.made(&id)?;
    let wanted = wanted_version(&office, &filled, &profile, present);
    let asking = asking_version(&office, &profile, present);
    office.decide(asking, &filled, wanted).await?;
    Ok(office.sees(&format!("{LIST}/{id}")))
}

fn wanted_version(
    office: &Office,
    filled: &Filled,
    profile: &CertificateProfile,
    present: Version,
) -> Wanted {
    // What is merged must be onto what whoever asks read.
    let expected = filled.one("version").and_then(|version| version.parse().ok()).map(Version);
    if expected != Some(present) {
        return Err(Wrong { field: "", text: office.a.passed.to_owned() });
    }
    let profile = read(office.a, filled, profile)?;
    Ok(Command::ChangeProfile { profile: profile.into(), expected: present })
}

fn asking_version(office: &Office, profile: &CertificateProfile, version: Version) -> Asking {
    let (a, id) = (office.a, &profile.id);
    let path = format!("{LIST}/{id}/version");
    let form = Form::new(&path, office.session.csrf(), a.make_version);
    let sheet = Sheet {
        section: Section::Profiles,
        path,
        above: Some(Link::new(format!("{LIST}/{id}"), profile.display_name.clone())),
        title: format!("{}: {}", a.new_version, profile.display_name),
        lead: a.new_version_lead,
        blocks: Vec::new(),
    };
    let form = form.hiding("version", version.to_string()).fields(fields(a, profile));
    Asking { sheet, form, gives_power: true, changes: Vec::new() }
}

/// Asks whether one shall be retired.
pub(super) async fn retirement(
    office: Office,
    Path(id): Path<ProfileId>,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeProfiles)?;
    let (profile, _) = office.made(&id)?;
    Ok(office.asks(asking_end(&office, &profile)))
}

/// Retires it.
pub(super) async fn retire(
    office: Office,
    Path(id): Path<ProfileId>,
    sent: Sent,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeProfiles)?;
    let filled = office.filled(sent).await?;
    let (profile, _) = office.made(&id)?;
    let wanted = Ok(Command::RetireProfile(id.clone()));
    office.decide(asking_end(&office, &profile), &filled, wanted).await?;
    Ok(office.sees(&format!("{LIST}/{id}")))
}

fn asking_end(office: &Office, profile: &CertificateProfile) -> Asking {
    let (a, id) = (office.a, &profile.id);
    let path = format!("{LIST}/{id}/retirement");
    let form = Form::new(&path, office.session.csrf(), a.retire);
    let sheet = Sheet {
        section: Section::Profiles,
        path,
        above: Some(Link::new(format!("{LIST}/{id}"), profile.display_name.clone())),
        title: format!("{}: {}", a.retire, profile.display_name),
        lead: a.retire_lead,
        blocks: Vec::new(),
    };
    let change = (a.state.to_owned(), Some(a.in_use.to_owned()), a.retired.to_owned());
    Asking { sheet, form, gives_power: false, changes: vec![change] }
}

impl Office {
    fn is_declared(&self, id: &ProfileId) -> bool {
        self.snapshot.declared().profiles.iter().any(|profile| profile.id == *id)
    }

    pub(super) fn found(&self, id: &ProfileId) -> Result<CertificateProfile, Turned> {
        let found = self.every_profile().into_iter().find(|profile| profile.id == *id);
        found.ok_or_else(|| self.refused(&Error::ProfileUnknown(id.clone())))
    }

    /// One that administrators made, and its version.
    pub(super) fn made(&self, id: &ProfileId) -> Result<(CertificateProfile, Version), Turned> {
        self.found(id)?;
        match self.snapshot.register().profiles().get(id).filter(|_| !self.is_declared(id)) {
            Some(kept) => Ok((kept.value.profile.clone(), kept.version)),
            None => Err(self.refused(&RegistryRefusal::ManagedByFile("the profile").into())),
        }
    }

    fn state_of(&self, profile: &CertificateProfile, origin: Origin) -> Cell {
        let made = self.snapshot.register().profiles().get(&profile.id);
        let made = made.filter(|_| origin == Origin::Register);
        match profile.active {
            _ if made.is_some_and(|kept| kept.value.retired.is_some()) => {
                Cell::marked(self.a.retired, "open")
            }
            false => Cell::marked(self.a.not_in_use, "open"),
            true if self.snapshot.policy().objections(profile).is_empty() => {
                Cell::marked(self.a.in_use, "done")
            }
            true => Cell::marked(self.a.is_refused, "bad"),
        }
    }
}
