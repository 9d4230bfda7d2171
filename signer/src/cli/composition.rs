//! What is composed: the configuration of a file, or the demo.

use std::path::Path;

use ring::rand::SystemRandom;
use seal::Clock;

use super::Failure;
use crate::{
    audit::AuditKey,
    compose::Application,
    config::{AUDIT_KEY, Config, DEMO_API_KEY, MANAGEMENT_TOKEN, Overrides, Secret},
    data_directory::{AuditKeyOrigin, DataDirectory},
    demo::Demo,
    device::embedded::{Person, SettableClock, SystemClock},
};

/// Everything that the service is composed from, but its data directory.
#[derive(Debug)]
pub(super) struct Composition {
    /// The configuration.
    pub(super) config: Config,
    /// The API keys of the demo's applications; none when a file was given.
    pub(super) demo_keys: Option<DemoKeys>,
    persons: Vec<Person>,
    audit_key: Option<Secret>,
    management_token: Option<Secret>,
}

/// The API keys of the demo's applications.
#[derive(Debug)]
pub(super) struct DemoKeys {
    /// The one that seals.
    pub(super) api_key: Secret,
    /// The one that administers.
    pub(super) administration_key: Secret,
}

impl Composition {
    /// Reads `file`, or takes the demo when there is none; the files that it names and the
    /// environment, too. Nothing is made.
    ///
    /// # Errors
    /// [`Failure::Config`], [`Failure::AuditKey`].
    pub(super) fn read(file: Option<&Path>, overrides: &Overrides) -> Result<Self, Failure> {
        let audit_key = Secret::from_environment(AUDIT_KEY)?;
        if let Some(given) = &audit_key {
            AuditKey::from_hex(given.expose())?;
        }
        match file {
            Some(file) => {
                let config = Config::load(file, overrides)?;
                config.check_files(&file.display().to_string(), SystemClock.now())?;
                config.data.database()?;
                let management_token = Secret::from_environment(MANAGEMENT_TOKEN)?;
                let (demo_keys, persons) = (None, Vec::new());
                Ok(Self { config, demo_keys, persons, audit_key, management_token })
            }
            None => {
                let key = Secret::from_environment(DEMO_API_KEY)?;
                let demo = Demo::new(key, overrides, &SystemRandom::new())?;
                let Demo { config, api_key, administration_key, persons } = demo;
                let demo_keys = Some(DemoKeys { api_key, administration_key });
                Ok(Self { config, demo_keys, persons, audit_key, management_token: None })
            }
        }
    }

    /// The token of the management port: none in the demo; else the one of the environment, or one
    /// that is kept in the data directory.
    ///
    /// # Errors
    /// [`Failure`] when there is no such file and none can be made.
    pub(super) fn management_token(
        &self,
        directory: &DataDirectory,
    ) -> Result<Option<Secret>, Failure> {
        if self.demo_keys.is_some() {
            return Ok(None);
        }
        if let Some(given) = &self.management_token {
            return Ok(Some(given.clone()));
        }
        let (token, path) = directory.management_token()?;
        tracing::info!(path = %path.display(), "the management port wants the token kept here");
        Ok(Some(token))
    }

    /// Composes the service on a data directory, and tells where the audit log's key came from.
    ///
    /// # Errors
    /// [`Failure::AuditKey`], [`Failure::Start`].
    pub(super) async fn compose(
        &self,
        directory: &DataDirectory,
    ) -> Result<(Application, AuditKeyOrigin), Failure> {
        let given = self.audit_key.as_ref().map(Secret::expose);
        let (key, origin) = directory.audit_key(given)?;
        let persons = self.persons.clone();
        let clock = SettableClock::new();
        let application =
            Application::compose(&self.config, persons, clock, directory, key).await?;
        Ok((application, origin))
    }
}
