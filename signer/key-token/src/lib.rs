//! Private keys that never leave a PKCS#11 token (OASIS PKCS #11 v3.1): found by their public keys, made there,
//! and used there.
//!
//! Every call waits for the token, which may be across a network: it is made where nothing else waits, and given
//! up after ten seconds.

mod calls;
mod error;
mod key;
mod modules;
mod point;
mod sessions;
mod token;

pub use self::{
    error::TokenError,
    key::TokenKey,
    token::{Token, TokenSettings},
};
