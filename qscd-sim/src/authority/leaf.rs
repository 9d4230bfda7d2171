//! Certificates for the device's keys: drafted before a key exists, issued when it does.

use std::{sync::Arc, time::SystemTime};

use ::authority::{LeafCertificate, LeafTerms, SERIAL_NUMBER_LENGTH, Validity};
use rcgen::PublicKeyData;
use seal::{CertificateDer, EnrolmentRequest, RsaKeyLength, SignatureAlgorithm, Subject};

use super::{Authority, generations::IssuingCa, serial_number};
use crate::Error;

/// An upper bound on a leaf certificate without the values of its subject, the addresses and what
/// its key has more than one of P-384.
const OVERHEAD: usize = 900;

/// A certificate that lacks only its key.
pub(crate) struct LeafDraft {
    pub(super) certificate: LeafCertificate,
    issuer: Arc<IssuingCa>,
}

/// A certificate that was issued for a device's key.
#[derive(Debug)]
pub(crate) struct IssuedCertificate {
    pub(crate) certificate: CertificateDer,
    /// The certificate of the CA that issued it.
    pub(crate) issuer: CertificateDer,
    pub(crate) serial_number: [u8; SERIAL_NUMBER_LENGTH],
}

impl Authority {
    /// The fields of the certificate that `request` would get. All that can fail on the
    /// request's side fails here, before any key exists.
    pub(crate) fn draft(&self, request: &EnrolmentRequest) -> Result<LeafDraft, Error> {
        let validity = Validity::around(request.at, request.back_dating, request.lifetime)?;
        let issuer = self.issuer_for(&validity)?;
        let number = serial_number(&issuer.authority.serial_numbers, &self.randomness)?;
        let terms = LeafTerms { validity, serial_number: number };
        let certificate =
            issuer.profiles.certificate(&request.subject, request.assurance, &terms)?;
        Ok(LeafDraft { certificate, issuer })
    }

    /// Issues a drafted certificate for the device's key.
    pub(crate) fn issue(
        &self,
        draft: &LeafDraft,
        key: &impl PublicKeyData,
    ) -> Result<IssuedCertificate, Error> {
        let issuer = &draft.issuer.authority;
        Ok(IssuedCertificate {
            certificate: issuer.certify_leaf(&draft.certificate, key)?,
            issuer: issuer.certificate.clone(),
            serial_number: draft.certificate.terms.serial_number,
        })
    }

    /// An upper bound in bytes on the chain that `request` would get.
    pub(crate) fn maximum_chain_length(&self, request: &EnrolmentRequest) -> usize {
        let subject: usize = match &request.subject {
            Subject::Organisation(subject) => [
                &subject.organization_name,
                &subject.organization_identifier,
                &subject.common_name,
                &subject.serial_number,
            ]
            .map(String::len)
            .iter()
            .sum(),
            Subject::Person(subject) => {
                let name = match &subject.name {
                    seal::PersonName::Named { given_name, surname } => {
                        given_name.len() + surname.len()
                    }
                    seal::PersonName::Pseudonym(pseudonym) => pseudonym.len(),
                };
                let optional =
                    [&subject.email, &subject.organization_name, &subject.organization_identifier]
                        .iter()
                        .map(|value| value.as_ref().map_or(0, String::len))
                        .sum::<usize>();
                name + optional + subject.common_name.len() + subject.serial_number.len()
            }
        };
        let key = request.algorithm.rsa_key_length().map_or(0, RsaKeyLength::bytes)
            + usize::from(request.algorithm == SignatureAlgorithm::EcdsaP521Sha512) * 40;
        // A rollover may come between this and the enrolment, with a longer name and longer
        // addresses.
        const ROLLOVER: usize = 64;
        let addresses = &self.addresses;
        self.current().authority.certificate.as_bytes().len()
            + OVERHEAD
            + ROLLOVER
            + key
            + 3 * addresses.ocsp.len()
            + subject
    }
}

impl LeafDraft {
    /// The begin of the certificate's validity.
    pub(crate) fn not_before(&self) -> SystemTime {
        self.certificate.terms.validity.not_before.into()
    }

    /// The end of the certificate's validity.
    pub(crate) fn not_after(&self) -> SystemTime {
        self.certificate.terms.validity.not_after.into()
    }
}
