//! One replaced object, judged in each of its roles.

use lopdf::{Dictionary, Object};

use super::super::finding::{Code, Finding};
use super::super::view::View;
use super::Comparison;
use super::found::id_of;
use super::role::Role;
use crate::syntax::{duplicate_keys, token};

impl Comparison<'_> {
    /// Holds what object `number` is now against what it was, in every role that it had. An
    /// object without a role was not in use: what it becomes is judged with what uses it.
    pub(super) fn judge(&mut self, number: u32, freed: bool) {
        let roles = self.graph.roles(number);
        if roles.is_empty() {
            return;
        }
        let old = self.old.object(number);
        let new = if freed { Ok(Object::Null) } else { self.new.object(number) };
        let (Ok(old), Ok(new)) = (old, new) else {
            let text = "an object that was replaced cannot be read";
            return self.other(of(number, Code::ObjectUnreadable, text));
        };
        if self.has_another_generation(number) {
            let text =
                "an object in use was given another generation: only some readers still find it";
            self.other(of(number, Code::ObjectReplaced, text));
        }
        let effort = self.new.reader.effort();
        let _held = [&old, &new].map(|object| effort.hold(memory(object)));
        let had_duplicate_keys = self.old.raw(number).is_ok_and(|raw| duplicate_keys(&raw));
        // What may hold anything may hold it twice.
        let is_free = |role| evidence(role) || matches!(role, Role::Information | Role::Metadata);
        if !roles.iter().all(is_free)
            && (had_duplicate_keys || self.has_duplicate_keys(number))
            && !self.is_copy(number)
        {
            let text =
                "an object has, or had, the same key twice: readers differ in which they take";
            self.other(of(number, Code::ObjectReplaced, text));
        }
        if self.equal(&old, &new) {
            return;
        }
        for role in roles.iter() {
            if freed && !evidence(role) {
                self.other(of(number, Code::ObjectFreed, "an object in use was freed"));
            } else {
                self.judge_as(role, number, &old, &new);
            }
        }
    }

    fn judge_as(&mut self, role: Role, number: u32, old: &Object, new: &Object) {
        match (role, old, new) {
            (Role::Catalog, Object::Dictionary(old), Object::Dictionary(new)) => {
                self.compare_catalogs(number, old, new);
            }
            (Role::Page, Object::Dictionary(old), Object::Dictionary(new)) => {
                self.compare_pages(number, old, new);
            }
            (Role::Annotations, Object::Array(old), Object::Array(new)) => {
                self.compare_annotations(number, old, new);
            }
            (Role::Form, Object::Dictionary(old), Object::Dictionary(new)) => {
                self.compare_forms(number, old, new);
            }
            (Role::FormResources, Object::Dictionary(old), Object::Dictionary(new)) => {
                self.compare_resources(number, old, new);
            }
            (Role::FormResourceNames, Object::Dictionary(old), Object::Dictionary(new)) => {
                self.compare_resource_names(number, old, new);
            }
            (Role::FormResource, _, _) => self.compare_resource(number),
            (Role::Structure, Object::Dictionary(old), Object::Dictionary(new)) => {
                self.compare_structures(number, old, new);
            }
            (Role::StructureElement, _, _) => self.compare_structure_elements(number, old, new),
            (Role::ParentTree, _, _) => self.structure.parent_tree_is_changed = true,
            (Role::Fields, Object::Array(old), Object::Array(new)) => {
                self.compare_fields(number, old, new);
            }
            (Role::Field, Object::Dictionary(old), Object::Dictionary(new)) => {
                self.compare_field(number, old, new);
            }
            (Role::Appearance | Role::AppearanceStream, _, _) => {
                self.compare_appearance(number);
            }
            (Role::SecurityStore, _, new) => self.compare_security_stores(number, new),
            (Role::EvidenceList, _, new) => self.compare_evidence_lists(number, new),
            (Role::ValidationRecords, _, new) => self.compare_validation_records(number, new),
            (Role::ValidationRecord, _, new) => self.compare_validation_record(number, new),
            (Role::Evidence, _, Object::Null) => {}
            (Role::Evidence, _, _) => {
                let text = "a stream of the document security store was overwritten";
                self.other(of(number, Code::EvidenceMalformed, text));
            }
            (Role::Extensions, _, new) => self.compare_extensions(Some(number), new),
            (Role::Information, old, new) => self.compare_information(Some(number), old, new),
            (Role::Metadata, _, new) => self.compare_metadata(Some(number), new),
            (Role::Annotation, _, _) => self.annotation_changed(number, old, new),
            (Role::Pages, Object::Array(old), Object::Array(new)) => {
                self.compare_page_lists(number, old, new);
            }
            (
                Role::Opaque
                | Role::Catalog
                | Role::Page
                | Role::Pages
                | Role::Annotations
                | Role::Form
                | Role::FormResources
                | Role::FormResourceNames
                | Role::Fields
                | Role::Field
                | Role::Structure
                | Role::StructureReference
                | Role::PageReference,
                old,
                new,
            ) => {
                let text = format!("{} was replaced by {}", kind(old), kind(new));
                self.other(of(number, Code::ObjectReplaced, text));
            }
        }
    }

    /// Whether the object exists in both revisions, under different generations. References name
    /// one of them, and some readers look at it (ISO 32000-2 clause 7.3.10).
    fn has_another_generation(&self, number: u32) -> bool {
        let id = |view: View<'_>| id_of(view.reader, number).ok().flatten();
        id(self.old).zip(id(self.new)).is_some_and(|(old, new)| old != new)
    }

    pub(super) fn has_duplicate_keys(&self, number: u32) -> bool {
        self.new.raw(number).is_ok_and(|raw| duplicate_keys(&raw))
    }

    /// The same of the objects that `old`, of the older revision, and `new` refer to, if they are
    /// references: what they say is read with what refers to them.
    pub(super) fn is_ambiguous(&self, old: &Object, new: &Object) -> bool {
        let is_ambiguous = |view: View<'_>, value: &Object| {
            let raw = value.as_reference().ok().and_then(|(number, _)| view.raw(number).ok());
            raw.is_some_and(|raw| duplicate_keys(&raw))
        };
        is_ambiguous(self.old, old) || is_ambiguous(self.new, new)
    }

    /// Whether the new object is the old one byte for byte.
    fn is_copy(&self, number: u32) -> bool {
        let bytes = |view: View<'_>| view.raw(number).ok()?.extent().ok();
        bytes(self.old).is_some_and(|old| bytes(self.new) == Some(old))
    }
}

