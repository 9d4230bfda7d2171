//! What can be wrong with a document, or with what is asked of it.

mod appearance;
mod encryption;
mod xref;

use lopdf::ObjectId;

pub use self::appearance::{AppearanceError, Obstacle};
pub use self::encryption::EncryptionError;
pub use self::xref::XrefError;
use crate::filter::FilterError;
use crate::syntax::SyntaxError;

/// Why a document cannot be read, or cannot be signed as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The first 1,024 bytes hold no `%PDF-`.
    #[error("not a PDF: no `%PDF-` header in the first 1,024 bytes")]
    HeaderMissing,
    /// So many bytes stand before `%PDF-` that no reader looks for it there.
    #[error(
        "the `%PDF-` header stands {offset} bytes into the file, not in the first 1,024; ask for CAdES \
         to have the bytes signed as they are"
    )]
    HeaderLate {
        /// Where the header stands.
        offset: usize,
    },
    /// Bytes stand before `%PDF-`, and the file's offsets count from them instead of the header.
    #[error("{count} bytes stand before the `%PDF-` header, from which the offsets must count")]
    BytesBeforeHeader {
        /// How many bytes.
        count: usize,
    },
    /// The end of the file does not say where its cross-reference section is.
    #[error("the end of the file is damaged: {0}")]
    Startxref(StartxrefError),
    /// A cross-reference section cannot be read; only a repair could tell where objects are.
    #[error("the cross-reference section at byte {offset} is damaged: {cause}")]
    Xref {
        /// Where the section should stand.
        offset: u64,
        /// What is wrong with it.
        cause: XrefError,
    },
    /// An object that is needed cannot be read.
    #[error("object {} {} is damaged: {cause}", id.0, id.1)]
    Object {
        /// The object.
        id: ObjectId,
        /// What is wrong with it.
        cause: ObjectError,
    },
    /// The catalog or the page tree is not as it must be.
    #[error("{0}")]
    Structure(StructureError),
    /// The document is encrypted, and its user password is not empty.
    #[error("the document is encrypted and opens only with its password")]
    Encrypted,
    /// The password that was given is neither the user's nor the owner's.
    #[error("the document is encrypted with another password than the one given")]
    Password,
    /// The document is encrypted in a way that is not understood.
    #[error("the document's encryption: {0}")]
    Encryption(EncryptionError),
    /// An earlier signature, or the author, forbids what is asked.
    #[error("{0}")]
    Forbidden(Prohibition),
    /// The signature field asked for cannot be used.
    #[error("signature field `{name}`: {cause}")]
    Field {
        /// The field's fully qualified name.
        name: String,
        /// Why not.
        cause: FieldError,
    },
    /// The signature cannot look as asked.
    #[error("{0}")]
    Appearance(AppearanceError),
    /// What is to follow the signature would be a change that breaks it: what it adds to is used for
    /// something else as well, or is malformed.
    #[error("the evidence that is to follow the signature would break it: {0}")]
    NotExtendable(String),
    /// The signature is longer than the room reserved for it.
    #[error("the signature has {needed} bytes, but {reserved} are reserved for it")]
    ContentsTooSmall {
        /// The bytes reserved.
        reserved: usize,
        /// The bytes of the signature.
        needed: usize,
    },
    /// Reading the document would cost too much.
    #[error("{limit} (at most {maximum})")]
    Limit {
        /// What there is too much of.
        limit: Limit,
        /// How much is allowed.
        maximum: u64,
    },
    /// The document has used up what it may cost, or nobody waits for it.
    #[error(transparent)]
    Effort(#[from] seal::EffortError),
    /// A prefix hash that was brought along is of another length than the document.
    #[error("the prefix hash covers {hashed} bytes, but the document has {length}")]
    PrefixLength {
        /// Bytes hashed.
        hashed: u64,
        /// Bytes in the document.
        length: u64,
    },
    /// The update that was written does not read back as it was meant: a fault of this library.
    /// Nothing is returned then.
    #[error("the update that was written does not read back")]
    Inconsistent,
}

/// Why the end of a file does not lead to its cross-reference section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartxrefError {
    /// No `startxref`: the file is truncated, or no PDF from its end on.
    #[error("no `startxref`; the file may be truncated")]
    Missing,
    /// No offset after `startxref`.
    #[error("no offset follows `startxref`; the file may be truncated")]
    NoOffset,
    /// The offset lies outside the file.
    #[error("`startxref` points to byte {offset}, outside the file")]
    OutsideFile {
        /// The offset.
        offset: u64,
    },
    /// Objects stand after the last `startxref`: an update that was cut off, or hidden content.
    #[error("objects stand after the last `startxref`: an update is incomplete")]
    IncompleteUpdate,
}

