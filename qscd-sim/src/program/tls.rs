//! TLS of the device's listener, and whose clients may come in.

use std::{path::Path, sync::Arc};

use axum_server::tls_rustls::RustlsConfig;
use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::WebPkiClientVerifier,
};

use super::failure::Failure;

/// TLS 1.2 and 1.3 with this certificate. With `clients` only whoever shows a certificate that
/// leads to one of those gets in.
pub(super) fn configuration(
    certificate: &Path,
    key: &Path,
    clients: Option<&Path>,
) -> Result<RustlsConfig, Failure> {
    let broken = |path: &Path, cause: &dyn std::fmt::Display| {
        Failure::Tls(format!("{}: {cause}", path.display()))
    };
    let chain = certificates(certificate)?;
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| broken(key, &error))?;
    let builder = match clients {
        None => ServerConfig::builder().with_no_client_auth(),
        Some(path) => {
            let mut roots = RootCertStore::empty();
            for root in certificates(path)? {
                roots.add(root).map_err(|error| broken(path, &error))?;
            }
            let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build();
            let verifier = verifier.map_err(|error| broken(path, &error))?;
            ServerConfig::builder().with_client_cert_verifier(verifier)
        }
    };
    let mut config =
        builder.with_single_cert(chain, secret).map_err(|error| broken(certificate, &error))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(RustlsConfig::from_config(Arc::new(config)))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let broken =
        |cause: &dyn std::fmt::Display| Failure::Tls(format!("{}: {cause}", path.display()));
    let all: Result<Vec<_>, _> =
        CertificateDer::pem_file_iter(path).map_err(|error| broken(&error))?.collect();
    let all = all.map_err(|error| broken(&error))?;
    if all.is_empty() { Err(broken(&"there is no certificate in it")) } else { Ok(all) }
}
