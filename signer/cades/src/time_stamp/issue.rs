//! Making tokens: TSTInfo, its SignedData, and the two steps around the authority's key.

use std::time::{Duration, SystemTime};

use seal::{
    CertificateDer, Digest, DigestAlgorithm, SignatureAlgorithm, SignatureValue, TimeStampTokenDer,
};

use super::Nonce;
use crate::{
    Certificate, Error, Oid,
    asn1::{Part, generalized_time, identifiers, tag, unsigned_integer},
    signed_data::{Container, SignedAttributes, digest_identifier},
};

/// A time-stamping unit (EN 319 422): its certificate, read once for all its tokens.
#[derive(Clone, Debug)]
pub struct TimeStampingUnit {
    certificate: Certificate,
    algorithm: SignatureAlgorithm,
    certificate_hash: Digest,
}

impl TimeStampingUnit {
    /// Takes the unit's certificate; its key decides the suite.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::TooLong`], and [`Error::TokenRefused`] when the certificate
    /// is not one for time-stamping or its key none for our suites.
    pub fn new(certificate: CertificateDer) -> Result<Self, Error> {
        let certificate = Certificate::parse(certificate)?;
        if !certificate.is_for_time_stamping() {
            return Err(super::TokenRefusal::NotForTimeStamping.into());
        }
        let suite = SignatureAlgorithm::default();
        let algorithm = certificate.suite().ok_or(Error::OtherKey { suite })?;
        let certificate_hash = Digest::of(CERTIFICATE_HASH_ALGORITHM, certificate.der().as_bytes());
        Ok(Self { certificate, algorithm, certificate_hash })
    }

    /// The unit's certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The suite that the unit signs with.
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// An upper bound in bytes on this unit's tokens under `policy`.
    pub fn maximum_token_length(&self, policy: &Oid) -> usize {
        let statement = Statement {
            policy: policy.clone(),
            imprint: Digest::of(DigestAlgorithm::Sha512, &[]),
            serial_number: [0xff; Statement::MAXIMUM_SERIAL_NUMBER_LENGTH].to_vec(),
            gen_time: SystemTime::UNIX_EPOCH + Duration::from_millis(123),
            milliseconds: true,
            accuracy: Accuracy { seconds: u32::MAX, milliseconds: 999, microseconds: 999 },
            nonce: Some(Nonce::longest()),
        };
        let statement = statement.to_der().unwrap_or_default();
        let attributes = self.signed_attributes(&statement);
        let signature = Part::Room(self.algorithm.maximum_signature_length());
        self.container(&statement, &attributes, signature, &self.certificates()).length()
    }

    fn signed_attributes(&self, statement: &[u8]) -> Vec<u8> {
        let digest = Digest::of(self.algorithm.digest_algorithm(), statement);
        SignedAttributes {
            content_type: identifiers::TST_INFO,
            message_digest: Part::Raw(digest.as_bytes()),
            certificate_hash_algorithm: CERTIFICATE_HASH_ALGORITHM,
            certificate_hash: Part::Raw(self.certificate_hash.as_bytes()),
            issuer: Part::Raw(self.certificate.issuer()),
            serial_number: Part::Raw(self.certificate.serial_number()),
            signing_time: None,
        }
        .to_der()
    }

    fn certificates(&self) -> [Part<'_>; 1] {
        [Part::Raw(self.certificate.der().as_bytes())]
    }

    fn container<'a>(
        &'a self,
        statement: &'a [u8],
        signed_attributes: &'a [u8],
        signature: Part<'a>,
        certificates: &'a [Part<'a>],
    ) -> Container<'a> {
        Container {
            // RFC 5652 section 5.1: 3, because the content is not id-data.
            version: 3,
            digest_algorithm: self.algorithm.digest_algorithm(),
            content_type: identifiers::TST_INFO,
            content: Some(statement),
            certificates,
            issuer: Part::Raw(self.certificate.issuer()),
            serial_number: Part::Raw(self.certificate.serial_number()),
            signed_attributes,
            signature_algorithm: self.algorithm,
            signature,
            unsigned_attributes: &[],
        }
    }
}

/// What a token states: TSTInfo (RFC 3161 section 2.4.2), ordering false and tsa absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The policy that the token is made under.
    pub policy: Oid,
    /// The digest that was sent.
    pub imprint: Digest,
    /// The magnitude of the serial number, big-endian: unique for the authority, even after a
    /// crash.
    pub serial_number: Vec<u8>,
    /// The time.
    pub gen_time: SystemTime,
    /// Whether the time is written to the millisecond.
    pub milliseconds: bool,
    /// How far the time may be off (EN 319 422 clause 5.2.2: present, one second or better).
    pub accuracy: Accuracy,
    /// The request's nonce.
    pub nonce: Option<Nonce>,
}

