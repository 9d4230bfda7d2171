//! The certificates: pkilint finds no error but the allowed ones, and openssl refuses them for any
//! other use.

use std::{collections::BTreeSet, fs, time::Duration};

use crate::{
    configuration::{CVR, configuration},
    fixtures,
    issuer::{Claims, Issuer},
    oracle::{Folder, lint, openssl, workspace},
    pdf_signature::PdfSignature,
    server::{Server, send},
    tlv::Cms,
};

/// Findings that are allowed, as certificate and code.
fn allowed() -> BTreeSet<(String, String)> {
    let file = workspace().join("tests/pkilint-allowed.txt");
    fs::read_to_string(file)
        .expect("tests/pkilint-allowed.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .flat_map(|line| {
            let mut words = line.split(' ');
            let (code, certificates) = (words.next().expect("CODE"), words.next().expect("WHO"));
            assert!(words.next().is_some(), "no reason is given: {line}");
            certificates.split(',').map(|who| (who.to_owned(), code.to_owned()))
        })
        .collect()
}

/// A server whose certificates name addresses under a public domain.
async fn server() -> (Server, Issuer) {
    let issuer = Issuer::new();
    let revocable = r#"
        [[profile]]
        id = "register"
        kind = "organisation"
        display_name = "Register"
        allow_signing = true
        assurance = "revocable"
        lifetime_s = 863_700
    "#;
    let configuration = configuration() + revocable;
    (Server::configured(&configuration, &issuer.key_set()).await, issuer)
}

/// The certificate of the OCSP responder that answers for the issuing CA (DER).
async fn responder(folder: &Folder, server: &Server) -> Vec<u8> {
    folder.write("ca", &server.pki("issuing-ca.cer").await);
    openssl(folder, "x509 -inform DER -in @ca -out @ca.pem").expect("a certificate");
    openssl(folder, "ocsp -issuer @ca.pem -serial 1 -reqout @request").expect("a request");
    let request = fs::read(folder.path("request")).expect("a request");
    let post = server.post("/pki/ocsp").header("content-type", "application/ocsp-request");
    folder.write("answer", &send(post.body(request)).await.ok().body);
    let said = openssl(folder, "ocsp -respin @answer -noverify -resp_text").expect("an answer");
    let pem = said.split_once("-----BEGIN").expect("a certificate").1;
    folder.write("responder.pem", format!("-----BEGIN{pem}").as_bytes());
    openssl(folder, "x509 -in @responder.pem -outform DER -out @responder").expect("a certificate");
    fs::read(folder.path("responder")).expect("a certificate")
}

/// The signer's certificate of a PDF's last signature (DER).
async fn leaf(server: &Server, sealed: &[u8]) -> Vec<u8> {
    let cms = PdfSignature::last(sealed).cms;
    let (issuing, tsa) = (server.pki("issuing-ca.cer").await, server.pki("tsa.cer").await);
    let certificates = Cms::parts(&cms).certificates;
    let mut leaves = certificates.into_iter().map(|range| cms[range].to_vec());
    leaves.find(|certificate| *certificate != issuing && *certificate != tsa).expect("a leaf")
}

/// A certificate of each kind: its name in the list of allowed findings, its type for pkilint, DER.
async fn every_certificate(
    server: &Server,
    issuer: &Issuer,
) -> Vec<(&'static str, &'static str, Vec<u8>)> {
    const LEGAL: &str = "NCP-LEGAL-PERSON-CERTIFICATE";
    const NATURAL: &str = "NCP-NATURAL-PERSON-CERTIFICATE";
    let document = fixtures::named("one-page.pdf");
    let mut certificates = Vec::new();
    for profile in ["decisions", "payroll"] {
        let sealed = server.seal(&format!("profile={profile}"), &document).await.ok().body;
        certificates.push(("seal", LEGAL, leaf(server, &sealed).await));
    }
    let sealed = server.seal("profile=register", &document).await.ok().body;
    certificates.push(("revocable-seal", LEGAL, leaf(server, &sealed).await));
    let token = issuer.token(&Claims { cvr: CVR, age: Duration::ZERO, documents: &[&document] });
    let signed = server.act("signatures", "profile=staff", &token, &document).await.ok().body;
    certificates.push(("person", NATURAL, leaf(server, &signed).await));
    certificates.push(("issuing-ca", LEGAL, server.pki("issuing-ca.cer").await));
    certificates.push(("tsa", LEGAL, server.pki("tsa.cer").await));

    let folder = Folder::new();
    certificates.push(("ocsp-responder", LEGAL, responder(&folder, server).await));
    folder.write("root.pem", &server.pki("trust-anchor.pem").await);
    openssl(&folder, "x509 -in @root.pem -outform DER -out @root").expect("a certificate");
    certificates.push(("root", LEGAL, fs::read(folder.path("root")).expect("the root")));
    certificates
}

