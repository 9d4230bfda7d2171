//! A day for the recipient's calendar (RFC 5545): when something ends.

use std::{fmt, time::SystemTime};

use time::OffsetDateTime;

/// Most octets of a line (RFC 5545 section 3.1).
const LINE: usize = 75;

/// What stands in a calendar for a whole day.
#[derive(Clone, PartialEq, Eq)]
pub struct Day {
    /// By what it is known: what is sent again takes the place of what was sent before.
    pub(crate) name: String,
    /// Seconds since 1970; its day by Coordinated Universal Time, as in the letter.
    pub(crate) at: i64,
    pub(crate) summary: String,
}

impl Day {
    /// The calendar with this day alone, as it is sent (RFC 5546 section 3.2.1). `made` is when the letter was written,
    /// `domain` whose names these are. `None` where its time is none.
    pub(crate) fn written(&self, made: SystemTime, domain: &str) -> Option<String> {
        let first = OffsetDateTime::from_unix_timestamp(self.at).ok()?.date();
        let stamp = OffsetDateTime::from(made);
        let day = |date: time::Date| {
            format!("{:04}{:02}{:02}", date.year(), u8::from(date.month()), date.day())
        };
        let (hour, minute, second) = stamp.time().as_hms();
        let lines = [
            "BEGIN:VCALENDAR".to_owned(),
            "VERSION:2.0".to_owned(),
            "PRODID:-//Segl//Notices//EN".to_owned(),
            "METHOD:PUBLISH".to_owned(),
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}@{domain}", text(&self.name)),
            format!("DTSTAMP:{}T{hour:02}{minute:02}{second:02}Z", day(stamp.date())),
            format!("DTSTART;VALUE=DATE:{}", day(first)),
            format!("DTEND;VALUE=DATE:{}", day(first.next_day()?)),
            format!("SUMMARY:{}", text(&self.summary)),
            // Nobody is busy that day.
            "TRANSP:TRANSPARENT".to_owned(),
            "END:VEVENT".to_owned(),
            "END:VCALENDAR".to_owned(),
        ];
        Some(lines.iter().map(|line| folded(line)).collect())
    }
}

/// A value of type TEXT (RFC 5545 section 3.3.11).
fn text(value: &str) -> String {
    let mut written = String::new();
    for letter in value.chars() {
        match letter {
            '\\' | ';' | ',' => written.extend(['\\', letter]),
            letter if letter.is_control() => written.push(' '),
            letter => written.push(letter),
        }
    }
    written
}

/// A line, with breaks between letters where it is too long.
fn folded(line: &str) -> String {
    let (mut written, mut length) = (String::new(), 0);
    for letter in line.chars() {
        if length + letter.len_utf8() > LINE {
            written.push_str("\r\n ");
            length = 1;
        }
        written.push(letter);
        length += letter.len_utf8();
    }
    written + "\r\n"
}

impl fmt::Debug for Day {
    // Names stand in no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Day(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_between_letters_and_what_has_a_meaning_is_escaped() {
        let day = Day {
            name: "certificate-1f".to_owned(),
            at: 1_900_000_000,
            summary: format!("Løn; {}, \\ \n{}", "æøå".repeat(40), "🖋".repeat(30)),
        };
        let written = day.written(SystemTime::UNIX_EPOCH, "example.com").unwrap();
        assert!(written.split("\r\n").all(|line| line.len() <= LINE), "{written}");
        let whole = written.replace("\r\n ", "");
        for line in [
            "UID:certificate-1f@example.com",
            "DTSTAMP:19700101T000000Z",
            "DTSTART;VALUE=DATE:20300317",
            "DTEND;VALUE=DATE:20300318",
        ] {
            assert!(whole.lines().any(|one| one == line), "{line} in {whole}");
        }
        let summary = format!("SUMMARY:Løn\\; {}\\, \\\\  {}", "æøå".repeat(40), "🖋".repeat(30));
        assert!(whole.lines().any(|one| one == summary), "{whole}");
        let never = Day { at: i64::MAX, ..day };
        assert_eq!(never.written(SystemTime::UNIX_EPOCH, "example.com"), None);
    }
}
