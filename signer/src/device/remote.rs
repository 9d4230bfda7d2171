//! The device and the time-stamping authority on the other side of a network.
//!
//! Nothing is sent twice but what is safe: an enrolment under its own name, which gives the same
//! credential, and the order to destroy a key. An authorisation, a signature or an activation
//! whose answer is lost is lost; the key is then destroyed.

mod connection;
mod credential_name;
mod destructions;
mod device;
mod in_order;
mod kept;
mod published;
mod registrations;
mod time_stamping;
mod tls;

pub(crate) use self::connection::is_confidential;
pub use self::{
    connection::{Connection, ConnectionError, Credentials, Login},
    destructions::{FollowedRun, ProvedDestructions, Unproved},
    device::{PullError, RemoteDevice},
    in_order::TimeStampingInOrder,
    time_stamping::RemoteTimeStamping,
};
