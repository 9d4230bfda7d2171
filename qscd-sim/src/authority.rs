//! The certification authority: a root, an issuing CA below it, and certificates for signers,
//! seal creators and time-stamping units. Keys are new at every start.

mod addresses;
mod extension;
mod flaw;
mod issuing_ca_certificate;
mod key;
mod name;
mod oid;
mod person_certificate;
mod revocation_list;
mod root_certificate;
mod seal_certificate;
mod serial_number;
mod tsa_certificate;
mod validity;

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use rcgen::{CertificateParams, Issuer, KeyIdMethod, PublicKeyData};
use ring::{digest, rand::SystemRandom};
use seal::{CertificateDer, EnrolmentRequest, Subject};

pub use self::serial_number::SERIAL_NUMBER_LENGTH;
use self::{
    addresses::Addresses, issuing_ca_certificate::IssuingCaCertificate,
    person_certificate::PersonCertificateProfile, revocation_list::RevocationList,
    root_certificate::RootCertificate, seal_certificate::SealCertificateProfile,
    serial_number::SerialNumbers, tsa_certificate::TsaCertificate,
};
pub(crate) use self::{flaw::CertificateFlaw, key::AuthorityKey, oid::POLICY_TIME_STAMP, validity::Validity};
use crate::{Error, randomness::random};

/// What every name of the simulator says.
pub const SIMULATOR: &str = "SIMULATOR - NOT QUALIFIED";

/// The organizationIdentifier of the simulator's authorities. No organisation has this number.
const SIMULATOR_IDENTIFIER: &str = "NTRDK-00000000";

/// How long before the start the authorities' certificates begin, so that leaves can be
/// back-dated.
const BACK_DATING: Duration = Duration::from_secs(24 * 3600);
const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
const ROOT_LIFETIME: Duration = YEAR.saturating_mul(25);
const ISSUING_CA_LIFETIME: Duration = YEAR.saturating_mul(10);
const TSA_LIFETIME: Duration = YEAR.saturating_mul(10);

/// An upper bound on a leaf certificate without the values of its subject and the addresses.
const LEAF_OVERHEAD: usize = 800;

/// The root CA and the issuing CA, and the certificates they issue.
#[derive(Debug)]
pub struct Authority {
    run_id: String,
    addresses: Addresses,
    serial_numbers: SerialNumbers,
    root: CertificationAuthority,
    issuing: CertificationAuthority,
    seal_profile: SealCertificateProfile,
    person_profile: PersonCertificateProfile,
    root_crl: RevocationList,
}

/// A CA that can issue: its key and name, and its own certificate.
#[derive(Debug)]
struct CertificationAuthority {
    issuer: Issuer<'static, AuthorityKey>,
    key_identifier: [u8; 20],
    validity: Validity,
    certificate: CertificateDer,
}

/// What differs from one leaf certificate to the next, its subject aside.
pub(crate) struct LeafTerms {
    pub(crate) validity: Validity,
    pub(crate) serial_number: [u8; SERIAL_NUMBER_LENGTH],
}

/// A certificate that was issued for a device's key.
#[derive(Debug)]
pub(crate) struct IssuedCertificate {
    pub(crate) certificate: CertificateDer,
    pub(crate) serial_number: [u8; SERIAL_NUMBER_LENGTH],
}

impl Authority {
    /// Makes new keys and certificates for a service that answers under `public_url`.
    ///
    /// # Errors
    /// [`Error`] when `public_url` cannot stand in a certificate, or key or certificate fail.
    pub fn new(public_url: &str, now: SystemTime) -> Result<Self, Error> {
        let rng = SystemRandom::new();
        let run_id = hex::encode(random::<8>(&rng)?);
        let addresses = Addresses::new(public_url)?;
        let serial_numbers = SerialNumbers::new(&rng)?;
        let root = {
            let validity = Validity::around(now, BACK_DATING, ROOT_LIFETIME)?;
            let serial_number = serial_numbers.next()?;
            let parameters = RootCertificate {
                run_id: &run_id,
                validity,
                serial_number: &serial_number,
                addresses: &addresses,
            }
            .parameters()?;
            CertificationAuthority::new(parameters, &rng, validity, None)?
        };
        let issuing = {
            let validity = Validity::around(now, BACK_DATING, ISSUING_CA_LIFETIME)?;
            let parameters = IssuingCaCertificate {
                run_id: &run_id,
                validity,
                serial_number: &serial_numbers.next()?,
                addresses: &addresses,
            }
            .parameters()?;
            CertificationAuthority::new(parameters, &rng, validity, Some(&root))?
        };
        Ok(Self {
            seal_profile: SealCertificateProfile::new(&addresses)?,
            person_profile: PersonCertificateProfile::new(&addresses)?,
            root_crl: RevocationList::default(),
            run_id,
            addresses,
            serial_numbers,
            root,
            issuing,
        })
    }

    /// What tells this start's certificates from those of other starts.
    pub fn run_id(&self) -> &str {
        &self.run_id
    }

