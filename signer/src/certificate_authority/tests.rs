//! What the authority issues and tells, as OpenSSL reads it.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Command,
    sync::Arc,
    time::{Duration, SystemTime},
};

use ::authority::AuthorityKey;
use est::CertificationRequest;
use registry::{
    BlockingReason, CertificateAuthority, CertificateContent, CertificateKind, IssuedCertificate,
    IssuingError,
};
use tempfile::TempDir;

use super::{
    error::AuthorityError,
    registry_authority::{AuthoritySettings, RegistryAuthority},
    sample::{Kept, PASSPHRASE, authority, content, issuing, now, request, settings},
};
use crate::secret::Secret;

mod making;
mod nodes;

const DAY: Duration = Duration::from_secs(24 * 3600);

fn years(count: u32) -> Duration {
    DAY * 365 * count
}

/// Whether OpenSSL is content, and what it says.
fn openssl(folder: &Path, arguments: &str) -> (bool, String) {
    let output = Command::new("openssl")
        .args(arguments.split(' '))
        .current_dir(folder)
        .output()
        .expect("openssl runs");
    let said = [&output.stdout[..], &output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

fn write(folder: &Path, name: &str, certificates: &[&[u8]]) {
    let all: Vec<_> =
        certificates.iter().map(|der| seal::CertificateDer::new(der.to_vec())).collect();
    fs::write(folder.join(name), seal::pem(&all)).unwrap();
}

fn issue(
    authority: &RegistryAuthority,
    content: &CertificateContent,
    now: SystemTime,
) -> Result<IssuedCertificate, IssuingError> {
    let (_, der) = request();
    authority.issue(content, &CertificationRequest::read(&der).unwrap().public_key, now)
}

/// Writes leaf, issuer and root.
fn write_chain(folder: &Path, authority: &RegistryAuthority, leaf: &IssuedCertificate) {
    let chain = authority.chain(leaf.issuer_generation).unwrap();
    write(folder, "leaf.pem", &[&leaf.der]);
    write(folder, "issuing.pem", &[&chain[0]]);
    write(folder, "root.pem", &[&chain[1]]);
}

#[test]
fn openssl_takes_what_is_issued_for_its_purposes_and_no_other() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let authority = authority(folder);
    let now = now();
    let rsa = rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_3072);
    let rsa = rsa.unwrap();
    let rsa = rcgen::CertificateParams::default().serialize_request(&rsa).unwrap();
    // OpenSSL 3.0 wants keyEncipherment of whoever is encrypted to, which a key on a curve cannot have.
    let asked = [
        (rsa.der().to_vec(), &["sslclient", "smimesign", "smimeencrypt"][..]),
        (request().1, &["sslclient", "smimesign"]),
    ];
    for kind in [CertificateKind::User, CertificateKind::Organisation, CertificateKind::System] {
        let person = (kind == CertificateKind::User).then_some("Åse");
        let content = CertificateContent {
            kind,
            given_name: person.map(Into::into),
            surname: person.map(|_| "Ærlig".into()),
            email: Some("søren@rødgrød.example.com".into()),
            ..content()
        };
        for (request, purposes) in &asked {
            let key = CertificationRequest::read(request).unwrap().public_key;
            let leaf = authority.issue(&content, &key, now).unwrap();
            let lifetime = leaf.not_after.duration_since(leaf.not_before).unwrap();
            assert_eq!(lifetime, 1095 * DAY - Duration::from_secs(1));
            write_chain(folder, &authority, &leaf);
            let verify = |purpose: &str| {
                let fixed = "verify -x509_strict -CAfile root.pem -untrusted issuing.pem -purpose";
                openssl(folder, &format!("{fixed} {purpose} leaf.pem"))
            };
            for purpose in *purposes {
                let (content, said) = verify(purpose);
                assert!(content, "{kind:?} {purpose}: {said}");
            }
            let (content, said) = verify("sslserver");
            assert!(!content, "{said}");
        }
    }
}

#[test]
fn a_person_has_a_name_and_an_organisation_none_and_what_is_wrong_is_said() {
    let folder = TempDir::new().unwrap();
    let authority = authority(folder.path());
    let now = now();
    for wrong in [
        CertificateContent { kind: CertificateKind::User, ..content() },
        CertificateContent { given_name: Some("Åse".into()), ..content() },
        CertificateContent { organisation_identifier: "12345674".into(), ..content() },
        CertificateContent { organisation_identifier: "NTRDK-".into(), ..content() },
        CertificateContent { email: None, ..content() },
        CertificateContent { purposes: Default::default(), ..content() },
        CertificateContent { lifetime_days: 0, ..content() },
        CertificateContent { common_name: String::new(), ..content() },
    ] {
        let refused = issue(&authority, &wrong, now);
        assert!(matches!(refused, Err(IssuingError::Content(_))), "{refused:?}");
    }
}

