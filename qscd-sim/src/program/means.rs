//! `[passkeys]` and `[[login]]`: by what the device knows persons when it asks them itself.

use std::{fs::File, io::Read, path::PathBuf};

use jsonwebtoken::jwk::JwkSet;
use qscd_sim::SigningLogin;
use serde::Deserialize;
use webauthn::RelyingParty;

use super::failure::Failure;

/// The longest key set that is read, in bytes.
const MAXIMUM_KEY_SET_LENGTH: u64 = 1 << 20;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Passkeys {
    /// The one origin at which they are used, as `https://segl.example`.
    origin: String,
    /// The relying party's id: the origin's host when left out, or a domain above it.
    #[serde(default)]
    rp_id: Option<String>,
}

impl Passkeys {
    pub(super) fn relying_party(self) -> Result<RelyingParty, Failure> {
        relying_party("passkeys", &self.origin, self.rp_id)
    }
}

/// The relying party of an origin; `section` names the settings that say it.
///
/// # Errors
/// [`Failure::Setting`] names the key.
pub(super) fn relying_party(
    section: &str,
    origin: &str,
    rp_id: Option<String>,
) -> Result<RelyingParty, Failure> {
    let unusable = |key: &str, value: &str| {
        Failure::Setting(format!("{section}.{key}: `{value}` is not one that a browser uses"))
    };
    let usable = RelyingParty::of_url(origin).filter(|one| one.origin == origin);
    let usual = usable.ok_or_else(|| unusable("origin", origin))?;
    let Some(id) = rp_id else { return Ok(usual) };
    let above = id.contains('.') && usual.id.ends_with(&format!(".{id}"));
    if id != usual.id && !above {
        return Err(unusable("rp_id", &id));
    }
    Ok(RelyingParty { id, ..usual })
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LoginSetting {
    /// `iss` of its ID tokens.
    issuer: String,
    /// The client that is kept for signing.
    client_id: String,
    /// The file with its public keys (JWK set, RFC 7517 section 5).
    jwks_file: PathBuf,
    /// The levels of assurance that sign; any when left out.
    #[serde(default)]
    acr_values: Vec<String>,
    /// The claim with the CVR number.
    #[serde(default = "cvr")]
    cvr_claim: String,
}

/// Refuses two providers of one name, the simulator's own among them, and a client for signing that is
/// none of its own.
pub(super) fn examine(logins: &[SigningLogin], own_issuer: &str) -> Result<(), Failure> {
    for (at, login) in logins.iter().enumerate() {
        let before = logins[..at].iter().any(|other| other.issuer == login.issuer);
        if before || login.issuer == own_issuer {
            let issuer = &login.issuer;
            return Err(Failure::Setting(format!("login.issuer: `{issuer}` is there twice")));
        }
        if login.issuer.is_empty() || login.client_id.is_empty() {
            return Err(Failure::Setting("login: issuer or client_id is empty".to_owned()));
        }
    }
    Ok(())
}

fn cvr() -> String {
    "cvr".to_owned()
}

impl LoginSetting {
    pub(super) fn read(self) -> Result<SigningLogin, Failure> {
        let failed = |cause| Failure::File { path: self.jwks_file.clone(), cause };
        let mut text = String::new();
        let read = File::open(&self.jwks_file)
            .and_then(|file| file.take(MAXIMUM_KEY_SET_LENGTH + 1).read_to_string(&mut text))
            .map_err(failed)?;
        let keys = serde_json::from_str::<JwkSet>(&text).ok();
        let keys =
            keys.filter(|keys| !keys.keys.is_empty() && read as u64 <= MAXIMUM_KEY_SET_LENGTH);
        let keys = keys.ok_or_else(|| {
            Failure::Setting(format!("{}: is not a JWK set with a key", self.jwks_file.display()))
        })?;
        if let Some(weakness) = keys.keys.iter().find_map(oauth::weakness) {
            let file = self.jwks_file.display();
            return Err(Failure::Setting(format!("{file}: a key {weakness}")));
        }
        Ok(SigningLogin {
            issuer: self.issuer,
            client_id: self.client_id,
            keys,
            acr_values: self.acr_values,
            cvr_claim: self.cvr_claim,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relying_party(origin: &str, rp_id: Option<&str>) -> Result<RelyingParty, Failure> {
        let rp_id = rp_id.map(str::to_owned);
        Passkeys { origin: origin.to_owned(), rp_id }.relying_party()
    }

    #[test]
    fn the_relying_party_is_the_origins_host_or_a_domain_above_it() {
        let origin = "https://sign.segl.example";
        assert_eq!(relying_party(origin, None).unwrap().id, "sign.segl.example");
        assert_eq!(relying_party(origin, Some("segl.example")).unwrap().id, "segl.example");
        for (origin, rp_id) in [
            ("https://sign.segl.example/", None),
            ("https://10.0.0.1", None),
            ("segl.example", None),
            (origin, Some("example")),
            (origin, Some("egl.example")),
            (origin, Some("other.example")),
        ] {
            assert!(relying_party(origin, rp_id).is_err(), "{origin} {rp_id:?}");
        }
    }

    #[test]
    fn two_providers_of_one_name_are_refused() {
        let login = |issuer: &str| SigningLogin {
            issuer: issuer.into(),
            client_id: "segl-signing".into(),
            keys: JwkSet { keys: Vec::new() },
            acr_values: Vec::new(),
            cvr_claim: cvr(),
        };
        let of = |issuers: &[&str]| {
            let logins: Vec<_> = issuers.iter().map(|issuer| login(issuer)).collect();
            examine(&logins, "https://own.example").is_ok()
        };
        assert!(of(&["https://a.example", "https://b.example"]));
        assert!(!of(&["https://a.example", "https://a.example"]));
        assert!(!of(&["https://own.example"]));
        assert!(!of(&[""]));
    }

    #[test]
    fn a_key_set_that_cannot_be_used_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keys.json");
        let read = |text: &str| {
            std::fs::write(&path, text).unwrap();
            let login = LoginSetting {
                issuer: "https://op.example".into(),
                client_id: "segl-signing".into(),
                jwks_file: path.clone(),
                acr_values: Vec::new(),
                cvr_claim: cvr(),
            };
            login.read()
        };
        let key = r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#;
        let weak = r#"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}"#;
        assert_eq!(read(&format!(r#"{{"keys":[{key}]}}"#)).unwrap().keys.keys.len(), 1);
        for text in [r#"{"keys":[]}"#, "[]", "keys", weak] {
            assert!(read(text).unwrap_err().to_string().contains("keys.json"), "{text}");
        }
    }
}
