//! A PostgreSQL server of Debian's package for tests: its data in a folder of its own, `fsync` on,
//! reached through a socket in that folder alone. It ends with the process that started it, however
//! that ends, and its folder goes with it.
//!
//! What cannot be had panics: nothing was tested then.

#![allow(clippy::expect_used, reason = "for tests alone")]

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

/// Where Debian's packages put the versions of PostgreSQL.
const PACKAGES: &str = "/usr/lib/postgresql";

/// The oldest version that the store takes.
const OLDEST: u32 = 15;

/// Starts, kills and ends the server, as it is told on standard input; at the end of that it ends.
const KEEPER: &str = include_str!("keeper.sh");

/// A running server.
#[derive(Debug)]
pub struct Server {
    /// The folder of its socket.
    folder: String,
    keeper: Mutex<Keeper>,
    databases: AtomicU32,
    binaries: PathBuf,
}

#[derive(Debug)]
struct Keeper {
    // The keeper ends when this is dropped.
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    _process: Child,
}

impl Server {
    /// Starts one for whoever kills it.
    ///
    /// # Panics
    /// When the package `postgresql` is not installed.
    pub fn start() -> Self {
        let binaries = binaries().expect("Debian's package postgresql, of version 15 or later");
        let is_root = run(Command::new("id").arg("-u")).trim() == "0";
        let mut command = if is_root {
            // The server refuses to run as root.
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg("sh");
            command
        } else {
            Command::new("sh")
        };
        let mut process = command
            .args(["-c", KEEPER, "keeper"])
            .arg(&binaries)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let orders = process.stdin.take().expect("a pipe");
        let answers = BufReader::new(process.stdout.take().expect("a pipe"));
        let mut keeper = Keeper { orders, answers, _process: process };
        let folder = keeper.answer();
        Self { folder, keeper: Mutex::new(keeper), databases: AtomicU32::new(0), binaries }
    }

    /// The one that all tests of a process share.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Server> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// A new database; its address.
    pub fn database(&self) -> String {
        let name = format!("segl_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.execute("postgres", &format!("CREATE DATABASE {name}"));
        format!("postgres://segl@{}/{name}", self.folder.replace('/', "%2F"))
    }

    /// A copy of a database that nobody is connected to; its address.
    pub fn copy(&self, database: &str) -> String {
        let original = database.rsplit('/').next().unwrap_or(database);
        let name = format!("segl_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.execute("postgres", &format!("CREATE DATABASE {name} TEMPLATE {original}"));
        format!("postgres://segl@{}/{name}", self.folder.replace('/', "%2F"))
    }

    /// What SQL statements in a database answer, a row a line.
    pub fn execute(&self, database: &str, sql: &str) -> String {
        let name = database.rsplit('/').next().unwrap_or(database);
        psql(&self.binaries, &self.folder, name, sql)
    }

    /// The same in a database of whichever server, by its address.
    ///
    /// # Panics
    /// When the address is none that [`Server::database`] gave.
    pub fn execute_at(address: &str, sql: &str) -> String {
        let (host, name) = address
            .split_once('@')
            .and_then(|(_, rest)| rest.split_once('/'))
            .expect("an address of this server's");
        psql(&binaries().expect("the package"), &host.replace("%2F", "/"), name, sql)
    }

    /// Everything in a database, as SQL.
    pub fn dump(&self, database: &str) -> String {
        let name = database.rsplit('/').next().unwrap_or(database);
        let dump = self.binaries.join("pg_dump");
        run(Command::new(dump).args(["-U", "segl", "-h", &self.folder, name]))
    }

    /// `kill -9`.
    pub fn kill(&self) {
        self.order("kill");
    }

    /// Starts it again after [`Server::kill`].
    pub fn again(&self) {
        self.order("start");
    }

    fn order(&self, order: &str) {
        let mut keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(keeper.orders, "{order}").expect("the server's keeper");
        keeper.answer();
    }
}

impl Keeper {
    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the server's keeper");
        assert!(line.ends_with('\n'), "PostgreSQL does not start: see above");
        line.trim_end().to_owned()
    }
}

/// The folder with the programs of the newest version.
fn binaries() -> Option<PathBuf> {
    let versions = fs::read_dir(PACKAGES).ok()?.flatten();
    let versions = versions.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let newest = versions.filter(|version| *version >= OLDEST).max()?;
    let folder = PathBuf::from(PACKAGES).join(newest.to_string()).join("bin");
    folder.join("postgres").exists().then_some(folder)
}

fn psql(binaries: &Path, folder: &str, name: &str, sql: &str) -> String {
    run(Command::new(binaries.join("psql"))
        .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "segl"])
        .args(["-h", folder, "-d", name, "-c", sql]))
}

fn run(command: &mut Command) -> String {
    let output = command.output().expect("a program of the server's package");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    String::from_utf8(output.stdout).expect("text")
}
