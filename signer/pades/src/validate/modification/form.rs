//! The interactive form, and its trees of fields.

use lopdf::{Dictionary, Object};

use super::super::finding::Code;
use super::super::view::integer;
use super::Comparison;
use super::annotation::added;
use super::change::Nature;
use super::judge::of;
use super::same::changed_keys;

impl Comparison<'_> {
    /// `number` is the form's own object, or the one that holds it.
    pub(super) fn compare_forms(&mut self, number: u32, old: &Dictionary, new: &Dictionary) {
        let null = Object::Null;
        for key in changed_keys(old, new) {
            let (before, after) = (old.get(&key).unwrap_or(&null), new.get(&key).unwrap_or(&null));
            let (before, after) = (self.old.resolve(before), self.new.resolve(after));
            let permitted = match (key.as_slice(), &before, &after) {
                (b"Fields", before, Object::Array(new)) => {
                    let old = match before {
                        Object::Array(old) => old.as_slice(),
                        _ => &[],
                    };
                    self.compare_fields(number, old, new);
                    true
                }
                // Bits may be set: there are signatures, and updates only.
                (b"SigFlags", before, Object::Integer(new)) => {
                    let old = integer(before);
                    *new & old == old && *new <= 3
                }
                (b"DR", before, Object::Dictionary(new)) => {
                    let old = match before {
                        Object::Dictionary(old) => old.clone(),
                        _ => Dictionary::new(),
                    };
                    self.compare_resources(number, &old, new);
                    true
                }
                (b"DA", Object::Null, Object::String(..))
                | (b"Q", Object::Null, Object::Integer(_))
                // Appearances need not be made anew any more.
                | (b"NeedAppearances", _, Object::Null | Object::Boolean(false)) => true,
                _ => false,
            };
            if !permitted {
                let key = String::from_utf8_lossy(&key);
                self.other(of(
                    number,
                    Code::FormChanged,
                    format!("`/{key}` of the form was changed"),
                ));
            }
        }
    }

    /// Resources may be added; the others stay.
    pub(super) fn compare_resources(&mut self, number: u32, old: &Dictionary, new: &Dictionary) {
        let null = Object::Null;
        for key in changed_keys(old, new) {
            let before = self.old.resolve(old.get(&key).unwrap_or(&null));
            let after = self.new.resolve(new.get(&key).unwrap_or(&null));
            match (before, after) {
                (Object::Null, after) if !matches!(after, Object::Null) => {
                    self.note_resources(number);
                }
                (Object::Dictionary(before), Object::Dictionary(after)) => {
                    self.compare_resource_names(number, &before, &after);
                }
                // The set of procedures means nothing any more (ISO 32000-1 clause 14.2).
                (Object::Array(_), Object::Array(_)) if key == b"ProcSet" => {}
                _ => {
                    let text = "a resource of the form was changed";
                    self.other(of(number, Code::FormChanged, text));
                }
            }
        }
    }

    pub(super) fn compare_resource_names(
        &mut self,
        number: u32,
        old: &Dictionary,
        new: &Dictionary,
    ) {
        if changed_keys(old, new).iter().all(|key| !old.has(key)) {
            self.note_resources(number);
        } else {
            let text = "a resource of the form was replaced";
            self.other(of(number, Code::FormChanged, text));
        }
    }

    fn note_resources(&mut self, number: u32) {
        let text = "resources were added that form fields may use";
        self.note(Nature::Signing, of(number, Code::FormResourcesAdded, text));
    }

    /// Signature fields may be added; the others stay, in their order.
    pub(super) fn compare_fields(&mut self, number: u32, old: &[Object], new: &[Object]) {
        let Some(added) = added(old, new) else {
            let text = "fields were removed, replaced or put in another order";
            return self.other(of(number, Code::FieldRemoved, text));
        };
        for field in added {
            self.add_field(number, field);
        }
    }
}
