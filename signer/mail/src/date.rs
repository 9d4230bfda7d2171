//! Days, as letters say them.

use time::OffsetDateTime;

/// A day, as 2026-11-26, by Coordinated Universal Time.
pub(crate) fn day(seconds: i64) -> String {
    OffsetDateTime::from_unix_timestamp(seconds).map_or_else(
        |_| "?".to_owned(),
        |moment| {
            let (year, month, day) = moment.to_calendar_date();
            format!("{year:04}-{:02}-{day:02}", u8::from(month))
        },
    )
}
