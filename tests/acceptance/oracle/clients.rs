//! Clients that others' programs generate from the OpenAPI description.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use super::{Folder, PATIENCE_S, python_program, text, workspace};

/// What a client needs: where the service is, the key that it shows, and what it seals.
#[derive(Debug)]
pub struct ClientJob<'a> {
    /// The OpenAPI description.
    pub description: &'a [u8],
    /// `http://127.0.0.1:PORT`
    pub address: &'a str,
    /// The API key.
    pub key: &'a str,
    /// The PDF.
    pub document: &'a [u8],
    /// What the visible seal shows (PNG).
    pub image: &'a [u8],
}

/// What a client made: the document sealed plainly, and visibly.
#[derive(Debug)]
pub struct ClientSeals {
    pub plain: Vec<u8>,
    pub visible: Vec<u8>,
}

impl ClientJob<'_> {
    /// Seals with the client that openapi-python-client generates.
    pub fn through_python(&self) -> ClientSeals {
        let folder = Folder::new();
        let clients = clients();
        let description = folder.write("openapi.json", self.description);
        let mut generate = Command::new(python_program("python"));
        generate.args(["-m", "openapi_python_client", "generate", "--meta", "none"]);
        generate.arg("--path").arg(description);
        generate.arg("--output-path").arg(folder.path("segl_client"));
        generate.arg("--config").arg(clients.join("openapi-python-client.yml"));
        let said = text(&succeed(&mut generate).stdout);
        // Where it can make nothing of an operation, it says so and goes on.
        assert!(!said.to_uppercase().contains("WARNING"), "{said}");
        let mut seal = Command::new(python_program("python"));
        seal.env("PYTHONPATH", folder.path(""));
        self.seal(&folder, seal.arg(clients.join("seal.py")))
    }

    /// Seals with openapi-fetch through the types that openapi-typescript generates; `None` where there
    /// is no Node.js: then nothing is judged, and tests/run says so.
    pub fn through_typescript(&self) -> Option<ClientSeals> {
        let modules = workspace().join("target/clients/node_modules");
        if !modules.exists() {
            // With npm here, what is not installed is a fault, not a reason to pass.
            let npm = Command::new("npm").arg("--version").output();
            assert!(npm.is_err(), "openapi-typescript is not installed: run tests/run once");
            println!("NO NODE.JS HERE: openapi-typescript generates nothing");
            return None;
        }
        let folder = Folder::new();
        for file in ["package.json", "tsconfig.json", "generate.mjs", "seal.ts"] {
            let content = fs::read(clients().join(file)).expect("a file of the repository");
            folder.write(file, &content);
        }
        std::os::unix::fs::symlink(&modules, folder.path("node_modules")).expect("a link");
        let description = folder.write("openapi.json", self.description);
        let node = |script: PathBuf| {
            let mut command = Command::new("node");
            command.current_dir(folder.path("")).arg(script);
            command
        };
        let types = folder.path("api.d.ts");
        succeed(node(folder.path("generate.mjs")).arg(description).arg(types));
        // The compiler holds the program against the types.
        succeed(node(modules.join("typescript/bin/tsc")).args(["--project", "tsconfig.json"]));
        Some(self.seal(&folder, &mut node(folder.path("seal.js"))))
    }

    /// Lets a program seal.
    fn seal(&self, folder: &Folder, program: &mut Command) -> ClientSeals {
        program.args([self.address, self.key]);
        program.arg(folder.write("document.pdf", self.document));
        program.arg(folder.write("image.png", self.image)).arg(folder.path(""));
        succeed(program);
        let [plain, visible] = ["plain.pdf", "visible.pdf"]
            .map(|name| fs::read(folder.path(name)).expect("the client writes it"));
        ClientSeals { plain, visible }
    }
}

/// The folder of the clients' own programs.
fn clients() -> PathBuf {
    workspace().join("tests/oracle/clients")
}

/// Runs a program, which must succeed in time.
pub fn succeed(command: &mut Command) -> Output {
    let mut patient = Command::new("timeout");
    patient.arg(PATIENCE_S.to_string()).arg(command.get_program()).args(command.get_args());
    patient.env("PYTHONDONTWRITEBYTECODE", "1");
    patient.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    patient.current_dir(command.get_current_dir().unwrap_or(Path::new(".")));
    let output = patient.output().expect("coreutils' timeout runs");
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{command:?} ended with {}:\n{said}", output.status);
    output
}
