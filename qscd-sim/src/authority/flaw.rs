//! Certificates that are not what was asked for: a tester's faults, never made without one.

use std::time::Duration;

use ::authority::oid;
use rcgen::{DnType, DnValue, KeyUsagePurpose, PublicKeyData};

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
        let parameters = &mut draft.parameters;
        let name = &mut parameters.distinguished_name;
        match flaw {
            CertificateFlaw::OtherKey => {
                return self.issue(draft, &other()?);
            }
            CertificateFlaw::WrongOrganisation => {
                name.push(DnType::OrganizationName, "Another Organisation");
            }
            CertificateFlaw::NoCvrNumber => {
                name.remove(DnType::CustomDnType(oid::ORGANIZATION_IDENTIFIER.to_vec()));
            }
            CertificateFlaw::NamesPerson => {
                let given_name = DnValue::Utf8String("Ingen".to_owned());
                name.push(DnType::CustomDnType(oid::GIVEN_NAME.to_vec()), given_name);
                let surname = DnValue::Utf8String("Navngiven".to_owned());
                name.push(DnType::CustomDnType(oid::SURNAME.to_vec()), surname);
            }
            CertificateFlaw::KeyUsage => {
                parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
            }
            CertificateFlaw::LivesTooLong => parameters.not_after += DAY,
            CertificateFlaw::Expired => {
                let life = parameters.not_after - parameters.not_before;
                parameters.not_before -= life + DAY;
                parameters.not_after -= life + DAY;
            }
            CertificateFlaw::NotYetValid => {
                let life = parameters.not_after - parameters.not_before;
                parameters.not_before += life + DAY;
                parameters.not_after += life + DAY;
            }
        }
        self.issue(draft, key)
    }
}
