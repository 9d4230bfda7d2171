//! The attributes signing-certificate and signing-certificate-v2 (RFC 2634, RFC 5035).

use ring::digest;
use seal::DigestAlgorithm;

use crate::{
    Certificate,
    algorithm::{AlgorithmIdentifier, digest_algorithm},
    asn1::{Element, tag},
    certificate::is_same_name,
};

/// The first identifier of the attribute: the signer's own certificate (RFC 5035 section 3).
#[derive(Clone, Copy, Debug)]
pub(crate) struct SigningCertificate<'a> {
    /// `None` for an algorithm that is not known here.
    algorithm: Option<HashAlgorithm>,
    hash: &'a [u8],
    issuer_serial: Option<IssuerSerial<'a>>,
}

#[derive(Clone, Copy, Debug)]
enum HashAlgorithm {
    /// ESSCertID: always SHA-1.
    Sha1,
    Sha2(DigestAlgorithm),
}

#[derive(Clone, Copy, Debug)]
struct IssuerSerial<'a> {
    /// The issuer's name in DER; `None` when the GeneralNames are no single directoryName.
    issuer: Option<&'a [u8]>,
    serial_number: &'a [u8],
}

impl<'a> SigningCertificate<'a> {
    /// Reads a SigningCertificateV2.
    pub(super) fn read_v2(value: Element<'a>) -> der::Result<Self> {
        let mut fields = first_identifier(value)?.elements()?;
        let algorithm = match fields.optional(tag::SEQUENCE)? {
            Some(identifier) => digest_algorithm(&AlgorithmIdentifier::read(identifier)?),
            None => Some(DigestAlgorithm::Sha256),
        };
        let hash = fields.expect(tag::OCTET_STRING)?.contents;
        let issuer_serial = fields.optional(tag::SEQUENCE)?.map(IssuerSerial::read).transpose()?;
        fields.finish()?;
        Ok(Self { algorithm: algorithm.map(HashAlgorithm::Sha2), hash, issuer_serial })
    }

    /// Reads a SigningCertificate.
    pub(super) fn read_v1(value: Element<'a>) -> der::Result<Self> {
        let mut fields = first_identifier(value)?.elements()?;
        let hash = fields.expect(tag::OCTET_STRING)?.contents;
        let issuer_serial = fields.optional(tag::SEQUENCE)?.map(IssuerSerial::read).transpose()?;
        fields.finish()?;
        Ok(Self { algorithm: Some(HashAlgorithm::Sha1), hash, issuer_serial })
    }

    /// Whether this names `certificate`, by its hash.
    pub(crate) fn identifies(&self, certificate: &Certificate) -> bool {
        let algorithm = match self.algorithm {
            Some(HashAlgorithm::Sha1) => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Some(HashAlgorithm::Sha2(algorithm)) => algorithm.ring(),
            None => return false,
        };
        digest::digest(algorithm, certificate.der().as_bytes()).as_ref() == self.hash
    }

    /// Whether issuerSerial stands there and says something else than `certificate`, whose hash
    /// decides: a warning, and no more (EN 319 102-1 clause 5.2.3.4).
    pub(crate) fn contradicts(&self, certificate: &Certificate) -> bool {
        self.issuer_serial.is_some_and(|stated| {
            stated.serial_number != certificate.serial_number()
                || !stated.issuer.is_some_and(|name| is_same_name(name, certificate.issuer()))
        })
    }
}

impl<'a> IssuerSerial<'a> {
    fn read(sequence: Element<'a>) -> der::Result<Self> {
        let mut fields = sequence.elements()?;
        let mut names = fields.expect(tag::SEQUENCE)?.elements()?;
        let issuer = names
            .optional(tag::context(4))?
            .filter(|_| names.is_empty())
            .map(|directory_name| directory_name.contents);
        let serial_number = fields.expect(tag::INTEGER)?.contents;
        fields.finish()?;
        Ok(Self { issuer, serial_number })
    }
}

fn first_identifier(value: Element<'_>) -> der::Result<Element<'_>> {
    value.elements()?.expect(tag::SEQUENCE)?.elements()?.expect(tag::SEQUENCE)
}
