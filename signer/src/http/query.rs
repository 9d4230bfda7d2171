//! Moments and days in an address.

use time::{Date, OffsetDateTime, macros::format_description};

use crate::{audit::Timestamp, service::RequestError};

/// A day, in seconds.
const DAY: i64 = 86_400;

/// A moment as RFC 3339 has it, in any offset.
///
/// # Errors
/// [`RequestError::Malformed`]. A plus sign in an address is a space unless it is escaped.
pub(super) fn moment(name: &str, text: Option<String>) -> Result<Option<Timestamp>, RequestError> {
    let read = |text: String| {
        text.parse::<Timestamp>()
            .map_err(|error| RequestError::Malformed(format!("{name}: {error}")))
    };
    text.map(read).transpose()
}

/// A day (`2026-11-22`) as days since 1970.
///
/// # Errors
/// [`RequestError::Malformed`].
pub(super) fn day(name: &str, text: &str) -> Result<i64, RequestError> {
    match Date::parse(text, format_description!("[year]-[month]-[day]")) {
        Ok(day) if (1970..=9999).contains(&day.year()) => {
            Ok(day.midnight().assume_utc().unix_timestamp().div_euclid(DAY))
        }
        Ok(_) | Err(_) => Err(RequestError::Malformed(format!(
            "{name}: a day is written 2026-11-22, from 1970 to 9999"
        ))),
    }
}

/// A day as it is written.
pub(super) fn written(day: i64) -> String {
    let day = OffsetDateTime::from_unix_timestamp(day.saturating_mul(DAY));
    day.map(|day| day.date().to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_it_is_written_and_nothing_else_is() {
        assert_eq!(day("from", "1970-01-02").unwrap(), 1);
        assert_eq!(written(day("from", "2026-11-22").unwrap()), "2026-11-22");
        for text in
            ["", "2026-11", "22-11-2026", "2026-02-30", "1969-12-31", "2026-11-22T00:00:00Z"]
        {
            assert!(matches!(day("from", text), Err(RequestError::Malformed(_))), "{text}");
        }
    }

    #[test]
    fn a_moment_is_read_in_any_offset() {
        let read = |text: &str| moment("from", Some(text.to_owned()));
        let utc = read("2026-11-22T09:30:00Z").unwrap();
        assert_eq!(read("2026-11-22T10:30:00+01:00").unwrap(), utc);
        assert_eq!(moment("from", None).unwrap(), None);
        for text in ["", "2026-11-22", "1969-12-31T23:59:59Z", "2026-11-22T10:30:00 01:00", "now"] {
            assert!(matches!(read(text), Err(RequestError::Malformed(_))), "{text}");
        }
    }
}
