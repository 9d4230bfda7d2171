//! Moments in whole seconds, written as RFC 3339 in UTC.

use std::{fmt, time::SystemTime};

use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// A moment between 1970 and 9999, to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment(OffsetDateTime);

/// What is no such moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a moment is written as RFC 3339 has it (2026-11-22T09:30:00Z), from 1970 to 9999")]
pub struct MomentError;

impl Moment {
    /// This many seconds later; the last moment there is when that lies beyond it.
    #[must_use]
    pub fn after(self, seconds: u64) -> Self {
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
        let later = self.0.unix_timestamp().checked_add(seconds);
        later.and_then(|seconds| Self::of_unix(seconds).ok()).unwrap_or(self)
    }

    fn of_unix(seconds: i64) -> Result<Self, MomentError> {
        OffsetDateTime::from_unix_timestamp(seconds)
            .ok()
            .filter(|moment| seconds >= 0 && moment.year() <= 9999)
            .map(Self)
            .ok_or(MomentError)
    }
}

impl TryFrom<SystemTime> for Moment {
    type Error = MomentError;

    fn try_from(moment: SystemTime) -> Result<Self, MomentError> {
        let since = moment.duration_since(SystemTime::UNIX_EPOCH).map_err(|_| MomentError)?;
        Self::of_unix(i64::try_from(since.as_secs()).map_err(|_| MomentError)?)
    }
}

impl From<Moment> for SystemTime {
    fn from(moment: Moment) -> Self {
        moment.0.into()
    }
}

impl TryFrom<String> for Moment {
    type Error = MomentError;

    /// What lies between two seconds counts as the earlier one.
    fn try_from(text: String) -> Result<Self, MomentError> {
        let read = OffsetDateTime::parse(&text, &Rfc3339).map_err(|_| MomentError)?;
        Self::of_unix(read.to_offset(UtcOffset::UTC).unix_timestamp())
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.to_string()
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.format(&Rfc3339).map_err(|_| fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_in_any_offset_and_written_in_utc() {
        let read = |text: &str| Moment::try_from(text.to_owned());
        let moment = read("2026-11-22T10:30:00.9+01:00").unwrap();
        assert_eq!(moment.to_string(), "2026-11-22T09:30:00Z");
        assert_eq!(moment.after(60).to_string(), "2026-11-22T09:31:00Z");
        assert_eq!(moment.after(u64::MAX), moment);
        for text in ["", "2026-11-22", "1969-12-31T23:59:59Z", "2026-11-22T10:30:00", "now"] {
            assert_eq!(read(text), Err(MomentError), "{text}");
        }
    }
}
