//! The configuration: one TOML file, read and checked before anything starts.
//!
//! What is wrong with the file itself is a [`ConfigError`]. What the seal policy judges (an empty
//! organisation name, a lifetime that is too long) loads, is told by [`Config::warnings`], and is
//! refused at the act. Secrets stand in the environment alone: see [`Secret`].

mod application;
mod check;
mod connections;
mod csc;
mod device;
mod error;
mod files;
mod grant;
mod identity_issuer;
mod limits;
mod login;
mod mail;
mod provider;
mod registry;
mod remote;
mod secret;
mod server;
mod simulator;
mod validation;
mod warn;

use std::{
    fs::File,
    io::Read,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use seal::{CertificateProfile, Organisation};
use serde::Deserialize;

pub use self::{
    application::Application,
    csc::Csc,
    device::Device,
    error::{ConfigDefect, ConfigError},
    grant::{Grant, GrantedAct},
    identity_issuer::IdentityIssuer,
    limits::Limits,
    login::Login,
    mail::{Mail, MailLanguage, MailSecurity},
    provider::{ClaimPaths, Provider},
    registry::Registry,
    remote::{RemoteAddress, TimeStamping},
    secret::{AUDIT_KEY, DATABASE_URL, DEMO_API_KEY, MANAGEMENT_TOKEN},
    server::{Data, DatabaseText, Server, Tls},
    simulator::{IDENTITY_AUDIENCE, IDENTITY_ISSUER, Simulator},
    validation::Validation,
};
pub(crate) use self::{
    application::key_hash, files::revocation_list_der,
    provider::is_confidential as is_heard_by_nobody,
};

pub use crate::secret::Secret;

/// The longest configuration file that is read, in bytes.
const MAXIMUM_FILE_LENGTH: u64 = 4 << 20;

/// Everything an operator decides. Paths written in a file start at the file's own folder.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `[server]`: addresses and TLS.
    #[serde(default)]
    pub server: Server,
    /// `[data]`: where the state is kept.
    #[serde(default)]
    pub data: Data,
    /// `[organisation]`: who signs and seals.
    pub organisation: Organisation,
    /// `[[profile]]`: the certificate profiles.
    #[serde(rename = "profile", default)]
    pub profiles: Vec<CertificateProfile>,
    /// `[[application]]`: who calls with an API key.
    #[serde(rename = "application", default)]
    pub applications: Vec<Application>,
    /// `[[identity_issuer]]`: whose tokens tell who a person is.
    #[serde(rename = "identity_issuer", default)]
    pub identity_issuers: Vec<IdentityIssuer>,
    /// `[[grant]]`: who may do what.
    #[serde(rename = "grant", default)]
    pub grants: Vec<Grant>,
    /// `[simulator]`: the authorities of the simulator in this process.
    #[serde(default)]
    pub simulator: Simulator,
    /// `[qscd]`: the signing device.
    #[serde(rename = "qscd", default)]
    pub device: Device,
    /// `[tsa]` or `[[tsa]]`: time-stamping authorities of one's own choice, the first asked first.
    #[serde(rename = "tsa", default, deserialize_with = "remote::one_or_several")]
    pub time_stamping: Vec<TimeStamping>,
    /// `[login]`: how people log in.
    #[serde(default)]
    pub login: Login,
    /// `[mail]`: the server that letters are handed to.
    #[serde(default)]
    pub mail: Option<Mail>,
    /// `[registry]`: certificates that live for years.
    #[serde(default)]
    pub registry: Registry,
    /// `[csc]`: the API of the Cloud Signature Consortium.
    #[serde(default)]
    pub csc: Csc,
    /// `[validation]`: whom to trust beside the roots of this service's own runs.
    #[serde(default)]
    pub validation: Validation,
    /// `[limits]`: how much, how many, how long.
    #[serde(default)]
    pub limits: Limits,
}

/// What the command line puts in the place of what the file says.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// In the place of `server.listen`.
    pub listen: Option<SocketAddr>,
    /// In the place of `server.management`.
    pub management: Option<SocketAddr>,
    /// In the place of `data.directory`.
    pub data_directory: Option<PathBuf>,
}

