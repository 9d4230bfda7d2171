//! The codes of findings.

use seal::Unseen;
use serde::{Serialize, Serializer};

/// The codes of findings; `docs/validation.md` explains each. They never change their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    // The signature dictionary.
    /// `/ByteRange` is missing.
    ByteRangeMissing,
    /// `/ByteRange` is not four integers without sign, of which the first is 0.
    ByteRangeMalformed,
    /// The gap in the byte range is not exactly the `/Contents` of this signature.
    ByteRangeGap,
    /// The byte range reaches beyond the end of the file.
    ByteRangeOutsideFile,
    /// The byte range does not end where a revision ends.
    ByteRangeNotARevision,
    /// `/Contents` is missing or no hexadecimal string.
    ContentsMalformed,
    /// `/Contents` holds something after the signature other than zeros.
    ContentsPadding,
    /// A key stands twice in the signature dictionary.
    DuplicateKey,
    /// The signature dictionary stands in an object stream.
    SignatureInObjectStream,
    /// The signature dictionary is malformed.
    SignatureMalformed,
    /// `/SubFilter` names a format that is not known here.
    SubFilterUnsupported,
    /// The signature has an entry, or lacks one, so that it is no PAdES baseline signature.
    NotBaseline,

    // The file.
    /// Bytes other than ends of line follow the last revision.
    BytesAfterEnd,
    /// A revision does not end with `startxref` and `%%EOF`.
    RevisionWithoutEnd,
    /// A signature stands in the file that no field of the form has.
    SignatureUnreachable,

    // Changes that signatures permit unless they say otherwise.
    /// Certificates, revocation data: the document security store.
    EvidenceChanged,
    /// The developer extensions.
    ExtensionsChanged,
    /// The PDF version.
    VersionChanged,
    /// The document information dictionary: title, author, dates.
    InformationChanged,
    /// The XMP metadata.
    MetadataChanged,
    /// The file's identifier.
    IdentifierChanged,
    /// The order in which one tabs through a page.
    TabOrderChanged,
    /// The widget of a new signature was added to the structure of a tagged document.
    StructureExtended,
    /// Fonts and the like were added to what form fields may use.
    FormResourcesAdded,
    /// A new signature field that shows nothing.
    SignatureFieldAdded,
    /// A new document time-stamp that shows nothing.
    TimeStampAdded,
    /// A signature field that was there has been signed.
    SignatureAdded,
    /// A new signature that shows something on a page.
    VisibleSignatureAdded,
    /// A document time-stamp that shows something on a page.
    VisibleTimeStampAdded,
    /// An empty form field was filled.
    FieldFilled,
    /// A form field that had a value, or showed something, has another value.
    FieldValueReplaced,
    /// A form field was made read-only.
    FieldLocked,
    /// An annotation was added.
    AnnotationAdded,

    // Changes that nothing permits.
    /// An object was replaced in a way that is not explained by how it is used.
    ObjectReplaced,
    /// An object in use was freed.
    ObjectFreed,
    /// An object cannot be read.
    ObjectUnreadable,
    /// An object stream in use was replaced, and with it all its objects.
    ObjectStreamReplaced,
    /// A trailer entry was changed.
    TrailerChanged,
    /// An update has both a table and a stream, which may say different things to different
    /// readers.
    HybridUpdate,
    /// An update holds bytes that belong to nothing its cross-reference section names.
    BytesUnnamed,
    /// Some readers begin to read the file elsewhere than at its newest section.
    ReadElsewhere,
    /// An object number is named twice in one cross-reference section or object stream.
    NumberNamedTwice,
    /// The document catalog was changed.
    CatalogChanged,
    /// A page was changed.
    PageChanged,
    /// The page tree was changed.
    PageTreeChanged,
    /// The structure of a tagged document was changed.
    StructureChanged,
    /// An annotation was removed.
    AnnotationRemoved,
    /// An annotation was changed.
    AnnotationChanged,
    /// The form itself was changed.
    FormChanged,
    /// A field other than a signature field was added, or one with more than it may have.
    FieldAdded,
    /// A field was removed.
    FieldRemoved,
    /// A field was changed in more than its value.
    FieldChanged,
    /// The field of a signature was changed after it was signed.
    SignedFieldChanged,
    /// A field or its appearance was changed, but not its value.
    AppearanceChanged,
    /// A signature field shows something but is not signed.
    UnsignedAppearance,
    /// The document security store holds something else than it may.
    EvidenceMalformed,

    // What the pages do not show.
    /// Something that a signature covers, or seems to cover, and that nobody sees.
    Unseen(Unseen),
}

