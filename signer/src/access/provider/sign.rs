//! Logins to sign: at the client that is kept for that, with the activation's challenge as the nonce. The
//! ID token that comes back is evidence, which the device judges and nobody here.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::Url;
use seal::{Activation, IdentityToken};

use super::{Place, ProviderError, Returned, Under, find, keep, spend};
use crate::{
    Error,
    access::{AccessSettings, openid::Client, random_secret, session::Session},
    secret::Secret,
    service::Service,
    store::AuditError,
};

/// Where the provider sends people back to.
pub(crate) const SIGNING_CALLBACK: &str = "/sign/callback";

/// Begins a login to sign: where the browser goes, and the state that its cookie keeps. It is a login anew
/// (`prompt`, `max_age`: OpenID Connect Core 1.0 section 3.1.2.1), whoever is logged in there.
pub(crate) async fn begin(
    service: &Service,
    settings: &AccessSettings,
    session: &Session,
    (id, activation): (&str, &Activation),
) -> Result<(String, Secret), ProviderError> {
    let provider = find(settings, id)?;
    let client = provider.told.signing.as_ref().ok_or(ProviderError::Unknown)?;
    let discovered = settings.asker.discover(&provider.told.issuer).await?;
    let secret = || random_secret::new().map_err(|error| Error::from(AuditError::from(error)));
    let ((state, hash), (verifier, _)) = (secret()?, secret()?);
    let proof = random_secret::sha256(verifier.expose().as_bytes());
    let mut url = Url::parse(&discovered.authorization_endpoint)
        .map_err(|_| ProviderError::Unreachable("its authorization_endpoint is no address"))?;
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &client.client_id)
        .append_pair("redirect_uri", &format!("{}{SIGNING_CALLBACK}", settings.origin))
        .append_pair("scope", &provider.told.scopes.join(" "))
        .append_pair("state", state.expose())
        .append_pair("nonce", &activation.challenge.base64url())
        .append_pair("prompt", "login")
        .append_pair("max_age", "0")
        .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(proof))
        .append_pair("code_challenge_method", "S256");
    if !client.acr_values.is_empty() {
        url.query_pairs_mut().append_pair("acr_values", &client.acr_values.join(" "));
    }
    let code = activation.reference_code().to_string();
    for (name, value) in &client.parameters {
        url.query_pairs_mut().append_pair(name, &value.replace("{reference_code}", &code));
    }
    let under = Under::Signature {
        provider: id.to_owned(),
        activation: activation.id.as_str().to_owned(),
        verifier: verifier.expose().to_owned(),
    };
    keep(service, hash, &under, Place::session(session)).await?;
    Ok((url.into(), state))
}

/// The activation that somebody logged in for, and the ID token. `cookie` is the state that the browser
/// kept.
pub(crate) async fn came_back(
    service: &Service,
    settings: &AccessSettings,
    cookie: Option<&str>,
    returned: Returned,
) -> Result<(String, IdentityToken), ProviderError> {
    let state = returned.state_of(cookie)?;
    let Under::Signature { provider, activation, verifier } = spend(service, state).await? else {
        return Err(ProviderError::State);
    };
    let provider = find(settings, &provider)?;
    let told = &provider.told;
    let client = told.signing.as_ref().ok_or(ProviderError::Unknown)?;
    if returned.iss.is_some_and(|issuer| issuer != told.issuer) {
        return Err(ProviderError::OtherIssuer);
    }
    let code = returned.code.ok_or(ProviderError::NoCode)?;
    let asker = &settings.asker;
    let discovered = asker.discover(&told.issuer).await?;
    let redirect = format!("{}{SIGNING_CALLBACK}", settings.origin);
    let client = Client { id: &client.client_id, secret: provider.signing_secret.as_ref() };
    let token = asker.token(&discovered, client, (&code, &verifier, &redirect)).await?;
    Ok((activation, IdentityToken::new(token)))
}
