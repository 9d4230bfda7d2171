//! Moments as certificates, time-stamps and tokens write them: whole seconds.

use std::time::{Duration, SystemTime};

use der::DateTime;
use serde::{Serialize, Serializer};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::Error;

/// The moment in UTC, its fraction of a second cut off.
pub(crate) fn whole_second(moment: SystemTime) -> Result<OffsetDateTime, Error> {
    OffsetDateTime::from_unix_timestamp(unix_seconds(moment)?).map_err(|_| Error::Validity)
}

/// The same for the encoders of CRLs and OCSP answers.
pub(crate) fn date_time(moment: SystemTime) -> Result<DateTime, Error> {
    let seconds = u64::try_from(unix_seconds(moment)?).map_err(|_| Error::Validity)?;
    Ok(DateTime::from_unix_duration(Duration::from_secs(seconds))?)
}

/// Seconds since 1970, rounded down.
pub(crate) fn unix_seconds(moment: SystemTime) -> Result<i64, Error> {
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

/// Milliseconds since 1970; a moment before that counts as zero.
pub(crate) fn unix_milliseconds(moment: SystemTime) -> u64 {
    let passed = moment.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(passed.as_millis()).unwrap_or(u64::MAX)
}

/// `moment` and `step`, unless the machine cannot express the sum.
pub(crate) fn after(moment: SystemTime, step: Duration) -> Result<SystemTime, Error> {
    moment.checked_add(step).ok_or(Error::Validity)
}

/// `moment` so many seconds later, or earlier, unless the machine cannot express it.
pub(crate) fn shifted(moment: SystemTime, seconds: i64) -> Result<SystemTime, Error> {
    let step = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { before(moment, step) } else { after(moment, step) }
}

/// `moment` less `step`, unless the machine cannot express the difference.
pub(crate) fn before(moment: SystemTime, step: Duration) -> Result<SystemTime, Error> {
    moment.checked_sub(step).ok_or(Error::Validity)
}

/// The moment as RFC 3339 writes it, to the millisecond.
pub(crate) fn rfc3339(moment: SystemTime) -> Option<String> {
    let milliseconds = i128::from(unix_milliseconds(moment));
    let moment = OffsetDateTime::from_unix_timestamp_nanos(milliseconds * 1_000_000).ok()?;
    moment.format(&Rfc3339).ok()
}

/// The moment that RFC 3339 writes so; none before 1970.
pub(crate) fn from_rfc3339(text: &str) -> Option<SystemTime> {
    let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    (moment >= OffsetDateTime::UNIX_EPOCH).then(|| moment.into())
}

/// Serialises a moment as RFC 3339 writes it.
pub(crate) fn as_rfc3339<S: Serializer>(moment: &SystemTime, to: S) -> Result<S::Ok, S::Error> {
    rfc3339(*moment).serialize(to)
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
    fn rfc_3339_is_read_and_written() {
        let moment = SystemTime::UNIX_EPOCH + Duration::from_millis(1_800_000_000_250);
        assert_eq!(rfc3339(moment).as_deref(), Some("2027-01-15T08:00:00.25Z"));
        assert_eq!(from_rfc3339("2027-01-15T09:00:00.25+01:00"), Some(moment));
        for text in ["", "tomorrow", "1969-12-31T23:59:59Z", "2027-01-15"] {
            assert_eq!(from_rfc3339(text), None, "{text}");
        }
    }

    #[test]
    fn a_moment_past_the_year_9999_is_refused() {
        let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_800);
        assert!(matches!(whole_second(moment), Err(Error::Validity)));
    }
}
