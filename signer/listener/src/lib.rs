//! The listeners of the service and of the simulator's program.
//!
//! A connection costs its place from the moment it is made: this keeps how many there are, how long
//! each may be silent, how slowly its answers may be read, and when it ends. What an address answers
//! is the routers' matter; this knows nothing of it.

mod answer;
mod bounds;
mod call;
mod client;
mod connection;
pub mod guard;
mod held;
mod origin;
mod places;
mod progress;
mod seldom;
mod serve;
mod stop;
mod stream;
mod tls;
mod upload;

pub use self::{
    bounds::Bounds,
    call::Peer,
    client::{ClientCertificate, TlsClient},
    guard::Guard,
    origin::{of_site, site},
    places::{NoPlace, Place, Places},
    seldom::Seldom,
    serve::serve,
    stop::{Stop, Stopper},
    tls::{Tls, TlsDefect, TlsError, TlsFile, TlsFiles},
    upload::{Upload, UploadError},
};
