//! Every object of a document, as far as its cost allows, the newest first.

use std::collections::HashSet;

use lopdf::ObjectId;
use memchr::memmem;
use ring::digest::{SHA256, digest};
use seal::Unseen;

use super::dictionary::{Kind, Summary};
use super::document::{Catalog, Trees};
use super::walk::{NoEnd, Value, Visitor, walk};
use super::{MAX_LEAP, OBJECT, Survey, header};
use crate::error::{Error, ObjectError};
use crate::filter::FilterError;
use crate::limits::MAX_OBJECT_NUMBER;
use crate::reader::Reader;
use crate::syntax::{Lexer, RawDictionary};
use crate::xref::Entry;

/// A survey under way.
struct Looking<'a> {
    reader: &'a Reader,
    /// The largest number that the document has an object for.
    last: u32,
    /// What may still be spent.
    left: usize,
    /// Object streams that were looked at.
    streams: HashSet<u32>,
    trees: Trees,
    survey: Survey,
}

/// Why no more is looked at.
struct Spent;

/// Looks at a document for at most this cost.
pub(super) fn look(reader: &Reader, cost: usize) -> Survey {
    let last = reader.max_object_number();
    let mut looking = Looking {
        reader,
        last,
        left: cost,
        streams: HashSet::new(),
        trees: Trees::default(),
        survey: Survey { first_number: last.saturating_add(1), ..Survey::default() },
    };
    let complete = looking.sections().is_ok();
    if looking.has_other_trailers() {
        looking.survey.note(Unseen::SecondCatalog, None);
    }
    let Looking { trees, mut survey, .. } = looking;
    let leading = reader.source().prefix(reader.origin());
    let leading = leading.pieces().first().and_then(|bytes| header::leading(bytes));
    if let Some(unseen) = leading {
        survey.note(unseen, None);
    }
    let root = reader.trailer_value(b"Root").and_then(|root| reader.resolve(root).ok()?.id());
    if let Some((root, _)) = root {
        if let Some(other) = trees.second_catalog(root) {
            survey.note(Unseen::SecondCatalog, Some(other));
        }
        if let Some(page) = trees.hidden_page(root).filter(|_| complete) {
            survey.note(Unseen::HiddenPage, Some(page));
        }
    }
    if !complete {
        survey.note(Unseen::NotAllLookedAt, None);
        let leap = last.saturating_add(leap(reader));
        if leap <= MAX_OBJECT_NUMBER / 2 {
            survey.first_number = leap;
        }
    }
    survey
}

/// How far above the last number new ones begin, from the document's last bytes.
fn leap(reader: &Reader) -> u32 {
    let piece = reader.source().last_piece();
    let digest = digest(&SHA256, &piece[piece.len().saturating_sub(4_096)..]);
    let [a, b, ..] = digest.as_ref() else { return 1 };
    1 + u32::from(u16::from_be_bytes([*a, *b])) % MAX_LEAP
}

