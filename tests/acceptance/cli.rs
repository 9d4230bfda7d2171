//! The command line: 0 done or valid, 1 refused or invalid, 2 usage or I/O.

mod letter;
mod many;
mod preview;
mod reading;
mod standard_input;

use std::{
    fs,
    process::{Command, Output},
};

use serde_json::{Value, json};

use crate::{
    fixtures,
    oracle::{self, Folder},
    server::{self, API_KEY, Server},
};

/// Runs `signer` in a folder; words that begin with `@` are files in it.
fn signer(folder: &Folder, arguments: &str) -> Output {
    Command::new(server::binary())
        .args(arguments.split_whitespace().map(|word| word.trim_start_matches('@')))
        .current_dir(folder.path(""))
        .env_remove("SIGNER_DEMO_API_KEY")
        .envs(environment(folder))
        .output()
        .expect("`signer` starts")
}

/// What programs need here that use the store of the server whose data directory is the usual one.
fn environment(folder: &Folder) -> Vec<(&'static str, String)> {
    let data = fs::canonicalize(folder.path("segl-data"));
    data.map(|data| server::database::environment(&data)).unwrap_or_default()
}

fn expect(folder: &Folder, arguments: &str, code: i32) -> Output {
    let output = signer(folder, arguments);
    assert_eq!(output.status.code(), Some(code), "signer {arguments}: {output:?}");
    output
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("in.pdf", &fixtures::named("one-page.pdf"));
    folder.write("minutes.txt", b"Minutes of the meeting");
    folder
}

#[test]
fn document_is_sealed_and_validated_in_process() {
    let folder = folder();
    expect(&folder, "seal in.pdf --profile decisions --trust-out trust.pem -o out.pdf", 0);
    let sealed = fs::read(folder.path("out.pdf")).expect("the output");
    assert!(sealed.starts_with(&fixtures::named("one-page.pdf")));
    let trust = fs::read(folder.path("trust.pem")).expect("the trust anchor");
    let verdicts = oracle::pyhanko(&sealed, &trust, &[]).expect("pyHanko reads it");
    assert!(verdicts.len() == 1 && verdicts[0].is_good(), "{verdicts:?}");

    expect(&folder, "validate out.pdf --trust trust.pem", 0);
    let output = expect(&folder, "validate out.pdf --trust trust.pem --json", 0);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED", "{report}");

    let mut spoilt = sealed;
    spoilt[200] ^= 1;
    folder.write("out.pdf", &spoilt);
    expect(&folder, "validate out.pdf --trust trust.pem", 1);
    expect(&folder, "validate in.pdf --trust trust.pem", 1);
}

#[test]
fn person_signs_in_process() {
    let folder = folder();
    let sign = "sign in.pdf --profile staff --as karen --trust-out trust.pem -o out.pdf";
    expect(&folder, sign, 0);
    expect(&folder, "validate out.pdf --trust trust.pem", 0);
    expect(&folder, "sign in.pdf --profile decisions --as karen -o other.pdf", 1);
    assert!(!folder.path("other.pdf").exists(), "a refusal leaves no file");
}

#[test]
fn seal_is_shown_with_text_and_image() {
    let folder = folder();
    folder.write("logo.png", &oracle::png_of(&fixtures::named("one-page.pdf")));
    let place = "--page last --rect 50,60,200,50 --language da";
    let seal = format!("seal in.pdf --profile decisions {place} --text Journal --image logo.png");
    expect(&folder, &format!("{seal} --trust-out trust.pem -o out.pdf"), 0);
    expect(&folder, "validate out.pdf --trust trust.pem", 0);
    let text = oracle::page_text(&fs::read(folder.path("out.pdf")).expect("the output"), 1);
    assert!(text.contains("Forseglet af Havnsted Kommune") && text.contains("Journal"), "{text}");
    folder.write("form.pdf", &fixtures::named("visible-signature-field.pdf"));
    let seal = "seal form.pdf --profile decisions --field Approval --in-field";
    expect(&folder, &format!("{seal} --text Journal --trust-out trust.pem -o form-out.pdf"), 0);
    expect(&folder, "validate form-out.pdf --trust trust.pem", 0);
    let text = oracle::page_text(&fs::read(folder.path("form-out.pdf")).expect("the output"), 1);
    assert!(text.contains("Sealed by Havnsted Kommune") && text.contains("Journal"), "{text}");
    expect(&folder, "seal in.pdf --profile decisions --text Journal -o other.pdf", 2);
    expect(&folder, "seal in.pdf --profile decisions --rect 9,9,9,9 -o other.pdf", 1);
    for (asked, why) in [
        ("--rect 50,60,200,50 --text 漢字", "the font has no letter `漢` (U+6F22)"),
        ("--field nope --in-field", "the document has no such signature field"),
    ] {
        let refused = expect(&folder, &format!("seal in.pdf --profile decisions {asked} -o x"), 1);
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(told.contains(why), "{told}");
    }
    expect(&folder, "seal in.pdf --profile decisions --certify 2 -o other.pdf", 1);
    assert!(!folder.path("other.pdf").exists(), "a refusal leaves no file");
}

