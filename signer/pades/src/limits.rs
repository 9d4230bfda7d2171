//! Limits on what a document may cost to read. Each is far above what real documents need. What all
//! of it may cost together is counted in a [`seal::Effort`].

/// The largest object number (ISO 32000-1 Annex C, table C.1).
pub const MAX_OBJECT_NUMBER: u32 = 8_388_607;

/// Cross-reference sections in one `/Prev` chain: one for every update a document ever had.
pub const MAX_SECTIONS: usize = 1_024;

/// Rows of a cross-reference table that has to be read row by row because its rows are not all
/// 20 bytes long.
pub const MAX_IRREGULAR_ROWS: usize = 1 << 20;

/// Bytes that the rows of all cross-reference sections may take up together, the rows of regular
/// tables not counted: they are read in place.
pub const MAX_XREF_MEMORY: usize = 128 << 20;

/// Nesting of arrays and dictionaries in one object.
pub const MAX_NESTING: usize = 200;

/// Values in one parsed object, at any depth.
pub const MAX_VALUES: usize = 1 << 20;

/// Length of one string or name, in bytes.
pub const MAX_STRING_LENGTH: usize = 16 << 20;

/// References followed from one value before a value that is no reference must appear.
pub const MAX_REFERENCE_HOPS: usize = 16;

/// Bytes that one stream may inflate to.
pub const MAX_INFLATED_STREAM: usize = 128 << 20;

/// Bytes of one value that is scanned or parsed, the data of a stream not counted. (A page tree
/// node with a million kids has ten million bytes.)
pub const MAX_VALUE_LENGTH: usize = 16 << 20;

/// Page tree nodes, and elements of `/Kids`, visited in search of the first page.
pub const MAX_PAGE_TREE_NODES: usize = 16_384;

/// Form fields visited, and entries of the signatures in them.
pub const MAX_FIELDS: usize = 1 << 16;

/// Values in a document security store, those that are to be added included.
pub const MAX_STORE_ENTRIES: usize = 4_096;

/// Bytes searched for `startxref` at the end of the file (Acrobat searches 1,024; files with a
/// few kilobytes of zeros behind them are common).
pub const TAIL_SEARCH: usize = 64 << 10;

/// Bytes searched for `%PDF-` at the start of the file (ISO 32000-1 Annex H.3, note 13).
pub const HEADER_SEARCH: usize = 1_024;

/// Bytes read for the header of an indirect object, from its offset to `obj`.
pub const OBJECT_HEADER_SEARCH: usize = 64;

/// The longest file that can be signed: offsets in a cross-reference table have ten digits.
pub const MAX_FILE_LENGTH: u64 = 9_999_999_999;

/// Steps that hashing a byte counts for.
pub(crate) const HASH_STEPS: u64 = 2;

/// Length of a name or value in a report, in characters.
pub(crate) const MAX_SHOWN: usize = 1_000;
