//! Certificates as a table (RFC 4180), page by page.

use std::time::{Duration, SystemTime};

use futures_util::{Stream, stream};
use registry::Moment;

use crate::{
    Error,
    store::{AuditError, CertificateSearch, FoundCertificate, Tenant},
};

/// The purposes by their bits.
pub(super) const PURPOSES: [(i64, &str); 3] =
    [(1, "authentication"), (2, "encryption"), (4, "email")];

/// How many certificates are in memory at once.
const PAGE: u32 = 500;

const HEAD: &str = "id,name,kind,profile,uuid,email,contact,contact_email,purposes,state,not_before,renewal,not_after,reason\r\n";

/// All that fit.
pub(in crate::http) fn streamed(
    tenant: Tenant,
    search: CertificateSearch,
) -> impl Stream<Item = Result<String, AuditError>> {
    let search = CertificateSearch { limit: PAGE, ..search };
    let begin = (Some(search), HEAD.to_owned());
    stream::try_unfold(begin, move |(search, mut text)| {
        let tenant = tenant.clone();
        async move {
            let Some(search) = search else { return Ok(None) };
            let found = tenant.certificates(&search).await?;
            let now = search.now;
            found.iter().for_each(|one| text.push_str(&row(one, now)));
            let last = found.last().filter(|_| found.len() == PAGE as usize);
            let next = last.map(|last| CertificateSearch {
                after: Some((last.not_after, last.id.clone())),
                ..search
            });
            Ok(Some((text, (next, String::new()))))
        }
    })
}

/// The purposes of these bits.
pub(super) fn purposes(bits: i64) -> Vec<&'static str> {
    PURPOSES.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, name)| *name).collect()
}

/// The moment so many seconds after 1970.
pub(super) fn at(seconds: i64) -> Result<Moment, Error> {
    let since = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
    Moment::try_from(SystemTime::UNIX_EPOCH + since).map_err(|_| Error::Interrupted)
}

fn row(one: &FoundCertificate, now: i64) -> String {
    let time = |seconds| at(seconds).map(|at| at.to_string()).unwrap_or_default();
    let cells = [
        one.id.clone(),
        one.name.clone(),
        one.kind.clone(),
        one.profile.clone(),
        one.uuid.clone(),
        one.email.clone().unwrap_or_default(),
        one.contact.clone().unwrap_or_default(),
        one.contact_email.clone().unwrap_or_default(),
        purposes(one.purposes).join(" "),
        one.state(now).name().to_owned(),
        time(one.not_before),
        time(one.renewal),
        time(one.not_after),
        one.reason.clone().unwrap_or_default(),
    ];
    let cells = cells.map(|text| cell(&text));
    format!("{}\r\n", cells.join(","))
}

/// A cell. What a spreadsheet would take for a formula has an apostrophe before it: at the beginning, and
/// after a semicolon, which parts cells where the comma is in numbers, as in Denmark.
fn cell(text: &str) -> String {
    let is_formula = |part: &str| part.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let parts = text.split(';').map(|part| {
        if is_formula(part.trim_start_matches(['"', ' '])) {
            format!("'{part}")
        } else {
            part.to_owned()
        }
    });
    let text = parts.collect::<Vec<_>>().join(";");
    if text.contains(['"', ',', ';', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_commas_and_quotation_marks_stay_in_theirs() {
        for (text, written) in [
            ("Havnsted", "Havnsted"),
            ("a, b", "\"a, b\""),
            ("a \"b\"", "\"a \"\"b\"\"\""),
            ("=1+1", "'=1+1"),
            ("+45", "'+45"),
            ("-1", "'-1"),
            ("@SUM(A1,B1)", "\"'@SUM(A1,B1)\""),
            ("a;=1+1", "\"a;'=1+1\""),
            ("a; @B", "\"a;' @B\""),
            ("a;\"=1\"", "\"a;'\"\"=1\"\"\""),
            ("", ""),
        ] {
            assert_eq!(cell(text), written);
        }
    }
}
