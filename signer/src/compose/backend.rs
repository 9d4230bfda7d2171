//! What stands behind the service: a simulator in this process, or a device elsewhere.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use axum::Router;
use bytes::Bytes;
use cades::TrustAnchors;
use qscd_protocol::DeviceDescription;
use qscd_sim::{EventSink, Person, SettableClock, Simulator};
use seal::{
    Activator, CertificateDer, Clock, Qscd, Registrar, TimeStampAuthority,
    identity::{IdentityIssuer, IdentityVerifier},
};
use tokio::task::spawn_blocking;

use super::{
    StartError,
    known_persons::{EmbeddedPersons, RemotePersons},
    past_runs,
    revocation::{EmbeddedRevocation, KnownRevocation, RemoteRevocation},
    simulator_options,
};
use crate::{
    config::Config,
    data_directory::DataDirectory,
    device::{
        PublishedDevice,
        embedded::EmbeddedDevice,
        remote::{Connection, Credentials, RemoteDevice, RemoteTimeStamping, TimeStampingInOrder},
    },
    service::{KnownPersons, RevocationSource, TimeStampSource, Trust},
};

/// How often the revocation list of a device elsewhere is fetched.
const REVOCATION_LIST_AGE: Duration = Duration::from_secs(600);

/// Where keys, certificates and time-stamps come from.
#[derive(Clone, Debug)]
pub enum Backend {
    /// The simulator in this process.
    Embedded(Arc<Simulator>),
    /// A device elsewhere.
    Remote(Arc<RemoteDevice>),
}

impl Backend {
    /// Starts the simulator, or asks the device that `config` names what it is.
    pub(super) async fn start(
        config: &Config,
        persons: Vec<Person>,
        issuers: Vec<IdentityIssuer>,
        clock: SettableClock,
        events: Arc<dyn EventSink>,
    ) -> Result<Self, StartError> {
        let Some(address) = config.device.remote() else {
            let options = simulator_options(config, persons, issuers)?;
            let simulator = Simulator::new(options, clock, events)?;
            simulator.device().spawn_ticker();
            for profile in config.profiles.iter().filter(|profile| profile.active) {
                simulator.device().make_ahead(profile.algorithm);
            }
            return Ok(Self::Embedded(Arc::new(simulator)));
        };
        let failed = |cause| StartError::Device { url: address.url.to_owned(), cause };
        let connection = Connection::new(address.url, &address.credentials(), address.timeout);
        let device = RemoteDevice::connect(connection.map_err(failed)?).await.map_err(failed)?;
        Ok(Self::Remote(Arc::new(device)))
    }

    /// The name of the present run.
    pub fn run_id(&self) -> String {
        match self {
            Self::Embedded(simulator) => simulator.run_id().to_owned(),
            Self::Remote(device) => device.description().run_id.clone(),
        }
    }

    /// The root certificate of the present run.
    pub fn trust_anchor(&self) -> CertificateDer {
        match self {
            Self::Embedded(simulator) => simulator.trust_anchor().clone(),
            Self::Remote(device) => device.trust_anchor(),
        }
    }

    /// The device.
    pub(super) fn qscd(&self) -> Arc<dyn Qscd> {
        match self {
            Self::Embedded(simulator) => simulator.qscd(),
            Self::Remote(device) => Arc::clone(device) as Arc<dyn Qscd>,
        }
    }

    /// Where the device takes activations.
    pub(super) fn activator(&self) -> Arc<dyn Activator> {
        match self {
            Self::Embedded(simulator) => simulator.device(),
            Self::Remote(device) => Arc::clone(device) as Arc<dyn Activator>,
        }
    }

    /// What the device keeps of persons.
    pub(super) fn known_persons(&self) -> Arc<dyn KnownPersons> {
        match self {
            Self::Embedded(simulator) => Arc::new(EmbeddedPersons(Arc::clone(simulator))),
            Self::Remote(device) => Arc::new(RemotePersons(Arc::clone(device))),
        }
    }

    /// Where the device takes registrations.
    pub(super) fn registrar(&self) -> Arc<dyn Registrar> {
        match self {
            Self::Embedded(simulator) => simulator.device(),
            Self::Remote(device) => Arc::clone(device) as Arc<dyn Registrar>,
        }
    }

