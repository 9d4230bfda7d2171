//! The organisation's certificate profile: `docs/certificate-profiles.md`, "Organisation".

use seal::CertificateDer;

use crate::{
    Country, Error, HolderKey, HolderTerms, LeafIssuer, holder_certificate::HolderProfile,
    name::NameBuilder, oid,
};

/// The certificate of an organisation. The type has no room for a person.
#[derive(Clone, Copy, Debug)]
pub struct OrganisationCertificate<'a> {
    /// O: the organisation's registered name.
    pub organization_name: &'a str,
    /// organizationIdentifier, as `NTRDK-12345674`; its country is C.
    pub organization_identifier: &'a str,
    /// CN: by its unique name, such as the registered name itself.
    pub common_name: &'a str,
    /// serialNumber: `UI:DK-O:G:` and the profile's UUID.
    pub serial_number: &'a str,
    /// What it says beside the subject.
    pub terms: HolderTerms<'a>,
}

impl OrganisationCertificate<'_> {
    /// The certificate of this key, in DER.
    ///
    /// # Errors
    /// [`Error`] when the subject, the address or the uses cannot stand in one, or it cannot be signed.
    pub fn certify(
        &self,
        key: &HolderKey,
        issuer: LeafIssuer<'_>,
    ) -> Result<CertificateDer, Error> {
        // EN 319 412-3 clause 4.2.1: C, O, organizationIdentifier and CN, each once.
        let country = Country::of_identifier(self.organization_identifier);
        let subject = NameBuilder::of(country.unwrap_or(Country::DENMARK))?
            .organization(self.organization_name)?
            .organization_identifier(self.organization_identifier)?
            .common_name(self.common_name)?
            .serial_number(self.serial_number)?
            .build();
        let profile =
            HolderProfile { policy: oid::POLICY_ORGANISATION, semantics: oid::SEMANTICS_LEGAL };
        profile.certify(subject, &self.terms, key, issuer)
    }
}
