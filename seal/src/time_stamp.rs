//! The port of a time-stamping authority.

use std::fmt::Debug;

use bytes::Bytes;
use futures_core::future::BoxFuture;

use crate::Digest;

/// An RFC 3161 time-stamp token in DER: a `ContentInfo` that holds `SignedData`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeStampTokenDer(Bytes);

impl TimeStampTokenDer {
    /// Wraps the token's DER bytes; whoever uses the token verifies it.
    pub fn new(der: impl Into<Bytes>) -> Self {
        Self(der.into())
    }

    /// The DER bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// An authority that time-stamps digests (RFC 3161).
pub trait TimeStampAuthority: Debug + Send + Sync {
    /// Asks for a token over `imprint`, with a fresh nonce and with the authority's certificate.
    ///
    /// # Errors
    /// [`TimeStampError`]; the caller still has to verify a token that it is given.
    fn time_stamp(
        &self,
        imprint: Digest,
    ) -> BoxFuture<'_, Result<TimeStampTokenDer, TimeStampError>>;

    /// Asks for a token with this nonce, which whoever asks will look for in it.
    ///
    /// # Errors
    /// Those of [`TimeStampAuthority::time_stamp`].
    fn time_stamp_with(
        &self,
        imprint: Digest,
        nonce: u128,
    ) -> BoxFuture<'_, Result<TimeStampTokenDer, TimeStampError>>;

    /// An upper bound in bytes on the tokens of this authority.
    fn maximum_token_length(&self) -> usize;
}

/// Why no time-stamp came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeStampError {
    /// The authority did not answer.
    #[error("the time-stamping authority does not answer: {0}")]
    Unavailable(String),
    /// The authority answered with a refusal (RFC 3161 section 2.4.2, `PKIFailureInfo`).
    #[error("the time-stamping authority refuses: {0}")]
    Rejected(String),
    /// The answer is no valid token for what was asked.
    #[error("the time-stamping authority's answer is not valid: {0}")]
    Invalid(String),
}
