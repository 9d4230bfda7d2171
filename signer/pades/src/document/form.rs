//! The interactive form and its signature fields (ISO 32000-2 clause 12.7). Signing and validation
//! go through the same list: what the one counts as signed, the other judges.

use std::collections::HashSet;
use std::rc::Rc;

use lopdf::ObjectId;

use crate::error::{Error, Limit};
use crate::limits::MAX_FIELDS;
use crate::place::Place;
use crate::reader::{AsWritten, Reader};
use crate::text::decode_text;

/// Longest fully qualified name that is kept, in bytes: a chain of parents must not make names
/// that grow with each level.
const MAX_NAME: usize = 1_024;

/// Bytes that all names may take up together.
const MAX_NAMES: usize = 16 << 20;

/// A document's form.
#[derive(Debug, Default)]
pub(crate) struct Form {
    /// Signature fields, in the order in which the tree holds them.
    pub(crate) signature_fields: Vec<SignatureField>,
    /// Fully qualified names of all fields.
    pub(crate) names: HashSet<String>,
    /// Whether there is an `/XFA` entry.
    pub(crate) xfa: bool,
    /// Whether `/Fields` has any field.
    pub(crate) has_fields: bool,
    /// Whether the catalog says that the pages need rendering by the XFA program.
    pub(crate) needs_rendering: bool,
}

/// A signature field.
#[derive(Clone, Debug)]
pub(crate) struct SignatureField {
    /// The fully qualified name: partial names joined by full stops.
    pub(crate) name: String,
    pub(crate) place: Place,
    /// The signature dictionary: the field's own value, or one that it inherits.
    pub(crate) signature: Option<Place>,
    /// The same as it stands in the file, where signatures cover it, encrypted or not.
    pub(crate) written: Option<Place>,
}

impl SignatureField {
    fn read(
        reader: &Reader,
        name: String,
        place: &Place,
        signature: Option<&Place>,
    ) -> Result<Self, Error> {
        let written = signature.cloned();
        let signature = signature.map(|signature| signature.decrypted(reader)).transpose()?;
        Ok(Self { name, place: place.decrypted(reader)?, signature, written })
    }

    pub(crate) fn is_signed(&self) -> bool {
        self.signature.is_some()
    }

    /// The field's own object, if it is one.
    pub(crate) fn id(&self) -> Option<ObjectId> {
        self.place.is_whole().then_some(self.place.holder)
    }
}

/// What a field has from its ancestors.
#[derive(Clone, Default)]
struct Inherited {
    /// The fully qualified name.
    name: Option<Rc<str>>,
    field_type: Option<Rc<[u8]>>,
    value: Option<Rc<Place>>,
    /// Whether an ancestor is a field.
    is_below: bool,
    /// The nearest ancestor that was taken for a signature field.
    parent: Option<usize>,
}

impl Form {
    pub(crate) fn read(reader: &Reader, catalog: &Place) -> Result<Self, Error> {
        let mut form = Self::default();
        let written = &AsWritten(reader);
        let catalog = catalog.as_written(reader)?;
        let needs_rendering = catalog.entry(written, b"NeedsRendering")?;
        form.needs_rendering =
            needs_rendering.is_some_and(|place| place.value.bytes().starts_with(b"true"));
        let Some(place) = catalog.entry(written, b"AcroForm")? else { return Ok(form) };
        form.xfa = place.entry(written, b"XFA")?.is_some();
        let Some(fields) = place.entry(written, b"Fields")? else { return Ok(form) };
        form.walk(reader, &fields)?;
        Ok(form)
    }

    /// Visits every field once. Elements that are no dictionaries, and fields that occur again
    /// below themselves, are left out: no reader shows them.
    ///
    /// A dictionary without `/T` is a widget of the field above it (clause 12.7.4.1), unless no field
    /// is, or it has a value of its own: readers take it for a field without a name then.
    fn walk(&mut self, reader: &Reader, fields: &Place) -> Result<(), Error> {
        let mut visited = HashSet::new();
        let mut terminal = Vec::new();
        let mut length = 0;
        let mut stack = Vec::new();
        let mut pushed = 0;
        let written = &AsWritten(reader);
        push(&mut stack, &mut pushed, written, fields, &Inherited::default())?;
        self.has_fields = !stack.is_empty();
        while let Some(pending) = stack.pop() {
            let (place, inherited) = pending;
            if !visited.insert((place.holder, place.offset)) {
                continue;
            }
            let Some(dictionary) = place.dictionary()? else { continue };
            let field_type = match dictionary.value(b"FT") {
                Some(value) => reader.resolve(value)?.as_name().map(Rc::from),
                None => inherited.field_type,
            };
            let partial = match place.entry_of(&dictionary, written, b"T")? {
                Some(partial) => partial.decrypted(reader)?.value.as_string(),
                None => None,
            };
            let own_value = place.entry_of(&dictionary, written, b"V")?.map(Rc::new);
            let is_signature_field = field_type.as_deref() == Some(b"Sig");
            let is_field = partial.is_some()
                || !inherited.is_below
                || (is_signature_field && own_value.is_some());
            let value = own_value.or(inherited.value);
            let mut parent = inherited.parent;
            let name = match (inherited.name, partial.as_deref().map(decode_text)) {
                (Some(parent), Some(partial)) if parent.len() < MAX_NAME => {
                    Some(Rc::from(format!("{parent}.{partial}")))
                }
                (None, Some(partial)) => Some(Rc::from(partial)),
                (parent, _) => parent,
            };
            if is_field {
                // Only the last field of a chain has a value.
                if let Some(parent) = parent {
                    terminal[parent] = false;
                }
                if let Some(name) = &name {
                    length += name.len();
                    if length > MAX_NAMES {
                        return Err(too_many_fields());
                    }
                    self.names.insert(name.to_string());
                }
                if is_signature_field {
                    parent = Some(self.signature_fields.len());
                    let signature = value.as_deref().filter(|value| value.value.is_dictionary());
                    let name = name.as_deref().unwrap_or_default().to_owned();
                    self.signature_fields
                        .push(SignatureField::read(reader, name, &place, signature)?);
                    terminal.push(true);
                }
            }
            if let Some(kids) = place.entry_of(&dictionary, written, b"Kids")? {
                let is_below = is_field || inherited.is_below;
                let inherited = Inherited { name, field_type, value, is_below, parent };
                push(&mut stack, &mut pushed, written, &kids, &inherited)?;
            }
        }
        let mut terminal = terminal.into_iter();
        self.signature_fields.retain(|_| terminal.next().unwrap_or(true));
        Ok(())
    }
}

/// Puts the elements of `array` on the stack, the first on top. `pushed` counts them all: every
/// field of a tree is an element once.
fn push(
    stack: &mut Vec<(Place, Inherited)>,
    pushed: &mut usize,
    written: &AsWritten<'_>,
    array: &Place,
    inherited: &Inherited,
) -> Result<(), Error> {
    let from = stack.len();
    for element in array.elements(written) {
        *pushed += 1;
        if *pushed > MAX_FIELDS {
            return Err(too_many_fields());
        }
        if let Some(place) = element? {
            stack.push((place, inherited.clone()));
        }
    }
    stack[from..].reverse();
    Ok(())
}

pub(super) fn too_many_fields() -> Error {
    Error::Limit { limit: Limit::Fields, maximum: MAX_FIELDS as u64 }
}
