//! What a provider is asked: its addresses, its keys, and a token for a code.

use std::time::Duration;

use jsonwebtoken::jwk::JwkSet;
use reqwest::{RequestBuilder, redirect::Policy};
use serde::{Deserialize, de::DeserializeOwned};

use super::ProviderError;
use crate::{config::is_heard_by_nobody, secret::Secret};

/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest answer that is read, in bytes.
const MAXIMUM_ANSWER: usize = 256 << 10;

/// Where it is asked what (OpenID Connect Discovery 1.0 section 3).
#[derive(Debug, Deserialize)]
pub(super) struct Discovered {
    issuer: String,
    pub(super) authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

/// A client, as the provider knows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Client<'a> {
    pub(super) id: &'a str,
    /// None of a public client.
    pub(super) secret: Option<&'a Secret>,
}

/// Asks a provider, and follows it nowhere.
#[derive(Debug)]
pub(super) struct Asker(reqwest::Client);

impl Asker {
    pub(super) fn new() -> Result<Self, ProviderError> {
        let client = reqwest::Client::builder().timeout(PATIENCE).redirect(Policy::none());
        client.build().map(Self).map_err(|_| ProviderError::Unreachable("there is no client"))
    }

    /// The provider's addresses, each of which is asked as confidentially as the issuer.
    pub(super) async fn discover(&self, issuer: &str) -> Result<Discovered, ProviderError> {
        let base = issuer.trim_end_matches('/');
        let address = format!("{base}/.well-known/openid-configuration");
        let discovered: Discovered = answered(self.0.get(address)).await?;
        if discovered.issuer != issuer {
            return Err(ProviderError::OtherIssuer);
        }
        let Discovered { authorization_endpoint, token_endpoint, jwks_uri, .. } = &discovered;
        if ![authorization_endpoint, token_endpoint, jwks_uri]
            .into_iter()
            .all(|address| is_heard_by_nobody(address))
        {
            return Err(ProviderError::Unreachable(
                "one of its addresses is neither https nor local",
            ));
        }
        Ok(discovered)
    }

    /// Its keys.
    pub(super) async fn keys(&self, discovered: &Discovered) -> Result<JwkSet, ProviderError> {
        answered(self.0.get(&discovered.jwks_uri)).await
    }

    /// The ID token for a code (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
    pub(super) async fn token(
        &self,
        discovered: &Discovered,
        client: Client<'_>,
        (code, verifier, redirect): (&str, &str, &str),
    ) -> Result<String, ProviderError> {
        let mut form = url::form([
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect),
            ("code_verifier", verifier),
        ]);
        let request = self.0.post(&discovered.token_endpoint);
        let request = match client.secret {
            // RFC 6749 section 2.3.1 has both encoded as in a form.
            Some(secret) => {
                let [client, secret] = [client.id, secret.expose()].map(url::encoded);
                request.basic_auth(client, Some(secret))
            }
            None => {
                form.push('&');
                form.push_str(&url::form([("client_id", client.id)]));
                request
            }
        };
        let request =
            request.header("Content-Type", "application/x-www-form-urlencoded").body(form);
        answered::<Tokens>(request).await.map(|tokens| tokens.id_token)
    }
}

/// An answer in JSON, read within its limit.
async fn answered<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, ProviderError> {
    let unreachable = |_| ProviderError::Unreachable("it does not answer");
    let mut answer = request.send().await.map_err(unreachable)?;
    if !answer.status().is_success() {
        return Err(ProviderError::Unreachable("it refuses"));
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > MAXIMUM_ANSWER {
            return Err(ProviderError::Unreachable("its answer is too long"));
        }
        body.extend_from_slice(&chunk);
    }
    serde_json::from_slice(&body).map_err(|_| ProviderError::Unreachable("its answer is nonsense"))
}

/// Forms, as browsers encode them.
mod url {
    use reqwest::Url;

    pub(super) fn form<const N: usize>(pairs: [(&str, &str); N]) -> String {
        let url = Url::parse_with_params("http://localhost/", pairs);
        url.ok().and_then(|url| url.query().map(str::to_owned)).unwrap_or_default()
    }

    pub(super) fn encoded(text: &str) -> String {
        form([("a", text)]).split_off(2)
    }
}
