//! Holds an issued certificate against what was approved.

mod certificate;

use std::time::SystemTime;

use der::{
    Decode, Sequence,
    asn1::{ObjectIdentifier, PrintableStringRef, Uint, Utf8StringRef},
};

use self::certificate::{Certificate, Name};
use crate::{
    CertificateDer, EnrolmentRequest, OrganisationSubject, PersonName, PersonSubject,
    SignatureAlgorithm, Subject,
};

const COUNTRY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.6");
const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
const ORGANIZATION_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.97");
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const SERIAL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.5");
const GIVEN_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.42");
const SURNAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.4");
const PSEUDONYM: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.65");

const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");
/// KeyUsage with bit 1 alone, in DER (RFC 5280 section 4.2.1.3).
const NON_REPUDIATION_ALONE: [u8; 4] = [0x03, 0x02, 0x06, 0x40];
const SUBJECT_ALT_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");
const SUBJECT_DIRECTORY_ATTRIBUTES: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.9");
const NO_REV_AVAIL: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.56");
const VALIDITY_ASSURED: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.4.0.194121.2.1");
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const SECP256R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const SECP384R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const SECP521R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// The first difference between an issued certificate and what was approved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateMismatch {
    /// It is no certificate.
    #[error("the device's certificate cannot be read")]
    Unreadable,
    /// The subject is not exactly the one that was asked for.
    #[error("the certificate's subject is not the one approved: {0}")]
    Subject(&'static str),
    /// A seal's certificate says something about a person.
    #[error("the certificate of a seal names a person")]
    NamesPerson,
    /// Key usage is not critical nonRepudiation alone (EN 319 412-2 clause 4.3.2, type A).
    #[error("the certificate's key usage is not nonRepudiation alone")]
    KeyUsage,
    /// The public key is of another suite.
    #[error("the certificate's key is not of the approved algorithm")]
    Algorithm,
    /// The validity is not the one that was asked for.
    #[error("the certificate's validity is not the one approved")]
    Validity,
    /// The assurance's extensions are not those of the profile.
    #[error("the certificate does not show the approved assurance")]
    Assurance,
}

pub(super) fn confirm(
    approved: &EnrolmentRequest,
    certificate: &CertificateDer,
) -> Result<(), CertificateMismatch> {
    let certificate =
        Certificate::read(certificate.as_bytes()).map_err(|_| CertificateMismatch::Unreadable)?;
    match &approved.subject {
        Subject::Organisation(subject) => {
            organisation(subject, &certificate)?;
            if has(&certificate, SUBJECT_ALT_NAME)
                || has(&certificate, SUBJECT_DIRECTORY_ATTRIBUTES)
            {
                return Err(CertificateMismatch::NamesPerson);
            }
        }
        Subject::Person(subject) => person(subject, &certificate)?,
    }
    key_usage(&certificate)?;
    algorithm(approved.algorithm, &certificate)?;
    validity(approved, &certificate)?;
    assurance(approved.assurance, &certificate)
}

fn organisation(
    subject: &OrganisationSubject,
    certificate: &Certificate<'_>,
) -> Result<(), CertificateMismatch> {
    let name = &certificate.subject;
    if [GIVEN_NAME, SURNAME, PSEUDONYM].into_iter().any(|oid| value(name, oid).is_some()) {
        return Err(CertificateMismatch::NamesPerson);
    }
    exactly(
        name,
        &[
            (COUNTRY, "DK", "countryName"),
            (ORGANIZATION, &subject.organization_name, "organizationName"),
            (
                ORGANIZATION_IDENTIFIER,
                &subject.organization_identifier,
                "organizationIdentifier (CVR number)",
            ),
            (COMMON_NAME, &subject.common_name, "commonName"),
            (SERIAL_NUMBER, &subject.serial_number, "serialNumber"),
        ],
    )
}

fn person(
    subject: &PersonSubject,
    certificate: &Certificate<'_>,
) -> Result<(), CertificateMismatch> {
    let mut expected = vec![
        (COUNTRY, "DK", "countryName"),
        (COMMON_NAME, subject.common_name.as_str(), "commonName"),
        (SERIAL_NUMBER, &subject.serial_number, "serialNumber"),
    ];
    match &subject.name {
        PersonName::Named { given_name, surname } => {
            expected.push((GIVEN_NAME, given_name, "givenName"));
            expected.push((SURNAME, surname, "surname"));
        }
        PersonName::Pseudonym(pseudonym) => expected.push((PSEUDONYM, pseudonym, "pseudonym")),
    }
    if let Some(name) = &subject.organization_name {
        expected.push((ORGANIZATION, name, "organizationName"));
    }
    if let Some(identifier) = &subject.organization_identifier {
        expected.push((ORGANIZATION_IDENTIFIER, identifier, "organizationIdentifier (CVR number)"));
    }
    exactly(&certificate.subject, &expected)
}

