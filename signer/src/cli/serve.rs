//! `signer serve`, and `signer` alone.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{Failure, composition::Composition, terminal};
use crate::{
    compose::Listeners,
    config::Overrides,
    data_directory::{AuditKeyOrigin, DataDirectory},
    demo::Banner,
};

/// The arguments. What is left out comes from the configuration.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The configuration; the demo when left out
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The address of the public interface [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// The address of the management port: loopback, always [default: 127.0.0.1:8081]
    #[arg(long, value_name = "ADDR")]
    management: Option<SocketAddr>,
    /// The data directory [default: ./segl-data]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// Answers until SIGINT or SIGTERM.
///
/// # Errors
/// [`Failure`] when the service cannot start, or loses its last records at the end.
pub(super) async fn serve(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { config, listen, management, data_dir } = arguments;
    let overrides = Overrides { listen, management, data_directory: data_dir };
    let mut composition = Composition::read(config.as_deref(), &overrides)?;
    for warning in composition.config.warnings() {
        tracing::warn!("{warning}");
    }
    let stop = Stop::listen().map_err(Failure::Signals)?;
    let listeners = Listeners::bind(&mut composition.config)?;
    let directory = DataDirectory::open(&composition.config.data.directory)?;
    let (application, key) = composition.compose(&directory).await?;
    if key != AuditKeyOrigin::Given {
        tracing::warn!("{key}");
    }
    let Composition { config, demo_key, .. } = &composition;
    match demo_key {
        Some(api_key) => terminal::print(Banner { config, api_key })?,
        None => tracing::info!(
            listen = %config.server.listen,
            public_url = config.server.public_url(),
            "SIMULATOR - NOT QUALIFIED: answering"
        ),
    }
    Ok(application.serve(listeners, config, stop.wait()).await?)
}

/// The signals that end the service in good order.
struct Stop {
    interrupt: Signal,
    terminate: Signal,
}

impl Stop {
    fn listen() -> std::io::Result<Self> {
        let interrupt = signal(SignalKind::interrupt())?;
        Ok(Self { interrupt, terminate: signal(SignalKind::terminate())? })
    }

    async fn wait(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
