//! A signature's field: an empty one is filled, or a new one is put on its page.

use super::field::Widget;
use super::shown::Shown;
use super::structure::{self, Tagged};
use crate::appearance::{Appearance, AppearanceError, Placement, draw};
use crate::document::{
    Conformance, Document, Extent, PageNumber, Rectangle, SignatureField, first_page, page,
};
use crate::error::Error;
use crate::place::Place;
use crate::update::Update;

impl Document {
    /// Puts the signature that `value` refers to into an empty field.
    pub(super) fn fill(
        &self,
        update: &mut Update<'_>,
        field: &SignatureField,
        value: &str,
        appearance: Option<&Appearance>,
    ) -> Result<(), Error> {
        let signature = ("V", value.as_bytes());
        let Some(appearance) = appearance else { return update.set(&field.place, &[signature]) };
        if appearance.placement != Placement::Field {
            return Err(AppearanceError::ExistingField.into());
        }
        let content = self.content()?;
        let shown = Shown::of(self.reader(), &content.catalog, field)?;
        let conformance = match appearance.needs_conformance() {
            true => Conformance::of(self.reader(), content)?,
            false => Conformance::default(),
        };
        let form = draw(update, appearance, &shown.extent, shown.corners, conformance)?;
        let entries = shown.entries(form);
        let mut entries: Vec<_> =
            entries.iter().map(|(key, value)| (*key, value.as_slice())).collect();
        if shown.widget.holder == field.place.holder {
            entries.push(signature);
        } else {
            update.set(&field.place, &[signature])?;
        }
        update.set(&shown.widget, &entries)
    }

    /// Puts a new field on its page; a reference to it.
    pub(super) fn add_field(
        &self,
        update: &mut Update<'_>,
        name: &str,
        value: &str,
        appearance: Option<&Appearance>,
    ) -> Result<String, Error> {
        let content = self.content()?;
        let reader = self.reader();
        let conformance = Conformance::of(reader, content)?;
        let (page, visible) = match appearance {
            None => (first_page(reader, &content.catalog)?, None),
            Some(appearance) => {
                let (number, rectangle) = place(appearance)?;
                let page = page(reader, &content.catalog, number)?.ok_or(no_page(number))?;
                let extent = Extent::of(reader, &page)?;
                let corners = extent.in_user_space(rectangle)?;
                (page, Some((appearance, extent, corners)))
            }
        };
        let field = update.allocate()?;
        let reference = format!("{} {} R", field.0, field.1);
        update.append(&page, "Annots", reference.as_bytes())?;
        // In a document that is signed already these would be changes of its page and structure.
        let first = !content.form.signature_fields.iter().any(|field| field.is_signed());
        let tagged = conformance.tagged && first;
        if tagged {
            order_by_structure(update, &page)?;
        }
        let mut widget = Widget {
            name,
            page: &page,
            corners: [0.0; 4],
            signature: value,
            appearance: None,
            description: None,
            structure: None,
        };
        match visible {
            Some((appearance, extent, corners)) => {
                widget.corners = corners;
                let form = draw(update, appearance, &extent, corners, conformance)?;
                widget.appearance = Some(form);
                widget.description = Some(&appearance.description);
                if tagged {
                    let tagged = Tagged {
                        widget: field,
                        page: &page,
                        language: appearance.language,
                        description: &appearance.description,
                    };
                    let catalog = content.catalog.holder;
                    widget.structure = structure::add_form(update, catalog, &tagged)?;
                }
            }
            None if conformance.pdf_a_1 => {
                let id = update.allocate()?;
                update.add_form(id);
                widget.appearance = Some(id);
            }
            None => {}
        }
        update.add(field, widget.field());
        Ok(reference)
    }
}

fn place(appearance: &Appearance) -> Result<(PageNumber, Rectangle), AppearanceError> {
    match appearance.placement {
        Placement::Page { page, rectangle } => Ok((page, rectangle)),
        Placement::Field => Err(AppearanceError::NewField),
    }
}

fn no_page(number: PageNumber) -> AppearanceError {
    match number {
        PageNumber::Number(page) => AppearanceError::NoPage { page },
        // A document without any page at all.
        PageNumber::Last => AppearanceError::NoPage { page: 1 },
    }
}

/// Lets readers visit the annotations of a tagged page in the order of its structure, unless the
/// page says how already.
fn order_by_structure(update: &mut Update<'_>, page: &Place) -> Result<(), Error> {
    // The page may have been overridden since it was found.
    if !page.is_whole() {
        return Ok(());
    }
    let page = Place::of(update, page.holder)?;
    match page.entry(update, b"Tabs")? {
        Some(_) => Ok(()),
        None => update.set(&page, &[("Tabs", b"/S")]),
    }
}
