//! What is written at once is, octet for octet, what rcgen writes.

use rcgen::{
    CertificateParams, CrlDistributionPoint, DistinguishedName, DnType, DnValue, IsCa, Issuer,
    KeyIdMethod, KeyUsagePurpose, SanType, SerialNumber,
};
use seal::{Assurance, OrganisationSubject, PersonId, PersonName, PersonSubject, Subject};
use time::macros::datetime;
use x509_cert::{Certificate, der::Decode};

use super::*;
use crate::{Country, LeafAddresses, LeafProfiles, Validity, oid};

const SERIAL_NUMBER: [u8; crate::SERIAL_NUMBER_LENGTH] = [0x51; crate::SERIAL_NUMBER_LENGTH];

fn addresses() -> LeafAddresses {
    LeafAddresses {
        ca_issuers: "http://pki.example/ca.cer".into(),
        ocsp: "http://pki.example/ocsp".into(),
        revocation_list: "http://pki.example/ca.crl".into(),
    }
}

fn seal() -> Subject {
    Subject::Organisation(OrganisationSubject {
        organization_name: "Ærø Kommune".into(),
        organization_identifier: "NTRDK-12345674".into(),
        common_name: "Ærø Kommune – breve".into(),
        serial_number: "UI:DK-O:G:01234567-89ab-cdef".into(),
    })
}

fn person(email: Option<&str>) -> Subject {
    Subject::Person(PersonSubject {
        name: PersonName::Named { given_name: "Åse".into(), surname: "Ærlig".into() },
        common_name: "Åse Ærlig".into(),
        serial_number: "UI:DK-E:G:01234567".into(),
        email: email.map(Into::into),
        organization_name: Some("Ærø Kommune".into()),
        organization_identifier: Some("NTRDK-12345674".into()),
        holder: PersonId { issuer: "https://id.example".into(), subject: "aase".into() },
    })
}

/// The same subject as rcgen takes it: the last arc of each attribute, and its value.
fn name(subject: &Subject) -> DistinguishedName {
    let mut attributes = vec![
        (6, "DK".to_owned()),
        (10, "Ærø Kommune".to_owned()),
        (97, "NTRDK-12345674".to_owned()),
    ];
    match subject {
        Subject::Organisation(subject) => {
            attributes.push((3, subject.common_name.clone()));
            attributes.push((5, subject.serial_number.clone()));
        }
        Subject::Person(subject) => {
            attributes.push((42, "Åse".to_owned()));
            attributes.push((4, "Ærlig".to_owned()));
            attributes.push((3, subject.common_name.clone()));
            attributes.push((5, subject.serial_number.clone()));
        }
    }
    let mut name = DistinguishedName::new();
    for (arc, value) in attributes {
        let value = match arc {
            5 | 6 => DnValue::PrintableString(value.try_into().unwrap()),
            _ => DnValue::Utf8String(value),
        };
        name.push(DnType::CustomDnType(vec![2, 5, 4, arc]), value);
    }
    name
}

