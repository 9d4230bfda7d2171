//! The time-stamping unit: RFC 3161 and RFC 5816 in the profile of EN 319 422.

mod units;

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use ::authority::{AuthorityKey, Validity, moment::shifted, oid};
use cades::{
    Oid,
    time_stamp::{
        Accuracy, FailureInfo, Nonce, Request, Response, Statement,
        TimeStampingUnit as UnitCertificate, TokenToBeSigned,
    },
};
use futures_core::future::BoxFuture;
use seal::{
    CertificateDer, Clock, Digest, SignatureValue, TimeStampAuthority, TimeStampError,
    TimeStampTokenDer,
};

pub use self::units::TimeStampingAuthority;
pub(crate) use self::units::UNIT_LIFETIMES;
use crate::{Error, authority::Authority, issuer_key::issuer_key, randomness::Randomness};

/// 128 random bits: unique across restarts without anything being stored.
const SERIAL_NUMBER_LENGTH: usize = 16;
const NONCE_LENGTH: usize = 16;

/// A time-stamping unit with one active key (EN 319 421), certified by the root.
#[derive(Debug)]
pub struct TimeStampingUnit {
    key: AuthorityKey,
    certificate: UnitCertificate,
    validity: Validity,
    policy: Oid,
    /// Every act asks for it; it depends on the certificate and the policy alone.
    maximum_token_length: usize,
    clock: Arc<dyn Clock>,
    randomness: Randomness,
}

impl TimeStampingUnit {
    /// Makes a key and has it certified by `authority`, from a day before `begin` until `lifetime`
    /// after it. `number` tells the units apart.
    ///
    /// # Errors
    /// [`Error`] when key or certificate fail, [`Error::RootEnded`] when the root's certificate
    /// covers nothing of it.
    pub fn new(
        authority: &Authority,
        number: usize,
        lifetime: Duration,
        begin: SystemTime,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        let randomness = authority.randomness().branch(&format!("TSU {number}"));
        let key = issuer_key(&randomness)?;
        let (certificate, validity) =
            authority.certify_time_stamping_unit(&key, number, lifetime, begin)?;
        let certificate = UnitCertificate::new(certificate)?;
        let policy = Oid::from_contents(oid::POLICY_TIME_STAMP.as_bytes()).ok_or(Error::Policy)?;
        let maximum_token_length = certificate.maximum_token_length(&policy);
        Ok(Self { key, certificate, validity, policy, maximum_token_length, clock, randomness })
    }

    /// The unit's certificate.
    pub fn certificate(&self) -> &CertificateDer {
        self.certificate.certificate().der()
    }

    /// Whether its certificate is valid at `now`.
    pub(crate) fn is_valid_at(&self, now: SystemTime) -> bool {
        self.validity.includes(now)
    }

    /// Answers a TimeStampReq with a TimeStampResp, both in DER: the body of a `POST` with
    /// `application/timestamp-query`, answered with `application/timestamp-reply`.
    ///
    /// What is not granted is answered with its PKIFailureInfo (RFC 3161 section 2.4.2).
    pub fn respond(&self, request: &[u8]) -> Vec<u8> {
        self.respond_shifted(request, 0)
    }

    /// The same with a clock that is ahead by so many seconds; behind, if there are fewer than none.
    pub(crate) fn respond_shifted(&self, request: &[u8], seconds: i64) -> Vec<u8> {
        match Request::parse(request) {
            Ok(request) => self.grant(&request, seconds),
            Err(defect) => Response::rejection(defect.failure_info(), defect.to_string()),
        }
        .to_der()
    }

    fn grant(&self, request: &Request, shift: i64) -> Response {
        if request.policy.as_ref().is_some_and(|policy| *policy != self.policy) {
            let why = format!("the only policy is {}", oid::POLICY_TIME_STAMP);
            return Response::rejection(FailureInfo::UnacceptedPolicy, why);
        }
        let token = self.randomness.bytes().and_then(|serial_number| {
            let nonce = request.nonce.clone();
            let with_certificate = request.certificate_requested;
            self.token(request.imprint, serial_number, nonce, with_certificate, shift)
        });
        token.map_or_else(|error| rejection(&error), Response::Granted)
    }

    /// The unit reads its own clock at the last moment.
    fn token(
        &self,
        imprint: Digest,
        serial_number: [u8; SERIAL_NUMBER_LENGTH],
        nonce: Option<Nonce>,
        with_certificate: bool,
        shift: i64,
    ) -> Result<TimeStampTokenDer, Error> {
        let gen_time: SystemTime = shifted(self.clock.now(), shift)?;
        if !self.validity.includes(gen_time) {
            return Err(Error::Validity);
        }
        let statement = Statement {
            policy: self.policy.clone(),
            imprint,
            serial_number: serial_number.to_vec(),
            gen_time,
            milliseconds: false,
            // EN 319 422 clause 5.2.2: present, one second or better.
            accuracy: Accuracy::ONE_SECOND,
            nonce,
        };
        let token = TokenToBeSigned::new(&self.certificate, &statement, with_certificate)?;
        let value = SignatureValue::new(self.key.sign_message(token.message())?);
        Ok(token.assemble(&value))
    }
}

/// What the unit's own failure is answered with. `addInfoNotAvailable` is only by a planned fault:
/// the one additional information that can be asked for is its certificate, which it always has.
fn rejection(error: &Error) -> Response {
    if matches!(error, Error::Validity) {
        let why = "the unit's clock is outside its certificate's validity";
        Response::rejection(FailureInfo::TimeNotAvailable, why)
    } else {
        Response::rejection(FailureInfo::SystemFailure, error.to_string())
    }
}

fn not_stamped(error: Error) -> TimeStampError {
    match error {
        Error::Validity => TimeStampError::Rejected(
            "timeNotAvailable: its clock is outside its certificate's validity".to_owned(),
        ),
        error => TimeStampError::Unavailable(error.to_string()),
    }
}

impl TimeStampAuthority for TimeStampingUnit {
    fn time_stamp(
        &self,
        imprint: Digest,
    ) -> BoxFuture<'_, Result<TimeStampTokenDer, TimeStampError>> {
        Box::pin(async move {
            let both = self.randomness.bytes::<{ SERIAL_NUMBER_LENGTH + NONCE_LENGTH }>();
            both.and_then(|both| {
                let (mut serial_number, mut nonce) = ([0; SERIAL_NUMBER_LENGTH], [0; NONCE_LENGTH]);
                serial_number.copy_from_slice(&both[..SERIAL_NUMBER_LENGTH]);
                nonce.copy_from_slice(&both[SERIAL_NUMBER_LENGTH..]);
                self.token(imprint, serial_number, Some(Nonce::from_random(&nonce)), true, 0)
            })
            .map_err(not_stamped)
        })
    }

    fn time_stamp_with(
        &self,
        imprint: Digest,
        nonce: u128,
    ) -> BoxFuture<'_, Result<TimeStampTokenDer, TimeStampError>> {
        let nonce = Nonce::from_random(&nonce.to_be_bytes());
        Box::pin(async move {
            let serial_number = self.randomness.bytes().map_err(not_stamped)?;
            self.token(imprint, serial_number, Some(nonce), true, 0).map_err(not_stamped)
        })
    }

    fn maximum_token_length(&self) -> usize {
        self.maximum_token_length
    }
}

#[cfg(test)]
mod tests;
