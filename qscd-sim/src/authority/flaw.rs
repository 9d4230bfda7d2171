//! Certificates that are not what was asked for: a tester's faults, never made without one.

use std::time::Duration;

use ::authority::{LeafKeyUsage, NameAttribute};
use rcgen::PublicKeyData;

use super::{Authority, IssuedCertificate, LeafDraft};
use crate::Error;

/// How much a certificate with a wrong validity is off.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// What is wrong with a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CertificateFlaw {
    /// It certifies a key that the device does not have.
    OtherKey,
    /// organizationName is another organisation's.
    WrongOrganisation,
    /// organizationIdentifier, with the CVR number, is missing.
    NoCvrNumber,
    /// It names a person, also when it is a seal's.
    NamesPerson,
    /// Key usage is digitalSignature, good for logging in.
    KeyUsage,
    /// It lives a day too long.
    LivesTooLong,
    /// It ended a day ago.
    Expired,
    /// It begins tomorrow.
    NotYetValid,
}

impl Authority {
    /// Issues a drafted certificate with a flaw. `other` makes a key that is not the device's.
    pub(crate) fn issue_flawed<K: PublicKeyData>(
        &self,
        mut draft: LeafDraft,
        flaw: CertificateFlaw,
        key: &K,
        other: impl FnOnce() -> Result<K, Error>,
    ) -> Result<IssuedCertificate, Error> {
        let certificate = &mut draft.certificate;
        let (name, validity) = (&mut certificate.subject, &mut certificate.terms.validity);
        let life = validity.not_after - validity.not_before;
        match flaw {
            CertificateFlaw::OtherKey => {
                return self.issue(&draft, &other()?);
            }
            CertificateFlaw::WrongOrganisation => {
                name.set(NameAttribute::Organization, "Another Organisation")?;
            }
            CertificateFlaw::NoCvrNumber => name.remove(NameAttribute::OrganizationIdentifier),
            CertificateFlaw::NamesPerson => {
                name.set(NameAttribute::GivenName, "Ingen")?;
                name.set(NameAttribute::Surname, "Navngiven")?;
            }
            CertificateFlaw::KeyUsage => certificate.key_usage = LeafKeyUsage::DigitalSignature,
            CertificateFlaw::LivesTooLong => validity.not_after += DAY,
            CertificateFlaw::Expired => {
                validity.not_before -= life + DAY;
                validity.not_after -= life + DAY;
            }
            CertificateFlaw::NotYetValid => {
                validity.not_before += life + DAY;
                validity.not_after += life + DAY;
            }
        }
        self.issue(&draft, key)
    }
}
