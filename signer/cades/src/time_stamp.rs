//! Time-stamps (RFC 3161, RFC 5816, EN 319 422): requests, responses and tokens.

mod issue;
mod request;
mod response;
mod statement;
mod token;
mod unit;

pub use crate::error::TokenRefusal;
pub use issue::TokenToBeSigned;
pub use request::{MAXIMUM_REQUEST_LENGTH, Nonce, Request, RequestDefect};
pub use response::{FailureInfo, MAXIMUM_RESPONSE_LENGTH, Rejection, Response};
pub use statement::{Accuracy, Statement};
pub use token::{MAXIMUM_TOKEN_LENGTH, TimeStampTrust, Token, VerifiedToken};
pub use unit::TimeStampingUnit;

#[cfg(test)]
mod tests;
