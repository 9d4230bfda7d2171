//! veraPDF, the reference validator of PDF/A and PDF/UA.

use serde_json::json;

use super::{Folder, java::Verifier};

static VERA_PDF: Verifier = Verifier::new("oracle.verapdf.VeraPdf");

/// Why a file is not of the flavour of PDF/A that it claims (`clause test: message (place)`); empty
/// when it is. The error is what veraPDF said when it could not judge it. `None` where there is no
/// Maven.
pub async fn verapdf(pdf: &[u8]) -> Option<Result<Vec<String>, String>> {
    verapdf_as(pdf, "").await
}

/// The same of a flavour by veraPDF's name for it, such as `ua1`, whatever the file claims.
pub async fn verapdf_as(pdf: &[u8], flavour: &str) -> Option<Result<Vec<String>, String>> {
    let folder = Folder::new();
    let job = json!({ "file": folder.write("document.pdf", pdf), "flavour": flavour });
    let answer = VERA_PDF.answer(job).await?;
    Some(answer.map(|report| {
        let failures = report["failures"].as_array().expect("failures").iter();
        let failures: Vec<String> = failures
            .map(|failure| {
                let word = |key: &str| failure[key].as_str().expect("a text").to_owned();
                let (clause, message, place) = (word("clause"), word("message"), word("place"));
                format!("{clause} {}: {message} ({place})", failure["test"])
            })
            .collect();
        assert_eq!(report["compliant"], json!(failures.is_empty()), "{report}");
        assert!(report["checks"].as_u64().is_some_and(|checks| checks > 0), "{report}");
        failures
    }))
}