    /// The time-stamping authorities: those that `config` names, else the device's own.
    pub(super) fn time_stamping(
        &self,
        config: &Config,
    ) -> Result<Arc<dyn TimeStampAuthority>, StartError> {
        let at = |url: &str, credentials: &Credentials, timeout, maximum| {
            let connection = Connection::new(url, credentials, timeout)
                .map_err(|cause| StartError::Device { url: url.to_owned(), cause })?;
            let authority = RemoteTimeStamping::new(connection, maximum);
            Ok::<_, StartError>(Arc::new(authority) as Arc<dyn TimeStampAuthority>)
        };
        if !config.time_stamping.is_empty() {
            let named = config.time_stamping.iter().map(|tsa| {
                let timeout = Duration::from_secs(tsa.timeout_s);
                at(&tsa.url, &tsa.credentials()?, timeout, tsa.maximum_token_bytes)
            });
            let named = named.collect::<Result<_, _>>()?;
            return Ok(Arc::new(TimeStampingInOrder::new(named)));
        }
        match self {
            Self::Embedded(simulator) => Ok(simulator.time_stamp_authority()),
            Self::Remote(device) => {
                let description = device.description();
                let url = format!("{}/tsa", description.public_url);
                let timeout = Duration::from_secs(config.device.timeout_s);
                at(&url, &Credentials::default(), timeout, description.maximum_token_length)
            }
        }
    }

    /// Revocation data of the certificates that the device and its authorities have, and from the
    /// `past` runs' and the lists that `config` names.
    pub(super) fn revocation(
        &self,
        config: &Config,
        past: &Arc<[cades::RevocationList]>,
    ) -> Arc<dyn RevocationSource> {
        let own: Arc<dyn RevocationSource> = match self {
            Self::Embedded(simulator) => Arc::new(EmbeddedRevocation(Arc::clone(simulator))),
            Self::Remote(device) => Arc::new(RemoteRevocation(Arc::clone(device))),
        };
        Arc::new(KnownRevocation::new(own, past, config.validation.revocation_lists.clone()))
    }

    /// Whom our own verifications trust: the anchors of every run that the data directory knows,
    /// and those that `config` names.
    ///
    /// A device elsewhere that is started again is adopted whole, or not at all: its root is kept and
    /// trusted, and the keys of its own issuer of `persons`' tokens take the place of the old ones.
    pub(super) async fn trust(
        &self,
        config: &Config,
        directory: &DataDirectory,
        persons: &IdentityVerifier,
    ) -> Result<Trust, StartError> {
        let mut anchors = directory.trust_anchors()?;
        let of_time_stamping = config.time_stamping.iter().filter_map(|tsa| tsa.trust.as_ref());
        for file in of_time_stamping.chain(&config.validation.trust) {
            let pem = tokio::fs::read(file)
                .await
                .map_err(|cause| StartError::Listen { what: file.display().to_string(), cause })?;
            let given = TrustAnchors::parse(&pem)?;
            for cause in given.unreadable() {
                let file = file.display();
                tracing::warn!(%file, %cause, "a trust anchor cannot be read: it is passed over");
            }
            anchors.extend(given.certificates().iter().map(|one| one.der().clone()));
        }
        match self {
            Self::Embedded(simulator) => {
                let source = match &config.time_stamping[..] {
                    [_, ..] => TimeStampSource::Anchors,
                    [] => {
                        let units = simulator.time_stamping();
                        TimeStampSource::InProcess(Arc::new(move || units.certificate()))
                    }
                };
                let lists = Arc::clone(simulator);
                let list = move || lists.root_crl(lists.clock().now()).ok();
                Ok(Trust::new(anchors, source, Arc::new(list))?)
            }
            Self::Remote(device) => {
                let kept = RevocationList::keep(device, directory);
                let list = move || kept.present();
                let trust = Trust::new(anchors, TimeStampSource::Anchors, Arc::new(list))?;
                let (adopting, directory) = (trust.clone(), directory.clone());
                let persons = persons.clone();
                device.on_new_run(move |description| {
                    let adoption =
                        adopt(description, directory.clone(), adopting.clone(), persons.clone());
                    Box::pin(async move { adoption.await.map_err(|error| error.to_string()) })
                });
                Ok(trust)
            }
        }
    }

    /// The issuer of the simulator's own persons' tokens.
    pub(super) fn identity_issuer(&self) -> Result<IdentityIssuer, StartError> {
        match self {
            Self::Embedded(simulator) => Ok(simulator.identities().as_issuer()?),
            Self::Remote(device) => issuer_of(&device.description()),
        }
    }

    /// What the public address tells of it.
    pub(super) fn published(&self) -> Arc<dyn PublishedDevice> {
        match self {
            Self::Embedded(simulator) => Arc::new(EmbeddedDevice(Arc::clone(simulator))),
            Self::Remote(device) => Arc::clone(device) as Arc<dyn PublishedDevice>,
        }
    }

    /// The management port; a device elsewhere has its own.
    pub(super) fn management(&self) -> Router {
        match self {
            Self::Embedded(simulator) => simulator.management_router(),
            Self::Remote(_) => Router::new(),
        }
    }

