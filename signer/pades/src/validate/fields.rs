//! The signatures of a document: every signature field that has a value.

use std::collections::HashSet;

use lopdf::ObjectId;

use super::limits::{MAX_FIELD_DEPTH, MAX_SHOWN, MAX_SIGNATURES};
use crate::document::decode_text;
use crate::error::{Error, Limit, ObjectError};
use crate::limits::MAX_FIELDS;
use crate::reader::Reader;
use crate::syntax::{RawDictionary, RawValue};

/// A signature field that is signed.
#[derive(Debug)]
pub(super) struct SignedField {
    /// The fully qualified name (ISO 32000-1 clause 12.7.3.2).
    pub(super) name: String,
    /// The signature dictionary, as it stands in the file.
    pub(super) signature: RawValue,
    /// The object that it is or stands in.
    pub(super) holder: Option<ObjectId>,
    /// The same, read.
    pub(super) dictionary: RawDictionary,
}

/// A field still to be visited, with what it inherits.
struct Pending {
    field: Written,
    name: String,
    kind: Option<Vec<u8>>,
    value: Option<Written>,
    depth: usize,
}

/// A value as it stands in the file, where signatures cover it, encrypted or not.
#[derive(Clone)]
struct Written {
    value: RawValue,
    /// The object that it is or stands in.
    holder: Option<ObjectId>,
}

/// Every signature field that is signed, in the form's order. A signature that several fields
/// have is listed once.
pub(super) fn signed_fields(reader: &Reader) -> Result<Vec<SignedField>, Error> {
    let mut signed: Vec<SignedField> = Vec::new();
    let mut visited = HashSet::new();
    let mut signatures = HashSet::new();
    let mut stack = Vec::new();
    let root = Pending {
        field: Written { value: RawValue::null(), holder: None },
        name: String::new(),
        kind: None,
        value: None,
        depth: 0,
    };
    push(&mut stack, reader, form(reader)?.as_ref().and_then(|form| form.entry(b"Fields")), &root)?;
    while let Some(pending) = stack.pop() {
        let field = pending.field.resolved(reader)?;
        if let Some(id) = field.value.id()
            && !visited.insert(id)
        {
            continue;
        }
        let Some(field) = field.dictionary()? else { continue };
        let entry = |key: &[u8]| field.entry(key).map(|value| value.resolved(reader)).transpose();
        let partial = entry(b"T")?.map(|name| name.decrypted(reader)).transpose()?;
        let partial = partial.and_then(|name| name.as_string());
        let name = match partial.as_deref().map(decode_text) {
            Some(partial) if pending.name.is_empty() => partial,
            Some(partial) => format!("{}.{partial}", pending.name),
            None => pending.name,
        };
        let own = Pending {
            name: name.chars().take(MAX_SHOWN).collect(),
            kind: entry(b"FT")?.and_then(|kind| kind.value.as_name()).or(pending.kind),
            value: entry(b"V")?.or(pending.value),
            depth: pending.depth + 1,
            field: pending.field,
        };
        match (&own.value, field.entry(b"Kids")) {
            (_, Some(kids)) if own.depth < MAX_FIELD_DEPTH && has_fields(reader, &kids)? => {
                push(&mut stack, reader, Some(kids), &own)?;
            }
            (Some(value), _) if own.kind.as_deref() == Some(b"Sig") => {
                let Some(Within { dictionary, .. }) = value.dictionary()? else { continue };
                let Written { value: signature, holder } = value.clone();
                // Two values are one when they stand at the same place.
                if signatures.insert(signature.bytes().as_ptr().addr()) {
                    if signed.len() == MAX_SIGNATURES {
                        let maximum = MAX_SIGNATURES as u64;
                        return Err(Error::Limit { limit: Limit::Signatures, maximum });
                    }
                    signed.push(SignedField { name: own.name, signature, holder, dictionary });
                }
            }
            _ => {}
        }
    }
    Ok(signed)
}

/// A dictionary, and the object that it is or stands in.
struct Within {
    dictionary: RawDictionary,
    holder: Option<ObjectId>,
}

impl Within {
    fn entry(&self, key: &[u8]) -> Option<Written> {
        let value = self.dictionary.value(key)?;
        Some(Written { value, holder: self.holder })
    }
}

impl Written {
    /// Follows references.
    fn resolved(&self, reader: &Reader) -> Result<Self, Error> {
        let value = reader.resolve_as_written(self.value.clone())?;
        let holder = value.id().or(self.holder.filter(|_| self.value.as_reference().is_none()));
        Ok(Self { value, holder })
    }

    /// The value with its strings decrypted.
    fn decrypted(self, reader: &Reader) -> Result<RawValue, Error> {
        match self.holder {
            Some(holder) => reader.decrypted(holder, self.value),
            // Strings in the trailer are not encrypted.
            None => Ok(self.value),
        }
    }

    fn dictionary(&self) -> Result<Option<Within>, Error> {
        let dictionary = self.value.dictionary().map_err(|cause| {
            let cause = ObjectError::Syntax(cause);
            Error::Object { id: self.value.id().unwrap_or_default(), cause }
        })?;
        Ok(dictionary.map(|dictionary| Within { dictionary, holder: self.holder }))
    }
}

/// The form's dictionary.
fn form(reader: &Reader) -> Result<Option<Within>, Error> {
    let Some(value) = reader.trailer_value(b"Root") else { return Ok(None) };
    let catalog = Written { value, holder: None }.resolved(reader)?.dictionary()?;
    match catalog.and_then(|catalog| catalog.entry(b"AcroForm")) {
        Some(form) => form.resolved(reader)?.dictionary(),
        None => Ok(None),
    }
}

/// Whether `kids` holds fields, and not only widgets of one field.
fn has_fields(reader: &Reader, kids: &Written) -> Result<bool, Error> {
    let kids = kids.resolved(reader)?;
    let Some(elements) = kids.value.array() else { return Ok(false) };
    for value in elements.map_while(Result::ok).take(MAX_FIELDS) {
        let kid = Written { value, holder: kids.holder }.resolved(reader)?.dictionary()?;
        if kid.is_some_and(|kid| kid.dictionary.occurrences(b"T") > 0) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Puts the elements of `array` on the stack, the first on top.
fn push(
    stack: &mut Vec<Pending>,
    reader: &Reader,
    array: Option<Written>,
    parent: &Pending,
) -> Result<(), Error> {
    let from = stack.len();
    let Some(array) = array.map(|array| array.resolved(reader)).transpose()? else {
        return Ok(());
    };
    for value in array.value.array().into_iter().flatten().map_while(Result::ok) {
        if stack.len() == MAX_FIELDS {
            return Err(Error::Limit { limit: Limit::Fields, maximum: MAX_FIELDS as u64 });
        }
        let field = Written { value, holder: array.holder };
        let (name, kind, value) = (parent.name.clone(), parent.kind.clone(), parent.value.clone());
        stack.push(Pending { field, name, kind, value, depth: parent.depth });
    }
    stack[from..].reverse();
    Ok(())
}
