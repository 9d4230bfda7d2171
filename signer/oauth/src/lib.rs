//! OAuth 2.0 as an authorisation server speaks it: what comes in, read strictly, and what goes out.
//!
//! Everything here is pure: the time is an argument, and what must be remembered (tokens, the names of
//! client assertions) is whoever asks' to keep.
#![warn(clippy::wildcard_enum_match_arm)]

mod assertion;
mod authorization;
mod client_keys;
mod credential;
mod details;
mod error;
mod form;
mod jws;
mod metadata;
mod pkce;
mod proof;
mod redirect;
mod request_object;
mod scope;
mod secret;
mod token;

pub use assertion::{
    ASSERTION_TYPE, AssertionError, MAXIMUM_ASSERTION_AGE, VerifiedAssertion, client_of,
};
pub use authorization::{Addressed, AuthorizationRequest, REQUEST_URI};
pub use client_keys::{ClientKeys, KeyDefect, weakness};
pub use credential::{AuthenticationMethod, Credential};
pub use details::{
    AskedDocument, CREDENTIAL_TYPES, CredentialDetails, HashKind, MAXIMUM_DOCUMENTS,
};
pub use error::{ErrorCode, OauthError};
pub use form::Form;
pub use jws::SIGNING_ALGORITHMS;
pub use metadata::{ResourceMetadata, ServerMetadata};
pub use pkce::{Challenge, PkceError, Verifier};
pub use proof::{PROOF_LIFETIME, ProofError, ProofOfPossession, Shown};
pub use redirect::{RedirectDefect, RedirectUri, form_action, redirected};
pub use request_object::RequestObject;
pub use scope::{requested, written};
pub use secret::{SecretHash, is_identifier};
pub use token::{
    CodeRequest, GrantType, RevocationRequest, TokenRequest, TokenResponse, TokenType,
};
