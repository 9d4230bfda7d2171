//! Keys of applications: made, shown once, revoked.

use axum::{http::StatusCode, response::Response};
use registry::{AdministrativeAct, Application, Command, KeyId, RegistryRefusal};
use seal::ApplicationId;

use super::{
    applications::{LIST, sheet},
    changing::Asking,
    office::{Office, Sheet, Turned},
};
use crate::{
    http::{administration::new_key, path::Path, web::sent::Sent},
    web::{Block, Field, Form, Kind, Link, Tint},
};

/// Asks for a new one.
pub(super) async fn new(office: Office, Path(id): Path<ApplicationId>) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeApplications)?;
    let (application, _) = office.application(&id)?;
    Ok(office.asks(asking_new(&office, &application)))
}

/// Makes it, and shows it this once: what is made is on no other page, and so is not led away from.
pub(super) async fn make(
    office: Office,
    Path(id): Path<ApplicationId>,
    sent: Sent,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeApplications)?;
    let filled = office.filled(sent).await?;
    let (application, _) = office.application(&id)?;
    let name = filled.text("display_name");
    let (secret, wanted) = match office.day("expires", filled.one("expires"), true) {
        Err(wrong) => (String::new(), Err(wrong)),
        Ok(expires) => {
            let made = new_key(id.clone(), name, expires);
            let (key, command) = made.map_err(|error| office.refused(&error))?;
            (key, Ok(Command::MakeKey(command)))
        }
    };
    office.decide(asking_new(&office, &application), &filled, wanted).await?;
    let at = format!("{LIST}/{}", id.as_str());
    let mut blocks = vec![Block::Secret(office.a.the_key, secret)];
    let mut links = vec![Link::new(&at, office.a.key_copied)];
    let mut mandates = office.snapshot.register().mandates().values().map(|kept| &kept.value);
    if !mandates.any(|one| one.application == id && one.revoked.is_none()) {
        blocks.push(Block::Text(office.r().none_without.to_owned(), Tint::Hint));
        if office.may(AdministrativeAct::ChangeRights) {
            let to = format!("/administration/new-mandate?application={}", id.as_str());
            links.insert(0, Link::new(to, office.a.new_mandate));
        }
    }
    blocks.push(Block::Links(links));
    let sheet = Sheet {
        path: format!("{at}/new-key"),
        title: format!("{}: {}", office.a.key_made, application.display_name),
        blocks,
        ..sheet(&office, &application, Vec::new())
    };
    Ok(office.page(StatusCode::CREATED, sheet))
}

fn asking_new(office: &Office, application: &Application) -> Asking {
    let a = office.a;
    let at = format!("{LIST}/{}", application.id.as_str());
    let fields = vec![
        Field::new("display_name", a.key_name, Kind::Line(200)).hint(a.key_name_hint),
        Field::new("expires", a.last_day, Kind::Day).or(a.no_end).hint(a.key_end_hint),
    ];
    let form = Form::new(format!("{at}/keys"), office.session.csrf(), a.make_key).fields(fields);
    let sheet = Sheet {
        path: format!("{at}/new-key"),
        above: Some(Link::new(at, application.display_name.clone())),
        title: format!("{}: {}", a.new_key, application.display_name),
        lead: a.new_key_lead,
        ..sheet(office, application, Vec::new())
    };
    Asking { sheet, form, gives_power: true, changes: Vec::new() }
}

/// Asks whether one shall be revoked.
pub(super) async fn revocation(
    office: Office,
    Path((id, key)): Path<(ApplicationId, KeyId)>,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeApplications)?;
    let (application, _) = office.application(&id)?;
    Ok(office.asks(asking_end(&office, &application, &key)?))
}

/// Revokes it.
pub(super) async fn revoke(
    office: Office,
    Path((id, key)): Path<(ApplicationId, KeyId)>,
    sent: Sent,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeApplications)?;
    let filled = office.filled(sent).await?;
    let (application, _) = office.application(&id)?;
    let asking = asking_end(&office, &application, &key)?;
    let wanted = Ok(Command::RevokeKey { application: id.clone(), key });
    office.decide(asking, &filled, wanted).await?;
    Ok(office.sees(&format!("{LIST}/{}", id.as_str())))
}

fn asking_end(office: &Office, application: &Application, id: &KeyId) -> Result<Asking, Turned> {
    let a = office.a;
    let key = application.keys.iter().find(|key| key.id == *id);
    let key = key.ok_or_else(|| office.refused(&RegistryRefusal::KeyUnknown(id.clone()).into()))?;
    let now = office.key_state(key.state(office.now()?)).text;
    let at = format!("{LIST}/{}", application.id.as_str());
    let path = format!("{at}/keys/{}/revocation", id.0);
    let form = Form::new(&path, office.session.csrf(), a.revoke);
    let name = if key.display_name.is_empty() { &id.0 } else { &key.display_name };
    let sheet = Sheet {
        path,
        above: Some(Link::new(at, application.display_name.clone())),
        title: format!("{}: {name}", a.revoke_key),
        lead: a.revoke_key_lead,
        ..sheet(office, application, Vec::new())
    };
    let change = (a.state.to_owned(), Some(now), a.revoked.to_owned());
    Ok(Asking { sheet, form, gives_power: false, changes: vec![change] })
}
