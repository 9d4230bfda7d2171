//! The files that a configuration names, looked at before anything starts: what is wrong is told with
//! the configuration, the key and the file.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    time::SystemTime,
};

use bytes::Bytes;
use cades::{MAXIMUM_REVOCATION_LIST_LENGTH, RevocationList, TrustAnchors};
use qscd_sim::SimulatorOptions;
use rustls::pki_types::{CertificateRevocationListDer, pem::PemObject};

use super::{Config, ConfigDefect, ConfigError, connections};

/// The longest file of trust anchors that is read, in bytes.
const MAXIMUM_TRUST_LENGTH: u64 = 4 << 20;

impl Config {
    /// Reads the key sets, trust anchors and revocation lists, the own root, and what connections are
    /// made with. A revocation list that is not there is none: a job of the operator's may bring it
    /// later.
    ///
    /// # Errors
    /// [`ConfigError`] names the configuration `origin`, the key, the file and the cause.
    pub(crate) fn check_files(&self, origin: &str, now: SystemTime) -> Result<(), ConfigError> {
        let fail = |key: String, file: &Path, defect| {
            let defect = ConfigDefect::InFile { file: file.to_owned(), defect: Box::new(defect) };
            ConfigError::of_key(origin, key, defect)
        };
        for (at, issuer) in self.identity_issuers.iter().enumerate() {
            issuer.read_keys().map_err(|error| {
                fail(format!("identity_issuer[{at}].jwks_file"), &issuer.jwks_file, error.defect)
            })?;
        }
        let of_time_stamping = self.time_stamping.iter().enumerate();
        let of_time_stamping = of_time_stamping
            .filter_map(|(at, tsa)| Some((format!("tsa[{at}].trust"), tsa.trust.as_ref()?)));
        let own = self.validation.trust.iter().enumerate();
        let own = own.map(|(at, file)| (format!("validation.trust[{at}]"), file));
        for (key, file) in of_time_stamping.chain(own) {
            let read = read(file, MAXIMUM_TRUST_LENGTH).and_then(|pem| {
                let anchors = TrustAnchors::parse(&pem).map_err(Box::new);
                anchors.map_err(ConfigDefect::NoTrustAnchors).map(drop)
            });
            read.map_err(|defect| fail(key, file, defect))?;
        }
        for (at, file) in self.validation.revocation_lists.iter().enumerate() {
            let read = match read(file, MAXIMUM_REVOCATION_LIST_LENGTH as u64) {
                Err(ConfigDefect::Unreadable(cause)) if cause.kind() == io::ErrorKind::NotFound => {
                    continue;
                }
                read => read.and_then(|list| {
                    let list = RevocationList::parse(revocation_list_der(list.into()));
                    list.map_err(Box::new).map_err(ConfigDefect::NoRevocationList).map(drop)
                }),
            };
            read.map_err(|defect| {
                fail(format!("validation.revocation_lists[{at}]"), file, defect)
            })?;
        }
        if self.device.remote().is_none() {
            let options = SimulatorOptions::new(self.server.public_url());
            let options = self.simulator.apply(options);
            let options =
                options.map_err(|error| ConfigError { origin: origin.to_owned(), ..error })?;
            let root = options.imported_root.as_ref().zip(self.simulator.root_certificate.as_ref());
            if let Some((root, file)) = root {
                root.check(now).map_err(|error| {
                    let defect = ConfigDefect::Unusable(error.to_string());
                    fail("simulator.root_certificate".to_owned(), file, defect)
                })?;
            }
        }
        if let Some(mail) = &self.mail {
            mail.mailer(origin)?;
        }
        connections::check(self, origin)
    }
}

/// A revocation list in DER, whether it was written so or in PEM (RFC 7468 section 6); anything else
/// as it is.
pub(crate) fn revocation_list_der(written: Bytes) -> Bytes {
    match CertificateRevocationListDer::from_pem_slice(&written) {
        Ok(der) => Bytes::from(der.to_vec()),
        Err(_) => written,
    }
}

