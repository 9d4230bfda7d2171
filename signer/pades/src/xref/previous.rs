//! From a section to the one before it.

use super::XrefError;
use crate::syntax::RawDictionary;

/// `/Prev` of a trailer; zero, which some writers put there, means none.
pub(super) fn previous(trailer: &RawDictionary) -> Result<Option<u64>, XrefError> {
    match trailer.value(b"Prev") {
        None => Ok(None),
        Some(value) => match value.as_unsigned() {
            Some(0) => Ok(None),
            Some(offset) => Ok(Some(offset)),
            None if value.as_reference().is_none() && value.bytes().starts_with(b"null") => {
                Ok(None)
            }
            None => Err(XrefError::Entry("Prev")),
        },
    }
}
