//! CA rollover, the seed, and an operator's own root.

use std::fs;

use seal::{Assurance, Subject};

use super::*;

#[test]
fn chains_through_the_old_and_the_new_ca_are_valid() {
    let authority = authority();
    let request = EnrolmentRequest {
        assurance: Assurance::Revocable,
        ..request(Subject::Organisation(organisation()))
    };
    let old = issue(&authority, &request);
    let drafted = authority.draft(&request).unwrap();
    let new_ca = authority.roll_over(now()).unwrap();
    let new = issue(&authority, &request);
    // What was drafted before the rollover comes from the CA that it was drafted for.
    let key = AuthorityKey::generate().unwrap();
    let across = authority.issue(&drafted, &key).unwrap();
    assert_eq!(new_ca, authority.issuing_ca());
    assert_eq!((&old.issuer, &across.issuer), (&authority.issuing_cas()[0], &old.issuer));
    assert_eq!(new.issuer, new_ca);
    for issued in [&old, &new, &across] {
        let directory = written(&authority, &issued.certificate);
        fs::write(directory.path().join("der"), issued.issuer.as_bytes()).unwrap();
        let convert = ["x509", "-inform", "der", "-in", "der", "-out", "issuing.pem"];
        assert!(openssl(directory.path(), &convert).0);
        let (verified, printed) = openssl(directory.path(), &[&VERIFY[..], &["leaf.pem"]].concat());
        assert!(verified, "{printed}");
        authority.ocsp_response_for(&issued.certificate, now()).unwrap().unwrap();
        authority.revocation_list_for(&issued.certificate, now()).unwrap().unwrap();
        assert!(authority.issued(&issued.serial_number));
        let revoked = RevocationReason::Superseded;
        authority.revoke(&issued.serial_number, revoked, None, now()).unwrap().unwrap();
    }
    let (_, text) = openssl(
        written(&authority, &new.certificate).path(),
        &["x509", "-in", "leaf.pem", "-noout", "-text"],
    );
    assert!(text.contains("/pki/issuing-ca-2.cer") && text.contains("/pki/issuing-ca-2.crl"));
    assert!(authority.issuing_ca_crl(2, now()).unwrap().is_some());
}

/// Everything of a certificate but its signature value.
fn signed_part(certificate: &CertificateDer) -> Vec<u8> {
    use der::{Decode, Encode};
    let parsed = x509_cert::Certificate::from_der(certificate.as_bytes()).unwrap();
    parsed.tbs_certificate().to_der().unwrap()
}

#[test]
fn a_seed_gives_the_same_keys_names_and_serial_numbers_again() {
    let make = |seed| {
        let options = AuthorityOptions { seed: Some(seed), ..AuthorityOptions::new(URL) };
        let authority = Authority::with(options, now()).unwrap();
        assert!(authority.is_seeded());
        let mut parts =
            vec![signed_part(authority.trust_anchor()), signed_part(&authority.issuing_ca())];
        for algorithm in [
            SignatureAlgorithm::EcdsaP256Sha256,
            SignatureAlgorithm::EcdsaP384Sha384,
            SignatureAlgorithm::EcdsaP521Sha512,
            SignatureAlgorithm::Ed25519,
        ] {
            let request =
                EnrolmentRequest { algorithm, ..request(Subject::Organisation(organisation())) };
            let key = crate::device::DeviceKey::seeded(algorithm, authority.randomness()).unwrap();
            let draft = authority.draft(&request).unwrap();
            parts.push(signed_part(&authority.issue(&draft, &key).unwrap().certificate));
        }
        (authority.run_id().to_owned(), parts)
    };
    assert_eq!(make(7), make(7));
    assert_ne!(make(7), make(8));
    assert!(!authority().is_seeded());
}

/// A root that openssl makes, with this section of extensions.
fn openssl_root(curve: &str, extensions: &[&str]) -> (CertificateDer, Vec<u8>) {
    let directory = tempfile::tempdir().unwrap();
    let curve = format!("ec_paramgen_curve:{curve}");
    let make = ["req", "-x509", "-newkey", "ec", "-pkeyopt", &curve, "-nodes", "-keyout", "k.pem"];
    let name = ["-utf8", "-subj", "/C=DK/O=Prøve/CN=Own Root", "-days", "3650", "-outform", "der"];
    let made =
        openssl(directory.path(), &[&make[..], &name, &["-out", "c.der"], extensions].concat());
    assert!(made.0, "{}", made.1);
    let convert = ["pkcs8", "-topk8", "-nocrypt", "-in", "k.pem", "-outform", "der", "-out"];
    assert!(openssl(directory.path(), &[&convert[..], &["k.der"]].concat()).0);
    let read = |name| fs::read(directory.path().join(name)).unwrap();
    (CertificateDer::new(read("c.der")), read("k.der"))
}

const CA: [&str; 4] = [
    "-addext",
    "keyUsage=critical,keyCertSign,cRLSign",
    "-addext",
    "basicConstraints=critical,CA:TRUE",
];

fn import(root: CertificateDer, key: Vec<u8>, at: SystemTime) -> Result<Authority, Error> {
    let imported_root = Some(ImportedCa::new(root, key));
    Authority::with(AuthorityOptions { imported_root, ..AuthorityOptions::new(URL) }, at)
}

