//! Fields that an update adds, and signatures in fields that were there.

use lopdf::{Dictionary, Object};

use super::super::finding::Code;
use super::super::view::{View, name, show};
use super::Comparison;
use super::appearance::{draws, is_visible, is_widget, with_kids};
use super::change::Nature;
use super::field::FieldFacts;
use super::judge::of;
use super::role::has;

/// Entries that a new signature field, or a widget of one, may have. None of them runs anything.
const ENTRIES: [&[u8]; 28] = [
    b"Type",
    b"Subtype",
    b"FT",
    b"T",
    b"TU",
    b"TM",
    b"Ff",
    b"V",
    b"F",
    b"P",
    b"Rect",
    b"AP",
    b"AS",
    b"MK",
    b"Lock",
    b"SV",
    b"Kids",
    b"Parent",
    b"DA",
    b"Q",
    b"BS",
    b"Border",
    b"NM",
    b"M",
    b"StructParent",
    b"DR",
    b"Contents",
    b"H",
];

impl Comparison<'_> {
    /// A new field: it must be one for a signature, and an object of its own.
    pub(super) fn add_field(&mut self, holder: u32, field: &Object) {
        let number = match field {
            Object::Reference((number, _)) => *number,
            _ => {
                let text = "a field was added that is no object of its own";
                return self.other(of(holder, Code::FieldAdded, text));
            }
        };
        let Some(dictionary) = self.new.dictionary(field) else {
            let text = "something was added to the fields that is none";
            return self.other(of(number, Code::FieldAdded, text));
        };
        let facts = self.field_facts(self.new, number, &dictionary);
        let refused = |text: &str| of(number, Code::FieldAdded, text).of_field(facts.name.clone());
        if facts.kind.as_deref() != Some(b"Sig") {
            return self.other(refused("a field was added that is not for a signature"));
        }
        if !self.graph.roles(number).is_empty() {
            return self.other(refused("an object that was in use was made a field"));
        }
        if self.is_name_of_another_kind(&facts.name) {
            return self.other(refused("a new field has the name of one that is no signature's"));
        }
        if !self.is_parent_of(&dictionary, &self.parents_with(holder)) {
            return self
                .other(refused("a new field names another parent than the field that lists it"));
        }
        let kids = dictionary.get(b"Kids").map(|kids| self.new.elements(kids)).unwrap_or_default();
        let mut widgets = vec![(number, dictionary)];
        for kid in &kids {
            match (kid, self.new.dictionary(kid)) {
                (Object::Reference((number, _)), Some(kid))
                    if !kid.has(b"T")
                        && !kid.has(b"Kids")
                        && self.graph.roles(*number).is_empty() =>
                {
                    widgets.push((*number, kid));
                }
                _ => return self.other(refused("a new field has another field below it")),
            }
        }
        let foreign = widgets
            .iter()
            .flat_map(|(_, widget)| widget.iter())
            .find(|(key, _)| !ENTRIES.contains(&key.as_slice()));
        if let Some((key, _)) = foreign {
            let text = format!("a new field has the entry `/{}`", String::from_utf8_lossy(key));
            return self.other(refused(&text));
        }
        if !widgets.iter().all(|(_, widget)| is_widget(self.new, widget)) {
            return self.other(refused("a new field is an annotation that is no widget"));
        }
        if !widgets[1..].iter().all(|(_, widget)| self.adds_nothing(widget)) {
            return self.other(refused("a widget of a new field has a kind or value of its own"));
        }
        // One that names none is a widget of nothing to whoever climbs, and shows its appearance.
        let names_it =
            |widget: &Dictionary| !widget.has(b"Parent") || self.is_parent_of(widget, &[number]);
        if !widgets[1..].iter().all(|(_, widget)| names_it(widget)) {
            return self.other(refused("a widget of a new field names another parent"));
        }
        if widgets.iter().any(|(number, _)| self.has_duplicate_keys(*number)) {
            return self.other(refused("a new field has the same key twice"));
        }
        self.new_widgets.extend(widgets.iter().map(|(number, _)| *number));
        let widgets: Vec<_> = widgets.into_iter().map(|(_, widget)| widget).collect();
        self.note_signature(number, &facts, (&[], &widgets), Code::SignatureFieldAdded);
    }

    /// Whether a field or widget names as its parent the one of `listing` that lists it, or, where none does,
    /// nothing: some readers climb, and others descend (ISO 32000-2 clause 12.7.4.1).
    fn is_parent_of(&self, field: &Dictionary, listing: &[u32]) -> bool {
        match (field.get(b"Parent").map(Object::as_reference), listing) {
            (Ok(Ok((parent, _))), [listing]) => parent == *listing,
            (Ok(_), []) => self.new.entry(field, b"Parent") == Object::Null,
            (Err(_), []) => true,
            (Ok(_) | Err(_), _) => false,
        }
    }

    /// Whether a widget is what the signature field above it is: readers ask the widget first.
    fn adds_nothing(&self, widget: &Dictionary) -> bool {
        let kind = self.new.entry(widget, b"FT");
        let is_signature = kind == Object::Null || name(&kind) == Some(b"Sig");
        is_signature && self.new.entry(widget, b"V") == Object::Null
    }

    /// Notes that a field was signed or, if it is new, added. `before` and `widgets` are what is drawn
    /// of it in the older revision and in the newer: what showed something and is hidden now has
    /// to be answered for as well.
    pub(super) fn note_signature(
        &mut self,
        number: u32,
        facts: &FieldFacts,
        (before, widgets): (&[Dictionary], &[Dictionary]),
        code: Code,
    ) {
        let signature = match &facts.value {
            Object::Dictionary(signature) => Some(signature),
            _ => None,
        };
        let was_there = facts.value_holder.is_some_and(|holder| {
            let own = holder == number;
            // A value that stands in the parent itself came with what is being judged there.
            let with_parent = facts.value_is_direct && code == Code::SignatureAdded;
            !own && !with_parent && !self.graph.roles(holder).is_empty()
        });
        if signature.is_some() && was_there {
            let text = "a field was given a signature that was there before";
            let finding = of(number, Code::FieldChanged, text).of_field(facts.name.clone());
            return self.other(finding);
        }
        let is_drawn = |view, widget: &&Dictionary| is_visible(view, widget) && draws(view, widget);
        let drawn = widgets.iter().any(|widget| is_drawn(self.new, &widget));
        let rectangle = |view: View<'_>, widget| show(&view.entry(widget, b"Rect"));
        let shown = widgets.iter().find(|widget| is_visible(self.new, widget));
        let seen = shown.map(|widget| ("is", rectangle(self.new, widget))).or_else(|| {
            let hidden = before.iter().find(|widget| is_drawn(self.old, widget))?;
            Some(("hides what was", rectangle(self.old, hidden)))
        });
        let time_stamp =
            signature.is_some_and(|signature| has(signature, b"SubFilter", b"ETSI.RFC3161"));
        let (nature, code, text) = match (seen, signature) {
            (Some((how, place)), Some(_)) if time_stamp => (
                Nature::VisibleTimeStamp,
                Code::VisibleTimeStampAdded,
                format!("a time-stamp was added that {how} shown at [{place}]"),
            ),
            (Some((how, place)), Some(_)) => (
                match code {
                    Code::SignatureAdded => Nature::VisibleSigning,
                    _ => Nature::NewVisibleSigning,
                },
                Code::VisibleSignatureAdded,
                format!("a signature was added that {how} shown at [{place}]"),
            ),
            (Some((_, place)), None) if drawn => (
                Nature::Other,
                Code::UnsignedAppearance,
                format!("a field that is not signed shows something at [{place}]"),
            ),
            (_, Some(_)) if time_stamp => (
                match code {
                    Code::SignatureAdded => Nature::TimeStamping,
                    _ => Nature::Evidence,
                },
                Code::TimeStampAdded,
                "a document time-stamp was added".to_owned(),
            ),
            _ => (
                Nature::Signing,
                code,
                match code {
                    Code::SignatureAdded => "a signature was added".to_owned(),
                    _ => "a signature field was added".to_owned(),
                },
            ),
        };
        let finding = of(number, code, text).of_field(facts.name.clone());
        self.note_by_every_name(number, nature, &finding, facts.value_holder);
    }

    /// What `field` and everything below it is, as far as it can be looked at. What cannot is
    /// taken for something that is shown.
    pub(super) fn widgets_of(&self, view: View<'_>, field: &Dictionary) -> Vec<Dictionary> {
        with_kids(view, field).unwrap_or_else(|| {
            let mut somewhere = Dictionary::new();
            somewhere.set("AP", Object::Null);
            somewhere.set("Rect", Object::Null);
            vec![somewhere]
        })
    }

    /// Whether `number`, a signature field that was on no page, may be on one now.
    pub(super) fn place_signature_field(&mut self, number: u32, dictionary: &Dictionary) -> bool {
        let facts = self.field_facts(self.new, number, dictionary);
        if facts.kind.as_deref() != Some(b"Sig") {
            return false;
        }
        let before = self.old.value(number).ok().and_then(|old| match old {
            Object::Dictionary(old) => Some(self.field_facts(self.old, number, &old)),
            _ => None,
        });
        let newly_signed = facts.is_signed() && !before.is_some_and(|before| before.is_signed());
        // A field signed in this update has been noted with its signature.
        newly_signed || !is_visible(self.new, dictionary)
    }
}
