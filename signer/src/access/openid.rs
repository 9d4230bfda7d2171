//! What an OpenID provider is asked: its addresses, its keys, and a token for a code.
//!
//! One client asks all of them as long as the process runs: each reads all roots that the system trusts. Where a
//! provider is asked what is heard once and told to all who want to know it within [`FRESH`], so that
//! whoever begins many logins has it asked once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use jsonwebtoken::jwk::JwkSet;
use reqwest::{RequestBuilder, redirect::Policy};
use serde::{Deserialize, de::DeserializeOwned};
use tokio::{sync::Mutex as Turn, time::Instant};

use crate::{config::is_heard_by_nobody, secret::Secret};

/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest answer that is read, in bytes.
const MAXIMUM_ANSWER: usize = 256 << 10;

/// How long it is remembered where it is asked what.
const FRESH: Duration = Duration::from_secs(5);

/// How long it is remembered that it did not say so: those who waited meanwhile ask no further time.
const UNHEARD: Duration = Duration::from_secs(1);

/// Why nothing is heard of a provider.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unheard {
    /// It cannot be asked, or answers nonsense.
    Unreachable(&'static str),
    /// Another issuer answers.
    OtherIssuer,
}

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

/// What was heard of one provider; whoever waits for it waits for their turn.
type Said = Arc<Turn<Option<Heard>>>;

/// Where a provider is asked what, and until when that is remembered.
#[derive(Debug)]
struct Heard {
    answer: Result<Arc<Discovered>, Unheard>,
    until: Instant,
}

/// Asks providers, and follows them nowhere.
#[derive(Debug, Default)]
pub(crate) struct Asker {
    http: OnceLock<reqwest::Client>,
    said: Mutex<HashMap<String, Said>>,
}

impl Asker {
    /// The addresses of the provider with this issuer. It goes on being asked where whoever wanted to know it does
    /// not wait for it.
    pub(super) async fn discover(&self, issuer: &str) -> Result<Arc<Discovered>, Unheard> {
        let said = {
            let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(said.entry(issuer.to_owned()).or_default())
        };
        let mut said = said.lock_owned().await;
        if let Some(heard) = said.as_ref().filter(|heard| Instant::now() < heard.until) {
            return heard.answer.clone();
        }
        let (http, issuer) = (self.http()?.clone(), issuer.to_owned());
        let asked = tokio::spawn(async move {
            let answer = discovered(&http, &issuer).await.map(Arc::new);
            let remembered = if answer.is_ok() { FRESH } else { UNHEARD };
            *said = Some(Heard { answer: answer.clone(), until: Instant::now() + remembered });
            answer
        });
        asked.await.map_err(|_| Unheard::Unreachable("it was not asked to the end"))?
    }

    /// Its keys.
    pub(super) async fn keys(&self, discovered: &Discovered) -> Result<JwkSet, Unheard> {
        answered(self.http()?.get(&discovered.jwks_uri)).await
    }

    /// The ID token for a code (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
    pub(super) async fn token(
        &self,
        discovered: &Discovered,
        client: Client<'_>,
        (code, verifier, redirect): (&str, &str, &str),
    ) -> Result<String, Unheard> {
        let mut form = url::form([
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect),
            ("code_verifier", verifier),
        ]);
        let request = self.http()?.post(&discovered.token_endpoint);
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

    fn http(&self) -> Result<&reqwest::Client, Unheard> {
        if let Some(http) = self.http.get() {
            return Ok(http);
        }
        let http = reqwest::Client::builder().timeout(PATIENCE).redirect(Policy::none());
        let http = http.build().map_err(|_| Unheard::Unreachable("there is no client"))?;
        Ok(self.http.get_or_init(|| http))
    }
}

/// Asks for its addresses, each of which is asked as confidentially as the issuer.
async fn discovered(http: &reqwest::Client, issuer: &str) -> Result<Discovered, Unheard> {
    let base = issuer.trim_end_matches('/');
    let address = format!("{base}/.well-known/openid-configuration");
    let discovered: Discovered = answered(http.get(address)).await?;
    if discovered.issuer != issuer {
        return Err(Unheard::OtherIssuer);
    }
    let Discovered { authorization_endpoint, token_endpoint, jwks_uri, .. } = &discovered;
    if ![authorization_endpoint, token_endpoint, jwks_uri]
        .into_iter()
        .all(|address| is_heard_by_nobody(address))
    {
        return Err(Unheard::Unreachable("one of its addresses is neither https nor local"));
    }
    Ok(discovered)
}

/// An answer in JSON, read within its limit.
async fn answered<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Unheard> {
    let unreachable = |_| Unheard::Unreachable("it does not answer");
    let mut answer = request.send().await.map_err(unreachable)?;
    if !answer.status().is_success() {
        return Err(Unheard::Unreachable("it refuses"));
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > MAXIMUM_ANSWER {
            return Err(Unheard::Unreachable("its answer is too long"));
        }
        body.extend_from_slice(&chunk);
    }
    serde_json::from_slice(&body).map_err(|_| Unheard::Unreachable("its answer is nonsense"))
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
