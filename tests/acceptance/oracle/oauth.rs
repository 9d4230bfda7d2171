//! OAuth clients that others wrote.

use std::process::Command;

use serde_json::Value;

use super::{Folder, clients::succeed, python_program, text, workspace};

/// What a client of OAuth is given: where the server is, who it is, and what it asks with its token.
#[derive(Debug)]
pub struct OauthJob<'a> {
    /// The issuer.
    pub issuer: &'a str,
    /// The client's name.
    pub client: &'a str,
    /// Its secret, or its private key as the program takes it.
    pub proof: &'a str,
    /// What it asks.
    pub path: &'a str,
}

impl OauthJob<'_> {
    /// What a program in Python tells.
    pub fn through_python(&self, script: &str) -> Value {
        self.told(
            Command::new(python_program("python")).arg(workspace().join(PROGRAMS).join(script)),
        )
    }

    /// What a program in JavaScript tells; `None` where there is no Node.js: then nothing is judged, and
    /// tests/run says so.
    pub fn through_node(&self, script: &str) -> Option<Value> {
        let modules = workspace().join("target/clients/node_modules");
        if !modules.exists() {
            // With npm here, what is not installed is a fault, not a reason to pass.
            let npm = Command::new("npm").arg("--version").output();
            assert!(npm.is_err(), "the OAuth clients are not installed: run tests/run once");
            println!("NO NODE.JS HERE: {script} asks nothing");
            return None;
        }
        let folder = Folder::new();
        for name in ["consent.mjs", script] {
            let program = std::fs::read(workspace().join(PROGRAMS).join(name));
            folder.write(name, &program.expect("a file of the repository"));
        }
        let program = folder.path(script);
        std::os::unix::fs::symlink(&modules, folder.path("node_modules")).expect("a link");
        Some(self.told(Command::new("node").current_dir(folder.path("")).arg(program)))
    }

    fn told(&self, program: &mut Command) -> Value {
        let output = succeed(program.args([self.issuer, self.client, self.proof, self.path]));
        let told = text(&output.stdout);
        serde_json::from_str(&told).unwrap_or_else(|error| panic!("{error} in: {told}"))
    }
}

/// The folder of the programs.
const PROGRAMS: &str = "tests/oracle/oauth";
