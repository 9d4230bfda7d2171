//! Chromium with a virtual authenticator, driven by playwright-core, and axe-core.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use serde_json::Value;

use super::{text, workspace};

/// Seconds after which a browser counts as hung.
const PATIENCE_S: u32 = 540;

/// What a script of `tests/oracle/browser` makes of `wanted`; `None` where there is no Node.js or no
/// Chromium: then nothing is judged, and tests/run says so.
pub fn in_browser(script: &str, wanted: &Value) -> Option<Value> {
    let modules = workspace().join("target/browser/node_modules");
    let chromium = Command::new("chromium").arg("--version").output();
    if !modules.exists() || chromium.is_err() {
        // With both here, what is not installed is a fault, not a reason to pass.
        let npm = Command::new("npm").arg("--version").output();
        assert!(
            npm.is_err() || chromium.is_err(),
            "playwright-core is missing: run tests/run once"
        );
        println!("NO BROWSER HERE: nobody logs in with it");
        return None;
    }
    let folder = super::Folder::new();
    for name in ["browser.mjs", script] {
        let file = workspace().join("tests/oracle/browser").join(name);
        folder.write(name, &std::fs::read(file).expect("a file of the repository"));
    }
    std::os::unix::fs::symlink(&modules, folder.path("node_modules")).expect("a link");
    let mut command = Command::new("timeout");
    command.arg(PATIENCE_S.to_string()).arg("node").arg(folder.path(script));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("coreutils' timeout runs");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(wanted.to_string().as_bytes()).expect("the script reads");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    let said = text(&output.stdout);
    assert!(output.status.success(), "{script}: {said}{}", text(&output.stderr));
    // The last line is the script's own; what it uses may have notices.
    let last = said.lines().last().unwrap_or_default();
    Some(serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {said}")))
}