impl Looking<'_> {
    fn sections(&mut self) -> Result<(), Spent> {
        for (index, section) in self.reader.sections().iter().enumerate() {
            for (_, value) in section.trailer().entries() {
                self.value((0, 0), value.bytes(), true)?;
            }
            for (first, count) in section.subsections() {
                for number in first..first + count {
                    self.spend(1)?;
                    // What an older section says of an object that a newer one names is past.
                    let Ok(Some(location)) = self.reader.locate(number) else { continue };
                    if location.section == index {
                        self.object(number, location.entry)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether a `startxref` stands in the file that belongs to none of the document's sections: a
    /// reader that repairs files, or that reads them from another end, may follow it. The file is
    /// searched to its end whatever its length: that costs less than hashing it.
    fn has_other_trailers(&self) -> bool {
        /// Bytes that are searched in one step.
        const BYTES: usize = 16;
        /// Most bytes from `startxref` to the end of its line after `%%EOF`.
        const LENGTH: usize = 128;
        let source = self.reader.source();
        if self.reader.effort().step((source.length() / BYTES) as u64).is_err() {
            return false;
        }
        let ends = self.reader.sections().iter().filter_map(|section| section.end_of_file());
        let ends: Vec<usize> = ends.map(|marker| marker.end).collect();
        let mut start = 0;
        let mut unknown = 0;
        for piece in source.pieces() {
            let others = memmem::find_iter(piece, b"startxref").filter(|at| {
                let at = start + at;
                !ends.iter().any(|end| (at..at + LENGTH).contains(end))
            });
            unknown += others.take(2).count();
            start += piece.len();
        }
        // The last one leads to the newest section, whether or not it stands right behind it.
        let newest = self.reader.sections().first();
        let is_apart = newest.is_some_and(|section| section.end_of_file().is_none());
        unknown > usize::from(is_apart)
    }

    fn object(&mut self, number: u32, entry: Entry) -> Result<(), Spent> {
        match entry {
            Entry::Free => Ok(()),
            Entry::Compressed { stream, .. } => {
                if !self.streams.insert(stream) {
                    return Ok(());
                }
                self.object_stream(stream)
            }
            Entry::Offset { generation, .. } => {
                self.spend(OBJECT)?;
                let id = (number, generation);
                // One that is not where it should be is none to this reader, nor can it be read.
                let Ok(value) = self.reader.raw_as_written(id) else { return Ok(()) };
                if value.id().is_some() {
                    self.value(id, value.bytes(), true)?;
                }
                Ok(())
            }
        }
    }

    /// Every object of an object stream that stands there still.
    fn object_stream(&mut self, stream: u32) -> Result<(), Spent> {
        self.spend(OBJECT)?;
        let Ok(Some(location)) = self.reader.locate(stream) else { return Ok(()) };
        let Entry::Offset { generation, .. } = location.entry else { return Ok(()) };
        let id = (stream, generation);
        let data = match self.reader.stream_within(id, self.left) {
            Ok(data) => data,
            Err(Error::Object {
                cause: ObjectError::Filter(FilterError::TooLong { .. }), ..
            }) => {
                return Err(Spent);
            }
            Err(_) => return Ok(()),
        };
        let Ok(raw) = self.reader.raw_as_written(id) else { return Ok(()) };
        let Ok(dictionary) = RawDictionary::read(raw.bytes()) else { return Ok(()) };
        let first = dictionary.value(b"First").map(|first| self.reader.resolve(first));
        let first = first.and_then(|first| first.ok()?.as_unsigned());
        let first = first.and_then(|first| usize::try_from(first).ok());
        let Some(first) = first.filter(|&first| first <= data.len()) else { return Ok(()) };
        // What was inflated is paid for, whether or not objects stand in it.
        self.spend(data.len())?;
        // So are the values in it, each once; but its head may name the same one again and again.
        let mut paid = data.len();
        let mut head = Lexer::new(&data[..first], 0);
        loop {
            head.skip_whitespace();
            let Some(number) = head.unsigned() else { return Ok(()) };
            head.skip_whitespace();
            let Some(offset) = head.unsigned() else { return Ok(()) };
            let offset = usize::try_from(offset).ok().and_then(|offset| offset.checked_add(first));
            let (Ok(number), Some(offset)) = (u32::try_from(number), offset) else { continue };
            let here = self.reader.locate(number).ok().flatten().is_some_and(|location| {
                matches!(location.entry, Entry::Compressed { stream: s, .. } if s == stream)
            });
            if let Some(value) = data.get(offset..).filter(|_| here) {
                let length = self.value((number, 0), value, false)?;
                self.spend(length.saturating_sub(paid))?;
                paid = paid.saturating_sub(length);
            }
        }
    }

    /// Answers how many bytes were looked at. `in_file`: the data of a stream may follow the value,
    /// which is not paid for yet.
    fn value(&mut self, id: ObjectId, bytes: &[u8], in_file: bool) -> Result<usize, Spent> {
        let mut object = ObjectVisitor {
            looking: self,
            id,
            open: Vec::new(),
            top: None,
            nodes: (Vec::new(), None),
        };
        let maximum = object.looking.left;
        let end = walk(bytes, maximum, &mut object);
        let (top, (kids, pages)) = (object.top, object.nodes);
        let end = match end {
            Ok(end) => end,
            Err(NoEnd::Malformed(at)) if in_file => return self.spend(at).map(|()| at),
            Err(NoEnd::Malformed(at)) => return Ok(at),
            Err(NoEnd::TooLong) => return Err(Spent),
        };
        if in_file {
            self.spend(end)?;
        }
        let Some(top) = top else { return Ok(end) };
        let mut after = Lexer::new(bytes, end);
        after.skip_whitespace();
        let is_stream = in_file && after.rest().starts_with(b"stream");
        top.unseen(is_stream).for_each(|unseen| self.survey.note(unseen, Some(id)));
        match top.kind {
            Kind::Catalog => {
                self.trees.catalogs.push(Catalog { id, pages });
                self.trees.add_node(id, kids);
            }
            Kind::Page => self.trees.add_page(id),
            Kind::Pages => self.trees.add_node(id, kids),
            // `/Type` is often missing in a page tree.
            Kind::Other if !kids.is_empty() => self.trees.add_node(id, kids),
            Kind::Other | Kind::Membership => {}
        }
        Ok(end)
    }

    fn spend(&mut self, cost: usize) -> Result<(), Spent> {
        self.left = self.left.checked_sub(cost).ok_or(Spent)?;
        // The reader counts what it reads; the pass over it is counted here.
        self.reader.effort().step(cost as u64).map_err(|_| Spent)
    }
}

/// What is collected of one object.
struct ObjectVisitor<'l, 'a> {
    looking: &'l mut Looking<'a>,
    id: ObjectId,
    /// The dictionaries that are open, the outermost first.
    open: Vec<Summary>,
    /// The outermost dictionary, when it is complete.
    top: Option<Summary>,
    /// References in any `/Kids`, and in `/Pages` of the outermost dictionary.
    nodes: (Vec<u32>, Option<u32>),
}

impl Visitor for ObjectVisitor<'_, '_> {
    fn begin(&mut self, key: &[u8]) {
        self.open.push(Summary::under(key));
    }

    fn entry(&mut self, key: &[u8], value: Value<'_>) {
        if let Some(summary) = self.open.last_mut() {
            summary.add(key, value);
        }
    }

    fn end(&mut self, depth: usize) {
        let Some(summary) = self.open.pop() else { return };
        if depth == 0 {
            self.top = Some(summary);
        } else {
            let id = Some(self.id);
            summary.unseen(false).for_each(|unseen| self.looking.survey.note(unseen, id));
        }
    }

    fn reference(&mut self, key: &[u8], depth: usize, (number, _): ObjectId) {
        if number > self.looking.last {
            self.looking.survey.named.insert(number);
        }
        match (depth, key) {
            // A node may stand in the object of the one above it.
            (_, b"Kids") => self.nodes.0.push(number),
            (1, b"Pages") => self.nodes.1 = Some(number),
            _ => {}
        }
    }
}
