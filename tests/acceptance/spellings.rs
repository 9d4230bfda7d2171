//! PDF files in spellings that ISO 32000-1 allows: each is sealed twice so that other people's
//! verifiers accept both seals. What [`PdfWriter`](crate::pdf_writer::PdfWriter) writes in one way is
//! left to chance here.

use std::collections::BTreeMap;

use fastrand::Rng;

use crate::{
    oracle,
    pdf_writer::{deflate, predict_up},
    server::Server,
};

/// How many files are made.
const FILES: u64 = 48;

#[tokio::test]
async fn a_file_is_sealed_however_it_is_spelt() {
    let server = Server::demo().await;
    for seed in 0..FILES {
        let document = Spelling::document(seed);
        let (code, findings) = oracle::qpdf_check(&document);
        assert_eq!(code, 0, "{seed} is not spelt rightly: {findings:?}");
        let mut newest = document;
        for seals in 1..=2 {
            let answer = server.seal("profile=decisions", &newest).await;
            assert_eq!(answer.status, 200, "{seed}: {}", answer.text());
            assert!(answer.body.starts_with(&newest), "{seed}");
            newest = answer.body.to_vec();
            let signatures = oracle::pdfsig(&newest);
            assert_eq!(signatures.len(), seals, "{seed}: {signatures:?}");
            assert!(signatures.iter().all(|one| one.valid), "{seed}: {signatures:?}");
            assert!(signatures.iter().any(|one| one.covers_document), "{seed}: {signatures:?}");
            let (code, findings) = oracle::qpdf_check(&newest);
            assert_eq!(code, 0, "{seed}: {findings:?}");
        }
        let report = server.validate(&newest).await;
        for signature in report["signatures"].as_array().expect("signatures") {
            assert_eq!(signature["indication"], "TOTAL-PASSED", "{seed}: {report:#}");
        }
    }
}

/// A document of one page, whose form is left to chance.
struct Spelling {
    dice: Rng,
    line_end: &'static str,
    objects: BTreeMap<usize, Vec<u8>>,
    generations: BTreeMap<usize, u16>,
    file: Vec<u8>,
    /// Where the header begins: offsets count from there.
    start: usize,
    /// What the cross-reference section says of each object: 1, where it begins and its generation;
    /// or 2, the object stream that holds it and its index there.
    places: BTreeMap<usize, [usize; 3]>,
}

const CATALOG: usize = 1;
const PAGES: usize = 2;
const PAGE: usize = 3;

impl Spelling {
    fn document(seed: u64) -> Vec<u8> {
        let mut dice = Rng::with_seed(seed);
        let line_end = ["\n", "\r\n", "\r"][dice.usize(..3)];
        let mut spelling = Self {
            dice,
            line_end,
            objects: (CATALOG..=PAGE).map(|number| (number, Vec::new())).collect(),
            generations: BTreeMap::new(),
            file: Vec::new(),
            start: 0,
            places: BTreeMap::new(),
        };
        if spelling.is_so(20) {
            let number = spelling.dice.usize(CATALOG..=PAGE);
            spelling.generations.insert(number, 7);
        }
        spelling.describe();
        spelling.write();
        spelling.file
    }

    /// The objects.
    fn describe(&mut self) {
        let mut catalog = vec![("Pages", self.reference(PAGES))];
        if self.is_so(60) {
            let fields = self.somewhere("[ ]".to_owned());
            let mut form = vec![("Fields", fields)];
            if self.is_so(30) {
                form.push(("DA", r"(/Helv 0 Tf\0500 g\))".to_owned()));
            }
            let form = self.dictionary(form);
            catalog.push(("AcroForm", self.somewhere(form)));
        }
        if self.is_so(20) {
            catalog.push(("Lang", "(a\\\n(nested (\\(x)) \\377\\08)".to_owned()));
        }
        self.typed(CATALOG, "/Catalog", catalog);

        let boxes = ["[0 0 612 792]", "[ +0 0.0 612. 792]", "[-10 -10 500 500]", "[0 792 612 0]"];
        let media_box = self.one_of(&boxes).to_owned();
        let media_box = ("MediaBox", self.somewhere(media_box));
        let (kids, count) = (format!("[{}]", self.reference(PAGE)), "1".to_owned());
        let mut pages = vec![("Kids", self.somewhere(kids)), ("Count", self.somewhere(count))];
        let mut page = vec![("Parent", self.reference(PAGES))];
        let inherited = self.is_so(40);
        if inherited { &mut pages } else { &mut page }.push(media_box);
        self.typed(PAGES, "/Pages", pages);

        let resources = self.somewhere("<<>>".to_owned());
        page.push(("Resources", resources));
        let content = self.content();
        let content = if self.is_so(50) { content } else { format!("[ {content}]") };
        page.push(("Contents", content));
        let annotation = "<</Type/Annot/Subtype/Text/Rect[0 0 10 10]/Contents(note)>>";
        match self.dice.u8(..5) {
            0 => page.push(("Annots", "null".to_owned())),
            1 => page.push(("Annots", self.somewhere("[]".to_owned()))),
            2 => page.push(("Annots", self.somewhere(format!("[{annotation}]")))),
            3 => {
                let note = self.somewhere(annotation.to_owned());
                page.push(("Annots", format!("[{note}]")));
            }
            _ => {}
        }
        self.typed(PAGE, "/Page", page);
    }

