//! What stands behind the port of the device ([`seal::Qscd`]).

pub mod remote;
