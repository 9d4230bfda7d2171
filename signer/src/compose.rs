//! Brings the parts together: configuration in, a service that answers out.

use std::{sync::Arc, time::Duration};

use axum::Router;
use qscd_sim::{
    KnownOrganisation, Mandate, Person, PersonalMeans, SettableClock, SimulatorOptions,
};
use registry::Origin;
use ring::digest::{SHA256, digest};
use seal::{
    Clock, Digest, DigestAlgorithm, ProfileKind,
    identity::{IdentityIssuer, IdentityVerifier},
};

use crate::{
    access::{
        AccessSettings,
        csc::{Csc, CscSettings},
        oauth::AuthorizationServer,
    },
    administration::{
        Administration, Declared, DeclaredKey, Organisations, READINESS_APPLICATION,
        RECEIPTS_APPLICATION, grant, mandate, reserved,
    },
    anchor,
    audit::{AuditEvent, AuditKey},
    authentication::Authenticator,
    certificate_authority::Issuing,
    config::{Config, ConfigError, Data, IDENTITY_AUDIENCE, IDENTITY_ISSUER},
    data_directory::DataDirectory,
    http::{self, AppState},
    post::Post,
    service::{Collaborators, Service, ServiceLimits},
    store::{AuditError, KeptRegister, Place, Store},
};

mod access;
mod backend;
mod destructions;
mod events;
mod issuing;
mod kept_certificates;
mod known_persons;
mod past_runs;
mod revocation;
#[cfg(test)]
pub(crate) mod sample;
mod serve;
mod start_error;

pub(crate) use self::issuing::open as registry_authority;
use self::{
    access::{access_settings, unchanged_party},
    destructions::Following,
    events::DeviceEvents,
};
pub use self::{
    backend::Backend,
    serve::{Listeners, Orders},
    start_error::StartError,
};

/// A running service, without its listeners.
#[derive(Debug)]
pub struct Application {
    /// The service.
    pub service: Arc<Service>,
    /// What stands behind it.
    pub backend: Backend,
    /// The public router.
    pub public: Router,
    /// The router of the management port, for loopback alone: the simulator's, and the counts.
    pub management: Router,
    issuing: Option<Issuing>,
    access: Arc<AccessSettings>,
    store: Store,
    clock: Arc<dyn Clock>,
    /// What asks a device elsewhere for its destructions.
    following: Option<Following>,
    directory: DataDirectory,
}