    /// A reference to the page's content.
    fn content(&mut self) -> String {
        let text = self.one_of(&["", "q Q", "q 1 0 0 1 0 0 cm Q"]).as_bytes();
        let compressed = self.is_so(50);
        let bytes = if compressed { deflate(text) } else { text.to_vec() };
        let mut entries = vec![("Length", self.somewhere(bytes.len().to_string()))];
        if compressed {
            entries.push(("Filter", self.one_of(&["/FlateDecode", "[/FlateDecode]"]).to_owned()));
        }
        let head = self.dictionary(entries);
        let begin = self.one_of(&["stream\n", "stream\r\n"]);
        let end = self.one_of(&["\nendstream", "\r\nendstream"]);
        let object = [head.as_bytes(), begin.as_bytes(), &bytes, end.as_bytes()].concat();
        self.add(object)
    }

    /// The file.
    fn write(&mut self) {
        let has_streams = self.is_so(50);
        let junk = if self.is_so(15) { "POST / HTTP/1.1\r\n\r\n" } else { "" };
        self.file.extend(junk.as_bytes());
        self.start = self.file.len();
        let versions: &[&str] =
            if has_streams { &["1.5", "1.7", "2.0"] } else { &["1.0", "1.4", "2.0"] };
        let version = self.one_of(versions);
        self.line(&format!("%PDF-{version}"));
        let plain = self.objects.iter().filter(|(number, object)| {
            !self.generations.contains_key(number) && !object.ends_with(b"endstream")
        });
        let plain: Vec<usize> = plain.map(|(number, _)| *number).collect();
        let together: Vec<usize> = if has_streams && self.is_so(70) {
            plain.into_iter().filter(|_| self.is_so(70)).collect()
        } else {
            Vec::new()
        };
        let mut order: Vec<usize> = self.objects.keys().copied().collect();
        self.dice.shuffle(&mut order);
        for number in order.into_iter().filter(|number| !together.contains(number)) {
            let object = self.objects[&number].clone();
            self.object(number, &object);
        }
        let place = if has_streams { self.stream_section(&together) } else { self.table() };
        self.line("startxref");
        let place = if self.is_so(30) { format!("{place:010}") } else { place.to_string() };
        self.line(&place);
        let end = self.one_of(&["%%EOF", "%%EOF\n", "%%EOF\r\n\r\n", "%%EOF\n\0\0\0", "%%EOF "]);
        self.file.extend(end.as_bytes());
    }

    /// A cross-reference table (clause 7.5.4) and its trailer; where it begins.
    fn table(&mut self) -> usize {
        let place = self.file.len() - self.start;
        let (size, row_end) = (self.objects.len() + 1, self.one_of(&[" \n", " \r", "\r\n"]));
        self.line("xref");
        let mut next = 0;
        while next < size {
            let rest = size - next;
            let rows = if self.is_so(70) { rest } else { self.dice.usize(1..=rest) };
            self.line(&format!("{next} {rows}"));
            for number in next..next + rows {
                let row = match self.places.get(&number) {
                    Some([_, offset, generation]) => format!("{offset:010} {generation:05} n"),
                    None => "0000000000 65535 f".to_owned(),
                };
                self.file.extend(row.as_bytes());
                self.file.extend(row_end.as_bytes());
            }
            next += rows;
        }
        let trailer = vec![("Size", size.to_string()), ("Root", self.reference(CATALOG))];
        let trailer = self.dictionary(trailer);
        let keyword = self.one_of(&["trailer", "trailer ", "trailer\n"]);
        self.line(&format!("{keyword}{trailer}"));
        place
    }

