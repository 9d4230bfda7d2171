//! What the fields of a form write their values with: readers make an appearance of a value, the
//! field's `/DA` and `/Q`, and the form's resources (ISO 32000-2 clause 12.7.4.3).

use std::cell::Cell;
use std::collections::HashSet;
use std::rc::Rc;

use lopdf::{Dictionary, Object};

use super::super::view::{View, name};
use super::appearance::{is_visible, stream_paints};
use super::graph::Graph;
use super::role::has;
use crate::limits::MAX_FIELDS;

/// The name under which readers look for the font of a button's mark, whatever `/DA` names.
const CHECK_MARKS: &[u8] = b"ZaDb";

/// The fields of a form in one revision, but for those of signatures, which have no text.
#[derive(Debug, Default)]
pub(super) struct VariableText {
    /// Whether any field or widget, one of a signature too, is seen.
    pub(super) is_seen: bool,
    /// Whether a field whose appearance readers make has no `/DA`, of its own, of its ancestors or
    /// of the form.
    pub(super) lacks_appearance: bool,
    /// The same for `/Q`.
    pub(super) lacks_alignment: bool,
    /// The names that the default appearances use, of fonts and of whatever else.
    names: HashSet<Vec<u8>>,
    /// Whether anything may be used: a `/DA` is no string, or an appearance has no resources of
    /// its own, so that readers look for them elsewhere.
    uses_anything: bool,
    /// Whether readers make every appearance anew (`/NeedAppearances`).
    is_made_anew: bool,
    /// The names of the form's resources, each with the object that it is.
    objects: Vec<(Vec<u8>, u32)>,
}

/// A field still to be visited, with what it inherits.
struct Pending {
    field: Object,
    /// `/FT`.
    kind: Option<Vec<u8>>,
    appearance: Rc<Appearance>,
    has_alignment: bool,
}

/// A `/DA`, which many fields may inherit: it is read once, where it stands.
#[derive(Debug, Default)]
struct Appearance {
    /// The names in it; none when it is no string.
    names: Option<Vec<Vec<u8>>>,
    is_absent: bool,
    /// Its names have been taken.
    is_taken: Cell<bool>,
}

impl Appearance {
    fn read(value: &Object) -> Rc<Self> {
        let names = match value {
            Object::String(operators, _) => Some(names(operators)),
            _ => None,
        };
        Rc::new(Self { names, is_absent: *value == Object::Null, is_taken: Cell::default() })
    }
}

impl VariableText {
    /// None when the form has more fields than are looked at. Annotations that are none of the
    /// form's and whose appearance readers make are taken for fields, and so is what hands a `/DA` down
    /// to them: some readers look for what they write with in the form.
    pub(super) fn read(view: View<'_>, graph: &Graph) -> Option<Self> {
        let mut text = Self::default();
        let Some(form) = view.form() else { return Some(text) };
        text.read_resources(view, &form);
        text.is_made_anew = makes_all_anew(view, &form);
        let appearance = Appearance::read(&view.entry(&form, b"DA"));
        let has_alignment = view.entry(&form, b"Q") != Object::Null;
        let pending = |field: Object| {
            let appearance = Rc::clone(&appearance);
            Pending { field, kind: None, appearance, has_alignment }
        };
        let fields = form.get(b"Fields").map(|fields| view.elements(fields)).unwrap_or_default();
        let mut others = Vec::new();
        for (visits, number) in graph.annotations().enumerate() {
            if visits > MAX_FIELDS {
                return None;
            }
            if is_made_by_readers(view, number, text.is_made_anew) {
                others.push(Object::Reference((number, 0)));
            }
        }
        let mut stack: Vec<_> = fields.into_iter().chain(others).map(pending).collect();
        let mut visited = HashSet::new();
        let mut visits = 0;
        while let Some(pending) = stack.pop() {
            visits += 1;
            if visits > MAX_FIELDS || stack.len() > MAX_FIELDS {
                return None;
            }
            if let Object::Reference((number, _)) = pending.field
                && !visited.insert(number)
            {
                continue;
            }
            text.visit(view, pending, &mut stack);
        }
        Some(text)
    }

    /// Whether fields write with the resource of this name.
    pub(super) fn uses(&self, name: &[u8]) -> bool {
        // To some readers a name ends at its first NUL.
        let end = name.iter().position(|&byte| byte == 0).unwrap_or(name.len());
        self.uses_anything || self.names.contains(name) || self.names.contains(&name[..end])
    }

    /// A name that fields use for the resource that object `number` is. One that is reached in
    /// another way than by its name may be used by any.
    pub(super) fn names_for(&self, number: u32) -> Option<Vec<u8>> {
        if self.objects.iter().all(|(_, object)| *object != number) {
            return Some(Vec::new());
        }
        let used = |(name, object): &&(Vec<u8>, u32)| *object == number && self.uses(name);
        self.objects.iter().find(used).map(|(name, _)| name.clone())
    }

    fn read_resources(&mut self, view: View<'_>, form: &Dictionary) {
        let Object::Dictionary(kinds) = view.entry(form, b"DR") else { return };
        for (_, kind) in &kinds {
            let Some(named) = view.dictionary(kind) else { continue };
            self.objects.extend(
                named
                    .iter()
                    .filter_map(|(name, value)| Some((name.clone(), value.as_reference().ok()?.0))),
            );
        }
    }

