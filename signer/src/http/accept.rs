//! What a client would rather have (`Accept`, RFC 9110 section 12.5.1).

use axum::http::{HeaderMap, header::ACCEPT};

/// Whether `wanted` is asked for by its name, and no less than `otherwise`, which they get who ask for
/// nothing. What is no media range is passed over, and so are parameters other than the weight.
pub(super) fn prefers(headers: &HeaderMap, wanted: &str, otherwise: &str) -> bool {
    let lines = headers.get_all(ACCEPT).iter().filter_map(|line| line.to_str().ok());
    let ranges: Vec<Range<'_>> =
        lines.flat_map(|line| split(line, ',')).filter_map(Range::read).collect();
    let named = weight(&ranges, |range| range.eq_ignore_ascii_case(wanted));
    named.is_some_and(|named| named > 0 && named >= weight_of(&ranges, otherwise))
}

/// A media range, and how much it is wanted, in thousandths.
struct Range<'a> {
    name: &'a str,
    weight: u16,
}

impl<'a> Range<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let mut parts = split(text, ';').map(str::trim);
        let name = parts.next()?;
        let mut weight = 1000;
        for parameter in parts {
            if let Some(("q" | "Q", value)) = parameter.split_once('=') {
                weight = thousandths(value)?;
            }
        }
        Some(Self { name, weight })
    }
}

/// A weight: 0 to 1 with three decimals at most (section 12.4.2).
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let decimals: u16 = format!("{decimals:0<3}").parse().ok()?;
    match (whole, decimals) {
        ("0", _) => Some(decimals),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

/// How much a media type is wanted: by the range that names it most exactly.
fn weight_of(ranges: &[Range<'_>], name: &str) -> u16 {
    let family = name.split('/').next().unwrap_or_default();
    let exactly = weight(ranges, |range| range.eq_ignore_ascii_case(name));
    let by_family = || {
        let of = |range: &str| {
            range.strip_suffix("/*").is_some_and(|of| of.eq_ignore_ascii_case(family))
        };
        weight(ranges, of)
    };
    let by_any = || weight(ranges, |range| range == "*/*");
    exactly.or_else(by_family).or_else(by_any).unwrap_or(0)
}

fn weight(ranges: &[Range<'_>], is: impl Fn(&str) -> bool) -> Option<u16> {
    ranges.iter().filter(|range| is(range.name)).map(|range| range.weight).max()
}

/// The parts between these characters, but for those within quotation marks.
fn split(text: &str, at: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |character| {
        if std::mem::take(&mut escaped) {
            return false;
        }
        escaped = quoted && character == '\\';
        quoted ^= character == '"';
        character == at && !quoted
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn lines_come_to_who_names_them_and_wants_nothing_more() {
        let asked = |lines: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(ACCEPT, HeaderValue::from_static(line));
            }
            prefers(&headers, "application/x-ndjson", "application/json")
        };
        for lines in [
            &["application/x-ndjson"][..],
            &["APPLICATION/X-NDJSON"],
            &["application/x-ndjson;q=0.001"],
            &["application/x-ndjson ; charset=utf-8 ; Q=1.000"],
            &["application/json, application/x-ndjson"],
            &["application/json;q=0.5, */*;q=0.9,application/x-ndjson;q=0.5"],
            &["*/*;q=0.1, application/x-ndjson;q=0.2"],
            &["text/plain", "application/x-ndjson"],
            &["text/plain;a=\"\\\",\", application/x-ndjson"],
        ] {
            assert!(asked(lines), "{lines:?}");
        }
        for lines in [
            &[][..],
            &["*/*"],
            &["application/*"],
            &["application/json"],
            &["application/x-ndjson;q=0"],
            &["application/x-ndjson;q=0.000"],
            &["application/x-ndjson; Q=0"],
            &["application/x-ndjson;q=0.4, application/json;q=0.5"],
            &["application/x-ndjson;q=0.4, Application/*;q=0.5"],
            &["application/x-ndjson;q=0.4, */*"],
            &["application/x-ndjson;q=2"],
            &["application/x-ndjson;q=0.1234"],
            &["application/x-ndjson;q="],
            &["application/x-ndjson2"],
            &["text/plain;a=\",application/x-ndjson,\""],
            &["text/plain;application/x-ndjson"],
        ] {
            assert!(!asked(lines), "{lines:?}");
        }
    }
}
