//! The operator's own root, instead of a new one at every start.

use std::path::Path;

use qscd_sim::ImportedCa;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};

use super::failure::Failure;

/// Reads both PEM files. Whether key and certificate fit is for the simulator to say.
pub(super) fn imported(certificate: &Path, key: &Path) -> Result<ImportedCa, Failure> {
    let broken = |path: &Path, cause: &dyn std::fmt::Display| {
        Failure::Root(format!("{}: {cause}", path.display()))
    };
    let root = CertificateDer::from_pem_file(certificate);
    let root = root.map_err(|error| broken(certificate, &error))?;
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| broken(key, &error))?;
    let root = seal::CertificateDer::new(root.to_vec());
    Ok(ImportedCa::new(root, secret.secret_der().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_that_is_no_certificate_or_no_key_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let file = |name: &str, label: &str| {
            let path = directory.path().join(name);
            let pem = format!("-----BEGIN {label}-----\nMAA=\n-----END {label}-----\n");
            std::fs::write(&path, pem).unwrap();
            path
        };
        let (certificate, key) = (file("a.pem", "CERTIFICATE"), file("b.pem", "PRIVATE KEY"));
        let missing = directory.path().join("c.pem");
        assert!(imported(&certificate, &key).is_ok());
        for (one, other, named) in [
            (&key, &key, "b.pem"),
            (&certificate, &certificate, "a.pem"),
            (&missing, &key, "c.pem"),
        ] {
            let error = imported(one, other).unwrap_err().to_string();
            assert!(error.contains(named), "{error}");
        }
    }
}
