//! EU DSS judges what Segl makes: every combination of format, level, assurance and algorithm is
//! TOTAL_PASSED at its level with nothing to complain of, and what is spoilt is not.

use std::time::{Duration, SystemTime};

use crate::{
    configuration::{self, ALGORITHMS, ASSURANCES, LEVELS},
    fixtures::{self, Fixture},
    oracle::{Dss, DssReport, DssVerdict},
    pdf_signature::find,
    server::Server,
    spoilt::{self, Spoilt},
};

const CONTENT: &[u8] = b"Minutes of the meeting\r\nin the town hall\n\x00\xFF";

/// What a seal is put on, and how.
const SHAPES: [(&str, &str); 3] = [
    ("PAdES", "format=pades"),
    ("CAdES", "format=cades&packaging=detached"),
    ("CAdES", "format=cades&packaging=attached"),
];

/// DSS's note that it asked for no revocation data of the signer's certificate.
const NOT_REVOCABLE: &str = "BBB_XCV_IRDCSFC_ANS";

/// A sealed document and what DSS needs to judge it.
struct Sealed {
    document: Vec<u8>,
    content: Option<&'static [u8]>,
    trust: Vec<u8>,
}

impl Sealed {
    async fn new(server: &Server, shape: &str, query: &str) -> Self {
        let page = fixtures::named("one-page.pdf");
        let input = if shape.contains("pades") { &page } else { CONTENT };
        let document = server.seal(&format!("{query}&{shape}"), input).await.ok().body;
        let trust = server.pki("trust-anchor.pem").await;
        let content = shape.contains("detached").then_some(CONTENT);
        Self { document, content, trust }
    }

    /// What DSS is asked.
    fn question(&self) -> Dss<'_> {
        Dss {
            document: &self.document,
            content: self.content,
            trust: &self.trust,
            ..Dss::default()
        }
    }
}

/// The only signature of a report.
fn only(report: &DssReport) -> &DssVerdict {
    match report.signatures.as_slice() {
        [signature] => signature,
        _ => panic!("not one signature: {report:#?}"),
    }
}

/// Fails unless DSS found nothing wrong with any signature or time-stamp, and disliked nothing.
fn assert_spotless(report: &DssReport, what: &str) {
    let spotless = report.signatures.iter().chain(&report.time_stamps).all(DssVerdict::is_spotless);
    assert!(report.passed() && spotless, "{what}: {report:#?}");
}

/// Whether the level leaves it to the verifier to find the revocation data.
fn is_online(level: &str) -> bool {
    matches!(level, "B-B" | "B-T")
}

/// Whether there is one signature of this level and assurance, and nothing wrong with it.
fn is_perfect(report: &DssReport, family: &str, level: &str, assurance: &str) -> bool {
    let time_stamps: &[&str] = match (level, family) {
        ("B-B", _) => &[],
        ("B-LTA", "PAdES") => &["SIGNATURE_TIMESTAMP", "DOCUMENT_TIMESTAMP"],
        ("B-LTA", _) => &["SIGNATURE_TIMESTAMP", "ARCHIVE_TIMESTAMP"],
        _ => &["SIGNATURE_TIMESTAMP"],
    };
    let signature = only(report);
    let not_revocable = signature.notes.iter().any(|note| note.starts_with(NOT_REVOCABLE));
    signature.is_spotless()
        && signature.level == format!("{family}-BASELINE-{}", &level[2..])
        && not_revocable == (assurance == "validity-assured")
        && report.time_stamps.iter().all(DssVerdict::is_spotless)
        && report
            .time_stamps
            .iter()
            .map(|token| token.level.as_str())
            .eq(time_stamps.iter().copied())
}

