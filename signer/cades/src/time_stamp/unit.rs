//! A time-stamping unit and the containers of its tokens.

use std::time::{Duration, SystemTime};

use seal::{CertificateDer, Digest, DigestAlgorithm, SignatureAlgorithm};

use super::{Accuracy, Nonce, Statement, TokenRefusal};
use crate::{
    Certificate, Error, Oid,
    asn1::{Part, identifiers},
    signed_data::{Container, SignedAttributes},
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
            return Err(TokenRefusal::NotForTimeStamping.into());
        }
        let suite = SignatureAlgorithm::default();
        let mut suites = SUITES.into_iter();
        let algorithm =
            suites.find(|suite| certificate.suits(*suite)).ok_or(Error::OtherKey { suite })?;
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

    /// An upper bound in bytes on this unit's tokens under `policy`, for requests of our own.
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

    pub(super) fn signed_attributes(&self, statement: &[u8]) -> Vec<u8> {
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

    pub(super) fn certificates(&self) -> [Part<'_>; 1] {
        [Part::Raw(self.certificate.der().as_bytes())]
    }

    pub(super) fn container<'a>(
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

/// The suites of time-stamping units: those that a public key alone tells apart.
const SUITES: [SignatureAlgorithm; 3] = [
    SignatureAlgorithm::EcdsaP256Sha256,
    SignatureAlgorithm::EcdsaP384Sha384,
    SignatureAlgorithm::EcdsaP521Sha512,
];

const CERTIFICATE_HASH_ALGORITHM: DigestAlgorithm = DigestAlgorithm::Sha256;
