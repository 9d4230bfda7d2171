//! Where an existing field is shown.

use lopdf::ObjectId;

use crate::appearance::AppearanceError;
use crate::document::{Extent, SignatureField, corners, page_with};
use crate::error::Error;
use crate::place::Place;
use crate::reader::Reader;

/// Annotation flags Invisible, Hidden and NoView (ISO 32000-1 table 165).
const NOT_SHOWN: u64 = 1 | 1 << 1 | 1 << 5;

/// Annotation flag Print.
const PRINT: u64 = 1 << 2;

/// The only widget of a field.
pub(super) struct Shown {
    /// An object of its own, which may be the field's.
    pub(super) widget: Place,
    /// Left, bottom, right and top, in user space.
    pub(super) corners: [f64; 4],
    /// Of its page.
    pub(super) extent: Extent,
    /// The flags that it needs, if they are not its own already.
    pub(super) flags: Option<u64>,
}

impl Shown {
    /// Finds it.
    ///
    /// # Errors
    /// [`AppearanceError::FieldExtent`] unless there is exactly one, with an extent.
    pub(super) fn of(
        reader: &Reader,
        catalog: &Place,
        field: &SignatureField,
    ) -> Result<Self, Error> {
        let nowhere = || Error::Appearance(AppearanceError::FieldExtent);
        let widget = widget(reader, field)?.filter(Place::is_whole).ok_or_else(nowhere)?;
        let rectangle = widget.entry(reader, b"Rect")?;
        let corners = rectangle.and_then(|place| corners(reader, &place));
        let corners = corners.filter(|[left, bottom, right, top]| left < right && bottom < top);
        let corners = corners.ok_or_else(nowhere)?;
        let page = match widget.entry(reader, b"P")? {
            Some(page) if page.value.is_dictionary() => page,
            _ => page_with(reader, catalog, widget.holder)?.ok_or_else(nowhere)?,
        };
        let extent = Extent::of(reader, &page)?;
        let flags = widget.entry(reader, b"F")?.and_then(|flags| flags.value.as_unsigned());
        let flags = flags.unwrap_or(0);
        let needed = flags & !NOT_SHOWN | PRINT;
        Ok(Self { widget, corners, extent, flags: (needed != flags).then_some(needed) })
    }

    /// What the widget needs to show `form`, with what the field itself needs if it is the widget.
    pub(super) fn entries(&self, form: ObjectId) -> Vec<(&'static str, Vec<u8>)> {
        let mut entries = vec![("AP", format!("<< /N {} {} R >>", form.0, form.1).into_bytes())];
        entries.extend(self.flags.map(|flags| ("F", flags.to_string().into_bytes())));
        entries
    }
}

/// The field itself, or its only kid.
fn widget(reader: &Reader, field: &SignatureField) -> Result<Option<Place>, Error> {
    let Some(kids) = field.place.entry(reader, b"Kids")? else {
        return Ok(Some(field.place.clone()));
    };
    let mut widgets = kids.elements(reader).take(2);
    let (first, second) = (widgets.next().transpose()?.flatten(), widgets.next());
    Ok(first.filter(|widget| second.is_none() && widget.value.is_dictionary()))
}