    fn visit(&mut self, view: View<'_>, pending: Pending, stack: &mut Vec<Pending>) {
        let Some(field) = view.dictionary(&pending.field) else { return };
        let kind = name(&view.entry(&field, b"FT")).map(<[u8]>::to_vec).or(pending.kind);
        let appearance = match view.entry(&field, b"DA") {
            Object::Null => pending.appearance,
            value => Appearance::read(&value),
        };
        let has_alignment = pending.has_alignment || view.entry(&field, b"Q") != Object::Null;
        self.is_seen |= field.has(b"Rect") && is_visible(view, &field);
        self.uses_anything |= borrows(view, &field);
        let kids = field.get(b"Kids").map(|kids| view.elements(kids)).unwrap_or_default();
        if kind.as_deref() != Some(b"Sig") {
            let is_button = kind.as_deref() == Some(b"Btn");
            let is_made = (kids.is_empty() || field.has(b"Rect"))
                && (self.is_made_anew || !has_appearance(view, &field, is_button));
            match &appearance.names {
                Some(names) if !appearance.is_taken.replace(true) => {
                    self.names.extend(names.iter().cloned());
                }
                Some(_) => {}
                None if appearance.is_absent => self.lacks_appearance |= is_made,
                None => self.uses_anything = true,
            }
            self.lacks_alignment |= is_made && !has_alignment;
            if is_made && is_button {
                self.names.insert(CHECK_MARKS.to_vec());
            }
        }
        stack.extend(kids.into_iter().map(|field| Pending {
            field,
            kind: kind.clone(),
            appearance: Rc::clone(&appearance),
            has_alignment,
        }));
    }
}

/// Whether readers make the appearances of all fields anew (ISO 32000-2 table 224).
pub(super) fn makes_all_anew(view: View<'_>, form: &Dictionary) -> bool {
    !matches!(view.entry(form, b"NeedAppearances"), Object::Null | Object::Boolean(false))
}

/// Whether readers write the text of an annotation themselves, or that of what names it as its parent.
fn is_made_by_readers(view: View<'_>, number: u32, anew: bool) -> bool {
    let Ok(Object::Dictionary(annotation)) = view.value(number) else { return false };
    let subtype = view.entry(&annotation, b"Subtype");
    if subtype == Object::Null {
        return annotation.has(b"DA");
    }
    matches!(name(&subtype), Some(b"Widget" | b"FreeText"))
        && (anew || !has_appearance(view, &annotation, has(&annotation, b"FT", b"Btn")))
}

/// Whether a widget has the normal appearance that readers show: a stream, or that of its state. One
/// that stands there empty, or leads nowhere, is as good as none. A button that is off may have
/// none for that.
pub(super) fn has_appearance(view: View<'_>, widget: &Dictionary, is_button: bool) -> bool {
    let Object::Dictionary(appearance) = view.entry(widget, b"AP") else { return false };
    let Object::Dictionary(normal) = view.entry(&appearance, b"N") else { return false };
    let is_stream = |one: &Dictionary| one.has(b"Length");
    let state = view.entry(widget, b"AS");
    let of_state = name(&state).map(|state| view.entry(&normal, state));
    let is_off = matches!(name(&state), None | Some(b"Off")) && !normal.is_empty();
    is_stream(&normal)
        || is_button && is_off
        || matches!(of_state, Some(Object::Dictionary(stream)) if is_stream(&stream))
}

/// Whether the normal appearance of a widget paints with resources that it does not have itself.
fn borrows(view: View<'_>, widget: &Dictionary) -> bool {
    let Object::Dictionary(appearance) = view.entry(widget, b"AP") else { return false };
    let Ok(normal) = appearance.get(b"N") else { return false };
    let mut streams = vec![normal.clone()];
    match view.resolve(normal) {
        Object::Dictionary(states) if !states.has(b"Length") => {
            streams = states.iter().map(|(_, state)| state.clone()).collect();
        }
        _ => {}
    }
    streams.iter().any(|stream| {
        let Object::Reference(id) = stream else { return false };
        let without = view.dictionary(stream).is_some_and(|stream| !stream.has(b"Resources"));
        without && stream_paints(view, *id)
    })
}

/// The names in a default appearance.
fn names(operators: &[u8]) -> Vec<Vec<u8>> {
    let regular = |byte: &&u8| {
        !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'\0' | 0x0C)
            && !b"()<>[]{}/%".contains(byte)
    };
    let starts = operators.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    starts
        .flat_map(|(at, _)| {
            let written: Vec<u8> =
                operators[at + 1..].iter().take_while(regular).copied().collect();
            // Readers differ in whether escapes count here.
            let spelt = [b"/", &written[..]].concat();
            match crate::syntax::parse_exactly(&spelt) {
                Ok(Object::Name(name)) if name != written => vec![name, written],
                _ => vec![written],
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_a_default_appearance_are_found_however_they_are_spelt() {
        for (operators, expected) in [
            ("/Helv 12 Tf 0 g", vec!["Helv"]),
            ("0 g/F1 0 Tf/GS#31 gs", vec!["F1", "GS1", "GS#31"]),
            ("/#48elv 0 Tf", vec!["Helv", "#48elv"]),
            ("0 g", vec![]),
        ] {
            let expected: Vec<_> =
                expected.into_iter().map(|name| name.as_bytes().to_vec()).collect();
            assert_eq!(names(operators.as_bytes()), expected, "{operators}");
        }
    }
}
