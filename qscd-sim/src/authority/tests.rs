mod ocsp;
mod revocation;
mod rollover;

use std::{fs, path::Path, process::Command};

use ::authority::{OcspUntruth, RevocationReason};
use rcgen::{PKCS_ECDSA_P256_SHA256, PublicKeyData};
use seal::{
    Assurance, EnrolmentRequest, OrganisationSubject, PersonId, PersonName, PersonSubject,
    ProfileId, SignatureAlgorithm, Subject,
};

use super::*;

const URL: &str = "http://segl.example.com";

pub(super) fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
}

pub(super) fn authority() -> Authority {
    Authority::new(URL, now()).unwrap()
}

pub(super) fn request(subject: Subject) -> EnrolmentRequest {
    EnrolmentRequest {
        profile: ProfileId::new("decisions"),
        subject,
        algorithm: SignatureAlgorithm::EcdsaP256Sha256,
        assurance: Assurance::ValidityAssured,
        at: now(),
        back_dating: Duration::from_secs(300),
        lifetime: Duration::from_secs(900),
        signatures: 1,
        requester: "test".into(),
    }
}

pub(super) fn organisation() -> OrganisationSubject {
    OrganisationSubject {
        organization_name: "Havnsted Kommune".into(),
        organization_identifier: "NTRDK-12345674".into(),
        common_name: "Afgørelser".into(),
        serial_number: "UI:DK-O:G:bce1ecb4-c38d-4737-a37a-ea110b86a99b".into(),
    }
}

pub(super) fn person() -> PersonSubject {
    PersonSubject {
        common_name: "Karen Ågård".into(),
        name: PersonName::Named { given_name: "Karen".into(), surname: "Ågård".into() },
        serial_number: "UI:DK-E:G:894715f7-2c3d-4b7e-9e7f-0a1b2c3d4e5f".into(),
        email: Some("karen@example.com".into()),
        organization_name: Some("Havnsted Kommune".into()),
        organization_identifier: Some("NTRDK-12345674".into()),
        holder: PersonId { issuer: "https://id.example".into(), subject: "karen".into() },
    }
}

pub(super) fn issue(authority: &Authority, request: &EnrolmentRequest) -> IssuedCertificate {
    let key = AuthorityKey::generate().unwrap();
    assert_eq!(key.algorithm(), &PKCS_ECDSA_P256_SHA256);
    authority.issue(&authority.draft(request).unwrap(), &key).unwrap()
}

/// Runs openssl in a directory; answers its success and all that it printed.
pub(super) fn openssl(directory: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new("openssl").args(arguments).current_dir(directory).output().unwrap();
    let printed = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&printed).into_owned())
}

/// Writes the certificates as files that `openssl verify` reads.
pub(super) fn written(authority: &Authority, leaf: &CertificateDer) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let files = [
        ("root.pem", authority.trust_anchor()),
        ("issuing.pem", &authority.issuing_ca()),
        ("leaf.pem", leaf),
    ];
    for (name, certificate) in files {
        let path = directory.path().join("der");
        fs::write(&path, certificate.as_bytes()).unwrap();
        let arguments = ["x509", "-inform", "der", "-in", "der", "-out", name];
        let (done, printed) = openssl(directory.path(), &arguments);
        assert!(done, "{printed}");
    }
    directory
}

const VERIFY: [&str; 8] = [
    "verify",
    "-x509_strict",
    "-attime",
    "1800000000",
    "-CAfile",
    "root.pem",
    "-untrusted",
    "issuing.pem",
];

#[test]
fn openssl_verifies_the_chain_and_refuses_the_leaf_as_a_tls_client() {
    let authority = authority();
    for subject in [Subject::Organisation(organisation()), Subject::Person(person())] {
        let directory = written(&authority, &issue(&authority, &request(subject)).certificate);
        let verify =
            |extra: &[&str]| openssl(directory.path(), &[&VERIFY, extra, &["leaf.pem"]].concat());
        let (verified, printed) = verify(&[]);
        assert!(verified, "{printed}");
        for purpose in ["sslclient", "sslserver"] {
            let (verified, printed) = verify(&["-purpose", purpose]);
            assert!(!verified && printed.contains("unsuitable certificate purpose"), "{printed}");
        }
    }
}

#[test]
fn openssl_verifies_the_root_crl_over_the_issuing_ca() {
    let authority = authority();
    let leaf = issue(&authority, &request(Subject::Organisation(organisation()))).certificate;
    let directory = written(&authority, &leaf);
    fs::write(directory.path().join("root.crl"), authority.root_crl(now()).unwrap()).unwrap();
    let convert = ["crl", "-inform", "der", "-in", "root.crl", "-out", "crl.pem"];
    assert!(openssl(directory.path(), &convert).0);
    let check = ["-crl_check", "-CRLfile", "crl.pem", "issuing.pem"];
    let (verified, printed) = openssl(directory.path(), &[&VERIFY[..6], &check].concat());
    assert!(verified, "{printed}");
}

