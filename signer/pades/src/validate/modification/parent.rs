//! Fields that an update puts others below.

use std::collections::HashMap;

use lopdf::Object;

use super::super::finding::Code;
use super::Comparison;
use super::judge::of;
use super::role::Role;
use crate::limits::MAX_REFERENCE_HOPS;

impl Comparison<'_> {
    /// Holds the fields whose `/Kids` object `number` is or holds against what was added there (ISO
    /// 32000-2 clause 12.7.4.1). Readers take what has no name for a widget of its parent, and show the
    /// parent's value there and nowhere else; and what has fields below it for a group, whose own widgets
    /// show no value.
    pub(super) fn judge_parents(&mut self, number: u32, added: &[&Object]) {
        if added.is_empty() {
            return;
        }
        let is_named = |kid: &&Object| self.new.dictionary(kid).is_some_and(|kid| kid.has(b"T"));
        let (any_named, all_named) = (added.iter().any(is_named), added.iter().all(is_named));
        for parent in self.parents_with(number) {
            let Ok(Object::Dictionary(field)) = self.old.value(parent) else { continue };
            let facts = self.field_facts(self.old, parent, &field);
            let kids = field.get(b"Kids").map(|kids| self.old.elements(kids)).unwrap_or_default();
            let shows_itself = kids.is_empty() && field.has(b"Rect");
            let stays_a_group = self.holds_fields(self.old, &field)
                || kids.is_empty() && facts.value == Object::Null;
            let takes_widgets = facts.kind.as_deref() == Some(b"Sig");
            if shows_itself || any_named && !stays_a_group || !all_named && !takes_widgets {
                let text = "a field was put above others, and what it showed is shown no more, or elsewhere";
                self.other(of(parent, Code::FieldChanged, text).of_field(facts.name));
            }
        }
    }

    /// Whether a field of the older revision that is for no signature has this name: some readers take
    /// fields of one name for one (ISO 32000-2 clause 12.7.4.2).
    pub(super) fn is_name_of_another_kind(&self, name: &str) -> bool {
        let names = self.names.get_or_init(|| {
            let fields = self.graph.fields_and_annotations();
            let fields = fields.filter(|number| self.graph.roles(*number).has(Role::Field));
            let facts = fields.filter_map(|number| match self.old.value(number) {
                Ok(Object::Dictionary(field)) => Some(self.field_facts(self.old, number, &field)),
                _ => None,
            });
            let others =
                facts.filter(|facts| !matches!(facts.kind.as_deref(), None | Some(b"Sig")));
            others.map(|facts| facts.name).filter(|name| !name.is_empty()).collect()
        });
        names.contains(name)
    }

    /// The fields of the older revision whose kids stand in object `number`.
    pub(super) fn parents_with(&self, number: u32) -> Vec<u32> {
        if let Ok(Object::Dictionary(_)) = self.old.value(number) {
            let is_field = self.graph.roles(number).has(Role::Field);
            return is_field.then_some(number).into_iter().collect();
        }
        self.lists_of_kids().get(&number).cloned().unwrap_or_default()
    }

    /// The fields whose `/Kids` lead to each object.
    fn lists_of_kids(&self) -> &HashMap<u32, Vec<u32>> {
        self.lists_of_kids.get_or_init(|| {
            let mut lists: HashMap<u32, Vec<u32>> = HashMap::new();
            for number in self.graph.fields_and_annotations() {
                let Ok(Object::Dictionary(field)) = self.old.value(number) else { continue };
                let mut kids = field.get(b"Kids").ok().cloned();
                for _ in 0..MAX_REFERENCE_HOPS {
                    let Some(Object::Reference((list, _))) = kids else { break };
                    lists.entry(list).or_default().push(number);
                    kids = self.old.value(list).ok();
                }
            }
            lists
        })
    }
}
