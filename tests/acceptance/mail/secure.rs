//! Certificates that live for years are good for secure e-mail (S/MIME, RFC 8551) in every program, and the
//! seal's is in none.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    capture::Capture,
    engines::{Desk, ENGINES, Holder},
    house, press, set_clock,
};
use crate::{
    certificate_house::House,
    oracle::{Folder, openssl},
    server::{Server, send},
};

const PASSWORD: &str = "correct horse battery";
const LETTER: &[u8] =
    "Content-Type: text/plain; charset=utf-8\r\n\r\nKære Åse, her er aftalen.\r\n".as_bytes();

/// Two with a key: a system whose address has letters beyond ASCII, and the organisation itself.
const ARCHIVE: Holder<'_> = Holder { file: "archive", nickname: "archive-key" };
const POST: Holder<'_> = Holder { file: "post", nickname: "post-key" };

pub(super) async fn terms(house: &House, profile: &str, name: &str, email: &str) {
    let terms = json!({ "name": name, "purposes": ["email"], "email": email });
    put_terms(house, profile, terms).await;
}

/// Sets what certificates by this profile are like.
pub(super) async fn put_terms(house: &House, profile: &str, terms: Value) {
    let at = format!("/v1/certificate-profiles/{profile}/terms");
    let found = house.get(&at).await;
    let mut request = house.server.request(Method::PUT, &at).bearer_auth(&house.users);
    if found.status == 200 {
        request = request.header("If-Match", found.header("etag"));
    }
    let answer = send(request.json(&terms)).await;
    assert!(matches!(answer.status, 200 | 201), "{}", answer.text());
}

