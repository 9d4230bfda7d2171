//! The user's certificate profile: `docs/certificate-profiles.md`, "User".

use seal::CertificateDer;

use crate::{
    Country, Error, HolderKey, HolderTerms, LeafIssuer, holder_certificate::HolderProfile,
    name::NameBuilder, oid,
};

/// The certificate of a person who acts for an organisation.
#[derive(Clone, Copy, Debug)]
pub struct UserCertificate<'a> {
    /// O: the organisation's registered name.
    pub organization_name: &'a str,
    /// organizationIdentifier, as `NTRDK-12345674`; its country is C.
    pub organization_identifier: &'a str,
    /// givenName.
    pub given_name: &'a str,
    /// surname.
    pub surname: &'a str,
    /// CN.
    pub common_name: &'a str,
    /// serialNumber: `UI:DK-E:G:` and the person's UUID.
    pub serial_number: &'a str,
    /// What it says beside the subject.
    pub terms: HolderTerms<'a>,
}

impl UserCertificate<'_> {
    /// The certificate of this key, in DER.
    ///
    /// # Errors
    /// [`Error`] when the subject, the address or the uses cannot stand in one, or it cannot be signed.
    pub fn certify(
        &self,
        key: &HolderKey,
        issuer: LeafIssuer<'_>,
    ) -> Result<CertificateDer, Error> {
        // EN 319 412-2 clause 4.2.4: as the signer's; O and organizationIdentifier, for whom the
        // person acts.
        let country = Country::of_identifier(self.organization_identifier);
        let subject = NameBuilder::of(country.unwrap_or(Country::DENMARK))?
            .organization(self.organization_name)?
            .organization_identifier(self.organization_identifier)?
            .given_name(self.given_name)?
            .surname(self.surname)?
            .common_name(self.common_name)?
            .serial_number(self.serial_number)?
            .build();
        let profile = HolderProfile { policy: oid::POLICY_USER, semantics: oid::SEMANTICS_NATURAL };
        profile.certify(subject, &self.terms, key, issuer)
    }
}
