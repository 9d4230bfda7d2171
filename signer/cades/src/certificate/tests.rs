use der::Decode;
use rcgen::{CustomExtension, DnType, KeyUsagePurpose};
use seal::SignatureAlgorithm;

use super::*;
use crate::{
    asn1::{Part, identifiers},
    pki::{MINUTE, Pki, noon},
};

fn parse(der: &CertificateDer) -> Certificate {
    Certificate::parse(der.clone()).unwrap()
}

fn leaf(extensions: Vec<CustomExtension>) -> Result<Certificate, Error> {
    let pki = Pki::new();
    let end_entity = pki.end_entity(SignatureAlgorithm::default(), |params| {
        params.custom_extensions = extensions;
    });
    Certificate::parse(end_entity.chain.end_entity().clone())
}

/// `30`, the length, and the contents.
fn sequence(contents: &[u8]) -> Vec<u8> {
    Part::Element(tag::SEQUENCE, &[Part::Raw(contents)]).to_vec()
}

#[test]
fn a_certificate_reads_as_x509_cert_reads_it() {
    let pki = Pki::new();
    let end_entity = pki.seal(SignatureAlgorithm::default());
    for der in [&pki.root, &pki.ca, &pki.unit, end_entity.chain.end_entity()] {
        let ours = parse(der);
        let oracle = x509_cert::Certificate::from_der(der.as_bytes()).unwrap();
        let oracle = oracle.tbs_certificate();
        assert_eq!(ours.serial_number(), oracle.serial_number().as_bytes());
        assert_eq!(ours.issuer(), der::Encode::to_der(oracle.issuer()).unwrap());
        assert_eq!(ours.subject(), der::Encode::to_der(oracle.subject()).unwrap());
        assert_eq!(ours.not_before(), oracle.validity().not_before.to_system_time());
        assert_eq!(ours.not_after(), oracle.validity().not_after.to_system_time());
        let key = oracle.subject_public_key_info().subject_public_key.raw_bytes();
        assert_eq!(ours.public_key().bytes(), key);
    }
}

#[test]
fn the_algorithm_that_stands_twice_is_the_same_with_null_and_with_no_parameters() {
    let pki = Pki::new();
    let whole = Element::parse(pki.ca.as_bytes(), tag::SEQUENCE).unwrap();
    let fields: Vec<_> = whole.elements().unwrap().map(Result::unwrap).collect();
    let [signed, algorithm, signature] = fields[..] else { panic!("three fields") };
    let with = |algorithm: &[u8]| {
        let algorithm = sequence(algorithm);
        let der = sequence(&[signed.raw, &algorithm, signature.raw].concat());
        Certificate::parse(CertificateDer::new(der))
    };
    for same in [algorithm.contents.to_vec(), [algorithm.contents, &[tag::NULL, 0]].concat()] {
        assert_eq!(with(&same).unwrap().verify_issued_by(&parse(&pki.root)), Ok(()));
    }
    let other = Part::Element(tag::OBJECT_IDENTIFIER, &[Part::Raw(identifiers::ED25519)]).to_vec();
    for other in [other, [algorithm.contents, &[tag::INTEGER, 1, 0]].concat()] {
        assert!(matches!(with(&other), Err(Error::Malformed { .. })));
    }
}

#[test]
fn the_assurances_and_key_usage_are_read() {
    let pki = Pki::new();
    let certificate = parse(pki.seal(SignatureAlgorithm::default()).chain.end_entity());
    assert!(certificate.has_no_revocation_available() && certificate.is_validity_assured());
    assert!(certificate.allows_non_repudiation() && certificate.may_sign_content());
    assert!(!certificate.may_sign_certificates() && !certificate.may_sign_revocation_lists());
    assert!(!certificate.is_for_time_stamping() && pki.unit_certificate().is_for_time_stamping());
    assert!(certificate.is_valid_at(noon()) && !certificate.is_valid_at(noon() + 16 * MINUTE));
    let ca = parse(&pki.ca);
    assert!(ca.may_sign_certificates() && !ca.may_sign_content());
    let constraints = BasicConstraints { is_ca: true, path_length: Some(0) };
    assert_eq!(ca.basic_constraints(), Some(constraints));
    assert_eq!(certificate.authority_key_identifier(), ca.subject_key_identifier());
}

#[test]
fn qualified_statements_and_policies_are_read_as_claims() {
    let hex = "30293008060604008e4601013008060604008e4601043013060604008e4601063009060704008e4601\
               0602";
    let statements: Vec<u8> = hex
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    // 2.999.1, which const-oid does not read.
    let policies = sequence(&sequence(&[6, 3, 0x88, 0x37, 1]));
    let certificate = leaf(vec![
        CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 3], statements),
        CustomExtension::from_oid_content(&[2, 5, 29, 32], policies),
    ])
    .unwrap();
    let expected =
        [QcStatement::Compliance, QcStatement::Sscd, QcStatement::Type(vec![QcType::Eseal])];
    assert_eq!(certificate.qc_statements(), expected);
    assert_eq!(certificate.policies(), ["2.999.1".parse().unwrap()]);
}

