//! The registry's authority, and the clients of TLS that its certificates make known.

use std::{sync::Arc, time::Duration};

use listener::Tls;
use tokio::time::sleep;

use super::StartError;
use crate::{
    certificate_authority::{AuthoritySettings, Issuing, PASSPHRASE, RegistryAuthority},
    config::{Config, Secret},
    data_directory::DataDirectory,
};

/// How often it is seen whether another issuing authority took over.
const EVERY: Duration = Duration::from_secs(60);

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

/// Lets holders show their certificates in TLS, those of later issuing authorities too. Nobody needs to.
pub(super) async fn welcome_holders(tls: Arc<Tls>, issuing: Issuing) {
    let mut known = Vec::new();
    loop {
        match issuing.authority.certificates(issuing.clock.now()) {
            Ok(all) => {
                let all: Vec<_> = all.iter().map(|one| one.as_bytes().to_vec()).collect();
                if all != known {
                    if let Err(error) = tls.welcome(&all) {
                        tracing::error!(%error, "holders of certificates cannot show them");
                    }
                    known = all;
                }
            }
            Err(error) => tracing::error!(%error, "holders of certificates cannot show them"),
        }
        sleep(EVERY).await;
    }
}
