//! The doors beside the interface's own: how people and programs come by what they bear, and the API of the
//! Cloud Signature Consortium. Each stands on the service's acts, and none has a way round the seal policy.

pub mod csc;
pub mod oauth;
