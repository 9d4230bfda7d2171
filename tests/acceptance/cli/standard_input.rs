//! `-` is standard input; and what is neither a PDF nor a CMS.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use super::{expect, folder};
use crate::{
    fixtures,
    oracle::Folder,
    server::{self, API_KEY, Server},
};

/// Runs `signer` in a folder with this on standard input, through a pipe.
fn fed(folder: &Folder, input: &[u8], arguments: &str) -> Output {
    let mut child = Command::new(server::binary())
        .args(arguments.split_whitespace())
        .current_dir(folder.path(""))
        .env_remove("SIGNER_DEMO_API_KEY")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("`signer` starts");
    // One that wants none of it may have ended already.
    drop(child.stdin.take().expect("a pipe").write_all(input));
    child.wait_with_output().expect("it ends")
}

#[tokio::test]
async fn a_document_comes_from_standard_input_for_every_command_that_takes_one() {
    let server = Server::demo().await;
    let folder = folder();
    let input = fixtures::named("one-page.pdf");
    let address = &server.address;
    let key = format!("--server {address} --api-key {API_KEY}");
    for (place, trust) in [("", "--trust own.pem"), (key.as_str(), "")] {
        let seal =
            format!("seal - --profile decisions --level B-B --trust-out own.pem -o - {place}");
        let sealed = fed(&folder, &input, &seal);
        assert_eq!(sealed.status.code(), Some(0), "{sealed:?}");
        assert!(sealed.stdout.starts_with(&input), "{place}");
        let server = if place.is_empty() { String::new() } else { format!("--server {address}") };
        let valid = fed(&folder, &sealed.stdout, &format!("validate - {trust} {server}"));
        assert_eq!(valid.status.code(), Some(0), "{valid:?}");
        if !place.is_empty() {
            let raise = format!("augment - --level B-T -o - {place}");
            let raised = fed(&folder, &sealed.stdout, &raise);
            assert!(raised.stdout.starts_with(&sealed.stdout), "{raised:?}");
        }
    }
    let sign = "sign - --profile staff --as karen -o signed.pdf";
    assert_eq!(fed(&folder, &input, sign).status.code(), Some(0));
    // It is read once.
    let twice = fed(&folder, &input, "validate - --content -");
    assert_eq!(twice.status.code(), Some(2), "{twice:?}");
    assert!(String::from_utf8_lossy(&twice.stderr).contains("is read once"), "{twice:?}");
}

#[test]
fn what_is_neither_a_pdf_nor_a_cms_is_called_so() {
    let folder = folder();
    let told = expect(&folder, "validate minutes.txt", 1).stdout;
    let told = String::from_utf8_lossy(&told).into_owned();
    assert!(told.contains("neither a PDF nor a CMS"), "{told}");
    let told = expect(&folder, "augment minutes.txt --level B-T -o out", 1).stderr;
    let told = String::from_utf8_lossy(&told).into_owned();
    assert!(told.contains("neither a PDF nor a CMS"), "{told}");
}
