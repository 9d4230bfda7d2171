//! What updates changed after a signature: every object that an update replaces must be explained
//! in every role that it had in the revision before.

mod annotation;
mod appearance;
mod catalog;
mod change;
mod differ;
mod doubt;
mod equal;
mod evidence;
mod field;
mod form;
mod found;
mod graph;
mod judge;
mod listed;
mod mention;
mod new_field;
mod parent;
mod parent_tree;
mod role;
mod same;
mod search;
mod showed;
mod structure;
mod trailer;
mod value;
mod variable_text;
mod written;

use std::cell::{Cell, OnceCell};
use std::collections::{HashMap, HashSet};

use lopdf::Object;

use super::finding::{Code, Finding};
use super::limits::{MAX_FINDINGS, MAX_UPDATED_OBJECTS};
use super::view::View;
use crate::error::{Error, Limit};
use crate::reader::Reader;
use crate::revision::Revision;
use crate::xref::Entry;
pub(super) use change::{Change, Nature};
use graph::Graph;
use structure::Structure;
use variable_text::VariableText;

/// The changes that every revision after `first` brought, the oldest first.
///
/// Each revision is compared with the one before it, once, however many signatures there are.
pub(super) fn changes_after(
    reader: &Reader,
    revisions: &[Revision],
    first: usize,
) -> Result<Vec<Change>, Error> {
    let mut changes = Vec::new();
    if first + 1 >= revisions.len() {
        return Ok(changes);
    }
    let mut old = reader.at_revision(&revisions[first]);
    let mut graph = Graph::of(View { reader: &old })?;
    for (index, revision) in revisions.iter().enumerate().skip(first + 1) {
        let new = reader.at_revision(revision);
        let views = (View { reader: &old }, View { reader: &new });
        let mut comparison = Comparison::new(views.0, views.1, &graph, index);
        let sections = revision.sections.len();
        let touched = comparison.touched(sections)?;
        comparison.judge_written(sections)?;
        comparison.judge_search(sections, &touched)?;
        comparison.compare(sections, &touched);
        settle_upkeep(&mut comparison.changes);
        changes.append(&mut comparison.changes);
        if changes.len() > MAX_FINDINGS {
            let text = "there are more changes than can be listed";
            // What came after was not looked at, and no signature before the last revision knows
            // what became of it.
            changes.push(Change {
                revision: revisions.len() - 1,
                nature: Nature::Other,
                finding: Finding::new(Code::ObjectReplaced, text),
                signature: None,
            });
            break;
        }
        let was_in_doubt = graph.doubt.is_some();
        graph.extend(views.1, sections, &touched)?;
        if let Some(doubt) = graph.doubt.filter(|_| !was_in_doubt) {
            changes.push(Change {
                revision: index,
                nature: Nature::Other,
                finding: doubt.finding(),
                signature: None,
            });
        }
        old = new;
    }
    Ok(changes)
}

/// A change by the newest revision that is more than evidence and a time-stamp which shows nothing, if
/// there is one: no signature before it permits it whatever it says.
///
/// # Errors
/// [`Error`] when the revisions cannot be compared.
pub(crate) fn beyond_evidence(reader: &Reader) -> Result<Option<Finding>, Error> {
    let revisions = reader.revisions();
    let Some(before) = revisions.len().checked_sub(2) else { return Ok(None) };
    let changes = changes_after(reader, &revisions, before)?;
    let beyond = changes.into_iter().find(|change| !change.nature.is_evidence());
    Ok(beyond.map(|change| change.finding))
}

/// A program that brings evidence states its name and the time in the document information: that
/// is part of what it brings (ISO 32000-2 clause 12.8.2.2), where it brings nothing else.
fn settle_upkeep(changes: &mut [Change]) {
    let alone = changes.iter().all(|c| c.nature.is_evidence() || c.nature == Nature::Upkeep);
    let brings = changes.iter().any(|change| change.finding.code.is_evidence());
    for change in changes.iter_mut().filter(|change| change.nature == Nature::Upkeep) {
        change.nature = if alone && brings { Nature::Evidence } else { Nature::Description };
    }
}

