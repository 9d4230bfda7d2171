//! What is seen of annotations and fields.

use std::collections::HashSet;

use lopdf::{Dictionary, Object, ObjectId};

use super::super::finding::Code;
use super::super::limits::MAX_WIDGETS;
use super::super::view::{View, name};
use super::Comparison;
use super::judge::of;
use crate::syntax::token;

/// Annotation flags (ISO 32000-2 table 167).
const HIDDEN: i64 = 1 << 1;
const PRINT: i64 = 1 << 2;
const NO_VIEW: i64 = 1 << 5;
const TOGGLE_NO_VIEW: i64 = 1 << 8;

/// The bits that the table defines.
const DEFINED: i64 = (1 << 10) - 1;

/// Whether flags keep an annotation off the screen and off paper. One that is not viewed may be
/// printed, or be viewed when the pointer comes near. Layers (`/OC`) hide nothing for good.
fn is_hidden(view: View<'_>, annotation: &Dictionary) -> bool {
    // What is no integer, or has other bits, readers take for one thing or another.
    let Object::Integer(flags) = view.entry(annotation, b"F") else { return false };
    let unseen = flags & (NO_VIEW | PRINT | TOGGLE_NO_VIEW) == NO_VIEW;
    flags & !DEFINED == 0 && (flags & HIDDEN != 0 || unseen)
}

/// Whether a dictionary is a widget or a field without one, and no other annotation (ISO 32000-2 tables
/// 166 and 191): of that readers make a picture themselves, of its `/Contents` for one.
pub(super) fn is_widget(view: View<'_>, field: &Dictionary) -> bool {
    let is = |key: &[u8], kind: &[u8]| match view.entry(field, key) {
        Object::Null => true,
        value => name(&value) == Some(kind),
    };
    is(b"Type", b"Annot") && is(b"Subtype", b"Widget")
}

/// Whether an annotation takes up room on a page where it is shown, on screen or on paper.
///
/// A widget without room is invisible by ISO 32000-2 clause 12.7.5.5. For other annotations
/// without an appearance readers make one, which need not keep to the rectangle (a line is drawn
/// from end to end, a note has its symbol).
pub(super) fn is_visible(view: View<'_>, annotation: &Dictionary) -> bool {
    if is_hidden(view, annotation) {
        return false;
    }
    let subtype = view.entry(annotation, b"Subtype");
    let is_widget = matches!(name(&subtype), Some(b"Widget") | None);
    let drawn = draws(view, annotation);
    let room = match view.entry(annotation, b"Rect") {
        Object::Array(corners) => room(view, &corners),
        // A field whose widgets are its kids has none. Readers differ in where they put a widget.
        Object::Null => return drawn || !is_widget,
        _ => return true,
    };
    match room {
        Some((false, false)) => !is_widget && !annotation.has(b"AP"),
        // A line is wide enough to strike out what stands there.
        Some((true, false) | (false, true)) => drawn || !is_widget,
        Some((true, true)) | None => true,
    }
}

/// Whether a rectangle has width and height, however little; none when it is no rectangle.
fn room(view: View<'_>, corners: &[Object]) -> Option<(bool, bool)> {
    let corner = |corner: &Object| token::number(&view.resolve(corner));
    match &corners.iter().map(corner).collect::<Option<Vec<_>>>()?[..] {
        [left, bottom, right, top] => Some((left != right, bottom != top)),
        _ => None,
    }
}

/// Whether a widget has something to draw: an appearance, or what readers make one of when there
/// is none (a border, a background, a caption: ISO 32000-2 table 192).
pub(super) fn draws(view: View<'_>, widget: &Dictionary) -> bool {
    let characteristics = match view.entry(widget, b"MK") {
        Object::Dictionary(characteristics) => characteristics,
        Object::Null => Dictionary::new(),
        _ => return true,
    };
    let says = |(key, value): (&Vec<u8>, &Object)| {
        let nothing = match view.resolve(value) {
            Object::Null => true,
            Object::Array(components) => components.is_empty(),
            Object::String(caption, _) => caption.is_empty(),
            _ => false,
        };
        // The rotation alone draws nothing.
        key != b"R" && !nothing
    };
    widget.has(b"AP") || characteristics.iter().any(says)
}

/// A field and everything below it, each once; none when that is too much to look at.
pub(super) fn with_kids(view: View<'_>, field: &Dictionary) -> Option<Vec<Dictionary>> {
    let mut visited = HashSet::new();
    let mut found = vec![field.clone()];
    let mut next = 0;
    while let Some(field) = found.get(next) {
        next += 1;
        let kids = field.get(b"Kids").map(|kids| view.elements(kids)).unwrap_or_default();
        for kid in kids {
            if let Object::Reference((number, _)) = kid
                && !visited.insert(number)
            {
                continue;
            }
            if found.len() == MAX_WIDGETS {
                return None;
            }
            found.extend(view.dictionary(&kid));
        }
    }
    Some(found)
}