#[tokio::test]
async fn every_combination_passes_at_its_level() {
    let server = Server::configured(&configuration::every_combination(), "{}").await;
    let mut faults = Vec::new();
    for assurance in ASSURANCES {
        for algorithm in ALGORITHMS {
            for level in LEVELS {
                for (family, shape) in SHAPES {
                    let query = format!("profile={assurance}-{algorithm}&level={level}");
                    let sealed = Sealed::new(&server, shape, &query).await;
                    let question = Dss { online: is_online(level), ..sealed.question() };
                    let Some(report) = question.judge().await else { return };
                    let report = report.expect("DSS reads it");
                    if !is_perfect(&report, family, level, assurance) {
                        faults.push(format!("{query}&{shape}: {report:#?}"));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[tokio::test]
async fn time_stamp_outlives_the_certificate() {
    let server = Server::configured(&configuration::every_combination(), "{}").await;
    let after_expiry = SystemTime::now() + Duration::from_secs(3600);
    for assurance in ASSURANCES {
        for level in LEVELS {
            for (_, shape) in SHAPES {
                let query = format!("profile={assurance}-ES256&level={level}");
                let sealed = Sealed::new(&server, shape, &query).await;
                let question =
                    Dss { online: is_online(level), time: Some(after_expiry), ..sealed.question() };
                let Some(report) = question.judge().await else { return };
                let report = report.expect("DSS reads it");
                let signature = only(&report);
                let verdict = (signature.indication.as_str(), signature.sub_indication.as_str());
                let expected = match level {
                    "B-B" => ("INDETERMINATE", "OUT_OF_BOUNDS_NOT_REVOKED"),
                    _ => ("TOTAL_PASSED", ""),
                };
                assert_eq!(verdict, expected, "{query}&{shape}: {report:#?}");
            }
        }
    }
}

#[tokio::test]
async fn nothing_outlives_its_last_time_stamping_unit() {
    let units = "[simulator]\ntime_stamping_lifetimes_s = [3600, 86400]";
    let configuration = format!("{}\n{units}", configuration::every_combination());
    let server = Server::configured(&configuration, "{}").await;
    let after_expiry = SystemTime::now() + Duration::from_secs(7200);
    for level in &LEVELS[1..] {
        for (_, shape) in SHAPES {
            let query = format!("profile=validity-assured-ES256&level={level}");
            let sealed = Sealed::new(&server, shape, &query).await;
            let question =
                Dss { online: is_online(level), time: Some(after_expiry), ..sealed.question() };
            let Some(report) = question.judge().await else { return };
            let report = report.expect("DSS reads it");
            assert_eq!(only(&report).indication, "INDETERMINATE", "{query}&{shape}: {report:#?}");
        }
    }
}

/// A fixture with a note that has no appearance. DSS draws it differently each time and warns, of
/// other products' signatures on this file as well.
const NOTE: (&str, &str) = ("indirect-annots.pdf", "BBB_FC_IVDBSFR_ANS");

/// A fixture that DSS does not take for a PDF: it looks for the header in the first bytes alone.
const NOT_READ: &str = "bytes-before-header.pdf";

#[tokio::test]
async fn three_seals_on_every_fixture_pass() {
    let server = Server::demo().await;
    let trust = server.pki("trust-anchor.pem").await;
    for Fixture { name, bytes } in fixtures::signable() {
        let mut document = bytes;
        for _ in 0..3 {
            document = server.seal("profile=decisions", &document).await.ok().body;
        }
        let question = Dss { document: &document, trust: &trust, online: true, ..Dss::default() };
        let Some(report) = question.judge().await else { return };
        if name == NOT_READ {
            report.expect_err("DSS has learnt to read it: judge it like the others");
            continue;
        }
        let mut report = report.expect("DSS reads it");
        if name == NOTE.0 {
            for signature in &mut report.signatures {
                signature.warnings.retain(|warning| !warning.starts_with(NOTE.1));
            }
        }
        assert_eq!((report.signatures.len(), report.time_stamps.len()), (3, 3), "{name}");
        assert_spotless(&report, name);
    }
}

#[tokio::test]
async fn persons_signature_passes() {
    let server = Server::demo().await;
    let page = fixtures::named("one-page.pdf");
    let token = server.token("karen", &[&page]).await;
    let document = server.act("signatures", "profile=staff", &token, &page).await.ok().body;
    let trust = server.pki("trust-anchor.pem").await;
    let question = Dss { document: &document, trust: &trust, online: true, ..Dss::default() };
    let Some(report) = question.judge().await else { return };
    assert_spotless(&report.expect("DSS reads it"), "a person's signature");
}

#[tokio::test]
async fn seal_of_a_digest_passes() {
    let server = Server::demo().await;
    let document = server.seal_digest(CONTENT, "decisions").await.ok().body;
    let trust = server.pki("trust-anchor.pem").await;
    let sealed = Sealed { document, content: Some(CONTENT), trust };
    let Some(report) = Dss { online: true, ..sealed.question() }.judge().await else { return };
    assert_spotless(&report.expect("DSS reads it"), "a digest's seal");
}

#[tokio::test]
async fn nothing_passes_without_its_anchor_or_its_revocation_data() {
    let [server, stranger] = [Server::demo().await, Server::demo().await];
    let anchor = stranger.pki("trust-anchor.pem").await;
    for (_, shape) in SHAPES {
        let sealed = Sealed::new(&server, shape, "profile=decisions&level=B-T").await;
        for (question, why) in [
            (
                Dss { trust: &anchor, online: true, ..sealed.question() },
                "NO_CERTIFICATE_CHAIN_FOUND",
            ),
            (sealed.question(), "CERTIFICATE_CHAIN_GENERAL_FAILURE"),
        ] {
            let Some(report) = question.judge().await else { return };
            let report = report.expect("DSS reads it");
            assert_eq!(only(&report).indication, "INDETERMINATE", "{report:#?}");
            assert_eq!(only(&report).sub_indication, why, "{report:#?}");
        }
    }
}

/// DSS's default policy passes a signature whatever an update after it shows, and warns.
const MODIFIED: &str = "BBB_FC_DSCNUOM_ANS";

/// Whether DSS finds the copy wanting; a copy that it cannot read is none. `None` where there is no
/// Maven.
async fn is_refused(question: &Dss<'_>) -> Option<bool> {
    let Ok(report) = question.judge().await? else { return Some(true) };
    let mut warnings = report.signatures.iter().flat_map(|signature| &signature.warnings);
    Some(!report.passed() || warnings.any(|warning| warning.starts_with(MODIFIED)))
}

#[tokio::test]
async fn spoilt_copies_do_not_pass() {
    let server = Server::demo().await;
    let sealed = Sealed::new(&server, SHAPES[0].1, "profile=decisions").await;
    for Spoilt { what, bytes } in spoilt::pdfs(&server, &sealed.document).await {
        let question = Dss { document: &bytes, online: true, ..sealed.question() };
        let Some(refused) = is_refused(&question).await else { return };
        assert!(refused, "{what} changed, and DSS accepts it");
    }
    for (_, shape) in &SHAPES[1..] {
        let sealed = Sealed::new(&server, shape, "profile=decisions").await;
        let mut spoilt = spoilt::cms(&server, &sealed.document).await;
        if let Some(at) = find(&sealed.document, b"town hall") {
            spoilt.push(Spoilt { what: "the content", bytes: spoilt::flip(&sealed.document, at) });
        }
        for Spoilt { what, bytes } in spoilt {
            let question = Dss { document: &bytes, online: true, ..sealed.question() };
            let Some(refused) = is_refused(&question).await else { return };
            assert!(refused, "{what} changed, and DSS accepts it: {shape}");
        }
    }
    let sealed = Sealed::new(&server, SHAPES[1].1, "profile=decisions").await;
    let content = [CONTENT, b"!"].concat();
    let question = Dss { content: Some(&content), online: true, ..sealed.question() };
    let Some(refused) = is_refused(&question).await else { return };
    assert!(refused, "DSS accepts other content");
}
