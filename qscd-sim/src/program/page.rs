//! `[activation_page]`: where the device asks persons itself.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use listener::{Tls, TlsFiles};
use qscd_sim::ActivationPage;
use serde::Deserialize;
use webauthn::RelyingParty;

use super::{failure::Failure, means};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PageSetting {
    /// Where it listens.
    listen: SocketAddr,
    /// Its origin, as browsers know it.
    origin: String,
    /// The relying party's id: the origin's host when left out, or a domain above it.
    #[serde(default)]
    rp_id: Option<String>,
    /// Its TLS certificate and issuers, PEM; none where the origin is `http://localhost`.
    #[serde(default)]
    certificate: Option<PathBuf>,
    /// The key of that certificate, PEM.
    #[serde(default)]
    key: Option<PathBuf>,
    /// The origins to which it sends browsers back.
    return_to: Vec<String>,
}

impl PageSetting {
    /// Where it listens, and by which TLS.
    ///
    /// # Errors
    /// [`Failure::Setting`], [`Failure::Tls`].
    pub(super) fn listener(&self) -> Result<(SocketAddr, Option<Arc<Tls>>), Failure> {
        let tls = match (&self.certificate, &self.key) {
            (Some(certificate), Some(key)) => {
                let (certificate, key) = (certificate.clone(), key.clone());
                Some(Arc::new(Tls::read(TlsFiles { certificate, key, clients: None })?))
            }
            _ => None,
        };
        Ok((self.listen, tls))
    }

    /// The page.
    ///
    /// # Errors
    /// [`Failure::Setting`] names the key.
    pub(super) fn page(self) -> Result<ActivationPage, Failure> {
        let wrong =
            |key: &str, why: &str| Failure::Setting(format!("activation_page.{key}: {why}"));
        let secure = self.origin.starts_with("https://");
        if !secure && !is_localhost(&self.origin) {
            return Err(wrong("origin", "https, or http://localhost, or a name under it"));
        }
        if self.certificate.is_some() != secure || self.key.is_some() != secure {
            return Err(wrong("certificate", "https wants certificate and key, and http neither"));
        }
        if !secure && !self.listen.ip().is_loopback() {
            return Err(wrong("listen", "without TLS the loopback alone"));
        }
        let usable = |origin: &String| {
            RelyingParty::of_url(origin).is_some_and(|one| one.origin == *origin)
                && (origin.starts_with("https://") || is_localhost(origin))
        };
        if self.return_to.is_empty() || !self.return_to.iter().all(usable) {
            return Err(wrong("return_to", "origins, as https://segl.example"));
        }
        let relying_party = means::relying_party("activation_page", &self.origin, self.rp_id)?;
        Ok(ActivationPage { relying_party, return_to: self.return_to })
    }
}

/// `http://localhost`, or a name under it: browsers lead both to the loopback (RFC 6761 section 6.3) and let
/// passkeys be used there. A name of its own has an rpId of its own.
fn is_localhost(origin: &str) -> bool {
    let Some(authority) = origin.strip_prefix("http://") else { return false };
    let host = authority.split(':').next().unwrap_or_default();
    host == "localhost" || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Result<ActivationPage, Failure> {
        toml::from_str::<PageSetting>(text).unwrap().page()
    }

    #[test]
    fn a_page_that_no_browser_would_use_is_refused_by_the_name_of_the_key() {
        const BACK: &str = "return_to = [\"https://segl.example\"]\n";
        let tls = "certificate = \"c.pem\"\nkey = \"k.pem\"\n";
        let with = |listen: &str, origin: &str, more: &str| {
            page(&format!("listen = \"{listen}\"\norigin = \"{origin}\"\n{more}"))
        };
        let local = "127.0.0.1:8093";
        assert!(with(local, "http://localhost:8093", BACK).is_ok());
        let own = with(local, "http://sign.localhost:8093", BACK).unwrap();
        assert_eq!(own.relying_party.id, "sign.localhost");
        let good = with(
            "0.0.0.0:443",
            "https://sign.segl.example",
            &format!("{BACK}{tls}rp_id = \"segl.example\""),
        );
        assert_eq!(good.unwrap().relying_party.id, "segl.example");
        for (listen, origin, more, key) in [
            (local, "http://127.0.0.1:8093", BACK.to_owned(), "origin"),
            (local, "http://segl.example", BACK.to_owned(), "origin"),
            (local, "http://localhost.evil", BACK.to_owned(), "origin"),
            (local, "https://192.0.2.1", format!("{BACK}{tls}"), "origin"),
            (local, "https://segl.example/", format!("{BACK}{tls}"), "origin"),
            (local, "https://segl.example", BACK.to_owned(), "certificate"),
            (local, "http://localhost:8093", format!("{BACK}{tls}"), "certificate"),
            ("0.0.0.0:8093", "http://localhost:8093", BACK.to_owned(), "listen"),
            (local, "http://localhost:8093", format!("{BACK}rp_id = \"segl.example\""), "rp_id"),
            (local, "http://localhost:8093", format!("{BACK}rp_id = \"127.0.0.1\""), "rp_id"),
            (local, "http://localhost:8093", "return_to = []".to_owned(), "return_to"),
            (
                local,
                "http://localhost:8093",
                "return_to = [\"http://segl.example\"]".to_owned(),
                "return_to",
            ),
            (
                local,
                "http://localhost:8093",
                "return_to = [\"https://segl.example/a\"]".to_owned(),
                "return_to",
            ),
        ] {
            let refused = with(listen, origin, &more).unwrap_err().to_string();
            assert!(refused.contains(&format!("activation_page.{key}")), "{refused}");
        }
    }
}
