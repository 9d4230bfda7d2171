//! What a device elsewhere costs: the same acts in process, and in a `qscd-sim` behind mutual TLS
//! over kept connections of the loopback, as processor time of both processes together.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use qscd_sim::Simulator;
use seal::{Digest, DigestAlgorithm, Qscd, TimeStampAuthority, ToSign};
use signer::device::remote::{Connection, Credentials, RemoteDevice, RemoteTimeStamping};
use tokio::runtime::Runtime;

use crate::{
    echo, http,
    measure::{median, process_cpu_us},
    one_processor::OneProcessor,
    tls::Files,
};

/// How much more CPU time one seal may cost, in microseconds.
const LIMIT_US: f64 = 120.0;
/// The mandate that [`Simulator::start`] knows.
const SETTINGS: &str = "[identity]\nissuer = \"https://a.invalid\"\naudience = \"a\"\n\
    [[mandate]]\nid = \"test\"\norganization_name = \"Havnsted Kommune\"\n\
    organization_identifier = \"NTRDK-12345674\"\nprofile = \"test\"\n";

/// What one act consists of.
#[derive(Clone, Copy)]
enum Calls {
    /// Enrol, authorise, sign.
    Three,
    /// Enrol, activate.
    Two,
    /// Enrol, activate, and a time-stamp.
    Stamped,
}

/// Prints the figures of both adapters and their difference, on one processor and on all.
pub fn print(quick: bool) {
    build();
    let folder = tempfile::tempdir().expect("a directory");
    let files = Files::make(folder.path());
    println!("all processes on one processor:");
    let bound = OneProcessor::bind();
    rows(quick, &files, folder.path());
    drop(bound);
    println!("wherever they run:");
    rows(quick, &files, folder.path());
}

/// Both adapters, one at a time and many at once. Everything is started anew: a runtime has as many
/// threads as there are processors for it.
fn rows(quick: bool, files: &Files, folder: &Path) {
    let runtime = Runtime::new().expect("a runtime");
    let simulator = Arc::new(Simulator::start().expect("a simulator"));
    let elsewhere = Elsewhere::start(files, folder);
    let timeout = Duration::from_secs(10);
    let connect = |at: &str| Connection::new(at, &files.client(), timeout).expect("a connection");
    let remote = runtime.block_on(RemoteDevice::connect(connect(&elsewhere.device)));
    let remote: Arc<dyn Qscd> = Arc::new(remote.expect("a device"));
    let length = simulator.time_stamp_authority().maximum_token_length();
    let unit = Connection::new(&elsewhere.unit, &Credentials::default(), timeout);
    let unit: Arc<dyn TimeStampAuthority> =
        Arc::new(RemoteTimeStamping::new(unit.expect("a connection"), length));
    let near = (simulator.qscd(), simulator.time_stamp_authority());
    let far = (remote, unit);
    let echo = echo::Peer::start(files);
    for clients in [1, 32] {
        let run = Run { acts: if quick { 64 } else { 2_048 }, clients };
        for (calls, name) in [
            (Calls::Three, "enrol, authorise, sign"),
            (Calls::Two, "enrol, activate"),
            (Calls::Stamped, "enrol, activate, time-stamp"),
        ] {
            let (mut inside, mut outside, mut there) = (vec![], vec![], vec![]);
            for _ in 0..if quick { 1 } else { 9 } {
                inside.push(run.cpu_us(&runtime, &simulator, &near, calls, None).0);
                let (client, device) =
                    run.cpu_us(&runtime, &simulator, &far, calls, Some(elsewhere.child.id()));
                outside.push(client + device);
                there.push(device);
            }
            let name = format!("elsewhere, {clients} at once: {name}");
            print_row(&name, median(outside), median(inside), median(there), quick);
        }
        let bare = (0..9).map(|_| echo.cpu_us(&runtime, run.acts, clients)).collect();
        println!(
            "{:<46} {:>11.1}  600 bytes there and back, CPU of both sides",
            format!("bare exchange over TLS, {clients} at once"),
            median(bare)
        );
    }
    http::print_remote(quick, files);
}

/// A device and a time-stamping authority.
type Party = (Arc<dyn Qscd>, Arc<dyn TimeStampAuthority>);

