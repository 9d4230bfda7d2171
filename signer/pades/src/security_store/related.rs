//! Validation-related information (ISO 32000-2 clause 12.8.4.4): which values of the store belong
//! to which signature.

use lopdf::ObjectId;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use super::{KINDS, listed, store_place};
use crate::document::Document;
use crate::error::{Error, FieldError};
use crate::update::Update;

/// Names `references`, in the order of [`KINDS`], as what the signature in `field` needs; whether
/// that is anything new.
pub(super) fn relate(
    document: &Document,
    update: &mut Update<'_>,
    field: &str,
    references: &[Vec<ObjectId>; 3],
) -> Result<bool, Error> {
    let content = document.content()?;
    let refused = |cause| Error::Field { name: field.to_owned(), cause };
    let signed = content.form.signature_fields.iter().find(|signed| signed.name == field);
    let signature = signed.and_then(|signed| signed.signature.as_ref());
    let signature = signature.ok_or_else(|| refused(FieldError::NotSigned))?;
    let contents = signature.entry(document.reader(), b"Contents")?;
    let contents = contents.and_then(|contents| contents.value.as_string());
    let contents = contents.ok_or_else(|| refused(FieldError::NotSigned))?;
    // SHA-1 names the signature and protects nothing; the standard demands it.
    let name: String = digest(&SHA1_FOR_LEGACY_USE_ONLY, &contents)
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    let mut entry = b"<<".to_vec();
    for (kind, ids) in KINDS.iter().zip(references).filter(|(_, ids)| !ids.is_empty()) {
        entry.extend_from_slice(format!(" /{} [", kind.related).as_bytes());
        entry.extend_from_slice(&listed(ids));
        entry.push(b']');
    }
    entry.extend_from_slice(b" >>");
    let store = store_place(update, content.catalog.holder)?;
    match store.entry(update, b"VRI")?.filter(|related| related.value.is_dictionary()) {
        Some(related) => {
            let before = related.entry(update, name.as_bytes())?;
            if before.is_some_and(|before| before.value.bytes().starts_with(&entry)) {
                return Ok(false);
            }
            update.set(&related, &[(&name, &entry)])?;
        }
        None => {
            let related = [b"<< /", name.as_bytes(), b" ", &entry, b" >>"].concat();
            update.set(&store, &[("VRI", &related)])?;
        }
    }
    Ok(true)
}
