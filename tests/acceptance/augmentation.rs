//! Levels are raised, B-LTA is renewed, and nothing that stood there changes: other people's
//! verifiers and our own say so at each step.

mod another_product;
mod own_anchor;
mod passwords;
mod refused;
mod renewed;
mod restarted;
mod several;

use serde_json::{Value, json};

use crate::{
    configuration::{self, ASSURANCES},
    fixtures,
    oracle::{self, Dss, DssReport, DssVerdict, Folder, openssl},
    server::{API_KEY, Server, sha256_hex},
    tlv::Cms,
};

const CONTENT: &[u8] = b"Minutes of the meeting\r\nin the town hall\n\x00\xFF";

/// What a seal is put on, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Pades,
    Detached,
    Attached,
}

const SHAPES: [Shape; 3] = [Shape::Pades, Shape::Detached, Shape::Attached];

impl Shape {
    fn family(self) -> &'static str {
        if self == Self::Pades { "PAdES" } else { "CAdES" }
    }

    fn query(self) -> &'static str {
        match self {
            Self::Pades => "format=pades",
            Self::Detached => "format=cades&packaging=detached",
            Self::Attached => "format=cades&packaging=attached",
        }
    }

    /// The part that a detached signature is judged with.
    fn parts(self) -> &'static [(&'static str, &'static [u8])] {
        if self == Self::Detached { &[("content", CONTENT)] } else { &[] }
    }

    async fn sealed(self, server: &Server, query: &str) -> Vec<u8> {
        let page = fixtures::named("one-page.pdf");
        let input = if self == Self::Pades { &page } else { CONTENT };
        server.seal(&format!("{query}&{}", self.query()), input).await.ok().body
    }

    async fn raised(self, server: &Server, level: &str, document: &[u8]) -> Vec<u8> {
        server.augment(level, document, self.parts()).await.ok().body
    }

    /// The media type of a result.
    fn media_type(self) -> &'static str {
        match self {
            Self::Pades => "application/pdf",
            Self::Detached => "application/pkcs7-signature",
            Self::Attached => "application/pkcs7-mime; smime-type=signed-data",
        }
    }
}

/// A document and whoever judges it, with the server's anchor as the only trust.
struct Judges<'a> {
    server: &'a Server,
    trust: Vec<u8>,
    shape: Shape,
}

impl<'a> Judges<'a> {
    async fn new(server: &'a Server, shape: Shape) -> Self {
        Self { server, trust: server.pki("trust-anchor.pem").await, shape }
    }

    /// DSS's report; `None` where there is no Maven.
    async fn dss(&self, document: &[u8], dss: Dss<'_>) -> Option<DssReport> {
        let content = (self.shape == Shape::Detached).then_some(CONTENT);
        let question = Dss { document, content, trust: &self.trust, ..dss };
        Some(question.judge().await?.expect("DSS reads it"))
    }

    /// Our own verdict on every signature and document time-stamp.
    async fn ours(&self, document: &[u8]) -> Value {
        self.server.validate_with(document, self.shape.parts()).await["signatures"].clone()
    }

    /// Fails unless everybody finds the level, and nothing wrong with any part.
    async fn assert_level(&self, document: &[u8], level: &str, stamps: &[&str]) {
        let shape = self.shape;
        let ours = self.ours(document).await;
        let all = ours.as_array().expect("signatures");
        assert!(all.iter().all(|one| one["indication"] == "TOTAL-PASSED"), "{shape:?}: {ours:#}");
        let stated = format!("{}-{level}", shape.family());
        assert_eq!(ours[0]["level"], stated, "{shape:?}: {ours:#}");
        let online = level == "B-B" || level == "B-T";
        if let Some(report) = self.dss(document, Dss { online, ..Dss::default() }).await {
            let stated = format!("{}-BASELINE-{}", shape.family(), &level[2..]);
            let [signature] = &report.signatures[..] else { panic!("{shape:?}: {report:#?}") };
            let all = report.signatures.iter().chain(&report.time_stamps);
            let spotless = all.clone().all(DssVerdict::is_spotless);
            assert!(spotless && signature.level == stated, "{shape:?} {level}: {report:#?}");
            let kinds: Vec<&str> = report.time_stamps.iter().map(|one| &one.level[..]).collect();
            assert_eq!(kinds, stamps, "{shape:?} {level}");
        }
        if shape == Shape::Pades {
            // pdfsig knows no document time-stamps and calls them invalid, whoever made them.
            let signatures = oracle::pdfsig(document);
            let mut seals = signatures.iter().filter(|one| !one.common_name.contains("TSU"));
            assert!(seals.clone().count() == 1 && seals.all(|one| one.valid), "{signatures:?}");
            assert_eq!(oracle::qpdf_check(document), (0, Vec::new()), "{level}");
        } else {
            let folder = Folder::new();
            folder.write("seal", document);
            folder.write("content", CONTENT);
            folder.write("trust.pem", &self.trust);
            let verify = "cms -verify -cades -binary -inform DER -in @seal -CAfile @trust.pem";
            let content = if shape == Shape::Detached { "-content @content" } else { "" };
            let said = openssl(&folder, &format!("{verify} {content} -out @out"));
            // openssl validates at present: a clock that was set is not its own.
            said.unwrap_or_else(|said| panic!("{shape:?} {level}: {said}"));
        }
    }
}