/// What rcgen is told to write.
fn parameters(subject: &Subject, assurance: Assurance, validity: Validity) -> CertificateParams {
    let mut parameters = CertificateParams::default();
    parameters.serial_number = Some(SerialNumber::from_slice(&SERIAL_NUMBER));
    parameters.not_before = validity.not_before;
    parameters.not_after = validity.not_after;
    parameters.distinguished_name = name(subject);
    parameters.is_ca = IsCa::ExplicitNoCa;
    parameters.key_usages = vec![KeyUsagePurpose::ContentCommitment];
    parameters.use_authority_key_identifier_extension = true;
    if let Subject::Person(PersonSubject { email: Some(email), .. }) = subject {
        let address = email.as_str().try_into().unwrap();
        parameters.subject_alt_names = vec![SanType::Rfc822Name(address)];
    }
    let (policy, semantics) = match subject {
        Subject::Organisation(_) => (oid::POLICY_SEAL, oid::SEMANTICS_LEGAL),
        Subject::Person(_) => (oid::POLICY_PERSON, oid::SEMANTICS_NATURAL),
    };
    let LeafAddresses { ca_issuers, ocsp, revocation_list } = addresses();
    let mut others = vec![
        crate::extension::certificate_policy(policy).unwrap(),
        crate::extension::identifier_semantics(semantics).unwrap(),
    ];
    match assurance {
        Assurance::ValidityAssured => others.extend([
            crate::extension::authority_information(&ca_issuers, None).unwrap(),
            crate::extension::validity_assured(),
            crate::extension::no_revocation_available(),
        ]),
        Assurance::Revocable => {
            others.push(crate::extension::authority_information(&ca_issuers, Some(&ocsp)).unwrap());
            parameters.crl_distribution_points =
                vec![CrlDistributionPoint { uris: vec![revocation_list] }];
        }
    }
    parameters.custom_extensions = others;
    parameters
}

/// The part of a certificate that is signed.
fn to_be_signed(certificate: &[u8]) -> Vec<u8> {
    Certificate::from_der(certificate).unwrap().tbs_certificate().to_der().unwrap()
}

#[test]
fn a_leaf_is_octet_for_octet_what_rcgen_writes() {
    let (authority, key) = (AuthorityKey::generate().unwrap(), AuthorityKey::generate().unwrap());
    let mut issuer = CertificateParams::default();
    issuer.distinguished_name = name(&seal());
    issuer.key_identifier_method = KeyIdMethod::PreSpecified(vec![7; 20]);
    let own = issuer.self_signed(&authority).unwrap();
    let issuer_name = Certificate::from_der(own.der()).unwrap();
    let issuer_name = issuer_name.tbs_certificate().subject().to_der().unwrap();
    let profiles = LeafProfiles::new(&addresses(), Country::DENMARK).unwrap();
    let (now, later) = (datetime!(2026-11-22 12:00 UTC), datetime!(2026-11-22 12:10 UTC));
    let validities = [(now, later), (now, datetime!(2050-01-01 00:00 UTC))];
    let subjects = [seal(), person(None), person(Some("aase@example.dk"))];
    for (not_before, not_after) in validities {
        for (subject, assurance) in subjects
            .iter()
            .flat_map(|one| [(one, Assurance::ValidityAssured), (one, Assurance::Revocable)])
        {
            let validity = Validity { not_before, not_after };
            let terms = LeafTerms { validity, serial_number: SERIAL_NUMBER };
            let leaf = profiles.certificate(subject, assurance, &terms).unwrap();
            let by = LeafIssuer { key: &authority, name: &issuer_name, key_identifier: &[7; 20] };
            let ours = leaf.certify(&key, by).unwrap();

            let mut parameters = parameters(subject, assurance, validity);
            parameters.key_identifier_method =
                KeyIdMethod::PreSpecified(key_identifier(&key).to_vec());
            let by = Issuer::from_params(&issuer, &authority);
            let theirs = parameters.signed_by(&key, &by).unwrap();
            assert_eq!(to_be_signed(ours.as_bytes()), to_be_signed(theirs.der()), "{subject:?}");
        }
    }
}

#[test]
fn a_time_that_no_certificate_can_state_is_refused() {
    let key = AuthorityKey::generate().unwrap();
    let validity = Validity {
        not_before: datetime!(1969-12-31 23:59:59 UTC),
        not_after: datetime!(2026-11-22 12:00 UTC),
    };
    let terms = LeafTerms { validity, serial_number: SERIAL_NUMBER };
    let profiles = LeafProfiles::new(&addresses(), Country::DENMARK).unwrap();
    let leaf = profiles.certificate(&seal(), Assurance::ValidityAssured, &terms).unwrap();
    let by = LeafIssuer { key: &key, name: &[], key_identifier: &[] };
    assert!(matches!(leaf.certify(&key, by), Err(Error::Validity)));
}
