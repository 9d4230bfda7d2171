//! The signature field that a signature goes into.

use lopdf::ObjectId;

use crate::appearance::Number;
use crate::document::{Form, SignatureField};
use crate::error::{Error, FieldError};
use crate::place::Place;
use crate::text::encode_text;

/// `/F` of a widget: Print and Locked (ISO 32000-1 table 165).
const FLAGS: u32 = 132;

/// Longest name of a new field, in bytes.
const MAX_FIELD_NAME: usize = 256;

/// The field to be signed.
pub(super) enum Target {
    /// An empty signature field of the document.
    Existing(Box<SignatureField>),
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
            Some(field) => Ok(Self::Existing(Box::new(field.clone()))),
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

/// The widget annotation of a new field.
pub(super) struct Widget<'a> {
    pub(super) name: &'a str,
    pub(super) page: &'a Place,
    /// Where it is shown: left, bottom, right and top in user space; without extent if it is not.
    pub(super) corners: [f64; 4],
    /// A reference to the signature.
    pub(super) signature: &'a str,
    /// What it looks like, if it must look like something.
    pub(super) appearance: Option<ObjectId>,
    /// What is said of it to those who do not see it.
    pub(super) description: Option<&'a str>,
    /// Its key in the parent tree of a tagged document.
    pub(super) structure: Option<u64>,
}

impl Widget<'_> {
    /// A signature field that is its own widget.
    pub(super) fn field(&self) -> Vec<u8> {
        let corners = self.corners.map(|corner| Number(corner).to_string()).join(" ");
        let mut field = format!(
            "<<\n/Type /Annot\n/Subtype /Widget\n/FT /Sig\n/F {FLAGS}\n/Rect [{corners}]\n\
             /V {}\n/T ",
            self.signature
        )
        .into_bytes();
        field.extend_from_slice(&encode_text(self.name));
        if let Some(description) = self.description {
            field.extend_from_slice(b"\n/TU ");
            field.extend_from_slice(&encode_text(description));
        }
        // A page that is no object of its own cannot be referred to.
        if self.page.is_whole() {
            let page = format!("\n/P {} {} R", self.page.holder.0, self.page.holder.1);
            field.extend_from_slice(page.as_bytes());
        }
        if let Some((number, generation)) = self.appearance {
            let appearance = format!("\n/AP << /N {number} {generation} R >>");
            field.extend_from_slice(appearance.as_bytes());
        }
        if let Some(key) = self.structure {
            field.extend_from_slice(format!("\n/StructParent {key}").as_bytes());
        }
        field.extend_from_slice(b"\n>>");
        field
    }
}
