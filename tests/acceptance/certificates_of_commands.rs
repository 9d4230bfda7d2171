//! Certificates that live for years, collected on the command line: other people's programs open what it
//! writes.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    process::{Command, Output, Stdio},
};

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    certificate_house::House,
    oracle::{Folder, Opened, PROGRAMS, openssl, python_program, run, workspace},
    server::{self, send},
};

const PASSWORD: &str = "correct horse battery";
const WRONG: &str = "correct horse batterz";
const NAME: &str = "Ærø Ålborg Økonomi";

/// A house in which `archive` has a key on P-256 and a Danish name.
async fn house() -> House {
    let house = House::open().await;
    house.accept().await;
    let terms = json!({ "name": NAME, "purposes": ["authentication"], "key": "p256" });
    let at = "/v1/certificate-profiles/archive/terms";
    let request = house.server.request(Method::PUT, at).bearer_auth(&house.users).json(&terms);
    assert_eq!(send(request).await.status, 201);
    house
}

/// An order of this profile: its reference; its code and the password stand in the folder.
async fn ordered(house: &House, folder: &Folder, profile: &str) -> String {
    let wanted = json!({ "profile": profile, "identification": "one-time-code" });
    let order = house.order(wanted).await;
    assert_eq!(order.status, 201, "{}", order.text());
    let order: Value = order.json();
    folder.write("code", format!("{}\n", order["code"].as_str().unwrap()).as_bytes());
    folder.write("password", format!("{PASSWORD}\n").as_bytes());
    order["reference"].as_str().unwrap().to_owned()
}

fn collect(house: &House, folder: &Folder, reference: &str, more: &str) -> Output {
    let address = &house.server.address;
    let words = format!("certificate collect {reference} --server {address} {more}");
    Command::new(server::binary())
        .args(words.split_whitespace())
        .current_dir(folder.path(""))
        .stdin(Stdio::null())
        .output()
        .expect("`signer` starts")
}

