//! A certificate out of what the registry says of its holder.

use authority::{
    Country, HolderKey, HolderTerms, HolderUses, LeafAddresses, LeafTerms, OrganisationCertificate,
    SystemCertificate, UserCertificate, Validity,
};
use registry::{CertificateContent, CertificateKind, IssuingError, Purpose};
use seal::CertificateDer;

use super::issuer::Issuer;
use crate::audit::hex;

/// The certificate of this key, in DER.
pub(super) fn certify(
    content: &CertificateContent,
    key: &HolderKey,
    validity: Validity,
    serial_number: [u8; authority::SERIAL_NUMBER_LENGTH],
    (issuer, addresses): (&Issuer, &LeafAddresses),
) -> Result<CertificateDer, IssuingError> {
    let wrong = |problem: &str| IssuingError::Content(problem.to_owned());
    let identifier = &*content.organisation_identifier;
    if Country::of_identifier(identifier).is_none() || identifier.len() == "NTRDK-".len() {
        return Err(wrong("the organisation's identifier is not like NTRDK-12345674"));
    }
    let uuid = uuid(content.uuid);
    let terms = HolderTerms {
        terms: LeafTerms { validity, serial_number },
        uses: HolderUses {
            authentication: content.purposes.contains(&Purpose::Authentication),
            encryption: content.purposes.contains(&Purpose::Encryption),
            email: content.purposes.contains(&Purpose::Email),
        },
        email: content.email.as_deref(),
        addresses,
    };
    let named = content.given_name.is_some() || content.surname.is_some();
    let made = match content.kind {
        CertificateKind::User => {
            let missing = || wrong("a person has a given name and a surname");
            UserCertificate {
                organization_name: &content.organisation_name,
                organization_identifier: identifier,
                given_name: content.given_name.as_deref().ok_or_else(missing)?,
                surname: content.surname.as_deref().ok_or_else(missing)?,
                common_name: &content.common_name,
                serial_number: &format!("UI:DK-E:G:{uuid}"),
                terms,
            }
            .certify(key, issuer.leaf_issuer())
        }
        CertificateKind::Organisation | CertificateKind::System if named => {
            return Err(wrong("a given name or surname is for persons alone"));
        }
        CertificateKind::Organisation => OrganisationCertificate {
            organization_name: &content.organisation_name,
            organization_identifier: identifier,
            common_name: &content.common_name,
            serial_number: &format!("UI:DK-O:G:{uuid}"),
            terms,
        }
        .certify(key, issuer.leaf_issuer()),
        CertificateKind::System => SystemCertificate {
            organization_name: &content.organisation_name,
            organization_identifier: identifier,
            common_name: &content.common_name,
            serial_number: &format!("UI:DK-O:G:{uuid}"),
            terms,
        }
        .certify(key, issuer.leaf_issuer()),
    };
    made.map_err(|error| match error {
        authority::Error::Signature => IssuingError::Key(error.to_string()),
        error => IssuingError::Content(error.to_string()),
    })
}

/// As RFC 9562 section 4 writes it.
fn uuid(bytes: [u8; 16]) -> String {
    let digits = hex(&bytes);
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &digits[part]);
    parts.join("-")
}