/// Whether the normal appearance of a widget has an operator that paints text or an image.
pub(super) fn appearance_paints(view: View<'_>, widget: &Dictionary) -> bool {
    let Object::Dictionary(appearance) = view.entry(widget, b"AP") else { return false };
    let Ok(normal) = appearance.get(b"N") else { return false };
    let stream = match normal {
        Object::Reference(id) => *id,
        _ => return true,
    };
    match view.value(stream.0) {
        Ok(Object::Dictionary(dictionary)) if dictionary.has(b"Length") => {}
        // Appearances by state: any of them may be chosen.
        Ok(Object::Dictionary(states)) => return !states.is_empty(),
        Ok(_) => return false,
        Err(_) => return true,
    }
    stream_paints(view, stream)
}

/// Whether a content stream paints; what cannot be decoded here, or takes too much work, may show
/// anything. Many widgets may have the same stream.
pub(super) fn stream_paints(view: View<'_>, stream: ObjectId) -> bool {
    let Ok(content) = view.reader.stream(stream) else { return true };
    view.reader.effort().step(4 * content.len() as u64).is_err() || paints(&content)
}

/// Whether a content stream paints more than a background or a border: text, an image, a shading,
/// a pattern, through a mask (`gs`), curves, or many lines, rectangles or dashes that may be the
/// outlines or the dots of letters.
fn paints(content: &[u8]) -> bool {
    const PAINTING: [&[u8]; 11] =
        [b"Tj", b"TJ", b"'", b"\"", b"Do", b"BI", b"sh", b"c", b"v", b"y", b"gs"];
    /// The most lines and rectangles of a border: it may be bevelled, with a cross in it.
    const MAX_LINES: usize = 16;
    /// The most elements of a dash array that is no picture.
    const MAX_DASHES: usize = 4;
    let mut lines = 0;
    // In a string or a comment may stand what looks like operands, or like an end to them.
    let is_plain = !content.iter().any(|byte| b"(<%".contains(byte));
    let mut operands = 0_usize;
    let mut before = &b""[..];
    let tokens = content.split(|byte| {
        matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'\0' | 0x0C | b')' | b']' | b'>' | b'}')
    });
    for token in tokens.filter(|token| !token.is_empty()) {
        // What begins the next token ends an operator (ISO 32000-2 clause 7.2.3).
        let end = token.iter().position(|byte| b"/%([<{".contains(byte));
        let operator = &token[..end.unwrap_or(token.len())];
        lines += usize::from(matches!(operator, b"l" | b"re"));
        let pattern = matches!(operator, b"scn" | b"SCN") && before.contains(&b'/');
        // The array's elements and the phase.
        let dashed = operator == b"d" && (operands > MAX_DASHES + 1 || !is_plain);
        if PAINTING.contains(&operator) || pattern || dashed || lines > MAX_LINES {
            return true;
        }
        operands = match operator.first() {
            Some(first) if first.is_ascii_alphabetic() => 0,
            _ => operands + token.split(|&byte| byte == b'[').filter(|one| !one.is_empty()).count(),
        };
        before = token;
    }
    false
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
        let before = self.field_facts(self.old, owner, &old);
        let after = self.field_facts(self.new, owner, &new);
        if after.kind.as_deref() == Some(b"Sig") && !before.is_signed() && after.is_signed() {
            return self.note_signature(owner, &after, (&[old], &[new]), Code::SignatureAdded);
        }
        let explained = !matches!(after.kind.as_deref(), Some(b"Sig" | b"Btn"))
            && self.value_explains((&before, &after), (&old, &new));
        if !explained {
            let text = "the appearance of a field was changed, but not its value";
            self.other(of(number, Code::AppearanceChanged, text).of_field(after.name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn background_alone_shows_nothing() {
        let rectangles = |count| "0 0 10 10 re ".repeat(count) + "f";
        for (content, expected) in [
            ("", false),
            ("/Tx BMC EMC", false),
            ("q 1 1 1 rg 0 0 10 10 re f Q", false),
            ("BT /F1 12 Tf (WHO)Tj ET", true),
            ("BT [(W) 10 (HO)]TJ ET", true),
            ("q /Im1 Do Q", true),
            ("BT /F1 12 Tf (WHO) Tj% shown\nET", true),
            ("BT /F1 12 Tf (WHO) Tj/F2 12 Tf ET", true),
            ("BT /F1 12 Tf 0 g (W) Tj(HO) pop ET", true),
            ("/Pattern cs /P1 scn 0 0 10 10 re f", true),
            ("/Mask gs 0 0 10 10 re f", true),
            ("0.5 scn 0 0 10 10 re f", false),
            ("0 0 m 9 0 l 9 9 l 0 9 l s", false),
            ("1 w [3 2] 0 d 0 0 10 10 re S [] 0 d", false),
            ("1 w [ 4 1 2 1 ] 0 d 0 5 m 9 5 l S", false),
            ("9 w [4 1 2 1 1 1]0 d 0 5 m 9 5 l S", true),
            ("9 w [4 1 2 1 1 1% w [\n] 0 d 0 5 m 9 5 l S", true),
            (&rectangles(17), true),
            (&rectangles(16), false),
            (&format!("{} 0 0 m 9 9 l S", rectangles(16)), true),
        ] {
            assert_eq!(paints(content.as_bytes()), expected, "{content}");
        }
    }
}
