//! Fields that were there, and their values.

use lopdf::{Dictionary, Object};

use super::super::finding::Code;
use super::super::limits::{MAX_FIELD_DEPTH, MAX_SHOWN};
use super::super::view::{View, integer, name, show};
use super::Comparison;
use super::appearance::shows_something;
use super::change::Nature;
use super::judge::of;
use super::same::{changed_keys, same};
use crate::document::decode_text;

/// Field flag ReadOnly (ISO 32000-1 table 221).
const READ_ONLY: i64 = 1;

/// A field as its own dictionary and its ancestors describe it.
#[derive(Clone, Debug)]
pub(super) struct FieldFacts {
    /// The fully qualified name.
    pub(super) name: String,
    /// `/FT`, inherited.
    pub(super) kind: Option<Vec<u8>>,
    /// `/V`, inherited, with references followed.
    pub(super) value: Object,
    /// The object that the value is.
    pub(super) value_object: Option<u32>,
    /// `/Ff`, inherited.
    flags: i64,
}

impl FieldFacts {
    pub(super) fn is_signed(&self) -> bool {
        matches!(self.value, Object::Dictionary(_))
    }

    pub(super) fn value_differs(&self, other: &Self) -> bool {
        !same(&self.value, &other.value)
    }
}

impl Comparison<'_> {
    /// The facts of the field or widget `dictionary` (ISO 32000-1 clause 12.7.3.1).
    pub(super) fn field_facts(&self, view: View<'_>, dictionary: &Dictionary) -> FieldFacts {
        let mut facts = FieldFacts {
            name: String::new(),
            kind: None,
            value: Object::Null,
            value_object: None,
            flags: 0,
        };
        let (mut value, mut flags) = (None, None);
        let mut names = Vec::new();
        let mut next = Some(dictionary.clone());
        for _ in 0..MAX_FIELD_DEPTH {
            let Some(field) = next else { break };
            if let Object::String(partial, _) = view.entry(&field, b"T") {
                names.push(decode_text(&partial));
            }
            facts.kind =
                facts.kind.or_else(|| name(&view.entry(&field, b"FT")).map(<[u8]>::to_vec));
            value = value.or_else(|| field.get(b"V").ok().cloned());
            flags = flags.or_else(|| field.get(b"Ff").ok().cloned());
            next = field.get(b"Parent").ok().and_then(|parent| view.dictionary(parent));
        }
        names.reverse();
        facts.name = names.join(".").chars().take(MAX_SHOWN).collect();
        if let Some(value) = value {
            facts.value = view.resolve(&value);
            facts.value_object = value.as_reference().ok().map(|(number, _)| number);
        }
        facts.flags = flags.map_or(0, |flags| integer(&view.resolve(&flags)));
        facts
    }

    pub(super) fn compare_field(&mut self, number: u32, old: &Dictionary, new: &Dictionary) {
        let before = self.field_facts(self.old, old);
        let after = self.field_facts(self.new, new);
        if before.kind != after.kind || before.name != after.name {
            let text = "a field has another name or kind";
            return self.other(of(number, Code::FieldChanged, text).of_field(before.name));
        }
        let mut keys = changed_keys(old, new);
        if let Some(at) = keys.iter().position(|key| key == b"Kids") {
            keys.swap_remove(at);
            let elements = |view: View<'_>, field: &Dictionary| {
                field.get(b"Kids").map(|kids| view.elements(kids)).unwrap_or_default()
            };
            let (old_kids, new_kids) = (elements(self.old, old), elements(self.new, new));
            self.compare_fields(number, &old_kids, &new_kids);
        }
        // What says no more than that the dictionary is a widget, where, and since when.
        keys.retain(|key| {
            !(key == b"M" || matches!(&key[..], b"Type" | b"Subtype" | b"P") && !old.has(key))
        });
        if before.kind.as_deref() == Some(b"Sig") {
            self.compare_signature_field(number, &keys, (&before, &after), new);
        } else {
            self.compare_value_field(number, &keys, (&before, &after), (old, new));
        }
    }

    fn compare_signature_field(
        &mut self,
        number: u32,
        keys: &[Vec<u8>],
        (before, after): (&FieldFacts, &FieldFacts),
        new: &Dictionary,
    ) {
        if keys.is_empty() {
            return;
        }
        let listed = keys.iter().map(|key| String::from_utf8_lossy(key)).collect::<Vec<_>>();
        let listed = listed.join(", ");
        if before.is_signed() {
            let text = format!("the field of a signature was changed: {listed}");
            let finding = of(number, Code::SignedFieldChanged, text);
            return self.other(finding.of_field(before.name.clone()));
        }
        let allowed: &[&[u8]] = &[b"V", b"AP", b"AS", b"DA", b"Q", b"MK", b"F", b"Ff", b"BS"];
        if !after.is_signed() || keys.iter().any(|key| !allowed.contains(&key.as_slice())) {
            let text = format!("a signature field was changed, but not only signed: {listed}");
            let finding = of(number, Code::FieldChanged, text);
            return self.other(finding.of_field(before.name.clone()));
        }
        let mut widgets = vec![new.clone()];
        if let Ok(kids) = new.get(b"Kids") {
            let kids = self.new.elements(kids);
            widgets.extend(kids.iter().filter_map(|kid| self.new.dictionary(kid)));
        }
        self.note_signature(number, after, &widgets, Code::SignatureAdded);
    }

    fn compare_value_field(
        &mut self,
        number: u32,
        keys: &[Vec<u8>],
        (before, after): (&FieldFacts, &FieldFacts),
        (old, new): (&Dictionary, &Dictionary),
    ) {
        let differs = before.value_differs(after);
        let button = before.kind.as_deref() == Some(b"Btn");
        for key in keys {
            let permitted = match key.as_slice() {
                b"V" => {
                    if differs {
                        self.note_value(number, (before, after), old);
                    }
                    true
                }
                b"RV" | b"I" | b"TI" | b"AS" | b"DA" | b"Q" => differs,
                // The states of a button are what its values mean.
                b"AP" => differs && !(button && self.has_states(old)),
                b"Ff" => {
                    let locked = after.flags == before.flags | READ_ONLY;
                    if locked {
                        let text = "a field was made read-only";
                        let finding = of(number, Code::FieldLocked, text);
                        self.note(Nature::Filling, finding.of_field(before.name.clone()));
                    }
                    locked
                }
                _ => false,
            };
            if !permitted {
                let appearance = matches!(key.as_slice(), b"AP" | b"AS");
                let code = if appearance { Code::AppearanceChanged } else { Code::FieldChanged };
                let values = (old.get(key).ok().map(show), new.get(key).ok().map(show));
                let text = format!("`/{}` of a field was changed", String::from_utf8_lossy(key));
                let finding = of(number, code, text).of_field(before.name.clone());
                self.other(finding.values(values.0, values.1));
            }
        }
    }

    fn note_value(
        &mut self,
        number: u32,
        (before, after): (&FieldFacts, &FieldFacts),
        old: &Dictionary,
    ) {
        let empty = match &before.value {
            Object::Null => true,
            Object::String(text, _) => text.is_empty(),
            Object::Name(state) => state == b"Off",
            Object::Array(values) => values.is_empty(),
            _ => false,
        };
        let read_only = before.flags & READ_ONLY != 0;
        let button = before.kind.as_deref() == Some(b"Btn");
        let fresh = empty && !read_only && (button || !shows_something(self.old, old));
        let (nature, code, text) = if fresh {
            (Nature::Filling, Code::FieldFilled, "an empty field was filled")
        } else {
            let text = "what a field held or showed was replaced";
            (Nature::Replacing, Code::FieldValueReplaced, text)
        };
        let finding = of(number, code, text)
            .of_field(before.name.clone())
            .values(Some(show(&before.value)), Some(show(&after.value)));
        self.note(nature, finding);
    }
}
