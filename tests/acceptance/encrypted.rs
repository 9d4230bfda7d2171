//! Encrypted PDFs, as qpdf makes them: sealed and validated with their password, over HTTP and on
//! the command line; pyHanko judges along.

use std::process::Command;

use crate::{
    fixtures,
    oracle::{self, Folder},
    server::{self, API_KEY, Server},
};

/// The fixture `one-page.pdf`, encrypted with a user's password; empty for none.
fn encrypted(folder: &Folder, method: &str, user: &str) -> Vec<u8> {
    folder.write("plain.pdf", &fixtures::named("one-page.pdf"));
    let (bits, more): (&str, &[&str]) = match method {
        "RC4" => ("128", &["--use-aes=n"]),
        "AES-128" => ("128", &["--use-aes=y"]),
        _ => ("256", &[]),
    };
    let output = Command::new("qpdf")
        .args(["--allow-weak-crypto", "--encrypt", user, "owner", bits])
        .args(more)
        .args(["--", "plain.pdf", "encrypted.pdf"])
        .current_dir(folder.path(""))
        .output()
        .expect("qpdf starts");
    assert!(output.status.success(), "{output:?}");
    std::fs::read(folder.path("encrypted.pdf")).expect("what qpdf wrote")
}

const METHODS: [&str; 3] = ["RC4", "AES-128", "AES-256"];

fn options(password: &str) -> String {
    format!(
        r#"{{"profile": "decisions", "reason": "Vedtaget på mødet", "password": "{password}"}}"#
    )
}

#[tokio::test]
async fn encrypted_document_is_sealed_and_validated_with_its_password() {
    let server = Server::demo().await;
    let folder = Folder::new();
    for method in METHODS {
        let document = encrypted(&folder, method, "hemmelig æ");
        let missing = server.seal("profile=decisions", &document).await;
        assert_eq!(missing.status, 422, "{method}");
        assert_eq!(missing.problem()["type"], "urn:segl:problem:password-required", "{method}");
        let wrong = server.seal_with(&document, &options("wrong")).await;
        assert_eq!(wrong.status, 422, "{method}");
        assert_eq!(wrong.problem()["type"], "urn:segl:problem:password-incorrect", "{method}");

        let sealed = server.seal_with(&document, &options("hemmelig æ")).await.ok().body;
        let password = r#"{"password": "hemmelig æ"}"#.as_bytes();
        let verdict = server.validate_with(&sealed, &[("options", password)]).await;
        assert_eq!(verdict["signatures"][0]["indication"], "TOTAL-PASSED", "{method}: {verdict}");
        assert_eq!(verdict["signatures"][0]["reason"], "Vedtaget på mødet", "{method}");
        for (parts, problem) in [
            (&[][..], "urn:segl:problem:password-required"),
            (
                &[("options", &br#"{"password": "wrong"}"#[..])],
                "urn:segl:problem:password-incorrect",
            ),
        ] {
            let refused = server.try_validate(&sealed, parts).await;
            assert_eq!(refused["type"], problem, "{method}: {refused}");
        }
        let mut spoilt = sealed;
        let at = spoilt.len() / 20;
        spoilt[at] ^= 1;
        let verdict = server.try_validate(&spoilt, &[("options", password)]).await;
        assert_ne!(verdict["signatures"][0]["indication"], "TOTAL-PASSED", "{method}: {verdict}");
    }
    assert!(!server.log().contains("hemmelig"), "a password stands in the log");
}

#[tokio::test]
async fn document_that_opens_without_a_password_needs_none() {
    let server = Server::demo().await;
    let folder = Folder::new();
    let trust = server.pki("trust-anchor.pem").await;
    for method in METHODS {
        let document = encrypted(&folder, method, "");
        let sealed = server.seal("profile=decisions", &document).await.ok().body;
        let verdict = server.validate(&sealed).await;
        assert_eq!(verdict["signatures"][0]["indication"], "TOTAL-PASSED", "{method}: {verdict}");
        assert_eq!(verdict["signatures"][0]["field"], "Signature1", "{method}: {verdict}");
        let theirs = oracle::pyhanko(&sealed, &trust, &[]).expect("pyHanko reads it");
        assert!(theirs.len() == 1 && theirs[0].is_good(), "{method}: {theirs:?}");
    }
}

#[tokio::test]
async fn options_of_a_validation_are_read_strictly() {
    let server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    for options in ["", "{", r#"{"passwort": "x"}"#, r#"{"password": 7}"#] {
        let form = reqwest::multipart::Form::new()
            .text("options", options)
            .part("document", reqwest::multipart::Part::bytes(document.clone()));
        let answer = server::send(server.post("/v1/validations").multipart(form)).await;
        assert_eq!(answer.status, 400, "{options}: {}", answer.text());
    }
}

#[tokio::test]
async fn command_line_takes_the_password_from_a_file_or_the_environment() {
    let folder = Folder::new();
    encrypted(&folder, "AES-256", "hemmelig");
    folder.write("password", b"hemmelig\n");
    let run = |arguments: &str, variable: Option<&str>| {
        let mut command = Command::new(server::binary());
        command.args(arguments.split_whitespace()).current_dir(folder.path(""));
        command
            .env_remove("SIGNER_PASSWORD")
            .envs(variable.map(|value| ("SIGNER_PASSWORD", value)));
        let output = command.output().expect("`signer` starts");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), told)
    };
    let seal = "seal encrypted.pdf --profile decisions --trust-out trust.pem -o out.pdf";
    let (code, told) = run(seal, None);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("password"), "{told}");
    let from_file = format!("{seal} --password-file password");
    assert_eq!(run(&from_file, None).0, Some(0));

    let validate = "validate out.pdf --trust trust.pem";
    for (arguments, variable, expected) in [
        (validate.to_owned(), None, 1),
        (validate.to_owned(), Some("wrong"), 1),
        (validate.to_owned(), Some("hemmelig"), 0),
        (format!("{validate} --password hemmelig"), Some("wrong"), 0),
        (format!("{validate} --password-file password"), Some("wrong"), 0),
        (format!("{validate} --password-file missing"), None, 2),
    ] {
        let (code, told) = run(&arguments, variable);
        assert_eq!(code, Some(expected), "{arguments} {variable:?}: {told}");
        assert!(!told.contains("hemmelig"), "{told}");
    }

    let server = Server::demo().await;
    let place = format!("--server {} --password-file password", server.address);
    let seal = "seal encrypted.pdf --profile decisions -o there.pdf --api-key";
    assert_eq!(run(&format!("{seal} {API_KEY} {place}"), None).0, Some(0));
    assert_eq!(run(&format!("validate there.pdf {place}"), None).0, Some(0));
    let augment = format!("augment there.pdf --level B-LTA -o raised.pdf --api-key {API_KEY}");
    let without = format!("{augment} --server {}", server.address);
    assert_eq!(run(&without, None).0, Some(1));
    assert_eq!(run(&without, Some("hemmelig")).0, Some(0));
    assert_eq!(run(&format!("{augment} {place}"), None).0, Some(0));
    assert_eq!(run(&format!("validate raised.pdf {place}"), None).0, Some(0));
}
