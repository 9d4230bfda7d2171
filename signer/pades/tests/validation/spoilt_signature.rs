//! Signatures that are broken, misplaced, or not over what they seem to be over.

use bytes::Bytes;
use cades::report::Indication;
use pades::validate::validate;

use super::document::{CATALOG, CONTENT, codes, document, validated};
use super::handmade::{Handmade, USUAL};
use super::pki::{Pki, noon};
use super::update::{
    last_startxref, object, overwrite, position, position_from_end, stream, update,
};

/// Asserts that the first signature has failed, and that it says why.
fn assert_failed(pki: &Pki, what: &str, pdf: &[u8], code: &str) {
    let validation = validated(pki, pdf);
    let signature = validation.signatures.first().unwrap_or_else(|| panic!("{what}: none found"));
    let codes = codes(signature);
    assert_ne!(signature.report.indication, Indication::TotalPassed, "{what}: {codes:?}");
    assert!(codes.contains(&code), "{what}: {codes:?}, not {code}");
}

/// The digits of the last `/Contents`.
fn contents(pdf: &[u8]) -> std::ops::Range<usize> {
    let start = position_from_end(pdf, b"/Contents <").unwrap() + b"/Contents <".len();
    start..start + position(&pdf[start..], b">").unwrap()
}

/// The document with one byte of its last CMS changed: the one at `at` of these bytes in it.
fn with_changed_cms(pdf: &[u8], find: &[u8], at: usize) -> Vec<u8> {
    let digits: String = find.iter().map(|byte| format!("{byte:02x}")).collect();
    let range = contents(pdf);
    let start = range.start + position(&pdf[range], digits.as_bytes()).unwrap() + 2 * at;
    let mut out = pdf.to_vec();
    out[start] = if out[start] == b'0' { b'1' } else { b'0' };
    out
}

#[test]
fn changed_byte_is_found_wherever_it_stands() {
    let pki = Pki::new();
    let sealed = pki.seal(&document());
    let content = overwrite(&sealed, b"municipality", b"Municipality");
    assert_failed(&pki, "the content", &content, "content-changed");
    let trailer = overwrite(&sealed, b"startxref\n", b"startxref ");
    assert_failed(&pki, "the trailer", &trailer, "content-changed");
    // id-messageDigest, and a byte of the digest behind it.
    let identifier = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];
    let attributes = with_changed_cms(&sealed, &identifier, 16);
    assert_failed(&pki, "the signed attributes", &attributes, "content-changed");
    let certificate = with_changed_cms(&sealed, pki.certificate(), pki.certificate().len() - 4);
    assert_failed(&pki, "the certificate", &certificate, "signing-certificate-not-found");
    // ecdsa-with-SHA256, and a byte of the value behind it.
    let identifier = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02, 0x04];
    let value = with_changed_cms(&sealed, &identifier, 30);
    assert_failed(&pki, "the signature value", &value, "signature-invalid");
}

#[test]
fn byte_range_must_be_a_revision_without_its_contents() {
    let pki = Pki::new();
    let with = |range| Handmade { range, ..Handmade::default() }.sign(&pki, &document());
    let good = validated(&pki, &Handmade::default().sign(&pki, &document()));
    assert_eq!(good.signatures[0].report.indication, Indication::TotalPassed, "{good:#?}");
    // In each of these the digest is right: it is the range that says too little.
    for (what, pdf, code) in [
        ("the gap ends later", with(|s, e, l| [0, s, e + 16, l - e - 16]), "byte-range-gap"),
        ("the gap begins earlier", with(|s, e, l| [0, s - 9, e, l - e]), "byte-range-gap"),
        (
            "the brackets are covered",
            with(|s, e, l| [0, s + 1, e - 1, l - e + 1]),
            "byte-range-gap",
        ),
        ("there is no gap", with(|s, _, l| [0, s, s, l - s]), "byte-range-gap"),
        (
            "the end is not covered",
            with(|s, e, l| [0, s, e, l - e - 8]),
            "byte-range-not-a-revision",
        ),
        ("nothing after is covered", with(|s, e, _| [0, s, e, 0]), "byte-range-not-a-revision"),
        ("the header is not covered", with(|s, e, l| [9, s - 9, e, l - e]), "byte-range-malformed"),
    ] {
        assert_failed(&pki, what, &pdf, code);
    }
}