#[test]
fn the_authority_outlives_a_restart_and_opens_by_its_passphrase_alone() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let now = now();
    let root = authority(folder).root(now).unwrap();
    let again = authority(folder);
    assert_eq!(again.root(now).unwrap(), root);
    assert_eq!(again.chain(1).unwrap().len(), 2);
    assert_eq!(again.chain(0), None);
    assert_eq!(again.chain(2), None);
    for key in ["root.key", "issuing-1.key"] {
        let path = folder.join("registry").join(key);
        assert!(AuthorityKey::read(&fs::read(&path).unwrap()).is_none(), "{key} lies open");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let (content, said) = openssl(
            &folder.join("registry"),
            &format!("pkcs8 -inform DER -in {key} -passin pass:{}", PASSPHRASE.replace(' ', "_")),
        );
        assert!(!content, "{said}");
    }
    let with = |passphrase: &str| {
        let passphrase = Some(Secret::new(passphrase));
        RegistryAuthority::new(AuthoritySettings { passphrase, ..settings(folder) })
    };
    assert!(matches!(with("correct horse battery stable"), Err(AuthorityError::Key { .. })));
    assert!(matches!(with("short"), Err(AuthorityError::WeakPassphrase)));
    let key = folder.join("registry/issuing-1.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(with(PASSPHRASE), Err(AuthorityError::Exposed { mode: 0o644, .. })));
}

#[test]
fn without_a_passphrase_one_is_made_for_the_owner_alone() {
    let folder = TempDir::new().unwrap();
    let settings = AuthoritySettings { passphrase: None, ..settings(folder.path()) };
    let now = now();
    let root = RegistryAuthority::new(settings.clone()).unwrap().root(now).unwrap();
    let path = folder.path().join("registry/passphrase");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(RegistryAuthority::new(settings.clone()).unwrap().root(now).unwrap(), root);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let refused = RegistryAuthority::new(settings);
    assert!(matches!(refused, Err(AuthorityError::Exposed { mode: 0o640, .. })));
}

#[test]
fn another_issuing_key_takes_over_before_a_certificate_would_outlive_its_issuer() {
    let folder = TempDir::new().unwrap();
    let authority = authority(folder.path());
    let now = now();
    let generation = |at| issue(&authority, &content(), at).map(|leaf| leaf.issuer_generation);
    assert_eq!(generation(now), Ok(1));
    assert_eq!(generation(now + years(6)), Ok(1));
    assert_eq!(generation(now + years(8)), Ok(2));
    assert_eq!(generation(now + years(9)), Ok(2), "it was made once");
    let chains = [authority.chain(1).unwrap(), authority.chain(2).unwrap()];
    assert_ne!(chains[0][0], chains[1][0]);
    assert_eq!(chains[0][1], chains[1][1], "one root");
    let again = super::sample::authority(folder.path());
    assert_eq!(again.chain(2).unwrap(), chains[1]);
    assert_eq!(generation(now + years(23)), Err(IssuingError::OutlivesIssuer), "the root ends");
}

