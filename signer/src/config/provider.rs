//! `[[login.provider]]`: who else says who somebody is, by OpenID Connect.

use std::collections::BTreeMap;

use reqwest::Url;
use serde::Deserialize;

use super::ConfigDefect;

/// An OpenID provider.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Its name in addresses: 1 to 32 of `a-z 0-9 -`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its issuer, from which the rest is discovered: `https`, or `http` on the loopback.
    pub issuer: String,
    /// What it calls this service.
    pub client_id: String,
    /// The environment variable with the client's secret; a public client when left out.
    pub client_secret_variable: Option<String>,
    /// What is asked for.
    #[serde(default = "scopes")]
    pub scopes: Vec<String>,
    /// The levels of assurance (`acr`) of which a login has one; any when there are none.
    #[serde(default)]
    pub acr_values: Vec<String>,
    /// Where the ID token says it.
    #[serde(default)]
    pub claims: ClaimPaths,
    /// Further parameters of the request; `{reference_code}` stands for eight letters of this login.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// The client by which people log in anew to sign; nobody signs so when left out.
    #[serde(default)]
    pub signing: Option<SigningClient>,
}

/// The client that is kept for signing: the device takes its ID tokens for evidence, and no other's.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SigningClient {
    /// What the provider calls it: another than the one for logins.
    pub client_id: String,
    /// The environment variable with its secret; a public client when left out.
    pub client_secret_variable: Option<String>,
    /// The levels of assurance that are asked for; the device judges which it has.
    #[serde(default)]
    pub acr_values: Vec<String>,
    /// Further parameters of the request; `{reference_code}` stands for the activation's eight letters.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
}

/// Where an ID token says what: a claim's name, or names with dots between them into what is nested.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClaimPaths {
    /// The organisation's CVR number.
    pub cvr: String,
    /// The given name.
    pub given_name: String,
    /// The family name.
    pub family_name: String,
}

impl Default for ClaimPaths {
    fn default() -> Self {
        let text = str::to_owned;
        Self { cvr: text("cvr"), given_name: text("given_name"), family_name: text("family_name") }
    }
}

fn scopes() -> Vec<String> {
    ["openid", "profile"].map(str::to_owned).into()
}

impl Provider {
    /// What is wrong with a key.
    pub(super) fn defect(&self) -> Option<(&'static str, ConfigDefect)> {
        let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let named = (1..=32).contains(&self.id.len()) && self.id.chars().all(letters);
        let empty = [&self.name, &self.client_id].into_iter().any(|text| text.trim().is_empty());
        if !named || empty {
            return Some((if named { "name" } else { "id" }, ConfigDefect::Empty));
        }
        if let Some(signing) = &self.signing {
            let key = "signing.client_id";
            if signing.client_id.trim().is_empty() {
                return Some((key, ConfigDefect::Empty));
            }
            if signing.client_id == self.client_id {
                return Some((key, ConfigDefect::SigningClient));
            }
        }
        (!is_confidential(&self.issuer)).then_some(("issuer", ConfigDefect::InClear))
    }
}

/// Whether what is asked there is heard by nobody else: `https`, or the loopback.
pub(crate) fn is_confidential(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| match (url.scheme(), url.host_str()) {
        ("https", Some(_)) => true,
        ("http", Some(host)) => ["localhost", "127.0.0.1", "[::1]"].contains(&host),
        (_, _) => false,
    })
}
