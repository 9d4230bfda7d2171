//! A sealed PDF is accepted by other people's verifiers, and so are the seals that were there
//! before.

use std::{fs, process::Command};

use crate::{
    fixtures::{self, Fixture},
    oracle::{self, Folder},
    server::Server,
};

/// The demo's organisation.
const ORGANISATION: &str = "Havnsted Kommune";

/// Files that pyHanko 0.38 cannot judge from so many signatures on, and what it says then. The other
/// verifiers judge them.
const BEYOND_PYHANKO: [(&str, usize, &str); 2] = [
    ("bytes-before-header.pdf", 1, "Illegal PDF header"),
    ("direct-page.pdf", 2, "Array contains direct objects"),
];

/// Fails unless pdfsig, pyHanko, qpdf and MuPDF accept `sealed` with its `signatures`, the last of
/// them over the whole file.
async fn assert_accepted(
    server: &Server,
    name: &str,
    input: &[u8],
    sealed: &[u8],
    signatures: usize,
) {
    assert!(sealed.starts_with(input), "the input is no prefix of the output");

    let verdicts = oracle::pdfsig(sealed);
    assert_eq!(verdicts.len(), signatures, "{verdicts:?}");
    assert!(verdicts.iter().all(|signature| signature.valid), "{verdicts:?}");
    assert!(verdicts.last().is_some_and(|last| last.covers_document), "{verdicts:?}");
    assert!(verdicts.iter().all(|signature| signature.common_name == ORGANISATION));

    assert_accepted_by_pyhanko(server, name, sealed, signatures).await;
    assert_eq!(oracle::qpdf_check(sealed), oracle::qpdf_check(input), "qpdf --check");
    assert_eq!(oracle::mutool_pages(sealed), oracle::mutool_pages(input), "mutool");

    let ours = server.validate(sealed).await;
    let ours = ours["signatures"].as_array().expect("signatures");
    assert_eq!(ours.len(), signatures);
    for signature in ours {
        assert_eq!(signature["indication"], "TOTAL-PASSED", "{signature}");
        assert_eq!(signature["kind"], "seal", "{signature}");
        assert_eq!(signature["level"], "PAdES-B-T", "{signature}");
    }
}

async fn assert_accepted_by_pyhanko(server: &Server, name: &str, sealed: &[u8], signatures: usize) {
    let (trust, crl) = (server.pki("trust-anchor.pem").await, server.pki("root.crl").await);
    let beyond = BEYOND_PYHANKO.iter().find(|(file, from, _)| *file == name && signatures >= *from);
    for crls in [&[][..], &[crl.as_slice()]] {
        let verdicts = oracle::pyhanko(sealed, &trust, crls);
        if let Some((_, _, complaint)) = beyond {
            let said = verdicts.expect_err("pyHanko reads what it could not");
            assert!(said.contains(complaint), "{name}: {said}");
            continue;
        }
        let verdicts = verdicts.unwrap_or_else(|said| panic!("{name}: {said}"));
        assert_eq!(verdicts.len(), signatures, "{name}: {verdicts:?}");
        assert!(verdicts.iter().all(|signature| signature.is_good()), "{name}: {verdicts:?}");
        assert!(verdicts.last().is_some_and(|last| last.coverage == "ENTIRE_FILE"));
    }
}

#[tokio::test]
async fn every_fixture_is_sealed_three_times_and_every_verifier_accepts_each_seal() {
    let server = Server::demo().await;
    for Fixture { name, bytes } in fixtures::signable() {
        println!("{name}");
        let mut document = bytes;
        for signatures in 1..=3 {
            let answer = server.seal("profile=decisions", &document).await.ok();
            assert_eq!(answer.header("content-type"), "application/pdf");
            assert_accepted(&server, name, &document, &answer.body, signatures).await;
            document = answer.body;
        }
    }
}