/// Fails unless everything that stood in `before` stands in `after`.
fn assert_kept(shape: Shape, before: &[u8], after: &[u8]) {
    if shape == Shape::Pades {
        assert!(after.starts_with(before) && after.len() > before.len());
        return;
    }
    let [old, new] = [before, after].map(|bytes| (Cms::parts(bytes), bytes));
    let part = |(parts, bytes): &(Cms, &[u8])| {
        (bytes[parts.signed_attributes.clone()].to_vec(), bytes[parts.signature.clone()].to_vec())
    };
    assert_eq!(part(&old), part(&new), "{shape:?}: signed attributes and signature value");
    let sets = |(parts, bytes): &(Cms, &[u8])| {
        [&parts.certificates, &parts.revocation, &parts.unsigned_attributes].map(|ranges| {
            ranges.iter().map(|range| bytes[range.clone()].to_vec()).collect::<Vec<_>>()
        })
    };
    for (old, new) in sets(&old).iter().zip(&sets(&new)) {
        assert!(old.iter().all(|one| new.contains(one)), "{shape:?}: a part is gone");
    }
    let all = |parts: &Cms| {
        parts.certificates.len() + parts.revocation.len() + parts.unsigned_attributes.len()
    };
    assert!(all(&new.0) > all(&old.0), "{shape:?}: nothing was added");
}

#[tokio::test]
async fn each_step_validates_at_its_level_and_keeps_what_was_there() {
    let server = Server::configured(&configuration::every_combination(), "{}").await;
    for assurance in ASSURANCES {
        for shape in SHAPES {
            let judges = Judges::new(&server, shape).await;
            let (first, archive) = match shape {
                Shape::Pades => ("DOCUMENT_TIMESTAMP", "DOCUMENT_TIMESTAMP"),
                Shape::Detached | Shape::Attached => ("SIGNATURE_TIMESTAMP", "ARCHIVE_TIMESTAMP"),
            };
            let profile = format!("profile={assurance}-ES256&level=B-B");
            let mut document = shape.sealed(&server, &profile).await;
            judges.assert_level(&document, "B-B", &[]).await;
            let steps: [(&str, &[&str]); 4] = [
                ("B-T", &[first]),
                ("B-LT", &[first]),
                ("B-LTA", &[first, archive]),
                ("B-LTA", &[first, archive, archive]),
            ];
            for (level, stamps) in steps {
                let raised = shape.raised(&server, level, &document).await;
                assert_kept(shape, &document, &raised);
                judges.assert_level(&raised, level, stamps).await;
                document = raised;
            }
        }
    }
}

