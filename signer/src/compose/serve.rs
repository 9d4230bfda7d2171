//! The listeners, and the orderly end of a service.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use axum::Router;
use axum_server::{
    Handle,
    accept::NoDelayAcceptor,
    tls_rustls::{RustlsAcceptor, RustlsConfig},
};
use hyper_util::rt::TokioTimer;

use super::{Application, StartError};
use crate::{
    config::{Config, Data, Limits, Tls},
    service::Service,
};

/// Bound sockets; nothing is answered yet.
#[derive(Debug)]
pub struct Listeners {
    public: TcpListener,
    management: TcpListener,
}

impl Listeners {
    /// Binds the public and the management address of `config`, and writes the ports that were
    /// given for port 0 back into it.
    ///
    /// # Errors
    /// [`StartError::Listen`] names the address.
    pub fn bind(config: &mut Config) -> Result<Self, StartError> {
        let public = listen(&mut config.server.listen)?;
        let management = listen(&mut config.server.management)?;
        Ok(Self { public, management })
    }
}

impl Application {
    /// Answers until `stop` ends; then lets requests in flight end, wipes the device and closes
    /// the audit log.
    ///
    /// # Errors
    /// [`StartError`] when TLS cannot be used, a listener fails, or the last records are lost.
    pub async fn serve(
        self,
        listeners: Listeners,
        config: &Config,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), StartError> {
        let tls = match &config.server.tls {
            Some(tls) => Some(rustls_config(tls).await?),
            None => None,
        };
        let limits = &config.limits;
        let handle = Handle::new();
        let patience = limits.shutdown();
        tokio::spawn({
            let (handle, backend) = (handle.clone(), self.backend.clone());
            async move {
                stop.await;
                tracing::info!("stopping: requests in flight end first");
                backend.end_streams();
                handle.graceful_shutdown(Some(patience));
            }
        });
        let public = serve(listeners.public, self.public.clone(), tls, limits, handle.clone());
        let management =
            serve(listeners.management, self.management.clone(), None, limits, handle.clone());
        let stamping = tokio::spawn(time_stamp_log(self.service.clone(), config.data.clone()));
        let served = tokio::try_join!(public, management);
        stamping.abort();
        let closed = self.shutdown().await;
        served.map_err(|cause| StartError::Listen { what: "serving".to_owned(), cause })?;
        Ok(closed?)
    }
}

/// Has the audit log time-stamped again and again. One that fails is made up for by the next.
async fn time_stamp_log(service: Arc<Service>, data: Data) {
    let Some(every) = data.time_stamp_every() else { return };
    loop {
        tokio::time::sleep(every).await;
        if let Err(error) = service.time_stamp_log().await {
            tracing::warn!(%error, "the audit log could not be time-stamped");
        }
    }
}

async fn serve(
    listener: TcpListener,
    router: Router,
    tls: Option<RustlsConfig>,
    limits: &Limits,
    handle: Handle<SocketAddr>,
) -> io::Result<()> {
    let service = router.into_make_service();
    let server = axum_server::from_tcp(listener)?.handle(handle);
    match tls {
        None => bounded(server.acceptor(NoDelayAcceptor), limits).serve(service).await,
        Some(tls) => {
            let acceptor = RustlsAcceptor::new(tls)
                .handshake_timeout(limits.maximum_header())
                .acceptor(NoDelayAcceptor);
            bounded(server.acceptor(acceptor), limits).serve(service).await
        }
    }
}

/// A connection that is slow or long-winded before its request begins is closed.
fn bounded<A>(
    mut server: axum_server::Server<SocketAddr, A>,
    limits: &Limits,
) -> axum_server::Server<SocketAddr, A> {
    /// The least that hyper can work with, in bytes.
    const LEAST_BUFFER: usize = 8192;
    server
        .http_builder()
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.maximum_header())
        .max_buf_size(limits.maximum_header_bytes.max(LEAST_BUFFER));
    server
        .http_builder()
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(20))
        .max_header_list_size(u32::try_from(limits.maximum_header_bytes).unwrap_or(u32::MAX));
    server
}

async fn rustls_config(tls: &Tls) -> Result<RustlsConfig, StartError> {
    RustlsConfig::from_pem_file(&tls.certificate, &tls.key).await.map_err(|cause| {
        StartError::Listen { what: format!("TLS from {}", tls.certificate.display()), cause }
    })
}

fn listen(address: &mut SocketAddr) -> Result<TcpListener, StartError> {
    let failed = |cause| StartError::Listen { what: address.to_string(), cause };
    let listener = TcpListener::bind(*address).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    *address = listener.local_addr().map_err(failed)?;
    Ok(listener)
}
