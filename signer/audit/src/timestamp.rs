//! Moments as the log and receipts write them.

use std::{fmt, str::FromStr, time::SystemTime};

use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::RecordError;

/// A moment between 1970 and 9999 in UTC, written as RFC 3339.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(#[serde(with = "time::serde::rfc3339")] OffsetDateTime);

impl Timestamp {
    /// Microseconds since 1970; what lies between two counts as the earlier one.
    pub fn microseconds(self) -> i64 {
        // A moment of the calendar is less than 2^59 of them away.
        i64::try_from(self.0.unix_timestamp_nanos().div_euclid(1000)).unwrap_or(i64::MAX)
    }
}

impl TryFrom<SystemTime> for Timestamp {
    type Error = RecordError;

    fn try_from(moment: SystemTime) -> Result<Self, RecordError> {
        let since = moment.duration_since(SystemTime::UNIX_EPOCH);
        let nanoseconds = since.map_err(|_| RecordError::TimeOutOfRange)?.as_nanos();
        i128::try_from(nanoseconds)
            .ok()
            .and_then(|nanoseconds| OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).ok())
            .filter(|moment| moment.year() <= 9999)
            .map(Self)
            .ok_or(RecordError::TimeOutOfRange)
    }
}

/// What is no moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a moment is written as RFC 3339 has it (2026-11-22T09:30:00Z), from 1970 to 9999")]
pub struct TimestampError;

impl FromStr for Timestamp {
    type Err = TimestampError;

    /// In any offset.
    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let read = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| TimestampError)?;
        Self::try_from(SystemTime::from(read)).map_err(|_| TimestampError)
    }
}

impl From<Timestamp> for SystemTime {
    fn from(moment: Timestamp) -> Self {
        moment.0.into()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.format(&Rfc3339).map_err(|_| fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_moment_is_written_as_rfc_3339_in_utc() {
        let moment = SystemTime::UNIX_EPOCH + Duration::from_millis(1_800_000_000_250);
        let written = Timestamp::try_from(moment).unwrap();
        assert_eq!(written.to_string(), "2027-01-15T08:00:00.25Z");
        assert_eq!(serde_json::to_string(&written).unwrap(), "\"2027-01-15T08:00:00.25Z\"");
        assert_eq!(SystemTime::from(written), moment);
        assert_eq!(written.microseconds(), 1_800_000_000_250_000);
    }

    #[test]
    fn a_moment_outside_the_calendar_is_refused() {
        let early = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
        let late = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_800);
        for moment in [early, late] {
            let refused = Timestamp::try_from(moment);
            assert!(matches!(refused, Err(RecordError::TimeOutOfRange)), "{moment:?}");
        }
    }
}
