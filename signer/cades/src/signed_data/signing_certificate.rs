//! The attributes signing-certificate and signing-certificate-v2 (RFC 2634, RFC 5035).

use std::borrow::Cow;

use crate::{
    Certificate, HashAlgorithm,
    algorithm::AlgorithmIdentifier,
    asn1::{Element, tag, to_der},
    certificate::is_same_name,
};

/// The first identifier of the attribute: the signer's own certificate (RFC 5035 section 3).
#[derive(Clone, Debug)]
pub(crate) struct SigningCertificate<'a> {
    /// `None` for an algorithm that is not known here.
    algorithm: Option<HashAlgorithm>,
    hash: Cow<'a, [u8]>,
    issuer_serial: Option<IssuerSerial<'a>>,
    /// The older attribute beside this newer one: what names a certificate is named by both.
    older: Option<Box<Self>>,
}

#[derive(Clone, Debug)]
struct IssuerSerial<'a> {
    /// The issuer's name in DER; `None` when the GeneralNames are no single directoryName.
    issuer: Option<Cow<'a, [u8]>>,
    serial_number: &'a [u8],
}

impl<'a> SigningCertificate<'a> {
    /// Reads a SigningCertificateV2.
    pub(super) fn read_v2(value: Element<'a>) -> der::Result<Self> {
        let mut fields = first_identifier(value)?.elements()?;
        let algorithm = match fields.optional(tag::SEQUENCE)? {
            Some(identifier) => HashAlgorithm::named(AlgorithmIdentifier::read(identifier)?.oid),
            None => Some(HashAlgorithm::Sha256),
        };
        let hash = fields.expect_octets()?;
        let issuer_serial = fields.optional(tag::SEQUENCE)?.map(IssuerSerial::read).transpose()?;
        fields.finish()?;
        Ok(Self { algorithm, hash, issuer_serial, older: None })
    }

    /// Reads a SigningCertificate, whose hash is always SHA-1.
    pub(super) fn read_v1(value: Element<'a>) -> der::Result<Self> {
        let mut fields = first_identifier(value)?.elements()?;
        let hash = fields.expect_octets()?;
        let issuer_serial = fields.optional(tag::SEQUENCE)?.map(IssuerSerial::read).transpose()?;
        fields.finish()?;
        let algorithm = Some(HashAlgorithm::Sha1);
        Ok(Self { algorithm, hash, issuer_serial, older: None })
    }

    /// The same with the older attribute beside it.
    pub(super) fn beside(self, older: Option<Self>) -> Self {
        Self { older: older.map(Box::new), ..self }
    }

    /// Whether this names `certificate`, by its hash, and so does the older attribute beside it: of
    /// two that name different ones neither counts (EN 319 102-1 clause 5.2.3.4).
    pub(crate) fn identifies(&self, certificate: &Certificate) -> bool {
        let by_hash = self.algorithm.is_some_and(|algorithm| {
            algorithm.hash(certificate.der().as_bytes()).as_bytes() == &self.hash[..]
        });
        by_hash && self.older.as_ref().is_none_or(|older| older.identifies(certificate))
    }

    /// Whether issuerSerial stands there and says something else than `certificate`, whose hash
    /// decides: a warning, and no more (EN 319 102-1 clause 5.2.3.4).
    pub(crate) fn contradicts(&self, certificate: &Certificate) -> bool {
        let stated_otherwise = self.issuer_serial.as_ref().is_some_and(|stated| {
            stated.serial_number != certificate.serial_number()
                || !stated
                    .issuer
                    .as_ref()
                    .is_some_and(|name| is_same_name(name, certificate.issuer()))
        });
        stated_otherwise || self.older.as_ref().is_some_and(|older| older.contradicts(certificate))
    }

    /// The hash function that names the certificate, if it is one that is no longer trusted.
    pub(crate) fn broken_hash(&self) -> Option<HashAlgorithm> {
        self.algorithm.filter(|algorithm| algorithm.is_broken())
    }
}

impl<'a> IssuerSerial<'a> {
    fn read(sequence: Element<'a>) -> der::Result<Self> {
        let mut fields = sequence.elements()?;
        let mut names = fields.expect(tag::SEQUENCE)?.elements()?;
        let issuer = names
            .optional(tag::context(4))?
            .filter(|_| names.is_empty())
            .map(|directory_name| to_der(directory_name.elements()?.any()?))
            .transpose()?;
        let serial_number = fields.expect(tag::INTEGER)?.contents;
        fields.finish()?;
        Ok(Self { issuer, serial_number })
    }
}

fn first_identifier(value: Element<'_>) -> der::Result<Element<'_>> {
    value.elements()?.expect(tag::SEQUENCE)?.elements()?.expect(tag::SEQUENCE)
}
