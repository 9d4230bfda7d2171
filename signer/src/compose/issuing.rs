//! The registry's authority, and the clients of TLS that its certificates make known.

use std::{sync::Arc, time::Duration};

use key_token::TokenSettings;
use listener::Tls;
use seal::Clock;
use tokio::{task::spawn_blocking, time::sleep};

use super::{StartError, kept_certificates::KeptCertificates};
use crate::{
    certificate_authority::{
        AuthorityError, AuthoritySettings, Issuing, PASSPHRASE, RegistryAuthority, TOKEN_PIN,
    },
    config::{Config, Secret},
    data_directory::DataDirectory,
    service::Service,
    store::Store,
};

/// How often it is seen whether there is an issuing authority, and whether another one took over.
const EVERY: Duration = Duration::from_secs(1);

/// The authority that the data directory keeps, or the database that nodes share, or that will be made there when
/// it is needed.
pub(super) async fn authority(
    config: &Config,
    directory: &DataDirectory,
    store: &Store,
) -> Result<Arc<RegistryAuthority>, StartError> {
    let authority = open(config, directory, store).await?;
    if !authority.can_issue() {
        tracing::warn!(reason = %AuthorityError::NoPassphrase, "this node issues no certificates of the registry");
    }
    Ok(Arc::new(authority))
}

/// The same, for a command.
pub(crate) async fn open(
    config: &Config,
    directory: &DataDirectory,
    store: &Store,
) -> Result<RegistryAuthority, StartError> {
    let token = config.registry.token.clone();
    let settings = AuthoritySettings {
        folder: directory.path().join("registry"),
        shared: store.shared_authorities(),
        passphrase: Secret::from_environment(PASSPHRASE)?,
        token: token.map(|token| TokenSettings { module: token.module, label: token.label }),
        token_pin: Secret::from_environment(TOKEN_PIN)?,
        public_url: config.server.public_url(),
    };
    let opened = spawn_blocking(|| RegistryAuthority::new(settings)).await;
    Ok(opened.map_err(|_| AuthorityError::Interrupted)??)
}

/// What issues the certificates that are ordered. Nothing is published by a node that cannot open the keys which
/// nodes share.
pub(super) fn published(
    authority: &Arc<RegistryAuthority>,
    service: &Arc<Service>,
    clock: &Arc<dyn Clock>,
) -> Option<Issuing> {
    if !authority.can_issue() {
        return None;
    }
    let kept = Arc::new(KeptCertificates {
        service: Arc::clone(service),
        authority: authority.clone(),
        store: service.store().clone(),
    });
    Some(Issuing {
        authority: Arc::clone(authority),
        statuses: kept.clone(),
        collecting: kept,
        clock: Arc::clone(clock),
    })
}

/// Does what goes on while certificates are issued, for as long as the service runs.
pub(super) async fn keep_up(issuing: Issuing, tls: Option<Arc<Tls>>) {
    tokio::join!(follow(&issuing, tls), renew(&issuing));
}

/// Makes the responders of OCSP that are due, so that nobody who asks waits for a key.
async fn renew(issuing: &Issuing) {
    loop {
        if let Err(error) = issuing.authority.keep_responders(issuing.clock.now()).await {
            tracing::error!(%error, "an OCSP responder that is due could not be made");
        }
        sleep(EVERY).await;
    }
}

/// Sees what issuing authorities other nodes make, and lets holders show their certificates in TLS, those of
/// later authorities too. Nobody needs to show one.
async fn follow(issuing: &Issuing, tls: Option<Arc<Tls>>) {
    let (mut known, mut was_seen) = (Vec::new(), true);
    loop {
        match issuing.authority.look().await {
            Ok(()) => was_seen = true,
            // It is said once, and tried again.
            Err(error) if was_seen => {
                tracing::error!(%error, "issuing keys of other nodes are not seen");
                was_seen = false;
            }
            Err(_) => {}
        }
        // None is made for this: where nothing was issued nobody is asked for a certificate.
        let all = issuing.authority.made();
        if let Some(tls) = tls.as_ref().filter(|_| all != known) {
            let authorities: Vec<_> = all.iter().map(|one| one.as_bytes().to_vec()).collect();
            if let Err(error) = tls.welcome(&authorities) {
                tracing::error!(%error, "holders of certificates cannot show them");
            }
            known = all;
        }
        sleep(EVERY).await;
    }
}
