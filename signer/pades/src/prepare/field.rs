//! The signature field that a signature goes into.

use lopdf::ObjectId;

use crate::document::{Form, SignatureField, encode_text};
use crate::error::{Error, FieldError};
use crate::place::Place;

/// Longest name of a new field, in bytes.
const MAX_FIELD_NAME: usize = 256;

/// The field to be signed.
pub(super) enum Target {
    /// An empty signature field of the document.
    Existing(SignatureField),
    /// A field of this name, still to be made.
    New(String),
}

impl Target {
    /// The field that `asked` names, or a new one with a name that no field has.
    pub(super) fn choose(form: &Form, asked: Option<&str>) -> Result<Self, Error> {
        let Some(name) = asked else { return Ok(Self::New(unused_name(form))) };
        let refused = |cause| Error::Field { name: name.to_owned(), cause };
        match form.signature_fields.iter().find(|field| field.name == name) {
            Some(field) if field.is_signed() => Err(refused(FieldError::Signed)),
            Some(field) if field.id().is_none() => Err(refused(FieldError::Direct)),
            Some(field) => Ok(Self::Existing(field.clone())),
            None if form.names.contains(name) => Err(refused(FieldError::NotSignature)),
            // A full stop separates partial names (ISO 32000-1 clause 12.7.3.2).
            None if name.is_empty() || name.contains('.') || name.len() > MAX_FIELD_NAME => {
                Err(refused(FieldError::Name))
            }
            None => Ok(Self::New(name.to_owned())),
        }
    }

    /// The fully qualified name.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Existing(field) => &field.name,
            Self::New(name) => name,
        }
    }
}

fn unused_name(form: &Form) -> String {
    // One more name than there are fields: one of them is unused.
    let names = (1..=form.names.len() + 1).map(|number| format!("Signature{number}"));
    names.into_iter().find(|name| !form.names.contains(name)).unwrap_or_default()
}

/// A signature field that is its own invisible widget annotation.
/// `appearance` is what it looks like, if it must look like something.
pub(super) fn widget(
    name: &str,
    page: &Place,
    signature: &str,
    flags: u32,
    appearance: Option<ObjectId>,
) -> Vec<u8> {
    let mut widget = format!(
        "<<\n/Type /Annot\n/Subtype /Widget\n/FT /Sig\n/F {flags}\n/Rect [0 0 0 0]\n\
         /V {signature}\n/T "
    )
    .into_bytes();
    widget.extend_from_slice(&encode_text(name));
    // A page that is no object of its own cannot be referred to.
    if page.is_whole() {
        let page = format!("\n/P {} {} R", page.holder.0, page.holder.1);
        widget.extend_from_slice(page.as_bytes());
    }
    if let Some((number, generation)) = appearance {
        let appearance = format!("\n/AP << /N {number} {generation} R >>");
        widget.extend_from_slice(appearance.as_bytes());
    }
    widget.extend_from_slice(b"\n>>");
    widget
}
