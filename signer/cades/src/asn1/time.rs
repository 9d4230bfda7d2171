//! UTCTime and GeneralizedTime (RFC 5280 section 4.1.2.5, RFC 3161 section 2.4.2).

use std::time::{Duration, SystemTime};

use der::{
    DateTime, Decode, Tag,
    asn1::{GeneralizedTime, UtcTime},
};

use super::{Element, Part, tag};

/// Encodes as X.509 and CMS want it: UTCTime before 2050, GeneralizedTime from then on. Gives the
/// tag and the contents octets; `None` outside the years 1970 to 9999.
pub fn time_of_choice(time: SystemTime) -> Option<(u8, Vec<u8>)> {
    let digits = digits(time)?;
    Some(match time_year(&digits) {
        1970..=2049 => (tag::UTC_TIME, digits[2..].to_vec()),
        _ => (tag::GENERALIZED_TIME, digits.to_vec()),
    })
}

/// Encodes the contents octets of a GeneralizedTime to the second, with `milliseconds` as a
/// fraction without trailing zeros (RFC 3161: DER); `None` outside the years 1970 to 9999.
pub(crate) fn generalized_time(time: SystemTime, milliseconds: bool) -> Option<Vec<u8>> {
    let mut contents = digits(time)?.to_vec();
    let fraction = time.duration_since(SystemTime::UNIX_EPOCH).ok()?.subsec_millis();
    if milliseconds && fraction != 0 {
        contents.pop();
        contents.extend_from_slice(format!(".{fraction:03}").trim_end_matches('0').as_bytes());
        contents.push(b'Z');
    }
    Some(contents)
}

/// Reads a UTCTime or a GeneralizedTime to the second.
pub(crate) fn read_time(element: Element<'_>) -> der::Result<SystemTime> {
    // BER may have written the length longer.
    let der = Part::Element(element.tag, &[Part::Raw(element.contents)]).to_vec();
    match element.tag {
        tag::UTC_TIME => UtcTime::from_der(&der).map(|time| time.to_system_time()),
        _ => GeneralizedTime::from_der(&der).map(|time| time.to_system_time()),
    }
}

/// Reads a GeneralizedTime with or without a fraction, of nine digits at most.
pub(crate) fn read_fractional_time(element: Element<'_>) -> der::Result<SystemTime> {
    let malformed = || der::Error::from(Tag::GeneralizedTime.value_error());
    let contents = element.contents;
    let Some((whole, fraction)) = contents.split_at_checked(14) else { return Err(malformed()) };
    let seconds = [&[tag::GENERALIZED_TIME, 15], whole, b"Z"].concat();
    let seconds = GeneralizedTime::from_der(&seconds)?.to_system_time();
    let nanoseconds = match fraction {
        b"Z" => 0,
        [b'.', digits @ .., b'Z']
            if matches!(digits.len(), 1..=9)
                && digits.iter().all(u8::is_ascii_digit)
                && digits.last() != Some(&b'0') =>
        {
            let value = digits.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
            value * 10_u32.pow(9 - digits.len() as u32)
        }
        _ => return Err(malformed()),
    };
    seconds.checked_add(Duration::from_nanos(nanoseconds.into())).ok_or_else(malformed)
}