fn collected(house: &House, folder: &Folder, reference: &str, more: &str) -> String {
    let output = collect(house, folder, reference, &format!("--code-file code {more}"));
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn mode(folder: &Folder, name: &str) -> u32 {
    fs::metadata(folder.path(name)).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn every_program_opens_what_is_collected_with_its_password_alone() {
    let (house, folder) = (house().await, Folder::new());
    for (profile, kind, name) in [
        ("archive", "", NAME),
        ("archive", "--compatible", NAME),
        ("payments", "", "Betalinger"),
        ("payments", "--compatible", "Betalinger"),
    ] {
        let reference = ordered(&house, &folder, profile).await;
        let file = format!("{profile}{kind}.p12");
        let more = format!("--password-file password -o {file} {kind}");
        let told = collected(&house, &folder, &reference, &more);
        assert!(told.contains(name) && !told.contains("password:"), "{told}");
        assert_eq!(mode(&folder, &file), 0o600);
        let path = folder.path(&file);
        let written = fs::read(&path).unwrap();
        let spoilt: Vec<_> = [written.len() / 3, written.len() - 30]
            .map(|at| {
                let mut spoilt = written.clone();
                spoilt[at] ^= 1;
                folder.write(&format!("spoilt-{at}"), &spoilt)
            })
            .into();
        for program in PROGRAMS {
            match program.open(&path, PASSWORD) {
                // Java's aliases have no capitals.
                Opened::As(told) => {
                    let told = told.to_lowercase();
                    assert!(told.contains(&name.to_lowercase()), "{program:?} {file}: {told}");
                }
                Opened::Not(why) => panic!("{program:?} {file}: {why}"),
                Opened::Unknown => continue,
            }
            let wrong = program.open(&path, WRONG);
            assert!(matches!(wrong, Opened::Not(_)), "{program:?} {file}: {wrong:?}");
            for path in &spoilt {
                let opened = program.open(path, PASSWORD);
                assert!(matches!(opened, Opened::Not(_)), "{program:?} {file}: {opened:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_chain_of_what_is_collected_verifies_and_the_key_is_the_certificates() {
    let (house, folder) = (house().await, Folder::new());
    let reference = ordered(&house, &folder, "archive").await;
    let made = collected(&house, &folder, &reference, "--make-password -o holder.p12");
    let made = made.lines().find_map(|line| line.strip_prefix("password: ")).expect("a password");
    assert_eq!(made.len(), 29, "{made}");
    let reference = ordered(&house, &folder, "payments").await;
    collected(&house, &folder, &reference, "--password-file password --pem -o holder.pem");
    assert_eq!(mode(&folder, "holder.pem"), 0o600);
    let pem = fs::read_to_string(folder.path("holder.pem")).unwrap();
    assert!(pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"), "{pem}");
    assert_eq!(pem.matches("-----BEGIN CERTIFICATE-----\n").count(), 3);

    let pkcs12 = format!("pkcs12 -in @holder.p12 -passin pass:{made}");
    let password = folder.path("password").display().to_string();
    for command in [
        format!("{pkcs12} -nokeys -clcerts -out @leaf-p12"),
        format!("{pkcs12} -nokeys -cacerts -out @issuers-p12"),
        format!("{pkcs12} -nodes -nocerts -out @key-p12"),
        format!("pkey -in @holder.pem -passin file:{password} -out @key-pem"),
        "x509 -in @holder.pem -out @leaf-pem".to_owned(),
    ] {
        openssl(&folder, &command).expect("it opens");
    }
    let certificates: String = pem[pem.find("-----BEGIN CERTIFICATE").unwrap()..].to_owned();
    folder.write("issuers-pem", certificates.as_bytes());
    let root = house.server.get("/pki/registry/root.cer").await.ok();
    folder.write("root.cer", &root.body);
    openssl(&folder, "x509 -inform DER -in @root.cer -out @root").expect("a root");
    for form in ["p12", "pem"] {
        let verify = format!(
            "verify -x509_strict -purpose sslclient -CAfile @root -untrusted @issuers-{form} @leaf-{form}"
        );
        openssl(&folder, &verify).expect("a chain");
        let of_key = openssl(&folder, &format!("pkey -in @key-{form} -pubout")).unwrap();
        let of_leaf = openssl(&folder, &format!("x509 -in @leaf-{form} -noout -pubkey")).unwrap();
        assert_eq!(of_key, of_leaf, "{form}");
    }
    // The service has two certificates and no key.
    let known = house.get("/v1/certificates").await.ok().text();
    assert_eq!(known.matches("\"serial_number\"").count(), 2, "{known}");
}

#[tokio::test]
async fn what_is_refused_or_cannot_be_written_spends_no_code_and_leaves_no_file() {
    let (house, folder) = (house().await, Folder::new());
    let reference = ordered(&house, &folder, "archive").await;
    folder.write("wrong", b"00000-00000-00000-00000");
    folder.write("short", b"short");
    folder.write("there.p12", b"precious");
    let own = "--code-file code --password-file password";
    for (more, code, told) in [
        ("--code-file wrong --make-password -o holder.p12".to_owned(), 1, ""),
        (format!("{own} -o there.p12"), 2, "is there already"),
        (format!("{own} -o no/such.p12"), 2, "no such folder"),
        ("--code-file code --password-file short -o holder.p12".to_owned(), 2, "12 to 128"),
        ("--make-password -o holder.p12".to_owned(), 2, "use --code-file"),
        ("--code-file code -o holder.p12".to_owned(), 2, "use --password-file or --make-password"),
    ] {
        let output = collect(&house, &folder, &reference, &more);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{more}: {said}");
        assert!(said.contains(told) && !said.contains("password: "), "{more}: {said}");
        assert!(!said.contains("may have been issued"), "{more}: {said}");
        assert!(!folder.path("holder.p12").exists(), "{more}");
    }
    assert_eq!(fs::read(folder.path("there.p12")).unwrap(), b"precious");
    collected(&house, &folder, &reference, "--password-file password -o holder.p12");
    // It is good once.
    let again = collect(&house, &folder, &reference, &format!("{own} -o again.p12"));
    assert_eq!(again.status.code(), Some(1), "{again:?}");
    assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 6, "nothing is left behind");
}

#[tokio::test]
async fn at_a_terminal_code_and_password_are_asked_for_and_not_shown() {
    let (house, folder) = (house().await, Folder::new());
    let reference = ordered(&house, &folder, "archive").await;
    let code = fs::read_to_string(folder.path("code")).unwrap();
    let code = code.trim_end();
    let file = folder.path("holder.p12").display().to_string();
    let answered = |answers: &[&str]| {
        let script = workspace().join("tests/oracle/at_terminal.py").display().to_string();
        let (answers, binary) = (json!(answers).to_string(), server::binary());
        let (binary, address) = (binary.display().to_string(), &house.server.address);
        let words = ["certificate", "collect", &reference, "--server", address, "-o", &file];
        run(python_program("python"), [&[&script[..], &answers, &binary][..], &words].concat())
    };
    let differing = answered(&[code, PASSWORD, WRONG]);
    let shown = String::from_utf8(differing.stdout).unwrap();
    assert_eq!(differing.status.code(), Some(2), "{shown}");
    assert!(shown.contains("the passwords are not the same"), "{shown}");
    let done = answered(&[code, PASSWORD, PASSWORD]);
    let shown = String::from_utf8(done.stdout).unwrap();
    assert_eq!(done.status.code(), Some(0), "{shown}");
    assert!(shown.contains("one-time code: ") && shown.contains(NAME), "{shown}");
    assert!(!shown.contains(code) && !shown.contains("horse"), "{shown}");
    let opened =
        format!("pkcs12 -in @holder.p12 -noout -passin file:{}", folder.path("password").display());
    openssl(&folder, &opened).expect("it opens");
}
