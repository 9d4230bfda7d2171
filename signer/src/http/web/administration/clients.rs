//! OAuth clients of applications: made, their secret shown once, revoked.

use axum::{http::StatusCode, response::Response};
use oauth::{ClientKeys, RedirectUri};
use registry::{
    AdministrativeAct, Application, CertificateTerms, ClientId, Command, MakeClient,
    RegistryRefusal, Scope, Version,
};
use seal::ApplicationId;

use super::{
    applications::{LIST, sheet},
    changing::{Asking, Wrong},
    client_table::called,
    filled::Filled,
    office::{Office, Sheet, Turned},
};
use crate::{
    http::{administration::NewClient, path::Path, web::sent::Sent},
    web::{Block, Field, Form, Kind, Link},
};

/// Asks for a new one.
pub(super) async fn new(office: Office, Path(id): Path<ApplicationId>) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeApplications)?;
    let (application, _) = office.application(&id)?;
    Ok(office.asks(asking_new(&office, &application)))
}

/// Makes it, and shows its secret this once: what is made is on no other page, and so is not led away from.
pub(super) async fn make(
    office: Office,
    Path(id): Path<ApplicationId>,
    sent: Sent,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeApplications)?;
    let filled = office.filled(sent).await?;
    let (application, _) = office.application(&id)?;
    let (made, wanted) = match wanted(&office, &filled, id.clone()) {
        Ok((secret, wanted)) => {
            (Some((secret, wanted.id.clone())), Ok(Command::MakeClient(wanted)))
        }
        Err(wrong) => (None, Err(wrong)),
    };
    office.decide(asking_new(&office, &application), &filled, wanted).await?;
    let a = office.a;
    let at = format!("{LIST}/{}", id.as_str());
    let mut blocks = Vec::new();
    if let Some((secret, client)) = made {
        blocks.push(Block::Facts(vec![(a.client_id, client.0)]));
        blocks.extend(secret.map(|secret| Block::Secret(a.client_secret, secret)));
    }
    blocks.push(Block::Links(vec![Link::new(&at, a.client_copied)]));
    let sheet = Sheet {
        path: format!("{at}/new-client"),
        title: format!("{}: {}", a.client_made, application.display_name),
        blocks,
        ..sheet(&office, &application, Vec::new())
    };
    Ok(office.page(StatusCode::CREATED, sheet))
}

/// The client that a form asks for, and its secret; or at which field it is wrong.
fn wanted(
    office: &Office,
    filled: &Filled,
    application: ApplicationId,
) -> Result<(Option<String>, MakeClient), Wrong> {
    let a = office.a;
    let wrong = |field, text: &str| Wrong { field, text: text.to_owned() };
    let proof = filled.one("proof").unwrap_or_default();
    let (keys, holder) = (filled.one("jwks"), filled.one("certificate"));
    if keys.is_some() && proof != "keys" {
        return Err(wrong("jwks", a.other_proof));
    }
    if holder.is_some() && proof != "certificate" {
        return Err(wrong("certificate", a.other_proof));
    }
    let jwks = match proof {
        "keys" => {
            let read = keys.filter(|keys| ClientKeys::read(keys).is_ok());
            let read = read.and_then(|keys| serde_json::from_str(keys).ok());
            Some(read.ok_or_else(|| wrong("jwks", a.jwks_wrong))?)
        }
        _ => None,
    };
    let certificate = match proof {
        "certificate" => {
            let listed = |uuid: &&str| holders(office).iter().any(|(listed, _)| listed == uuid);
            let holder = holder.filter(listed).ok_or_else(|| wrong("certificate", a.holder_wrong));
            Some(holder?.to_owned())
        }
        _ => None,
    };
    let lines = filled.text("redirect_uris");
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    let redirect_uris: Vec<_> = lines.map(str::to_owned).collect();
    if redirect_uris.iter().any(|address| RedirectUri::read(address).is_err()) {
        return Err(wrong("redirect_uris", a.redirect_uris_wrong));
    }
    let scopes = filled.all("scopes");
    let scopes = Scope::all().filter(|scope| scopes.iter().any(|word| word == scope.name()));
    let client = NewClient {
        display_name: filled.text("display_name"),
        scopes: scopes.collect(),
        jwks,
        certificate,
        public: proof == "none",
        redirect_uris,
        without_pkce: filled.is_checked("without_pkce"),
        require_signed_request_object: filled.is_checked("require_signed_request_object"),
        expires: office.day("expires", filled.one("expires"), true)?,
    };
    client.read(application).map_err(|error| wrong("", &office.said(&error).1))
}