#[tokio::test]
async fn a_block_is_in_the_next_list_and_the_next_answer_with_its_reason() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let (issuing, kept) = issuing(folder);
    let leaf = |kept: &Kept| {
        let (_, der) = request();
        kept.issue(&CertificationRequest::read(&der).unwrap()).unwrap().certificate
    };
    let (one, other, good) = (leaf(&kept), leaf(&kept), leaf(&kept));
    write_chain(folder, &issuing.authority, &one);
    let list = async |name: &str| {
        let list = issuing.authority.revocation_list(1, &*issuing.statuses, now());
        fs::write(folder.join(name), list.await.unwrap().unwrap()).unwrap();
        let (content, said) = openssl(
            folder,
            &format!("crl -inform DER -in {name} -CAfile issuing.pem -noout -text"),
        );
        assert!(content && said.contains("verify OK"), "{said}");
        said
    };
    let before = list("before.crl").await;
    assert!(
        before.contains("No Revoked Certificates")
            && before.contains("CRL Number: \n                1\n"),
        "{before}"
    );
    let same = list("same.crl").await;
    assert_eq!(before, same, "it holds for an hour while nothing is blocked");
    kept.block(&one.serial_number, BlockingReason::LeftOrganisation);
    kept.block(&other.serial_number, BlockingReason::NotGiven);
    let after = list("after.crl").await;
    let hex = |serial: &[u8]| serial.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
    assert!(after.contains(&hex(&one.serial_number)) && after.contains(&hex(&other.serial_number)));
    assert!(!after.contains(&hex(&good.serial_number)), "{after}");
    assert_eq!(after.matches("Reason Code").count(), 1, "{after}");
    assert!(
        after.contains("Affiliation Changed")
            && after.contains("CRL Number: \n                2\n"),
        "{after}"
    );

    let status = async |certificate: &IssuedCertificate| {
        write(folder, "asked.pem", &[&certificate.der]);
        let (content, said) = openssl(
            folder,
            "ocsp -no_nonce -issuer issuing.pem -cert asked.pem -reqout request.ors",
        );
        assert!(content, "{said}");
        let request = fs::read(folder.join("request.ors")).unwrap();
        let answer = issuing.authority.ocsp(&request, &*issuing.statuses, now()).await;
        fs::write(folder.join("answer.ors"), answer).unwrap();
        let (content, said) = openssl(
            folder,
            "ocsp -no_nonce -issuer issuing.pem -cert asked.pem -respin answer.ors -CAfile root.pem -verify_other issuing.pem",
        );
        assert!(content && said.contains("Response verify OK"), "{said}");
        said
    };
    assert!(status(&good).await.contains("asked.pem: good"));
    let revoked = status(&one).await;
    assert!(
        revoked.contains("asked.pem: revoked") && revoked.contains("Reason: affiliationChanged"),
        "{revoked}"
    );
    let without = status(&other).await;
    assert!(without.contains("asked.pem: revoked") && !without.contains("Reason"), "{without}");
    // Of the same issuer, and not known to whoever keeps them.
    let stranger = issue(&issuing.authority, &content(), now()).unwrap();
    assert!(status(&stranger).await.contains("asked.pem: unknown"));

    // The issuing authority itself: the root answers, and the root's list is empty.
    let (content, said) =
        openssl(folder, "ocsp -no_nonce -issuer root.pem -cert issuing.pem -reqout request.ors");
    assert!(content, "{said}");
    let request = fs::read(folder.join("request.ors")).unwrap();
    let answer = issuing.authority.ocsp(&request, &*issuing.statuses, now()).await;
    fs::write(folder.join("answer.ors"), answer).unwrap();
    let (_, said) = openssl(
        folder,
        "ocsp -no_nonce -issuer root.pem -cert issuing.pem -respin answer.ors -CAfile root.pem",
    );
    assert!(said.contains("issuing.pem: good") && said.contains("Response verify OK"), "{said}");
    let root_list = issuing.authority.root_revocation_list(now()).await.unwrap().unwrap();
    fs::write(folder.join("root.crl"), root_list).unwrap();
    let (_, said) = openssl(folder, "crl -inform DER -in root.crl -CAfile root.pem -noout -text");
    assert!(said.contains("verify OK") && said.contains("No Revoked Certificates"), "{said}");
    let malformed = issuing.authority.ocsp(&[1], &*issuing.statuses, now()).await;
    assert_eq!(malformed, [0x30, 3, 0x0a, 1, 1]);
}

#[tokio::test]
async fn an_operators_own_root_and_issuing_key_issue() {
    let folder = TempDir::new().unwrap();
    let settings = settings(folder.path());
    let at = &settings.folder;
    fs::create_dir(at).unwrap();
    let extensions = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid:always\n";
    fs::write(at.join("ca.ext"), extensions).unwrap();
    fs::write(at.join("pass"), PASSPHRASE).unwrap();
    for step in [
        "req -x509 -newkey rsa:2048 -nodes -keyout root.pem.key -out root.pem -days 9000 -subj /C=DK/O=Own/CN=Root -addext keyUsage=critical,keyCertSign,cRLSign",
        "x509 -in root.pem -outform DER -out root.cer",
        "ecparam -name prime256v1 -genkey -noout -out issuing.pem.key",
        "req -new -key issuing.pem.key -out issuing.csr -subj /C=DK/O=Own/CN=Issuing",
        "x509 -req -in issuing.csr -CA root.pem -CAkey root.pem.key -days 3600 -extfile ca.ext -outform DER -out issuing-1.cer",
        "pkcs8 -topk8 -in issuing.pem.key -v2 aes-256-cbc -v2prf hmacWithSHA256 -passout file:pass -outform DER -out issuing-1.key",
    ] {
        let (content, said) = openssl(at, step);
        assert!(content, "{step}: {said}");
    }
    let authority = Arc::new(RegistryAuthority::new(settings.clone()).unwrap());
    let now = now();
    let leaf = issue(&authority, &content(), now).unwrap();
    write_chain(folder.path(), &authority, &leaf);
    let (content, said) = openssl(
        folder.path(),
        "verify -CAfile root.pem -untrusted issuing.pem -purpose sslclient leaf.pem",
    );
    assert!(content, "{said}");
    assert!(authority.root_revocation_list(now).await.unwrap().is_none(), "its key is elsewhere");
    let later = issue(&authority, &super::sample::content(), now + years(8));
    assert_eq!(later, Err(IssuingError::OutlivesIssuer), "nobody can make the next one");

    let (_, said) = openssl(at, "ecparam -name prime256v1 -genkey -noout -out other.key");
    let other = openssl(
        at,
        "pkcs8 -topk8 -in other.key -v2 aes-256-cbc -v2prf hmacWithSHA256 -passout file:pass -outform DER -out issuing-1.key",
    );
    assert!(other.0, "{said}");
    let refused = RegistryAuthority::new(settings);
    assert!(matches!(refused, Err(AuthorityError::Certificate { .. })), "{refused:?}");
}
