//! Pages and their annotations.

use lopdf::{Dictionary, Object};

use super::super::finding::Code;
use super::super::view::{name, show};
use super::Comparison;
use super::appearance::is_visible;
use super::change::Nature;
use super::judge::of;
use super::role::Role;

impl Comparison<'_> {
    /// Nothing of a page may change but its annotations; nothing of a node above it.
    pub(super) fn compare_pages(&mut self, number: u32, old: &Dictionary, new: &Dictionary) {
        let node = old.has(b"Kids") || new.has(b"Kids");
        for key in self.changed_keys(old, new) {
            let entry = |one: &Dictionary| one.get(&key).cloned().unwrap_or(Object::Null);
            if self.is_ambiguous(&entry(old), &entry(new)) {
                let text = "what a page refers to has the same key twice";
                self.other(of(number, Code::PageChanged, text));
            }
            if key == b"Kids"
                && let (Ok(before), Ok(after)) = (old.get(b"Kids"), new.get(b"Kids"))
            {
                let (before, after) = (self.old.elements(before), self.new.elements(after));
                self.compare_page_lists(number, &before, &after);
                continue;
            }
            if key == b"Annots" && !node {
                let before = old.get(b"Annots").map(|value| self.old.elements(value));
                let after = new.get(b"Annots").map(|value| self.new.elements(value));
                self.compare_annotations(
                    number,
                    &before.unwrap_or_default(),
                    &after.unwrap_or_default(),
                );
                continue;
            }
            if key == b"Tabs" && !node && is_tab_order(&self.new.entry(new, b"Tabs")) {
                let text = "the order in which one tabs through a page was changed";
                self.note(Nature::Signing, of(number, Code::TabOrderChanged, text));
                continue;
            }
            // The version of the program that wrote last, in older releases of iText: as /Producer.
            let is_text = |one: &Dictionary| {
                matches!(
                    one.get(b"ITXT"),
                    Err(_) | Ok(Object::String(..) | Object::Name(_) | Object::Null)
                )
            };
            if key == b"ITXT" && is_text(old) && is_text(new) {
                let text = "`/ITXT`, the version of a program, was changed";
                self.note(Nature::Description, of(number, Code::InformationChanged, text));
                continue;
            }
            let code = if node { Code::PageTreeChanged } else { Code::PageChanged };
            let what = if node { "a node of the page tree" } else { "a page" };
            let key = String::from_utf8_lossy(&key);
            self.other(of(number, code, format!("`/{key}` of {what} was changed")));
        }
    }

    /// The pages and nodes stay, in their order; a page that stands in the list itself is held
    /// against what it was.
    pub(super) fn compare_page_lists(&mut self, number: u32, old: &[Object], new: &[Object]) {
        if old.len() != new.len() {
            let text = "pages were added or removed";
            return self.other(of(number, Code::PageTreeChanged, text));
        }
        for (old, new) in old.iter().zip(new) {
            match (old, new) {
                (Object::Dictionary(old), Object::Dictionary(new)) => {
                    self.compare_pages(number, old, new);
                }
                (old, new) if self.equal(old, new) => {}
                _ => {
                    let text = "pages were replaced or put in another order";
                    self.other(of(number, Code::PageTreeChanged, text));
                }
            }
        }
    }

    /// Annotations may be added, if they turn out to be those of new signature fields; the others
    /// stay, in their order.
    pub(super) fn compare_annotations(&mut self, number: u32, old: &[Object], new: &[Object]) {
        let Some(added) = self.added(old, new) else {
            let text = "annotations were removed, replaced or put in another order";
            return self.other(of(number, Code::AnnotationRemoved, text));
        };
        self.new_annotations.extend(added.into_iter().cloned());
    }

    /// Holds the annotations that were added against the new signature fields.
    pub(super) fn match_annotations(&mut self) {
        for annotation in std::mem::take(&mut self.new_annotations) {
            let number = match annotation {
                Object::Reference((number, _)) => number,
                _ => 0,
            };
            if self.new_widgets.contains(&number) {
                continue;
            }
            let roles = self.graph.roles(number);
            let dictionary = self.new.dictionary(&annotation).unwrap_or_default();
            if roles.has(Role::Field) && self.place_signature_field(number, &dictionary) {
                continue;
            }
            let subtype = self.new.entry(&dictionary, b"Subtype");
            let rectangle = self.new.entry(&dictionary, b"Rect");
            let text = format!(
                "an annotation (/{}) was added to a page, at [{}]",
                show(&subtype),
                show(&rectangle)
            );
            let is_quiet =
                is_quiet(&dictionary, &subtype) && !self.is_ambiguous(&Object::Null, &annotation);
            let nature = if !roles.is_empty() || name(&subtype) == Some(b"Widget") {
                Nature::Other
            } else if is_visible(self.new, &dictionary) || !is_quiet {
                Nature::Annotation
            } else {
                Nature::HiddenAnnotation
            };
            self.note(nature, of(number, Code::AnnotationAdded, text));
        }
    }

    pub(super) fn annotation_changed(&mut self, number: u32, old: &Object, new: &Object) {
        let keys = match (old, new) {
            (Object::Dictionary(old), Object::Dictionary(new)) => self.changed_keys(old, new),
            _ => Vec::new(),
        };
        let keys: Vec<_> = keys.iter().map(|key| String::from_utf8_lossy(key)).collect();
        let text = format!("an annotation was changed: {}", keys.join(", "));
        self.note(Nature::Annotation, of(number, Code::AnnotationChanged, text));
    }

    /// The elements of `new` that are not in `old`; none when `old` is not all there, in its order.
    pub(super) fn added<'n>(&self, old: &[Object], new: &'n [Object]) -> Option<Vec<&'n Object>> {
        added(old, new, |old, new| self.equal(old, new))
    }
}

