//! schemathesis, which asks a service whatever its OpenAPI description allows and much that it does
//! not, and holds the answers against the description.

use std::{fmt::Write, process::Command};

use super::{Folder, python_program, text, workspace};

/// Seconds after which it counts as hung.
const PATIENCE_S: u32 = 300;

/// The same with `SEGL_LONG=1`.
const LONG_PATIENCE_S: u32 = 7200;

/// One examination.
#[derive(Debug)]
pub struct Examination<'a> {
    /// The bearer of every request; none without one.
    pub bearer: Option<&'a str>,
    /// Whether what the description does not allow is asked as well.
    pub negative: bool,
    /// What there is: the parameters of an address as schemathesis calls them (`path.id`), each with
    /// values that half of the requests take.
    pub known: &'a [(&'a str, &'a str, &'a [&'a str])],
    /// A document that can be sealed.
    pub document: &'a [u8],
}

impl Examination<'_> {
    /// What schemathesis finds at this address: nothing, or its report.
    pub fn find(&self, address: &str) -> Result<(), String> {
        let folder = Folder::new();
        let document = folder.write("document.pdf", self.document);
        let configuration = folder.write("schemathesis.toml", self.configuration().as_bytes());
        let long = std::env::var_os("SEGL_LONG").is_some();
        let (patience, examples) = if long { (LONG_PATIENCE_S, "300") } else { (PATIENCE_S, "4") };
        let mut command = Command::new("timeout");
        command.arg(patience.to_string()).arg(python_program("python"));
        command.args(["-m", "schemathesis.cli", "--config-file"]).arg(&configuration);
        command.args(["run", &format!("{address}/openapi.json"), "--no-color"]);
        // That what keeps the schema is accepted cannot be had of documents, and is not promised.
        command.args(["--exclude-checks", "positive_data_acceptance"]);
        command.args(["--phases", "coverage,fuzzing,stateful", "--max-examples", examples]);
        command.args(["--mode", if self.negative { "all" } else { "positive" }]);
        command.args(["--continue-on-failure", "--generation-database", "none"]);
        command.args(["--output-truncate", "false", "--warnings", "off"]);
        if !long {
            // The same questions every time; by chance they are asked in the long run.
            command.args(["--seed", "20261126"]);
        }
        if let Some(bearer) = self.bearer {
            command.args(["--header", &format!("Authorization: Bearer {bearer}")]);
        }
        let hooks = workspace().join("tests/oracle");
        command.current_dir(folder.path(".")).env("SEGL_DOCUMENT", &document);
        command.env("PYTHONPATH", hooks).env("PYTHONDONTWRITEBYTECODE", "1");
        command.env("SCHEMATHESIS_HOOKS", "schemathesis_hooks");
        let output = command.output().expect("coreutils' timeout runs");
        let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
        match output.status.code() {
            Some(0) if said.contains("Test cases:") => Ok(()),
            Some(124) => panic!("schemathesis did not end within {patience} s:\n{said}"),
            _ => Err(said),
        }
    }

    /// Its configuration: what there is, address by address.
    fn configuration(&self) -> String {
        // RFC 6585 section 3.
        let mut written = "[checks.missing_required_header]\n\
            expected-statuses = [400, 401, 403, 406, 415, 422, 428]\n"
            .to_owned();
        for (number, (_, _, values)) in self.known.iter().enumerate() {
            writeln!(written, "[dictionaries.known{number}]\nvalues = {values:?}").expect("text");
        }
        for (number, (address, name, _)) in self.known.iter().enumerate() {
            let bound = format!("{{ dictionary = \"known{number}\", probability = 0.5 }}");
            let operation = format!("[[operations]]\ninclude-path-regex = \"^{address}\"\n");
            writeln!(written, "{operation}parameters = {{ {name:?} = {bound} }}").expect("text");
        }
        written
    }
}
