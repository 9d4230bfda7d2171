//! TLS of a client that believes only whom it was told to believe.

use std::{io, path::Path, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

use super::{ConnectionError, Credentials};

/// TLS 1.2 and 1.3, the server's certificate from one of `trust`, and the client's own if it has
/// one.
pub(super) fn configuration(
    credentials: &Credentials,
) -> Result<Arc<ClientConfig>, ConnectionError> {
    let trust = credentials.trust.as_deref().ok_or(ConnectionError::NoTrust)?;
    let mut roots = RootCertStore::empty();
    for root in certificates(trust)? {
        roots.add(root).map_err(|cause| file(trust, cause))?;
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots);
    let mut configuration = match (&credentials.certificate, &credentials.key) {
        (Some(certificate), Some(key)) => {
            let secret = PrivateKeyDer::from_pem_file(key).map_err(|cause| file(key, cause))?;
            builder.with_client_auth_cert(certificates(certificate)?, secret)?
        }
        _ => builder.with_no_client_auth(),
    };
    configuration.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(configuration))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, ConnectionError> {
    let all: Result<Vec<_>, _> =
        CertificateDer::pem_file_iter(path).map_err(|cause| file(path, cause))?.collect();
    let all = all.map_err(|cause| file(path, cause))?;
    if all.is_empty() { Err(file(path, "there is no certificate in it")) } else { Ok(all) }
}

fn file(
    path: &Path,
    cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> ConnectionError {
    ConnectionError::File { path: path.to_owned(), cause: io::Error::other(cause) }
}