#[test]
fn cms_is_made_detached_and_attached() {
    let folder = folder();
    for (attached, content) in [("", "--content minutes.txt"), ("--attached", "")] {
        let seal = "seal minutes.txt --profile decisions --format cades --trust-out trust.pem";
        expect(&folder, &format!("{seal} {attached} -o out.p7s"), 0);
        expect(&folder, &format!("validate out.p7s {content} --trust trust.pem"), 0);
    }
}

#[test]
fn what_is_wrong_has_an_exit_code_of_its_own() {
    let folder = folder();
    folder.write("encrypted.pdf", &fixtures::named("refused-encrypted.pdf"));
    for (arguments, code) in [
        ("seal encrypted.pdf --profile decisions -o out.pdf", 1),
        ("seal in.pdf --profile nobody -o out.pdf", 1),
        ("seal in.pdf --profile decisions --as mads -o out.pdf", 1),
        ("seal missing.pdf --profile decisions -o out.pdf", 2),
        ("seal in.pdf --profile decisions -o no/such/folder/out.pdf", 2),
        ("seal in.pdf", 2),
        ("seal in.pdf --profile decisions --level B-X -o out.pdf", 2),
        ("validate missing.pdf", 2),
        ("audit verify --data-dir nowhere", 2),
        ("--no-such-option", 2),
    ] {
        let output = expect(&folder, arguments, code);
        assert!(!output.stderr.is_empty(), "signer {arguments} says nothing");
        assert!(!folder.path("out.pdf").exists(), "signer {arguments} leaves a file");
    }
    expect(&folder, "--help", 0);
}

#[test]
fn what_keeps_a_log_from_being_told_is_said() {
    let folder = folder();
    fs::create_dir(folder.path("empty")).expect("a folder");
    for command in ["audit verify", "audit list", "audit export"] {
        for (directory, why) in
            [("nowhere", "there is no data directory"), ("empty", "holds no audit log")]
        {
            let output = expect(&folder, &format!("{command} --data-dir {directory}"), 2);
            let told = String::from_utf8_lossy(&output.stderr);
            assert_eq!(told.trim_end(), format!("signer: {directory}: {why}"), "{command}");
            assert!(output.stdout.is_empty(), "{command}: {output:?}");
        }
    }
    expect(&folder, "seal in.pdf --profile decisions --data-dir log -o out.pdf", 0);
    fs::rename(folder.path("log/audit.key"), folder.path("moved.key")).expect("a key");
    let output = expect(&folder, "audit verify --data-dir log", 2);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("log/audit.key is missing, but there is a log: set SIGNER_AUDIT_KEY"));
}

#[tokio::test]
async fn a_degraded_level_is_told_on_the_command_line() {
    let server = Server::remote("on_timestamp_failure = \"degrade\"").await;
    let folder = folder();
    let address = &server.address;
    let seal = format!("seal in.pdf --profile decisions --level B-T -o out.pdf --server {address}");
    for degraded in [true, false] {
        if degraded {
            let fault = json!({ "fault": "tsa-down", "count": 1 });
            assert_eq!(server.control("/faults", fault).await.status, 201);
        }
        let output = expect(&folder, &format!("{seal} --api-key {API_KEY}"), 0);
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(told.contains("warning: degraded to B-B: "), degraded, "{told}");
    }
}

#[test]
fn a_degraded_level_is_told_in_process_too() {
    let folder = folder();
    let minimal = include_str!("../../docs/samples/minimal.toml");
    let degrading = minimal.replacen("kind =", "on_timestamp_failure = \"degrade\"\nkind =", 1);
    // Nobody stamps there.
    let nowhere = "[[tsa]]\nurl = \"http://127.0.0.1:1\"\ntrust = \"trust.pem\"";
    folder.write("segl.toml", format!("{degrading}\n{nowhere}").as_bytes());
    expect(&folder, "seal in.pdf --profile decisions --trust-out trust.pem -o any.pdf", 0);
    let output =
        expect(&folder, "seal in.pdf --profile decisions --config segl.toml -o out.pdf", 0);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("warning: degraded to B-B: "), "{told}");
}

#[test]
fn the_result_line_names_the_format_that_was_made() {
    let folder = folder();
    for (document, more, format) in [
        ("in.pdf", "", "PDF"),
        ("minutes.txt", "", "detached CMS"),
        ("minutes.txt", "--attached", "CMS with its content"),
    ] {
        let seal = format!("seal {document} --profile decisions {more} -o out.pdf");
        let told = String::from_utf8(expect(&folder, &seal, 0).stderr).expect("text");
        assert!(told.contains(&format!("out.pdf: seal made, {format}, receipt ")), "{told}");
    }
}

