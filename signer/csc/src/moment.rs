//! Moments as the API writes them.

use std::time::SystemTime;

use time::{OffsetDateTime, macros::format_description};

/// `YYYYMMDDHHMMSSZ`, in UTC.
pub fn generalized(moment: SystemTime) -> String {
    let format = format_description!("[year][month][day][hour][minute][second]Z");
    // What no calendar has is not in a certificate.
    OffsetDateTime::from(moment).format(&format).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_moment_is_fourteen_digits_and_a_letter() {
        let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        assert_eq!(generalized(moment), "20270115080000Z");
    }
}
