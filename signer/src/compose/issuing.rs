//! The registry's authority, and the clients of TLS that its certificates make known.

use std::{sync::Arc, time::Duration};

use listener::Tls;
use seal::Clock;
use tokio::time::sleep;

use super::{StartError, kept_certificates::KeptCertificates};
use crate::{
    certificate_authority::{AuthoritySettings, Issuing, PASSPHRASE, RegistryAuthority},
    config::{Config, Secret},
    data_directory::DataDirectory,
    service::Service,
};

/// How often it is seen whether there is an issuing authority, and whether another one took over.
const EVERY: Duration = Duration::from_secs(1);

/// The authority that the data directory keeps, or that will be made there when it is needed.
pub(super) fn authority(
    config: &Config,
    directory: &DataDirectory,
) -> Result<Arc<RegistryAuthority>, StartError> {
    let shared = config.data.database()?.is_some() && !directory.is_temporary();
    let settings = AuthoritySettings {
        folder: directory.path().join("registry"),
        passphrase: Secret::from_environment(PASSPHRASE)?,
        public_url: config.server.public_url(),
        may_make: !shared,
    };
    Ok(Arc::new(RegistryAuthority::new(settings)?))
}

/// What issues the certificates that are ordered. Nothing is published where nodes share a database and
/// nobody has put the authority's folder there: each would make its own.
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

/// Lets holders show their certificates in TLS, those of later issuing authorities too. Nobody needs to.
pub(super) async fn welcome_holders(tls: Arc<Tls>, issuing: Issuing) {
    let mut known = Vec::new();
    loop {
        // None is made for this: where nothing was issued nobody is asked for a certificate.
        let all = issuing.authority.made();
        if all != known {
            let authorities: Vec<_> = all.iter().map(|one| one.as_bytes().to_vec()).collect();
            if let Err(error) = tls.welcome(&authorities) {
                tracing::error!(%error, "holders of certificates cannot show them");
            }
            known = all;
        }
        sleep(EVERY).await;
    }
}