#[tokio::test]
async fn levels_may_be_skipped_from_wherever_a_signature_stands() {
    let server = Server::configured(&configuration::every_combination(), "{}").await;
    for shape in SHAPES {
        let judges = Judges::new(&server, shape).await;
        for (from, to) in [("B-B", "B-LT"), ("B-B", "B-LTA"), ("B-T", "B-LTA")] {
            let profile = format!("profile=revocable-ES384&level={from}");
            let sealed = shape.sealed(&server, &profile).await;
            let raised = shape.raised(&server, to, &sealed).await;
            assert_kept(shape, &sealed, &raised);
            let stamps: &[&str] = match (shape, from, to) {
                (Shape::Pades, "B-B", "B-LT") => &["DOCUMENT_TIMESTAMP"],
                (Shape::Pades, "B-B", _) => &["DOCUMENT_TIMESTAMP", "DOCUMENT_TIMESTAMP"],
                (Shape::Pades, _, _) => &["SIGNATURE_TIMESTAMP", "DOCUMENT_TIMESTAMP"],
                (_, _, "B-LT") => &["SIGNATURE_TIMESTAMP"],
                (_, _, _) => &["SIGNATURE_TIMESTAMP", "ARCHIVE_TIMESTAMP"],
            };
            judges.assert_level(&raised, to, stamps).await;
        }
    }
}

#[tokio::test]
async fn every_signature_of_a_file_is_raised() {
    let server = Server::configured(&configuration::every_combination(), "{}").await;
    let mut document = fixtures::named("one-page.pdf");
    for query in [
        "profile=validity-assured-ES256&level=B-B",
        "profile=revocable-ES384&level=B-T",
        "profile=revocable-PS256&level=B-LT",
    ] {
        document = server.seal(query, &document).await.ok().body;
    }
    let answer = server.augment("B-LTA", &document, &[]).await.ok();
    let receipt = server.get_as(answer.header("location"), API_KEY).await.ok().json();
    assert_eq!(receipt["signatures"], 3, "{receipt}");
    let report = server.validate(&answer.body).await;
    let signatures = report["signatures"].as_array().expect("signatures");
    let levels = signatures.iter().filter(|one| one["kind"] != "time-stamp");
    assert!(levels.clone().all(|one| one["level"] == "PAdES-B-LTA"), "{report:#}");
    assert_eq!(levels.count(), 3);
    let trust = server.pki("trust-anchor.pem").await;
    let question = Dss { document: &answer.body, trust: &trust, ..Dss::default() };
    let Some(report) = question.judge().await else { return };
    let report = report.expect("DSS reads it");
    assert!(report.signatures.iter().all(|one| one.level == "PAdES-BASELINE-LTA"), "{report:#?}");
    assert!(report.signatures.iter().all(DssVerdict::is_spotless), "{report:#?}");
}

#[tokio::test]
async fn an_answer_has_a_receipt_and_a_record_and_names_nothing() {
    let mut server = Server::configured(&configuration::every_combination(), "{}").await;
    for shape in SHAPES {
        let sealed = shape.sealed(&server, "profile=validity-assured-ES256&level=B-T").await;
        let answer = server.augment("B-LTA", &sealed, shape.parts()).await.ok();
        assert_eq!(answer.header("content-type"), shape.media_type());
        assert_eq!(answer.header("cache-control"), "no-store");
        let receipt = server.get_as(answer.header("location"), API_KEY).await.ok().json();
        assert_eq!(receipt["act"], "augmentation");
        assert_eq!((&receipt["level"], &receipt["renewed"]), (&json!("B-LTA"), &json!(false)));
        assert_eq!(receipt["input_sha256"], sha256_hex(&sealed), "{receipt}");
        assert_eq!(receipt["output_sha256"], sha256_hex(&answer.body), "{receipt}");
        assert!(receipt["certificate_serial"].is_null(), "no key was used: {receipt}");
        server.get_as(answer.header("location"), "segl_somebody_else").await.problem();
    }
    let keys = server.device_counters().await;
    let before = keys["created"].clone();
    let sealed = SHAPES[0].sealed(&server, "profile=validity-assured-ES256&level=B-B").await;
    SHAPES[0].raised(&server, "B-LTA", &sealed).await;
    let keys = server.device_counters().await;
    assert_eq!(keys["created"].as_u64(), before.as_u64().map(|count| count + 1), "{keys}");
    server.stop();
    let records = crate::audit_log::records(&server.data_directory());
    let done = records.iter().filter(|record| record["kind"] == "augmentation");
    assert_eq!(done.filter(|record| record["event"]["result"] == "done").count(), 4);
    let verified = crate::audit_log::verify(&server.data_directory(), &[]);
    assert!(verified.status.success(), "{verified:?}");
}
