//! The signer's certificate profile: `docs/certificate-profiles.md`, "Person".

use rcgen::{
    CertificateParams, CrlDistributionPoint, CustomExtension, IsCa, KeyUsagePurpose, SanType,
    SerialNumber,
};
use seal::{PersonName, PersonSubject};

use crate::{
    Error, LeafTerms, assurance::AssuranceExtensions, country::Country, extension,
    name::NameBuilder, oid,
};

/// The longest e-mail address (RFC 5321 section 4.5.3.1.3, as erratum 1690 counts it).
pub(crate) const MAXIMUM_EMAIL_LENGTH: usize = 254;

/// Certificates for persons.
#[derive(Debug)]
pub(crate) struct PersonCertificateProfile {
    /// The same in every certificate, so encoded once.
    extensions: Vec<CustomExtension>,
    crl_distribution_points: Vec<CrlDistributionPoint>,
    /// Of persons who act for no organisation.
    country: Country,
}

impl PersonCertificateProfile {
    /// Encodes what all certificates of the profile share.
    pub(crate) fn new(assurance: &AssuranceExtensions, country: Country) -> Result<Self, Error> {
        let mut extensions = vec![
            // EN 319 412-2 clause 4.3.3: at least one policy, not critical.
            extension::certificate_policy(oid::POLICY_PERSON)?,
            // EN 319 412-1 clause 5.1.3: what the identifiers mean; no legal claim.
            extension::identifier_semantics(oid::SEMANTICS_NATURAL)?,
        ];
        extensions.extend_from_slice(&assurance.extensions);
        let crl_distribution_points = assurance.crl_distribution_points.clone();
        Ok(Self { extensions, crl_distribution_points, country })
    }

    /// The fields and extensions of one certificate.
    pub(crate) fn parameters(
        &self,
        subject: &PersonSubject,
        terms: &LeafTerms,
    ) -> Result<CertificateParams, Error> {
        let mut parameters = CertificateParams::default();
        parameters.serial_number = Some(SerialNumber::from_slice(&terms.serial_number));
        parameters.not_before = terms.validity.not_before;
        parameters.not_after = terms.validity.not_after;
        // EN 319 412-2 clause 4.2.4: C and CN, and givenName with surname or a pseudonym; O and
        // organizationIdentifier when the person acts for an organisation.
        let country = subject.organization_identifier.as_deref().and_then(Country::of_identifier);
        let mut name = NameBuilder::of(country.unwrap_or(self.country))?;
        if let Some(organization) = &subject.organization_name {
            name = name.organization(organization)?;
        }
        if let Some(identifier) = &subject.organization_identifier {
            name = name.organization_identifier(identifier)?;
        }
        name = match &subject.name {
            PersonName::Named { given_name, surname } => {
                name.given_name(given_name)?.surname(surname)?
            }
            PersonName::Pseudonym(pseudonym) => name.pseudonym(pseudonym)?,
        };
        parameters.distinguished_name =
            name.common_name(&subject.common_name)?.serial_number(&subject.serial_number)?.build();
        // RFC 5280 section 4.2.1.6: not critical beside a subject.
        parameters.subject_alt_names =
            subject.email.iter().map(|e| email(e)).collect::<Result<_, _>>()?;
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

fn email(address: &str) -> Result<SanType, Error> {
    let refused = |problem| Error::Name { attribute: "rfc822Name", problem };
    let plain = address.len() <= MAXIMUM_EMAIL_LENGTH
        && address.bytes().all(|byte| byte.is_ascii_graphic())
        && address.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && !domain.is_empty() && !domain.contains('@')
        });
    if !plain {
        return Err(refused("it is not an ASCII address of at most 254 bytes"));
    }
    let address = address.try_into().map_err(|_| refused("it is not an IA5String"))?;
    Ok(SanType::Rfc822Name(address))
}
