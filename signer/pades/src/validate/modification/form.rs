//! The interactive form, and its trees of fields.

use lopdf::{Dictionary, Object};

use super::super::finding::Code;
use super::super::view::integer;
use super::Comparison;
use super::change::Nature;
use super::judge::of;
use super::variable_text::VariableText;

impl Comparison<'_> {
    /// `number` is the form's own object, or the one that holds it.
    pub(super) fn compare_forms(&mut self, number: u32, old: &Dictionary, new: &Dictionary) {
        let null = Object::Null;
        for key in self.changed_keys(old, new) {
            let (before, after) = (old.get(&key).unwrap_or(&null), new.get(&key).unwrap_or(&null));
            self.refuse_ambiguous(number, before, after);
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
                    *new & old == old && (0..=3).contains(new)
                }
                (b"DR", before, Object::Dictionary(new)) => {
                    let old = match before {
                        Object::Dictionary(old) => old.clone(),
                        _ => Dictionary::new(),
                    };
                    self.compare_resources(number, &old, new);
                    true
                }
                // What fields without their own would have from now on.
                (b"DA", Object::Null, Object::String(..)) => {
                    self.variable_text().is_some_and(|text| !text.lacks_appearance)
                }
                (b"Q", Object::Null, Object::Integer(_)) => {
                    self.variable_text().is_some_and(|text| !text.lacks_alignment)
                }
                // Appearances need not be made anew any more: readers show those that stand there
                // instead of what they have made of the values.
                (b"NeedAppearances", before, Object::Null | Object::Boolean(false)) => {
                    !matches!(before, Object::Boolean(true))
                        || self.variable_text().is_some_and(|text| !text.is_seen)
                }
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

    /// Resources that nothing uses may be added and replaced; the others stay.
    pub(super) fn compare_resources(&mut self, number: u32, old: &Dictionary, new: &Dictionary) {
        let null = Object::Null;
        for key in self.changed_keys(old, new) {
            let (before, after) = (old.get(&key).unwrap_or(&null), new.get(&key).unwrap_or(&null));
            self.refuse_ambiguous(number, before, after);
            match (self.old.resolve(before), self.new.resolve(after)) {
                // The set of procedures means nothing any more (ISO 32000-2 clause 14.2).
                (Object::Array(_) | Object::Null, Object::Array(_)) if key == b"ProcSet" => {}
                (Object::Dictionary(before), Object::Dictionary(after)) => {
                    self.compare_resource_names(number, &before, &after);
                }
                (Object::Null, Object::Dictionary(after)) => {
                    self.compare_resource_names(number, &Dictionary::new(), &after);
                }
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
        let changed = self.changed_keys(old, new);
        let used = match self.variable_text() {
            Some(text) => changed.iter().find(|name| text.uses(name)).cloned(),
            None => changed.first().cloned(),
        };
        match used {
            Some(name) => self.note_used_resource(number, &name),
            None => self.note_resources(number),
        }
    }

    fn refuse_ambiguous(&mut self, number: u32, old: &Object, new: &Object) {
        if self.is_ambiguous(old, new) {
            let text = "what the form refers to has the same key twice";
            self.other(of(number, Code::FormChanged, text));
        }
    }

    /// A resource of the form was overwritten where it stands.
    pub(super) fn compare_resource(&mut self, number: u32) {
        let used = self.variable_text().map_or(Some(Vec::new()), |text| text.names_for(number));
        match used {
            Some(name) => self.note_used_resource(number, &name),
            None => self.note_resources(number),
        }
    }

    fn note_used_resource(&mut self, number: u32, name: &[u8]) {
        let name = String::from_utf8_lossy(name);
        let text = format!("a resource that fields use, `/{name}`, was added or replaced");
        self.other(of(number, Code::FormChanged, text));
    }

    /// What the form's fields write their values with, in the older revision; none when it is too
    /// much to look at.
    fn variable_text(&self) -> Option<&VariableText> {
        self.variable_text.get_or_init(|| VariableText::read(self.old, self.graph)).as_ref()
    }

    fn note_resources(&mut self, number: u32) {
        let text = "resources were added that form fields may use";
        self.note(Nature::Signing, of(number, Code::FormResourcesAdded, text));
    }

    /// Signature fields may be added; the others stay, in their order.
    pub(super) fn compare_fields(&mut self, number: u32, old: &[Object], new: &[Object]) {
        let Some(added) = self.added(old, new) else {
            let text = "fields were removed, replaced or put in another order";
            return self.other(of(number, Code::FieldRemoved, text));
        };
        self.judge_parents(number, &added);
        for field in added {
            self.add_field(number, field);
        }
    }
}
