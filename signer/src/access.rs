//! The doors beside the interface's own: how people and programs come by what they bear, and the API of the
//! Cloud Signature Consortium. Each stands on the service's acts, and none has a way round the seal policy.

mod anonymous;
pub(crate) mod assertion;
pub mod csc;
pub(crate) mod inviting;
pub(crate) mod link;
pub(crate) mod login;
pub mod oauth;
mod openid;
mod passkey;
pub(crate) mod provider;
pub(crate) mod registration;
pub(crate) mod session;
mod settings;
mod waiting;

pub use self::settings::{AccessSettings, DemoPerson, Provider};
pub(crate) use self::{anonymous::Anonymous, openid::Asker, passkey::PasskeyError};
pub(crate) use crate::random_secret;
