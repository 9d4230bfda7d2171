//! The settings file: whose mandates and whose persons the device knows, and what bounds it.

use std::{fs, path::Path};

use qscd_sim::{AllowedClient, Mandate, Person, PersonalMeans, SigningLogin, SimulatorOptions};
use seal::{MandateId, ProfileId, identity::IdentityIssuer};
use serde::Deserialize;

use super::{
    failure::Failure,
    limits::{Authority, Limits},
    means::{self, LoginSetting, Passkeys},
    page::PageSetting,
};

/// The settings. `demo.toml` holds those of a simulator that is given none.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// Profiles that enrolments come with, beside those of the mandates.
    #[serde(default)]
    profiles: Vec<String>,
    /// `[limits]`: what bounds the device.
    #[serde(default)]
    limits: Limits,
    /// `[authority]`: the certification and time-stamping authorities.
    #[serde(default)]
    authority: Authority,
    /// `[identity]`: the simulator's own issuer of persons' tokens.
    identity: Identity,
    /// `[[mandate]]`: organisations' standing mandates.
    #[serde(rename = "mandate", default)]
    mandates: Vec<MandateSetting>,
    /// `[[client]]`: the TLS clients that may come in.
    #[serde(rename = "client", default)]
    clients: Vec<ClientSetting>,
    /// `[passkeys]`: where passkeys are used to sign.
    #[serde(default)]
    passkeys: Option<Passkeys>,
    /// `[activation_page]`: where the device asks persons itself; in the place of `[passkeys]`.
    #[serde(default)]
    pub(super) activation_page: Option<PageSetting>,
    /// `[[login]]`: the providers at which persons log in to sign.
    #[serde(rename = "login", default)]
    logins: Vec<LoginSetting>,
    /// `[[person]]`: for whom the simulator issues tokens.
    #[serde(rename = "person", default)]
    persons: Vec<PersonSetting>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Identity {
    issuer: String,
    audience: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MandateSetting {
    /// The name by which the service refers to it.
    id: String,
    /// The organisation's name, as certificates for it have it.
    organization_name: String,
    /// The organisation, as `NTRDK-12345674`.
    organization_identifier: String,
    /// The profile that it covers.
    profile: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientSetting {
    /// SHA-256 of its certificate's SubjectPublicKeyInfo, in hexadecimal.
    key_sha256: String,
    /// The organisations for which it acts, as `NTRDK-12345674`.
    organizations: Vec<String>,
    /// Whether it may register further ones, and acts for those.
    #[serde(default)]
    registers: bool,
    /// The service that it is a node of.
    #[serde(default)]
    service: Option<String>,
}

impl ClientSetting {
    fn allowed(self) -> Result<AllowedClient, Failure> {
        let key_sha256 = self.key_sha256.to_ascii_lowercase();
        if key_sha256.len() != 64 || !key_sha256.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            let why = format!("client.key_sha256: `{key_sha256}` is not 64 hexadecimal digits");
            return Err(Failure::Setting(why));
        }
        Ok(AllowedClient {
            key_sha256,
            organizations: self.organizations,
            registers: self.registers,
            service: self.service,
        })
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonSetting {
    subject: String,
    name: String,
    given_name: String,
    family_name: String,
    #[serde(default)]
    email: Option<String>,
    cvr: String,
    #[serde(default)]
    organisation_name: Option<String>,
}

impl Settings {
    /// The demo's.
    fn demo() -> Result<Self, Failure> {
        Self::parse(include_str!("demo.toml"), Path::new("demo.toml"))
    }

    /// Those of a file, or the demo's.
    pub(super) fn read(file: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = file else { return Self::demo() };
        let text = fs::read_to_string(path)
            .map_err(|cause| Failure::File { path: path.to_owned(), cause })?;
        Self::parse(&text, path)
    }

    fn parse(text: &str, path: &Path) -> Result<Self, Failure> {
        toml::from_str(text)
            .map_err(|cause| Failure::Settings { path: path.to_owned(), cause: Box::new(cause) })
    }

    /// The providers at which persons log in to sign, with the keys that their files hold now.
    ///
    /// # Errors
    /// [`Failure::Setting`] names a file that cannot be used.
    pub(super) fn issuers(self) -> Result<Vec<IdentityIssuer>, Failure> {
        let issuer = |login: SigningLogin| IdentityIssuer {
            issuer: login.issuer,
            audience: login.client_id,
            keys: login.keys,
        };
        self.logins.into_iter().map(|one| one.read().map(issuer)).collect()
    }

    /// What a simulator is made from.
    ///
    /// # Errors
    /// [`Failure::Setting`] names a value that cannot be used.
    pub(super) fn options(self, public_url: &str) -> Result<SimulatorOptions, Failure> {
        let mandate = |one: MandateSetting| Mandate {
            id: MandateId::new(one.id),
            organization_name: one.organization_name,
            organization_identifier: one.organization_identifier,
            profile: ProfileId::new(one.profile),
        };
        let person = |one: PersonSetting| Person {
            subject: one.subject,
            name: one.name,
            given_name: one.given_name,
            family_name: one.family_name,
            email: one.email,
            cvr: one.cvr,
            organisation_name: one.organisation_name,
        };
        let profiles = self.profiles.into_iter().map(ProfileId::new).collect();
        let clients = self.clients.into_iter().map(ClientSetting::allowed);
        if self.activation_page.is_some() && self.passkeys.is_some() {
            let why = "activation_page: leave out [passkeys], in whose place it is";
            return Err(Failure::Setting(why.to_owned()));
        }
        let activation_page = self.activation_page.map(PageSetting::page).transpose()?;
        let relying_party = self.passkeys.map(Passkeys::relying_party).transpose()?;
        let logins: Vec<SigningLogin> =
            self.logins.into_iter().map(LoginSetting::read).collect::<Result<_, _>>()?;
        means::examine(&logins, &self.identity.issuer)?;
        let options = SimulatorOptions {
            profiles,
            means: PersonalMeans { relying_party, logins, organisations: Vec::new() },
            activation_page,
            clients: clients.collect::<Result<_, _>>()?,
            limits: self.limits.of_device()?,
            mandates: self.mandates.into_iter().map(mandate).collect(),
            identity_issuer: self.identity.issuer,
            identity_audience: self.identity.audience,
            persons: self.persons.into_iter().map(person).collect(),
            ..SimulatorOptions::new(public_url)
        };
        self.authority.apply(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_can_be_read_and_has_mandates_and_persons() {
        let options = Settings::demo().unwrap().options("http://127.0.0.1:8090").unwrap();
        assert!(options.mandates.iter().any(|one| one.profile.as_str() == "decisions"));
        assert!(options.persons.iter().any(|one| one.subject == "karen"));
    }

    #[test]
    fn the_documented_settings_are_read_and_are_the_usual_ones() {
        let page = include_str!("../../../docs/simulator.md");
        let blocks = page.split("```toml\n").filter_map(|rest| rest.split("```").next());
        let block = blocks.into_iter().find(|block| block.contains("[[mandate]]")).unwrap();
        let settings = Settings::parse(block, Path::new("simulator.md")).unwrap();
        let options = settings.options("http://127.0.0.1:8090").unwrap();
        let usual = SimulatorOptions::new("http://127.0.0.1:8090");
        assert_eq!(options.limits, usual.limits);
        assert_eq!(options.country, usual.country);
        assert_eq!(options.time_stamping_lifetimes, usual.time_stamping_lifetimes);
        assert_eq!(options.responder_lifetime, usual.responder_lifetime);
        assert_eq!((options.mandates.len(), options.persons.len()), (1, 1));
        assert_eq!(options.clients.len(), 1);
    }

    #[test]
    fn a_key_that_is_not_known_is_refused_with_the_files_name() {
        let text = "colour = 1\n[identity]\nissuer = \"a\"\naudience = \"b\"\n";
        let error = Settings::parse(text, Path::new("sim.toml")).unwrap_err();
        assert!(error.to_string().contains("sim.toml") && error.to_string().contains("colour"));
    }
}
