//! `signer serve`, and `signer` alone.

use std::{fmt, net::SocketAddr, path::PathBuf};

use clap::{Args, ValueEnum};
use futures_util::future::BoxFuture;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc,
};

use super::{
    Failure,
    composition::{Composition, DemoKeys},
    terminal,
};
use crate::{
    compose::{Listeners, Orders},
    config::{Config, Overrides},
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
    /// How the log is written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub(super) log_format: LogFormat,
    /// Tells the log of each request: method, route, status, duration, bytes
    #[arg(long)]
    pub(super) log_requests: bool,
    /// The data directory [default: ./segl-data]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// A line of text for each entry.
    #[default]
    Text,
    /// A line of JSON for each entry.
    Json,
}

/// Answers until SIGINT, SIGTERM or SIGQUIT. SIGHUP has certificates and keys read again.
///
/// # Errors
/// [`Failure`] when the service cannot start, or loses its last records at the end.
pub(super) async fn serve(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { config: file, listen, management, data_dir, .. } = arguments;
    let overrides = Overrides { listen, management, data_directory: data_dir };
    let mut composition = Composition::read(file.as_deref(), &overrides)?;
    let origin =
        file.as_deref().map_or_else(|| "the demo".to_owned(), |file| file.display().to_string());
    for warning in composition.config.warnings() {
        tracing::warn!("{origin}: {warning}");
    }
    let signals = Signals::listen().map_err(Failure::Signals)?;
    let listeners = Listeners::bind(&mut composition.config, &origin)?;
    let directory = DataDirectory::open(&composition.config.data.directory)?;
    let (application, key) = composition.compose(&directory).await?;
    if key != AuditKeyOrigin::Given {
        tracing::warn!("{key}");
    }
    let management_token = composition.management_token(&directory)?;
    let Composition { config, demo_keys, .. } = &composition;
    match demo_keys {
        Some(DemoKeys { api_key, administration_key }) => {
            terminal::print(Banner { config, api_key, administration_key })?;
        }
        None => tracing::info!(
            listen = %config.server.listen,
            public_url = config.server.public_url(),
            "SIMULATOR - NOT QUALIFIED: answering"
        ),
    }
    if let Some(link) = application.administrator_link().await? {
        terminal::print(FirstLink(link))?;
    }
    let (stop, reload) = signals.obey(file, overrides);
    let orders = Orders { stop, reload, management_token };
    Ok(application.serve(listeners, config, orders).await?)
}

/// The link of the first administrator: on the standard output, and never in the log.
struct FirstLink(String);

impl fmt::Display for FirstLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "No person administers the organisation yet. Whoever opens this link becomes its"
        )?;
        writeln!(f, "administrator; it is good once, for 24 hours:")?;
        write!(f, "  {}", self.0)
    }
}

/// The signals that a service obeys. None of them kills it.
struct Signals {
    /// SIGINT, SIGTERM and SIGQUIT: the orderly end.
    end: [Signal; 3],
    /// SIGHUP: certificates and keys are read again.
    reload: Signal,
    /// SIGUSR1 and SIGUSR2, which would kill it and mean nothing.
    nothing: [Signal; 2],
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        let kinds = (SignalKind::interrupt(), SignalKind::terminate(), SignalKind::quit());
        Ok(Self {
            end: [signal(kinds.0)?, signal(kinds.1)?, signal(kinds.2)?],
            reload: signal(SignalKind::hangup())?,
            nothing: [signal(SignalKind::user_defined1())?, signal(SignalKind::user_defined2())?],
        })
    }

    /// When to stop, and the configuration each time that it is to be read again.
    fn obey(
        self,
        file: Option<PathBuf>,
        overrides: Overrides,
    ) -> (BoxFuture<'static, ()>, mpsc::Receiver<Config>) {
        let Self { end: [mut interrupt, mut terminate, mut quit], mut reload, nothing } = self;
        let (sender, receiver) = mpsc::channel(1);
        tokio::spawn(async move {
            // Kept, so that these signals stay without effect.
            let _nothing = nothing;
            while reload.recv().await.is_some() {
                let Some(file) = file.clone() else {
                    tracing::info!("SIGHUP: the demo has no files to read again");
                    continue;
                };
                let overrides = overrides.clone();
                let read = tokio::task::spawn_blocking(move || Config::load(&file, &overrides));
                match read.await {
                    Ok(Ok(config)) => drop(sender.send(config).await),
                    Ok(Err(error)) => tracing::error!(%error, "SIGHUP: all stays as it was"),
                    Err(error) => tracing::error!(%error, "SIGHUP: all stays as it was"),
                }
            }
        });
        let stop = async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = quit.recv() => {}
            }
        };
        (Box::pin(stop), receiver)
    }
}
