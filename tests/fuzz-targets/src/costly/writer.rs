//! A PDF of objects that need not make sense, in any layout, in several revisions.

use std::{collections::BTreeMap, io::Write};

use flate2::{Compression, write::ZlibEncoder};

use super::cipher::{Cipher, Method};

/// How the objects of a revision are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One by one, with a table.
    Plain,
    /// In object streams of so many each, with a cross-reference stream.
    Compressed(usize),
}

/// A document under construction.
#[derive(Debug)]
pub struct Writer {
    bytes: Vec<u8>,
    pending: BTreeMap<u32, Vec<u8>>,
    next: u32,
    previous: Option<usize>,
    /// The length of each revision so far.
    ends: Vec<usize>,
    /// What streams are encrypted with.
    cipher: Option<Cipher>,
}

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

impl Writer {
    /// Nothing but a header.
    pub fn new() -> Self {
        let bytes = b"%PDF-1.7\n".to_vec();
        let (pending, ends) = (BTreeMap::new(), Vec::new());
        Self { bytes, pending, next: 1, previous: None, ends, cipher: None }
    }

    /// The same of a document that is encrypted.
    pub fn encrypted(method: Method) -> Self {
        Self { cipher: Some(Cipher::new(method)), ..Self::new() }
    }

    /// What every trailer says of the encryption.
    pub(super) fn encryption(&self) -> String {
        self.cipher.as_ref().map(Cipher::entries).unwrap_or_default()
    }

    /// A number that no object has yet.
    pub fn allocate(&mut self) -> u32 {
        self.next += 1;
        self.next - 1
    }

    /// Leaves the next `count` numbers to whoever asks for them.
    pub fn reserve(&mut self, count: u32) {
        self.next += count;
    }

    /// Gives an object its value, now or once more.
    pub fn set(&mut self, number: u32, value: impl Into<Vec<u8>>) {
        self.pending.insert(number, value.into());
    }

    /// A new object.
    pub fn add(&mut self, value: impl Into<Vec<u8>>) -> u32 {
        let number = self.allocate();
        self.set(number, value);
        number
    }

    /// Where the revisions written so far end.
    pub fn ends(&self) -> &[usize] {
        &self.ends
    }

    /// Bytes as they are, wherever they may lead.
    pub fn raw(&mut self, bytes: &[u8]) -> usize {
        let at = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        at
    }

    /// Ends a revision whose catalog is `root`. `trailer` has further entries.
    pub fn end_revision(&mut self, layout: Layout, root: u32, trailer: &str) {
        let mut rows = BTreeMap::new();
        let objects = std::mem::take(&mut self.pending);
        let mut compressed = Vec::new();
        for (number, value) in objects {
            let is_stream = memchr::memmem::find(&value, b"stream").is_some();
            match layout {
                Layout::Compressed(_) if !is_stream => compressed.push((number, value)),
                _ => {
                    let at = self.object(number, &value);
                    rows.insert(number, (1, at, 0));
                }
            }
        }
        if let Layout::Compressed(each) = layout {
            for objects in compressed.chunks(each.max(1)) {
                let own = self.allocate();
                let at = self.object_stream(own, objects);
                rows.insert(own, (1, at, 0));
                for (index, (number, _)) in objects.iter().enumerate() {
                    rows.insert(*number, (2, own as usize, index));
                }
            }
        }
        let previous = self.previous.map(|at| format!("/Prev {at}")).unwrap_or_default();
        let encryption = self.encryption();
        let entries = format!("/Root {root} 0 R {previous} {encryption} {trailer}");
        match layout {
            Layout::Plain => self.table(&rows, &entries),
            Layout::Compressed(_) => self.stream(rows, &entries),
        }
    }

    /// Ends a revision with a section that is written here: `section` gives its bytes for the place
    /// where it stands.
    pub fn end_with(&mut self, section: impl FnOnce(usize, Option<usize>) -> Vec<u8>) {
        let at = self.bytes.len();
        let section = section(at, self.previous);
        self.bytes.extend_from_slice(&section);
        self.finish(at);
    }

