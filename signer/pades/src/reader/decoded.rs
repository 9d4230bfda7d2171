//! Streams that were decoded, kept so that the same one is inflated once, however many values and
//! revisions name it.

use std::collections::HashMap;
use std::sync::PoisonError;

use bytes::Bytes;

use super::Reader;
use crate::syntax::{RawDictionary, RawValue};

/// Bytes that are kept, together: what is beyond is decoded again, and counted again.
const MAX_KEPT: u64 = 64 << 20;

/// Which stream it is: where it stands in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Origin {
    start: usize,
    end: usize,
    /// The only revision in which its data are these; none if they are so in each.
    revision: Option<RevisionKey>,
}

/// A revision: its newest section, and where it ends.
pub(super) type RevisionKey = (usize, usize);

impl Origin {
    /// The only revision in which its data are these.
    pub(super) fn only_revision(self) -> Option<RevisionKey> {
        self.revision
    }

    /// Whether the stream is the same in another revision: it ends within that.
    pub(super) fn is_in(self, revision: RevisionKey) -> bool {
        self.end <= revision.1 && self.revision.is_none_or(|only| only == revision)
    }
}

/// What was decoded.
#[derive(Debug, Default)]
pub(super) struct DecodedStreams {
    streams: HashMap<Origin, Bytes>,
    length: u64,
}

impl Reader {
    pub(super) fn revision_key(&self) -> RevisionKey {
        (self.newest, self.source().length())
    }

    /// The origin of the stream whose value is `raw` and ends `end` bytes into it; none if it does
    /// not stand in the file.
    pub(super) fn origin_of(
        &self,
        raw: &RawValue,
        end: usize,
        dictionary: &RawDictionary,
    ) -> Option<Origin> {
        let start = self.source().offset_of(raw.bytes())?;
        let read_by = [&b"Length"[..], b"Filter", b"DecodeParms", b"First", b"N"];
        // What it refers to may be replaced. (`R` in a name is taken for a reference.)
        let refers = |key: &&[u8]| dictionary.value(key).is_some_and(|v| v.bytes().contains(&b'R'));
        let revision = read_by.iter().any(refers).then(|| self.revision_key());
        Some(Origin { start, end: start + end, revision })
    }

    /// The data of a stream that was decoded before.
    pub(super) fn decoded_before(&self, origin: Origin) -> Option<Bytes> {
        let streams = self.decoded.lock().unwrap_or_else(PoisonError::into_inner);
        streams.streams.get(&origin).cloned()
    }

    /// Keeps `decoded`, made of `data`, if there is room.
    pub(super) fn keep_decoded(&self, origin: Option<Origin>, data: &Bytes, decoded: &Bytes) {
        // What needs no decoding is a part of the file.
        let Some(origin) = origin.filter(|_| decoded.as_ptr() != data.as_ptr()) else { return };
        let length = decoded.len() as u64;
        let mut streams = self.decoded.lock().unwrap_or_else(PoisonError::into_inner);
        if streams.length + length <= MAX_KEPT
            && streams.streams.insert(origin, decoded.clone()).is_none()
        {
            streams.length += length;
        }
    }
}