#[test]
fn an_extension_that_stands_twice_is_refused() {
    let twice = || CustomExtension::from_oid_content(&[2, 5, 29, 56], vec![5, 0]);
    assert!(matches!(leaf(vec![twice(), twice()]), Err(Error::Malformed { .. })));
}

#[test]
fn an_extension_that_cannot_be_read_is_none_unless_it_is_critical_or_restricts() {
    let (policies, statements) = (&[2, 5, 29, 32][..], &[1, 3, 6, 1, 5, 5, 7, 1, 3][..]);
    let (purposes, names) = (&[2, 5, 29, 37][..], &[2, 5, 29, 36][..]);
    for (oid, critical, refused) in [
        (policies, false, false),
        (statements, false, false),
        (policies, true, true),
        (statements, true, true),
        (purposes, false, true),
        (names, false, true),
    ] {
        let mut broken = CustomExtension::from_oid_content(oid, vec![0x30, 3, 1]);
        broken.set_criticality(critical);
        let certificate = leaf(vec![broken]).unwrap();
        assert!(certificate.policies().is_empty() && certificate.qc_statements().is_empty());
        let unknown = certificate.unknown_critical_extensions();
        assert_eq!(unknown.len(), usize::from(refused), "{oid:?} {critical}");
    }
}

#[test]
fn a_statement_that_cannot_be_read_is_none_and_the_others_stand() {
    let compliance = sequence(&[6, 6, 4, 0, 0x8e, 0x46, 1, 1]);
    // QcType with the type itself where a sequence of types belongs.
    let of_type = sequence(&[6, 6, 4, 0, 0x8e, 0x46, 1, 6, 6, 7, 4, 0, 0x8e, 0x46, 1, 6, 1]);
    for critical in [false, true] {
        let value = sequence(&[&of_type[..], &compliance].concat());
        let mut statements = CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 3], value);
        statements.set_criticality(critical);
        let certificate = leaf(vec![statements]).unwrap();
        assert_eq!(certificate.qc_statements(), [QcStatement::Compliance]);
        assert_eq!(certificate.unknown_critical_extensions().len(), usize::from(critical));
    }
}

#[test]
fn a_path_length_is_an_integer_of_any_size() {
    for (contents, expected) in [
        (&[2, 2, 3, 0xe8][..], Some(Some(1000))),
        (&[2, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0], Some(Some(u32::MAX))),
        (&[2, 1, 0xff], None),
    ] {
        let value = sequence(&[&[1, 1, 0xff][..], contents].concat());
        let constraints = CustomExtension::from_oid_content(&[2, 5, 29, 19], value);
        let certificate = leaf(vec![constraints]).unwrap();
        let read = certificate.basic_constraints().map(|constraints| constraints.path_length);
        assert_eq!(read, expected);
        let unknown = certificate.unknown_critical_extensions().len();
        assert_eq!(unknown, usize::from(expected.is_none()));
    }
}

#[test]
fn a_certificate_that_is_too_long_or_followed_by_bytes_is_refused() {
    let long = CertificateDer::new(vec![0x30; MAXIMUM_CERTIFICATE_LENGTH + 1]);
    assert!(matches!(Certificate::parse(long), Err(Error::TooLong { .. })));
    let followed = [Pki::new().root.as_bytes(), &[0]].concat();
    let followed = Certificate::parse(CertificateDer::new(followed));
    assert!(matches!(followed, Err(Error::Malformed { .. })));
}

#[test]
fn a_persons_name_is_read_and_attributes_of_any_arc_are_passed_over() {
    let pki = Pki::new();
    let person = pki.end_entity(SignatureAlgorithm::default(), |params| {
        params.key_usages = vec![KeyUsagePurpose::ContentCommitment];
        params.distinguished_name.push(DnType::CustomDnType(vec![2, 5, 4, 65]), "Isak Dinesen");
        params.distinguished_name.push(DnType::CustomDnType(vec![2, 999, 7]), "passed over");
    });
    let name = parse(person.chain.end_entity()).subject_name();
    assert_eq!(name.pseudonym.as_deref(), Some("Isak Dinesen"));
    assert_eq!(name.common_name.as_deref(), Some("Ørsted Møbler ApS"));
    assert!(name.names_a_person());
}

#[test]
fn every_kind_of_string_is_read() {
    for (value, expected) in [
        (&[0x0c, 2, 0xc3, 0xb8][..], Some("ø")),
        (&[0x14, 1, 0xf8], Some("ø")),
        (&[0x1e, 2, 0, 0xf8], Some("ø")),
        (&[0x13, 1, b'o'], Some("o")),
        (&[0x16, 1, b'o'], Some("o")),
        (&[0x0c, 1, 0xff], None),
        (&[0x13, 1, 0xff], None),
        (&[0x1e, 2, 0xd8, 0], None),
        (&[0x02, 1, 1], None),
    ] {
        let attribute = [&[6, 3, 0x55, 4, 3][..], value].concat();
        let rdn = Part::Element(tag::SET, &[Part::Raw(&sequence(&attribute))]).to_vec();
        let name = DistinguishedName::read(&sequence(&rdn));
        assert_eq!(name.common_name.as_deref(), expected, "{value:02x?}");
    }
}
