//! pyHanko's and openssl's own programs, before and after the signer's certificate has expired.
//! Both read the clock of this machine: so what has expired is made by a server whose clock was set
//! back.

use std::time::{Duration, SystemTime};

use serde_json::json;

use crate::{
    configuration::{self, ASSURANCES},
    fixtures,
    oracle::{Folder, openssl, pyhanko_command},
    pdf_signature::find,
    server::Server,
};

const CONTENT: &[u8] = b"Minutes of the meeting";

/// How long the certificates live.
const LIFETIME_S: u64 = 600;

/// How long ago those were issued that have expired.
const AGO_S: u64 = 6 * 3600;

async fn server() -> Server {
    let levels = "levels = [\"B-B\"";
    let configuration = configuration::every_combination()
        .replace(levels, &format!("lifetime_s = {LIFETIME_S}\n{levels}"));
    Server::configured(&configuration, "{}").await
}

/// A PDF and a detached CMS, sealed now, or so long ago that their certificates have expired.
async fn sealed(server: &Server, assurance: &str, level: &str, expired: bool) -> [Vec<u8>; 2] {
    if expired {
        let then = SystemTime::now() - Duration::from_secs(AGO_S);
        let time = time::OffsetDateTime::from(then);
        let time = time.format(&time::format_description::well_known::Rfc3339).expect("a year");
        server.control("/clock", json!({ "action": "set", "time": time })).await.ok();
        // A unit whose certificate is valid then.
        server.control("/time-stamping/roll-over", json!(null)).await.ok();
    }
    let profile = format!("profile={assurance}-ES256&level={level}");
    let pdf = server.seal(&profile, &fixtures::named("one-page.pdf")).await.ok().body;
    let cms = format!("{profile}&format=cades&packaging=detached");
    let cms = server.seal(&cms, CONTENT).await.ok().body;
    server.control("/clock", json!({ "action": "reset" })).await.ok();
    [pdf, cms]
}

/// What both programs of pyHanko say, before and after.
///
/// `validate` takes no time-stamp for a proof: after the certificate's end it must be told to look
/// at the time of signing. `adesverify` takes it, but knows no validity-assured certificates
/// (EN 319 412-1 clause 5.2): while one is valid it misses revocation data, which none has.
#[tokio::test]
async fn pyhanko_validates_both_assurances_before_and_after_the_certificate_has_expired() {
    const CLAIMED: &[&str] = &["--validation-time", "claimed"];
    for expired in [false, true] {
        let server = server().await;
        let trust = server.pki("trust-anchor.pem").await;
        for assurance in ASSURANCES {
            for level in ["B-T", "B-LT", "B-LTA"] {
                let [pdf, _] = sealed(&server, assurance, level, expired).await;
                let adesverify_misses = assurance == "validity-assured" && !expired;
                for (command, options, accepts, cause) in [
                    ("validate", &[][..], !expired, "end-entity certificate expired"),
                    ("validate", CLAIMED, true, ""),
                    ("adesverify", &[], !adesverify_misses, "no revocation information"),
                ] {
                    let what = format!("{command} {options:?} {assurance} {level} {expired}");
                    let said = pyhanko_command(command, options, &pdf, &trust);
                    assert_eq!(said.is_ok(), accepts, "{what}: {said:?}");
                    if let Err(said) = said {
                        assert!(said.contains(cause), "{what}: {said}");
                    }
                }
                let mut spoilt = pdf.clone();
                let at = find(&spoilt, b"/MediaBox").expect("a page");
                spoilt[at + 1] ^= 1;
                for (command, options) in [("validate", CLAIMED), ("adesverify", &[])] {
                    let said = pyhanko_command(command, options, &spoilt, &trust);
                    said.expect_err("one byte is another");
                }
            }
        }
    }
}

#[tokio::test]
async fn openssl_verifies_cades_before_and_after_the_certificate_has_expired() {
    let seconds = |time: SystemTime| {
        time.duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs()
    };
    for expired in [false, true] {
        let server = server().await;
        for assurance in ASSURANCES {
            for level in ["B-B", "B-T", "B-LT", "B-LTA"] {
                let [_, cms] = sealed(&server, assurance, level, expired).await;
                let folder = Folder::new();
                folder.write("seal", &cms);
                folder.write("content", CONTENT);
                folder.write("trust.pem", &server.pki("trust-anchor.pem").await);
                let verify = |at: Option<u64>| {
                    let at = at.map(|at| format!("-attime {at}")).unwrap_or_default();
                    let words = "cms -verify -cades -binary -inform DER -in @seal -out @out \
                                 -content @content -CAfile @trust.pem";
                    openssl(&folder, &format!("{words} {at}"))
                };
                let what = format!("{expired} {assurance} {level}");
                let now = seconds(SystemTime::now());
                let made = if expired { now - AGO_S } else { now };
                // It knows no time-stamps: at present counts what is valid at present.
                assert_eq!(verify(None).is_ok(), !expired, "{what}: {:?}", verify(None));
                let said = verify(Some(made)).unwrap_or_else(|said| panic!("{what}: {said}"));
                assert!(said.contains("CAdES Verification successful"), "{what}: {said}");
                let late = verify(Some(made + LIFETIME_S + 60)).expect_err("it has expired then");
                assert!(late.contains("certificate has expired"), "{what}: {late}");
            }
        }
    }
}
