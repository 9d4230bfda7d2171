//! Documents made by code, for tests and benchmarks: pure functions that need nothing but flate2.
//!
//! Benchmarks of other packages include this file by its path.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// Objects in one object stream of a generated file.
const OBJECTS_PER_STREAM: usize = 100;

/// A file with these numbered objects, in this order, and a cross-reference table. `trailer` is
/// what stands in the trailer beside `/Size`.
pub(crate) fn with_table(
    objects: impl IntoIterator<Item = (usize, Vec<u8>)>,
    trailer: &str,
) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut offsets = Vec::new();
    for (number, value) in objects {
        if offsets.len() <= number {
            offsets.resize(number + 1, 0);
        }
        offsets[number] = file.len();
        file.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        file.extend_from_slice(&value);
        file.extend_from_slice(b"\nendobj\n");
    }
    let start = file.len();
    let size = offsets.len();
    file.extend_from_slice(format!("xref\n0 {size}\n0000000000 65535 f \n").as_bytes());
    for offset in &offsets[1..] {
        let kind = if *offset == 0 { 'f' } else { 'n' };
        file.extend_from_slice(format!("{offset:010} 00000 {kind} \n").as_bytes());
    }
    let end = format!("trailer\n<< /Size {size} {trailer} >>\nstartxref\n{start}\n%%EOF\n");
    file.extend_from_slice(end.as_bytes());
    file
}

/// A file with these objects, numbered from 1: those that are streams stand by themselves, the
/// others in object streams; with a cross-reference stream (PNG predictor Up).
pub(crate) fn with_object_streams(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut rows: Vec<[u8; 7]> = vec![[0; 7]; objects.len() + 1];
    let row = |kind: u8, second: usize, third: usize| {
        let [.., a, b, c, d] = (second as u64).to_be_bytes();
        let [.., e, f] = (third as u64).to_be_bytes();
        [kind, a, b, c, d, e, f]
    };
    let mut pending: Vec<(usize, &[u8])> = Vec::new();
    let mut next = objects.len() + 1;
    for (index, object) in objects.iter().enumerate() {
        if object.ends_with(b"endstream") {
            rows[index + 1] = row(1, file.len(), 0);
            file.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
            file.extend_from_slice(object);
            file.extend_from_slice(b"\nendobj\n");
        } else {
            pending.push((index + 1, object));
        }
        if pending.len() == OBJECTS_PER_STREAM || index + 1 == objects.len() {
            for (position, (number, _)) in pending.iter().enumerate() {
                rows[*number] = row(2, next, position);
            }
            rows.push(row(1, file.len(), 0));
            write_object_stream(&mut file, next, &pending);
            pending.clear();
            next += 1;
        }
    }
    let start = file.len();
    rows.push(row(1, start, 0));
    let mut data = Vec::new();
    let mut above = [0; 7];
    for row in &rows {
        data.push(2);
        data.extend(row.iter().zip(above).map(|(byte, up)| byte.wrapping_sub(up)));
        above = *row;
    }
    let entries = format!(
        "/Type /XRef /W [1 4 2] /Size {} /DecodeParms << /Predictor 12 /Columns 7 >> {trailer}",
        rows.len()
    );
    file.extend_from_slice(format!("{next} 0 obj\n").as_bytes());
    file.extend_from_slice(&compressed_stream(&entries, &data));
    file.extend_from_slice(format!("\nendobj\nstartxref\n{start}\n%%EOF\n").as_bytes());
    file
}

fn write_object_stream(file: &mut Vec<u8>, number: usize, objects: &[(usize, &[u8])]) {
    let mut head = String::new();
    let mut body = Vec::new();
    for (number, object) in objects {
        head.push_str(&format!("{number} {} ", body.len()));
        body.extend_from_slice(object);
        body.push(b'\n');
    }
    let entries = format!("/Type /ObjStm /N {} /First {}", objects.len(), head.len());
    let stream = compressed_stream(&entries, &[head.as_bytes(), &body].concat());
    file.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
    file.extend_from_slice(&stream);
    file.extend_from_slice(b"\nendobj\n");
}

/// A stream object with these entries and this data, compressed.
pub(crate) fn compressed_stream(entries: &str, data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    // Writing to a vector cannot fail.
    let data = encoder.write_all(data).and_then(|()| encoder.finish()).unwrap_or_default();
    stream(&format!("/Filter /FlateDecode {entries}"), &data)
}

/// A stream object with these entries and this data, as it is.
pub(crate) fn stream(entries: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("<< /Length {} {entries} >>\nstream\n", data.len());
    [head.as_bytes(), data, b"\nendstream"].concat()
}

/// The objects of a document with `pages` pages, in one flat `/Kids` array: the catalog, the page
/// tree node, and for each page the page and its contents of about `content` bytes.
pub(crate) fn pages(pages: usize, content: usize) -> Vec<Vec<u8>> {
    let kids: String = (0..pages).map(|page| format!("{} 0 R ", 3 + 2 * page)).collect();
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!(
            "<< /Type /Pages /Count {pages} /MediaBox [0 0 595 842] /Resources << >> /Kids [{kids}] >>"
        )
        .into_bytes(),
    ];
    let mut noise = Noise(1);
    for page in 0..pages {
        let contents = 4 + 2 * page;
        let text = format!("<< /Type /Page /Parent 2 0 R /Contents {contents} 0 R >>");
        objects.push(text.into_bytes());
        objects.push(stream("", &noise.bytes(content)));
    }
    objects
}

/// A document with a cross-reference table, `2 + 2 * pages` objects in all.
pub(crate) fn pages_with_table(page_count: usize, content: usize) -> Vec<u8> {
    let objects = pages(page_count, content).into_iter().enumerate();
    with_table(objects.map(|(index, object)| (index + 1, object)), "/Root 1 0 R")
}

/// The same document with object streams.
pub(crate) fn pages_with_object_streams(page_count: usize, content: usize) -> Vec<u8> {
    with_object_streams(&pages(page_count, content), "/Root 1 0 R")
}

/// Bytes without pattern and without line ends, the same at each run (xorshift64).
struct Noise(u64);

impl Noise {
    fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(length + 8);
        while bytes.len() < length {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            bytes.extend(self.0.to_le_bytes().map(|byte| byte | 0x40));
        }
        bytes.truncate(length);
        bytes
    }
}