/// A row about both adapters: processor time for one act in microseconds, in all processes.
pub fn print_row(name: &str, outside: f64, inside: f64, there: f64, quick: bool) {
    let more = outside - inside;
    let verdict = if more <= LIMIT_US || quick { "" } else { "  OVER" };
    println!(
        "{name:<46} {outside:>11.1} {inside:>11.1} {more:>+6.0} {LIMIT_US:>6.0}{verdict}  more CPU \
         than in process; {there:.0} of it in the device"
    );
}

struct Run {
    acts: usize,
    clients: usize,
}

impl Run {
    /// Processor time of this process and of the other one for one act, in microseconds.
    fn cpu_us(
        &self,
        runtime: &Runtime,
        simulator: &Arc<Simulator>,
        party: &Party,
        calls: Calls,
        other: Option<u32>,
    ) -> (f64, f64) {
        let spent = || (process_cpu_us(std::process::id()), other.map_or(0.0, process_cpu_us));
        let each = self.acts / self.clients;
        let before = spent();
        let tasks: Vec<_> = (0..self.clients)
            .map(|_| {
                let (simulator, party) = (Arc::clone(simulator), party.clone());
                runtime.spawn(async move {
                    for _ in 0..each {
                        act(&simulator, &*party.0, &*party.1, calls).await;
                    }
                })
            })
            .collect();
        runtime.block_on(async {
            for task in tasks {
                task.await.expect("an act");
            }
        });
        let (after, number) = (spent(), (each * self.clients) as f64);
        ((after.0 - before.0) / number, (after.1 - before.1) / number)
    }
}

async fn act(
    simulator: &Simulator,
    device: &dyn Qscd,
    stamps: &dyn TimeStampAuthority,
    calls: Calls,
) {
    let digest = Digest::of(DigestAlgorithm::Sha256, b"document");
    let to_sign = [ToSign::Digest(digest)];
    let id = device.enrol(simulator.enrolment()).await.expect("a credential").id;
    let mandate = simulator.mandate();
    if let Calls::Three = calls {
        let sad = device.authorise(&id, &to_sign, &mandate).await.expect("a SAD");
        device.sign(&id, sad, &to_sign).await.expect("a value");
    } else {
        device.activate(&id, &to_sign, &mandate).await.expect("a value");
    }
    if let Calls::Stamped = calls {
        stamps.time_stamp(digest).await.expect("a token");
    }
}

/// `qscd-sim` as a process of its own, behind mutual TLS.
pub struct Elsewhere {
    pub child: Child,
    /// `https://…` of the device.
    pub device: String,
    /// `http://…/tsa`.
    pub unit: String,
    /// It goes on writing there.
    _output: BufReader<ChildStdout>,
}

impl Elsewhere {
    /// One that knows the mandate of [`Simulator::start`].
    pub fn start(files: &Files, folder: &Path) -> Self {
        let settings = folder.join("simulator.toml");
        fs::write(&settings, SETTINGS).expect("a file");
        Self::with(files, &["--config", &settings.display().to_string()])
    }

    /// One with these arguments besides.
    pub fn with(files: &Files, arguments: &[&str]) -> Self {
        let program = Path::new(env!("CARGO_BIN_EXE_signer")).with_file_name("qscd-sim");
        let mut child = Command::new(program)
            .args(["--listen", "127.0.0.1:0", "--public", "127.0.0.1:0"])
            .args(["--management", "127.0.0.1:0"])
            .args(files.server_arguments())
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("qscd-sim starts");
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        let mut lines = output.by_ref().lines().map_while(Result::ok);
        let mut address = |name: &str| {
            let line = lines.find(|line| line.trim_start().starts_with(name));
            let line = line.expect("its addresses");
            line.split_whitespace().last().unwrap_or_default().to_owned()
        };
        let device = address("device");
        let unit = format!("{}/tsa", address("public"));
        Self { child, device, unit, _output: output }
    }
}

/// Makes `qscd-sim` of the sources as they are: for a benchmark cargo builds the programs of its own
/// package only.
fn build() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--package", "qscd-sim", "--profile", profile])
        .status();
    assert!(built.is_ok_and(|status| status.success()), "qscd-sim does not build");
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
