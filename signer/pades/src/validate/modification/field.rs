//! Fields that were there, and their values.

use lopdf::{Dictionary, Object};

use super::super::finding::Code;
use super::super::limits::MAX_FIELD_DEPTH;
use super::super::view::{View, integer, name, show};
use super::Comparison;
use super::appearance::{draws, is_visible, is_widget};
use super::change::Nature;
use super::judge::of;
use super::same::same;
use super::value::{Holds, holds};
use crate::limits::MAX_REFERENCE_HOPS;
use crate::limits::MAX_SHOWN;
use crate::syntax::duplicate_keys;
use crate::text::decode_text;

/// Bytes of a partial name in which every character that is shown stands, whatever its encoding.
pub(super) const MAX_SHOWN_BYTES: usize = 4 * (MAX_SHOWN + 1);

/// Field flag ReadOnly (ISO 32000-2 table 227).
const READ_ONLY: i64 = 1;

/// Flags that are no integer: some readers take them for none, and others for any.
const ODD_FLAGS: i64 = -1;

/// Button flag Pushbutton (ISO 32000-2 table 229).
pub(super) const PUSH_BUTTON: i64 = 1 << 16;

/// Annotation flags ReadOnly, Locked and LockedContents (ISO 32000-2 table 167): what they forbid
/// is to change what is shown.
const LOCKING: i64 = 1 << 6 | 1 << 7 | 1 << 9;

/// Whether flags of an annotation differ in nothing but that more is locked.
fn locks(old: &Object, new: &Object) -> bool {
    let (Object::Null | Object::Integer(_), Object::Integer(new)) = (old, new) else {
        return false;
    };
    let old = integer(old);
    old & new == old && (old ^ new) & !LOCKING == 0
}

/// Whether `state` is that of a button with this value, or off.
fn is_state_of(state: &Object, value: &Object) -> bool {
    name(state).is_some_and(|state| state == b"Off" || name(value) == Some(state))
}

/// A field as its own dictionary and its ancestors describe it.
#[derive(Clone, Debug)]
pub(super) struct FieldFacts {
    /// The fully qualified name.
    pub(super) name: String,
    /// `/FT`, inherited.
    pub(super) kind: Option<Vec<u8>>,
    /// `/V`, inherited, with references followed.
    pub(super) value: Object,
    /// The object that the value is, or that it stands in.
    pub(super) value_holder: Option<u32>,
    /// Whether it stands in the field or an ancestor itself.
    pub(super) value_is_direct: bool,
    /// `/Ff`, inherited; [`ODD_FLAGS`] when it is no integer.
    pub(super) flags: i64,
}

impl FieldFacts {
    pub(super) fn is_signed(&self) -> bool {
        matches!(self.value, Object::Dictionary(_))
    }

    /// What the value says.
    fn holds(&self) -> Holds {
        holds(self.kind.as_deref(), self.flags, &self.value)
    }

    fn value_differs(&self, other: &Self) -> bool {
        !same(&self.value, &other.value)
    }
}