impl Config {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// [`ConfigError`] names the file, the key and the cause.
    pub fn load(file: &Path, overrides: &Overrides) -> Result<Self, ConfigError> {
        let origin = file.display().to_string();
        let unreadable = |cause| ConfigError::of_file(&origin, ConfigDefect::Unreadable(cause));
        let mut text = String::new();
        let read = File::open(file)
            .and_then(|opened| opened.take(MAXIMUM_FILE_LENGTH + 1).read_to_string(&mut text))
            .map_err(unreadable)?;
        if read as u64 > MAXIMUM_FILE_LENGTH {
            return Err(ConfigError::of_file(&origin, ConfigDefect::TooLong));
        }
        Self::parse(&text, file, overrides)
    }

    /// Parses and checks the text of `file`.
    ///
    /// # Errors
    /// [`ConfigError`] names the file, the key and the cause.
    pub fn parse(text: &str, file: &Path, overrides: &Overrides) -> Result<Self, ConfigError> {
        let origin = file.display().to_string();
        let config = Self::from_toml(text, &origin)?;
        // A simulator elsewhere may have the demo's persons.
        let own: &[&str] = if config.device.url.is_some() { &[IDENTITY_ISSUER] } else { &[] };
        config.within(file.parent().unwrap_or(Path::new(""))).complete(&origin, overrides, own)
    }

    /// What the seal policy makes of the grants.
    pub(crate) fn policy_grants(&self) -> impl Iterator<Item = seal::Grant> {
        self.grants.iter().map(Grant::of_policy)
    }

    /// What is allowed but will make the seal policy refuse acts, or is likely a mistake.
    pub fn warnings(&self) -> Vec<String> {
        warn::warnings(self)
    }

    /// Reads every key, and checks none against another: [`Config::complete`] does.
    pub(crate) fn from_toml(text: &str, origin: &str) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|mut cause: toml::de::Error| {
            // It quotes the line, and with it the password that an address may hold.
            if cause.to_string().contains("postgres") {
                cause.set_input(None);
            }
            ConfigError::of_file(origin, ConfigDefect::Syntax(Box::new(cause)))
        })
    }

    /// Puts the overrides in and checks the whole. `own_issuers` are trusted without standing in
    /// the configuration.
    pub(crate) fn complete(
        mut self,
        origin: &str,
        overrides: &Overrides,
        own_issuers: &[&str],
    ) -> Result<Self, ConfigError> {
        self.server.listen = overrides.listen.unwrap_or(self.server.listen);
        self.server.management = overrides.management.unwrap_or(self.server.management);
        if let Some(directory) = &overrides.data_directory {
            self.data.directory.clone_from(directory);
        }
        check::check(&self, own_issuers)
            .map_err(|finding| ConfigError::of_key(origin, finding.key, finding.defect))?;
        Ok(self)
    }

    /// Resolves relative paths against `folder`. The default data directory stays relative to the
    /// working directory, as without a file.
    fn within(mut self, folder: &Path) -> Self {
        if self.data.directory != Data::default().directory {
            self.data.directory = folder.join(&self.data.directory);
        }
        if let Some(tls) = &mut self.server.tls {
            tls.certificate = folder.join(&tls.certificate);
            tls.key = folder.join(&tls.key);
        }
        let (device, simulator) = (&mut self.device, &mut self.simulator);
        let root = [&mut simulator.root_certificate, &mut simulator.root_key];
        let time_stamping = self.time_stamping.iter_mut();
        let files = time_stamping.flat_map(|tsa| {
            [&mut tsa.trust, &mut tsa.tls_trust, &mut tsa.certificate, &mut tsa.key]
        });
        for file in [&mut device.certificate, &mut device.key, &mut device.trust]
            .into_iter()
            .chain(root)
            .chain(files)
            .flatten()
        {
            *file = folder.join(&file);
        }
        let Validation { trust, revocation_lists, revocation: _ } = &mut self.validation;
        for file in trust.iter_mut().chain(revocation_lists) {
            *file = folder.join(&file);
        }
        if let Some(anchor) = &mut self.registry.anchor {
            *anchor = folder.join(&*anchor);
        }
        if let Some(token) = &mut self.registry.token {
            token.module = folder.join(&token.module);
        }
        if let Some(ca) = self.mail.as_mut().and_then(|mail| mail.ca.as_mut()) {
            *ca = folder.join(&ca);
        }
        for issuer in &mut self.identity_issuers {
            issuer.jwks_file = folder.join(&issuer.jwks_file);
        }
        self
    }
}

#[cfg(test)]
mod tests;