pub(super) fn of(number: u32, code: Code, text: impl Into<String>) -> Finding {
    Finding::new(code, text).of_object(Some((number, 0)))
}

/// About how many bytes an object takes up that was read, what is nested in it left aside.
fn memory(object: &Object) -> u64 {
    const VALUE: usize = size_of::<Object>();
    /// A key, its place, and its hash.
    const KEY: usize = 128;
    let bytes = match object {
        Object::Stream(stream) => stream.content.len(),
        Object::Array(elements) => VALUE * elements.len(),
        Object::Dictionary(dictionary) => (KEY + VALUE) * dictionary.len(),
        _ => 0,
    };
    bytes as u64
}

/// Evidence may be removed (EN 319 142-1 clause 5.4.2): freeing it is no other change.
fn evidence(role: Role) -> bool {
    matches!(
        role,
        Role::SecurityStore
            | Role::EvidenceList
            | Role::Evidence
            | Role::ValidationRecords
            | Role::ValidationRecord
    )
}

/// What an object is, for people.
fn kind(value: &Object) -> String {
    let named = |dictionary: &Dictionary, kind: &str| {
        let text = |key: &[u8]| {
            dictionary
                .get(key)
                .ok()
                .and_then(crate::validate::view::name)
                .map(String::from_utf8_lossy)
        };
        match (text(b"Type"), text(b"Subtype")) {
            (Some(main), Some(sub)) => format!("a {kind} (/{main}, /{sub})"),
            (Some(main), None) => format!("a {kind} (/{main})"),
            (None, Some(sub)) => format!("a {kind} (/{sub})"),
            (None, None) => format!("a {kind}"),
        }
    };
    match value {
        Object::Dictionary(dictionary) => named(dictionary, "dictionary"),
        Object::Stream(stream) if token::text(value).is_none() => named(&stream.dict, "stream"),
        Object::Array(_) => "an array".to_owned(),
        Object::Null => "nothing".to_owned(),
        _ => "a value".to_owned(),
    }
}
