//! The seal creator's certificate profile: `docs/certificate-profiles.md`, "Seal".

use seal::OrganisationSubject;

use crate::{
    Error, LeafCertificate, LeafKeyUsage, LeafTerms,
    assurance::AssuranceExtensions,
    country::Country,
    extension::{self, SharedExtensions},
    name::NameBuilder,
    oid,
};

/// Certificates for seals. Nothing in them can name a person.
#[derive(Debug)]
pub(crate) struct SealCertificateProfile {
    /// The same in every certificate, so encoded once.
    shared: SharedExtensions,
    /// Of names whose identifier tells none.
    country: Country,
}

impl SealCertificateProfile {
    /// Encodes what all certificates of the profile share.
    pub(crate) fn new(assurance: &AssuranceExtensions, country: Country) -> Result<Self, Error> {
        let mut extensions = vec![
            // EN 319 412-2 clause 4.3.3: at least one policy, not critical.
            extension::certificate_policy(oid::POLICY_SEAL)?,
            // EN 319 412-1 clause 5.1.4: what the identifiers mean; no legal claim.
            extension::identifier_semantics(oid::SEMANTICS_LEGAL)?,
        ];
        extensions.extend_from_slice(&assurance.extensions);
        let shared = SharedExtensions::new(assurance.revocation_list.as_deref(), &extensions)?;
        Ok(Self { shared, country })
    }

    /// A certificate that lacks its key and its signature.
    pub(crate) fn certificate(
        &self,
        subject: &OrganisationSubject,
        terms: &LeafTerms,
    ) -> Result<LeafCertificate, Error> {
        // EN 319 412-3 clause 4.2.1: C, O, organizationIdentifier and CN, each once.
        let country = Country::of_identifier(&subject.organization_identifier);
        let name = NameBuilder::of(country.unwrap_or(self.country))?
            .organization(&subject.organization_name)?
            .organization_identifier(&subject.organization_identifier)?
            .common_name(&subject.common_name)?
            .serial_number(&subject.serial_number)?
            .build();
        Ok(LeafCertificate {
            subject: name,
            terms: *terms,
            key_usage: LeafKeyUsage::ContentCommitment,
            email: None,
            shared: self.shared.clone(),
        })
    }
}
