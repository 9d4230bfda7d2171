//! `qscd-sim serve`: three listeners, and their orderly end.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use clap::Args;
use listener::{Bounds, Guard, Stop, Stopper, Tls, TlsFiles};
use qscd_sim::{SettableClock, Simulator};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{failure::Failure, guard, page::PageSetting, root, settings::Settings, terminal};

/// How long calls under way may take when the simulator is told to stop.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where the device listens when nothing else is said.
const LISTEN: SocketAddr = loopback(8092);
const PUBLIC: SocketAddr = loopback(8090);
const MANAGEMENT: SocketAddr = loopback(8091);

/// The arguments of `serve`.
#[derive(Debug, Args)]
#[group(id = "serving")]
pub(super) struct Arguments {
    /// The address of the device, /qscd/v1
    #[arg(long, value_name = "ADDR", default_value_t = LISTEN)]
    listen: SocketAddr,
    /// The address of what certificates point at: /pki and /tsa
    #[arg(long, value_name = "ADDR", default_value_t = PUBLIC)]
    public: SocketAddr,
    /// The address of the management port: loopback, always
    #[arg(long, value_name = "ADDR", default_value_t = MANAGEMENT)]
    management: SocketAddr,
    /// A name beside the loopback's by which the management port may be asked
    #[arg(long, value_name = "NAME")]
    management_host: Vec<String>,
    /// How others reach the public address; it stands in certificates [default: http://PUBLIC]
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// The settings: mandates and persons; the demo's when left out
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// TLS for the device: its certificate and its issuers, PEM
    #[arg(long, value_name = "FILE", requires = "key")]
    certificate: Option<PathBuf>,
    /// The key of that certificate, PEM
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key: Option<PathBuf>,
    /// Mutual TLS: the certificates that clients' certificates must lead to, PEM
    #[arg(long, value_name = "FILE", requires = "certificate")]
    clients: Option<PathBuf>,
    /// Your own root certificate, PEM, instead of a new one
    #[arg(long, value_name = "FILE", requires = "root_key")]
    root_certificate: Option<PathBuf>,
    /// The key of that certificate, PEM: P-256, P-384 or RSA
    #[arg(long, value_name = "FILE", requires = "root_certificate")]
    root_key: Option<PathBuf>,
    /// Keeps so many issued certificates whole after their keys have ended, for testers to look at
    #[arg(long, value_name = "NUMBER")]
    keep_issued: Option<usize>,
    /// For tests alone: the same keys, names and serial numbers at every start
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// Listens where others can reach it: whoever does, can sign as anyone
    #[arg(long)]
    allow_remote: bool,
}