#[tokio::test]
async fn pkilint_finds_no_error_but_the_allowed_ones() {
    let (server, issuer) = server().await;
    let allowed = allowed();
    let mut met = BTreeSet::new();
    let mut errors = Vec::new();
    for (name, kind, certificate) in every_certificate(&server, &issuer).await {
        for finding in lint(&certificate, kind) {
            println!("{name:<14} {:<8} {}", finding.severity, finding.code);
            if !matches!(finding.severity.as_str(), "ERROR" | "FATAL") {
                continue;
            }
            let finding = (name.to_owned(), finding.code);
            if allowed.contains(&finding) {
                met.insert(finding);
            } else {
                errors.push(finding);
            }
        }
    }
    assert!(errors.is_empty(), "pkilint: {errors:#?}");
    let stale: Vec<_> = allowed.difference(&met).collect();
    assert!(stale.is_empty(), "allowed, but never found: {stale:#?}");
}

/// The linter can fail: it tells a natural person's certificate from a legal person's.
#[tokio::test]
async fn pkilint_finds_the_person_in_a_certificate_that_should_be_a_seals() {
    let (server, issuer) = server().await;
    let certificates = every_certificate(&server, &issuer).await;
    let (_, _, person) = certificates.iter().find(|(name, ..)| *name == "person").expect("one");
    let findings = lint(person, "NCP-LEGAL-PERSON-CERTIFICATE");
    assert!(findings.iter().any(|finding| finding.severity == "ERROR"), "{findings:?}");
}

#[tokio::test]
async fn openssl_accepts_the_path_and_refuses_the_leaf_for_tls() {
    let (server, issuer) = server().await;
    let folder = Folder::new();
    folder.write("root.pem", &server.pki("trust-anchor.pem").await);
    folder.write("root.crl", &server.pki("root.crl").await);
    openssl(&folder, "crl -inform DER -in @root.crl -CAfile @root.pem -noout").expect("a CRL");
    for (name, _, certificate) in every_certificate(&server, &issuer).await {
        folder.write(name, &certificate);
        openssl(&folder, &format!("x509 -inform DER -in @{name} -out @{name}.pem"))
            .expect("a certificate");
    }
    let path = "verify -x509_strict -CAfile @root.pem -untrusted @issuing-ca.pem";
    for leaf in ["seal", "revocable-seal", "person"] {
        openssl(&folder, &format!("{path} @{leaf}.pem")).expect("a path");
        for purpose in ["sslclient", "sslserver", "timestampsign"] {
            openssl(&folder, &format!("{path} -purpose {purpose} @{leaf}.pem"))
                .expect_err("a leaf is good for signing documents alone");
        }
    }
    openssl(&folder, "verify -x509_strict -CAfile @root.pem -purpose timestampsign @tsa.pem")
        .expect("the TSA stands under the root");
    let said = openssl(&folder, "x509 -in @root.pem -noout -subject").expect("a subject");
    assert!(said.contains("SIMULATOR - NOT QUALIFIED"), "{said}");
}

#[tokio::test]
async fn every_seal_has_a_certificate_of_its_own() {
    let server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    let mut keys = BTreeSet::new();
    for _ in 0..5 {
        let sealed = server.seal("profile=decisions", &document).await.ok().body;
        let folder = Folder::new();
        folder.write("leaf", &leaf(&server, &sealed).await);
        let key = openssl(&folder, "x509 -inform DER -in @leaf -noout -pubkey");
        keys.insert(key.expect("a certificate"));
    }
    assert_eq!(keys.len(), 5, "a key was used twice");
}
