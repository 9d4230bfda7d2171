//! The time-stamping authority: units one after the other, each with one key (EN 319 421).

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use futures_core::future::BoxFuture;
use seal::{CertificateDer, Clock, Digest, TimeStampAuthority, TimeStampError, TimeStampTokenDer};

use super::TimeStampingUnit;
use crate::{Error, authority::Authority};

const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// How long the certificates of the first two units live, unless something else is set.
pub(crate) const UNIT_LIFETIMES: [Duration; 2] = [YEAR.saturating_mul(10); 2];

/// Several time-stamping units of which one is active. The next takes over on demand, and when
/// the active one's certificate has expired; a token of any of them stays as good as its unit's
/// certificate is.
#[derive(Debug)]
pub struct TimeStampingAuthority {
    authority: Arc<Authority>,
    lifetimes: [Duration; 2],
    clock: Arc<dyn Clock>,
    units: RwLock<Units>,
}

#[derive(Debug)]
struct Units {
    all: Vec<Arc<TimeStampingUnit>>,
    active: usize,
}

impl TimeStampingAuthority {
    /// Makes two units, whose certificates live this long.
    ///
    /// # Errors
    /// [`Error`] when a key or certificate fails.
    pub fn new(
        authority: Arc<Authority>,
        lifetimes: [Duration; 2],
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        let all = (1..)
            .zip(lifetimes)
            .map(|(number, lifetime)| {
                TimeStampingUnit::new(&authority, number, lifetime, clock.clone()).map(Arc::new)
            })
            .collect::<Result<_, _>>()?;
        let units = RwLock::new(Units { all, active: 0 });
        Ok(Self { authority, lifetimes, clock, units })
    }

    /// The certificate of the active unit.
    pub fn certificate(&self) -> CertificateDer {
        self.active().certificate().clone()
    }

    /// The certificates of all units, the first first.
    pub fn certificates(&self) -> Vec<CertificateDer> {
        let units = self.units.read().unwrap_or_else(PoisonError::into_inner);
        units.all.iter().map(|unit| unit.certificate().clone()).collect()
    }

    /// Lets the next unit take over, and answers its certificate. After the second, units are
    /// made as they are needed, with the second one's lifetime.
    ///
    /// # Errors
    /// [`Error`] when a key or certificate fails; then nothing changed.
    pub fn roll_over(&self) -> Result<CertificateDer, Error> {
        let mut units = self.units.write().unwrap_or_else(PoisonError::into_inner);
        self.advance(&mut units)?;
        Ok(units.all[units.active].certificate().clone())
    }

    /// Answers a TimeStampReq with a TimeStampResp, both in DER: the body of a `POST` with
    /// `application/timestamp-query`, answered with `application/timestamp-reply`.
    ///
    /// What is not granted is answered with its PKIFailureInfo (RFC 3161 section 2.4.2).
    pub fn respond(&self, request: &[u8]) -> Vec<u8> {
        self.active().respond(request)
    }

    /// The same with a clock that is ahead by `late`.
    pub(crate) fn respond_late(&self, request: &[u8], late: Duration) -> Vec<u8> {
        self.active().respond_late(request, late)
    }

    /// The unit that stamps now: the active one, or when it has expired, the first later one
    /// that has not.
    fn active(&self) -> Arc<TimeStampingUnit> {
        let now = self.clock.now();
        {
            let units = self.units.read().unwrap_or_else(PoisonError::into_inner);
            if !units.all[units.active].has_expired(now) {
                return units.all[units.active].clone();
            }
        }
        let mut units = self.units.write().unwrap_or_else(PoisonError::into_inner);
        // A unit that cannot be made leaves the expired one, which says that it has no time.
        while units.all[units.active].has_expired(now) && self.advance(&mut units).is_ok() {}
        units.all[units.active].clone()
    }

    fn advance(&self, units: &mut Units) -> Result<(), Error> {
        let next = units.active + 1;
        if next == units.all.len() {
            let lifetime = self.lifetimes[1];
            let unit =
                TimeStampingUnit::new(&self.authority, next + 1, lifetime, self.clock.clone())?;
            units.all.push(Arc::new(unit));
        }
        units.active = next;
        Ok(())
    }
}

impl TimeStampAuthority for TimeStampingAuthority {
    fn time_stamp(
        &self,
        imprint: Digest,
    ) -> BoxFuture<'_, Result<TimeStampTokenDer, TimeStampError>> {
        let unit = self.active();
        Box::pin(async move { unit.time_stamp(imprint).await })
    }

    fn maximum_token_length(&self) -> usize {
        // The next unit's name may have a digit more.
        const ROLLOVER: usize = 16;
        self.active().maximum_token_length() + ROLLOVER
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use cades::time_stamp::{FailureInfo, Request, Response, Token};
    use seal::DigestAlgorithm;

    use super::*;
    use crate::SettableClock;

    const HOUR: Duration = Duration::from_secs(3600);

    fn request() -> Vec<u8> {
        let imprint = Digest::of(DigestAlgorithm::Sha512, b"document");
        Request { imprint, policy: None, nonce: None, certificate_requested: true }.to_der()
    }

    fn stamped(authority: &TimeStampingAuthority) -> CertificateDer {
        let answer = authority.respond(&request());
        let Response::Granted(token) = Response::parse(&answer).unwrap() else { panic!("refused") };
        assert!(token.as_bytes().len() <= authority.maximum_token_length());
        Token::parse(token.as_bytes()).unwrap().certificates()[0].der().clone()
    }

    #[test]
    fn the_next_unit_takes_over_on_demand_and_when_one_has_expired() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let clock = SettableClock::frozen_at(now);
        let root = Arc::new(Authority::new("http://127.0.0.1:8080", now).unwrap());
        let units =
            TimeStampingAuthority::new(root, [HOUR, 2 * HOUR], Arc::new(clock.clone())).unwrap();
        let [first, second] = &units.certificates()[..] else { panic!("two units") };
        assert_eq!(stamped(&units), *first);
        clock.advance(HOUR);
        assert_eq!(stamped(&units), *first, "at its last second");
        clock.advance(Duration::from_secs(1));
        assert_eq!(stamped(&units), *second);
        let third = units.roll_over().unwrap();
        assert_eq!((stamped(&units), units.certificate()), (third.clone(), third.clone()));
        clock.advance(3 * HOUR);
        let fourth = stamped(&units);
        assert!(fourth != third && units.certificates().len() == 4);
    }

    #[test]
    fn before_its_certificates_the_authority_has_no_time() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let clock = SettableClock::frozen_at(now);
        let root = Arc::new(Authority::new("http://127.0.0.1:8080", now).unwrap());
        let units =
            TimeStampingAuthority::new(root, UNIT_LIFETIMES, Arc::new(clock.clone())).unwrap();
        clock.set(now - 48 * HOUR);
        let answer = units.respond(&request());
        let Response::Rejected(why) = Response::parse(&answer).unwrap() else { panic!("granted") };
        assert_eq!(why.failure, Some(FailureInfo::TimeNotAvailable));
        assert_eq!(units.certificates().len(), 2, "no unit is made for a time that was");
    }
}
