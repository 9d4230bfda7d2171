//! The listeners, what they are told while they run, and the orderly end of a service.

use std::{
    fmt, io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
    sync::Arc,
};

use futures_util::future::BoxFuture;
use listener::{Guard, Stopper, Tls};
use tokio::{
    sync::mpsc,
    time::{Duration, Instant, sleep, timeout_at},
};

use super::{Application, StartError, issuing::keep_up};
use crate::{
    config::{Config, Data, Secret},
    data_directory::warn_if_others_may,
    operator,
    service::{Sending, Service},
};

/// Bound sockets, and TLS of the public one; nothing is answered yet.
#[derive(Debug)]
pub struct Listeners {
    public: TcpListener,
    /// The loopback of IPv6, where that of IPv4 is listened on: browsers may try it first for localhost.
    other_loopback: Option<TcpListener>,
    management: TcpListener,
    tls: Option<Arc<Tls>>,
}

/// What a running service is told from outside.
pub struct Orders {
    /// Ends when the service is to end.
    pub stop: BoxFuture<'static, ()>,
    /// The configuration again, each time that keys and certificates are to be read anew.
    pub reload: mpsc::Receiver<Config>,
    /// The token that the management port wants; none in the demo.
    pub management_token: Option<Secret>,
}

impl fmt::Debug for Orders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Orders").finish_non_exhaustive()
    }
}

/// How long the acts under way may take beyond the connections' end.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// How long a device elsewhere is asked for its last words even when no time is left.
const LEAST_PATIENCE: Duration = Duration::from_millis(250);

impl Listeners {
    /// Reads certificate and key of TLS, binds the public and the management address of `config`,
    /// which comes from `origin`, and writes the ports that were given for port 0 back into it.
    ///
    /// # Errors
    /// [`StartError::Config`] names the file of TLS that cannot be used, [`StartError::Listen`] the
    /// address.
    pub fn bind(config: &mut Config, origin: &str) -> Result<Self, StartError> {
        let tls = config.server.tls.as_ref().map(|tls| tls.read(origin)).transpose()?;
        if let Some(tls) = &config.server.tls {
            warn_if_others_may(&tls.key, 0o027, "read or change");
        }
        let public = listen(&mut config.server.listen)?;
        let other_loopback = other_loopback(config.server.listen)?;
        let management = listen(&mut config.server.management)?;
        Ok(Self { public, other_loopback, management, tls: tls.map(Arc::new) })
    }
}

impl Application {
    /// Answers until it is told to stop; then lets requests in flight end, wipes the device and
    /// closes the audit log.
    ///
    /// # Errors
    /// [`StartError`] when a listener fails, or the last records are lost.
    pub async fn serve(
        self,
        listeners: Listeners,
        config: &Config,
        orders: Orders,
    ) -> Result<(), StartError> {
        let Orders { stop, mut reload, management_token } = orders;
        let tls = listeners.tls;
        let limits = &config.limits;
        let (stopper, stopped) = Stopper::new();
        let backend = self.backend.clone();
        let ending = tokio::spawn(async move {
            stop.await;
            tracing::info!("stopping: requests in flight end first");
            backend.end_streams();
            stopper.stop();
            Instant::now()
        });
        let public = {
            let (router, bounds) = (self.public.clone(), limits.bounds(config.server.behind_proxy));
            listener::serve(listeners.public, router, tls.clone(), bounds, stopped.clone())
        };
        let other = {
            let (router, bounds) = (self.public.clone(), limits.bounds(config.server.behind_proxy));
            let (tls, stopped) = (tls.clone(), stopped.clone());
            async move {
                match listeners.other_loopback {
                    Some(listener) => listener::serve(listener, router, tls, bounds, stopped).await,
                    None => Ok(()),
                }
            }
        };
        let management = {
            let guard = Guard::new(config.server.management_hosts.clone());
            let guard = match &management_token {
                Some(token) => guard.with_token(token.expose()),
                None => guard,
            };
            let router = guard.before(self.management.clone());
            listener::serve(listeners.management, router, None, limits.management_bounds(), stopped)
        };
        let stamping = tokio::spawn(time_stamp_log(self.service.clone(), config.data.clone()));
        let sending = tokio::spawn(send_letters(Arc::clone(&self.service)));
        let directory = self.directory.path().to_owned();
        let issuing = self.issuing.clone();
        let keeping_up = issuing.map(|issuing| tokio::spawn(keep_up(issuing, tls.clone())));
        let attending = tokio::spawn(operator::attend(
            directory,
            Arc::clone(&self.service),
            self.access.origin.clone(),
        ));
        let served = async { tokio::try_join!(public, other, management) };
        tokio::pin!(served);
        let served = loop {
            tokio::select! {
                served = &mut served => break served,
                Some(config) = reload.recv() => self.read_again(&config, tls.as_deref()).await,
            }
        };
        stamping.abort();
        sending.abort();
        attending.abort();
        if let Some(keeping_up) = keeping_up {
            keeping_up.abort();
        }
        // A listener that failed ends the service as well; then nobody has told it to stop.
        let begun = if ending.is_finished() { ending.await.ok() } else { None };
        let end = begun.unwrap_or_else(Instant::now) + limits.shutdown() + LAST_WORDS;
        // Work that does not end in time is left behind: its act has no outcome, and the log shows it.
        if timeout_at(end, self.service.drain()).await.is_err() {
            tracing::error!("acts under way did not end in time");
        }
        let left = end.saturating_duration_since(Instant::now());
        let closed = self.close(left.max(LEAST_PATIENCE)).await;
        served.map_err(|cause| StartError::Listen { what: "serving".to_owned(), cause })?;
        Ok(closed?)
    }