impl Code {
    /// The code as it stands in a report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ByteRangeMissing => "byte-range-missing",
            Self::ByteRangeMalformed => "byte-range-malformed",
            Self::ByteRangeGap => "byte-range-gap",
            Self::ByteRangeOutsideFile => "byte-range-outside-file",
            Self::ByteRangeNotARevision => "byte-range-not-a-revision",
            Self::ContentsMalformed => "contents-malformed",
            Self::ContentsPadding => "contents-padding",
            Self::DuplicateKey => "duplicate-key",
            Self::SignatureInObjectStream => "signature-in-object-stream",
            Self::SignatureMalformed => "signature-malformed",
            Self::SubFilterUnsupported => "sub-filter-unsupported",
            Self::NotBaseline => "not-baseline",
            Self::BytesAfterEnd => "bytes-after-end",
            Self::RevisionWithoutEnd => "revision-without-end",
            Self::SignatureUnreachable => "signature-unreachable",
            Self::EvidenceChanged => "evidence-changed",
            Self::ExtensionsChanged => "extensions-changed",
            Self::VersionChanged => "version-changed",
            Self::InformationChanged => "information-changed",
            Self::MetadataChanged => "metadata-changed",
            Self::IdentifierChanged => "identifier-changed",
            Self::TabOrderChanged => "tab-order-changed",
            Self::StructureExtended => "structure-extended",
            Self::FormResourcesAdded => "form-resources-added",
            Self::SignatureFieldAdded => "signature-field-added",
            Self::TimeStampAdded => "time-stamp-added",
            Self::SignatureAdded => "signature-added",
            Self::VisibleSignatureAdded => "visible-signature-added",
            Self::VisibleTimeStampAdded => "visible-time-stamp-added",
            Self::FieldFilled => "field-filled",
            Self::FieldValueReplaced => "field-value-replaced",
            Self::FieldLocked => "field-locked",
            Self::AnnotationAdded => "annotation-added",
            Self::ObjectReplaced => "object-replaced",
            Self::ObjectFreed => "object-freed",
            Self::ObjectUnreadable => "object-unreadable",
            Self::ObjectStreamReplaced => "object-stream-replaced",
            Self::TrailerChanged => "trailer-changed",
            Self::HybridUpdate => "hybrid-update",
            Self::BytesUnnamed => "bytes-unnamed",
            Self::ReadElsewhere => "read-elsewhere",
            Self::NumberNamedTwice => "number-named-twice",
            Self::CatalogChanged => "catalog-changed",
            Self::PageChanged => "page-changed",
            Self::PageTreeChanged => "page-tree-changed",
            Self::StructureChanged => "structure-changed",
            Self::AnnotationRemoved => "annotation-removed",
            Self::AnnotationChanged => "annotation-changed",
            Self::FormChanged => "form-changed",
            Self::FieldAdded => "field-added",
            Self::FieldRemoved => "field-removed",
            Self::FieldChanged => "field-changed",
            Self::SignedFieldChanged => "signed-field-changed",
            Self::AppearanceChanged => "appearance-changed",
            Self::UnsignedAppearance => "unsigned-appearance",
            Self::EvidenceMalformed => "evidence-malformed",
            Self::Unseen(unseen) => unseen.name(),
        }
    }
}

impl Code {
    /// Whether it says that evidence was brought.
    pub(super) fn is_evidence(self) -> bool {
        matches!(self, Self::EvidenceChanged | Self::TimeStampAdded)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
