//! The structure tree of a tagged document (ISO 32000-2 clause 14.7): the widget of a new signature
//! has a place in it (ISO 14289-1 clause 7.18), and nothing else may change.

use lopdf::{Dictionary, Object};

use super::super::finding::Code;
use super::super::view::{View, integer, name};
use super::Comparison;
use super::change::Nature;
use super::judge::of;
use super::parent_tree::{Pair, parent_tree};
use super::role::has;

/// Entries that a new element may have. Text in place of what is shown is not among them.
const ENTRIES: [&[u8]; 9] = [b"Type", b"S", b"P", b"K", b"Pg", b"Lang", b"Alt", b"T", b"ID"];

/// What an update did to the structure.
#[derive(Debug, Default)]
pub(super) struct Structure {
    /// The elements that were added.
    elements: Vec<u32>,
    pub(super) parent_tree_is_changed: bool,
}

impl Comparison<'_> {
    /// `number` is the root's own object, or the catalog that holds it.
    pub(super) fn compare_structures(&mut self, number: u32, old: &Dictionary, new: &Dictionary) {
        for key in self.changed_keys(old, new) {
            match key.as_slice() {
                b"K" => {
                    let (old, new) = (kids(self.old, old), kids(self.new, new));
                    self.compare_kids(number, &old, &new);
                }
                b"ParentTree" => self.structure.parent_tree_is_changed = true,
                b"ParentTreeNextKey"
                    if matches!(self.new.entry(new, &key), Object::Integer(next)
                        if next >= integer(&self.old.entry(old, &key))) => {}
                _ => self.structure_changed(number, &key),
            }
        }
    }

    /// An element, or an array of elements.
    pub(super) fn compare_structure_elements(&mut self, number: u32, old: &Object, new: &Object) {
        match (old, new) {
            (Object::Array(old), Object::Array(new)) => self.compare_kids(number, old, new),
            (Object::Dictionary(old), Object::Dictionary(new)) => {
                for key in self.changed_keys(old, new) {
                    if key == b"K" {
                        let (old, new) = (kids(self.old, old), kids(self.new, new));
                        self.compare_kids(number, &old, &new);
                    } else {
                        self.structure_changed(number, &key);
                    }
                }
            }
            _ => self.structure_changed(number, b"K"),
        }
    }

    /// Elements may be added that are objects of their own; the others stay, in their order.
    fn compare_kids(&mut self, number: u32, old: &[Object], new: &[Object]) {
        let Some(added) = self.added(old, new) else {
            return self.structure_changed(number, b"K");
        };
        for kid in added {
            match kid {
                Object::Reference((kid, _)) if self.graph.roles(*kid).is_empty() => {
                    self.structure.elements.push(*kid);
                }
                _ => self.structure_changed(number, b"K"),
            }
        }
    }

    /// Holds the elements that were added against the new fields, and the parent tree against the
    /// elements.
    pub(super) fn match_structure(&mut self) {
        let elements = std::mem::take(&mut self.structure.elements);
        for &number in &elements {
            if self.is_element_of_widget(number) {
                let text = "the widget of a signature was added to the document's structure";
                self.note(Nature::Signing, of(number, Code::StructureExtended, text));
            } else {
                let text = "an element was added to the structure that is not a new signature's";
                self.other(of(number, Code::StructureChanged, text));
            }
        }
        if self.structure.parent_tree_is_changed && !self.parent_tree_is_kept(&elements) {
            let text = "the structure's parent tree was changed";
            self.other(of(0, Code::StructureChanged, text));
        }
    }

    fn is_element_of_widget(&self, number: u32) -> bool {
        let Ok(Object::Dictionary(element)) = self.new.value(number) else { return false };
        let form = has(&element, b"S", b"Form") || has(&element, b"S", b"Annot");
        let plain = element.iter().all(|(key, _)| ENTRIES.contains(&key.as_slice()));
        let is_new_widget = |kid: &Object| {
            let Some(kid) = self.new.dictionary(kid) else { return false };
            let widget = kid.get(b"Obj").and_then(Object::as_reference);
            name(&self.new.entry(&kid, b"Type")) == Some(b"OBJR")
                && widget.is_ok_and(|(widget, _)| self.new_widgets.contains(&widget))
        };
        let kids = kids(self.new, &element);
        // One that holds nothing would be a text that is read aloud and stands nowhere.
        let is_of_widgets = !kids.is_empty() && kids.iter().all(is_new_widget);
        form && plain && is_of_widgets && !self.has_duplicate_keys(number)
    }

    /// Whether every key has what it had, and new keys have the new elements.
    fn parent_tree_is_kept(&self, elements: &[u32]) -> bool {
        let (Some(old), Some(new)) = (parent_tree(self.old), parent_tree(self.new)) else {
            return false;
        };
        let kept = |(key, old): (&i64, &Pair)| {
            new.get(key).is_some_and(|new| {
                self.equal(&old.value, &new.value) && (new.is_found || !old.is_found)
            })
        };
        let added = |(key, pair): (&i64, &Pair)| {
            old.contains_key(key)
                || matches!(pair.value, Object::Reference((number, _)) if elements.contains(&number))
        };
        old.iter().all(kept) && new.iter().all(added)
    }

    fn structure_changed(&mut self, number: u32, key: &[u8]) {
        let key = String::from_utf8_lossy(key);
        let text = format!("`/{key}` of the document's structure was changed");
        self.other(of(number, Code::StructureChanged, text));
    }
}

/// The kids of an element or of the root: one, or an array of them.
fn kids(view: View<'_>, element: &Dictionary) -> Vec<Object> {
    match (element.get(b"K"), view.entry(element, b"K")) {
        (_, Object::Null) | (Err(_), _) => Vec::new(),
        (_, Object::Array(kids)) => kids,
        (Ok(kid), _) => vec![kid.clone()],
    }
}
