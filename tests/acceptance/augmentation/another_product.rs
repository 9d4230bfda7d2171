//! PDF signatures with the SubFilter `adbe.pkcs7.detached` (ISO 32000-1 clause 12.8.3.3), as
//! pyHanko makes them: they get the evidence of a level, and are never called by the name of a
//! level that demands `ETSI.CAdES.detached`.

use serde_json::Value;

use crate::{
    configuration, fixtures,
    oracle::{self, Dss, DssVerdict, Folder},
    server::{API_KEY, Server},
};

const WISHES: [&[&str]; 5] = [
    &[],
    &["signing-certificate"],
    &["revocation"],
    &["signing-certificate", "revocation"],
    &["signing-certificate", "certified"],
];

const CERTIFIED: &str = "evidence-after-certification";

/// What pyHanko signed, and its PKI.
struct Another {
    folder: Folder,
    wishes: &'static [&'static str],
    signed: Vec<u8>,
}

impl Another {
    fn all() -> [Self; 5] {
        WISHES.map(|wishes| {
            let folder = Folder::new();
            let signed = oracle::pyhanko_signed(&folder, &fixtures::named("one-page.pdf"), wishes);
            Self { folder, wishes, signed }
        })
    }

    fn file(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.folder.path(name)).expect("a file that was made")
    }
}

/// A server that knows the roots and lists of all.
async fn server(all: &[Another]) -> Server {
    let files = |name: &str| {
        let paths = all.iter().map(|one| one.folder.path(name).display().to_string());
        paths.collect::<Vec<_>>()
    };
    let known = format!(
        "[validation]\ntrust = {:?}\nrevocation_lists = {:?}",
        files("root.pem"),
        files("root.crl")
    );
    let configuration = format!("{}\n{known}", configuration::every_combination());
    Server::configured(&configuration, "{}").await
}

fn signatures(report: &Value) -> Vec<&Value> {
    let all = report["signatures"].as_array().expect("signatures").iter();
    all.filter(|one| one["kind"] != "time-stamp").collect()
}

#[tokio::test]
async fn signatures_that_are_none_of_ades_get_the_evidence_and_not_the_name() {
    let all = Another::all();
    let server = server(&all).await;
    let own = server.pki("trust-anchor.pem").await;
    for another in &all {
        let what = another.wishes;
        let trust = [own.clone(), another.file("root.pem")].concat();
        let lists = [another.file("root.crl"), server.pki("root.crl").await];
        let lists: Vec<&[u8]> = lists.iter().map(Vec::as_slice).collect();
        let mut document = another.signed.clone();
        let report = server.validate(&document).await;
        assert_eq!(signatures(&report)[0]["level"], "PKCS7-B", "{what:?}: {report:#}");
        let steps = [("B-T", "PKCS7-T"), ("B-LT", "PKCS7-LT"), ("B-LTA", "PKCS7-LTA")];
        for (level, stated) in steps.into_iter().chain([("B-LTA", "PKCS7-LTA")]) {
            let before = document;
            let answer = server.augment(level, &before, &[]).await.ok();
            assert_eq!(answer.header("segl-level"), stated, "{what:?}");
            let warning = if what.contains(&"certified") { CERTIFIED } else { "" };
            assert_eq!(answer.header("segl-warning"), warning, "{what:?}");
            let receipt = server.get_as(answer.header("location"), API_KEY).await.ok().json();
            assert_eq!(receipt["reached"], stated, "{what:?}: {receipt}");
            document = answer.body;
            assert!(document.starts_with(&before) && document.len() > before.len());
            let report = server.validate(&document).await;
            let [signature] = signatures(&report)[..] else { panic!("{report:#}") };
            assert_eq!(signature["level"], stated, "{what:?}: {report:#}");
            assert_eq!(signature["indication"], "TOTAL-PASSED", "{what:?}: {report:#}");
            let verdicts = oracle::pyhanko(&document, &trust, &lists).expect("pyHanko reads it");
            let fine = verdicts.iter().all(|one| one.intact && one.valid && one.trusted);
            assert!(fine, "{what:?} {level}: {verdicts:?}");
            let question = Dss { document: &document, trust: &trust, ..Dss::default() };
            let Some(report) = question.judge().await else { continue };
            let report = report.expect("DSS reads it");
            assert_eq!(report.signatures[0].level, stated, "{what:?} {level}: {report:#?}");
            // At B-T it may know nothing of revocation.
            let complete = level != "B-T" || what.contains(&"revocation");
            assert!(!complete || report.passed(), "{what:?} {level}: {report:#?}");
            assert!(report.time_stamps.iter().all(|one| level == "B-T" || one.is_spotless()));
        }
    }
}

/// What is told is the lowest, whatever stands beside it.
#[tokio::test]
async fn beside_a_seal_of_ours_the_lowest_is_told() {
    let all = Another::all();
    let server = server(&all).await;
    let sealed = server.seal("profile=revocable-ES256&level=B-T", &all[1].signed).await.ok().body;
    let answer = server.augment("B-LTA", &sealed, &[]).await.ok();
    assert_eq!(answer.header("segl-level"), "PKCS7-LTA");
    let report = server.validate(&answer.body).await;
    let levels: Vec<_> = signatures(&report).into_iter().map(|one| &one["level"]).collect();
    assert_eq!(levels, ["PKCS7-LTA", "PAdES-B-LTA"], "{report:#}");
    let trust = [server.pki("trust-anchor.pem").await, all[1].file("root.pem")].concat();
    let question = Dss { document: &answer.body, trust: &trust, ..Dss::default() };
    let Some(report) = question.judge().await else { return };
    let report = report.expect("DSS reads it");
    let levels: Vec<_> = report.signatures.iter().map(|one| &one.level[..]).collect();
    assert_eq!(levels, ["PKCS7-LTA", "PAdES-BASELINE-LTA"], "{report:#?}");
    assert!(report.passed(), "{report:#?}");
    let spotless = report.signatures.iter().filter(|one| one.level.starts_with("PAdES"));
    assert!(spotless.clone().all(DssVerdict::is_spotless), "{report:#?}");
}
