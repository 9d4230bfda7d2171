//! The bytes of a document, in pieces.

use bytes::Bytes;

/// A document's bytes: an original, and the updates appended to it, which are not copied together
/// with it. No object crosses from one piece into the next.
#[derive(Clone, Debug)]
pub struct Source {
    /// The original first; never empty, and no piece but the original is.
    pieces: Vec<Bytes>,
    length: usize,
}

impl Source {
    /// A document in one piece.
    pub(crate) fn new(original: Bytes) -> Self {
        Self { length: original.len(), pieces: vec![original] }
    }

    /// The same with `update` appended.
    pub(crate) fn append(&mut self, update: Bytes) {
        if !update.is_empty() {
            self.length += update.len();
            self.pieces.push(update);
        }
    }

    /// The length of all pieces in bytes.
    pub fn length(&self) -> usize {
        self.length
    }

    /// All pieces in order: the original, which may be empty, and each update.
    pub fn pieces(&self) -> &[Bytes] {
        &self.pieces
    }

    /// The bytes from `offset` to the end of the piece it lies in; empty beyond the end.
    pub fn from(&self, offset: usize) -> Bytes {
        let mut within = offset;
        for piece in &self.pieces {
            if within < piece.len() {
                return piece.slice(within..);
            }
            within -= piece.len();
        }
        Bytes::new()
    }

    /// Where `part` stands, from the start of the document; none if it is no part of it.
    pub(crate) fn offset_of(&self, part: &[u8]) -> Option<usize> {
        let mut before = 0;
        for piece in &self.pieces {
            let within = part.as_ptr().addr().checked_sub(piece.as_ptr().addr());
            if let Some(within) = within.filter(|within| within + part.len() <= piece.len()) {
                return Some(before + within);
            }
            before += piece.len();
        }
        None
    }

    /// The piece that holds the end of the document.
    pub(crate) fn last_piece(&self) -> &[u8] {
        self.pieces.last().map(|piece| &piece[..]).unwrap_or_default()
    }

    /// The document's first `length` bytes.
    pub fn prefix(&self, length: usize) -> Self {
        let mut rest = length;
        let mut prefix = Self { pieces: Vec::with_capacity(self.pieces.len()), length: 0 };
        for piece in &self.pieces {
            let taken = rest.min(piece.len());
            rest -= taken;
            if taken > 0 || prefix.pieces.is_empty() {
                prefix.pieces.push(piece.slice(..taken));
                prefix.length += taken;
            }
        }
        prefix
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_count_through_all_pieces() {
        let mut source = Source::new(Bytes::from_static(b"abc"));
        source.append(Bytes::from_static(b"de"));
        source.append(Bytes::new());
        source.append(Bytes::from_static(b"f"));
        assert_eq!(source.length(), 6);
        for (offset, rest) in
            [(0, "abc"), (2, "c"), (3, "de"), (4, "e"), (5, "f"), (6, ""), (9, "")]
        {
            assert_eq!(source.from(offset), rest, "{offset}");
        }
        assert_eq!(source.last_piece(), b"f");
        assert_eq!(source.prefix(4).pieces(), ["abc", "d"]);
        assert_eq!(source.prefix(2).pieces(), ["ab"]);
        assert_eq!(source.prefix(2).length(), 2);
        assert_eq!(source.prefix(0).pieces(), [""]);
    }
}
