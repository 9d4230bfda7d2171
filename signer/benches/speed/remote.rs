//! What a device elsewhere costs: the same four calls in process and over kept connections of the
//! loopback, as CPU time of both sides together.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use qscd_sim::Simulator;
use seal::{Digest, DigestAlgorithm, Qscd, TimeStampAuthority, ToSign};
use signer::remote::{Connection, Credentials, RemoteDevice, RemoteTimeStamping};
use tokio::{net::TcpListener, runtime::Runtime};

/// How much more CPU time one seal may cost, in microseconds.
const LIMIT_US: f64 = 120.0;

/// Prints the figures of both adapters and their difference.
pub fn print(quick: bool) {
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = Runtime::new().expect("a runtime");
    let simulator = Arc::new(Simulator::start().expect("a simulator"));
    let (device, public) = runtime.block_on(serve(&simulator));
    let connect = |at: SocketAddr, path: &str| {
        let timeout = Duration::from_secs(10);
        Connection::new(&format!("http://{at}{path}"), &Credentials::default(), timeout)
            .expect("a connection")
    };
    let remote = runtime.block_on(RemoteDevice::connect(connect(device, ""))).expect("a device");
    let length = simulator.time_stamp_authority().maximum_token_length();
    let stamps = RemoteTimeStamping::new(connect(public, "/tsa"), length);
    let acts = if quick { 50 } else { 20_000 };
    let (inside, own_stamps) = (simulator.qscd(), simulator.time_stamp_authority());
    let near = cpu_of(&runtime, acts, &simulator, &*inside, &*own_stamps);
    let far = cpu_of(&runtime, acts, &simulator, &remote, &stamps);
    let more = far - near;
    let verdict = if more <= LIMIT_US || quick { "" } else { "  OVER" };
    println!(
        "{:<46} {far:>11.1} {near:>11.1} {more:>+6.0} {LIMIT_US:>6.0}{verdict}  more CPU a seal",
        "device and TSA over HTTP, both sides' CPU"
    );
}

async fn serve(simulator: &Arc<Simulator>) -> (SocketAddr, SocketAddr) {
    let mut addresses = Vec::new();
    for router in [simulator.device_router("http://127.0.0.1"), simulator.public_router()] {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        addresses.push(listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
    }
    (addresses[0], addresses[1])
}

/// CPU time of this process for one act, in microseconds.
fn cpu_of(
    runtime: &Runtime,
    acts: usize,
    simulator: &Simulator,
    device: &dyn Qscd,
    stamps: &dyn TimeStampAuthority,
) -> f64 {
    let digest = Digest::of(DigestAlgorithm::Sha256, b"document");
    let to_sign = [ToSign::Digest(digest)];
    let act = async || {
        let credential = device.enrol(simulator.enrolment()).await.expect("a credential");
        let mandate = simulator.mandate();
        let sad = device.authorize(&credential.id, &to_sign, &mandate).await.expect("a SAD");
        drop(device.sign(&credential.id, sad, &to_sign).await.expect("a value"));
        drop(stamps.time_stamp(digest).await.expect("a token"));
    };
    runtime.block_on(act());
    let before = cpu_us();
    runtime.block_on(async {
        for _ in 0..acts {
            act().await;
        }
    });
    (cpu_us() - before) / acts as f64
}

/// User and system time of this process so far (proc(5), fields 14 and 15, ticks of 10 ms).
fn cpu_us() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux tells it in /proc");
    let fields = stat.rsplit(") ").next().unwrap_or_default();
    let ticks: u64 =
        fields.split_whitespace().skip(11).take(2).filter_map(|f| f.parse::<u64>().ok()).sum();
    ticks as f64 * 10_000.0
}
