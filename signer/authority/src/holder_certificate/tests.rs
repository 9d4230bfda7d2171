//! What stands in the certificates of user, organisation and system.

use der::{Decode, Encode};
use rcgen::{CertificateParams, DistinguishedName, KeyPair, PublicKeyData};
use time::{Duration, macros::datetime};
use x509_cert::{
    Certificate,
    ext::pkix::{ExtendedKeyUsage, KeyUsage, SubjectAltName, name::GeneralName},
};

use super::*;
use crate::{AuthorityKey, OrganisationCertificate, SystemCertificate, UserCertificate, Validity};

const AUTHENTICATION: HolderUses =
    HolderUses { authentication: true, encryption: false, email: false };
const ENCRYPTION: HolderUses = HolderUses { authentication: false, encryption: true, email: false };
const EMAIL: HolderUses = HolderUses { authentication: false, encryption: false, email: true };
const ALL: HolderUses = HolderUses { authentication: true, encryption: true, email: true };

fn addresses() -> LeafAddresses {
    LeafAddresses {
        ca_issuers: "http://pki.example/ca.cer".into(),
        ocsp: "http://pki.example/ocsp".into(),
        revocation_list: "http://pki.example/ca.crl".into(),
    }
}

fn terms<'a>(
    addresses: &'a LeafAddresses,
    uses: HolderUses,
    email: Option<&'a str>,
) -> HolderTerms<'a> {
    let not_before = datetime!(2026-11-26 12:00 UTC);
    let not_after = not_before + Duration::days(1095) - Duration::SECOND;
    let terms = LeafTerms {
        validity: Validity { not_before, not_after },
        serial_number: [0x51; crate::SERIAL_NUMBER_LENGTH],
    };
    HolderTerms { terms, uses, email, addresses }
}

fn key(algorithm: &'static rcgen::SignatureAlgorithm) -> HolderKey {
    let key = KeyPair::generate_for(algorithm).unwrap();
    HolderKey::read(&key.subject_public_key_info()).unwrap()
}

fn p256() -> HolderKey {
    key(&rcgen::PKCS_ECDSA_P256_SHA256)
}

fn certify(
    certify: impl FnOnce(LeafIssuer<'_>) -> Result<CertificateDer, Error>,
) -> Result<Certificate, Error> {
    let authority = AuthorityKey::generate().unwrap();
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = DistinguishedName::new();
    let own = parameters.self_signed(&authority).unwrap();
    let own = Certificate::from_der(own.der()).unwrap();
    let name = own.tbs_certificate().subject().to_der().unwrap();
    let issuer = LeafIssuer { key: &authority, name: &name, key_identifier: &[7; 20] };
    certify(issuer).map(|made| Certificate::from_der(made.as_bytes()).unwrap())
}

fn system(key: &HolderKey, uses: HolderUses, email: Option<&str>) -> Result<Certificate, Error> {
    let addresses = addresses();
    let certificate = SystemCertificate {
        organization_name: "Ærø Kommune",
        organization_identifier: "NTRDK-12345674",
        common_name: "Ærø Kommune – journal",
        serial_number: "UI:DK-O:G:01234567-89ab-cdef-0123-456789abcdef",
        terms: terms(&addresses, uses, email),
    };
    certify(|issuer| certificate.certify(key, issuer))
}

fn extension<'a, T: Decode<'a>>(certificate: &'a Certificate, oid: &str) -> Option<(bool, T)> {
    let oid = ObjectIdentifier::new_unwrap(oid);
    let all = certificate.tbs_certificate().extensions().unwrap();
    let one = all.iter().find(|extension| extension.extn_id == oid)?;
    let Ok(value) = T::from_der(one.extn_value.as_bytes()) else { panic!("{oid}") };
    Some((one.critical, value))
}

#[test]
fn key_usage_follows_purposes_and_key_and_never_is_non_repudiation() {
    let curve = p256();
    let rsa = KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_3072).unwrap();
    let rsa = HolderKey::read(&rsa.subject_public_key_info()).unwrap();
    // digitalSignature, nonRepudiation, keyEncipherment, dataEncipherment, keyAgreement.
    for (key, uses, expected) in [
        (&curve, AUTHENTICATION, [true, false, false, false, false]),
        (&curve, ENCRYPTION, [false, false, false, false, true]),
        (&curve, EMAIL, [true, false, false, false, true]),
        (&curve, ALL, [true, false, false, false, true]),
        (&rsa, AUTHENTICATION, [true, false, false, false, false]),
        (&rsa, ENCRYPTION, [false, false, true, false, false]),
        (&rsa, EMAIL, [true, false, true, false, false]),
        (&rsa, ALL, [true, false, true, false, false]),
    ] {
        let made = system(key, uses, Some("journal@example.dk")).unwrap();
        let (critical, usage) = extension::<KeyUsage>(&made, "2.5.29.15").unwrap();
        assert!(critical);
        let found = [
            usage.digital_signature(),
            usage.non_repudiation(),
            usage.key_encipherment(),
            usage.data_encipherment(),
            usage.key_agreement(),
        ];
        assert_eq!(found, expected, "{uses:?} {key:?}");
        let others = [usage.key_cert_sign(), usage.crl_sign(), usage.decipher_only()];
        assert_eq!(others, [false; 3]);
        let purposes = extension::<ExtendedKeyUsage>(&made, "2.5.29.37");
        let purposes: Vec<_> = purposes.map(|(_, purposes)| purposes.0).unwrap_or_default();
        assert_eq!(purposes.contains(&crate::oid::CLIENT_AUTH), uses.authentication);
        assert_eq!(purposes.contains(&crate::oid::EMAIL_PROTECTION), uses.email);
    }
}

