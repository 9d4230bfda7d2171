//! Spoilt copies of a sealed document are refused, by us and by other people's verifiers.

use std::ops::Range;

use serde_json::Value;

use crate::{
    fixtures,
    oracle::{self, Folder},
    pdf_signature::{PdfSignature, find},
    server::Server,
    tlv::Cms,
};

/// A spoilt copy and what was done to it.
pub struct Spoilt {
    /// What was changed.
    pub what: &'static str,
    /// The copy.
    pub bytes: Vec<u8>,
}

fn middle(range: &Range<usize>) -> usize {
    range.start + range.len() / 2
}

/// A copy with one bit of one byte changed.
pub fn flip(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut copy = bytes.to_vec();
    copy[at] ^= 1;
    copy
}

/// The signer's certificate: the one that is no authority's.
async fn leaf(server: &Server, cms: &[u8]) -> Range<usize> {
    let mut authorities = Vec::new();
    for name in ["issuing-ca.cer", "tsa.cer"] {
        authorities.push(server.pki(name).await);
    }
    Cms::parts(cms)
        .certificates
        .into_iter()
        .find(|range| !authorities.iter().any(|authority| authority == &cms[range.clone()]))
        .expect("the signer's certificate")
}

/// The CMS with one byte changed, in each part that makes it a signature.
pub async fn cms(server: &Server, cms: &[u8]) -> Vec<Spoilt> {
    let parts = Cms::parts(cms);
    let leaf = leaf(server, cms).await;
    let organisation = find(&cms[leaf.clone()], b"Havnsted").expect("the subject") + leaf.start;
    // The last octet of an ECDSA signature value is the low end of `s`.
    let places = [
        ("a byte of the signature value", parts.signature.end - 1),
        ("a byte of the signed attributes", parts.signed_attributes.end - 1),
        ("a byte of the certificate's subject", organisation),
        ("a byte of the certificate's signature", leaf.end - 1),
        ("a byte in the middle of the certificate", middle(&leaf)),
    ];
    places.map(|(what, at)| Spoilt { what, bytes: flip(cms, at) }).into()
}

/// The sealed fixture `one-page.pdf` with a change in the file or in its CMS.
pub async fn pdfs(server: &Server, sealed: &[u8]) -> Vec<Spoilt> {
    let signature = PdfSignature::last(sealed);
    let text = find(sealed, b"municipality decides").expect("the page's text");
    let mut spoilt = vec![
        Spoilt { what: "a byte of the content", bytes: flip(sealed, text) },
        Spoilt { what: "the file's last byte", bytes: flip(sealed, sealed.len() - 2) },
        Spoilt { what: "the byte range", bytes: with_range(sealed, &signature, widened_gap) },
        Spoilt { what: "the byte range's end", bytes: with_range(sealed, &signature, early_end) },
        Spoilt { what: "an update after the end", bytes: with_update(sealed) },
    ];
    for Spoilt { what, bytes } in cms(server, &signature.cms).await {
        spoilt.push(Spoilt { what, bytes: signature.replace_cms(sealed, &bytes) });
    }
    spoilt
}

fn assert_refused_by_us(verdict: &Value, what: &str) {
    // A file so spoilt that it is no signed document any more may be refused as a whole.
    let signatures = verdict["signatures"].as_array().map(Vec::as_slice).unwrap_or_default();
    assert!(
        signatures.iter().all(|signature| signature["indication"] != "TOTAL-PASSED"),
        "{what} changed, and we accept it: {verdict}"
    );
}

#[tokio::test]
async fn spoilt_pdfs_are_refused_by_us_and_by_pyhanko() {
    let server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    let sealed = server.seal("profile=decisions", &document).await.ok().body;
    let trust = server.pki("trust-anchor.pem").await;
    let whole = server.validate(&sealed).await;
    assert_eq!(whole["signatures"][0]["indication"], "TOTAL-PASSED", "{whole}");

    for Spoilt { what, bytes } in pdfs(&server, &sealed).await {
        assert_ne!(bytes, sealed, "{what} is as it was");
        assert_refused_by_us(&server.try_validate(&bytes, &[]).await, what);
        let theirs = oracle::pyhanko(&bytes, &trust, &[]).unwrap_or_default();
        assert!(theirs.iter().all(|signature| !signature.bottom_line), "{what}: {theirs:?}");
    }
}