#[test]
fn input_is_never_overwritten() {
    let folder = folder();
    fs::hard_link(folder.path("in.pdf"), folder.path("same.pdf")).expect("a hard link");
    std::os::unix::fs::symlink("in.pdf", folder.path("link.pdf")).expect("a link");
    for output in ["in.pdf", "./in.pdf", "same.pdf", "link.pdf"] {
        expect(&folder, &format!("seal in.pdf --profile decisions -o {output}"), 2);
        let left = fs::read(folder.path("in.pdf")).expect("the input");
        assert_eq!(left, fixtures::named("one-page.pdf"), "{output}");
    }
}

#[test]
fn result_goes_to_standard_output_and_through_what_is_no_file() {
    let folder = folder();
    let input = fixtures::named("one-page.pdf");
    for output in ["-", "/dev/stdout", "/proc/self/fd/1"] {
        let seal = format!("seal in.pdf --profile decisions --trust-out trust.pem -o {output}");
        let sealed = expect(&folder, &seal, 0).stdout;
        assert!(sealed.starts_with(&input) && sealed.len() > input.len(), "{output}");
        folder.write("out.pdf", &sealed);
        expect(&folder, "validate out.pdf --trust trust.pem", 0);
    }
    assert!(!folder.path("-").exists(), "no file is called `-`");
    expect(&folder, "seal in.pdf --profile decisions -o /dev/null", 0);
    let null = fs::metadata("/dev/null").expect("the device");
    assert!(!null.is_file(), "the device stays a device");
}

#[test]
fn audit_log_is_shown_and_exported_and_forgets_a_person() {
    let folder = folder();
    let text = |arguments: &str| {
        let output = expect(&folder, &format!("{arguments} --data-dir data"), 0).stdout;
        String::from_utf8(output).expect("UTF-8")
    };
    text("sign in.pdf --profile staff --as karen -o signed.pdf");
    text("seal in.pdf --profile decisions -o sealed.pdf");
    expect(&folder, "seal in.pdf --profile decisions --as mads --data-dir data -o x.pdf", 1);
    let all = text("audit list");
    assert_eq!(all.lines().count(), 4, "{all}");
    assert!(all.contains("Karen") && all.contains(" done ") && all.contains(" refused "), "{all}");
    for (filter, acts) in [
        ("--act signature", 1),
        ("--act seal --outcome done", 1),
        ("--outcome refused --profile decisions", 1),
        ("--since 2000-01-01", 3),
        ("--until 2000-01-01", 0),
        ("--outcome open", 0),
    ] {
        let shown = text(&format!("audit list {filter}"));
        assert_eq!(shown.lines().count(), acts + 1, "{filter}: {shown}");
    }
    assert!(!text("audit export").contains("Karen"), "persons are named on demand only");
    let exported = text("audit export --persons");
    let records: Vec<Value> =
        exported.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!((1..).zip(&records).all(|(number, line)| line["record"]["sequence"] == number));
    let person = records.iter().find_map(|line| line.get("person")).expect("Karen");
    let (issuer, subject) = (&person["issuer"], &person["subject"]);
    let (issuer, subject) = (issuer.as_str().expect("iss"), subject.as_str().expect("sub"));
    let erase = format!("person erase --issuer {issuer} --subject {subject}");
    assert_eq!(text(&erase), "erased: 1 rows\n");
    let all = text("audit list");
    assert!(!all.contains("Karen") && all.contains("an erased person"), "{all}");
    text("audit verify");
    expect(&folder, &format!("{erase} --data-dir nowhere"), 2);
    assert!(!folder.path("nowhere").exists(), "nothing is made where nothing is to be erased");
}

#[tokio::test]
async fn server_seals_signs_and_validates_for_the_command_line() {
    let server = Server::demo().await;
    let folder = folder();
    let address = &server.address;
    folder.write("trust.pem", &server.pki("trust-anchor.pem").await);
    let seal = format!("seal in.pdf --profile decisions --server {address} --api-key {API_KEY}");
    expect(&folder, &format!("{seal} -o out.pdf"), 0);
    expect(&folder, "validate out.pdf --trust trust.pem", 0);
    expect(&folder, &format!("validate out.pdf --server {address}"), 0);

    let token = server.token("karen", &[&fixtures::named("one-page.pdf")]).await;
    let sign = format!("sign in.pdf --profile staff --server {address} --token {token}");
    expect(&folder, &format!("{sign} -o signed.pdf"), 0);
    expect(&folder, "validate signed.pdf --trust trust.pem", 0);
    expect(&folder, &format!("{sign} -o again.pdf"), 1);

    let wrong = format!("seal in.pdf --profile decisions --server {address} --api-key wrong");
    expect(&folder, &format!("{wrong} -o wrong.pdf"), 1);
    drop(server);
    expect(&folder, &format!("{seal} -o gone.pdf"), 2);
}

