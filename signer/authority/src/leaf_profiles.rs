//! The four profiles of a CA's leaf certificates: seal and person, in both assurances.

use seal::{Assurance, Subject};

use crate::{
    Error, LeafAddresses, LeafCertificate, LeafTerms, assurance::AssuranceExtensions,
    country::Country, extension, person_certificate::PersonCertificateProfile,
    seal_certificate::SealCertificateProfile,
};

/// What the certificates of one CA share, encoded once.
#[derive(Debug)]
pub struct LeafProfiles {
    assured: Profiles,
    revocable: Profiles,
}

#[derive(Debug)]
struct Profiles {
    seal: SealCertificateProfile,
    person: PersonCertificateProfile,
}

impl LeafProfiles {
    /// Encodes what all certificates share.
    ///
    /// # Errors
    /// [`Error`] when an address cannot stand in a certificate.
    pub fn new(addresses: &LeafAddresses, country: Country) -> Result<Self, Error> {
        let assured = AssuranceExtensions {
            extensions: vec![
                // EN 319 412-2 clause 4.4.1: caIssuers; no OCSP (RFC 9608 section 3).
                extension::authority_information(&addresses.ca_issuers, None)?,
                // EN 319 412-1 clause 5.2.1.
                extension::validity_assured(),
                // EN 319 412-2 GEN-4.3.11-2A and 4.4.1-8A, RFC 9608 section 2.
                extension::no_revocation_available(),
            ],
            revocation_list: None,
        };
        let revocable = AssuranceExtensions {
            extensions: vec![
                // EN 319 412-2 clause 4.4.1: caIssuers and OCSP.
                extension::authority_information(&addresses.ca_issuers, Some(&addresses.ocsp))?,
            ],
            // EN 319 412-2 clause 4.3.11.
            revocation_list: Some(addresses.revocation_list.clone()),
        };
        let profiles = |assurance: &AssuranceExtensions| {
            Ok::<_, Error>(Profiles {
                seal: SealCertificateProfile::new(assurance, country)?,
                person: PersonCertificateProfile::new(assurance, country)?,
            })
        };
        Ok(Self { assured: profiles(&assured)?, revocable: profiles(&revocable)? })
    }

    /// A certificate that lacks its key and its signature.
    ///
    /// # Errors
    /// [`Error::Name`] when the subject cannot stand in a certificate.
    pub fn certificate(
        &self,
        subject: &Subject,
        assurance: Assurance,
        terms: &LeafTerms,
    ) -> Result<LeafCertificate, Error> {
        let profiles = match assurance {
            Assurance::ValidityAssured => &self.assured,
            Assurance::Revocable => &self.revocable,
        };
        match subject {
            Subject::Organisation(subject) => profiles.seal.certificate(subject, terms),
            Subject::Person(subject) => profiles.person.certificate(subject, terms),
        }
    }
}
