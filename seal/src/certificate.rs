//! Certificates as bytes, and the chain that stands behind a credential.

use std::fmt;

use bytes::Bytes;

/// One X.509 certificate in DER, exactly as its issuer signed it. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CertificateDer(Bytes);

impl CertificateDer {
    /// Wraps the DER bytes; they are parsed where they are needed.
    pub fn new(der: impl Into<Bytes>) -> Self {
        Self(der.into())
    }

    /// The DER bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The DER bytes, shared with every clone.
    pub fn into_bytes(self) -> Bytes {
        self.0
    }
}

impl fmt::Debug for CertificateDer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CertificateDer({} bytes)", self.0.len())
    }
}

/// An end entity's certificate and the certificates above it, the trust anchor left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    end_entity: CertificateDer,
    issuers: Vec<CertificateDer>,
}

impl Chain {
    /// `issuers` goes upwards from the end entity's issuer and does not hold the trust anchor.
    pub fn new(end_entity: CertificateDer, issuers: Vec<CertificateDer>) -> Self {
        Self { end_entity, issuers }
    }

    /// The signer's or seal creator's own certificate.
    pub fn end_entity(&self) -> &CertificateDer {
        &self.end_entity
    }

    /// The certificates above it, nearest first.
    pub fn issuers(&self) -> &[CertificateDer] {
        &self.issuers
    }

    /// The end entity's certificate, then its issuers upwards.
    pub fn iter(&self) -> impl Iterator<Item = &CertificateDer> {
        std::iter::once(&self.end_entity).chain(&self.issuers)
    }
}
