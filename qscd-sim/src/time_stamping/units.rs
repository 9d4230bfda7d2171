//! The time-stamping authority: units one after the other, each with one key (EN 319 421).

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use futures_core::future::BoxFuture;
use seal::{CertificateDer, Clock, Digest, TimeStampAuthority, TimeStampError, TimeStampTokenDer};

use super::TimeStampingUnit;
use crate::{
    Error,
    authority::{Authority, grid_begin},
};

const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// How long the certificates of the first two units live, unless something else is set.
pub(crate) const UNIT_LIFETIMES: [Duration; 2] = [YEAR.saturating_mul(10); 2];

/// How many units are kept, the newest.
const MAXIMUM_UNITS: usize = 1024;

/// Several time-stamping units of which one is active. The next takes over on demand. Where the
/// active one's certificate is not valid by the clock, one whose is takes its place, and is made if
/// there is none; a clock that comes back finds the unit that it left. A token of any of them stays
/// as good as its unit's certificate is.
#[derive(Debug)]
pub struct TimeStampingAuthority {
    authority: Arc<Authority>,
    lifetimes: [Duration; 2],
    /// When the first two were made.
    start: SystemTime,
    clock: Arc<dyn Clock>,
    units: RwLock<Units>,
}

#[derive(Debug)]
struct Units {
    /// By number, from one.
    all: BTreeMap<usize, Arc<TimeStampingUnit>>,
    /// The one that took over on demand last.
    demanded: usize,
    /// The one that stamps.
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
        let start = clock.now();
        let make = |(number, lifetime)| {
            TimeStampingUnit::new(&authority, number, lifetime, start, clock.clone())
                .map(|unit| (number, Arc::new(unit)))
        };
        let all = (1..).zip(lifetimes).map(make).collect::<Result<_, _>>()?;
        let units = RwLock::new(Units { all, demanded: 1, active: 1 });
        Ok(Self { authority, lifetimes, start, clock, units })
    }

    /// The certificate of the active unit.
    pub fn certificate(&self) -> CertificateDer {
        self.active().certificate().clone()
    }

    /// The certificates of all units that are kept, the first first.
    pub fn certificates(&self) -> Vec<CertificateDer> {
        let units = self.units.read().unwrap_or_else(PoisonError::into_inner);
        units.all.values().map(|unit| unit.certificate().clone()).collect()
    }

    /// The certificate of the unit with this number, counted from one, if it is kept.
    pub fn certificate_of(&self, number: usize) -> Option<CertificateDer> {
        let units = self.units.read().unwrap_or_else(PoisonError::into_inner);
        units.all.get(&number).map(|unit| unit.certificate().clone())
    }

    /// Lets the next unit take over whose certificate is valid by the clock, and answers its
    /// certificate. After the second, units are made as they are needed, with the second one's
    /// lifetime.
    ///
    /// # Errors
    /// [`Error`] when a key or certificate fails; then nothing changed.
    pub fn roll_over(&self) -> Result<CertificateDer, Error> {
        let now = self.clock.now();
        let mut units = self.units.write().unwrap_or_else(PoisonError::into_inner);
        let later = units.all.range(units.active + 1..);
        let next =
            later.filter(|(_, unit)| unit.is_valid_at(now)).map(|(number, _)| *number).next();
        let next = match next {
            Some(next) => next,
            None => self.make(&mut units, now, now)?,
        };
        (units.demanded, units.active) = (next, next);
        units.forget_oldest();
        let certificate = units.all.get(&next).map(|unit| unit.certificate().clone());
        certificate.ok_or(Error::Validity)
    }

    /// Lets the first unit stamp again. The others stay, for what they stamped.
    pub(crate) fn reset(&self) {
        let mut units = self.units.write().unwrap_or_else(PoisonError::into_inner);
        let first = units.all.keys().next().copied().unwrap_or(1);
        (units.demanded, units.active) = (first, first);
    }

    /// Answers a TimeStampReq with a TimeStampResp, both in DER: the body of a `POST` with
    /// `application/timestamp-query`, answered with `application/timestamp-reply`.
    ///
    /// What is not granted is answered with its PKIFailureInfo (RFC 3161 section 2.4.2).
    pub fn respond(&self, request: &[u8]) -> Vec<u8> {
        self.active().respond(request)
    }

    /// The same with a clock that is ahead by so many seconds; behind, if there are fewer than none.
    pub(crate) fn respond_shifted(&self, request: &[u8], seconds: i64) -> Vec<u8> {
        self.active().respond_shifted(request, seconds)
    }

    /// The unit that stamps now.
    fn active(&self) -> Arc<TimeStampingUnit> {
        let now = self.clock.now();
        {
            let units = self.units.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(unit) = units.present(now) {
                return unit.clone();
            }
        }
        let mut units = self.units.write().unwrap_or_else(PoisonError::into_inner);
        if units.present(now).is_none() {
            // Where none can be made, as before the root's certificate and after it, the one that
            // is there says that it has no time.
            let found = units.valid_at(now).map_or_else(|| self.make_aligned(&mut units, now), Ok);
            if let Ok(number) = found {
                units.active = number;
                units.forget_oldest();
            }
        }
        units.present(now).cloned().unwrap_or_else(|| units.active())
    }

    /// Makes a unit whose certificate begins a day before `begin` and is valid at `now`.
    fn make(&self, units: &mut Units, begin: SystemTime, now: SystemTime) -> Result<usize, Error> {
        let number = units.all.keys().next_back().map_or(1, |last| last + 1);
        let (lifetime, clock) = (self.lifetimes[1], self.clock.clone());
        let unit = TimeStampingUnit::new(&self.authority, number, lifetime, begin, clock)?;
        if !unit.is_valid_at(now) {
            return Err(Error::RootEnded);
        }
        units.all.insert(number, Arc::new(unit));
        Ok(number)
    }

    /// Makes a unit for `now`. Its certificate begins on a grid of half lifetimes, so that a clock
    /// that wanders about needs few.
    fn make_aligned(&self, units: &mut Units, now: SystemTime) -> Result<usize, Error> {
        let begin = grid_begin(self.start, self.lifetimes[1] / 2, now)?;
        self.make(units, begin, now)
    }
}