    /// The root certificate.
    pub fn trust_anchor(&self) -> &CertificateDer {
        &self.root.certificate
    }

    /// The certificate of the CA that issues to signers and seal creators.
    pub fn issuing_ca(&self) -> &CertificateDer {
        &self.issuing.certificate
    }

    /// The root's certificate revocation list in DER: at most an hour old, valid for a day.
    ///
    /// # Errors
    /// [`Error`] when it cannot be signed.
    pub fn root_crl(&self, now: SystemTime) -> Result<Bytes, Error> {
        self.root_crl.at(now, &self.root.issuer, &self.root.key_identifier)
    }

    /// Whether a certificate with this serial number (big-endian) was issued here.
    pub fn issued(&self, serial_number: &[u8]) -> bool {
        self.serial_numbers.made_here(serial_number)
    }

    /// Issues the certificate of a time-stamping unit, directly under the root.
    pub(crate) fn certify_time_stamping_unit(
        &self,
        key: &AuthorityKey,
        now: SystemTime,
    ) -> Result<(CertificateDer, Validity), Error> {
        let validity = Validity::around(now, BACK_DATING, TSA_LIFETIME)?;
        let mut parameters = TsaCertificate {
            run_id: &self.run_id,
            validity,
            serial_number: &self.serial_numbers.next()?,
            addresses: &self.addresses,
        }
        .parameters()?;
        parameters.key_identifier_method = KeyIdMethod::PreSpecified(key_identifier(key).to_vec());
        let certificate = parameters.signed_by(key, &self.root.issuer)?;
        Ok((CertificateDer::new(certificate.der().to_vec()), validity))
    }

    /// The fields of the certificate that `request` would get. All that can fail on the
    /// request's side fails here, before any key exists.
    pub(crate) fn draft(&self, request: &EnrolmentRequest) -> Result<LeafDraft, Error> {
        let validity = Validity::around(request.at, request.back_dating, request.lifetime)?;
        if !self.issuing.validity.covers(&validity) {
            return Err(Error::Validity);
        }
        let terms = LeafTerms { validity, serial_number: self.serial_numbers.next()? };
        let parameters = match &request.subject {
            Subject::Organisation(subject) => self.seal_profile.parameters(subject, &terms)?,
            Subject::Person(subject) => self.person_profile.parameters(subject, &terms)?,
        };
        Ok(LeafDraft { parameters, terms })
    }

    /// Issues a drafted certificate for the device's key.
    pub(crate) fn issue(
        &self,
        mut draft: LeafDraft,
        key: &impl PublicKeyData,
    ) -> Result<IssuedCertificate, Error> {
        draft.parameters.key_identifier_method =
            KeyIdMethod::PreSpecified(key_identifier(key).to_vec());
        let certificate = draft.parameters.signed_by(key, &self.issuing.issuer)?;
        Ok(IssuedCertificate {
            certificate: CertificateDer::new(certificate.der().to_vec()),
            serial_number: draft.terms.serial_number,
        })
    }

    /// An upper bound in bytes on the chain that `request` would get.
    pub(crate) fn maximum_chain_length(&self, request: &EnrolmentRequest) -> usize {
        let subject = match &request.subject {
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
        self.issuing.certificate.as_bytes().len()
            + LEAF_OVERHEAD
            + self.addresses.issuing_ca.len()
            + subject
    }
}

/// A certificate that lacks only its key.
pub(crate) struct LeafDraft {
    parameters: CertificateParams,
    terms: LeafTerms,
}

impl LeafDraft {
    /// The end of the certificate's validity.
    pub(crate) fn not_after(&self) -> SystemTime {
        self.terms.validity.not_after.into()
    }
}

impl CertificationAuthority {
    /// Makes a key and has it certified by `parent`, or by itself.
    fn new(
        mut parameters: CertificateParams,
        rng: &SystemRandom,
        validity: Validity,
        parent: Option<&Self>,
    ) -> Result<Self, Error> {
        let key = AuthorityKey::generate(rng)?;
        let key_identifier = key_identifier(&key);
        parameters.key_identifier_method = KeyIdMethod::PreSpecified(key_identifier.to_vec());
        let certificate = match parent {
            None => parameters.self_signed(&key)?,
            Some(parent) => parameters.signed_by(&key, &parent.issuer)?,
        };
        Ok(Self {
            issuer: Issuer::new(parameters, key),
            key_identifier,
            validity,
            certificate: CertificateDer::new(certificate.der().to_vec()),
        })
    }
}

/// The first 160 bits of the SHA-256 of the public key's BIT STRING (RFC 7093 section 2,
/// method 1).
fn key_identifier(key: &impl PublicKeyData) -> [u8; 20] {
    let hash = digest::digest(&digest::SHA256, key.der_bytes());
    let mut identifier = [0; 20];
    identifier.copy_from_slice(&hash.as_ref()[..20]);
    identifier
}

#[cfg(test)]
mod tests;
