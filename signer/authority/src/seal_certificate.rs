//! The seal creator's certificate profile: `docs/certificate-profiles.md`, "Seal".

use rcgen::{
    CertificateParams, CrlDistributionPoint, CustomExtension, IsCa, KeyUsagePurpose, SerialNumber,
};
use seal::OrganisationSubject;

use crate::{
    Error, LeafTerms, assurance::AssuranceExtensions, country::Country, extension,
    name::NameBuilder, oid,
};

/// Certificates for seals. Nothing in them can name a person.
#[derive(Debug)]
pub(crate) struct SealCertificateProfile {
    /// The same in every certificate, so encoded once.
    extensions: Vec<CustomExtension>,
    crl_distribution_points: Vec<CrlDistributionPoint>,
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
        let crl_distribution_points = assurance.crl_distribution_points.clone();
        Ok(Self { extensions, crl_distribution_points, country })
    }

    /// The fields and extensions of one certificate.
    pub(crate) fn parameters(
        &self,
        subject: &OrganisationSubject,
        terms: &LeafTerms,
    ) -> Result<CertificateParams, Error> {
        let mut parameters = CertificateParams::default();
        parameters.serial_number = Some(SerialNumber::from_slice(&terms.serial_number));
        parameters.not_before = terms.validity.not_before;
        parameters.not_after = terms.validity.not_after;
        // EN 319 412-3 clause 4.2.1: C, O, organizationIdentifier and CN, each once.
        let country = Country::of_identifier(&subject.organization_identifier);
        parameters.distinguished_name = NameBuilder::of(country.unwrap_or(self.country))?
            .organization(&subject.organization_name)?
            .organization_identifier(&subject.organization_identifier)?
            .common_name(&subject.common_name)?
            .serial_number(&subject.serial_number)?
            .build();
        // RFC 5280 section 4.2.1.9: critical, not a CA; with it goes the SKI of section 4.2.1.2.
        parameters.is_ca = IsCa::ExplicitNoCa;
        // EN 319 412-2 clause 4.3.2, type A: critical, nonRepudiation alone.
        parameters.key_usages = vec![KeyUsagePurpose::ContentCommitment];
        // EN 319 412-2 clause 4.3.1.
        parameters.use_authority_key_identifier_extension = true;
        parameters.crl_distribution_points.clone_from(&self.crl_distribution_points);
        parameters.custom_extensions.clone_from(&self.extensions);
        Ok(parameters)
    }
}
