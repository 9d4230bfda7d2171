//! pyHanko as a client of the CSC API, and a server of it that others wrote.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

use super::{Folder, clients::succeed, python_program, run, text, workspace};

/// pyHanko's client, and what it is told.
pub struct CscClient<'a> {
    /// What stands before `/csc`.
    pub url: &'a str,
    /// `v1` or `v2`.
    pub version: &'a str,
    /// The bearer value.
    pub bearer: &'a str,
    /// The description of a credential, or `=ID`.
    pub credential: &'a str,
    /// `pss`.
    pub options: &'a [&'a str],
}

impl CscClient<'_> {
    /// So many copies of a PDF, signed in one batch.
    pub fn sign(&self, count: usize, pdf: &[u8]) -> Vec<Vec<u8>> {
        let folder = Folder::new();
        let file = folder.write("document.pdf", pdf);
        let script = workspace().join("tests/oracle/csc_sign.py");
        let number = count.to_string();
        let words = [self.url, self.version, self.bearer, self.credential, &number];
        let words = [script.as_os_str()].into_iter().chain(words.map(std::ffi::OsStr::new));
        let words = words.chain([file.as_os_str(), folder.0.path().as_os_str()]);
        let words = words.chain(self.options.iter().map(std::ffi::OsStr::new));
        let output = run(python_program("python"), words);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let signed = (0..count).map(|number| fs::read(folder.path(&format!("{number}.pdf"))));
        signed.collect::<Result<_, _>>().expect("pyHanko writes them")
    }
}

/// The PDF as pyHanko prepares it, with what the service makes of its digest put in.
pub fn csc_embedded(url: &str, bearer: &str, qualifier: &str, pdf: &[u8]) -> Vec<u8> {
    let folder = Folder::new();
    let (file, target) = (folder.write("document.pdf", pdf), folder.path("sealed.pdf"));
    let script = workspace().join("tests/oracle/csc_embed.py");
    let words = [url, bearer, qualifier].map(std::ffi::OsStr::new);
    let words = [script.as_os_str()].into_iter().chain(words);
    let words = words.chain([file.as_os_str(), target.as_os_str()]);
    let output = run(python_program("python"), words);
    assert!(output.status.success(), "{}", text(&output.stderr));
    fs::read(target).expect("pyHanko writes it")
}

/// Where the clients in JavaScript are; `None` where there is no Node.js: then nothing is judged, and
/// tests/run says so.
pub fn node_modules() -> Option<PathBuf> {
    let modules = workspace().join("target/clients/node_modules");
    if modules.exists() {
        return Some(modules);
    }
    // With npm here, what is not installed is a fault, not a reason to pass.
    let npm = Command::new("npm").arg("--version").output();
    assert!(npm.is_err(), "the clients in JavaScript are not installed: run tests/run once");
    println!("NO NODE.JS HERE: the clients in JavaScript sign nothing");
    None
}

/// A PDF that `@libpdf/core` makes, and signs by asking a service; `None` where there is no Node.js: then
/// nothing is judged, and tests/run says so.
pub fn csc_libpdf(url: &str, version: &str, bearer: &str, credential: &str) -> Option<Vec<u8>> {
    let modules = node_modules()?;
    let folder = Folder::new();
    let program = fs::read(workspace().join("tests/oracle/csc/libpdf.mjs"));
    let program = folder.write("libpdf.mjs", &program.expect("a file of the repository"));
    std::os::unix::fs::symlink(&modules, folder.path("node_modules")).expect("a link");
    let target = folder.path("sealed.pdf");
    let mut command = Command::new("node");
    command.current_dir(folder.path("")).arg(program);
    succeed(command.args([url, version, bearer, credential]).arg(&target));
    Some(fs::read(target).expect("it writes the PDF"))
}

/// certomancer-csc-dummy; killed when dropped.
pub struct CscDummy {
    child: Child,
    /// Where it answers.
    pub address: String,
    /// Has `trust.pem`.
    pub folder: Folder,
}

impl CscDummy {
    /// Starts it on a free port.
    pub fn start() -> Self {
        let folder = Folder::new();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let script = workspace().join("tests/oracle/csc_serve.py");
        let mut command = Command::new(python_program("python"));
        command.arg(script).arg(folder.0.path()).arg(port.to_string());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("Python starts");
        let server = Self { child, address: format!("http://127.0.0.1:{port}"), folder };
        for _ in 0..600 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return server;
            }
            sleep(Duration::from_millis(100));
        }
        panic!("certomancer-csc-dummy does not answer");
    }
}

impl Drop for CscDummy {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
