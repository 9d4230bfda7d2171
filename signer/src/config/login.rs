//! `[login]`: how people log in.

use reqwest::Url;
use serde::Deserialize;
use webauthn::RelyingParty;

use super::{ConfigDefect, Provider, Server};

/// The longest name, in characters.
const MAXIMUM_NAME: usize = 64;

/// `[login]`: how people log in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Login {
    /// The origin of the pages, such as `https://segl.example`; that of `server.public_url` when left
    /// out, and `http://localhost` with its port where that is a loopback address.
    pub origin: Option<String>,
    /// The rpId of passkeys: the origin's host, or a domain above it. One that was registered for
    /// another is of no use.
    pub rp_id: Option<String>,
    /// What authenticators call the service.
    pub name: String,
    /// `[[login.provider]]`: OpenID providers by whom people log in as well.
    #[serde(rename = "provider")]
    pub providers: Vec<Provider>,
}

impl Default for Login {
    fn default() -> Self {
        Self { origin: None, rp_id: None, name: "Segl".to_owned(), providers: Vec::new() }
    }
}

impl Login {
    /// The origin of the pages.
    pub fn origin(&self, server: &Server) -> String {
        let text = self.origin.clone().unwrap_or_else(|| server.public_url());
        match (RelyingParty::of_url(&text), Url::parse(&text)) {
            (Some(party), _) => party.origin,
            (None, Ok(url)) => url.origin().ascii_serialization(),
            (None, Err(_)) => text,
        }
    }

    /// Whom passkeys are registered for; nobody where the origin's host is an address, or where
    /// browsers do not trust it.
    pub fn party(&self, server: &Server) -> Option<RelyingParty> {
        let origin = self.origin(server);
        let url = Url::parse(&origin).ok()?;
        let host = url.domain()?;
        let trusted = url.scheme() == "https" || host == "localhost";
        let id = self.rp_id.clone().unwrap_or_else(|| host.to_owned());
        trusted.then_some(RelyingParty { id, origin })
    }

    /// What is wrong with a key.
    pub(super) fn defect(&self, server: &Server) -> Option<(&'static str, ConfigDefect)> {
        if let Some(origin) = &self.origin {
            let url = Url::parse(origin).ok();
            let is_origin = |url: Url| url.origin().ascii_serialization() == *origin;
            if !origin.starts_with("http") || !url.is_some_and(is_origin) {
                return Some(("login.origin", ConfigDefect::Origin));
            }
        }
        if let Some(id) = &self.rp_id {
            let host = Url::parse(&self.origin(server)).ok();
            let host = host.as_ref().and_then(Url::domain).unwrap_or_default();
            let above = host.strip_suffix(id.as_str()).is_some_and(|rest| rest.ends_with('.'));
            if host != id && !(above && id.contains('.')) {
                return Some(("login.rp_id", ConfigDefect::RelyingParty));
            }
        }
        let mut defects = self.providers.iter().filter_map(Provider::defect);
        if let Some((key, defect)) = defects.next() {
            let key = match key {
                "issuer" => "login.provider.issuer",
                "id" => "login.provider.id",
                "signing.client_id" => "login.provider.signing.client_id",
                _ => "login.provider.name",
            };
            return Some((key, defect));
        }
        let length = self.name.chars().count();
        let named = (1..=MAXIMUM_NAME).contains(&length) && !self.name.trim().is_empty();
        (!named).then_some(("login.name", ConfigDefect::Empty))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(public_url: Option<&str>) -> Server {
        Server { public_url: public_url.map(str::to_owned), ..Server::default() }
    }

    #[test]
    fn the_origin_is_that_of_the_public_address_and_localhost_where_it_is_loopback() {
        let login = Login::default();
        let origin = |url| login.origin(&server(url));
        assert_eq!(origin(None), "http://localhost:8080");
        assert_eq!(origin(Some("http://[::1]:9000")), "http://localhost:9000");
        assert_eq!(origin(Some("https://segl.example/path/")), "https://segl.example");
        let party = login.party(&server(None)).unwrap();
        assert_eq!((&*party.id, &*party.origin), ("localhost", "http://localhost:8080"));
        for none in ["https://192.0.2.1", "http://segl.example"] {
            assert_eq!(login.party(&server(Some(none))), None, "{none}");
        }
    }

    #[test]
    fn an_rp_id_is_the_host_or_a_domain_above_it() {
        let defect = |id: &str| {
            let login = Login { rp_id: Some(id.into()), ..Login::default() };
            login.defect(&server(Some("https://sign.segl.example"))).map(|(key, _)| key)
        };
        for good in ["sign.segl.example", "segl.example"] {
            assert_eq!(defect(good), None, "{good}");
        }
        for bad in ["example", "gl.example", "other.example", "", "a.sign.segl.example"] {
            assert_eq!(defect(bad), Some("login.rp_id"), "{bad}");
        }
        for bad in ["segl.example", "https://segl.example/", "ftp://segl.example", "httpx"] {
            let login = Login { origin: Some(bad.into()), ..Login::default() };
            let defect = login.defect(&server(None)).map(|(key, _)| key);
            assert_eq!(defect, Some("login.origin"), "{bad}");
        }
    }
}