/// The certificates by which a client may be known: the UUID in each, and what people call them.
fn holders(office: &Office) -> Vec<(String, String)> {
    let all = office.snapshot.register().client_certificates();
    let said = |terms: &CertificateTerms| format!("{} ({})", terms.name, terms.uuid);
    let mut all: Vec<_> = all.map(|terms| (terms.uuid.clone(), said(terms))).collect();
    all.sort_unstable_by(|(_, one), (_, other)| one.cmp(other));
    all
}

fn asking_new(office: &Office, application: &Application) -> Asking {
    let a = office.a;
    let at = format!("{LIST}/{}", application.id.as_str());
    let scopes = Scope::all().map(|scope| (scope.name().to_owned(), scope.name().to_owned()));
    let proofs = [
        ("secret", a.proof_secret),
        ("keys", a.proof_keys),
        ("certificate", a.proof_certificate),
        ("none", a.proof_public),
    ];
    let proofs = proofs.map(|(word, said)| (word.to_owned(), said.to_owned()));
    let mut certificates = vec![(String::new(), a.nothing.to_owned())];
    certificates.extend(holders(office));
    let fields = vec![
        Field::new("display_name", a.key_name, Kind::Line(200)).hint(a.key_name_hint),
        Field::new("scopes", a.scopes, Kind::Any(scopes.collect()))
            .with("service")
            .hint(a.scopes_hint),
        Field::new("proof", a.proof, Kind::One(proofs.to_vec())).with("secret"),
        Field::new("jwks", a.jwks, Kind::Lines(20_000)).hint(a.jwks_hint),
        Field::new("certificate", a.holder, Kind::One(certificates)).hint(a.holder_hint),
        Field::new("redirect_uris", a.redirect_uris, Kind::Lines(20_000))
            .hint(a.redirect_uris_hint),
        Field::new("without_pkce", a.without_pkce, Kind::Check),
        Field::new("require_signed_request_object", a.signed_requests, Kind::Check),
        Field::new("expires", a.last_day, Kind::Day).or(a.no_end).hint(a.client_end_hint),
    ];
    let form = Form::new(format!("{at}/clients"), office.session.csrf(), a.make_key).fields(fields);
    let sheet = Sheet {
        path: format!("{at}/new-client"),
        above: Some(Link::new(at, application.display_name.clone())),
        title: format!("{}: {}", a.new_client, application.display_name),
        lead: a.new_client_lead,
        ..sheet(office, application, Vec::new())
    };
    Asking { sheet, form, gives_power: true, changes: Vec::new() }
}

/// Asks whether one shall be revoked.
pub(super) async fn revocation(
    office: Office,
    Path((id, client)): Path<(ApplicationId, ClientId)>,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeApplications)?;
    let (application, version) = office.application(&id)?;
    Ok(office.asks(asking_end(&office, &application, version, &client)?))
}

/// Revokes it, and with it its tokens.
pub(super) async fn revoke(
    office: Office,
    Path((id, client)): Path<(ApplicationId, ClientId)>,
    sent: Sent,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeApplications)?;
    let filled = office.filled(sent).await?;
    let (application, version) = office.application(&id)?;
    let asking = asking_end(&office, &application, version, &client)?;
    let wanted = office.version(&filled).map(|expected| {
        let application = id.clone();
        Command::RevokeClient { application, client, expected }
    });
    office.decide(asking, &filled, wanted).await?;
    Ok(office.sees(&format!("{LIST}/{}", id.as_str())))
}

fn asking_end(
    office: &Office,
    application: &Application,
    version: Version,
    id: &ClientId,
) -> Result<Asking, Turned> {
    let a = office.a;
    let client = application.clients.iter().find(|client| client.id == *id);
    let unknown = || office.refused(&RegistryRefusal::ClientUnknown(id.clone()).into());
    let client = client.ok_or_else(unknown)?;
    let now = office.key_state(client.state(office.now()?)).text;
    let at = format!("{LIST}/{}", application.id.as_str());
    let path = format!("{at}/clients/{}/revocation", id.0);
    let form = Form::new(&path, office.session.csrf(), a.revoke);
    let form = form.hiding("version", version.to_string());
    let sheet = Sheet {
        path,
        above: Some(Link::new(at, application.display_name.clone())),
        title: format!("{}: {}", a.revoke_client, called(client)),
        lead: a.revoke_client_lead,
        ..sheet(office, application, Vec::new())
    };
    let change = (a.state.to_owned(), Some(now), a.revoked.to_owned());
    Ok(Asking { sheet, form, gives_power: false, changes: vec![change] })
}