fn read(file: &Path, limit: u64) -> Result<Vec<u8>, ConfigDefect> {
    let mut bytes = Vec::new();
    let length = File::open(file)
        .and_then(|file| file.take(limit + 1).read_to_end(&mut bytes))
        .map_err(ConfigDefect::Unreadable)?;
    if length as u64 > limit { Err(ConfigDefect::TooLong) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use base64::{Engine, engine::general_purpose::STANDARD};
    use qscd_sim::SystemClock;
    use rcgen::{CertificateParams, KeyPair};
    use seal::Clock;

    use super::*;
    use crate::config::Overrides;

    const MINIMAL: &str = include_str!("../../../docs/samples/minimal.toml");

    /// What the files of a configuration with this text are found to be.
    fn found(folder: &Path, text: &str) -> String {
        let file = folder.join("segl.toml");
        fs::write(&file, format!("{MINIMAL}\n{text}")).unwrap();
        let config = Config::load(&file, &Overrides::default()).unwrap();
        match config.check_files(&file.display().to_string(), SystemClock.now()) {
            Ok(()) => "good".to_owned(),
            Err(error) => error.to_string().replace(&format!("{}/", folder.display()), ""),
        }
    }

    #[test]
    fn each_file_that_cannot_be_used_is_told_with_configuration_key_and_cause() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).unwrap();
        write("empty.pem", b"");
        write("words", b"no list at all");
        let issuer = "[[identity_issuer]]\nissuer = \"i\"\naudience = \"a\"\njwks_file";
        for (text, expected) in [
            (
                format!("{issuer} = \"none.json\""),
                "segl.toml: `identity_issuer[0].jwks_file`: none.json: cannot be read: No such",
            ),
            (
                format!("{issuer} = \"words\""),
                "segl.toml: `identity_issuer[0].jwks_file`: words: is not a JWK set",
            ),
            (
                "[validation]\ntrust = [\"empty.pem\"]".to_owned(),
                "segl.toml: `validation.trust[0]`: empty.pem: holds no trust anchors: ",
            ),
            (
                "[validation]\ntrust = [\"none.pem\"]".to_owned(),
                "segl.toml: `validation.trust[0]`: none.pem: cannot be read: No such file",
            ),
            (
                "[[tsa]]\nurl = \"http://tsa\"\ntrust = \"empty.pem\"".to_owned(),
                "segl.toml: `tsa[0].trust`: empty.pem: holds no trust anchors: ",
            ),
            (
                "[validation]\nrevocation_lists = [\"none.crl\", \"words\"]".to_owned(),
                "segl.toml: `validation.revocation_lists[1]`: words: is no revocation list: ",
            ),
            ("[validation]\nrevocation_lists = [\"none.crl\"]".to_owned(), "good"),
        ] {
            let found = found(folder.path(), &text);
            assert!(found.starts_with(expected), "{found}");
        }
    }

    #[test]
    fn each_certificate_and_key_of_a_connection_is_told_with_its_key_and_file() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        let block = |label: &str, der: &[u8]| {
            format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
        };
        for name in ["one", "other"] {
            let key = KeyPair::generate().unwrap();
            let certificate = CertificateParams::default().self_signed(&key).unwrap();
            write(&format!("{name}.pem"), &block("CERTIFICATE", certificate.der()));
            write(&format!("{name}.key"), &block("PRIVATE KEY", &key.serialize_der()));
        }
        let tsa = "[[tsa]]\nurl = \"https://tsa\"\n";
        let qscd = "[qscd]\nurl = \"https://qscd\"\ntrust = \"one.pem\"\n";
        for (section, settings, expected) in [
            (tsa, "", "`tsa[0].tls_trust`: cannot be used: an https address needs"),
            (tsa, "tls_trust = \"none\"", "`tsa[0].tls_trust`: none: cannot be used: "),
            (tsa, "tls_trust = \"one.pem\"", "good"),
            (
                tsa,
                "tls_trust = \"one.pem\"\nusername = \"u\"\npassword_variable = \"SIGNER_NEVER_SET\"",
                "the environment: `SIGNER_NEVER_SET`: is not set, and the configuration names it",
            ),
            (
                qscd,
                "certificate = \"one.pem\"\nkey = \"other.key\"",
                "`qscd.key`: other.key: is not the key of the certificate in one.pem",
            ),
            (
                qscd,
                "certificate = \"one.key\"\nkey = \"one.key\"",
                "`qscd.key`: one.key: cannot be used: there is no certificate in it",
            ),
            (
                qscd,
                "certificate = \"one.pem\"\nkey = \"none\"",
                "`qscd.key`: none: cannot be used: ",
            ),
            (qscd, "certificate = \"one.pem\"\nkey = \"one.key\"", "good"),
            (
                "[simulator]\n",
                "root_certificate = \"one.pem\"\nroot_key = \"other.key\"",
                "`simulator.root_certificate`: one.pem: cannot be used: the imported CA cannot",
            ),
            (
                "[simulator]\n",
                "root_certificate = \"one.pem\"\nroot_key = \"none\"",
                "`simulator.root_key`: none: cannot be read: No such file",
            ),
        ] {
            let found = found(folder.path(), &format!("{section}{settings}"));
            let found = found.trim_start_matches("segl.toml: ");
            assert!(found.starts_with(expected), "{settings}: {found}");
        }
    }

    #[test]
    fn a_revocation_list_in_pem_is_one() {
        let der = b"0\x03\x02\x01\x07";
        let pem = "-----BEGIN X509 CRL-----\nMAMCAQc=\n-----END X509 CRL-----\n";
        assert_eq!(revocation_list_der(Bytes::from(pem)), der.as_slice());
        assert_eq!(revocation_list_der(Bytes::from_static(der)), der.as_slice());
    }
}
