//! Trust anchors, given as certificates.

use std::sync::Arc;

use rustls_pki_types::{CertificateDer as Block, pem::PemObject};
use seal::CertificateDer;

use crate::{Certificate, Error};

/// The most trust anchors that are taken together.
pub const MAXIMUM_TRUST_ANCHORS: usize = 1024;

/// The certificates that paths may end at. Their own signature and validity do not matter.
#[derive(Clone, Debug, Default)]
pub struct TrustAnchors {
    certificates: Vec<Certificate>,
    unreadable: Vec<Arc<Error>>,
}

impl TrustAnchors {
    /// Takes certificates. Those that cannot be read are passed over, for the others are trusted
    /// all the same: [`TrustAnchors::unreadable`] tells of them.
    ///
    /// # Errors
    /// [`Error::TooLong`] for more than [`MAXIMUM_TRUST_ANCHORS`]; what [`Certificate::parse`]
    /// refuses, when it refuses all of them.
    pub fn new(certificates: impl IntoIterator<Item = CertificateDer>) -> Result<Self, Error> {
        Self::collect(certificates.into_iter().map(Ok))
    }

    /// Reads one certificate in DER, or any number in PEM (RFC 7468) with or without text between
    /// them.
    ///
    /// # Errors
    /// [`Error::NoCertificate`] and those of [`TrustAnchors::new`].
    pub fn parse(pem_or_der: &[u8]) -> Result<Self, Error> {
        if pem_or_der.first() == Some(&0x30) {
            return Self::new([CertificateDer::new(pem_or_der.to_vec())]);
        }
        let mut blocks = Block::pem_slice_iter(pem_or_der).peekable();
        if blocks.peek().is_none() {
            return Err(Error::NoCertificate);
        }
        Self::collect(blocks.map(|block| match block {
            Ok(block) => Ok(CertificateDer::new(block.to_vec())),
            Err(_) => Err(Error::NoCertificate),
        }))
    }

    fn collect(
        certificates: impl Iterator<Item = Result<CertificateDer, Error>>,
    ) -> Result<Self, Error> {
        let mut anchors = Self::default();
        let mut unreadable = Vec::new();
        for (at, certificate) in certificates.enumerate() {
            if at == MAXIMUM_TRUST_ANCHORS {
                let (length, limit) = (at + 1, MAXIMUM_TRUST_ANCHORS);
                return Err(Error::TooLong { object: "list of trust anchors", length, limit });
            }
            match certificate.and_then(Certificate::parse) {
                Ok(certificate) => anchors.certificates.push(certificate),
                Err(error) => unreadable.push(error),
            }
        }
        if anchors.certificates.is_empty() && !unreadable.is_empty() {
            return Err(unreadable.swap_remove(0));
        }
        anchors.unreadable = unreadable.into_iter().map(Arc::new).collect();
        Ok(anchors)
    }

    /// The certificates.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// Why others that were given are no anchors.
    pub fn unreadable(&self) -> impl Iterator<Item = &Error> {
        self.unreadable.iter().map(AsRef::as_ref)
    }
}
