//! The bytes of a document, in one or two pieces.

use bytes::Bytes;

/// A document's bytes: an original, and an update appended to it that was not copied together
/// with it. No object crosses from one into the other.
#[derive(Clone, Debug)]
pub struct Source {
    head: Bytes,
    tail: Bytes,
}

impl Source {
    /// A document in two pieces; `tail` may be empty.
    pub(crate) fn new(head: Bytes, tail: Bytes) -> Self {
        Self { head, tail }
    }

    /// The length of both pieces in bytes.
    pub fn length(&self) -> usize {
        self.head.len() + self.tail.len()
    }

    /// Both pieces in order.
    pub fn pieces(&self) -> [&Bytes; 2] {
        [&self.head, &self.tail]
    }

    /// The bytes from `offset` to the end of the piece it lies in; empty beyond the end.
    pub fn from(&self, offset: usize) -> Bytes {
        if offset < self.head.len() {
            self.head.slice(offset..)
        } else {
            let within = (offset - self.head.len()).min(self.tail.len());
            self.tail.slice(within..)
        }
    }

    /// The piece that holds the end of the document, and the offset at which it starts.
    pub(crate) fn last_piece(&self) -> (usize, &Bytes) {
        if self.tail.is_empty() { (0, &self.head) } else { (self.head.len(), &self.tail) }
    }

    /// The document's first `length` bytes.
    pub fn prefix(&self, length: usize) -> Self {
        let head = length.min(self.head.len());
        let tail = (length - head).min(self.tail.len());
        Self { head: self.head.slice(..head), tail: self.tail.slice(..tail) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_count_through_both_pieces() {
        let source = Source::new(Bytes::from_static(b"abc"), Bytes::from_static(b"de"));
        assert_eq!(source.length(), 5);
        for (offset, rest) in [(0, "abc"), (2, "c"), (3, "de"), (4, "e"), (5, ""), (9, "")] {
            assert_eq!(source.from(offset), rest, "{offset}");
        }
        assert_eq!(source.prefix(4).pieces(), ["abc", "d"]);
        assert_eq!(source.prefix(2).pieces(), ["ab", ""]);
    }
}
