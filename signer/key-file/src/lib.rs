//! Private keys under a password: one alone, as PKCS#8 with PBES2 (RFC 5958 section 3, RFC 8018), and one
//! with its certificates, as PKCS#12 (RFC 7292).
//!
//! No input or output, no clock; salts and vectors come from the operating system's generator.
#![warn(clippy::wildcard_enum_match_arm)]

mod encrypted_key;
mod error;
mod kdf;
mod oid;
mod password;
mod pbes2;
mod pkcs12;
mod random;
mod triple_des;

pub use self::{
    encrypted_key::{open_key, protect_key},
    error::Error,
    password::Password,
    pkcs12::{Bundle, Opened, Protection, open_pkcs12},
};
