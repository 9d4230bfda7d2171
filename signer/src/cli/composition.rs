//! What is composed: the configuration of a file, or the demo.

use std::path::Path;

use qscd_sim::{Person, SettableClock};
use ring::rand::SystemRandom;

use super::Failure;
use crate::{
    compose::Application,
    config::{AUDIT_KEY, Config, DEMO_API_KEY, MANAGEMENT_TOKEN, Overrides, Secret},
    data_directory::{AuditKeyOrigin, DataDirectory},
    demo::Demo,
};

/// Everything that the service is composed from, but its data directory.
#[derive(Debug)]
pub(super) struct Composition {
    /// The configuration.
    pub(super) config: Config,
    /// The API key of the demo's application; none when a file was given.
    pub(super) demo_key: Option<Secret>,
    persons: Vec<Person>,
}

impl Composition {
    /// Reads `file`, or takes the demo when there is none.
    ///
    /// # Errors
    /// [`Failure::Config`].
    pub(super) fn read(file: Option<&Path>, overrides: &Overrides) -> Result<Self, Failure> {
        match file {
            Some(file) => {
                let config = Config::load(file, overrides)?;
                config.check_files(&file.display().to_string())?;
                Ok(Self { config, demo_key: None, persons: Vec::new() })
            }
            None => {
                let key = Secret::from_environment(DEMO_API_KEY)?;
                let demo = Demo::new(key, overrides, &SystemRandom::new())?;
                let Demo { config, api_key, persons } = demo;
                Ok(Self { config, demo_key: Some(api_key), persons })
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
        if self.demo_key.is_some() {
            return Ok(None);
        }
        if let Some(given) = Secret::from_environment(MANAGEMENT_TOKEN)? {
            return Ok(Some(given));
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
        let given = Secret::from_environment(AUDIT_KEY)?;
        let (key, origin) = directory.audit_key(given.as_ref().map(Secret::expose))?;
        let persons = self.persons.clone();
        let clock = SettableClock::new();
        let application =
            Application::compose(&self.config, persons, clock, directory, key).await?;
        Ok((application, origin))
    }
}
