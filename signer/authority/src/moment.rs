//! Moments as certificates and time-stamps write them: whole seconds.

use std::time::{Duration, SystemTime};

use der::DateTime;
use time::OffsetDateTime;

use crate::Error;

/// The moment in UTC, its fraction of a second cut off.
///
/// # Errors
/// [`Error::Validity`].
pub fn whole_second(moment: SystemTime) -> Result<OffsetDateTime, Error> {
    OffsetDateTime::from_unix_timestamp(unix_seconds(moment)?).map_err(|_| Error::Validity)
}

/// The same for the encoders of CRLs and OCSP answers.
///
/// # Errors
/// [`Error::Validity`].
pub fn date_time(moment: SystemTime) -> Result<DateTime, Error> {
    let seconds = u64::try_from(unix_seconds(moment)?).map_err(|_| Error::Validity)?;
    Ok(DateTime::from_unix_duration(Duration::from_secs(seconds))?)
}

/// Seconds since 1970, rounded down.
///
/// # Errors
/// [`Error::Validity`].
pub fn unix_seconds(moment: SystemTime) -> Result<i64, Error> {
    let seconds = match moment.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_secs()),
        Err(before) => {
            let before = before.duration();
            let round = u64::from(before.subsec_nanos() > 0);
            i64::try_from(before.as_secs().saturating_add(round)).map(|seconds| -seconds)
        }
    };
    seconds.map_err(|_| Error::Validity)
}

/// `moment` and `step`, unless the machine cannot express the sum.
///
/// # Errors
/// [`Error::Validity`].
pub fn after(moment: SystemTime, step: Duration) -> Result<SystemTime, Error> {
    moment.checked_add(step).ok_or(Error::Validity)
}

/// `moment` so many seconds later, or earlier, unless the machine cannot express it.
///
/// # Errors
/// [`Error::Validity`].
pub fn shifted(moment: SystemTime, seconds: i64) -> Result<SystemTime, Error> {
    let step = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { before(moment, step) } else { after(moment, step) }
}

/// `moment` less `step`, unless the machine cannot express the difference.
///
/// # Errors
/// [`Error::Validity`].
pub fn before(moment: SystemTime, step: Duration) -> Result<SystemTime, Error> {
    moment.checked_sub(step).ok_or(Error::Validity)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_cut_off_downwards_on_both_sides_of_1970() {
        let half = Duration::from_millis(500);
        assert_eq!(unix_seconds(SystemTime::UNIX_EPOCH + half).unwrap(), 0);
        assert_eq!(unix_seconds(SystemTime::UNIX_EPOCH - half).unwrap(), -1);
    }

    #[test]
    fn a_moment_past_the_year_9999_is_refused() {
        let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_800);
        assert!(matches!(whole_second(moment), Err(Error::Validity)));
    }
}