/// The gap ends 16 bytes later, so that bytes of the file are covered by nobody.
fn widened_gap([first, length, second, rest]: [usize; 4]) -> [usize; 4] {
    [first, length, second + 16, rest - 16]
}

/// The signature covers the file but for its last bytes.
fn early_end([first, length, second, rest]: [usize; 4]) -> [usize; 4] {
    [first, length, second, rest - 8]
}

/// Another byte range, written with the same width.
fn with_range(
    pdf: &[u8],
    signature: &PdfSignature,
    change: fn([usize; 4]) -> [usize; 4],
) -> Vec<u8> {
    let text = change(signature.byte_range).map(|number| number.to_string()).join(" ");
    let place = signature.byte_range_text.clone();
    assert!(text.len() <= place.len(), "the numbers fit");
    let mut copy = pdf.to_vec();
    copy[place.clone()].fill(b' ');
    copy[place.start..place.start + text.len()].copy_from_slice(text.as_bytes());
    copy
}

/// An incremental update that shows another text on the page (object 4 of the fixture).
fn with_update(pdf: &[u8]) -> Vec<u8> {
    let tail = String::from_utf8_lossy(&pdf[pdf.len() - 64..]).into_owned();
    let previous = tail.split("startxref").nth(1).and_then(|rest| rest.split_whitespace().next());
    let previous = previous.expect("a cross-reference section");
    let content = "BT /F1 14 Tf 72 770 Td (Somebody else decides.) Tj ET";
    let mut copy = pdf.to_vec();
    let object = copy.len();
    copy.extend(
        format!("4 0 obj\n<< /Length {} >>\nstream\n{content}\nendstream\nendobj\n", content.len())
            .bytes(),
    );
    let section = copy.len();
    copy.extend(
        format!(
            "xref\n4 1\n{object:010} 00000 n \ntrailer\n<< /Size 64 /Root 1 0 R /Prev {previous} >>\n\
             startxref\n{section}\n%%EOF\n"
        )
        .bytes(),
    );
    copy
}

/// pyHanko looks no further than the last `%%EOF`; we do.
#[tokio::test]
async fn bytes_after_the_end_are_refused() {
    let server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    let sealed = server.seal("profile=decisions", &document).await.ok().body;
    for tail in ["appended", "4 0 obj\n<< >>\nendobj\n", "\n\n%%EOF\n"] {
        let spoilt = [&sealed, tail.as_bytes()].concat();
        assert_refused_by_us(&server.try_validate(&spoilt, &[]).await, tail);
        let verdicts = oracle::pdfsig(&spoilt);
        assert!(
            verdicts.iter().all(|signature| !(signature.valid && signature.covers_document)),
            "pdfsig: {tail:?}: {verdicts:?}"
        );
    }
}

#[tokio::test]
async fn spoilt_cms_is_refused_by_us_and_by_openssl() {
    let server = Server::demo().await;
    let content = b"Minutes of the meeting";
    let query = "profile=decisions&format=cades&packaging=detached";
    let seal = server.seal(query, content).await.ok().body;
    let whole = server.validate_with(&seal, &[("content", content)]).await;
    assert_eq!(whole["signatures"][0]["indication"], "TOTAL-PASSED", "{whole}");
    let folder = Folder::new();
    folder.write("content", content);
    folder.write("trust.pem", &server.pki("trust-anchor.pem").await);
    for Spoilt { what, bytes } in cms(&server, &seal).await {
        let verdict = server.try_validate(&bytes, &[("content", content)]).await;
        assert_refused_by_us(&verdict, what);
        folder.write("seal", &bytes);
        oracle::openssl(
            &folder,
            "cms -verify -cades -binary -inform DER -in @seal -content @content \
             -CAfile @trust.pem -out @out",
        )
        .expect_err(what);
    }
}