/// Reads a UTCTime or a GeneralizedTime in every form that names a moment (X.680 clauses 46 and
/// 47): without seconds or minutes, with a fraction of up to nine digits behind a dot or a comma,
/// with a difference to UTC. DER allows less; but evidence whose signature holds is not passed over
/// for how it writes its time.
pub(crate) fn read_any_time(element: Element<'_>) -> der::Result<SystemTime> {
    let malformed = || der::Error::from(Tag::GeneralizedTime.value_error());
    let (contents, short) = match element.tag {
        tag::UTC_TIME => (element.contents, true),
        tag::GENERALIZED_TIME => (element.contents, false),
        _ => return Err(malformed()),
    };
    let text = std::str::from_utf8(contents).map_err(|_| malformed())?;
    let end = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(malformed)?;
    let (digits, rest) = text.split_at(end);
    let fraction_end = match rest.strip_prefix(['.', ',']) {
        Some(fraction) if !short => {
            1 + fraction.find(|c: char| !c.is_ascii_digit()).ok_or_else(malformed)?
        }
        _ => 0,
    };
    let (fraction, zone) = rest.split_at(fraction_end);
    let year = if short {
        // RFC 5280 section 4.1.2.5.1: 50 and above is of the last century.
        if digits.as_bytes().first().is_some_and(|digit| *digit >= b'5') { "19" } else { "20" }
    } else {
        ""
    };
    let digits = format!("{year}{digits}");
    // What the last digits stand for is what the fraction is of.
    let (missing, unit) = match digits.len() {
        14 => ("", 1_u64),
        12 => ("00", 60),
        10 if !short => ("0000", 3600),
        _ => return Err(malformed()),
    };
    let whole =
        [&[tag::GENERALIZED_TIME, 15], digits.as_bytes(), missing.as_bytes(), b"Z"].concat();
    let whole = GeneralizedTime::from_der(&whole)?.to_system_time();
    let fraction = match fraction.get(1..) {
        None => Duration::ZERO,
        Some(digits) if matches!(digits.len(), 1..=9) => {
            let value = digits.bytes().fold(0, |value, digit| value * 10 + u64::from(digit - b'0'));
            Duration::from_nanos(value * 10_u64.pow(9 - digits.len() as u32) * unit)
        }
        Some(_) => return Err(malformed()),
    };
    let (ahead, difference) = read_zone(zone).ok_or_else(malformed)?;
    let time = whole.checked_add(fraction);
    // A clock that is ahead of UTC shows more than UTC does.
    time.and_then(
        |time| {
            if ahead { time.checked_sub(difference) } else { time.checked_add(difference) }
        },
    )
    .ok_or_else(malformed)
}

/// `Z`, or hours and minutes ahead of UTC or behind it.
fn read_zone(zone: &str) -> Option<(bool, Duration)> {
    let ahead = match zone.as_bytes().first()? {
        b'Z' => return (zone.len() == 1).then_some((true, Duration::ZERO)),
        b'+' => true,
        b'-' => false,
        _ => return None,
    };
    let digits = zone.get(1..)?;
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let hours: u64 = digits.get(..2)?.parse().ok()?;
    let minutes: u64 = match digits.get(2..)? {
        "" => 0,
        minutes if minutes.len() == 2 => minutes.parse().ok()?,
        _ => return None,
    };
    (hours < 24 && minutes < 60).then(|| (ahead, Duration::from_secs(hours * 3600 + minutes * 60)))
}

/// `YYYYMMDDHHMMSSZ`.
fn digits(time: SystemTime) -> Option<[u8; 15]> {
    let time = DateTime::from_system_time(time).ok()?;
    let mut digits = *b"00000000000000Z";
    let year = time.year();
    let fields = [
        (year / 100) as u8,
        (year % 100) as u8,
        time.month(),
        time.day(),
        time.hour(),
        time.minutes(),
        time.seconds(),
    ];
    for (pair, field) in digits.chunks_exact_mut(2).zip(fields) {
        pair.copy_from_slice(&[b'0' + field / 10, b'0' + field % 10]);
    }
    Some(digits)
}

