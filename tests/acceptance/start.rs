//! What keeps a service from starting: told in one line, before anything is made.

use std::process::{Command, Output};

use crate::{
    configuration::configuration, issuer::Issuer, oracle::Folder, server, simulator::Files,
};

/// A folder with keys, certificates and an identity issuer's keys.
fn folder() -> Folder {
    let folder = Folder::new();
    Files::make(&folder.path("."));
    folder.write("keys.json", Issuer::new().key_set().as_bytes());
    folder
}

/// Starts a service with these settings, which cannot be used: its configuration, what it said.
fn start(folder: &Folder, settings: &str, environment: &[(&str, &str)]) -> Output {
    let free = "listen = \"127.0.0.1:0\"\nmanagement = \"127.0.0.1:0\"\n";
    let text = configuration().replacen("[server]\n", &format!("[server]\n{free}"), 1);
    folder.write("segl.toml", format!("{text}\n{settings}").as_bytes());
    Command::new("timeout")
        .arg("30")
        .arg(server::binary())
        .args(["serve", "--config", "segl.toml"])
        .current_dir(folder.path("."))
        .envs(environment.iter().copied())
        .output()
        .expect("`signer` runs")
}

/// The names in a folder.
fn names(folder: &Folder) -> Vec<String> {
    let files = std::fs::read_dir(folder.path(".")).expect("the folder").flatten();
    let mut names: Vec<_> =
        files.map(|file| file.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn what_cannot_be_used_is_told_in_one_line_with_its_key_and_file_and_nothing_is_made() {
    let folder = folder();
    start(&folder, "[validation]\ntrust = [\"nowhere\"]", &[]);
    let before = names(&folder);
    let tls = |certificate: &str, key: &str| {
        format!("[server.tls]\ncertificate = \"{certificate}\"\nkey = \"{key}\"")
    };
    for (settings, environment, told) in [
        (
            tls("server.pem", "client.key"),
            None,
            "`server.tls.key`: client.key: is not the key of the certificate in server.pem",
        ),
        (
            tls("server.key", "server.pem"),
            None,
            "`server.tls.certificate`: server.key: holds a private key where a certificate belongs",
        ),
        (tls("server.pem", "none.key"), None, "`server.tls.key`: none.key: "),
        (
            "[validation]\ntrust = [\"keys.json\"]".to_owned(),
            None,
            "`validation.trust[0]`: keys.json: holds no trust anchors: ",
        ),
        (
            "[[tsa]]\nurl = \"https://tsa\"\ntls_trust = \"ca.pem\"\ncertificate = \"client.pem\"\n\
             key = \"other.key\""
                .to_owned(),
            None,
            "`tsa[0].key`: other.key: is not the key of the certificate in client.pem",
        ),
        (String::new(), Some(("SIGNER_AUDIT_KEY", "short")), ""),
    ] {
        let environment: Vec<_> = environment.into_iter().collect();
        let output = start(&folder, &settings, &environment);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{settings}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        let origin = if environment.is_empty() { "signer: segl.toml: " } else { "signer: " };
        let rest = said.strip_prefix(origin).unwrap_or_else(|| panic!("{said}"));
        assert!(rest.starts_with(told), "{said}");
        assert_eq!(names(&folder), before, "{settings}");
    }
}
