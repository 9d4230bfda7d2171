//! Who a client of mutual TLS is.

use std::{fmt, fmt::Write, sync::Arc};

use ring::digest::{SHA256, digest};
use rustls::{pki_types::CertificateDer, server::ParsedCertificate};

/// A client of mutual TLS: the SHA-256 of its certificate's SubjectPublicKeyInfo, in lower-case
/// hexadecimal. It stays the same when a certificate is renewed for the same key. An extension of
/// each request on a connection whose client showed a certificate.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TlsClient(Arc<str>);

impl TlsClient {
    /// The client that showed this certificate; `None` when it cannot be read.
    pub fn of(certificate: &CertificateDer<'_>) -> Option<Self> {
        let parsed = ParsedCertificate::try_from(certificate).ok()?;
        let hash = digest(&SHA256, &parsed.subject_public_key_info());
        let mut name = String::with_capacity(2 * hash.as_ref().len());
        for byte in hash.as_ref() {
            write!(name, "{byte:02x}").ok()?;
        }
        Some(Self::named(&name))
    }

    /// The client with this name.
    pub fn named(key_sha256: &str) -> Self {
        Self(key_sha256.into())
    }

    /// Its name: 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TlsClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TlsClient({})", self.0)
    }
}

/// The certificate of a client of TLS, in DER, as it was verified. An extension of each request on a connection
/// whose client showed one.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientCertificate(Arc<[u8]>);

impl ClientCertificate {
    /// Takes one that TLS has verified.
    pub fn new(der: &[u8]) -> Self {
        Self(der.into())
    }

    /// In DER.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientCertificate(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_its_key_and_not_its_certificate() {
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = |name: &str| {
            let parameters = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
            parameters.self_signed(&key).unwrap().der().clone()
        };
        let one = TlsClient::of(&certificate("one")).unwrap();
        assert_eq!(one, TlsClient::of(&certificate("two")).unwrap());
        assert_eq!(one.as_str().len(), 64);
        let other = rcgen::generate_simple_self_signed(vec!["one".into()]).unwrap();
        assert_ne!(one, TlsClient::of(other.cert.der()).unwrap());
        assert!(TlsClient::of(&CertificateDer::from(&b"nothing"[..])).is_none());
    }
}
