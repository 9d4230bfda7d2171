//! Passkeys: what an authenticator answers at registration and at login, verified by Web
//! Authentication Level 3, sections 7.1 and 7.2.
//!
//! Everything here is pure: challenges come from whoever asks, and what was registered is kept there.
//! The challenge is any bytes, for it may say what is signed. User verification is always required.
//! No attestation is asked for, and none is believed: a passkey is trusted because the person who was
//! let in registered it.
//!
//! It stands on ring alone. `webauthn-rs` is under the MPL, and `webauthn_rp` brings an `rsa` with an
//! open advisory (RUSTSEC-2023-0071) and a second generation of the RustCrypto crates; both make their
//! challenges themselves.
#![warn(clippy::wildcard_enum_match_arm)]

mod assertion;
mod authenticator_data;
mod cbor;
mod client_data;
mod error;
mod public_key;
mod registration;
mod relying_party;

pub use self::{
    assertion::{Asserted, Assertion, KnownCredential},
    client_data::answered_challenge,
    error::{Part, WebauthnError},
    public_key::{Algorithm, PublicKey},
    registration::{Credential, Registration},
    relying_party::RelyingParty,
};

/// The longest clientDataJSON that is read, in bytes.
const MAXIMUM_CLIENT_DATA: usize = 4 << 10;

/// The longest attestation object, authenticator data or signature that is read, in bytes.
const MAXIMUM_ANSWER: usize = 16 << 10;

/// The longest authenticator data of an assertion, with its extensions, in bytes.
const MAXIMUM_ASSERTION_DATA: usize = 1024;

/// The longest public key that is read, in bytes: RSA of 8,192 bits takes some 1,050.
const MAXIMUM_PUBLIC_KEY: usize = 1100;

/// The longest credential id, in bytes (section 6.5.1).
const MAXIMUM_CREDENTIAL_ID: usize = 1023;

#[cfg(test)]
mod tests;
