//! What a log is read as.

use audit::StoredRecord;

/// A record as it was found, in the chain of a node; a file has one chain, and its name is empty.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    pub(crate) chain: &'a str,
    pub(crate) record: StoredRecord<'a>,
}
