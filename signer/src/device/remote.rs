//! The device and the time-stamping authority on the other side of a network.
//!
//! Nothing is sent twice but what is safe: an enrolment under its own name, which gives the same
//! credential, and the order to destroy a key. An authorisation, a signature or an activation
//! whose answer is lost is lost; the key is then destroyed.

mod activator;
mod answer;
mod connection;
mod credential_name;
mod credentials;
mod destructions;
mod device;
mod elsewhere;
mod failure;
mod in_order;
mod kept;
mod published;
mod registrations;
mod revocation;
mod time_stamping;
mod tls;

pub use self::{
    connection::Connection,
    credentials::{Credentials, Login},
    destructions::{FollowedRun, ProvedDestructions, Unproved},
    device::{PullError, RemoteDevice},
    failure::ConnectionError,
    in_order::TimeStampingInOrder,
    time_stamping::RemoteTimeStamping,
};
pub(crate) use self::{connection::is_confidential, elsewhere::redirect};
