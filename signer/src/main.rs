//! The binary of Segl: sets up TLS and logging, and hands over to the command line.

use std::{
    io::{self, IsTerminal},
    process::ExitCode,
};

use clap::Parser;
use mimalloc::MiMalloc;
use signer::cli::Cli;
use tracing_subscriber::EnvFilter;

/// A seal makes some hundred small allocations.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    // Once, before anything speaks TLS: it fails only when a provider is there already.
    drop(rustls::crypto::ring::default_provider().install_default());
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new(cli.default_log_level()));
    // Results go to standard output, so the log does not.
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
    cli.run().await
}
