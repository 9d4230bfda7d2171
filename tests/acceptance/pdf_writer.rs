//! A small PDF writer for fixtures: it knows every kind of cross-reference and takes objects as text,
//! so that a fixture can be as ordinary or as odd as its test needs (ISO 32000-2 clauses 7.5.4 to
//! 7.5.8).

use std::{collections::BTreeMap, io::Write};

use flate2::{Compression, write::ZlibEncoder};

/// Where an object stands in the file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nowhere: it is free.
    Free,
    /// At this byte.
    Offset(usize),
    /// In an object stream: the stream's number and the object's index in it.
    InStream(u32, usize),
}

/// A PDF file under construction.
#[derive(Clone)]
pub struct PdfWriter {
    bytes: Vec<u8>,
    end_of_line: &'static str,
    /// Objects of the revision being written.
    places: BTreeMap<u32, Place>,
    /// One more than the greatest object number so far.
    size: u32,
    /// The cross-reference section before this revision.
    previous: Option<usize>,
}

impl PdfWriter {
    /// Begins a file; every line ends with `end_of_line`.
    pub fn new(version: &str, end_of_line: &'static str) -> Self {
        let mut bytes = format!("%PDF-{version}{end_of_line}").into_bytes();
        // A comment of bytes above 127 tells transfer programs that this is no text.
        bytes.extend_from_slice(b"%\xE2\xE3\xCF\xD3");
        bytes.extend_from_slice(end_of_line.as_bytes());
        Self { bytes, end_of_line, places: BTreeMap::new(), size: 1, previous: None }
    }

    /// Goes on with a file whose newest cross-reference section stands at `previous`; the next
    /// object number is `size` at least.
    pub fn resume(bytes: Vec<u8>, previous: usize, size: u32) -> Self {
        Self { bytes, end_of_line: "\n", places: BTreeMap::new(), size, previous: Some(previous) }
    }

    /// Frees an object.
    pub fn free(&mut self, number: u32) -> &mut Self {
        self.place(number, Place::Free);
        self
    }

    /// Writes an indirect object of generation 0.
    pub fn object(&mut self, number: u32, body: &str) -> &mut Self {
        self.object_bytes(number, body.as_bytes())
    }

    /// Writes an indirect object whose body is not text.
    pub fn object_bytes(&mut self, number: u32, body: &[u8]) -> &mut Self {
        self.place(number, Place::Offset(self.bytes.len()));
        self.text(&format!("{number} 0 obj{}", self.end_of_line));
        self.bytes.extend_from_slice(body);
        self.text(&format!("{0}endobj{0}", self.end_of_line));
        self
    }

    /// Writes a stream; `entries` are further entries of its dictionary.
    pub fn stream(&mut self, number: u32, entries: &str, content: &[u8]) -> &mut Self {
        let mut body = format!("<< /Length {} {entries} >>", content.len()).into_bytes();
        let eol = self.end_of_line.as_bytes();
        for part in [eol, b"stream", eol, content, eol, b"endstream"] {
            body.extend_from_slice(part);
        }
        self.object_bytes(number, &body)
    }

    /// Writes an object stream that holds `objects` (ISO 32000-2 clause 7.5.7).
    pub fn object_stream(&mut self, number: u32, objects: &[(u32, &str)]) -> &mut Self {
        let mut index = String::new();
        let mut bodies = String::new();
        for (position, (object, body)) in objects.iter().enumerate() {
            index.push_str(&format!("{object} {} ", bodies.len()));
            bodies.push_str(body);
            bodies.push('\n');
            self.place(*object, Place::InStream(number, position));
        }
        let content = deflate(format!("{index}{bodies}").as_bytes());
        let entries = format!(
            "/Type /ObjStm /N {} /First {} /Filter /FlateDecode",
            objects.len(),
            index.len()
        );
        self.stream(number, &entries, &content)
    }

    /// Ends the revision with a cross-reference table; `trailer` are the trailer's further entries.
    pub fn table(&mut self, trailer: &str) -> &mut Self {
        let start = self.bytes.len();
        self.text("xref");
        self.text(self.end_of_line);
        let places = std::mem::take(&mut self.places);
        let mut rows: BTreeMap<u32, String> = places
            .iter()
            .filter_map(|(number, place)| match place {
                Place::Offset(offset) => Some((*number, format!("{offset:010} 00000 n"))),
                Place::Free => Some((*number, "0000000000 00001 f".to_owned())),
                // Only readers of cross-reference streams can find it.
                Place::InStream(..) => None,
            })
            .collect();
        if self.previous.is_none() {
            rows.insert(0, "0000000000 65535 f".to_owned());
        }
        // A row is 20 bytes, its end of line two of them (clause 7.5.4).
        let row_end = if self.end_of_line.len() == 2 { "\r\n" } else { " \n" };
        for run in runs(rows.keys().copied()) {
            self.text(&format!("{} {}{}", run[0], run.len(), self.end_of_line));
            for number in run {
                self.text(&rows[&number]);
                self.text(row_end);
            }
        }
        let previous = self.previous.map(|at| format!(" /Prev {at}")).unwrap_or_default();
        self.text(&format!(
            "trailer{0}<< /Size {1}{previous} {trailer} >>{0}startxref{0}{start}{0}%%EOF{0}",
            self.end_of_line, self.size
        ));
        self.previous = Some(start);
        self
    }