/// How far a token's time may be off, in either direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accuracy {
    /// Seconds.
    pub seconds: u32,
    /// Milliseconds, at most 999.
    pub milliseconds: u16,
    /// Microseconds, at most 999.
    pub microseconds: u16,
}

impl Accuracy {
    /// One second.
    pub const ONE_SECOND: Self = Self { seconds: 1, milliseconds: 0, microseconds: 0 };

    fn to_der(self) -> Vec<u8> {
        let fields = [
            (tag::INTEGER, self.seconds),
            (tag::primitive(0), self.milliseconds.min(999).into()),
            (tag::primitive(1), self.microseconds.min(999).into()),
        ];
        let fields = fields.into_iter().filter(|(_, value)| *value != 0).map(|(tag, value)| {
            Part::Element(tag, &[Part::Raw(&unsigned_integer(&value.to_be_bytes()))]).to_vec()
        });
        let contents = fields.collect::<Vec<_>>().concat();
        Part::Element(tag::SEQUENCE, &[Part::Raw(&contents)]).to_vec()
    }
}

impl Statement {
    /// The longest serial number in bytes (RFC 3161 section 2.4.2: 160 bits).
    pub const MAXIMUM_SERIAL_NUMBER_LENGTH: usize = 20;

    /// The DER encoding; `None` when the time cannot be written.
    fn to_der(&self) -> Option<Vec<u8>> {
        let algorithm = digest_identifier(self.imprint.algorithm());
        let digest = [Part::Raw(self.imprint.as_bytes())];
        let imprint = [Part::Raw(&algorithm), Part::Element(tag::OCTET_STRING, &digest)];
        let serial_number = unsigned_integer(&self.serial_number);
        let gen_time = generalized_time(self.gen_time, self.milliseconds)?;
        let accuracy = self.accuracy.to_der();
        let nonce = self.nonce.as_ref().map(|nonce| [Part::Raw(nonce.as_bytes())]);
        let nonce = nonce.as_ref().map(|nonce| Part::Element(tag::INTEGER, nonce));
        let fields = [
            Part::Raw(&[tag::INTEGER, 1, 1]),
            Part::Element(tag::OBJECT_IDENTIFIER, &[Part::Raw(self.policy.contents())]),
            Part::Element(tag::SEQUENCE, &imprint),
            Part::Element(tag::INTEGER, &[Part::Raw(&serial_number)]),
            Part::Element(tag::GENERALIZED_TIME, &[Part::Raw(&gen_time)]),
            Part::Raw(&accuracy),
            nonce.unwrap_or(Part::Raw(&[])),
        ];
        Some(Part::Element(tag::SEQUENCE, &fields).to_vec())
    }
}

/// A token that lacks its signature.
#[derive(Clone, Debug)]
pub struct TokenToBeSigned<'a> {
    unit: &'a TimeStampingUnit,
    statement: Vec<u8>,
    signed_attributes: Vec<u8>,
    with_certificate: bool,
}

impl<'a> TokenToBeSigned<'a> {
    /// Writes TSTInfo and the signed attributes: content-type, message-digest,
    /// signing-certificate-v2. The certificate is inside only when the request asked for it
    /// (RFC 3161 section 2.4.1, certReq).
    ///
    /// # Errors
    /// [`Error::TimeOutOfRange`], [`Error::TooLong`] for the serial number.
    pub fn new(
        unit: &'a TimeStampingUnit,
        statement: &Statement,
        with_certificate: bool,
    ) -> Result<Self, Error> {
        let limit = Statement::MAXIMUM_SERIAL_NUMBER_LENGTH;
        Error::limit("token's serial number", &statement.serial_number, limit)?;
        let statement = statement.to_der().ok_or(Error::TimeOutOfRange)?;
        let signed_attributes = unit.signed_attributes(&statement);
        Ok(Self { unit, statement, signed_attributes, with_certificate })
    }

    /// The message that the unit's key signs, with the digest of [`TimeStampingUnit::algorithm`].
    pub fn message(&self) -> &[u8] {
        &self.signed_attributes
    }

    /// Takes the signature value. It is not verified here: whoever uses the token verifies it.
    pub fn assemble(self, value: &SignatureValue) -> TimeStampTokenDer {
        let certificates = self.unit.certificates();
        let certificates = if self.with_certificate { &certificates[..] } else { &[] };
        let value = Part::Raw(value.as_bytes());
        let (statement, attributes) = (&self.statement, &self.signed_attributes);
        let container = self.unit.container(statement, attributes, value, certificates);
        TimeStampTokenDer::new(container.to_der())
    }
}

const CERTIFICATE_HASH_ALGORITHM: DigestAlgorithm = DigestAlgorithm::Sha256;
