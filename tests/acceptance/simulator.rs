//! The release build of `qscd-sim`, with mutual TLS, and a `signer` that uses it.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    oracle::{Folder, openssl},
    ports,
    server::{API_KEY, binary, sha256_hex},
};

/// How long a simulator may take until it answers.
const START_LIMIT: Duration = Duration::from_secs(30);

/// A running simulator; killed when dropped.
pub struct Simulator {
    child: Child,
    ports: [u16; 3],
    files: Files,
}

/// The files of mutual TLS.
#[derive(Clone)]
pub struct Files {
    folder: PathBuf,
}

impl Files {
    /// A CA, a server's certificate for the loopback, and those of two clients.
    pub fn make(folder: &Path) -> Self {
        let work = Folder::new();
        let run = |command: &str| openssl(&work, command).expect("openssl makes certificates");
        let curve = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
        run(&format!(
            "req -x509 {curve} -keyout @ca.key -out @ca.pem -days 2 -subj /CN=Acceptance \
             -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign"
        ));
        work.write("server.ext", b"subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n");
        work.write("client.ext", b"extendedKeyUsage=clientAuth\n");
        work.write("other.ext", b"extendedKeyUsage=clientAuth\n");
        for name in ["server", "client", "other"] {
            run(&format!("req {curve} -new -keyout @{name}.key -out @{name}.csr -subj /CN={name}"));
            run(&format!(
                "x509 -req -in @{name}.csr -CA @ca.pem -CAkey @ca.key -CAcreateserial -days 2 \
                 -extfile @{name}.ext -out @{name}.pem"
            ));
        }
        for name in [
            "ca.pem",
            "server.pem",
            "server.key",
            "client.pem",
            "client.key",
            "other.pem",
            "other.key",
        ] {
            fs::copy(work.path(name), folder.join(name)).expect("a file is copied");
        }
        Self { folder: folder.to_owned() }
    }

    /// One of them.
    pub fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }
}

impl Simulator {
    /// Starts one on free ports.
    pub fn start(files: &Files) -> Self {
        Self::with(files, &[])
    }

    /// The same with these arguments besides.
    pub fn with(files: &Files, arguments: &[&str]) -> Self {
        Self::on(files, ports::free(), arguments)
    }

    /// Starts another one where this one was; it has other keys.
    pub fn again(&self) -> Self {
        self.again_with(&[])
    }

    /// The same with these arguments besides.
    pub fn again_with(&self, arguments: &[&str]) -> Self {
        Self::on(&self.files, self.ports, arguments)
    }

    fn on(files: &Files, ports: [u16; 3], arguments: &[&str]) -> Self {
        let [device, public, management] = ports.map(|port| format!("127.0.0.1:{port}"));
        let log = File::create(files.folder.join("simulator.log")).expect("a log");
        let child = Command::new(binary().with_file_name("qscd-sim"))
            .args(["--listen", &device, "--public", &public, "--management", &management])
            .args(["--certificate", &files.path("server.pem"), "--key", &files.path("server.key")])
            .args(["--clients", &files.path("ca.pem")])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log)
            .spawn()
            .expect("`qscd-sim` starts: `cargo build --release -p qscd-sim`");
        let simulator = Self { child, ports, files: files.clone() };
        simulator.wait();
        simulator
    }

    fn wait(&self) {
        let started = Instant::now();
        while started.elapsed() < START_LIMIT {
            let open = |port: &u16| std::net::TcpStream::connect(("127.0.0.1", *port)).is_ok();
            if self.ports.iter().all(open) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("`qscd-sim` does not answer:\n{}", self.log());
    }

    /// What `path` of the device answers to a client with this certificate: status and body.
    pub fn ask_as(&self, client: &str, path: &str) -> (String, String) {
        let output = Command::new("curl")
            .args([
                "-sS",
                "-m",
                "10",
                "-w",
                "\n%{http_code}",
                "--cacert",
                &self.files.path("ca.pem"),
            ])
            .args(["--cert", &self.files.path(&format!("{client}.pem"))])
            .args(["--key", &self.files.path(&format!("{client}.key"))])
            .arg(format!("{}{path}", self.device()))
            .output()
            .expect("curl runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let (body, status) = text.rsplit_once('\n').expect("a status");
        (status.to_owned(), body.to_owned())
    }

    /// What it has printed.
    pub fn log(&self) -> String {
        fs::read_to_string(self.files.folder.join("simulator.log")).unwrap_or_default()
    }

    /// Sends it a signal.
    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status().expect("`kill` runs");
        assert!(sent.success(), "it runs until it is told not to: {}", self.log());
    }

    /// Stops all its threads where they are. The kernel does so only once one of them runs again, and
    /// until then the others answer.
    pub fn hang(&self) {
        self.signal("STOP");
        let threads = format!("/proc/{}/task", self.child.id());
        let started = Instant::now();
        while !fs::read_dir(&threads).expect("Linux").all(|thread| {
            let stat = thread.and_then(|thread| fs::read_to_string(thread.path().join("stat")));
            // "pid (name) state …": proc_pid_stat(5).
            stat.is_ok_and(|stat| {
                stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('T'))
            })
        }) {
            assert!(started.elapsed() < START_LIMIT, "it was not stopped");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Waits until it has ended: its exit code.
    pub fn ended(&mut self) -> Option<i32> {
        self.child.wait().expect("a child of ours").code()
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().expect("the simulator runs until it is killed");
        self.child.wait().expect("a child of ours");
    }

    /// `http://…` of what certificates point at.
    pub fn public(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports[1])
    }

    /// `http://…` of the management port.
    pub fn management(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports[2])
    }

    /// `https://…` of the device.
    pub fn device(&self) -> String {
        format!("https://127.0.0.1:{}", self.ports[0])
    }

    /// The demo's configuration of `signer`, with this simulator as its device. `more` goes into
    /// the profile `decisions`.
    pub fn configuration(&self, more: &str) -> String {
        let demo = include_str!("../../signer/src/demo/demo.toml");
        let demo =
            demo.replacen("id = \"decisions\"\n", &format!("id = \"decisions\"\n{more}\n"), 1);
        format!(
            "{demo}\n[[application]]\nid = \"demo\"\napi_key_sha256 = \"{}\"\n\n{}",
            sha256_hex(API_KEY.as_bytes()),
            self.connection(),
        )
    }

    /// What a configuration of `signer` says of it.
    pub fn connection(&self) -> String {
        format!(
            "[qscd]\nurl = \"{}\"\ntrust = \"{}\"\ncertificate = \"{}\"\nkey = \"{}\"\n",
            self.device(),
            self.files.path("ca.pem"),
            self.files.path("client.pem"),
            self.files.path("client.key"),
        )
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
