//! What is there, and what is to be heeded.

use axum::response::Response;
use registry::{AdministrativeAct, KeyState, Moment, PersonState};

use super::{
    office::{Office, Sheet, Turned},
    section::Section,
};
use crate::{
    http::web::{
        answer::see,
        cookie::{self, Next},
    },
    web::{Block, Cell, Link, Table},
};

/// How long before an end it is told of, in seconds.
const AHEAD: u64 = 30 * 24 * 3600;

/// How many seals a mandate has left that is told of.
const FEW: u64 = 10;

/// The page.
pub(super) async fn page(office: Office) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ReadOrganisation)?;
    let mut blocks = Vec::new();
    let now = office.now()?;
    let mut heeded = heeded(&office, now);
    heeded.extend(office.awaiting_approval(now).await?);
    if !heeded.is_empty() {
        blocks.push(Block::Heading(office.a.to_heed.to_owned()));
        blocks.extend(heeded.into_iter().map(Block::Warning));
    }
    let organisation = office.snapshot.policy().organisation();
    blocks.push(Block::Heading(office.a.what_there_is.to_owned()));
    blocks.push(Block::Table(counts(&office, now)));
    Ok(office.shown(Sheet {
        section: Section::Overview,
        path: Section::Overview.address().to_owned(),
        above: None,
        title: format!("{} {}", office.a.administration_of, organisation.registered_name),
        lead: if reads_alone(&office) { office.a.reads_alone } else { office.a.overview_lead },
        blocks,
    }))
}

/// Has whoever is logged in log in once more, and come back.
pub(super) async fn log_in_anew(_: Office) -> Response {
    see("/login", Some(cookie::next(Next::AdministrationAnew)))
}

fn reads_alone(office: &Office) -> bool {
    use AdministrativeAct::{
        ChangeApplications, ChangeCertificates, ChangeOrganisation, ChangePeople, ChangeProfiles,
        ChangeRights, ChangeRoles,
    };
    let changes = [
        ChangeApplications,
        ChangeCertificates,
        ChangeOrganisation,
        ChangePeople,
        ChangeProfiles,
        ChangeRights,
        ChangeRoles,
    ];
    !changes.into_iter().any(|act| office.may(act))
}

fn counts(office: &Office, now: Moment) -> Table {
    let (a, register) = (office.a, office.snapshot.register());
    let profiles = office.every_profile();
    let in_use = profiles.iter().filter(|profile| profile.active).count();
    let grants = register.grants().values().filter(|kept| {
        kept.value.revoked.is_none() && kept.value.until.is_none_or(|until| until > now)
    });
    let mandates = register.mandates().values().filter(|kept| {
        kept.value.revoked.is_none() && kept.value.until.is_none_or(|until| until > now)
    });
    let people = register.people().values();
    let people = people.filter(|kept| kept.value.state == PersonState::Active);
    let applications = register.applications().values();
    let applications = applications
        .filter(|kept| kept.value.active && !register.is_declared(&kept.value.id))
        .count();
    // The file's are in use as long as they stand there.
    let applications = applications + office.snapshot.declared().applications().len();
    let counted = [
        (Section::Profiles, in_use),
        (Section::Grants, grants.count() + office.configured_rights().count()),
        (Section::Mandates, mandates.count() + office.configured_mandates().count()),
        (Section::Applications, applications),
        (Section::People, people.count() + office.configured_people().len()),
    ];
    let readable = counted.into_iter().filter(|(section, _)| office.may(section.read()));
    let rows = readable.map(|(section, count)| {
        vec![Cell::to(section.address(), section.name(a)), Cell::of(count.to_string())]
    });
    Table {
        caption: a.what_there_is,
        columns: vec![a.part, a.in_use],
        rows: rows.collect(),
        none: a.nothing_here,
    }
}

/// The way to one thing of a part.
fn link(section: Section, id: &str, told: String) -> Link {
    Link::new(format!("{}/{id}", section.address()), told)
}

/// What somebody should look at.
fn heeded(office: &Office, now: Moment) -> Vec<Link> {
    let (a, register) = (office.a, office.snapshot.register());
    let soon = now.after(AHEAD);
    let mut heeded = Vec::new();
    if office.may(AdministrativeAct::ReadRights) {
        for mandate in register.mandates().values().map(|kept| &kept.value) {
            if mandate.revoked.is_some() || mandate.until.is_some_and(|until| until <= now) {
                continue;
            }
            let given = office.snapshot.given(&mandate.id);
            let left = mandate.maximum_seals.map(|most| most.saturating_sub(given));
            if let Some(left) = left.filter(|left| *left <= FEW) {
                let application = mandate.application.as_str();
                let told = format!("{} {application}: {} {left}", a.mandate_of, a.seals_left);
                heeded.push(link(Section::Mandates, &mandate.id.0, told));
            }
        }
    }
    if office.may(AdministrativeAct::ReadApplications) {
        for application in register.applications().values().map(|kept| &kept.value) {
            let ending = application.keys.iter().filter(|key| {
                key.state(now) == KeyState::Active && key.expires.is_some_and(|end| end <= soon)
            });
            for key in ending {
                let end = office.end(key.expires);
                let name = &application.display_name;
                let told = format!("{} {name}: {} {end}", a.key_of, a.ends);
                heeded.push(link(Section::Applications, application.id.as_str(), told));
            }
        }
    }
    if office.may(AdministrativeAct::ReadProfiles) {
        for profile in office.every_profile().iter().filter(|profile| profile.active) {
            if !office.snapshot.policy().objections(profile).is_empty() {
                let told = format!("{}: {}", profile.display_name, a.is_refused);
                heeded.push(link(Section::Profiles, profile.id.as_str(), told));
            }
        }
    }
    heeded
}
