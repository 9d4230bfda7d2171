//! The signatures of a document: every signature field that has a value.

use std::collections::HashSet;

use lopdf::ObjectId;

use super::limits::MAX_SIGNATURES;
use crate::document::{Form, SignatureField};
use crate::error::{Error, Limit};
use crate::limits::MAX_SHOWN;
use crate::place::Place;
use crate::reader::Reader;
use crate::syntax::{RawDictionary, RawValue};

/// A signature field that is signed.
#[derive(Debug)]
pub(super) struct SignedField {
    /// The fully qualified name (ISO 32000-1 clause 12.7.3.2).
    pub(super) name: String,
    /// The field.
    pub(super) field: SignatureField,
    /// The signature dictionary, as it stands in the file.
    pub(super) signature: RawValue,
    /// The object that it is or stands in.
    pub(super) holder: Option<ObjectId>,
    /// The same, read.
    pub(super) dictionary: RawDictionary,
}

/// Every signature field that is signed, in the form's order. A signature that several fields
/// have is listed once.
pub(super) fn signed_fields(reader: &Reader) -> Result<Vec<SignedField>, Error> {
    let Some(catalog) = catalog(reader)? else { return Ok(Vec::new()) };
    let mut signed = Vec::new();
    let mut signatures = HashSet::new();
    for field in Form::read(reader, &catalog)?.signature_fields {
        let Some(written) = &field.written else { continue };
        // Two values are one when they stand at the same place.
        if !signatures.insert((written.holder, written.offset)) {
            continue;
        }
        if signed.len() == MAX_SIGNATURES {
            let maximum = MAX_SIGNATURES as u64;
            return Err(Error::Limit { limit: Limit::Signatures, maximum });
        }
        let dictionary = written.expect_dictionary()?;
        let (signature, holder) = (written.value.clone(), Some(written.holder));
        let name = field.name.chars().take(MAX_SHOWN).collect();
        signed.push(SignedField { name, field, signature, holder, dictionary });
    }
    Ok(signed)
}

/// The catalog, which may stand in the trailer itself.
fn catalog(reader: &Reader) -> Result<Option<Place>, Error> {
    let Some(root) = reader.trailer_value(b"Root") else { return Ok(None) };
    let value = reader.resolve(root)?;
    let holder = value.id().unwrap_or_default();
    Ok(Some(Place { holder, offset: usize::from(value.id().is_none()), value }))
}
