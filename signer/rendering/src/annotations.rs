//! Annotations that bring no picture of themselves: hayro leaves them out, and other readers draw their own.

use hayro::hayro_syntax::{
    object::{Array, Dict, Name, Object, Rect},
    page::Page,
};

/// Hidden and NoView (ISO 32000-2 table 167).
const UNSEEN: u32 = 0b10_0010;

/// Most annotations of a page that are looked at; with more, something may be missing.
const MAXIMUM: usize = 10_000;

/// Most fields above a widget.
const MAXIMUM_DEPTH: usize = 32;

/// Whether other readers may draw an annotation of the page that stands there without an appearance.
pub(crate) fn lack_appearances(page: &Page<'_>) -> bool {
    let Some(all) = page.raw().get::<Array<'_>>(b"Annots" as &[u8]) else { return false };
    all.iter::<Dict<'_>>()
        .enumerate()
        .any(|(index, one)| index >= MAXIMUM || lacks_appearance(&one))
}

fn lacks_appearance(annotation: &Dict<'_>) -> bool {
    let flags = annotation.get::<u32>(b"F" as &[u8]).unwrap_or(0);
    let is_nowhere = annotation.get::<Rect>(b"Rect" as &[u8]).is_none_or(|rect| {
        let has_no_side = |from: f64, to: f64| (from - to).abs() < f64::EPSILON;
        has_no_side(rect.x0, rect.x1) || has_no_side(rect.y0, rect.y1)
    });
    if flags & UNSEEN != 0 || is_nowhere || annotation.contains_key(b"AP" as &[u8]) {
        return false;
    }
    match annotation.get::<Name<'_>>(b"Subtype" as &[u8]).as_deref() {
        // What is drawn of a link is a border alone, and a popup is opened.
        Some(b"Link" | b"Popup") | None => false,
        Some(b"Widget") => has_value(annotation),
        Some(_) => true,
    }
}

/// Whether a widget's field has a value that readers write into its rectangle.
fn has_value(widget: &Dict<'_>) -> bool {
    let (mut one, mut kind, mut has_value) = (widget.clone(), None, false);
    for _ in 0..MAXIMUM_DEPTH {
        has_value |= one.get::<Object<'_>>(b"V" as &[u8]).is_some();
        kind = kind.or_else(|| one.get::<Name<'_>>(b"FT" as &[u8]));
        match one.get::<Dict<'_>>(b"Parent" as &[u8]) {
            Some(parent) => one = parent,
            None => break,
        }
    }
    // A signature is seen by its appearance alone (clause 12.7.5.5).
    has_value && kind.as_deref() != Some(b"Sig")
}