impl Comparison<'_> {
    /// The facts of the field or widget `dictionary`, which object `number` is (ISO 32000-2
    /// clause 12.7.4.1).
    pub(super) fn field_facts(
        &self,
        view: View<'_>,
        number: u32,
        dictionary: &Dictionary,
    ) -> FieldFacts {
        let mut facts = FieldFacts {
            name: String::new(),
            kind: None,
            value: Object::Null,
            value_holder: None,
            value_is_direct: false,
            flags: 0,
        };
        let (mut value, mut flags) = (None, None);
        let mut names = Vec::new();
        let mut next = Some((number, dictionary.clone()));
        for _ in 0..MAX_FIELD_DEPTH {
            let Some((number, field)) = next else { break };
            if let Object::String(partial, _) = view.entry(&field, b"T") {
                // What is not shown is not kept, or a long name below itself would be held 64 times.
                names.push(decode_text(&partial[..partial.len().min(MAX_SHOWN_BYTES)]));
            }
            facts.kind =
                facts.kind.or_else(|| name(&view.entry(&field, b"FT")).map(<[u8]>::to_vec));
            // What is null is not there, and is inherited all the same (clause 7.3.7).
            let stated = |key: &[u8]| {
                field.get(key).ok().filter(|value| view.resolve(value) != Object::Null).cloned()
            };
            value = value.or_else(|| Some((number, stated(b"V")?)));
            flags = flags.or_else(|| stated(b"Ff"));
            next = field.get(b"Parent").ok().and_then(|parent| {
                let number = parent.as_reference().map_or(number, |(number, _)| number);
                Some((number, view.dictionary(parent)?))
            });
        }
        names.reverse();
        facts.name = names.join(".").chars().take(MAX_SHOWN).collect();
        if let Some((mut holder, mut value)) = value {
            facts.value_is_direct = value.as_reference().is_err();
            for _ in 0..MAX_REFERENCE_HOPS {
                let Object::Reference((number, _)) = value else { break };
                (holder, value) = (number, view.value(number).unwrap_or(Object::Null));
            }
            (facts.value, facts.value_holder) = (value, Some(holder));
        }
        facts.flags = flags.map_or(0, |flags| match view.resolve(&flags) {
            Object::Integer(flags) => flags,
            _ => ODD_FLAGS,
        });
        facts
    }

    pub(super) fn compare_field(&mut self, number: u32, old: &Dictionary, new: &Dictionary) {
        let before = self.field_facts(self.old, number, old);
        let after = self.field_facts(self.new, number, new);
        if before.kind != after.kind || before.name != after.name {
            let text = "a field has another name or kind";
            return self.other(of(number, Code::FieldChanged, text).of_field(before.name));
        }
        if self.is_below_two(self.old, old) || self.is_below_two(self.new, new) {
            let text = "a field stands below one that has the same key twice: readers differ in what it had";
            return self.other(of(number, Code::FieldChanged, text).of_field(before.name));
        }
        let mut keys = self.changed_keys(old, new);
        if let Some(at) = keys.iter().position(|key| key == b"Kids") {
            keys.swap_remove(at);
            let elements = |view: View<'_>, field: &Dictionary| {
                field.get(b"Kids").map(|kids| view.elements(kids)).unwrap_or_default()
            };
            let (old_kids, new_kids) = (elements(self.old, old), elements(self.new, new));
            self.compare_fields(number, &old_kids, &new_kids);
        }
        // What says no more than that the dictionary is a widget, where, and since when. What was
        // no widget is not drawn: to make it one is nothing only where there is nothing to draw.
        let signature = before.kind.as_deref() == Some(b"Sig");
        let newly_signed = signature && !before.is_signed() && after.is_signed();
        let unseen = !is_visible(self.new, new) || signature && !draws(self.new, new);
        keys.retain(|key| match key.as_slice() {
            b"M" => false,
            b"P" => old.has(key),
            b"Type" => old.has(key) || !is_widget(self.new, new),
            b"Subtype" => old.has(key) || !unseen && !newly_signed || !is_widget(self.new, new),
            _ => true,
        });
        let count = keys.len();
        keys.retain(|key| {
            newly_signed
                || match key.as_slice() {
                    b"Ff" => before.flags == ODD_FLAGS || after.flags != before.flags | READ_ONLY,
                    b"F" => !locks(&self.old.entry(old, key), &self.new.entry(new, key)),
                    _ => true,
                }
        });
        if keys.len() < count {
            let finding = of(number, Code::FieldLocked, "a field was made read-only");
            self.note(Nature::Filling, finding.of_field(before.name.clone()));
        }
        if signature {
            self.compare_signature_field(number, &keys, (&before, &after), (old, new));
        } else {
            self.compare_value_field(number, &keys, (&before, &after), (old, new));
        }
    }

    /// Whether a field inherits from one that has a key twice.
    fn is_below_two(&self, view: View<'_>, field: &Dictionary) -> bool {
        let mut next = field.get(b"Parent").and_then(Object::as_reference).ok();
        for _ in 0..MAX_FIELD_DEPTH {
            let Some((parent, _)) = next else { return false };
            if view.raw(parent).is_ok_and(|raw| duplicate_keys(&raw)) {
                return true;
            }
            let Ok(Object::Dictionary(field)) = view.value(parent) else { return false };
            next = field.get(b"Parent").and_then(Object::as_reference).ok();
        }
        false
    }

    fn compare_signature_field(
        &mut self,
        number: u32,
        keys: &[Vec<u8>],
        (before, after): (&FieldFacts, &FieldFacts),
        (old, new): (&Dictionary, &Dictionary),
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
        // A lock only restricts (ISO 32000-2 table 236), and some programs write it with the signature.
        let locked = |key: &[u8]| key == b"Lock" && !old.has(b"Lock");
        let foreign = |key: &[u8]| !allowed.contains(&key) && !locked(key);
        if !after.is_signed() || keys.iter().any(|key| foreign(key)) {
            let text = format!("a signature field was changed, but not only signed: {listed}");
            let finding = of(number, Code::FieldChanged, text);
            return self.other(finding.of_field(before.name.clone()));
        }
        let widgets = (self.widgets_of(self.old, old), self.widgets_of(self.new, new));
        self.note_signature(number, after, (&widgets.0, &widgets.1), Code::SignatureAdded);
    }

    fn compare_value_field(
        &mut self,
        number: u32,
        keys: &[Vec<u8>],
        (before, after): (&FieldFacts, &FieldFacts),
        (old, new): (&Dictionary, &Dictionary),
    ) {
        let button = before.kind.as_deref() == Some(b"Btn");
        let valueless = self.is_valueless((before, after), (old, new));
        let differs = self.value_explains((before, after), (old, new));
        for key in keys {
            let permitted = match key.as_slice() {
                b"V" => {
                    let is_value = !valueless && after.holds() != Holds::NoValue;
                    if differs {
                        self.note_value(number, (before, after), old);
                    } else if is_value {
                        let text = "a value of which nothing is seen was written into a field";
                        let finding = of(number, Code::FieldFilled, text);
                        let finding = finding.of_field(before.name.clone());
                        self.note_by_every_name(number, Nature::Filling, &finding, None);
                    }
                    is_value
                }
                // A box that is on shows the state that its value names.
                b"AS" if button => differs && is_state_of(&self.new.entry(new, key), &after.value),
                b"RV" | b"I" | b"TI" | b"AS" | b"DA" | b"Q" => differs,
                // The states of a button are what its values mean.
                b"AP" => differs && !(button && old.has(b"AP")),
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

    /// Whether a field has another value, so that it may look different: what held nothing and
    /// holds nothing was not filled, however that is written.
    pub(super) fn value_explains(
        &self,
        (before, after): (&FieldFacts, &FieldFacts),
        dictionaries: (&Dictionary, &Dictionary),
    ) -> bool {
        let holds = (before.holds(), after.holds());
        before.value_differs(after)
            && !self.is_valueless((before, after), dictionaries)
            && holds.1 != Holds::NoValue
            && holds != (Holds::Nothing, Holds::Nothing)
    }

    /// A push button has no value, nor has a field that only holds others (ISO 32000-2 clauses
    /// 12.7.4.1 and 12.7.5.2.2): to give them one says nothing, and so explains nothing.
    fn is_valueless(
        &self,
        (before, after): (&FieldFacts, &FieldFacts),
        (old, new): (&Dictionary, &Dictionary),
    ) -> bool {
        let button = before.kind.as_deref() == Some(b"Btn");
        button && (before.flags | after.flags) & PUSH_BUTTON != 0
            || self.holds_fields(self.old, old)
            || self.holds_fields(self.new, new)
    }

    /// Whether fields, and not only widgets, stand below `field`.
    pub(super) fn holds_fields(&self, view: View<'_>, field: &Dictionary) -> bool {
        let kids = field.get(b"Kids").map(|kids| view.elements(kids)).unwrap_or_default();
        kids.iter().any(|kid| view.dictionary(kid).is_some_and(|kid| kid.has(b"T")))
    }

    fn note_value(
        &mut self,
        number: u32,
        (before, after): (&FieldFacts, &FieldFacts),
        old: &Dictionary,
    ) {
        let empty = before.holds() == Holds::Nothing;
        let read_only = before.flags & READ_ONLY != 0;
        let button = before.kind.as_deref() == Some(b"Btn");
        let fresh = empty && !read_only && !self.showed_something(number, old, button);
        let (nature, code, text) = if fresh {
            (Nature::Filling, Code::FieldFilled, "an empty field was filled")
        } else {
            let text = "what a field held or showed was replaced";
            (Nature::Replacing, Code::FieldValueReplaced, text)
        };
        let finding = of(number, code, text)
            .of_field(before.name.clone())
            .values(Some(show(&before.value)), Some(show(&after.value)));
        self.note_by_every_name(number, nature, &finding, None);
    }
}
