//! Moments as certificates, time-stamps and tokens write them: whole seconds.

use std::time::SystemTime;

use serde::{Serialize, Serializer};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Milliseconds since 1970; a moment before that counts as zero.
pub(crate) fn unix_milliseconds(moment: SystemTime) -> u64 {
    let passed = moment.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(passed.as_millis()).unwrap_or(u64::MAX)
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
    use std::time::Duration;

    use super::*;

    #[test]
    fn rfc_3339_is_read_and_written() {
        let moment = SystemTime::UNIX_EPOCH + Duration::from_millis(1_800_000_000_250);
        assert_eq!(rfc3339(moment).as_deref(), Some("2027-01-15T08:00:00.25Z"));
        assert_eq!(from_rfc3339("2027-01-15T09:00:00.25+01:00"), Some(moment));
        for text in ["", "tomorrow", "1969-12-31T23:59:59Z", "2027-01-15"] {
            assert_eq!(from_rfc3339(text), None, "{text}");
        }
    }
}
