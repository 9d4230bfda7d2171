//! A signer that is its own trust anchor: nobody can revoke it, so that its levels need no revocation
//! data but those of the time-stamps.

use crate::{
    configuration, fixtures,
    oracle::{self, Dss, Folder, openssl},
    server::Server,
};

const CONTENT: &[u8] = b"Minutes of the meeting";

/// What somebody signed who issued their certificate themselves, as CMS.
fn signed(folder: &Folder) -> Vec<u8> {
    folder.write("content", CONTENT);
    let certificate = "req -x509 -newkey rsa:2048 -nodes -keyout @key.pem -out @signer.pem \
                       -days 300 -subj /C=DK/O=Another/CN=Own-Anchor \
                       -addext keyUsage=critical,digitalSignature,nonRepudiation";
    openssl(folder, certificate).expect("a certificate");
    let sign = "cms -sign -binary -cades -md sha256 -in @content -signer @signer.pem \
                -inkey @key.pem -outform DER -out @signed.p7s";
    openssl(folder, sign).expect("a signature");
    std::fs::read(folder.path("signed.p7s")).expect("a file that was made")
}

async fn server(folder: &Folder, anchor: &str) -> Server {
    let known = format!("[validation]\ntrust = [{:?}]", folder.path(anchor).display().to_string());
    let configuration = format!("{}\n{known}", configuration::every_combination());
    Server::configured(&configuration, "{}").await
}

#[tokio::test]
async fn a_signer_that_is_its_own_anchor_reaches_every_level() {
    let folder = Folder::new();
    let signed = signed(&folder);
    let server = server(&folder, "signer.pem").await;
    let parts: &[(&str, &[u8])] = &[("content", CONTENT)];
    let own = server.pki("trust-anchor.pem").await;
    let anchor = std::fs::read(folder.path("signer.pem")).expect("a file that was made");
    let trust = [own, anchor].concat();
    let mut document = signed.clone();
    for level in ["B-T", "B-LT", "B-LTA", "B-LTA"] {
        document = server.augment(level, &document, parts).await.ok().body;
        let content = Some(CONTENT);
        let question = Dss { document: &document, content, trust: &trust, ..Dss::default() };
        let Some(report) = question.judge().await else { continue };
        let report = report.expect("DSS reads it");
        let stated = format!("CAdES-BASELINE-{}", level.trim_start_matches("B-"));
        assert_eq!(report.signatures[0].level, stated, "{report:#?}");
        assert!(level == "B-T" || report.passed(), "{level}: {report:#?}");
    }
    // In one step, too.
    for level in ["B-LT", "B-LTA"] {
        let answer = server.augment(level, &signed, parts).await.ok();
        assert_eq!(answer.header("segl-level"), format!("CAdES-{level}"));
    }
}

#[tokio::test]
async fn a_pdf_whose_signer_is_its_own_anchor_reaches_every_level() {
    let folder = Folder::new();
    let page = fixtures::named("one-page.pdf");
    let wishes = ["signing-certificate", "own-anchor"];
    let signed = oracle::pyhanko_signed(&folder, &page, &wishes);
    let server = server(&folder, "root.pem").await;
    for (level, stated) in [("B-T", "PKCS7-T"), ("B-LT", "PKCS7-LT"), ("B-LTA", "PKCS7-LTA")] {
        let answer = server.augment(level, &signed, &[]).await.ok();
        assert_eq!(answer.header("segl-level"), stated);
    }
}
