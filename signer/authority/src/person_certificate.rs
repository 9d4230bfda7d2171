//! The signer's certificate profile: `docs/certificate-profiles.md`, "Person".

use seal::{PersonName, PersonSubject};

use crate::{
    Error, LeafCertificate, LeafKeyUsage, LeafTerms,
    assurance::AssuranceExtensions,
    country::Country,
    extension::{self, SharedExtensions},
    mailbox::{MAXIMUM_EMAIL_LENGTH, Mailbox},
    name::NameBuilder,
    oid,
};

/// Certificates for persons.
#[derive(Debug)]
pub(crate) struct PersonCertificateProfile {
    /// The same in every certificate, so encoded once.
    shared: SharedExtensions,
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
        let shared = SharedExtensions::new(assurance.revocation_list.as_deref(), &extensions)?;
        Ok(Self { shared, country })
    }

    /// A certificate that lacks its key and its signature.
    pub(crate) fn certificate(
        &self,
        subject: &PersonSubject,
        terms: &LeafTerms,
    ) -> Result<LeafCertificate, Error> {
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
        let subject_name =
            name.common_name(&subject.common_name)?.serial_number(&subject.serial_number)?.build();
        Ok(LeafCertificate {
            subject: subject_name,
            terms: *terms,
            key_usage: LeafKeyUsage::ContentCommitment,
            email: subject.email.as_deref().map(email).transpose()?,
            shared: self.shared.clone(),
        })
    }
}

/// An address that can stand in a certificate.
fn email(address: &str) -> Result<Mailbox, Error> {
    let refused = |problem| Error::Name { attribute: "rfc822Name", problem };
    let plain = address.len() <= MAXIMUM_EMAIL_LENGTH
        && address.bytes().all(|byte| byte.is_ascii_graphic())
        && address.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && !domain.is_empty() && !domain.contains('@')
        });
    if !plain {
        return Err(refused("it is not an ASCII address of at most 254 bytes"));
    }
    Ok(Mailbox::Ascii(address.to_owned()))
}
