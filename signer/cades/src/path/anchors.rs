//! Trust anchors, given as certificates.

use base64::{Engine, engine::general_purpose::STANDARD};
use seal::CertificateDer;

use crate::{Certificate, Error};

/// The most trust anchors that are taken together.
pub const MAXIMUM_TRUST_ANCHORS: usize = 1024;

/// The certificates that paths may end at. Their own signature and validity do not matter.
#[derive(Clone, Debug, Default)]
pub struct TrustAnchors(Vec<Certificate>);

impl TrustAnchors {
    /// Takes certificates.
    ///
    /// # Errors
    /// [`Error::TooLong`] for more than [`MAXIMUM_TRUST_ANCHORS`], and what
    /// [`Certificate::parse`] refuses.
    pub fn new(certificates: impl IntoIterator<Item = CertificateDer>) -> Result<Self, Error> {
        let mut anchors = Vec::new();
        for certificate in certificates {
            if anchors.len() == MAXIMUM_TRUST_ANCHORS {
                let (length, limit) = (anchors.len() + 1, MAXIMUM_TRUST_ANCHORS);
                return Err(Error::TooLong { object: "list of trust anchors", length, limit });
            }
            anchors.push(Certificate::parse(certificate)?);
        }
        Ok(Self(anchors))
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
        let text = std::str::from_utf8(pem_or_der).map_err(|_| Error::NoCertificate)?;
        let blocks: Vec<_> = text
            .split(BEGIN)
            .skip(1)
            .take(MAXIMUM_TRUST_ANCHORS + 1)
            .map(|block| decode(block).map(CertificateDer::new))
            .collect::<Option<_>>()
            .ok_or(Error::NoCertificate)?;
        if blocks.is_empty() { Err(Error::NoCertificate) } else { Self::new(blocks) }
    }

    /// The certificates.
    pub fn certificates(&self) -> &[Certificate] {
        &self.0
    }
}

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

fn decode(block: &str) -> Option<Vec<u8>> {
    let (base64, _) = block.split_once(END)?;
    let compact: String = base64.split_ascii_whitespace().collect();
    STANDARD.decode(compact).ok()
}