/// Orders by this profile, has the address confirmed, and collects: `NAME.key`, `NAME.pem`, `NAME.p12`.
pub(super) async fn collected(
    house: &House,
    capture: &Capture,
    folder: &Folder,
    holder: Holder<'_>,
) {
    let file = holder.file;
    let before = capture.letters().len();
    let wanted = json!({ "profile": file, "identification": "one-time-code" });
    let order = house.order(wanted).await;
    assert_eq!(order.status, 201, "{}", order.text());
    let order: Value = order.json();
    let letter = capture.after(before + 1).await.remove(before);
    press(&house.server, &letter.path()).await.ok();
    capture.after(before + 2).await;
    openssl(folder, &format!("genrsa -out @{file}.key 3072")).expect("a key");
    let request = format!("req -new -key @{file}.key -subj /CN=any -outform DER -out @{file}.csr");
    openssl(folder, &request).expect("a request");
    let text = |name: &str| order[name].as_str().expect(name).to_owned();
    let path = format!("/v1/issuances/{}", text("reference"));
    let request = house.server.request(Method::POST, &path);
    let request = request.basic_auth(text("reference"), Some(text("code")));
    let request = request.header("Content-Type", "application/pkcs10");
    let csr = std::fs::read(folder.path(&format!("{file}.csr"))).expect("a file");
    let issued = send(request.header("Accept", "application/pkix-cert").body(csr)).await;
    assert_eq!(issued.status, 201, "{}", issued.text());
    folder.write(&format!("{file}.cer"), &issued.body);
    openssl(folder, &format!("x509 -inform DER -in @{file}.cer -out @{file}.pem")).expect("it");
    // gpgsm 2.2 reads no newer encryption; our own files are opened by other tests.
    let nickname = holder.nickname;
    let pack = format!(
        "pkcs12 -export -legacy -in @{file}.pem -inkey @{file}.key -certfile @issuing.pem \
         -name {nickname} -passout file:{} -out @{file}.p12",
        folder.path("password").display()
    );
    openssl(folder, &pack).expect("a file");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_program_reads_what_every_other_signed_or_encrypted_and_nothing_spoilt() {
    let (house, capture) = house().await;
    set_clock(&house.server, 0.0).await;
    terms(&house, "archive", "Ærø Arkiv", "kåre@example.com").await;
    let profile = json!({
        "id": "post", "kind": "organisation", "display_name": "Post", "allow_signing": true,
        "contact_person": { "name": "Mads", "email": "mads@example.com" },
    });
    house.post(&house.users, "/v1/certificate-profiles", profile).await.ok();
    terms(&house, "post", "Postkontoret", "post@sønderby.example").await;
    let folder = Folder::new();
    folder.write("password", PASSWORD.as_bytes());
    for (name, file) in [("root.cer", "root"), ("issuing-ca.cer", "issuing")] {
        let got = house.server.get(&format!("/pki/registry/{name}")).await.ok();
        folder.write(file, &got.body);
        openssl(&folder, &format!("x509 -inform DER -in @{file} -out @{file}.pem")).expect("it");
    }
    for holder in [ARCHIVE, POST] {
        collected(&house, &capture, &folder, holder).await;
    }
    let shown = openssl(&folder, "x509 -in @archive.pem -noout -subject -nameopt utf8");
    assert!(shown.expect("a subject").contains("Ærø Arkiv"));
    let desk = Desk::new(folder);
    desk.is_of("post", "post@xn--snderby-q1a.example").expect("its own address");
    desk.is_of("post", "post@example.com").expect_err("another one");
    for holder in [ARCHIVE, POST] {
        desk.takes(holder, PASSWORD);
    }
    desk.write("letter", LETTER);
    for from in ENGINES {
        for (by, to) in [(ARCHIVE, POST), (POST, ARCHIVE)] {
            desk.sign(from, by, "letter", "signed").unwrap_or_else(|why| panic!("{from:?}: {why}"));
            let signed = desk.read("signed");
            let encrypted = desk.encrypt(from, to, "signed", "sealed");
            encrypted.unwrap_or_else(|why| panic!("{from:?}: {why}"));
            let mut spoilt = signed.clone();
            let at = spoilt.windows(5).position(|window| window == b"aftal").expect("the text");
            spoilt[at] ^= 1;
            desk.write("spoilt", &spoilt);
            for reader in ENGINES {
                let case = format!("{from:?} to {reader:?} by {by:?}");
                let read = desk.verify(reader, "signed", "read");
                read.unwrap_or_else(|why| panic!("{case}: {why}"));
                assert_eq!(desk.read("read"), LETTER, "{case}");
                let read = desk.verify(reader, "spoilt", "read");
                assert!(read.is_err(), "{case}: spoilt");
                let opened = desk.decrypt(reader, to, "sealed", "opened");
                opened.unwrap_or_else(|why| panic!("{case}: {why}"));
                assert_eq!(desk.read("opened"), signed, "{case}");
            }
        }
    }
}

#[tokio::test]
async fn the_seals_certificate_is_good_for_no_mail_in_any_program() {
    let server = Server::demo().await;
    let sealed = server.seal("profile=decisions&format=cades&packaging=attached", LETTER).await;
    let folder = Folder::new();
    folder.write("sealed", &sealed.ok().body);
    folder.write("root.pem", &server.pki("trust-anchor.pem").await);
    let chain = "pkcs7 -inform DER -in @sealed -print_certs -out @chain";
    openssl(&folder, chain).expect("its certificates");
    let chain = std::fs::read_to_string(folder.path("chain")).expect("a file");
    // Each after its subject; the authority's has no serialNumber.
    for certificate in
        chain.split_inclusive("-----END CERTIFICATE-----").filter(|one| one.contains("BEGIN"))
    {
        let name = if certificate.contains("serialNumber") { "seal.pem" } else { "issuing.pem" };
        folder.write(name, certificate.as_bytes());
    }
    let any =
        "cms -verify -binary -inform DER -purpose any -CAfile @root.pem -in @sealed -out @any";
    openssl(&folder, any).expect("a seal");
    let desk = Desk::new(folder);
    desk.knows("seal");
    desk.write("letter", LETTER);
    let seal = Holder { file: "seal", nickname: "seal" };
    for (engine, cause) in [
        (ENGINES[0], "unsuitable certificate purpose"),
        (ENGINES[1], "cannot create CMS recipientInfo"),
        (ENGINES[2], "not usable for encryption"),
    ] {
        let refused = desk.encrypt(engine, seal, "letter", "encrypted");
        let why = refused.expect_err("nobody encrypts to a seal's key");
        assert!(why.contains(cause), "{engine:?}: {why}");
    }
    // As a sender's it names no address: whoever compares it with the letter's (RFC 8550 section 3) refuses it.
    let sender = desk.is_of("seal", "havnsted@example.com");
    let why = sender.expect_err("it is nobody's address");
    assert!(why.contains("email address mismatch"), "{why}");
}