#[tokio::test]
async fn persons_signature_names_the_person_and_is_accepted() {
    let server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    let token = server.token("karen", &[&document]).await;
    let signed = server.act("signatures", "profile=staff", &token, &document).await.ok().body;
    let trust = server.pki("trust-anchor.pem").await;
    let verdicts = oracle::pyhanko(&signed, &trust, &[]).expect("pyHanko reads it");
    assert!(verdicts.len() == 1 && verdicts[0].is_good(), "{verdicts:?}");
    let claims = crate::no_name::claims(&token);
    let name = claims["name"].as_str().expect("a name");
    assert!(verdicts[0].subject.contains(name), "{verdicts:?}");
    assert_eq!(server.validate(&signed).await["signatures"][0]["kind"], "signature");
}

#[tokio::test]
async fn empty_signature_field_is_used_by_name() {
    let server = Server::demo().await;
    let document = fixtures::named("empty-signature-field.pdf");
    let sealed = server.seal_with(&document, r#"{"profile":"decisions","field":"Approval"}"#).await;
    let sealed = sealed.ok().body;
    assert_accepted(&server, "empty-signature-field.pdf", &document, &sealed, 1).await;
    let tail = String::from_utf8_lossy(&sealed[document.len()..]).into_owned();
    assert!(!tail.contains("Signature1"), "a second field was made");
}

#[tokio::test]
async fn level_b_b_carries_no_time_stamp_and_is_accepted() {
    let server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    let sealed = server.seal("profile=decisions&level=B-B", &document).await.ok().body;
    let trust = server.pki("trust-anchor.pem").await;
    let verdicts = oracle::pyhanko(&sealed, &trust, &[]).expect("pyHanko reads it");
    assert!(verdicts[0].bottom_line && !verdicts[0].time_stamped, "{verdicts:?}");
    assert_eq!(server.validate(&sealed).await["signatures"][0]["level"], "PAdES-B-B");
}

#[tokio::test]
async fn printed_command_works_as_it_stands() {
    let server = Server::embedded().await;
    let log = server.log();
    let start = log.find("curl ").unwrap_or_else(|| panic!("no curl command in:\n{log}"));
    // The command may go on after a backslash at a line's end.
    let mut command = String::new();
    for line in log[start..].lines() {
        command.push_str(line.trim_end_matches('\\'));
        if !line.ends_with('\\') {
            break;
        }
    }
    let folder = Folder::new();
    let copy = folder.path("fixtures");
    fs::create_dir(&copy).expect("a folder");
    for fixture in fixtures::signable() {
        fs::write(copy.join(fixture.name), fixture.bytes).expect("a file");
    }
    let here = copy.parent().expect("the temporary folder");
    let output = Command::new("sh").args(["-ec", &command]).current_dir(here).output();
    let output = output.expect("a shell");
    assert!(output.status.success(), "{command}\n{}", String::from_utf8_lossy(&output.stderr));
    let sealed = fs::read_dir(here)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .find(|path| path.extension().is_some_and(|extension| extension == "pdf"))
        .unwrap_or_else(|| panic!("`{command}` leaves no PDF"));
    let verdicts = oracle::pdfsig(&fs::read(sealed).expect("the sealed file"));
    assert!(verdicts.len() == 1 && verdicts[0].valid && verdicts[0].covers_document);
}

#[tokio::test]
async fn digest_is_sealed_without_its_document() {
    let server = Server::demo().await;
    let document = b"The document never leaves its owner.";
    let seal = server.seal_digest(document, "decisions").await.ok();
    assert_eq!(seal.header("content-type"), "application/pkcs7-signature");
    let folder = Folder::new();
    folder.write("content", document);
    folder.write("seal.p7s", &seal.body);
    folder.write("trust.pem", &server.pki("trust-anchor.pem").await);
    oracle::openssl(
        &folder,
        "cms -verify -cades -binary -inform DER -in @seal.p7s -content @content -CAfile @trust.pem \
         -out @out",
    )
    .expect("openssl accepts it");
}
