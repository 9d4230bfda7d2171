//! The signatures of a document: every signature field that has a value.

use std::collections::HashSet;

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
    /// The signature dictionary; with its strings decrypted where the reader decrypts.
    pub(super) signature: RawValue,
    /// The same as it stands in the file.
    pub(super) written: RawValue,
    /// What stands in the file, read.
    pub(super) dictionary: RawDictionary,
}

/// A field still to be visited, with what it inherits.
struct Pending {
    field: RawValue,
    name: String,
    kind: Option<Vec<u8>>,
    value: Option<RawValue>,
    depth: usize,
}

/// Every signature field that is signed, in the form's order. A signature that several fields
/// have is listed once.
pub(super) fn signed_fields(reader: &Reader) -> Result<Vec<SignedField>, Error> {
    let mut signed: Vec<SignedField> = Vec::new();
    let mut visited = HashSet::new();
    let mut signatures = HashSet::new();
    let mut stack = Vec::new();
    let root =
        Pending { field: RawValue::null(), name: String::new(), kind: None, value: None, depth: 0 };
    push(&mut stack, reader, form(reader)?.and_then(|form| form.value(b"Fields")), &root)?;
    while let Some(pending) = stack.pop() {
        let field = reader.resolve(pending.field.clone())?;
        if let Some(id) = field.id()
            && !visited.insert(id)
        {
            continue;
        }
        let Some(dictionary) = dictionary(&field)? else { continue };
        let entry =
            |key: &[u8]| dictionary.value(key).map(|value| reader.resolve(value)).transpose();
        let partial = entry(b"T")?.and_then(|name| name.as_string());
        let name = match partial.as_deref().map(decode_text) {
            Some(partial) if pending.name.is_empty() => partial,
            Some(partial) => format!("{}.{partial}", pending.name),
            None => pending.name,
        };
        let own = Pending {
            name: name.chars().take(MAX_SHOWN).collect(),
            kind: entry(b"FT")?.and_then(|kind| kind.as_name()).or(pending.kind),
            value: entry(b"V")?.or(pending.value),
            depth: pending.depth + 1,
            field: RawValue::null(),
        };
        match (&own.value, dictionary.value(b"Kids")) {
            (_, Some(kids)) if own.depth < MAX_FIELD_DEPTH && has_fields(reader, &kids)? => {
                push(&mut stack, reader, Some(kids), &own)?;
            }
            (Some(value), _) if own.kind.as_deref() == Some(b"Sig") => {
                let written = match value.id().filter(|_| reader.encryption().is_some()) {
                    Some(id) => reader.raw_as_written(id)?,
                    None => value.clone(),
                };
                let Some(dictionary) = self::dictionary(&written)? else { continue };
                // Two values are one when they stand at the same place.
                if signatures.insert(written.bytes().as_ptr().addr()) {
                    if signed.len() == MAX_SIGNATURES {
                        let maximum = MAX_SIGNATURES as u64;
                        return Err(Error::Limit { limit: Limit::Signatures, maximum });
                    }
                    let signature = value.clone();
                    signed.push(SignedField { name: own.name, signature, written, dictionary });
                }
            }
            _ => {}
        }
    }
    Ok(signed)
}

/// The form's dictionary.
fn form(reader: &Reader) -> Result<Option<RawDictionary>, Error> {
    let entry = |of: Option<RawDictionary>, key: &[u8]| -> Result<Option<RawDictionary>, Error> {
        match of.and_then(|of| of.value(key)) {
            Some(value) => dictionary(&reader.resolve(value)?),
            None => Ok(None),
        }
    };
    let root = reader.trailer_value(b"Root").map(|root| reader.resolve(root)).transpose()?;
    let catalog = root.map(|root| dictionary(&root)).transpose()?.flatten();
    entry(catalog, b"AcroForm")
}

/// Whether `kids` holds fields, and not only widgets of one field.
fn has_fields(reader: &Reader, kids: &RawValue) -> Result<bool, Error> {
    let Some(kids) = reader.resolve(kids.clone())?.array() else { return Ok(false) };
    for kid in kids.map_while(Result::ok).take(MAX_FIELDS) {
        let kid = reader.resolve(kid)?;
        if dictionary(&kid)?.is_some_and(|kid| kid.occurrences(b"T") > 0) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Puts the elements of `array` on the stack, the first on top.
fn push(
    stack: &mut Vec<Pending>,
    reader: &Reader,
    array: Option<RawValue>,
    parent: &Pending,
) -> Result<(), Error> {
    let from = stack.len();
    let array = array.map(|array| reader.resolve(array)).transpose()?;
    for field in array.and_then(|array| array.array()).into_iter().flatten().map_while(Result::ok) {
        if stack.len() == MAX_FIELDS {
            return Err(Error::Limit { limit: Limit::Fields, maximum: MAX_FIELDS as u64 });
        }
        let (name, kind, value) = (parent.name.clone(), parent.kind.clone(), parent.value.clone());
        stack.push(Pending { field, name, kind, value, depth: parent.depth });
    }
    stack[from..].reverse();
    Ok(())
}

fn dictionary(value: &RawValue) -> Result<Option<RawDictionary>, Error> {
    value.dictionary().map_err(|cause| {
        let cause = ObjectError::Syntax(cause);
        Error::Object { id: value.id().unwrap_or_default(), cause }
    })
}
