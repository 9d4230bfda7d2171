//! A time-stamping authority over HTTP (RFC 3161 section 3.4).

use axum::http::Method;
use cades::time_stamp::{MAXIMUM_RESPONSE_LENGTH, Nonce, Request, Response, Token};
use futures_util::future::BoxFuture;
use ring::rand::{SecureRandom, SystemRandom};
use seal::{Digest, TimeStampAuthority, TimeStampError, TimeStampTokenDer};

use super::Connection;

const QUERY: &str = "application/timestamp-query";
const REPLY: &str = "application/timestamp-reply";

/// A time-stamping authority that is asked over HTTP, with a nonce and for its certificate.
#[derive(Debug)]
pub struct RemoteTimeStamping {
    connection: Connection,
    maximum_token_length: usize,
    randomness: SystemRandom,
}

impl RemoteTimeStamping {
    /// `maximum_token_length` bounds its tokens, in bytes: that much room is kept for them.
    pub fn new(connection: Connection, maximum_token_length: usize) -> Self {
        Self { connection, maximum_token_length, randomness: SystemRandom::new() }
    }

    async fn ask(&self, imprint: Digest) -> Result<TimeStampTokenDer, TimeStampError> {
        let mut bytes = [0; 16];
        let filled = self.randomness.fill(&mut bytes);
        filled.map_err(|_| TimeStampError::Unavailable("no randomness".to_owned()))?;
        self.ask_with(imprint, Nonce::from_random(&bytes)).await
    }

    async fn ask_with(
        &self,
        imprint: Digest,
        nonce: Nonce,
    ) -> Result<TimeStampTokenDer, TimeStampError> {
        let unavailable = |why: &str| TimeStampError::Unavailable(why.to_owned());
        let invalid = |why: &str| TimeStampError::Invalid(why.to_owned());
        let request = Request {
            imprint,
            policy: None,
            nonce: Some(nonce.clone()),
            certificate_requested: true,
        };
        let answer = self
            .connection
            .ask(Method::POST, "", QUERY, request.to_der(), MAXIMUM_RESPONSE_LENGTH)
            .await
            .map_err(|error| unavailable(&error.to_string()))?;
        if !answer.status.is_success() {
            return Err(unavailable(&format!("status {}", answer.status)));
        }
        if !answer.media_type.eq_ignore_ascii_case(REPLY) {
            return Err(invalid("its content type is not that of a time-stamp"));
        }
        match Response::parse(&answer.body).map_err(|error| invalid(&error.to_string()))? {
            Response::Rejected(why) => Err(TimeStampError::Rejected(why.to_string())),
            Response::Granted(token) => {
                let read = Token::parse(token.as_bytes()).map_err(|e| invalid(&e.to_string()))?;
                if read.nonce() != Some(&nonce) {
                    return Err(invalid("its nonce is another one"));
                }
                if *read.imprint() != imprint {
                    return Err(invalid("it covers something else"));
                }
                if token.as_bytes().len() > self.maximum_token_length {
                    return Err(invalid("it is longer than the room that is kept for it"));
                }
                Ok(token)
            }
        }
    }
}

impl TimeStampAuthority for RemoteTimeStamping {
    fn time_stamp(
        &self,
        imprint: Digest,
    ) -> BoxFuture<'_, Result<TimeStampTokenDer, TimeStampError>> {
        Box::pin(self.ask(imprint))
    }

    fn time_stamp_with(
        &self,
        imprint: Digest,
        nonce: u128,
    ) -> BoxFuture<'_, Result<TimeStampTokenDer, TimeStampError>> {
        Box::pin(self.ask_with(imprint, Nonce::from_random(&nonce.to_be_bytes())))
    }

    fn maximum_token_length(&self) -> usize {
        self.maximum_token_length
    }
}