fn time_year(digits: &[u8; 15]) -> u16 {
    digits[..4].iter().fold(0, |year, digit| year * 10 + u16::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(milliseconds)
    }

    #[test]
    fn times_until_2049_are_utc_times() {
        let (tag, contents) = time_of_choice(at(1_767_323_045_999)).unwrap();
        assert_eq!((tag, contents.as_slice()), (tag::UTC_TIME, &b"260102030405Z"[..]));
        let (tag, contents) = time_of_choice(at(2_524_608_000_000)).unwrap();
        assert_eq!((tag, contents.as_slice()), (tag::GENERALIZED_TIME, &b"20500101000000Z"[..]));
        assert_eq!(time_of_choice(SystemTime::UNIX_EPOCH - Duration::from_secs(1)), None);
    }

    #[test]
    fn fractions_have_no_trailing_zeros_and_are_read_back() {
        for (milliseconds, expected) in [
            (1_767_323_045_000, "20260102030405Z"),
            (1_767_323_045_100, "20260102030405.1Z"),
            (1_767_323_045_007, "20260102030405.007Z"),
        ] {
            let contents = generalized_time(at(milliseconds), true).unwrap();
            assert_eq!(contents, expected.as_bytes());
            let raw = [&[tag::GENERALIZED_TIME, contents.len() as u8], &contents[..]].concat();
            let element = Element::parse(&raw, tag::GENERALIZED_TIME).unwrap();
            assert_eq!(read_fractional_time(element), Ok(at(milliseconds)));
        }
        assert_eq!(generalized_time(at(1_100), false).unwrap(), b"19700101000001Z");
    }

    #[test]
    fn fractions_that_der_forbids_are_refused() {
        for text in ["20260102030405.Z", "20260102030405.10Z", "20260102030405,1Z", "2026010203Z"] {
            let raw = [&[tag::GENERALIZED_TIME, text.len() as u8], text.as_bytes()].concat();
            let element = Element::parse(&raw, tag::GENERALIZED_TIME).unwrap();
            assert!(read_fractional_time(element).is_err(), "{text}");
        }
    }

    #[test]
    fn every_form_of_a_time_names_its_moment() {
        let noon = at(1_782_907_200_000);
        for (tag, text) in [
            (tag::UTC_TIME, "260701120000Z"),
            (tag::UTC_TIME, "2607011200Z"),
            (tag::UTC_TIME, "260701140000+0200"),
            (tag::UTC_TIME, "2607010930-0230"),
            (tag::GENERALIZED_TIME, "20260701120000Z"),
            (tag::GENERALIZED_TIME, "20260701120000.000Z"),
            (tag::GENERALIZED_TIME, "20260701115959.999999999Z"),
            (tag::GENERALIZED_TIME, "202607011200Z"),
            (tag::GENERALIZED_TIME, "2026070112Z"),
            (tag::GENERALIZED_TIME, "2026070111,5+00"),
            (tag::GENERALIZED_TIME, "20260701130000,0+01"),
        ] {
            let raw = [&[tag, text.len() as u8], text.as_bytes()].concat();
            let read = read_any_time(Element::parse(&raw, tag).unwrap()).unwrap();
            let off = noon.duration_since(read).unwrap_or_default();
            let off = off + read.duration_since(noon).unwrap_or_default();
            let expected = if text.contains("11,5") { 1800 } else { 0 };
            assert!(off.as_secs() == expected, "{text}: {off:?}");
        }
        for (tag, text) in [
            (tag::UTC_TIME, "260701120000"),
            (tag::UTC_TIME, "260701120000.5Z"),
            (tag::UTC_TIME, "20260701120000Z"),
            (tag::GENERALIZED_TIME, "20260701120000"),
            (tag::GENERALIZED_TIME, "20260701120000.Z"),
            (tag::GENERALIZED_TIME, "20260701120000.1234567890Z"),
            (tag::GENERALIZED_TIME, "20261301120000Z"),
            (tag::GENERALIZED_TIME, "20260701120000+2400"),
            (tag::GENERALIZED_TIME, "20260701120000ZZ"),
            (tag::GENERALIZED_TIME, "Z"),
        ] {
            let raw = [&[tag, text.len() as u8], text.as_bytes()].concat();
            assert!(read_any_time(Element::parse(&raw, tag).unwrap()).is_err(), "{text}");
        }
    }
}
