//! Logins by an OpenID provider: discovery, a code with PKCE and a nonce, and the ID token (OpenID Connect
//! Core 1.0 section 3.1). Keys are asked for anew at each login, and addresses after a few seconds, so that what
//! changed is heard of at once.

mod claims;
mod error;
pub(crate) mod link;
mod returned;
pub(crate) mod sign;
mod under;

use std::{net::IpAddr, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use registry::PersonState;
use reqwest::Url;
use seal::{
    IdentityToken, OrganisationId, PersonId,
    identity::{IdentityError, IdentityIssuer, IdentityVerifier},
};
use serde_json::{Map, Value};
use time::OffsetDateTime;

pub(crate) use self::error::ProviderError;
pub(crate) use self::returned::Returned;
use self::{
    claims::{at, judged},
    under::{Place, Under, keep, spend},
};
use super::{
    AccessSettings, Provider,
    openid::{Asker, Client, Discovered},
    random_secret,
    session::{Claimed, Means, Session, Who},
};
use crate::{
    Error,
    administration::Administration,
    audit::{AccessBy, AccessRecord, AccessStep},
    authentication::AuthenticationError,
    secret::Secret,
    service::Service,
    store::AuditError,
};

/// Where the provider sends people back to.
pub(crate) const CALLBACK: &str = "/login/callback";

/// What comes of it.
#[derive(Debug)]
pub(crate) enum Came {
    /// Somebody is logged in.
    In(Secret),
    /// Somebody is to choose: what the form says, and the organisations with their names.
    Choose(Secret, Vec<(String, String)>),
    /// Somebody is to say whether a further login is linked.
    Link(link::Shown),
}

/// Begins a login from this address: where the browser goes, and the state that its cookie keeps.
pub(crate) async fn begin(
    service: &Service,
    settings: &AccessSettings,
    (id, from): (&str, IpAddr),
) -> Result<(String, Secret), ProviderError> {
    let (provider, place) = (id.to_owned(), Place::Address(&settings.anonymous.states, from));
    let under = |nonce, verifier| Under::Way { provider, nonce, verifier };
    sent(service, settings, (id, None), (place, under)).await
}

/// Sends somebody to a provider, there to log in anew where `prompt` wants it (OpenID Connect Core 1.0
/// section 3.1.2.1). What is under way follows from the nonce and PKCE's verifier.
async fn sent(
    service: &Service,
    settings: &AccessSettings,
    (id, prompt): (&str, Option<&str>),
    (place, under): (Place<'_>, impl FnOnce(String, String) -> Under),
) -> Result<(String, Secret), ProviderError> {
    let provider = find(settings, id)?;
    let discovered = settings.asker.discover(&provider.told.issuer).await?;
    let secret = || random_secret::new().map_err(|error| Error::from(AuditError::from(error)));
    let ((state, hash), (nonce, _), (verifier, _)) = (secret()?, secret()?, secret()?);
    let challenge = random_secret::sha256(verifier.expose().as_bytes());
    let mut url = Url::parse(&discovered.authorization_endpoint)
        .map_err(|_| ProviderError::Unreachable("its authorization_endpoint is no address"))?;
    let told = &provider.told;
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &told.client_id)
        .append_pair("redirect_uri", &format!("{}{CALLBACK}", settings.origin))
        .append_pair("scope", &told.scopes.join(" "))
        .append_pair("state", state.expose())
        .append_pair("nonce", nonce.expose())
        .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(challenge))
        .append_pair("code_challenge_method", "S256");
    if let Some(prompt) = prompt {
        // Without max_age an ID token need not say when (section 2, auth_time).
        url.query_pairs_mut().append_pair("prompt", prompt).append_pair("max_age", "0");
    }
    if !told.acr_values.is_empty() {
        url.query_pairs_mut().append_pair("acr_values", &told.acr_values.join(" "));
    }
    let code = seal::ReferenceCode::of(&hash).to_string();
    for (name, value) in &told.parameters {
        url.query_pairs_mut().append_pair(name, &value.replace("{reference_code}", &code));
    }
    let under = under(nonce.expose().to_owned(), verifier.expose().to_owned());
    keep(service, hash, &under, place).await?;
    Ok((url.into(), state))
}