impl Application {
    /// Starts the simulator or finds the device, opens the store, and puts the service on them.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn compose(
        config: &Config,
        persons: Vec<Person>,
        clock: SettableClock,
        directory: &DataDirectory,
        audit_key: AuditKey,
    ) -> Result<Self, StartError> {
        let store = Store::open(place(&config.data, directory)?, audit_key).await?;
        anchor::held(config.registry.anchor.as_deref(), &store).await?;
        let settable = clock;
        let clock: Arc<dyn Clock> = Arc::new(settable.clone());
        let access = access_settings(config, &persons)?;
        let authority = issuing::authority(config, directory, &store).await?;
        let events = Arc::new(DeviceEvents::new(store.clone(), Arc::clone(&clock)));
        let configured: Vec<IdentityIssuer> = config
            .identity_issuers
            .iter()
            .map(|issuer| issuer.read_keys())
            .collect::<Result<_, _>>()?;
        let backend = Backend::start(config, persons, configured.clone(), settable, events).await?;
        let anchor = backend.trust_anchor();
        past_runs::let_go(directory, &store).await?;
        let past_lists: Arc<[_]> = past_runs::lists(directory)?.into();
        directory.remember_trust_anchor(&anchor)?;
        let started = AuditEvent::Started {
            run: backend.run_id(),
            trust_anchor: Digest::of(DigestAlgorithm::Sha256, anchor.as_bytes()),
            configuration: fingerprint(config),
        };
        store.record(&started, clock.now()).await?;
        let mut issuers = configured;
        issuers.push(backend.identity_issuer()?);
        let persons = IdentityVerifier::new(issuers);
        let trust = backend.trust(config, directory, &persons).await?.with_past_lists(&past_lists);
        if let Backend::Embedded(simulator) = &backend {
            past_runs::keep(simulator, directory);
        }
        let following = match &backend {
            Backend::Embedded(simulator) => {
                let event_key = simulator.device().event_public_key();
                let run = backend.run_id();
                let run = AuditEvent::DeviceRun { run, event_key, elsewhere: false };
                store.record(&run, clock.now()).await?;
                store.sign_here();
                None
            }
            Backend::Remote(device) => {
                let (device, clock) = (Arc::clone(device), Arc::clone(&clock));
                Some(Following::start(device, store.clone(), clock).await?)
            }
        };
        let tenant = store.own(config.organisation.id()).await?;
        // Its register is read with the others: one that is damaged is told of, and keeps nobody else
        // from being served.
        let kept = KeptRegister::default();
        let own =
            Arc::new(Administration::new(declared(config), kept, tenant, backend.registrar()));
        let settings = config.limits.policy_settings();
        let organisations = Arc::new(Organisations::new(own, settings, backend.registrar()));
        organisations.read(&store).await?;
        for organisation in organisations.all() {
            if let Err(error) = organisation.tell_device().await {
                let number = organisation.organisation();
                tracing::error!(%number, %error, "the device does not take the profiles: no act with them goes on");
            }
        }
        organisations.follow(store.clone());
        let post = config.mail.as_ref().map(|mail| {
            let mailer = mail.mailer("the configuration")?;
            let bound = mail.bound("the configuration")?;
            Ok::<_, ConfigError>(Post { mailer, language: mail.language(), bound })
        });
        let post = post.transpose()?;
        let service = Service::new(
            Collaborators {
                authenticator: Authenticator::new(
                    Arc::clone(&organisations),
                    persons,
                    store.clone(),
                    Arc::clone(&clock),
                    config.server.public_url(),
                ),
                organisations,
                qscd: backend.qscd(),
                activator: backend.activator(),
                known_persons: backend.known_persons(),
                time_stamping: backend.time_stamping(config)?,
                revocation: backend.revocation(config, &past_lists),
                clock: Arc::clone(&clock),
                store: store.clone(),
                post,
                trust,
                pages: access.origin.clone(),
            },
            limits(config),
        );
        let service = Arc::new(service);
        unchanged_party(&service, access.party.as_ref())?;
        let (issuer, access) = (config.server.public_url(), Arc::new(access));
        let csc = CscSettings {
            login: config.csc.login,
            requests_per_second: config.limits.csc_requests_per_s_and_caller,
        };
        let csc = Arc::new(Csc::new(Arc::clone(&service), &issuer, csc));
        let issuing = issuing::published(&authority, &service, &clock);
        let state = AppState {
            service: Arc::clone(&service),
            authorization: Arc::new(AuthorizationServer::new(
                Arc::clone(&service),
                issuer,
                config.server.tls.is_some() && issuing.is_some(),
                config.server.behind_proxy,
            )),
            device: backend.published(),
            csc,
            access: Arc::clone(&access),
            issuing: issuing.clone(),
            desk: Arc::default(),
        };
        let management = backend.management().merge(http::management(state.clone()));
        let metrics = config.server.public_metrics;
        let public = http::router(state, config.limits.maximum_request(), metrics);
        let directory = directory.clone();
        Ok(Self {
            service,
            backend,
            public,
            management,
            issuing,
            access,
            store,
            clock,
            following,
            directory,
        })
    }

    /// Takes API keys and identity issuers' keys from `config`, in place of those that were there.
    /// Nothing else of it counts before the next start.
    ///
    /// # Errors
    /// [`ConfigError`] when a key set cannot be read; nothing has changed then.
    pub(crate) async fn renew_callers(&self, config: &Config) -> Result<(), ConfigError> {
        let issuers = config.identity_issuers.iter().map(|issuer| issuer.read_keys());
        let issuers: Vec<IdentityIssuer> = issuers.collect::<Result<_, _>>()?;
        self.backend.renew_issuers(&issuers);
        self.service.authenticator().renew(&issuers);
        self.service.organisations().own().renew_keys(declared_keys(config)).await;
        Ok(())
    }

    /// Lets the acts in flight end, wipes the device, and closes the audit log.
    ///
    /// # Errors
    /// [`AuditError`] when the last records could not be written.
    pub async fn shutdown(&self) -> Result<(), AuditError> {
        self.service.drain().await;
        self.close(destructions::LAST_WORDS).await
    }

    /// Wipes the device and closes the audit log, whatever is still under way. A device elsewhere is
    /// asked for `patience` at most what it destroyed.
    async fn close(&self, patience: Duration) -> Result<(), AuditError> {
        if let Backend::Embedded(simulator) = &self.backend {
            past_runs::keep_now(simulator, &self.directory);
        }
        self.backend.shutdown();
        if let Some(following) = &self.following {
            following.finish(patience).await;
        }
        let stopped = AuditEvent::Stopped { run: self.backend.run_id() };
        self.store.record(&stopped, self.clock.now()).await?;
        self.store.close().await?;
        Ok(())
    }
}

/// What the file says of the organisation, and the grants of what the service seals itself.
fn declared(config: &Config) -> Declared {
    let own = [READINESS_APPLICATION, RECEIPTS_APPLICATION].map(grant);
    let roles = config.grants.iter();
    let roles = roles.filter_map(|grant| grant.role.map(|role| (grant.to.clone(), role)));
    Declared {
        organisation: config.organisation.clone(),
        origin: Origin::File,
        profiles: config.profiles.clone(),
        grants: config.policy_grants().chain(own).collect(),
        settings: config.limits.policy_settings(),
        roles: roles.collect(),
        keys: declared_keys(config),
        reserved: reserved(),
    }
}