#[test]
fn levels_are_raised_in_process() {
    let folder = folder();
    let data = "--data-dir data";
    let seal = format!("seal in.pdf --profile decisions --level B-B --trust-out trust.pem {data}");
    expect(&folder, &format!("{seal} -o sealed.pdf"), 0);
    // Another process has other keys: who sealed is trusted by its kept root, and what was last said
    // of the revocation of its authorities is kept beside it.
    expect(&folder, &format!("augment sealed.pdf --level B-T {data} -o stamped.pdf"), 0);
    let [before, after] = ["sealed.pdf", "stamped.pdf"].map(|name| fs::read(folder.path(name)));
    assert!(after.expect("the result").starts_with(&before.expect("the seal")));
    expect(&folder, &format!("validate stamped.pdf {data}"), 0);
    expect(&folder, &format!("augment stamped.pdf --level B-LT {data} -o long.pdf"), 0);
    expect(&folder, &format!("validate long.pdf {data}"), 0);
    expect(&folder, &format!("augment stamped.pdf --level B-T {data} -o again.pdf"), 1);
    assert!(!folder.path("again.pdf").exists(), "a refusal leaves no file");
    expect(&folder, "augment stamped.pdf --level B-T -o stranger.pdf", 1);
    expect(&folder, &format!("augment in.pdf --level B-T {data} -o out.pdf"), 1);
    expect(&folder, &format!("augment sealed.pdf --level B-T {data} -o sealed.pdf"), 2);
    expect(&folder, "augment sealed.pdf --level B-B -o out.pdf", 2);
    expect(&folder, "augment missing.pdf --level B-T -o out.pdf", 2);
}

#[tokio::test]
async fn server_raises_levels_for_the_command_line() {
    let server = Server::demo().await;
    let folder = folder();
    let to = format!("--server {} --api-key {API_KEY}", server.address);
    expect(&folder, &format!("seal in.pdf --profile decisions --level B-B {to} -o a.pdf"), 0);
    let cades = "seal minutes.txt --profile decisions --level B-B --format cades";
    expect(&folder, &format!("{cades} {to} -o a.p7s"), 0);
    expect(&folder, &format!("augment a.pdf --level B-LTA {to} -o b.pdf"), 0);
    expect(&folder, &format!("augment a.p7s --level B-LTA --content minutes.txt {to} -o b.p7s"), 0);
    let address = format!("--server {}", server.address);
    for (validate, level) in
        [("validate b.pdf", "PAdES-B-LTA"), ("validate b.p7s --content minutes.txt", "CAdES-B-LTA")]
    {
        let output = expect(&folder, &format!("{validate} {address} --json"), 0);
        let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(report["signatures"][0]["level"], level, "{report}");
    }
    expect(&folder, &format!("augment a.p7s --level B-LTA {to} -o c.p7s"), 1);
    expect(&folder, "augment a.pdf --level B-T --server http://127.0.0.1:1 -o c.pdf", 2);
}

#[tokio::test]
async fn command_line_of_the_readme_runs_as_pasted() {
    let server = Server::demo().await;
    let folder = folder();
    let readme = fs::read_to_string(oracle::workspace().join("README.md")).expect("README.md");
    let section = readme.split("## The command line").nth(1).expect("the section");
    let section = section.split("\n## ").next().expect("its end");
    let blocks = section.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let signer = server::binary();
    let script: String = blocks.collect();
    let script = script
        .replace("target/release/signer", &signer.display().to_string())
        .replace("http://127.0.0.1:8080", &server.address)
        .replace("SIGNER_API_KEY=…", &format!("SIGNER_API_KEY={API_KEY}"));
    // As if the server had been started here.
    let link = |to: &std::path::Path, name: &str| {
        std::os::unix::fs::symlink(to, folder.path(name)).expect("a link");
    };
    link(&server.data_directory(), "segl-data");
    link(&oracle::workspace().join("fixtures"), "fixtures");
    let output = Command::new("bash")
        .args(["-euc", &script])
        .current_dir(folder.path(""))
        .env_remove("SIGNER_DEMO_API_KEY")
        .envs(environment(&folder))
        .output()
        .expect("bash starts");
    assert!(output.status.success(), "{script}\n{output:?}");
    assert!(script.lines().count() > 8, "{script}");
    // Each with the anchors that were written beside it, also after the last command.
    expect(&folder, "validate sealed-alone.pdf --trust own.pem", 0);
    expect(&folder, "validate signed-alone.pdf --trust own-signed.pem", 0);
}
