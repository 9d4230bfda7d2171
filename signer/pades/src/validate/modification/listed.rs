//! What fields are called by the lists in which they stand.

use std::collections::{HashMap, HashSet};

use lopdf::Object;

use super::super::finding::Finding;
use super::super::limits::MAX_FIELD_DEPTH;
use super::Comparison;
use super::change::Nature;
use super::field::MAX_SHOWN_BYTES;
use super::role::Role;
use crate::limits::MAX_SHOWN;
use crate::text::decode_text;

/// The most names of one field.
const MAX_NAMES: usize = 16;

impl Comparison<'_> {
    /// Notes what became of the value of field `number`, whose name the finding has, and again under
    /// every other name: some readers climb `/Parent` and others descend `/Kids` (ISO 32000-2 clause
    /// 12.7.4.2), and a lock may mean either.
    pub(super) fn note_by_every_name(
        &mut self,
        number: u32,
        nature: Nature,
        finding: &Finding,
        signature: Option<u32>,
    ) {
        let named = finding.field.clone().unwrap_or_default();
        self.note_signed(nature, finding.clone(), signature);
        for name in self.names_by_lists(number) {
            if name != named {
                self.note_signed(nature, finding.clone().of_field(name), signature);
            }
        }
    }

    /// The names that the older revision gives a field on the ways down to it.
    fn names_by_lists(&self, number: u32) -> Vec<String> {
        let mut names = Vec::new();
        let mut ways = vec![(number, String::new(), 0)];
        while let Some((number, below, depth)) = ways.pop() {
            let field = self.old.value(number);
            let name = match &field {
                Ok(Object::Dictionary(field)) => self.old.entry(field, b"T"),
                _ => Object::Null,
            };
            let name = match &name {
                Object::String(name, _) => shown_name(name, &below),
                _ => below,
            };
            let parents = self.listing_parents().get(&number).map_or(&[][..], Vec::as_slice);
            if depth == MAX_FIELD_DEPTH || names.len() + ways.len() + parents.len() > MAX_NAMES {
                // One of this length may be any.
                names.push("?".repeat(MAX_SHOWN));
                return names;
            }
            // What stands in a list of kids may stand in the form's as well.
            let is_root = parents.is_empty() || self.roots().contains(&number);
            if is_root && !name.is_empty() {
                names.push(name.clone());
            }
            ways.extend(parents.iter().map(|&parent| (parent, name.clone(), depth + 1)));
        }
        names
    }

    /// The fields that the form itself lists (ISO 32000-2 table 224), in the older revision.
    fn roots(&self) -> &HashSet<u32> {
        self.roots.get_or_init(|| {
            let form = self.old.form().unwrap_or_default();
            let fields = form.get(b"Fields").map(|fields| self.old.elements(fields));
            let fields = fields.unwrap_or_default().into_iter();
            fields.filter_map(|field| Some(field.as_reference().ok()?.0)).collect()
        })
    }

    /// The fields that list each field among their kids, in the older revision.
    fn listing_parents(&self) -> &HashMap<u32, Vec<u32>> {
        self.listing_parents.get_or_init(|| {
            let mut parents: HashMap<u32, Vec<u32>> = HashMap::new();
            for number in self.graph.fields_and_annotations() {
                if !self.graph.roles(number).has(Role::Field) {
                    continue;
                }
                let Ok(Object::Dictionary(field)) = self.old.value(number) else { continue };
                let kids = field.get(b"Kids").map(|kids| self.old.elements(kids));
                for kid in kids.unwrap_or_default() {
                    let Ok((kid, _)) = kid.as_reference() else { continue };
                    let listing = parents.entry(kid).or_default();
                    // One more than are followed: then the field may have any name. A list has a field once.
                    if listing.len() <= MAX_NAMES && listing.last() != Some(&number) {
                        listing.push(number);
                    }
                }
            }
            parents
        })
    }
}

/// As much as is shown of the name of a field called `partial` and what stands `below` it, or a long name
/// below itself would be held as often as fields may be nested.
fn shown_name(partial: &[u8], below: &str) -> String {
    let mut name = decode_text(&partial[..partial.len().min(MAX_SHOWN_BYTES)]);
    if !below.is_empty() {
        name.push('.');
        name.push_str(below);
    }
    name.chars().take(MAX_SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_of_a_field_below_itself_is_no_longer_than_what_is_shown() {
        let partial = vec![b'a'; 1 << 20];
        let mut name = String::new();
        for _ in 0..MAX_FIELD_DEPTH {
            name = shown_name(&partial, &name);
            assert_eq!(name.chars().count(), MAX_SHOWN);
        }
        assert_eq!(shown_name(b"city", &shown_name(b"name", "")), "city.name");
    }
}
