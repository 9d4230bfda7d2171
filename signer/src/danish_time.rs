//! Danish local time, for what people read.

use std::time::SystemTime;

use time::{Date, Duration, Month, OffsetDateTime, Time, UtcOffset, macros::format_description};

/// A moment as people in Denmark read it, with its distance from UTC: `2026-11-22 15:34:56 +01:00`.
///
/// Summer time as Directive 2000/84/EC has it since 2002: from 1:00 UTC on the last Sunday of March to
/// 1:00 UTC on the last Sunday of October. For earlier moments too, where the law was another now and
/// then: nothing here is older than the software. The time zone data of the system are not read: a
/// container need not have them, and what a seal shows must not depend on it.
pub(crate) fn danish_time(moment: SystemTime) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    let zone = format_description!("[offset_hour sign:mandatory]:[offset_minute]");
    let local = danish_local(moment);
    // Every time between the years 0 and 9999 can be written so.
    let written =
        local.and_then(|local| Some((local.format(format).ok()?, local.format(zone).ok()?)));
    written.map(|(time, zone)| format!("{time} {zone}")).unwrap_or_default()
}

/// A moment with the distance from UTC that it has in Denmark; nothing beyond the year 9999.
pub(crate) fn danish_local(moment: SystemTime) -> Option<OffsetDateTime> {
    OffsetDateTime::from(moment).checked_to_offset(offset(moment.into()))
}

/// Midnight at the beginning of a day in Denmark, `days` later: `2026-11-22`.
pub(crate) fn danish_midnight(day: &str, days: i64) -> Option<SystemTime> {
    let day = Date::parse(day, format_description!("[year]-[month]-[day]")).ok()?;
    let midnight = day.checked_add(Duration::days(days))?.midnight();
    // Neither change of the clock is near midnight.
    Some(midnight.assume_offset(offset(midnight.assume_utc())).into())
}

/// When it is this hour in Denmark for the first time after a moment. The clock changes at one or two o'clock, so any hour
/// from 4 on is there once a day.
pub(crate) fn danish_hour_after(moment: SystemTime, hour: u8) -> Option<SystemTime> {
    let today = danish_local(moment)?.date();
    [Some(today), today.next_day()].into_iter().flatten().find_map(|day| {
        let at = day.with_hms(hour, 0, 0).ok()?;
        let at = SystemTime::from(at.assume_offset(offset(at.assume_utc())));
        (at > moment).then_some(at)
    })
}

/// The day in Denmark, where each begins at this hour: `2026-11-22`.
pub(crate) fn danish_day_from(moment: SystemTime, hour: u8) -> Option<String> {
    let local = danish_local(moment)?;
    let day = if local.hour() < hour { local.date().previous_day()? } else { local.date() };
    day.format(format_description!("[year]-[month]-[day]")).ok()
}

fn offset(moment: OffsetDateTime) -> UtcOffset {
    let year = moment.to_offset(UtcOffset::UTC).year();
    let (begin, end) = (change(year, Month::March), change(year, Month::October));
    let summer = begin.zip(end).is_some_and(|(begin, end)| (begin..end).contains(&moment));
    let hours = if summer { 2 } else { 1 };
    UtcOffset::from_hms(hours, 0, 0).unwrap_or(UtcOffset::UTC)
}

/// 1:00 UTC on the last Sunday of a month of 31 days.
fn change(year: i32, month: Month) -> Option<OffsetDateTime> {
    let last = Date::from_calendar_date(year, month, 31).ok()?;
    let days = last.weekday().number_days_from_sunday();
    let sunday = last.checked_sub(Duration::days(days.into()))?;
    Some(sunday.with_time(Time::from_hms(1, 0, 0).ok()?).assume_utc())
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_day_begins_at_danish_midnight() {
        let begins = |day, days| danish_midnight(day, days).map(OffsetDateTime::from);
        assert_eq!(begins("2026-11-22", 0), Some(datetime!(2026-11-21 23:00 UTC)));
        assert_eq!(begins("2026-03-29", 0), Some(datetime!(2026-03-28 23:00 UTC)));
        assert_eq!(begins("2026-03-29", 1), Some(datetime!(2026-03-29 22:00 UTC)));
        assert_eq!(begins("2026-10-25", 1), Some(datetime!(2026-10-25 23:00 UTC)));
        assert_eq!(begins("22.11.2026", 0), None);
    }

    #[test]
    fn seven_comes_once_a_day_and_a_day_that_begins_with_it_lasts_until_it_comes_again() {
        for (moment, next, day) in [
            (datetime!(2026-11-22 05:59:59 UTC), datetime!(2026-11-22 06:00 UTC), "2026-11-21"),
            (datetime!(2026-11-22 06:00:00 UTC), datetime!(2026-11-23 06:00 UTC), "2026-11-22"),
            (datetime!(2026-11-22 23:30:00 UTC), datetime!(2026-11-23 06:00 UTC), "2026-11-22"),
            // Summer begins, and ends.
            (datetime!(2026-03-28 06:00:00 UTC), datetime!(2026-03-29 05:00 UTC), "2026-03-28"),
            (datetime!(2026-03-29 05:00:00 UTC), datetime!(2026-03-30 05:00 UTC), "2026-03-29"),
            (datetime!(2026-10-24 05:00:00 UTC), datetime!(2026-10-25 06:00 UTC), "2026-10-24"),
            (datetime!(2026-10-25 05:59:59 UTC), datetime!(2026-10-25 06:00 UTC), "2026-10-24"),
        ] {
            let found = danish_hour_after(moment.into(), 7).map(OffsetDateTime::from);
            assert_eq!(found, Some(next), "{moment}");
            assert_eq!(danish_day_from(moment.into(), 7).as_deref(), Some(day), "{moment}");
        }
    }

    #[test]
    fn the_clock_changes_on_the_last_sundays_of_march_and_october() {
        for (moment, expected) in [
            (datetime!(2026-11-22 14:34:56 UTC), "2026-11-22 15:34:56 +01:00"),
            (datetime!(2026-03-29 00:59:59 UTC), "2026-03-29 01:59:59 +01:00"),
            (datetime!(2026-03-29 01:00:00 UTC), "2026-03-29 03:00:00 +02:00"),
            (datetime!(2026-10-25 00:59:59 UTC), "2026-10-25 02:59:59 +02:00"),
            (datetime!(2026-10-25 01:00:00 UTC), "2026-10-25 02:00:00 +01:00"),
            // The 31st is a Sunday itself.
            (datetime!(2030-03-31 01:00:00 UTC), "2030-03-31 03:00:00 +02:00"),
            (datetime!(2027-10-31 00:59:59 UTC), "2027-10-31 02:59:59 +02:00"),
            // The year is another here.
            (datetime!(2026-12-31 23:30:00 UTC), "2027-01-01 00:30:00 +01:00"),
            (datetime!(9999-12-31 23:30:00 UTC), ""),
        ] {
            assert_eq!(danish_time(moment.into()), expected, "{moment}");
        }
    }
}