/// Answers until SIGINT, SIGTERM or SIGQUIT.
pub(super) async fn serve(arguments: Arguments) -> Result<(), Failure> {
    let signals = Signals::listen().map_err(Failure::Serving)?;
    guard::loopback(arguments.listen, arguments.allow_remote)?;
    guard::loopback(arguments.public, arguments.allow_remote)?;
    guard::management(arguments.management)?;
    let settings = Settings::read(arguments.config.as_deref())?;
    let guard = Guard::new(arguments.management_host.clone());
    let guard = match guard::token(arguments.config.is_some())? {
        Some(token) => guard.with_token(&token),
        None => guard,
    };
    let tls = match (&arguments.certificate, &arguments.key) {
        (Some(certificate), Some(key)) => {
            let (certificate, key) = (certificate.clone(), key.clone());
            let files = TlsFiles { certificate, key, clients: arguments.clients.clone() };
            Some(Arc::new(Tls::read(files)?))
        }
        _ => None,
    };
    let (device, device_at) = bind(arguments.listen)?;
    let (public, public_at) = bind(arguments.public)?;
    let (management, management_at) = bind(arguments.management)?;
    let public_url = arguments.public_url.unwrap_or_else(|| format!("http://{public_at}"));
    let imported_root = match (&arguments.root_certificate, &arguments.root_key) {
        (Some(certificate), Some(key)) => Some(root::imported(certificate, key)?),
        _ => None,
    };
    let page = settings.activation_page.as_ref().map(PageSetting::listener).transpose()?;
    let seed = arguments.seed;
    let mut options = settings.options(&public_url)?;
    (options.imported_root, options.seed) = (imported_root, seed);
    options.limits.kept_certificates =
        arguments.keep_issued.unwrap_or(options.limits.kept_certificates);
    let no_clients = options.clients.is_empty();
    let own_page = options.activation_page.as_ref();
    let own_page = own_page.map(|page| format!("  page        {}\n", page.relying_party.origin));
    let own_page = own_page.unwrap_or_default();
    let simulator = Arc::new(Simulator::new(options, SettableClock::new(), Arc::new(()))?);
    simulator.device().spawn_ticker();
    let page = match page {
        Some((address, tls)) => Some((bind(address)?.0, tls)),
        None => None,
    };
    let page_tls = page.as_ref().and_then(|(_, tls)| tls.clone());
    let scheme = if tls.is_some() { "https" } else { "http" };
    let run_id = simulator.run_id();
    let keys = if seed.is_some() { "COME FROM A SEED" } else { "are new at every start" };
    let printed = terminal::print(format_args!(
        "{}\nIts certificates prove nothing to anyone. Keys {keys} and are never \
         written.\n\n  device      {scheme}://{device_at}\n  public      {public_url}\n  \
         management  http://{management_at}\n{own_page}  run         {run_id}\n",
        qscd_sim::SIMULATOR
    ));
    // Whoever started it need not read on.
    if let Err(failure) = printed
        && !failure.is_unread()
    {
        return Err(failure);
    }
    if let Some(seed) = seed {
        terminal::tell(&format_args!(
            "--seed {seed}: THE KEYS ARE THE SAME AT EVERY START, AND ANYONE CAN MAKE THEM"
        ));
    }
    if arguments.clients.is_some() && no_clients {
        terminal::tell(
            &"--clients: whoever has a certificate from there acts for every organisation; \
              [[client]] in --config says who acts for whom",
        );
    }
    if arguments.allow_remote {
        terminal::tell(&"--allow-remote: whoever reaches the device can sign as anyone");
    }

    let all_tls = tls.iter().cloned().chain(page_tls).collect();
    let stop = signals.obey(all_tls, Arc::clone(&simulator), arguments.config);
    let bounds = Bounds { stop: PATIENCE, ..Bounds::default() };
    let device_service = simulator.device_service(&public_url);
    let management_router = guard.before(simulator.management_router());
    // The device's clients are few, each at one address, and keep their connections.
    let of_device = Bounds {
        connections_per_address: bounds.connections,
        header: Duration::from_secs(60),
        ..bounds.clone()
    };
    let page = {
        let (router, bounds, stop) = (simulator.page_router(), bounds.clone(), stop.clone());
        async move {
            match page.zip(router) {
                Some(((socket, tls), router)) => {
                    listener::serve(socket, router, tls, bounds, stop).await
                }
                None => Ok(()),
            }
        }
    };
    let served = tokio::try_join!(
        page,
        listener::serve(device, device_service, tls, of_device, stop.clone()),
        listener::serve(public, simulator.public_router(), None, bounds.clone(), stop.clone()),
        listener::serve(management, management_router, None, bounds, stop),
    );
    simulator.shutdown();
    served.map(drop).map_err(Failure::Serving)
}

fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Failure> {
    let failed = |cause| Failure::Listen(address, cause);
    let listener = TcpListener::bind(address).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// The signals that the simulator obeys. None of them kills it.
struct Signals {
    /// SIGINT, SIGTERM and SIGQUIT: the orderly end.
    end: [Signal; 3],
    /// SIGHUP: the device's certificate is read again, and the keys of `[[login]]`.
    reload: Signal,
    /// SIGUSR1 and SIGUSR2, which would kill it and mean nothing.
    nothing: [Signal; 2],
}

impl Signals {
    fn listen() -> io::Result<Self> {
        let kinds = (SignalKind::interrupt(), SignalKind::terminate(), SignalKind::quit());
        Ok(Self {
            end: [signal(kinds.0)?, signal(kinds.1)?, signal(kinds.2)?],
            reload: signal(SignalKind::hangup())?,
            nothing: [signal(SignalKind::user_defined1())?, signal(SignalKind::user_defined2())?],
        })
    }

    fn obey(self, tls: Vec<Arc<Tls>>, simulator: Arc<Simulator>, config: Option<PathBuf>) -> Stop {
        let Self { end: [mut interrupt, mut terminate, mut quit], mut reload, nothing } = self;
        let (stopper, stop) = Stopper::new();
        tokio::spawn(async move {
            // Kept, so that these signals stay without effect.
            let _nothing = nothing;
            loop {
                tokio::select! {
                    _ = interrupt.recv() => break,
                    _ = terminate.recv() => break,
                    _ = quit.recv() => break,
                    _ = reload.recv() => {
                        for error in tls.iter().filter_map(|tls| tls.reload().err()) {
                            terminal::tell(&format_args!("TLS stays as it was: {error}"));
                        }
                        match Settings::read(config.as_deref()).and_then(Settings::issuers) {
                            Ok(issuers) => simulator.renew_issuers(&issuers),
                            Err(error) => {
                                terminal::tell(&format_args!("logins' keys stay: {error}"));
                            }
                        }
                    }
                }
            }
            simulator.end_streams();
            stopper.stop();
        });
        stop
    }
}

const fn loopback(port: u16) -> SocketAddr {
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}
