//! What stands behind the port of the device ([`seal::Qscd`]), and what the service's public address
//! tells of it.

pub mod embedded;
mod published;
pub mod remote;

pub use self::published::{DeviceCounts, PublishedDevice, TimeStampAnswer};