#[test]
fn signature_dictionary_must_be_unambiguous() {
    let pki = Pki::new();
    let with = |from: &str, to: &str| {
        let dictionary = USUAL.replace(from, to);
        assert_ne!(dictionary, USUAL);
        Handmade { dictionary: &dictionary, ..Handmade::default() }.sign(&pki, &document())
    };
    for (what, pdf, code) in [
        ("two /Contents", with("/M", "/Contents <00> /M"), "duplicate-key"),
        ("two /Contents, one escaped", with("/M", "/C#6fntents <00> /M"), "duplicate-key"),
        ("two /ByteRange", with("/M", "/ByteRange [0 1 2 3] /M"), "duplicate-key"),
        ("no /ByteRange", with("/ByteRange @RANGE", ""), "byte-range-missing"),
        ("null as /ByteRange", with("@RANGE", "null"), "byte-range-malformed"),
        ("/ByteRange by reference", with("@RANGE", "4 0 R"), "byte-range-malformed"),
        ("five numbers", with("@RANGE", "[0 1 2 3 4]"), "byte-range-malformed"),
        ("too long", with("@RANGE", "[0 1 2 99999999]"), "byte-range-outside-file"),
        ("negative", with("@RANGE", "[0 1 2 -1]"), "byte-range-malformed"),
        ("no format", with("/SubFilter /ETSI.CAdES.detached", ""), "sub-filter-unsupported"),
        (
            "another format",
            with("ETSI.CAdES.detached", "adbe.x509.rsa_sha1"),
            "sub-filter-unsupported",
        ),
        ("a comment in the gap", with("@CONTENTS", "%(\n@CONTENTS"), "content-changed"),
    ] {
        if what == "a comment in the gap" {
            // The comment is covered; what stands in the gap is what was reserved.
            let validation = validated(&pki, &pdf);
            assert_eq!(validation.signatures[0].report.indication, Indication::TotalPassed);
            continue;
        }
        assert_failed(&pki, what, &pdf, code);
    }
    let literal = Handmade { brackets: ["(", ")"], ..Handmade::default() }.sign(&pki, &document());
    assert_failed(&pki, "a literal string", &literal, "contents-malformed");
}

#[test]
fn cms_must_be_of_this_document_and_nothing_else() {
    let pki = Pki::new();
    let with = |cms| Handmade { cms, ..Handmade::default() }.sign(&pki, &document());
    let other = |pki: &Pki, _: &seal::Digest| {
        let digest = seal::Digest::of(seal::DigestAlgorithm::Sha256, b"another document");
        pki.cms(&digest, false)
    };
    assert_failed(&pki, "another document's", &with(other), "content-changed");
    let trailing = |pki: &Pki, digest: &seal::Digest| [pki.cms(digest, false), vec![1]].concat();
    assert_failed(&pki, "bytes behind it", &with(trailing), "trailing-bytes");
    assert_failed(&pki, "nothing", &with(|_, _| Vec::new()), "malformed");
    // The SubFilter says that it must be a signature.
    let token = |pki: &Pki, digest: &seal::Digest| pki.token(*digest).as_bytes().to_vec();
    assert_failed(&pki, "a time-stamp", &with(token), "not-a-signature");
}

#[test]
fn replayed_time_stamp_is_found() {
    let pki = Pki::new();
    let dictionary = USUAL.replace("ETSI.CAdES.detached", "ETSI.RFC3161");
    let replayed = |pki: &Pki, _: &seal::Digest| {
        let digest = seal::Digest::of(seal::DigestAlgorithm::Sha256, b"an earlier state");
        pki.token(digest).as_bytes().to_vec()
    };
    let sealed = pki.seal(&document());
    let pdf = Handmade { dictionary: &dictionary, cms: replayed, ..Handmade::default() };
    let validation = validated(&pki, &pdf.sign(&pki, &sealed));
    let stamp = validation.signatures.iter().find(|s| s.field == "Handmade").unwrap();
    assert_eq!(stamp.report.indication, Indication::TotalFailed);
    assert!(codes(stamp).contains(&"content-changed"));
    let seal = validation.signatures.iter().find(|s| s.field != "Handmade").unwrap();
    assert_eq!(seal.report.level_name(), Some("PAdES-B-B"), "it proves no time");
}