    /// Ends the streams of events that testers read, so that they hold up no orderly end.
    pub(super) fn end_streams(&self) {
        match self {
            Self::Embedded(simulator) => simulator.end_streams(),
            Self::Remote(_) => {}
        }
    }

    /// Gives a device in this process the identity issuers' new keys; one elsewhere has its own.
    pub(super) fn renew_issuers(&self, issuers: &[IdentityIssuer]) {
        match self {
            Self::Embedded(simulator) => simulator.renew_issuers(issuers),
            Self::Remote(_) => {}
        }
    }

    /// Destroys every key of a device in this process.
    pub(super) fn shutdown(&self) {
        match self {
            Self::Embedded(simulator) => simulator.shutdown(),
            Self::Remote(_) => {}
        }
    }
}

/// Takes a further run of a device elsewhere for the present one. The root is on disk before it is
/// trusted.
async fn adopt(
    description: Arc<DeviceDescription>,
    directory: DataDirectory,
    trust: Trust,
    persons: IdentityVerifier,
) -> Result<(), StartError> {
    let issuer = issuer_of(&description)?;
    let anchor = CertificateDer::new(description.trust_anchor.as_bytes().to_vec());
    remember(directory, anchor.clone()).await?;
    trust.adopt(anchor)?;
    persons.renew(&[issuer]);
    Ok(())
}

/// Keeps the root of a run on disk, where others do not wait for it.
async fn remember(directory: DataDirectory, anchor: CertificateDer) -> Result<(), StartError> {
    let keeping = spawn_blocking(move || directory.remember_trust_anchor(&anchor));
    keeping.await.map_err(|cause| StartError::Listen {
        what: "keeping the trust anchor".to_owned(),
        cause: cause.into(),
    })??;
    Ok(())
}

/// The issuer of persons' tokens that a device elsewhere has.
fn issuer_of(description: &DeviceDescription) -> Result<IdentityIssuer, StartError> {
    let keys =
        serde_json::from_value(description.identity_keys.clone()).map_err(qscd_sim::Error::from)?;
    Ok(IdentityIssuer {
        issuer: description.identity_issuer.clone(),
        audience: description.identity_audience.clone(),
        keys,
    })
}

/// The revocation list of a device elsewhere, fetched now and then.
#[derive(Clone, Debug, Default)]
struct RevocationList(Arc<RwLock<Option<Bytes>>>);

impl RevocationList {
    fn keep(device: &Arc<RemoteDevice>, directory: &DataDirectory) -> Self {
        let list = Self::default();
        let (kept, device) = (list.clone(), Arc::downgrade(device));
        let directory = directory.clone();
        tokio::spawn(async move {
            let mut interval = tokio::time::interval(REVOCATION_LIST_AGE);
            loop {
                interval.tick().await;
                let Some(device) = device.upgrade() else { return };
                match device.revocation_list().await {
                    Ok(fetched) => {
                        let root = device.description().trust_anchor.as_bytes().to_vec();
                        let (directory, list) = (directory.clone(), fetched.clone());
                        spawn_blocking(move || {
                            let root = CertificateDer::new(root);
                            if let Err(cause) = past_runs::keep_lists(&directory, &root, &[list]) {
                                tracing::warn!(cause, "the revocation list cannot be kept");
                            }
                        });
                        *kept.0.write().unwrap_or_else(PoisonError::into_inner) = Some(fetched)
                    }
                    Err(error) => tracing::warn!(%error, "no revocation list could be fetched"),
                }
            }
        });
        list
    }

    fn present(&self) -> Option<Bytes> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use std::{process::Command, sync::mpsc, time::Duration};

    use super::*;

    // On one thread: what waits for a disk there would hold up everything else.
    #[tokio::test]
    async fn a_disk_that_hangs_while_a_root_is_kept_holds_nobody_up() {
        let directory = DataDirectory::temporary().unwrap();
        let roots = directory.path().join("trust-anchors.pem");
        // Whoever opens it waits until somebody writes there.
        assert!(Command::new("mkfifo").arg(&roots).status().unwrap().success());
        let (goes_on, went_on) = mpsc::channel();
        let disk = std::thread::spawn(move || {
            let others_went_on = went_on.recv_timeout(Duration::from_secs(20)).is_ok();
            std::fs::OpenOptions::new().write(true).open(roots).unwrap();
            others_went_on
        });
        let others = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            goes_on.send(()).ok();
        };
        let anchor = CertificateDer::new(b"a root".to_vec());
        let (kept, ()) = tokio::join!(remember(directory.clone(), anchor.clone()), others);
        kept.unwrap();
        assert!(disk.join().unwrap(), "they waited for the disk");
        assert_eq!(directory.trust_anchors().unwrap(), [anchor]);
    }
}
