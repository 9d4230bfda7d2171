//! The time-stamping unit behind its faults.

use std::sync::Arc;

use cades::time_stamp::{FailureInfo, Nonce, Request, Response, Token};
use futures_core::future::BoxFuture;
use ring::rand::SystemRandom;
use seal::{Digest, TimeStampAuthority, TimeStampError, TimeStampTokenDer};

use super::{Fault, Faults, Hook, Occasion, Strike};
use crate::{randomness::random, time_stamping::TimeStampingAuthority};

/// The time-stamping unit with the faults that are planned. Without any it is the unit.
#[derive(Clone, Debug)]
pub struct FaultyTimeStamping {
    unit: Arc<TimeStampingAuthority>,
    faults: Arc<Faults>,
}

/// The authority does not answer at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoAnswer;

impl FaultyTimeStamping {
    pub(crate) fn new(unit: Arc<TimeStampingAuthority>, faults: Arc<Faults>) -> Self {
        Self { unit, faults }
    }

    /// Answers a TimeStampReq with a TimeStampResp, both in DER.
    ///
    /// # Errors
    /// [`NoAnswer`] when a planned fault keeps the authority silent.
    pub fn respond(&self, request: &[u8]) -> Result<Vec<u8>, NoAnswer> {
        let strikes = self.faults.strike(Hook::TimeStamp, Occasion::default());
        let Some(Strike { fault, seconds, .. }) = strikes.first().copied() else {
            return Ok(self.unit.respond(request));
        };
        if fault == Fault::TsaDown {
            return Err(NoAnswer);
        }
        let Ok(mut read) = Request::parse(request) else {
            return Ok(self.unit.respond(request));
        };
        if fault == Fault::TsaNoCertificate {
            // Whoever does not ask for the certificate misses nothing.
            return Ok(if read.certificate_requested {
                let why = "the unit's certificate is not at hand (a planned fault)";
                Response::rejection(FailureInfo::AddInfoNotAvailable, why).to_der()
            } else {
                self.unit.respond(request)
            });
        }
        let mut shift = 0;
        match fault {
            Fault::TsaWrongImprint => {
                read.imprint = Digest::of(read.imprint.algorithm(), read.imprint.as_bytes());
            }
            Fault::TsaWrongNonce => read.nonce = Some(Nonce::from_random(&[0x5A; 16])),
            _ => shift = seconds,
        }
        Ok(self.unit.respond_shifted(&read.to_der(), shift))
    }

    /// As a client over a wire would do it: with a nonce that must come back.
    fn ask(&self, imprint: Digest) -> Result<TimeStampTokenDer, TimeStampError> {
        let random = random::<16>(&SystemRandom::new())
            .map_err(|error| TimeStampError::Unavailable(error.to_string()))?;
        self.ask_with(imprint, &Nonce::from_random(&random))
    }

    fn ask_with(
        &self,
        imprint: Digest,
        nonce: &Nonce,
    ) -> Result<TimeStampTokenDer, TimeStampError> {
        let request = Request {
            imprint,
            policy: None,
            nonce: Some(nonce.clone()),
            certificate_requested: true,
        };
        let answer = self.respond(&request.to_der()).map_err(|NoAnswer| {
            TimeStampError::Unavailable("no answer (a planned fault)".to_owned())
        })?;
        let invalid = |why: String| TimeStampError::Invalid(why);
        match Response::parse(&answer).map_err(|error| invalid(error.to_string()))? {
            Response::Rejected(why) => Err(TimeStampError::Rejected(why.to_string())),
            Response::Granted(token) => {
                let read = Token::parse(token.as_bytes()).map_err(|e| invalid(e.to_string()))?;
                if read.nonce() == Some(nonce) {
                    Ok(token)
                } else {
                    Err(invalid("its nonce is another one".to_owned()))
                }
            }
        }
    }
}

impl TimeStampAuthority for FaultyTimeStamping {
    fn time_stamp(
        &self,
        imprint: Digest,
    ) -> BoxFuture<'_, Result<TimeStampTokenDer, TimeStampError>> {
        if self.faults.is_quiet() {
            return self.unit.time_stamp(imprint);
        }
        Box::pin(async move { self.ask(imprint) })
    }

    fn time_stamp_with(
        &self,
        imprint: Digest,
        nonce: u128,
    ) -> BoxFuture<'_, Result<TimeStampTokenDer, TimeStampError>> {
        if self.faults.is_quiet() {
            return self.unit.time_stamp_with(imprint, nonce);
        }
        let nonce = Nonce::from_random(&nonce.to_be_bytes());
        Box::pin(async move { self.ask_with(imprint, &nonce) })
    }

    fn maximum_token_length(&self) -> usize {
        self.unit.maximum_token_length()
    }
}
