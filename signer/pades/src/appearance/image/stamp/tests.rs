mod refused;
mod taken;

use super::super::Image;
use super::*;
use crate::generate::{compressed_stream, stream, with_table};

/// A file whose first page, object 3, has these entries beside its box; its content is object 4, the
/// resources are object 5. Others are given with their numbers.
fn file(page: &str, content: &str, resources: &str, others: &[(usize, Vec<u8>)]) -> Vec<u8> {
    let page = format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 50] /Contents 4 0 R /Resources 5 0 R {page} >>"
    );
    let objects = [
        (1, b"<< /Type /Catalog /Pages 2 0 R /OpenAction 90 0 R >>".to_vec()),
        (2, b"<< /Type /Pages /Kids [3 0 R 91 0 R] /Count 2 /Secret (of the tree) >>".to_vec()),
        (3, page.into_bytes()),
        (4, compressed_stream("", content.as_bytes())),
        (5, format!("<< {resources} >>").into_bytes()),
        (90, b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>".to_vec()),
        (91, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Note (another page) >>".to_vec()),
    ];
    with_table(objects.into_iter().chain(others.iter().cloned()), "/Root 1 0 R")
}

fn read(file: Vec<u8>) -> Result<Stamp, StampError> {
    Stamp::read(file.into(), &Effort::default())
}

/// The stamp, written into a document of one empty page with this catalog; what was appended.
fn written(stamp: &[u8], catalog: &str, metadata: &str) -> Result<Vec<u8>, Error> {
    let objects = [
        (1, format!("<< /Type /Catalog /Pages 2 0 R /Metadata 4 0 R {catalog} >>").into_bytes()),
        (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec()),
        // A reference that leads nowhere: what is new must not have its number.
        (
            3,
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Dangling [7 0 R 9 0 R] >>"
                .to_vec(),
        ),
        (4, stream("/Type /Metadata", metadata.as_bytes())),
    ];
    let original = with_table(objects, "/Root 1 0 R");
    let document = crate::Document::open(original.clone().into())?;
    let options = crate::SignatureOptions {
        appearance: Some(crate::Appearance {
            placement: crate::Placement::Page {
                page: crate::PageNumber::Number(1),
                rectangle: crate::Rectangle { x: 10.0, y: 10.0, width: 204.0, height: 104.0 },
            },
            face: None,
            lines: Vec::new(),
            image: Some(Image::parse(stamp).expect("a stamp")),
            description: "Stamp".to_owned(),
            language: "en",
        }),
        ..crate::SignatureOptions::new(std::time::SystemTime::UNIX_EPOCH)
    };
    let prepared = document.prepare(&options, seal::DigestAlgorithm::Sha256, 64)?;
    let signed = prepared.embed(&[0x30, 0x03, 0x02, 0x01, 0x2A])?.to_vec();
    let read_back = lopdf::Document::load_mem(&signed).expect("lopdf reads it");
    for number in [7, 9] {
        assert!(!read_back.objects.contains_key(&(number, 0)), "{number} is named by the document");
    }
    Ok(signed[original.len()..].to_vec())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