#[test]
fn what_the_dictionary_lacks_costs_the_level() {
    let pki = Pki::new();
    for (from, to, level) in [
        ("/M (D:20260701120000Z)", "", Some("PAdES-NOT-ETSI")),
        ("/M", "/Cert <00> /M", Some("PAdES-NOT-ETSI")),
        ("ETSI.CAdES.detached", "adbe.pkcs7.detached", Some("PKCS7-B")),
    ] {
        let dictionary = USUAL.replace(from, to);
        let pdf = Handmade { dictionary: &dictionary, ..Handmade::default() };
        let validation = validated(&pki, &pdf.sign(&pki, &document()));
        let signature = &validation.signatures[0];
        assert_eq!(signature.report.indication, Indication::TotalPassed, "{from}");
        assert_eq!(signature.report.level_name(), level, "{from}");
        assert!(codes(signature).contains(&"not-baseline"), "{from}");
    }
}

#[test]
fn anything_after_the_last_revision_fails_the_signature() {
    let pki = Pki::new();
    let sealed = pki.seal(&document());
    for tail in ["appended", "%%EOF\n", "\n\n%%EOF\n", " ", "\0", "startxref\n0\n%%EOF\n"] {
        let pdf = [&sealed[..], tail.as_bytes()].concat();
        match validate(&Bytes::from(pdf), &pki.trust(), noon()) {
            Ok(validation) => {
                let signature = &validation.signatures[0];
                assert_eq!(signature.report.indication, Indication::TotalFailed, "{tail:?}");
                assert!(codes(signature).contains(&"bytes-after-end"), "{tail:?}");
            }
            Err(error) => assert!(tail.contains("startxref"), "{tail:?}: {error}"),
        }
    }
    let lines = validated(&pki, &[&sealed[..], b"\r\n\n"].concat());
    assert_eq!(lines.signatures[0].report.indication, Indication::TotalPassed);
    assert_eq!(lines.signatures[0].report.covers.as_deref(), Some("whole document"));
}

#[test]
fn update_without_an_end_fails_the_signature() {
    let pki = Pki::new();
    let sealed = pki.seal(&document());
    let manipulated =
        update(&sealed, &[(CONTENT, stream("", "BT (Somebody else decides.) Tj ET"))]);
    let end = manipulated.len() - b"%%EOF\n".len();
    assert_failed(&pki, "no %%EOF", &manipulated[..end], "revision-without-end");
    let elsewhere = last_startxref(&manipulated).to_string();
    let planted = last_startxref(&sealed).to_string();
    assert_eq!(elsewhere.len(), planted.len());
    // The last `startxref` leads back into the signed revision: the update is not read at all.
    let hidden = overwrite(&manipulated, elsewhere.as_bytes(), planted.as_bytes());
    assert_failed(&pki, "startxref leads elsewhere", &hidden, "bytes-after-end");
}

#[test]
fn what_only_a_repair_could_read_is_refused() {
    let pki = Pki::new();
    let sealed = pki.seal(&document());
    let startxref = format!("startxref\n{}", last_startxref(&sealed));
    for (what, pdf) in [
        ("bytes before the header", [&b"junk\n"[..], &sealed].concat()),
        ("no startxref", overwrite(&sealed, b"startxref", b"startxxxx")),
        (
            "startxref leads into nothing",
            overwrite(&sealed, startxref.as_bytes(), &[b'0'; 64][..startxref.len()]),
        ),
        ("cut off", sealed[..sealed.len() - 600].to_vec()),
        ("objects after the end", [&sealed[..], b"4 0 obj\n<< >>\nendobj\n"].concat()),
        ("no PDF at all", b"hello".to_vec()),
        ("nothing", Vec::new()),
    ] {
        match validate(&Bytes::from(pdf), &pki.trust(), noon()) {
            Err(_) => {}
            Ok(validation) => {
                let passed = |s: &pades::validate::SignatureValidation| {
                    s.report.indication == Indication::TotalPassed
                };
                assert!(!validation.signatures.iter().any(passed), "{what}: {validation:#?}");
            }
        }
    }
}

#[test]
fn removed_signature_is_still_seen() {
    let pki = Pki::new();
    let sealed = pki.seal(&document());
    let catalog = object(&sealed, CATALOG).replace("/AcroForm 6 0 R", "");
    let validation = validated(&pki, &update(&sealed, &[(CATALOG, catalog)]));
    assert!(validation.signatures.is_empty());
    let codes: Vec<_> = validation.findings.iter().map(|f| f.code.as_str()).collect();
    assert_eq!(codes, ["signature-unreachable"]);
}