/// Two revisions, one right after the other.
#[derive(Debug)]
struct Comparison<'a> {
    old: View<'a>,
    new: View<'a>,
    graph: &'a Graph,
    /// The index of the newer revision.
    revision: usize,
    changes: Vec<Change>,
    /// The widgets of new signature fields.
    new_widgets: HashSet<u32>,
    /// Elements added to `/Annots`, still to be held against the new fields.
    new_annotations: Vec<Object>,
    /// What was added to the structure, still to be held against the new fields.
    structure: Structure,
    /// Bytes read to find equal copies.
    compared: Cell<usize>,
    variable_text: OnceCell<Option<VariableText>>,
    /// What names each object as its parent.
    named_parents: OnceCell<HashMap<u32, Vec<u32>>>,
    /// The fields whose `/Kids` are each object.
    lists_of_kids: OnceCell<HashMap<u32, Vec<u32>>>,
    /// The fields that list each field.
    listing_parents: OnceCell<HashMap<u32, Vec<u32>>>,
    /// Whether readers make the appearances of the older revision anew.
    makes_all_anew: OnceCell<bool>,
    /// The fields that the older revision's form lists itself.
    roots: OnceCell<HashSet<u32>>,
    /// The names of fields that are for no signature.
    names: OnceCell<HashSet<String>>,
}

impl<'a> Comparison<'a> {
    fn new(old: View<'a>, new: View<'a>, graph: &'a Graph, revision: usize) -> Self {
        Self {
            old,
            new,
            graph,
            revision,
            changes: Vec::new(),
            new_widgets: HashSet::new(),
            new_annotations: Vec::new(),
            structure: Structure::default(),
            compared: Cell::new(0),
            variable_text: OnceCell::new(),
            named_parents: OnceCell::new(),
            lists_of_kids: OnceCell::new(),
            listing_parents: OnceCell::new(),
            makes_all_anew: OnceCell::new(),
            roots: OnceCell::new(),
            names: OnceCell::new(),
        }
    }

    /// The objects that stand elsewhere now than in the revision before.
    fn touched(&self, sections: usize) -> Result<Vec<u32>, Error> {
        let mut numbers = Vec::new();
        for section in &self.new.reader.sections()[..sections] {
            for (first, count) in section.subsections() {
                if numbers.len() + count as usize > MAX_UPDATED_OBJECTS {
                    let maximum = MAX_UPDATED_OBJECTS as u64;
                    return Err(Error::Limit { limit: Limit::UpdatedObjects, maximum });
                }
                numbers.extend(first..first + count);
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        let mut touched = Vec::new();
        for number in numbers {
            let entry = |view: View<'_>| view.reader.locate(number).map(|l| l.map(|l| l.entry));
            // A row of what was signed may have led beyond its end, to where the update has an object.
            let is_new = || self.old.raw(number).is_err() && self.new.raw(number).is_ok();
            if entry(self.old)? != entry(self.new)? || is_new() {
                touched.push(number);
            }
        }
        Ok(touched)
    }

    fn compare(&mut self, sections: usize, touched: &[u32]) {
        self.compare_trailers();
        self.compare_hybrids(sections);
        if let Some(doubt) = self.graph.doubt {
            self.other(doubt.finding());
        }
        for &number in touched {
            let freed = matches!(
                self.new.reader.locate(number).map(|location| location.map(|l| l.entry)),
                Ok(Some(Entry::Free))
            );
            if self.graph.object_streams.contains(&number) {
                let text = "an object stream was replaced, and with it every object in it";
                self.other(
                    Finding::new(Code::ObjectStreamReplaced, text).of_object(Some((number, 0))),
                );
            }
            self.judge(number, freed);
        }
        self.match_annotations();
        self.match_structure();
    }

    /// Notes a change that nothing permits.
    fn other(&mut self, finding: Finding) {
        self.note(Nature::Other, finding);
    }

    fn note(&mut self, nature: Nature, finding: Finding) {
        self.note_signed(nature, finding, None);
    }

    /// Notes a change that the signature in object `signature` may answer for, once.
    fn note_signed(&mut self, nature: Nature, mut finding: Finding, signature: Option<u32>) {
        finding.revision = Some(self.revision + 1);
        let noted = |change: &Change| {
            change.signature == signature
                && change.nature == nature
                && change.finding.code == finding.code
                && change.finding.field == finding.field
        };
        if signature.is_some() && self.changes.iter().any(noted) {
            return;
        }
        if self.changes.len() <= MAX_FINDINGS {
            self.changes.push(Change { revision: self.revision, nature, finding, signature });
        }
    }
}