    /// Ends the revision with a cross-reference stream as object `number`, compressed with the PNG
    /// predictor `Up`, as most writers do.
    pub fn reference_stream(&mut self, number: u32, trailer: &str) -> &mut Self {
        let start = self.bytes.len();
        self.place(number, Place::Offset(start));
        self.stream_of_places(number, trailer);
        self.text(&format!("startxref{0}{start}{0}%%EOF{0}", self.end_of_line));
        self.previous = Some(start);
        self
    }

    /// Writes the cross-reference stream of a hybrid file: it lists what stands in object streams,
    /// and the table that follows names it as `/XRefStm` (clause 7.5.8.4). Gives its offset.
    pub fn hybrid_stream(&mut self, number: u32) -> usize {
        let start = self.bytes.len();
        let all = self.places.clone();
        self.places.retain(|_, place| matches!(place, Place::InStream(..)));
        self.stream_of_places(number, "");
        self.places = all;
        self.place(number, Place::Offset(start));
        start
    }

    /// The file so far.
    pub fn finish(&self) -> Vec<u8> {
        self.bytes.clone()
    }

    /// Bytes written so far.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    fn stream_of_places(&mut self, number: u32, trailer: &str) {
        let mut places = std::mem::take(&mut self.places);
        let first = self.previous.is_none();
        let mut index = String::new();
        let mut rows = Vec::new();
        let numbers = first.then_some(0).into_iter().chain(places.keys().copied());
        for run in runs(numbers) {
            index.push_str(&format!("{} {} ", run[0], run.len()));
            for object in run {
                rows.push(match places.get(&object) {
                    Some(Place::Offset(offset)) => row(1, *offset, 0),
                    Some(Place::InStream(stream, at)) => row(2, *stream as usize, *at),
                    Some(Place::Free) => row(0, 0, 1),
                    None => row(0, 0, 0xFFFF),
                });
            }
        }
        let previous = self.previous.map(|at| format!(" /Prev {at}")).unwrap_or_default();
        let entries = format!(
            "/Type /XRef /Size {} /W [1 4 2] /Index [{}] /Filter /FlateDecode \
             /DecodeParms << /Predictor 12 /Columns 7 >>{previous} {trailer}",
            self.size.max(number + 1),
            index.trim_end()
        );
        self.stream(number, &entries, &deflate(&predict_up(&rows)));
        places.clear();
        self.places.clear();
    }

    fn place(&mut self, number: u32, place: Place) {
        self.places.insert(number, place);
        self.size = self.size.max(number + 1);
    }

    fn text(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }
}

/// One row of a cross-reference stream with `/W [1 4 2]`.
fn row(kind: u8, second: usize, third: usize) -> [u8; 7] {
    let mut row = [0; 7];
    row[0] = kind;
    row[1..5].copy_from_slice(&(second as u32).to_be_bytes());
    row[5..].copy_from_slice(&(third as u16).to_be_bytes());
    row
}

/// PNG predictor 2, `Up`: each byte is the difference from the byte above.
pub fn predict_up(rows: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let mut above: &[u8] = &[];
    let mut predicted = Vec::new();
    for row in rows.iter().map(AsRef::as_ref) {
        let over = above.iter().copied().chain(std::iter::repeat(0));
        predicted.push(2);
        predicted.extend(row.iter().zip(over).map(|(byte, over)| byte.wrapping_sub(over)));
        above = row;
    }
    predicted
}

/// Ascending numbers, cut where they are not consecutive.
fn runs(numbers: impl Iterator<Item = u32>) -> Vec<Vec<u32>> {
    let mut runs: Vec<Vec<u32>> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some(run) if run.last() == Some(&(number.wrapping_sub(1))) => run.push(number),
            _ => runs.push(vec![number]),
        }
    }
    runs
}

/// A zlib stream, as `/FlateDecode` wants it. Its blocks are stored: what a compressor makes of
/// them would change with its version, and the fixtures with it.
pub fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::none());
    encoder.write_all(content).expect("a vector takes every byte");
    encoder.finish().expect("a vector takes every byte")
}