/// Goes on with what the provider sent back. `cookie` is the state that the browser kept.
pub(crate) async fn came_back(
    service: &Service,
    settings: &AccessSettings,
    cookie: Option<&str>,
    returned: Returned,
) -> Result<Came, ProviderError> {
    let state = returned.state_of(cookie)?;
    let (came, step) = match spend(service, state).await? {
        Under::Way { provider, nonce, verifier } => {
            if let Some(hash) = random_secret::hash_of(state) {
                settings.anonymous.states.end(&hash);
            }
            let provider = find(settings, &provider)?;
            let came = login(service, settings, provider, (&nonce, &verifier), returned);
            (came.await, AccessStep::LoginRefused)
        }
        Under::Link { provider, nonce, verifier, organisation, entry } => {
            let provider = find(settings, &provider)?;
            let answered = answered(service, settings, provider, (&nonce, &verifier), returned);
            let came = link::shown(service, provider, answered.await, (organisation, entry));
            (came.await.map(Came::Link), AccessStep::RegistrationRefused)
        }
        Under::Linked { .. } | Under::Signature { .. } | Under::Choice { .. } => {
            return Err(ProviderError::State);
        }
    };
    if let Err(error) = &came {
        let record = AccessRecord {
            what: step,
            by: AccessBy::Nobody,
            means: Some(Means::Provider.name()),
            entry: None,
            cause: Some(error.name()),
        };
        let (own, now) = (service.organisations().own(), service.clock().now());
        own.tenant().note_access(record, now).await.map_err(Error::from)?;
    }
    came
}

/// Who logged in, and what the ID token claims.
struct Answered {
    login: PersonId,
    claims: Map<String, Value>,
}

async fn answered(
    service: &Service,
    settings: &AccessSettings,
    provider: &Provider,
    (nonce, verifier): (&str, &str),
    returned: Returned,
) -> Result<Answered, ProviderError> {
    let told = &provider.told;
    if returned.iss.is_some_and(|issuer| issuer != told.issuer) {
        return Err(ProviderError::OtherIssuer);
    }
    let code = returned.code.ok_or(ProviderError::NoCode)?;
    let asker = &settings.asker;
    let discovered = asker.discover(&told.issuer).await?;
    let redirect = format!("{}{CALLBACK}", settings.origin);
    let client = Client { id: &told.client_id, secret: provider.secret.as_ref() };
    let token = asker.token(&discovered, client, (&code, verifier, &redirect)).await?;
    let claims = verified(service, asker, &discovered, provider, token).await?;
    judged(&claims, told, nonce)?;
    let subject = claims.get("sub").and_then(Value::as_str).unwrap_or_default().to_owned();
    let login = PersonId { issuer: told.issuer.clone(), subject };
    if login.defect().is_some() {
        return Err(IdentityError::Person.into());
    }
    Ok(Answered { login, claims })
}

impl Answered {
    fn text(&self, path: &str) -> Option<String> {
        at(&self.claims, path).and_then(Value::as_str).map(str::to_owned)
    }

    /// The organisation that is claimed; none where no claim has this path.
    fn organisation(&self, path: &str) -> Result<Option<String>, ProviderError> {
        claims::organisation(&self.claims, path)
    }

    /// Fails unless the person logged in for this, and not some time before.
    fn demand_recent(&self, now: OffsetDateTime) -> Result<(), ProviderError> {
        claims::demand_recent(&self.claims, now)
    }
}

async fn login(
    service: &Service,
    settings: &AccessSettings,
    provider: &Provider,
    secrets: (&str, &str),
    returned: Returned,
) -> Result<Came, ProviderError> {
    let claims = &provider.told.claims;
    let answered = answered(service, settings, provider, secrets, returned).await?;
    let [given_name, family_name] =
        [&claims.given_name, &claims.family_name].map(|path| answered.text(path));
    match answered.organisation(&claims.cvr)? {
        Some(number) => {
            let organisation = serving(service, &OrganisationId::new(number))?;
            let organisation = organisation.ok_or(ProviderError::Nobody)?;
            let who = of_cvr(&organisation, answered.login, given_name, family_name)?;
            begun(service, &organisation, who).await
        }
        None => linked(service, answered.login).await,
    }
}