fn declared_keys(config: &Config) -> Vec<DeclaredKey> {
    let keys = config.applications.iter();
    keys.map(|application| DeclaredKey {
        application: application.id.clone(),
        sha256: application.api_key_sha256,
    })
    .collect()
}

fn limits(config: &Config) -> ServiceLimits {
    /// Room for the other parts of a multipart body, and for the policy to refuse a document that
    /// is a little too long by name.
    const ROOM: u64 = 1 << 20;
    ServiceLimits {
        maximum_body_bytes: config.limits.maximum_document_bytes.saturating_add(ROOM),
        concurrent_acts: config.limits.concurrent_requests,
        bytes_in_flight: config.limits.maximum_bytes_in_flight,
        effort: config.limits.effort(),
        strangers: config.limits.strangers(config.server.behind_proxy),
        pace: config.limits.pace(),
        revocation: config.validation.revocation,
    }
}

fn simulator_options(
    config: &Config,
    persons: Vec<Person>,
    issuers: Vec<IdentityIssuer>,
) -> Result<SimulatorOptions, ConfigError> {
    let organization_identifier = config.organisation.organization_identifier();
    let sealing = config.profiles.iter().filter(|profile| profile.kind != ProfileKind::User);
    let mandates = sealing.map(|profile| Mandate {
        id: mandate(&profile.id),
        organization_name: config.organisation.registered_name.clone(),
        organization_identifier: organization_identifier.clone(),
        profile: profile.id.clone(),
    });
    let signatures = config.limits.maximum_signatures_per_credential;
    let read = |issuer: &str| issuers.iter().find(|read| read.issuer == issuer);
    let logins = config.identity_issuers.iter();
    let logins = logins.filter_map(|one| one.signing_login(read(&one.issuer)?));
    let means = PersonalMeans {
        relying_party: config.login.party(&config.server),
        logins: logins.collect(),
        organisations: vec![KnownOrganisation {
            organization_name: config.organisation.registered_name.clone(),
            organization_identifier: organization_identifier.clone(),
        }],
    };
    config.simulator.apply(SimulatorOptions {
        mandates: mandates.collect(),
        profiles: config.profiles.iter().map(|profile| profile.id.clone()).collect(),
        identity_issuer: IDENTITY_ISSUER.to_owned(),
        identity_audience: IDENTITY_AUDIENCE.to_owned(),
        persons,
        other_issuers: issuers,
        means,
        limits: config.device.limits(signatures),
        ..SimulatorOptions::new(config.server.public_url())
    })
}

/// SHA-256 of what the configuration says; its secrets are not in it.
fn fingerprint(config: &Config) -> Digest {
    let text = format!("{config:?}");
    let hash = digest(&SHA256, text.as_bytes());
    Digest::from_bytes(DigestAlgorithm::Sha256, hash.as_ref())
        .unwrap_or_else(|_| Digest::of(DigestAlgorithm::Sha256, text.as_bytes()))
}

/// Where the log is kept: in the data directory, or in the database that the configuration or the
/// environment names; what keeps nothing keeps nothing there either.
///
/// # Errors
/// [`StartError::Config`] for an address or a name that is none; [`StartError::DataDirectory`] where a
/// database is named and the directory holds a log.
pub(crate) fn place(data: &Data, directory: &DataDirectory) -> Result<Place, StartError> {
    match data.database()? {
        Some(address) if !directory.is_temporary() => {
            directory.holds_no_log()?;
            Ok(Place::on_server(address, data.node()?, directory.clone()))
        }
        Some(_) | None => Ok(directory.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::data_directory::DataDirectoryError;

    #[test]
    fn a_directory_that_holds_a_log_is_not_taken_with_a_database() {
        let folder = tempfile::TempDir::new().unwrap();
        let directory = DataDirectory::open(folder.path()).unwrap();
        let data = |text| serde_json::from_str::<Data>(text).unwrap();
        let elsewhere = data(r#"{"database": "postgres://segl@localhost/segl", "node": "one"}"#);
        place(&elsewhere, &directory).unwrap();
        fs::write(folder.path().join("segl.sqlite"), "a schema").unwrap();
        let refused = place(&elsewhere, &directory);
        let Err(StartError::DataDirectory(error)) = refused else { panic!("{refused:?}") };
        assert!(matches!(error, DataDirectoryError::HoldsLog { .. }), "{error}");
        assert!(error.to_string().contains("segl.sqlite"), "{error}");
        place(&data("{}"), &directory).unwrap();
    }
}
