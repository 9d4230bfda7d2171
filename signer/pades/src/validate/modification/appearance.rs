//! What is seen of annotations and fields.

use lopdf::{Dictionary, Object};

use super::super::finding::Code;
use super::super::view::{View, integer, name};
use super::Comparison;
use super::judge::of;

/// Annotation flags Hidden and NoView (ISO 32000-1 table 165).
const HIDDEN: i64 = 1 << 1 | 1 << 5;

/// Whether an annotation takes up room on a page where it is shown.
pub(super) fn is_visible(view: View<'_>, annotation: &Dictionary) -> bool {
    if integer(&view.entry(annotation, b"F")) & HIDDEN != 0 {
        return false;
    }
    let corners = view.entry(annotation, b"Rect");
    let corners: Vec<f32> = match corners {
        Object::Array(corners) => {
            corners.iter().map(|corner| view.resolve(corner).as_float().unwrap_or(0.0)).collect()
        }
        // Readers differ in what they make of it.
        Object::Null => return false,
        _ => return true,
    };
    match corners[..] {
        [left, bottom, right, top] => left != right && bottom != top,
        _ => true,
    }
}

/// Whether a field, or any of its widgets, shows something: its appearance has an operator that
/// paints text or an image.
pub(super) fn shows_something(view: View<'_>, field: &Dictionary) -> bool {
    let kids = field.get(b"Kids").map(|kids| view.elements(kids)).unwrap_or_default();
    let kids = kids.iter().filter_map(|kid| view.dictionary(kid));
    appearance_paints(view, field) || kids.into_iter().any(|kid| appearance_paints(view, &kid))
}

fn appearance_paints(view: View<'_>, widget: &Dictionary) -> bool {
    let Object::Dictionary(appearance) = view.entry(widget, b"AP") else { return false };
    let Ok(normal) = appearance.get(b"N") else { return false };
    let stream = match normal {
        Object::Reference(id) => *id,
        _ => return true,
    };
    match view.value(stream.0) {
        Ok(Object::Dictionary(dictionary)) if dictionary.has(b"Length") => {}
        // Appearances by state: a button, which shows what it is.
        _ => return false,
    }
    // What cannot be decoded here may show anything.
    view.reader.stream(stream).map_or(true, |content| paints(&content))
}

/// Whether a content stream paints more than a background or a border: text, an image, a shading,
/// curves that may be the outlines of letters.
fn paints(content: &[u8]) -> bool {
    const PAINTING: [&[u8]; 10] =
        [b"Tj", b"TJ", b"'", b"\"", b"Do", b"BI", b"sh", b"c", b"v", b"y"];
    content
        .split(|byte| {
            matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'\0' | 0x0C | b')' | b']' | b'>')
        })
        .any(|token| PAINTING.contains(&token))
}

impl Comparison<'_> {
    /// An appearance was replaced in place: that is the field's new value, or its signature, or
    /// nothing explains it.
    pub(super) fn compare_appearance(&mut self, number: u32) {
        let Some(owner) = self.graph.owner(number) else {
            let text = "the appearance of several fields was replaced at once";
            return self.other(of(number, Code::AppearanceChanged, text));
        };
        let (Ok(Object::Dictionary(old)), Ok(Object::Dictionary(new))) =
            (self.old.value(owner), self.new.value(owner))
        else {
            let text = "the field of an appearance cannot be read";
            return self.other(of(number, Code::AppearanceChanged, text));
        };
        let (before, after) = (self.field_facts(self.old, &old), self.field_facts(self.new, &new));
        let explained = if after.kind.as_deref() == Some(b"Sig") {
            !before.is_signed() && after.is_signed()
        } else {
            after.kind.as_deref() != Some(b"Btn") && before.value_differs(&after)
        };
        if !explained {
            let text = "the appearance of a field was changed, but not its value";
            self.other(of(number, Code::AppearanceChanged, text).of_field(after.name));
        }
    }

    /// Whether `dictionary` has the kind of value that names one state of a button.
    pub(super) fn has_states(&self, dictionary: &Dictionary) -> bool {
        let Object::Dictionary(appearance) = self.old.entry(dictionary, b"AP") else {
            return false;
        };
        let state = self.old.entry(dictionary, b"AS");
        name(&state).is_some() || matches!(appearance.get(b"N"), Ok(Object::Dictionary(_)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn background_alone_shows_nothing() {
        for (content, expected) in [
            ("", false),
            ("/Tx BMC EMC", false),
            ("q 1 1 1 rg 0 0 10 10 re f Q", false),
            ("BT /F1 12 Tf (WHO)Tj ET", true),
            ("BT [(W) 10 (HO)]TJ ET", true),
            ("q /Im1 Do Q", true),
        ] {
            assert_eq!(paints(content.as_bytes()), expected, "{content}");
        }
    }
}
