//! Findings: what a validation saw, each with a stable code.

use serde::Serialize;

/// Something that a validation found in a document. Whether it matters is said by the signature
/// that lists it among its own findings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is.
    pub code: Code,
    /// The object it is about: number and generation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// The fully qualified name of the form field it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// One sentence for people.
    pub explanation: String,
    /// The value before the change, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_value: Option<String>,
    /// The value after the change, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_value: Option<String>,
    /// The revision that brought it, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<usize>,
}

impl Finding {
    pub(super) fn new(code: Code, explanation: impl Into<String>) -> Self {
        Self {
            code,
            object: None,
            field: None,
            explanation: explanation.into(),
            old_value: None,
            new_value: None,
            revision: None,
        }
    }

    pub(super) fn of_object(mut self, id: Option<lopdf::ObjectId>) -> Self {
        self.object = id.map(|(number, generation)| format!("{number} {generation}"));
        self
    }

    pub(super) fn of_field(mut self, name: impl Into<String>) -> Self {
        self.field = Some(name.into());
        self
    }

    pub(super) fn values(mut self, old: Option<String>, new: Option<String>) -> Self {
        (self.old_value, self.new_value) = (old, new);
        self
    }
}

/// The codes of findings; `docs/validation.md` explains each. They never change their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
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
    /// The document catalog was changed.
    CatalogChanged,
    /// A page was changed.
    PageChanged,
    /// The page tree was changed.
    PageTreeChanged,
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
}