/// Each attribute once, with its value, and no other.
fn exactly(
    name: &Name<'_>,
    expected: &[(ObjectIdentifier, &str, &'static str)],
) -> Result<(), CertificateMismatch> {
    for (oid, wanted, what) in expected {
        if value(name, *oid) != Some(*wanted) {
            return Err(CertificateMismatch::Subject(what));
        }
    }
    if name.len() == expected.len() {
        Ok(())
    } else {
        Err(CertificateMismatch::Subject("an attribute too many"))
    }
}

/// The attribute's value as text; every name that we ask for is UTF8String or PrintableString.
fn value<'a>(name: &Name<'a>, oid: ObjectIdentifier) -> Option<&'a str> {
    let attribute = name.iter().find(|attribute| attribute.oid == oid)?;
    let utf8 = Utf8StringRef::try_from(attribute.value).map(|text| text.as_str());
    let printable = || PrintableStringRef::try_from(attribute.value).map(|text| text.as_str());
    utf8.or_else(|_| printable()).ok()
}

fn has(certificate: &Certificate<'_>, oid: ObjectIdentifier) -> bool {
    certificate.extensions.iter().any(|extension| extension.oid == oid)
}

fn key_usage(certificate: &Certificate<'_>) -> Result<(), CertificateMismatch> {
    let mut usages = certificate.extensions.iter().filter(|one| one.oid == KEY_USAGE);
    let (Some(usage), None) = (usages.next(), usages.next()) else {
        return Err(CertificateMismatch::KeyUsage);
    };
    let alone = usage.value.as_bytes() == NON_REPUDIATION_ALONE;
    if usage.critical && alone { Ok(()) } else { Err(CertificateMismatch::KeyUsage) }
}

fn algorithm(
    approved: SignatureAlgorithm,
    certificate: &Certificate<'_>,
) -> Result<(), CertificateMismatch> {
    let key = &certificate.public_key;
    let parameters = key.algorithm.parameters;
    let is_on = |curve| {
        let named = parameters.and_then(|p| ObjectIdentifier::try_from(p).ok());
        key.algorithm.oid == EC_PUBLIC_KEY && named == Some(curve)
    };
    let fits = match approved {
        SignatureAlgorithm::EcdsaP256Sha256 => is_on(SECP256R1),
        SignatureAlgorithm::EcdsaP384Sha384 => is_on(SECP384R1),
        SignatureAlgorithm::EcdsaP521Sha512 => is_on(SECP521R1),
        SignatureAlgorithm::RsaPssSha256(length) | SignatureAlgorithm::RsaPkcs1Sha256(length) => {
            let bits = key.subject_public_key.as_bytes().and_then(modulus_bits);
            key.algorithm.oid == RSA_ENCRYPTION && bits == Some(length.bits())
        }
        SignatureAlgorithm::Ed25519 => key.algorithm.oid == ED25519,
    };
    if fits { Ok(()) } else { Err(CertificateMismatch::Algorithm) }
}

/// The bits of the modulus of an `RSAPublicKey` (RFC 8017 appendix A.1.1).
fn modulus_bits(public_key: &[u8]) -> Option<usize> {
    let key = RsaPublicKey::from_der(public_key).ok()?;
    let modulus = key.modulus.as_bytes();
    let leading = modulus.first()?.leading_zeros() as usize;
    Some(modulus.len() * 8 - leading)
}

/// ```text
/// RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }
/// ```
#[derive(Sequence)]
struct RsaPublicKey {
    modulus: Uint,
    public_exponent: Uint,
}

/// To the second: certificates know no fractions.
fn validity(
    approved: &EnrolmentRequest,
    certificate: &Certificate<'_>,
) -> Result<(), CertificateMismatch> {
    let seconds = |time: SystemTime| {
        time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
    };
    let from = approved.at.checked_sub(approved.back_dating).unwrap_or(SystemTime::UNIX_EPOCH);
    let to = approved.at + approved.lifetime;
    let [not_before, not_after] = certificate.validity.map(|moment| moment.as_secs());
    if not_before == seconds(from) && not_after == seconds(to) {
        Ok(())
    } else {
        Err(CertificateMismatch::Validity)
    }
}

fn assurance(
    approved: crate::Assurance,
    certificate: &Certificate<'_>,
) -> Result<(), CertificateMismatch> {
    let assured = has(certificate, VALIDITY_ASSURED) && has(certificate, NO_REV_AVAIL);
    let neither = !has(certificate, VALIDITY_ASSURED) && !has(certificate, NO_REV_AVAIL);
    let kept = match approved {
        crate::Assurance::ValidityAssured => assured,
        crate::Assurance::Revocable => neither,
    };
    if kept { Ok(()) } else { Err(CertificateMismatch::Assurance) }
}
