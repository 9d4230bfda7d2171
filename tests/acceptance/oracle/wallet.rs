//! The European digital identity wallet's own client of remote signing, in Kotlin, unmodified from Maven
//! Central. tests/run builds what presses its buttons into `target/wallet` where Maven is.

use std::{
    io::{BufRead, BufReader, Lines, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use super::{Folder, PATIENCE_S, workspace};

/// The program, which says what it wants line by line.
pub struct Wallet {
    child: Child,
    input: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    _trust: Folder,
}

impl Wallet {
    /// Starts it for a service with this TLS certificate (PEM). `None` where there is no Maven: then nothing
    /// is judged, and tests/run says so.
    pub fn start(service: &str, certificate: &[u8], arguments: [&str; 3]) -> Option<Self> {
        let target = workspace().join("target/wallet");
        if !target.join("built").exists() {
            // With Maven here, what is not built is a fault, not a reason to pass.
            let maven = Command::new("mvn").arg("--version").output();
            assert!(maven.is_err(), "the wallet's client is not built: run tests/run once");
            println!("NO MAVEN HERE: the wallet's client asks nothing");
            return None;
        }
        let trust = Folder::new();
        let pem = trust.write("server.pem", certificate);
        let store = trust.path("trust.p12");
        let mut keytool = Command::new("keytool");
        keytool.args(["-importcert", "-noprompt", "-alias", "segl", "-storepass", "changeit"]);
        keytool.arg("-keystore").arg(&store).arg("-file").arg(pem);
        assert!(keytool.output().expect("keytool runs").status.success(), "a trust store");
        let classes =
            format!("{}:{}/*", target.join("classes").display(), target.join("lib").display());
        let mut command = Command::new("timeout");
        command.arg(PATIENCE_S.to_string()).arg("java").args(["-cp", &classes]);
        command.arg(format!("-Djavax.net.ssl.trustStore={}", store.display()));
        command.arg("-Djavax.net.ssl.trustStorePassword=changeit");
        command.arg("WalletKt").arg(service).args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("java runs");
        let input = child.stdin.take().expect("a pipe");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        Some(Self { child, input, lines, _trust: trust })
    }

    /// What it says next: a word, and what belongs to it. Nothing at its end.
    pub fn says(&mut self) -> Option<(String, String)> {
        let line = self.lines.next()?.expect("text");
        let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
        Some((word.to_owned(), rest.to_owned()))
    }

    /// Answers it.
    pub fn answer(&mut self, text: &str) {
        writeln!(self.input, "{text}").expect("it listens");
    }

    /// That it came to its end well.
    pub fn ends(mut self) {
        drop(self.input);
        assert!(self.child.wait().expect("a child of ours").success(), "what it says stands above");
    }
}
