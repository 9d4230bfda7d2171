//! The day for the calendar that comes with letters about what ends, as the program icalendar reads it.

use serde::Deserialize;

use super::capture::Received;
use crate::oracle::{Folder, python_program, run};

const PROGRAM: &str = r#"
import email, email.policy, icalendar, json, sys

with open(sys.argv[1], "rb") as file:
    letter = email.message_from_binary_file(file, policy=email.policy.default)
text, *others = letter.iter_parts() if letter.is_multipart() else [letter]
assert text.get_content_type() == "text/plain" and text.get_content().strip()
days = []
for other in others:
    assert other.get_content_type() == "text/calendar" and other.get_param("method") == "PUBLISH"
    calendar = icalendar.Calendar.from_ical(other.get_payload(decode=True))
    assert not calendar.errors and calendar["METHOD"] == "PUBLISH"
    for event in calendar.events:
        assert not event.errors
        days.append({
            "name": str(event["UID"]), "first": str(event.start), "after": str(event.end),
            "summary": str(event["SUMMARY"]),
        })
print(json.dumps(days))
"#;

/// What stands in a calendar.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Day {
    /// By what it is known.
    pub name: String,
    /// The day, as 2026-11-26.
    pub first: String,
    /// The day after it.
    pub after: String,
    pub summary: String,
}

/// The days that come with a letter.
pub fn days(letter: &Received) -> Vec<Day> {
    let folder = Folder::new();
    folder.write("letter", letter.raw.as_bytes());
    let arguments =
        ["-c".to_owned(), PROGRAM.to_owned(), folder.path("letter").display().to_string()];
    let output = run(python_program("python"), arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("days")
}
