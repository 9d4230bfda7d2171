//! PDF signatures with the SubFilter `adbe.pkcs7.sha1` (ISO 32000-1 clause 12.8.3.3.1), as openssl
//! signs them: the container holds the SHA-1 hash of the document. They are intact or not, and never
//! pass; pdfsig and EU DSS tell the same ones apart.

use cades::{
    TrustAnchors, TrustMaterial,
    report::{Indication, SubIndication},
};
use pades::validate::validate;

use crate::{
    configuration, fixtures,
    oracle::{Dss, Folder, openssl, pdfsig},
    pdf_signature::{PdfSignature, find},
    server::Server,
};

const OURS: &[u8] = b"/ETSI.CAdES.detached";
const OLD: &[u8] = b"/adbe.pkcs7.sha1    ";

/// A document that somebody signed, and whom to trust.
struct Signed {
    document: Vec<u8>,
    trust: Vec<u8>,
}

/// The document with the container of a signature replaced: by openssl, over the SHA-1 hash of what
/// it covers, with or without signed attributes.
fn signed(sealed: &[u8], attributes: bool) -> Signed {
    let folder = Folder::new();
    let mut document = sealed.to_vec();
    let at = find(&document, OURS).expect("a seal");
    document[at..at + OLD.len()].copy_from_slice(OLD);
    let signature = PdfSignature::last(&document);
    let [start, length, second, rest] = signature.byte_range;
    let covered = [&document[start..start + length], &document[second..second + rest]].concat();
    folder.write("covered", &covered);
    let run = |words: &str| openssl(&folder, words).expect("openssl does it");
    run("dgst -sha1 -binary -out @hash @covered");
    run("req -x509 -newkey rsa:2048 -nodes -keyout @key -out @root.pem -days 30 \
         -subj /CN=Somebody -addext keyUsage=critical,nonRepudiation");
    let attributes = if attributes { "" } else { "-noattr" };
    run(&format!(
        "cms -sign -nodetach -binary -md sha1 -in @hash -signer @root.pem -inkey @key \
         -outform DER -out @cms {attributes}"
    ));
    let file = |name: &str| std::fs::read(folder.path(name)).expect("a file that was made");
    let document = signature.replace_cms(&document, &file("cms"));
    Signed { document, trust: file("root.pem") }
}

fn judge(document: &[u8], trust: &[u8]) -> (Indication, Option<SubIndication>) {
    let anchors = TrustAnchors::parse(trust).expect("a certificate");
    let trust = TrustMaterial { anchors, ..TrustMaterial::default() };
    let now = std::time::SystemTime::now();
    let validation = validate(&document.to_vec().into(), &trust, now).expect("a PDF");
    let report = &validation.signatures[0].report;
    (report.indication, report.sub_indication)
}

#[tokio::test]
async fn what_is_signed_by_its_sha1_hash_is_told_from_what_was_changed_and_never_passes() {
    let server = Server::configured(&configuration::every_combination(), "{}").await;
    let page = fixtures::named("one-page.pdf");
    let sealed = server.seal("profile=revocable-ES256&level=B-B", &page).await.ok().body;
    for (attributes, why) in [
        (false, SubIndication::SigConstraintsFailure),
        (true, SubIndication::CryptoConstraintsFailure),
    ] {
        let Signed { document, trust } = signed(&sealed, attributes);
        let intact = judge(&document, &trust);
        assert_eq!(intact, (Indication::Indeterminate, Some(why)), "attributes: {attributes}");
        let mut spoilt = document.clone();
        let at = find(&spoilt, b"/MediaBox").expect("a page") + 1;
        spoilt[at] ^= 0x20;
        let changed = judge(&spoilt, &trust);
        let failure = (Indication::TotalFailed, Some(SubIndication::HashFailure));
        assert_eq!(changed, failure, "attributes: {attributes}");
        assert!(pdfsig(&document)[0].valid && !pdfsig(&spoilt)[0].valid);
        let of_dss = |document, trust| async move {
            let question = Dss { document, trust, ..Dss::default() };
            let report = question.judge().await?.expect("DSS reads it");
            Some(report.signatures[0].indication.clone())
        };
        let Some(indication) = of_dss(&document, &trust).await else { continue };
        assert_eq!(indication, "INDETERMINATE");
        assert_eq!(of_dss(&spoilt, &trust).await.as_deref(), Some("TOTAL_FAILED"));
    }
}