    /// Writes an object as it is; where it stands.
    pub fn object(&mut self, number: u32, value: &[u8]) -> usize {
        let at = self.raw(format!("{number} 0 obj\n").as_bytes());
        match &self.cipher {
            Some(cipher) => {
                let encrypted = cipher.encrypt(number, value);
                self.raw(&encrypted);
            }
            None => {
                self.raw(value);
            }
        }
        self.raw(b"\nendobj\n");
        at
    }

    /// Writes an object stream; where it stands.
    pub fn object_stream(&mut self, own: u32, objects: &[(u32, Vec<u8>)]) -> usize {
        let (mut head, mut body) = (String::new(), Vec::new());
        for (number, value) in objects {
            head.push_str(&format!("{number} {} ", body.len()));
            body.extend_from_slice(value);
            body.push(b'\n');
        }
        let entries = format!("/Type /ObjStm /N {} /First {}", objects.len(), head.len());
        let data = deflate(&[head.as_bytes(), &body].concat());
        self.object(own, &stream(&entries, &data))
    }

    fn table(&mut self, rows: &BTreeMap<u32, (usize, usize, usize)>, entries: &str) {
        let size = self.next;
        self.end_with(|_, _| {
            let mut section = b"xref\n0 1\n0000000000 65535 f \n".to_vec();
            for (number, (_, at, _)) in rows {
                section.extend_from_slice(format!("{number} 1\n{at:010} 00000 n \n").as_bytes());
            }
            let trailer = format!("trailer\n<< /Size {size} {entries} >>\n");
            section.extend_from_slice(trailer.as_bytes());
            section
        });
    }

    fn stream(&mut self, mut rows: BTreeMap<u32, (usize, usize, usize)>, entries: &str) {
        let own = self.allocate();
        let size = self.next;
        self.end_with(|at, _| {
            rows.insert(own, (1, at, 0));
            let index: Vec<String> = rows.keys().map(|number| format!("{number} 1")).collect();
            let data: Vec<u8> = rows
                .values()
                .flat_map(|(kind, second, third)| row(*kind, *second, *third))
                .collect();
            let entries = format!(
                "/Type /XRef /Size {size} /W [1 4 4] /Index [{}] {entries}",
                index.join(" ")
            );
            let mut section = format!("{own} 0 obj\n").into_bytes();
            section.extend_from_slice(&stream(&entries, &deflate(&data)));
            section.extend_from_slice(b"\nendobj\n");
            section
        });
    }

    fn finish(&mut self, section: usize) {
        self.raw(format!("startxref\n{section}\n%%EOF\n").as_bytes());
        self.previous = Some(section);
        self.ends.push(self.bytes.len());
    }

    /// The document so far.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Overwrites `old`, which stands there once for each of `new`, with as many bytes.
    pub fn fill(&mut self, old: &[u8], new: &[u8]) {
        assert_eq!(old.len(), new.len());
        let found: Vec<usize> = memchr::memmem::find_iter(&self.bytes, old).collect();
        for at in found {
            self.bytes[at..at + new.len()].copy_from_slice(new);
        }
    }
}

/// A row of a cross-reference stream whose fields have 1, 4 and 4 bytes.
pub(super) fn row(kind: usize, second: usize, third: usize) -> [u8; 9] {
    let (second, third) = ((second as u32).to_be_bytes(), (third as u32).to_be_bytes());
    let mut row = [kind as u8; 9];
    row[1..5].copy_from_slice(&second);
    row[5..].copy_from_slice(&third);
    row
}

/// A stream of data that is compressed already.
pub(super) fn stream(entries: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("<< /Filter /FlateDecode /Length {} {entries} >>\nstream\n", data.len());
    [head.as_bytes(), data, b"\nendstream"].concat()
}

/// Compresses.
pub(super) fn deflate(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(data).expect("memory");
    encoder.finish().expect("memory")
}