fn added<'n>(
    old: &[Object],
    new: &'n [Object],
    same: impl Fn(&Object, &Object) -> bool,
) -> Option<Vec<&'n Object>> {
    let mut kept = old.iter().peekable();
    let mut added = Vec::new();
    for element in new {
        match kept.peek() {
            Some(old) if same(old, element) => {
                kept.next();
            }
            _ => added.push(element),
        }
    }
    kept.peek().is_none().then_some(added)
}

/// Whether an annotation that is hidden does nothing either: it has no action, which may run when its page
/// is opened (ISO 32000-2 table 197), and is of a kind that neither plays nor holds anything.
fn is_quiet(annotation: &Dictionary, subtype: &Object) -> bool {
    const KINDS: [&[u8]; 16] = [
        b"Text",
        b"Link",
        b"FreeText",
        b"Line",
        b"Square",
        b"Circle",
        b"Polygon",
        b"PolyLine",
        b"Highlight",
        b"Underline",
        b"Squiggly",
        b"StrikeOut",
        b"Caret",
        b"Stamp",
        b"Ink",
        b"Popup",
    ];
    name(subtype).is_some_and(|kind| KINDS.contains(&kind))
        && [&b"A"[..], b"AA", b"PA"].iter().all(|key| !annotation.has(key))
}

/// Whether it is one of the orders of ISO 32000-2 table 31. It says where the keyboard goes next
/// and not what is shown.
fn is_tab_order(value: &Object) -> bool {
    matches!(name(value), Some(b"R" | b"C" | b"S" | b"A" | b"W")) || *value == Object::Null
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_may_be_added_anywhere_but_not_moved_or_lost() {
        let numbers = |numbers: &[i64]| -> Vec<Object> {
            numbers.iter().copied().map(Object::Integer).collect()
        };
        let of = |old: &[i64], new: &[i64]| {
            let (old, new) = (numbers(old), numbers(new));
            added(&old, &new, |old, new| old == new)
                .map(|added| added.into_iter().map(crate::validate::view::integer).collect())
        };
        assert_eq!(of(&[1, 2], &[1, 3, 2, 4]), Some(vec![3, 4]));
        assert_eq!(of(&[], &[1]), Some(vec![1]));
        assert_eq!(of(&[1, 2], &[2, 1]), None);
        assert_eq!(of(&[1, 2], &[1]), None);
    }
}
