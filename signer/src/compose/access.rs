//! How people log in: what is configured of it, and the first one.

use std::sync::Arc;

use webauthn::RelyingParty;

use super::{Application, StartError};
use crate::{
    access::{
        AccessSettings, Anonymous, Asker, DemoPerson, Provider,
        link::{self, For, KeptLink},
        random_secret,
    },
    audit::AccessBy,
    config::{Config, ConfigDefect, ConfigError, IDENTITY_ISSUER, Secret},
    device::embedded::Person,
    service::Service,
    store::AuditError,
};

impl Application {
    /// The link by which somebody becomes the first administrator of the configuration file's
    /// organisation, where no person administers it; the one of an earlier start ends.
    ///
    /// # Errors
    /// [`AuditError`].
    pub async fn administrator_link(&self) -> Result<Option<String>, StartError> {
        let own = self.service.organisations().own();
        if own.has_administrator() || self.access.party.is_none() {
            return Ok(None);
        }
        let (code, hash) = random_secret::new().map_err(AuditError::from)?;
        let (by, now) = (AccessBy::Operator, self.clock.now());
        let link = KeptLink::shown(For::Administrator, true);
        let kept = link::keep(&self.store, own.tenant(), &link, hash, by, now).await;
        kept.map_err(|error| StartError::Link(Box::new(error)))?;
        Ok(Some(link::address(&self.access.origin, code.expose())))
    }
}

/// How people log in; those of the demo as anybody.
pub(super) fn access_settings(
    config: &Config,
    persons: &[Person],
) -> Result<AccessSettings, ConfigError> {
    let demo = persons.iter().cloned().map(|person| DemoPerson {
        issuer: IDENTITY_ISSUER.to_owned(),
        subject: person.subject,
        name: person.name,
        given_name: person.given_name,
        family_name: person.family_name,
    });
    let providers = config.login.providers.iter().map(|told| {
        let signing = told.signing.as_ref();
        let signing = signing.and_then(|client| client.client_secret_variable.as_deref());
        Ok::<_, ConfigError>(Provider {
            told: told.clone(),
            secret: secret_in(told.client_secret_variable.as_deref())?,
            signing_secret: secret_in(signing)?,
        })
    });
    Ok(AccessSettings {
        providers: providers.collect::<Result<_, _>>()?,
        origin: config.login.origin(&config.server),
        name: config.login.name.clone(),
        party: config.login.party(&config.server),
        demo: demo.collect(),
        anonymous: Arc::new(Anonymous::new(config.server.behind_proxy)),
        asker: Arc::new(Asker::default()),
    })
}

/// The secret in a variable of the environment, where one is named.
fn secret_in(variable: Option<&str>) -> Result<Option<Secret>, ConfigError> {
    let Some(variable) = variable else { return Ok(None) };
    let secret = Secret::from_environment(variable)?;
    let missing =
        || ConfigError::of_key("the environment", variable.to_owned(), ConfigDefect::Missing);
    secret.ok_or_else(missing).map(Some)
}

/// Passkeys are for one rpId: whoever changed it would lock everybody out.
pub(super) fn unchanged_party(
    service: &Service,
    party: Option<&RelyingParty>,
) -> Result<(), StartError> {
    for organisation in service.organisations().all() {
        let snapshot = organisation.snapshot();
        let mut people = snapshot.register().people().values();
        let of_another = people.find_map(|kept| {
            let mut passkeys = kept.value.login_passkeys();
            passkeys.find(|key| party.is_none_or(|party| party.id != key.party))
        });
        if let Some(passkey) = of_another {
            return Err(StartError::PartyChanged {
                registered: passkey.party.clone(),
                configured: party.map(|party| party.id.clone()),
            });
        }
    }
    Ok(())
}
