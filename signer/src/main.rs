//! The binary of Segl: sets up TLS and logging, and hands over to the command line.

use std::{
    env,
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

use clap::Parser;
use mimalloc::MiMalloc;
use signer::{
    cli::{Cli, REQUEST_LOG},
    log,
};
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// A seal makes some hundred small allocations.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Some(code) = cli.run_alone() {
        return code;
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            drop(writeln!(io::stderr(), "the runtime cannot start: {error}"));
            return ExitCode::from(2);
        }
    };
    let code = runtime.block_on(run(cli));
    // Whatever does not end is not waited for: what is to be kept is on disk.
    runtime.shutdown_background();
    code
}

async fn run(cli: Cli) -> ExitCode {
    // Once, before anything speaks TLS: it fails only when a provider is there already.
    drop(rustls::crypto::ring::default_provider().install_default());
    let wanted = env::var("RUST_LOG").ok().and_then(|wanted| wanted.parse().ok());
    let requests = if cli.logs_requests() { LevelFilter::INFO } else { LevelFilter::OFF };
    let wanted = wanted.unwrap_or_else(|| {
        Targets::new()
            .with_default(cli.default_log_level())
            .with_target(REQUEST_LOG, requests)
            // It calls each mechanism that a token has beyond those it knows an error.
            .with_target("cryptoki", LevelFilter::OFF)
    });
    // Results go to standard output, so the log does not.
    let records = log::records(cli.log_format(), io::stderr().is_terminal(), io::stderr);
    tracing_subscriber::registry().with(records).with(wanted).init();
    cli.run().await
}
