//! The certificates of mutual TLS, for this run alone.

use std::{
    fs,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use signer::device::remote::Credentials;

/// PEM files of a CA, a server at 127.0.0.1 and a client.
pub struct Files(PathBuf);

impl Files {
    pub fn make(folder: &Path) -> Self {
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let root = authority.self_signed(&key).expect("a certificate");
        let issuer = Issuer::new(authority, key);
        let write = |name: &str, text: String| fs::write(folder.join(name), text).expect("a file");
        write("ca.pem", pem("CERTIFICATE", root.der()));
        for name in ["server", "client"] {
            let key = KeyPair::generate().expect("a key");
            let params = CertificateParams::new(["127.0.0.1".to_owned()]).expect("a name");
            let certificate = params.signed_by(&key, &issuer).expect("a certificate");
            write(&format!("{name}.pem"), pem("CERTIFICATE", certificate.der()));
            write(&format!("{name}.key"), pem("PRIVATE KEY", key.serialized_der()));
        }
        Self(folder.to_owned())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn client(&self) -> Credentials {
        Credentials {
            certificate: Some(self.path("client.pem")),
            key: Some(self.path("client.key")),
            trust: Some(self.path("ca.pem")),
            login: None,
        }
    }

    pub fn server_arguments(&self) -> Vec<String> {
        [("--certificate", "server.pem"), ("--key", "server.key"), ("--clients", "ca.pem")]
            .into_iter()
            .flat_map(|(option, name)| [option.to_owned(), self.path(name).display().to_string()])
            .collect()
    }
}

/// RFC 7468, on one long line.
fn pem(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
}
