//! veraPDF judges that an accessible PDF (PDF/UA-1, ISO 14289-1) is one after sealing as it was
//! before: what is shown has its place in the structure, and a description.

use serde_json::{Value, json};

use crate::{
    appearance, fixtures,
    oracle::{self, verapdf_as},
    pdf_signature::find,
    pdf_stamps,
    pdf_writer::PdfWriter,
    server::{API_KEY, Server},
};

const FLAVOUR: &str = "ua1";

/// One page with a square that has an alternate description.
fn accessible() -> Vec<u8> {
    let metadata = "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
         <pdfuaid:part>1</pdfuaid:part>\
         <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">A square</rdf:li></rdf:Alt></dc:title>\
         </rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>";
    PdfWriter::new("1.7", "\n")
        .object(
            1,
            "<< /Type /Catalog /Pages 2 0 R /Metadata 5 0 R /Lang (da-DK) \
             /MarkInfo << /Marked true >> /StructTreeRoot 6 0 R \
             /ViewerPreferences << /DisplayDocTitle true >> >>",
        )
        .object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
        .object(
            3,
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
             /Resources << >> /StructParents 0 >>",
        )
        .stream(4, "", b"/Figure << /MCID 0 >> BDC 100 700 50 50 re f EMC")
        .stream(5, "/Type /Metadata /Subtype /XML", metadata.as_bytes())
        .object(
            6,
            "<< /Type /StructTreeRoot /K 7 0 R /ParentTree << /Nums [0 [8 0 R]] >> \
             /ParentTreeNextKey 1 >>",
        )
        .object(7, "<< /Type /StructElem /S /Document /P 6 0 R /K [8 0 R] >>")
        .object(
            8,
            "<< /Type /StructElem /S /Figure /P 7 0 R /Pg 3 0 R /K 0 /Alt (A black square) \
             /A << /O /Layout /BBox [100 700 150 750] >> >>",
        )
        .table("/Root 1 0 R /ID [<5365676C205044462F5541> <5365676C205044462F5541>]")
        .finish()
}

/// A name, the option `appearance`, and the image.
type Look = (&'static str, Option<Value>, Option<Vec<u8>>);

fn looks() -> [Look; 5] {
    let page = fixtures::named("one-page.pdf");
    let seen = |y: u32| json!({ "rect": [50, y, 250, 60], "text": ["Ærøskøbing, § 1 – “æøå”"] });
    [
        ("invisible", None, None),
        ("text", Some(seen(50)), None),
        ("text and PNG", Some(seen(150)), Some(oracle::png_of(&page))),
        ("text and JPEG", Some(seen(250)), Some(oracle::jpeg_of(&page))),
        ("text and stamp", Some(seen(350)), Some(pdf_stamps::vectors())),
    ]
}

async fn sealed(server: &Server, document: &[u8], level: &str, look: &Look) -> Vec<u8> {
    let (_, appearance, image) = look;
    let mut options = json!({ "profile": "decisions", "level": level });
    if let Some(appearance) = appearance {
        options["appearance"] = appearance.clone();
    }
    let image = image.as_deref();
    appearance::act(server, "seals", API_KEY, document, &options, image).await.ok().body
}

/// The bytes with `from` replaced by something of the same length, wherever it stands.
fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = bytes.to_vec();
    let mut found = false;
    while let Some(at) = find(&bytes, from.as_bytes()) {
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
        found = true;
    }
    assert!(found, "{from}");
    bytes
}

#[tokio::test]
async fn accessible_pdf_stays_accessible() {
    let server = Server::demo().await;
    let Some(before) = verapdf_as(&accessible(), FLAVOUR).await else { return };
    assert_eq!(before, Ok(vec![]), "the fixture is none");
    let mut faults = Vec::new();
    for level in ["B-B", "B-LTA"] {
        for look in looks() {
            let first = sealed(&server, &accessible(), level, &look).await;
            let raised = server.augment("B-LTA", &first, &[]).await.ok().body;
            let second = sealed(&server, &first, level, &looks()[0]).await;
            for (what, document) in [("sealed", &first), ("raised", &raised), ("twice", &second)] {
                let after = verapdf_as(document, FLAVOUR).await.expect("it judged the input");
                if after != Ok(vec![]) {
                    faults.push(format!("{}, {what} at {level}: {after:#?}", look.0));
                }
                // Nothing of it costs a signature.
                let report = server.validate(document).await;
                let all = report["signatures"].as_array().expect("signatures");
                assert!(all.iter().all(|one| one["indication"] == "TOTAL-PASSED"), "{report:#}");
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The judge can say no: to what is shown outside the structure, and to what nobody describes.
#[tokio::test]
async fn what_is_spoilt_is_no_longer_accessible() {
    let server = Server::demo().await;
    let seen = sealed(&server, &accessible(), "B-B", &looks()[1]).await;
    let spoilt: [&[(&str, &str)]; 5] = [
        // The element around the widget.
        &[("/S /Form", "/S /Part")],
        // The widget's way to it.
        &[("/StructParent 1", "/StructParenX 1")],
        // What is said of it: by the field, and by the element.
        &[("/TU ", "/XU "), ("(en)\n/Alt ", "(en)\n/Xlt ")],
        // The order in which a reader goes through the page.
        &[("/Tabs /S", "/Tabs /R")],
        // Of the document itself.
        &[("/Alt (A black square)", "/Atl (A black square)")],
    ];
    for changes in spoilt {
        let spoilt =
            changes.iter().fold(seen.clone(), |seen, (from, to)| replaced(&seen, from, to));
        let Some(failures) = verapdf_as(&spoilt, FLAVOUR).await else { return };
        let failures = failures.expect("veraPDF reads it");
        assert!(!failures.is_empty(), "{changes:?}");
    }
}