/// What the ID token says, verified with the keys that the provider has now.
async fn verified(
    service: &Service,
    asker: &Asker,
    discovered: &Discovered,
    provider: &Provider,
    token: String,
) -> Result<Map<String, Value>, ProviderError> {
    let issuer = IdentityIssuer {
        issuer: provider.told.issuer.clone(),
        audience: provider.told.client_id.clone(),
        keys: asker.keys(discovered).await?,
    };
    let verifier = IdentityVerifier::new(vec![issuer]);
    Ok(verifier.verify_login(&IdentityToken::new(token), service.clock().now())?)
}

/// Who acts for the organisation that the claims name: whoever is registered there, or whom the issuer
/// alone knows.
fn of_cvr(
    organisation: &Administration,
    login: PersonId,
    given_name: Option<String>,
    family_name: Option<String>,
) -> Result<Who, ProviderError> {
    let snapshot = organisation.snapshot();
    if let Some(person) = snapshot.register().linked(&login) {
        return match person.state {
            PersonState::Active => Ok(Who::Registered(person.id.clone())),
            PersonState::Invited | PersonState::Blocked | PersonState::Left => {
                Err(ProviderError::Nobody)
            }
        };
    }
    let (Some(given_name), Some(family_name)) = (given_name, family_name) else {
        return Err(ProviderError::Nobody);
    };
    let PersonId { issuer, subject } = login;
    let name = format!("{given_name} {family_name}");
    Ok(Who::Claimed(Claimed { issuer, subject, name, given_name, family_name }))
}

/// Who acts for an organisation because its register says so.
async fn linked(service: &Service, login: PersonId) -> Result<Came, ProviderError> {
    let mut found = Vec::new();
    for organisation in service.organisations().all() {
        let snapshot = organisation.snapshot();
        let person = snapshot.register().linked(&login);
        let active = person.filter(|person| person.state == PersonState::Active);
        if let Some(person) = active
            && let Some(organisation) = serving(service, organisation.organisation())?
        {
            found.push((organisation, Who::Registered(person.id.clone())));
        }
    }
    match found.len() {
        0 => Err(ProviderError::Nobody),
        1 => {
            let (organisation, who) = found.swap_remove(0);
            begun(service, &organisation, who).await
        }
        _ => {
            let named = |(one, _): &(Arc<Administration>, Who)| {
                let name = one.snapshot().policy().organisation().registered_name.clone();
                (one.organisation().as_str().to_owned(), name)
            };
            let named: Vec<(String, String)> = found.iter().map(named).collect();
            let secret = random_secret::new();
            let (code, hash) = secret.map_err(|error| Error::from(AuditError::from(error)))?;
            let organisations = named.iter().map(|(number, _)| number.clone()).collect();
            let place = Place::login(service, &login);
            keep(service, hash, &Under::Choice { login, organisations }, place).await?;
            Ok(Came::Choose(code, named))
        }
    }
}

/// Goes on for the organisation that somebody chose.
pub(crate) async fn chosen(
    service: &Service,
    code: &str,
    number: &str,
) -> Result<Secret, ProviderError> {
    let Under::Choice { login, organisations } = spend(service, code).await? else {
        return Err(ProviderError::State);
    };
    if !organisations.iter().any(|one| one == number) {
        return Err(ProviderError::Nobody);
    }
    let organisation = serving(service, &OrganisationId::new(number))?;
    let organisation = organisation.ok_or(ProviderError::Nobody)?;
    let who = of_cvr(&organisation, login, None, None)?;
    match begun(service, &organisation, who).await? {
        Came::In(secret) => Ok(secret),
        Came::Choose(..) | Came::Link(_) => Err(ProviderError::State),
    }
}

async fn begun(
    service: &Service,
    organisation: &Arc<Administration>,
    who: Who,
) -> Result<Came, ProviderError> {
    Ok(Came::In(Session::begin(service, organisation, who, Means::Provider).await?))
}

fn serving(
    service: &Service,
    number: &OrganisationId,
) -> Result<Option<Arc<Administration>>, Error> {
    Ok(service.organisations().serving(number).map_err(AuthenticationError::from)?)
}

fn find<'a>(settings: &'a AccessSettings, id: &str) -> Result<&'a Provider, ProviderError> {
    settings.providers.iter().find(|one| one.told.id == id).ok_or(ProviderError::Unknown)
}