#[test]
fn a_seal_certificate_says_what_its_profile_states() {
    let authority = authority();
    let issued = issue(&authority, &request(Subject::Organisation(organisation())));
    let directory = written(&authority, &issued.certificate);
    let arguments =
        ["x509", "-in", "leaf.pem", "-noout", "-text", "-nameopt", "utf8,sep_comma_plus"];
    let (_, text) = openssl(directory.path(), &arguments);
    let squeezed = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "Subject: C=DK,O=Havnsted Kommune,organizationIdentifier=NTRDK-12345674,CN=Afgørelser,serialNumber=UI:DK-O:G:bce1ecb4-c38d-4737-a37a-ea110b86a99b",
        "Not Before: Jan 15 07:55:00 2027 GMT Not After : Jan 15 08:15:00 2027 GMT",
        "X509v3 Key Usage: critical Non Repudiation X509v3",
        "X509v3 Basic Constraints: critical CA:FALSE",
        "Policy: 1.3.6.1.4.1.32473.1.1 ",
        "CA Issuers - URI:http://segl.example.com/pki/issuing-ca.cer",
        "0.4.0.194121.2.1: ",
    ] {
        assert!(squeezed.contains(part), "{part}\n{text}");
    }
    for absent in ["OCSP", "CRL Distribution", "Extended Key Usage", "0.4.0.1862"] {
        assert!(!squeezed.contains(absent), "{absent}\n{text}");
    }
    assert!(authority.issued(&issued.serial_number));
    assert!(!authority.issued(&[1; SERIAL_NUMBER_LENGTH]));
}

#[test]
fn the_chain_is_never_longer_than_announced() {
    let authority = authority();
    let long = "ø".repeat(100);
    let longest = OrganisationSubject {
        organization_name: long.clone(),
        organization_identifier: long.clone(),
        common_name: long,
        serial_number: "9".repeat(200),
    };
    let email = format!("{}@example.com", "a".repeat(200));
    let named = PersonSubject { email: Some(email), ..person() };
    let subjects = [
        Subject::Organisation(organisation()),
        Subject::Organisation(longest),
        Subject::Person(person()),
        Subject::Person(named),
    ];
    for subject in subjects {
        let mut request = request(subject);
        request.algorithm = SignatureAlgorithm::EcdsaP384Sha384;
        let draft = authority.draft(&request).unwrap();
        let key = crate::device::DeviceKey::generate(request.algorithm).unwrap();
        let leaf = authority.issue(&draft, &key).unwrap().certificate;
        let length = leaf.as_bytes().len() + authority.issuing_ca().as_bytes().len();
        let announced = authority.maximum_chain_length(&request);
        assert!(length <= announced && announced < length + 300, "{length} of {announced}");
    }
}

#[test]
fn a_request_that_no_certificate_can_fulfil_is_refused() {
    let authority = authority();
    let refused = |change: &dyn Fn(&mut EnrolmentRequest)| {
        let mut request = request(Subject::Person(person()));
        change(&mut request);
        authority.draft(&request).err().map(|error| error.to_string()).unwrap()
    };
    let year = Duration::from_secs(365 * 24 * 3600);
    assert!(refused(&|r| r.lifetime = 11 * year).contains("validity"));
    assert!(refused(&|r| r.back_dating = year).contains("validity"));
    assert!(refused(&|r| r.lifetime = Duration::MAX).contains("validity"));
    for email in ["", "karen", "@example.com", "karen@", "kåren@example.com", "a@b@c", "a b@c"] {
        let why = refused(&|r| {
            r.subject = Subject::Person(PersonSubject { email: Some(email.into()), ..person() });
        });
        assert!(why.contains("rfc822Name"), "{email}: {why}");
    }
}

#[test]
fn the_root_crl_is_renewed_after_an_hour_and_when_the_clock_goes_back() {
    let authority = authority();
    let hour = Duration::from_secs(3600);
    let at = |moment| authority.root_crl(moment).unwrap();
    let first = at(now());
    assert_eq!(first, at(now() + hour - Duration::from_secs(1)));
    let second = at(now() + hour);
    assert_ne!(first, second);
    assert_ne!(second, at(now()));
}

#[test]
fn every_start_has_its_own_keys_and_names() {
    let (one, two) = (authority(), authority());
    assert_ne!(one.run_id(), two.run_id());
    assert_ne!(one.trust_anchor(), two.trust_anchor());
    assert!(!format!("{one:?}").contains("BEGIN"));
}