    /// Takes certificates and keys from their files anew. What cannot be read stays as it was.
    async fn read_again(&self, config: &Config, tls: Option<&Tls>) {
        if let Some(tls) = tls {
            match tls.reload() {
                Ok(()) => tracing::info!("TLS: certificate and key were read again"),
                Err(error) => tracing::error!(%error, "TLS stays as it was"),
            }
        }
        match self.renew_callers(config).await {
            Ok(()) => tracing::info!("API keys and identity issuers' keys were read again"),
            Err(error) => tracing::error!(%error, "API keys and issuers' keys stay as they were"),
        }
    }
}

/// Has the audit log time-stamped again and again. One that fails is made up for by the next.
async fn time_stamp_log(service: Arc<Service>, data: Data) {
    let Some(every) = data.time_stamp_every() else { return };
    loop {
        sleep(every).await;
        if let Err(error) = service.time_stamp_log().await {
            tracing::warn!(%error, "the audit log could not be time-stamped");
        }
    }
}

/// Sends letters, and writes those that time brings, again and again.
async fn send_letters(service: Arc<Service>) {
    /// How often it is looked whether there is one.
    const EVERY: Duration = Duration::from_secs(1);
    /// How long a mail server or a database that fails is left alone.
    const PAUSE: Duration = Duration::from_secs(5);
    loop {
        // What keeps one from being told keeps no letter that is written.
        let ends = service.tell_of_ends().await.and(service.tell_of_entry_ends().await);
        let told = ends.and(service.tell_of_changes().await).and(service.gather_notices().await);
        let sent = service.send_letters().await;
        sleep(match told.and(sent) {
            Ok(Sending::Done) => EVERY,
            Ok(Sending::Away) => PAUSE,
            Err(error) => {
                tracing::warn!(%error, "letters wait: the store did not answer");
                PAUSE
            }
        })
        .await;
    }
}

/// Listens on `::1` with the port of `127.0.0.1`; on nothing where there is no IPv6. Somebody else there
/// would be asked in the service's place.
fn other_loopback(address: SocketAddr) -> Result<Option<TcpListener>, StartError> {
    if address.ip() != Ipv4Addr::LOCALHOST {
        return Ok(None);
    }
    let other = SocketAddr::from((Ipv6Addr::LOCALHOST, address.port()));
    match TcpListener::bind(other) {
        Ok(listener) => Ok(Some(listener)),
        Err(cause) if cause.kind() == io::ErrorKind::AddrInUse => {
            Err(StartError::Listen { what: other.to_string(), cause })
        }
        Err(_) => Ok(None),
    }
}

fn listen(address: &mut SocketAddr) -> Result<TcpListener, StartError> {
    let failed = |cause| StartError::Listen { what: address.to_string(), cause };
    let listener = TcpListener::bind(*address).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    *address = listener.local_addr().map_err(failed)?;
    Ok(listener)
}
