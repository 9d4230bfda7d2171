//! The trailer of an update, and its cross-reference sections.

use lopdf::Object;

use super::super::finding::{Code, Finding};
use super::super::view::View;
use super::Comparison;
use super::change::Nature;
use super::judge::of;
use super::role::Role;
use super::same::same;
use crate::xref::{Entry, Section};

impl Comparison<'_> {
    pub(super) fn compare_trailers(&mut self) {
        for key in [&b"Root"[..], b"Encrypt"] {
            let (old, new) = (value(self.old, key), value(self.new, key));
            let name = String::from_utf8_lossy(key);
            // Readers that look at the newest trailer alone would find none.
            let newest = self.new.reader.sections().first();
            let left_out = newest.is_none_or(|newest| newest.trailer().value(key).is_none());
            if left_out && old != Object::Null {
                let text = format!("`/{name}` is missing in the update's trailer");
                self.other(Finding::new(Code::TrailerChanged, text));
            } else if !(same(&old, &new) || key == b"Root" && self.compare_roots(&old, &new)) {
                let text = format!("`/{name}` in the trailer was changed");
                self.other(Finding::new(Code::TrailerChanged, text));
            }
        }
        self.compare_identifiers();
        let (old, new) = (value(self.old, b"Info"), value(self.new, b"Info"));
        if !same(&old, &new) {
            self.compare_information(None, &old, &new);
        }
    }

    /// Whether the catalog is another object that was not in use: then what it says is held
    /// against what the one before said.
    fn compare_roots(&mut self, old: &Object, new: &Object) -> bool {
        let Object::Reference((number, _)) = *new else { return false };
        let is_ambiguous = self.is_ambiguous(old, new);
        let (Some(old), Some(new)) = (self.old.dictionary(old), self.new.dictionary(new)) else {
            return false;
        };
        let roles = self.graph.roles(number);
        if roles.iter().any(|role| role != Role::Catalog) {
            return false;
        }
        if is_ambiguous {
            let text = "the catalog has, or had, the same key twice";
            self.other(of(number, Code::CatalogChanged, text));
        }
        self.compare_catalogs(number, &old, &new);
        true
    }

    /// The first identifier is permanent (ISO 32000-2 clause 14.4). That it was changed is worth
    /// a word and changes nothing that is shown, unless keys are derived from it.
    fn compare_identifiers(&mut self) {
        let first = |view: View<'_>| match value(view, b"ID") {
            Object::Array(ids) => ids.into_iter().next(),
            _ => None,
        };
        let (Some(old), Some(new)) = (first(self.old), first(self.new)) else { return };
        if same(&old, &new) {
            return;
        }
        let text = "the document's permanent identifier was changed";
        if self.old.reader.is_encrypted() || self.new.reader.is_encrypted() {
            self.other(Finding::new(Code::TrailerChanged, text));
        } else {
            self.note(Nature::Evidence, Finding::new(Code::IdentifierChanged, text));
        }
    }

    /// A table and the stream beside it must say the same to every reader (ISO 32000-2 clause 7.5.8.4).
    pub(super) fn compare_hybrids(&mut self, sections: usize) {
        let was_used = |number| !self.graph.roles(number).is_empty();
        let sections = &self.new.reader.sections()[..sections];
        if sections.iter().any(|section| says_two_things(section, was_used)) {
            let text = "the update has both a cross-reference table and a stream, which say \
                        different things to different readers";
            self.other(Finding::new(Code::HybridUpdate, text));
        }
    }
}

/// Whether a table and the stream beside it put an object at two places, or hide one that `was_used` from
/// readers of tables alone.
pub(super) fn says_two_things(section: &Section, was_used: impl Fn(u32) -> bool) -> bool {
    let Some(stream) = section.hybrid() else { return false };
    stream.subsections().any(|(first, count)| {
        (first..first.saturating_add(count)).any(|number| {
            let Ok(streamed) = stream.entry(number) else { return true };
            let Ok(tabled) = section.own_entry(number) else { return true };
            match (tabled, streamed) {
                (None, _) | (_, None) => false,
                (Some(Entry::Free), Some(_)) => was_used(number),
                (Some(tabled), Some(streamed)) => tabled != streamed,
            }
        })
    })
}

fn value(view: View<'_>, key: &[u8]) -> Object {
    view.reader
        .trailer_value(key)
        .and_then(|value| value.parse_exactly().ok())
        .unwrap_or(Object::Null)
}
