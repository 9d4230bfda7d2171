//! The simulator as a program of its own: serves the device, or talks to a running simulator.

mod program;

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

/// A call makes some dozens of small allocations.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = program::Arguments::parse();
    // Once, before anything speaks TLS: it fails only when a provider is there already.
    drop(rustls::crypto::ring::default_provider().install_default());
    arguments.run().await
}