/// Why an object cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ObjectError {
    /// The cross-reference entry points to something else.
    #[error("its cross-reference entry points to byte {offset}, where it does not stand")]
    NotAtOffset {
        /// Where the object should stand.
        offset: u64,
    },
    /// Its syntax is wrong.
    #[error("{0}")]
    Syntax(#[from] SyntaxError),
    /// It is a stream whose data cannot be decoded.
    #[error("{0}")]
    Filter(#[from] FilterError),
    /// What is encrypted in it cannot be decrypted.
    #[error("its encrypted data is damaged")]
    Decryption,
    /// It stands in an object stream that is none, or that does not hold it.
    #[error("it is not in object stream {stream}, where its cross-reference entry puts it")]
    NotInStream {
        /// The object stream's number.
        stream: u32,
    },
    /// It is a stream without an end.
    #[error("the end of its stream data is missing")]
    StreamEnd,
    /// It is not of the kind it must be.
    #[error("it is no {0}")]
    Kind(&'static str),
    /// A chain of references leads nowhere.
    #[error("a chain of references does not end")]
    ReferenceLoop,
    /// It cannot be written anew in a document that is signed.
    #[error("it has the same key twice, and to write it anew breaks the signatures over it")]
    KeyTwice,
}

/// What is wrong with the document's structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StructureError {
    /// No trailer names a catalog.
    #[error("no trailer names the document catalog")]
    NoCatalog,
    /// `/Root` is a dictionary of its own, which no update could replace.
    #[error("the trailer holds the document catalog itself instead of a reference to it")]
    DirectCatalog,
    /// The catalog is no dictionary.
    #[error("the document catalog is missing or no dictionary")]
    CatalogKind,
    /// The page tree has no page.
    #[error("the document has no page that could be found")]
    NoPage,
    /// The document is an XFA form, whose pages are made by its own program.
    #[error("the document is an XFA form, which cannot be signed as a PDF")]
    Xfa,
    /// The document has no object number left for an update.
    #[error("no object number is left for an update")]
    NoObjectNumber,
}

/// Who forbids a signature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Prohibition {
    /// The document is certified, and no change is permitted (DocMDP, P=1).
    #[error("the document is certified and permits no change (DocMDP, P=1)")]
    NoChanges,
    /// The signature itself, or the lock of its field, would permit no change (P=1), and evidence
    /// is to follow it: Acrobat counts that as one.
    #[error("the signature would permit no change (P=1), not even the evidence that is to follow")]
    NoExtension,
    /// The author of an encrypted document does not let its users sign it (ISO 32000-1 table 22).
    #[error("the document's author permits its users no {}", if *.new_field { "new signature field" } else { "signature" })]
    Permissions {
        /// Whether it is a new field, which more is needed for, that they must not make.
        new_field: bool,
    },
    /// A signature locks the field (FieldMDP).
    #[error("signature field `{by}` locks the field `{field}`")]
    Locked {
        /// The field whose signature has the lock.
        by: String,
        /// The field to be signed.
        field: String,
    },
    /// Only the first signature of a document can certify it (ISO 32000-1 clause 12.8.1).
    #[error("a document that is signed already cannot be certified")]
    CertifySigned,
}

/// Why a signature field cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// It is signed already.
    #[error("it is signed already")]
    Signed,
    /// It holds no signature.
    #[error("it holds no signature that could be read")]
    NotSigned,
    /// It is a field of another kind.
    #[error("it is no signature field")]
    NotSignature,
    /// No new field can have this name: empty, with a full stop, or too long.
    #[error("a new field cannot have this name")]
    Name,
    /// It is no indirect object, so that no update could replace it.
    #[error("it is no indirect object")]
    Direct,
    /// Its seed value dictionary demands what this signature does not have.
    #[error("its seed value `{constraint}` demands another signature")]
    SeedValue {
        /// The entry of the seed value dictionary (ISO 32000-1 table 234).
        constraint: &'static str,
    },
    /// Its lock dictionary is of a kind that is not supported.
    #[error("its lock dictionary is malformed or not supported")]
    Lock,
}

/// What a document has too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Limit {
    /// The file is too long.
    #[error("the file is too long, in bytes")]
    FileLength,
    /// Too many cross-reference sections.
    #[error("too many cross-reference sections")]
    Sections,
    /// The first page is too far down the page tree.
    #[error("too many page tree nodes before the first page")]
    PageTreeNodes,
    /// Too many form fields.
    #[error("too many form fields")]
    Fields,
    /// Text for the signature dictionary is too long.
    #[error("a text for the signature dictionary is too long, in bytes")]
    Text,
    /// Too many signatures.
    #[error("too many signatures")]
    Signatures,
    /// An update names too many objects.
    #[error("an update names too many objects")]
    UpdatedObjects,
    /// Comparing revisions would visit too many objects.
    #[error("too many objects to compare revisions")]
    Visits,
    /// A security store holds too many values, or is given too many.
    #[error("too many values in the document security store")]
    SecurityStore,
    /// Too much room is asked for the signature.
    #[error("too much room is asked for the signature, in bytes")]
    Reserved,
}
