//! Limits on what a validation may cost, beside those of the reader.

/// Signatures in one document.
pub(super) const MAX_SIGNATURES: usize = 1_024;

/// Objects looked at, in all their roles and in all revisions, to compare revisions.
pub(super) const MAX_VISITS: usize = 1 << 22;

/// Objects that one update may name.
pub(super) const MAX_UPDATED_OBJECTS: usize = 1 << 20;

/// Findings that are listed; beyond it one more says that there are more.
pub(super) const MAX_FINDINGS: usize = 1_000;

/// Certificates, revocation lists or OCSP answers of a document security store, each.
pub(super) const MAX_EVIDENCE: usize = 256;

/// Ancestors of a form field.
pub(super) const MAX_FIELD_DEPTH: usize = 64;

/// Fields and widgets below one field.
pub(super) const MAX_WIDGETS: usize = 4_096;

/// Nesting to which values are compared.
pub(super) const MAX_COMPARED_DEPTH: usize = 256;

/// Bytes that may be compared to find equal copies between two revisions.
pub(super) const MAX_COMPARED_BYTES: usize = 64 << 20;

/// Nodes and pairs of the parent tree of a tagged document.
pub(super) const MAX_PARENT_TREE: usize = 1 << 18;