#[test]
fn it_ends_a_second_before_its_days_are_over_and_says_where_its_status_is_told() {
    let made = system(&p256(), ALL, Some("journal@example.dk")).unwrap();
    let validity = made.tbs_certificate().validity();
    let seconds = validity.not_after.to_unix_duration() - validity.not_before.to_unix_duration();
    assert_eq!(seconds.as_secs(), 1095 * 24 * 3600 - 1);
    let text = String::from_utf8_lossy(&made.to_der().unwrap()).into_owned();
    for address in
        ["http://pki.example/ca.cer", "http://pki.example/ocsp", "http://pki.example/ca.crl"]
    {
        assert!(text.contains(address), "{address}");
    }
    assert!(extension::<der::Any>(&made, "2.5.29.56").is_none(), "noRevAvail");
    assert!(extension::<der::Any>(&made, "0.4.0.194121.2.1").is_none(), "validity-assured");
}

#[test]
fn an_address_stands_in_the_form_that_its_letters_ask_for() {
    let name = |address| {
        let made = system(&p256(), EMAIL, Some(address)).unwrap();
        let (critical, names) = extension::<SubjectAltName>(&made, "2.5.29.17").unwrap();
        assert!(!critical && names.0.len() == 1);
        names.0[0].clone()
    };
    let GeneralName::Rfc822Name(plain) = name("post@rødgrød.dk") else { panic!("rfc822Name") };
    assert_eq!(plain.as_str(), "post@xn--rdgrd-vuad.dk");
    let GeneralName::OtherName(other) = name("søren@rødgrød.dk") else { panic!("otherName") };
    assert_eq!(other.type_id.to_string(), "1.3.6.1.5.5.7.8.9");
    assert_eq!(other.value.value(), "søren@xn--rdgrd-vuad.dk".as_bytes());
}

#[test]
fn what_is_good_for_nothing_or_for_mail_without_an_address_is_not_made() {
    assert!(system(&p256(), HolderUses::default(), None).is_err());
    assert!(system(&p256(), EMAIL, None).is_err());
    assert!(system(&p256(), EMAIL, Some("no address")).is_err());
    let other = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
    assert!(HolderKey::read(&other.subject_public_key_info()).is_err());
    assert!(HolderKey::read(&[]).is_err());
}

#[test]
fn each_kind_names_whom_it_is_for() {
    let addresses = addresses();
    let key = p256();
    let user = UserCertificate {
        organization_name: "Ærø Kommune",
        organization_identifier: "NTRDK-12345674",
        given_name: "Åse",
        surname: "Ærlig",
        common_name: "Åse Ærlig",
        serial_number: "UI:DK-E:G:01234567-89ab-cdef-0123-456789abcdef",
        terms: terms(&addresses, AUTHENTICATION, None),
    };
    let organisation = OrganisationCertificate {
        organization_name: "Ærø Kommune",
        organization_identifier: "NTRDK-12345674",
        common_name: "Ærø Kommune",
        serial_number: "UI:DK-O:G:01234567-89ab-cdef-0123-456789abcdef",
        terms: terms(&addresses, AUTHENTICATION, None),
    };
    let user = certify(|issuer| user.certify(&key, issuer)).unwrap();
    let organisation = certify(|issuer| organisation.certify(&key, issuer)).unwrap();
    let system = system(&key, AUTHENTICATION, None).unwrap();
    let attributes = |certificate: &Certificate| {
        let subject = certificate.tbs_certificate().subject();
        subject.iter().map(|attribute| attribute.oid.to_string()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(attributes(&user), "2.5.4.6 2.5.4.10 2.5.4.97 2.5.4.42 2.5.4.4 2.5.4.3 2.5.4.5");
    for one in [&organisation, &system] {
        assert_eq!(attributes(one), "2.5.4.6 2.5.4.10 2.5.4.97 2.5.4.3 2.5.4.5");
    }
    let country = |certificate: &Certificate| {
        let subject = certificate.tbs_certificate().subject();
        subject.iter().next().map(|first| first.value.value().to_vec())
    };
    for one in [&user, &organisation, &system] {
        assert_eq!(country(one).as_deref(), Some(&b"DK"[..]));
    }
    let swedish = OrganisationCertificate {
        organization_identifier: "NTRSE-5560360793",
        organization_name: "Havn",
        common_name: "Havn",
        serial_number: "UI:DK-O:G:01234567-89ab-cdef-0123-456789abcdef",
        terms: terms(&addresses, AUTHENTICATION, None),
    };
    let swedish = certify(|issuer| swedish.certify(&key, issuer)).unwrap();
    assert_eq!(country(&swedish).as_deref(), Some(&b"SE"[..]));
    let policy = |certificate: &Certificate| {
        let (_, value) = extension::<der::Any>(certificate, "2.5.29.32").unwrap();
        value.value().last().copied()
    };
    let policies = [&user, &organisation, &system].map(policy);
    assert_eq!(policies, [Some(1), Some(2), Some(3)]);
}