impl Units {
    #[expect(clippy::expect_used, reason = "two are made at the start, and the active one is kept")]
    fn active(&self) -> Arc<TimeStampingUnit> {
        self.all.get(&self.active).expect("the active unit is kept").clone()
    }

    /// The one that took over on demand last, or the one that took its place: what is valid at
    /// `now`.
    fn present(&self, now: SystemTime) -> Option<&Arc<TimeStampingUnit>> {
        let valid = |number| self.all.get(number).filter(|unit| unit.is_valid_at(now));
        valid(&self.demanded).or_else(|| valid(&self.active))
    }

    /// The first that is valid at `now`, from the one that took over on demand last; else the
    /// newest of those before it.
    fn valid_at(&self, now: SystemTime) -> Option<usize> {
        let mut after = self.all.range(self.demanded..);
        let mut before = self.all.range(..self.demanded).rev();
        let valid = |(number, unit): (&usize, &Arc<TimeStampingUnit>)| {
            unit.is_valid_at(now).then_some(*number)
        };
        after.find_map(valid).or_else(|| before.find_map(valid))
    }

    fn forget_oldest(&mut self) {
        while self.all.len() > MAXIMUM_UNITS {
            let oldest = self.all.keys().copied().find(|number| *number != self.active);
            let Some(oldest) = oldest else { return };
            self.all.remove(&oldest);
        }
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

    fn time_stamp_with(
        &self,
        imprint: Digest,
        nonce: u128,
    ) -> BoxFuture<'_, Result<TimeStampTokenDer, TimeStampError>> {
        let unit = self.active();
        Box::pin(async move { unit.time_stamp_with(imprint, nonce).await })
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
    fn a_clock_that_wanders_finds_a_unit_everywhere_and_comes_back_to_the_first() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let clock = SettableClock::frozen_at(now);
        let root = Arc::new(Authority::new("http://127.0.0.1:8080", now).unwrap());
        let units =
            TimeStampingAuthority::new(root, UNIT_LIFETIMES, Arc::new(clock.clone())).unwrap();
        let first = stamped(&units);
        let years = (0..=60_u32).chain((0..60).rev());
        for year in years {
            clock.set(now + YEAR * year);
            let unit = stamped(&units);
            assert_eq!(unit == first, year <= 10, "year {year}");
        }
        for days in 0..400 {
            clock.set(now - HOUR * 24 * days);
            stamped(&units);
        }
        assert!(units.certificates().len() < 20, "{}", units.certificates().len());
        clock.set(now);
        assert_eq!(stamped(&units), first);
        let demanded = units.roll_over().unwrap();
        clock.set(now + YEAR * 30);
        assert_ne!(stamped(&units), demanded);
        clock.set(now);
        assert_eq!(stamped(&units), demanded, "on demand it took over");
        units.reset();
        assert_eq!(stamped(&units), first);
    }

    #[test]
    fn units_of_a_minute_are_made_for_as_long_as_the_clock_runs_and_the_oldest_are_forgotten() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let clock = SettableClock::frozen_at(now);
        let root = Arc::new(Authority::new("http://127.0.0.1:8080", now).unwrap());
        let minute = [Duration::from_secs(60); 2];
        let units = TimeStampingAuthority::new(root, minute, Arc::new(clock.clone())).unwrap();
        let days = (MAXIMUM_UNITS + 20) as u32;
        for day in 0..days {
            clock.set(now + HOUR * 48 * day);
            stamped(&units);
        }
        assert_eq!(units.certificates().len(), MAXIMUM_UNITS);
        assert!(units.certificate_of(1).is_none());
        assert_eq!(
            units.certificate_of(MAXIMUM_UNITS),
            units.certificates().get(MAXIMUM_UNITS - 22).cloned()
        );
    }

    #[test]
    fn where_the_root_is_not_valid_the_authority_has_no_time() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let clock = SettableClock::frozen_at(now);
        let root = Arc::new(Authority::new("http://127.0.0.1:8080", now).unwrap());
        let units =
            TimeStampingAuthority::new(root, UNIT_LIFETIMES, Arc::new(clock.clone())).unwrap();
        for moment in [now - 11 * YEAR, now + 101 * YEAR, SystemTime::UNIX_EPOCH] {
            clock.set(moment);
            let answer = units.respond(&request());
            let Response::Rejected(why) = Response::parse(&answer).unwrap() else {
                panic!("granted")
            };
            assert_eq!(why.failure, Some(FailureInfo::TimeNotAvailable));
            units.roll_over().unwrap_err();
        }
        assert_eq!(units.certificates().len(), 2, "no unit is made for a time without a root");
    }
}
