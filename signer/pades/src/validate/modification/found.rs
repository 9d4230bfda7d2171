//! What a reader finds of a number in a revision.

use lopdf::ObjectId;

use crate::error::Error;
use crate::reader::Reader;
use crate::xref::Entry;

/// The number and the generation of the object that has this number.
pub(super) fn id_of(reader: &Reader, number: u32) -> Result<Option<ObjectId>, Error> {
    let location = readable(reader.locate(number))?.flatten();
    Ok(match location.map(|location| location.entry) {
        Some(Entry::Offset { generation, .. }) => Some((number, generation)),
        Some(Entry::Compressed { .. }) => Some((number, 0)),
        Some(Entry::Free) | None => None,
    })
}

/// What was read, or nothing if it cannot be: that is told elsewhere.
pub(super) fn readable<T>(read: Result<T, Error>) -> Result<Option<T>, Error> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(Error::Effort(cause)) => Err(Error::Effort(cause)),
        Err(_) => Ok(None),
    }
}