#[test]
fn an_operators_own_root_certifies_what_is_below_it() {
    let (root, key) = openssl_root("P-256", &CA[..2]);
    let authority = import(root.clone(), key, now()).unwrap();
    assert_eq!(*authority.trust_anchor(), root);
    let leaf = issue(&authority, &request(Subject::Organisation(organisation())));
    let directory = written(&authority, &leaf.certificate);
    let (verified, printed) = openssl(directory.path(), &[&VERIFY[..], &["leaf.pem"]].concat());
    assert!(verified, "{printed}");
    authority.ocsp_response_for(&authority.issuing_ca(), now()).unwrap().unwrap();
}

#[test]
fn a_root_that_cannot_be_used_is_refused_with_its_reason() {
    let (root, key) = openssl_root("P-256", &CA[..2]);
    let refused = |root: &CertificateDer, key: &[u8], at| {
        import(root.clone(), key.to_vec(), at).err().map(|error| error.to_string()).unwrap()
    };
    let (other_curve, other_key) = openssl_root("P-521", &CA[..2]);
    assert!(refused(&other_curve, &other_key, now()).contains("P-256"));
    assert!(refused(&root, &other_key, now()).contains("P-256"));
    assert!(refused(&root, b"x", now()).contains("P-256"));
    assert!(refused(&CertificateDer::new(&b"x"[..]), &key, now()).contains("cannot be read"));
    let (_, strange) = openssl_root("P-256", &CA[..2]);
    assert!(refused(&root, &strange, now()).contains("not its certificate's"));
    let later = now() + 20 * YEAR;
    assert!(refused(&root, &key, later).contains("not valid now"));
    let usage = ["-addext", "keyUsage=critical,keyCertSign"];
    let (no_lists, key) = openssl_root("P-256", &usage);
    assert!(refused(&no_lists, &key, now()).contains("cRLSign"));
    let debug = format!("{:?}", ImportedCa::new(root, key));
    assert!(debug.ends_with(".. }") && !debug.contains("key:"), "{debug}");
}

/// Whether openssl finds the way from a leaf, a time-stamping unit and a responder up to this root.
fn certifies(root: CertificateDer, key: Vec<u8>) {
    let authority = import(root, key, now()).unwrap();
    let leaf = issue(&authority, &request(Subject::Organisation(organisation()))).certificate;
    let key = AuthorityKey::generate().unwrap();
    let unit = authority.certify_time_stamping_unit(&key, 1, YEAR, now()).unwrap().0;
    for certificate in [&leaf, &unit] {
        let directory = written(&authority, certificate);
        let arguments = [&VERIFY[..], &["leaf.pem"]].concat();
        let (verified, printed) = openssl(directory.path(), &arguments);
        assert!(verified, "{printed}");
    }
    authority.ocsp_response_for(&authority.issuing_ca(), now()).unwrap().unwrap();
    authority.root_crl(now()).unwrap();
}

#[test]
fn an_own_root_may_have_any_key_that_openssl_makes_for_one_in_every_form() {
    let directory = tempfile::tempdir().unwrap();
    let run = |arguments: &str| {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        let (done, printed) = openssl(directory.path(), &arguments);
        assert!(done, "{arguments:?}: {printed}");
    };
    let read = |name: &str| fs::read(directory.path().join(name)).unwrap();
    for (make, traditional) in [
        (
            "ecparam -name prime256v1 -genkey -noout -out k.pem",
            "ec -in k.pem -outform DER -out t.der",
        ),
        (
            "ecparam -name secp384r1 -genkey -noout -out k.pem",
            "ec -in k.pem -outform DER -out t.der",
        ),
        ("genrsa -out k.pem 2048", "rsa -in k.pem -traditional -outform DER -out t.der"),
    ] {
        run(make);
        run(traditional);
        run("pkcs8 -topk8 -nocrypt -in k.pem -outform DER -out k.der");
        run(
            "req -x509 -new -key k.pem -days 3650 -subj /C=DK/O=Own/CN=Root -outform DER -out c.der \
             -addext keyUsage=critical,keyCertSign,cRLSign",
        );
        for form in ["k.der", "t.der"] {
            certifies(CertificateDer::new(read("c.der")), read(form));
        }
    }
}

#[test]
fn an_own_roots_name_stands_octet_for_octet_whatever_is_in_it() {
    let directory = tempfile::tempdir().unwrap();
    for (name, options) in [
        ("/C=DK/O=Own/OU=One/OU=Two/OU=Three/CN=Root", &[][..]),
        ("/DC=example/DC=own/CN=Root", &[]),
        ("/C=DK/O=Own+OU=One/CN=Root+serialNumber=7", &["-multivalue-rdn"]),
        ("/C=DK/O=Pr\u{f8}ve/emailAddress=root@example.com/title=T/CN=Root", &["-utf8"]),
    ] {
        let make = [
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            "k.pem",
            "-days",
            "3650",
            "-outform",
            "DER",
            "-out",
            "c.der",
            "-addext",
            "keyUsage=critical,keyCertSign,cRLSign",
            "-subj",
            name,
        ];
        let (done, printed) = openssl(directory.path(), &[&make[..], options].concat());
        assert!(done, "{printed}");
        let convert = ["pkcs8", "-topk8", "-nocrypt", "-in", "k.pem", "-outform", "DER", "-out"];
        assert!(openssl(directory.path(), &[&convert[..], &["k.der"]].concat()).0);
        let read = |name| fs::read(directory.path().join(name)).unwrap();
        certifies(CertificateDer::new(read("c.der")), read("k.der"));
    }
}
