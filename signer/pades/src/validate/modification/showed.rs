//! What a field showed before it was filled, wherever its widgets stand.

use std::collections::{HashMap, HashSet};

use lopdf::{Dictionary, Object};

use super::super::limits::MAX_WIDGETS;
use super::super::view::name;
use super::Comparison;
use super::appearance::appearance_paints;
use super::field::PUSH_BUTTON;
use super::role::has;
use super::variable_text::{has_appearance, makes_all_anew};

/// Choice flag Combo (ISO 32000-2 table 233).
const COMBO: i64 = 1 << 17;

impl Comparison<'_> {
    /// Whether the field `number`, which is `field` in the older revision and has no value there, or
    /// anything below it showed something: an appearance that paints, a value of its own, a
    /// button's state that is on. What names the field as its parent takes its value and how it is
    /// written from there (ISO 32000-2 clause 12.7.4.1), whether or not the field lists it.
    pub(super) fn showed_something(
        &self,
        number: u32,
        field: &Dictionary,
        is_button: bool,
    ) -> bool {
        let mut visited = HashSet::from([number]);
        let mut found = vec![(Some(number), field.clone())];
        let mut next = 0;
        while let Some((number, widget)) = found.get(next).cloned() {
            let is_button = match widget.has(b"FT") {
                true => has(&widget, b"FT", b"Btn"),
                false => is_button,
            };
            let has_value = next > 0 && self.has_own_value(&widget);
            if has_value
                || self.shows(&widget, is_button)
                || self.is_made_by_readers(number, &widget, is_button)
            {
                return true;
            }
            next += 1;
            let kids = widget.get(b"Kids").map(|kids| self.old.elements(kids)).unwrap_or_default();
            let unlisted = number.and_then(|number| self.named_parents().get(&number));
            let unlisted = unlisted.into_iter().flatten();
            let unlisted = unlisted.map(|&number| Object::Reference((number, 0)));
            for kid in kids.into_iter().chain(unlisted) {
                let number = kid.as_reference().ok().map(|(number, _)| number);
                if number.is_some_and(|number| !visited.insert(number)) {
                    continue;
                }
                if found.len() == MAX_WIDGETS {
                    return true;
                }
                found.extend(self.old.dictionary(&kid).map(|kid| (number, kid)));
            }
        }
        false
    }

    fn shows(&self, widget: &Dictionary, is_button: bool) -> bool {
        match is_button {
            // A box that is off shows that it is.
            true => match self.old.entry(widget, b"AS") {
                Object::Null => false,
                state => name(&state) != Some(b"Off"),
            },
            false => appearance_paints(self.old, widget) || self.has_two_appearances(widget),
        }
    }

    /// Whether readers differ in which normal appearance a widget has, for a key stands twice on the way to it.
    fn has_two_appearances(&self, widget: &Dictionary) -> bool {
        let Ok(appearance) = widget.get(b"AP") else { return false };
        let normal = self.old.dictionary(appearance).and_then(|one| one.get(b"N").ok().cloned());
        self.is_ambiguous(appearance, &Object::Null)
            || normal.is_some_and(|normal| self.is_ambiguous(&normal, &Object::Null))
    }

    /// Whether readers make what a widget without an appearance, or each, shows of more than its value: the
    /// options of a list (ISO 32000-2 clause 12.7.5.4), the caption of a push button (12.7.5.2.2).
    fn is_made_by_readers(
        &self,
        number: Option<u32>,
        widget: &Dictionary,
        is_button: bool,
    ) -> bool {
        let shows = !self.makes_all_anew() && has_appearance(self.old, widget, is_button);
        if !widget.has(b"Rect") || shows {
            return false;
        }
        let facts = self.field_facts(self.old, number.unwrap_or_default(), widget);
        match facts.kind.as_deref() {
            Some(b"Ch") => facts.flags & COMBO == 0,
            Some(b"Btn") => facts.flags & PUSH_BUTTON != 0,
            _ => false,
        }
    }

    fn makes_all_anew(&self) -> bool {
        let of_form = || self.old.form().is_some_and(|form| makes_all_anew(self.old, &form));
        *self.makes_all_anew.get_or_init(of_form)
    }

    fn has_own_value(&self, widget: &Dictionary) -> bool {
        match self.old.entry(widget, b"V") {
            Object::Null => false,
            Object::String(text, _) => !text.is_empty(),
            value => name(&value) != Some(b"Off"),
        }
    }

    /// The fields and annotations that name each object as their parent, in the older revision.
    fn named_parents(&self) -> &HashMap<u32, Vec<u32>> {
        self.named_parents.get_or_init(|| {
            let mut kids: HashMap<u32, Vec<u32>> = HashMap::new();
            for number in self.graph.fields_and_annotations() {
                if let Ok(Object::Dictionary(field)) = self.old.value(number)
                    && let Ok((parent, _)) = field.get(b"Parent").and_then(Object::as_reference)
                {
                    kids.entry(parent).or_default().push(number);
                }
            }
            kids
        })
    }
}
