//! TLS of a listener: certificate and key out of files, read again on demand.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem, pem::PemObject},
    server::WebPkiClientVerifier,
};

/// Where certificate and key stand, in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The server's certificate and its issuers.
    pub certificate: PathBuf,
    /// The private key: PKCS#8, PKCS#1 or SEC1.
    pub key: PathBuf,
    /// Mutual TLS: what clients' certificates must lead to.
    pub clients: Option<PathBuf>,
}

/// TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1.
#[derive(Debug)]
pub struct Tls {
    files: TlsFiles,
    /// What certificates of clients that may show one, and need not, must lead to.
    welcome: RwLock<Vec<CertificateDer<'static>>>,
    current: RwLock<Arc<ServerConfig>>,
}

/// Which of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsFile {
    /// [`TlsFiles::certificate`].
    Certificate,
    /// [`TlsFiles::key`].
    Key,
    /// [`TlsFiles::clients`].
    Clients,
}

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum TlsDefect {
    /// It cannot be read, or is no PEM.
    #[error("{0}")]
    Pem(#[source] pem::Error),
    /// A private key where certificates belong.
    #[error("holds a private key where a certificate belongs: are certificate and key swapped?")]
    KeyForCertificate,
    /// Certificates where the private key belongs.
    #[error("holds a certificate where the private key belongs: are certificate and key swapped?")]
    CertificateForKey,
    /// Nothing of what belongs there.
    #[error("holds no PEM block {0}")]
    Nothing(&'static str),
    /// Certificate or key cannot be used, or do not belong together.
    #[error("{0}")]
    Unusable(#[source] rustls::Error),
    /// The key is another's.
    #[error("is not the key of the certificate in {}", .0.display())]
    OtherKey(PathBuf),
    /// The clients' issuers cannot be used.
    #[error("{0}")]
    Clients(String),
}

/// Why there is no TLS: the file and what is wrong with it.
#[derive(Debug)]
pub struct TlsError {
    /// Which file.
    pub file: TlsFile,
    /// Where it is.
    pub path: PathBuf,
    /// What is wrong.
    pub defect: TlsDefect,
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.defect)
    }
}

impl std::error::Error for TlsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.defect)
    }
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// [`TlsError`] names the file and what is wrong with it.
    pub fn read(files: TlsFiles) -> Result<Self, TlsError> {
        let current = RwLock::new(Arc::new(configuration(&files, &[])?));
        Ok(Self { files, welcome: RwLock::default(), current })
    }

    /// Reads the files again, for connections to come. If that fails, the old stay.
    ///
    /// # Errors
    /// As [`Tls::read`].
    pub fn reload(&self) -> Result<(), TlsError> {
        let welcome = self.welcome.read().unwrap_or_else(PoisonError::into_inner).clone();
        let read = Arc::new(configuration(&self.files, &welcome)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = read;
        Ok(())
    }

    /// Lets clients show certificates that one of these authorities (DER) issued, for connections to come.
    /// Nobody needs to; whoever shows one of somebody else, or one that has expired, is not let in. Where all
    /// clients must show one ([`TlsFiles::clients`]), nothing changes.
    ///
    /// # Errors
    /// As [`Tls::read`].
    pub fn welcome(&self, authorities: &[Vec<u8>]) -> Result<(), TlsError> {
        let authorities = authorities.iter().map(|der| CertificateDer::from(der.clone()));
        let authorities: Vec<_> = authorities.collect();
        *self.welcome.write().unwrap_or_else(PoisonError::into_inner) = authorities;
        self.reload()
    }

    pub(crate) fn current(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn configuration(
    files: &TlsFiles,
    welcome: &[CertificateDer<'static>],
) -> Result<ServerConfig, TlsError> {
    let chain = certificates(TlsFile::Certificate, &files.certificate)?;
    let secret = private_key(&files.key)?;
    let broken = |file, path: &Path, defect| TlsError { file, path: path.to_owned(), defect };
    let builder = match &files.clients {
        None if welcome.is_empty() => ServerConfig::builder().with_no_client_auth(),
        None => {
            let mut roots = RootCertStore::empty();
            // Issuing authorities as well: who shows a certificate need not show its issuer's.
            roots.add_parsable_certificates(welcome.iter().cloned());
            let verifier =
                WebPkiClientVerifier::builder(Arc::new(roots)).allow_unauthenticated().build();
            let unusable = |error: rustls::server::VerifierBuilderError| {
                let defect = TlsDefect::Clients(error.to_string());
                broken(TlsFile::Clients, &files.certificate, defect)
            };
            builder_with(verifier.map_err(unusable)?)
        }
        Some(path) => {
            let unusable =
                |cause: String| broken(TlsFile::Clients, path, TlsDefect::Clients(cause));
            let mut roots = RootCertStore::empty();
            for root in certificates(TlsFile::Clients, path)? {
                roots.add(root).map_err(|error| unusable(error.to_string()))?;
            }
            let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build();
            builder_with(verifier.map_err(|error| unusable(error.to_string()))?)
        }
    };
    let mut config = builder.with_single_cert(chain, secret).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => {
            broken(TlsFile::Key, &files.key, TlsDefect::OtherKey(files.certificate.clone()))
        }
        error => broken(TlsFile::Certificate, &files.certificate, TlsDefect::Unusable(error)),
    })?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn builder_with(
    clients: Arc<dyn rustls::server::danger::ClientCertVerifier>,
) -> rustls::ConfigBuilder<ServerConfig, rustls::server::WantsServerCert> {
    ServerConfig::builder().with_client_cert_verifier(clients)
}

fn certificates(file: TlsFile, path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let broken = |defect| TlsError { file, path: path.to_owned(), defect };
    let all: Result<Vec<_>, _> = CertificateDer::pem_file_iter(path)
        .map_err(|error| broken(TlsDefect::Pem(error)))?
        .collect();
    let all = all.map_err(|error| broken(TlsDefect::Pem(error)))?;
    if !all.is_empty() {
        return Ok(all);
    }
    Err(broken(match PrivateKeyDer::from_pem_file(path) {
        Ok(_) => TlsDefect::KeyForCertificate,
        Err(_) => TlsDefect::Nothing("CERTIFICATE"),
    }))
}

fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    let broken = |defect| TlsError { file: TlsFile::Key, path: path.to_owned(), defect };
    PrivateKeyDer::from_pem_file(path).map_err(|error| match error {
        pem::Error::NoItemsFound => broken(match CertificateDer::from_pem_file(path) {
            Ok(_) => TlsDefect::CertificateForKey,
            Err(_) => TlsDefect::Nothing("PRIVATE KEY"),
        }),
        error => broken(TlsDefect::Pem(error)),
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use base64::{Engine, engine::general_purpose::STANDARD};

    use super::*;

    struct Files {
        folder: tempfile::TempDir,
    }

    impl Files {
        fn new() -> Self {
            drop(rustls::crypto::ring::default_provider().install_default());
            let files = Self { folder: tempfile::tempdir().unwrap() };
            for name in ["one", "other"] {
                files.pair(name);
            }
            files.write("nothing", "nothing\n");
            files
        }

        /// A certificate of its own, and its key.
        fn pair(&self, name: &str) {
            let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
            let pem = |label: &str, der: &[u8]| {
                let base64 = STANDARD.encode(der);
                format!("-----BEGIN {label}-----\n{base64}\n-----END {label}-----\n")
            };
            self.write(&format!("{name}.pem"), &pem("CERTIFICATE", made.cert.der()));
            let key = made.signing_key.serialize_der();
            self.write(&format!("{name}.key"), &pem("PRIVATE KEY", &key));
        }

        fn write(&self, name: &str, content: &str) {
            fs::write(self.folder.path().join(name), content).unwrap();
        }

        fn read(&self, certificate: &str, key: &str) -> Result<Tls, TlsError> {
            let path = |name| self.folder.path().join(name);
            Tls::read(TlsFiles { certificate: path(certificate), key: path(key), clients: None })
        }
    }

    #[test]
    fn each_broken_file_is_named_with_its_defect() {
        let files = Files::new();
        assert!(files.read("one.pem", "one.key").is_ok());
        let cases = [
            ("one.key", "one.pem", "one.key", TlsFile::Certificate, "swapped"),
            ("one.pem", "one.pem", "one.pem", TlsFile::Key, "swapped"),
            ("nothing", "one.key", "nothing", TlsFile::Certificate, "CERTIFICATE"),
            ("one.pem", "nothing", "nothing", TlsFile::Key, "PRIVATE KEY"),
            ("one.pem", "other.key", "other.key", TlsFile::Key, "is not the key of"),
            ("missing", "one.key", "missing", TlsFile::Certificate, "No such file"),
        ];
        for (certificate, key, culprit, file, words) in cases {
            let error = files.read(certificate, key).unwrap_err();
            assert_eq!(error.file, file, "{error}");
            let told = error.to_string();
            assert!(told.contains(culprit) && told.contains(words), "{told}");
        }
    }

    #[test]
    fn what_cannot_be_read_again_leaves_the_old_in_place() {
        let files = Files::new();
        let tls = files.read("one.pem", "one.key").unwrap();
        let before = tls.current();
        files.write("one.key", "spoilt");
        assert!(tls.reload().is_err());
        assert!(Arc::ptr_eq(&before, &tls.current()));
        files.pair("one");
        tls.reload().unwrap();
        assert!(!Arc::ptr_eq(&before, &tls.current()));
    }
}