    /// An object stream (clause 7.5.7) with these objects, if any, and a cross-reference stream
    /// (clause 7.5.8); where that begins.
    fn stream_section(&mut self, together: &[usize]) -> usize {
        let mut size = self.objects.len() + 1;
        let holder = size;
        if !together.is_empty() {
            let (mut head, mut body) = (String::new(), Vec::new());
            for (index, number) in together.iter().enumerate() {
                self.places.insert(*number, [2, holder, index]);
                head.push_str(&format!("{number} {}{}", body.len(), self.one_of(&[" ", "\n"])));
                body.extend_from_slice(&self.objects[number]);
                body.push(b' ');
            }
            let (first, count) = (head.len(), together.len());
            let bytes = deflate(&[head.as_bytes(), &body].concat());
            let entries = format!("/Type/ObjStm/N {count}/First {first}/Filter/FlateDecode");
            self.object(holder, &stream(&entries, &bytes));
            size += 1;
        }
        let (number, place) = (size, self.file.len() - self.start);
        // Its own row stands in it.
        self.places.insert(number, [1, place, 0]);
        size += 1;
        let widths = [1, self.dice.usize(2..=4), self.dice.usize(1..=2)];
        let row = |number| {
            let fields = self.places.get(&number).copied().unwrap_or([0, 0, 255]);
            let bytes = fields.into_iter().zip(widths).flat_map(|(field, width)| {
                field.to_be_bytes().into_iter().skip(size_of::<usize>() - width)
            });
            bytes.collect::<Vec<u8>>()
        };
        let rows: Vec<_> = (0..size).map(row).collect();
        let [first, second, third] = widths;
        let root = format!("{CATALOG} {} R", self.generation(CATALOG));
        let mut entries = format!("/Type/XRef/Size {size}/W[{first} {second} {third}]/Root {root}");
        if self.is_so(50) {
            entries.push_str(&format!("/Index[0 {size}]"));
        }
        let bytes = match self.dice.u8(..3) {
            0 => rows.concat(),
            1 => {
                entries.push_str("/Filter[/FlateDecode]");
                deflate(&rows.concat())
            }
            _ => {
                let columns: usize = widths.iter().sum();
                entries.push_str("/Filter/FlateDecode");
                entries.push_str(&format!("/DecodeParms<</Predictor 12/Columns {columns}>>"));
                deflate(&predict_up(&rows))
            }
        };
        self.object(number, &stream(&entries, &bytes));
        place
    }

    fn object(&mut self, number: usize, object: &[u8]) {
        let generation = self.generation(number);
        let place = self.file.len() - self.start;
        self.places.insert(number, [1, place, usize::from(generation)]);
        self.file.extend(format!("{number} {generation} obj").as_bytes());
        let touching = object.starts_with(b"<<") || object.starts_with(b"[");
        let before = if touching { self.one_of(&["", " ", "\n"]) } else { self.line_end };
        self.file.extend(before.as_bytes());
        self.file.extend(object);
        let after = self.one_of(&["\n", "\r\n", " "]);
        self.file.extend(after.as_bytes());
        self.line("endobj");
        if self.is_so(20) {
            self.line("% endobj 9 0 obj");
        }
    }

    fn line(&mut self, text: &str) {
        self.file.extend(text.as_bytes());
        self.file.extend(self.line_end.as_bytes());
    }

    /// The value itself, or a reference to an object that is it.
    fn somewhere(&mut self, value: String) -> String {
        if self.is_so(60) { value } else { self.add(value.into_bytes()) }
    }

    fn add(&mut self, object: Vec<u8>) -> String {
        let number = self.objects.len() + 1;
        self.objects.insert(number, object);
        self.reference(number)
    }

    fn typed(&mut self, number: usize, kind: &str, mut entries: Vec<(&'static str, String)>) {
        let kind = self.name(kind);
        entries.push(("Type", kind));
        let dictionary = self.dictionary(entries);
        self.objects.insert(number, dictionary.into_bytes());
    }

    fn dictionary(&mut self, mut entries: Vec<(&'static str, String)>) -> String {
        self.dice.shuffle(&mut entries);
        let mut text = "<<".to_owned();
        for (key, value) in entries {
            text += &self.name(&format!("/{key}"));
            let touching = value.starts_with(['<', '[', '(', '/']);
            text += &if touching && self.is_so(50) { String::new() } else { self.gap() };
            text += &value;
            text += self.one_of(&["", " ", "\r\n"]);
        }
        text + ">>"
    }

    /// A name, now and then with a character as its number (clause 7.3.5).
    fn name(&mut self, name: &str) -> String {
        if !self.is_so(10) {
            return name.to_owned();
        }
        let at = self.dice.usize(1..name.len());
        let (before, rest) = name.split_at(at);
        let (character, after) = rest.split_at(1);
        format!("{before}#{:02x}{after}", character.as_bytes()[0])
    }

    fn reference(&mut self, number: usize) -> String {
        format!("{number}{}{}{}R", self.gap(), self.generation(number), self.gap())
    }

    /// White space, or a comment that looks like more (clause 7.2.4).
    fn gap(&mut self) -> String {
        match self.dice.u8(..10) {
            0 => "\t  ".to_owned(),
            1 => self.line_end.to_owned(),
            2 => format!("% endobj )>>{}", self.line_end),
            _ => " ".to_owned(),
        }
    }

    fn generation(&self, number: usize) -> u16 {
        self.generations.get(&number).copied().unwrap_or_default()
    }

    fn one_of(&mut self, choices: &[&'static str]) -> &'static str {
        choices[self.dice.usize(..choices.len())]
    }

    fn is_so(&mut self, percent: u8) -> bool {
        self.dice.u8(..100) < percent
    }
}

fn stream(entries: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!("<<{entries}/Length {}>>stream\n", bytes.len());
    [head.as_bytes(), bytes, b"\nendstream"].concat()
}
