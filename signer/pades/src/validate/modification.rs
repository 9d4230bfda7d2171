//! What updates changed after a signature: every object that an update replaces must be explained
//! in every role that it had in the revision before.

mod annotation;
mod appearance;
mod catalog;
mod change;
mod evidence;
mod field;
mod form;
mod graph;
mod judge;
mod new_field;
mod role;
mod same;

use std::collections::HashSet;

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
        comparison.compare(sections, &touched);
        changes.append(&mut comparison.changes);
        if changes.len() > MAX_FINDINGS {
            let text = "there are more changes than can be listed";
            changes.push(Change {
                revision: index,
                nature: Nature::Other,
                finding: Finding::new(Code::ObjectReplaced, text),
            });
            break;
        }
        graph.extend(views.1, &touched)?;
        old = new;
    }
    Ok(changes)
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
            if entry(self.old)? != entry(self.new)? {
                touched.push(number);
            }
        }
        Ok(touched)
    }

    fn compare(&mut self, sections: usize, touched: &[u32]) {
        self.compare_trailers();
        let hybrid = |section: &crate::xref::Section| section.hybrid().is_some();
        if self.new.reader.sections()[..sections].iter().any(hybrid) {
            let text = "the update has both a cross-reference table and a stream, which may say \
                        different things to different readers";
            self.other(Finding::new(Code::HybridUpdate, text));
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
    }

    fn compare_trailers(&mut self) {
        let value = |view: View<'_>, key: &[u8]| {
            view.reader.trailer_value(key).and_then(|v| v.parse().ok()).unwrap_or(Object::Null)
        };
        for key in [&b"Root"[..], b"Encrypt"] {
            let old = value(self.old, key);
            let name = String::from_utf8_lossy(key);
            // Readers that look at the newest trailer alone would find none.
            let newest = self.new.reader.sections().first();
            let left_out = newest.is_none_or(|newest| newest.trailer().value(key).is_none());
            if !same::same(&old, &value(self.new, key)) {
                let text = format!("`/{name}` in the trailer was changed");
                self.other(Finding::new(Code::TrailerChanged, text));
            } else if left_out && old != Object::Null {
                let text = format!("`/{name}` is missing in the update's trailer");
                self.other(Finding::new(Code::TrailerChanged, text));
            }
        }
        let first_id = |view: View<'_>| match value(view, b"ID") {
            Object::Array(ids) => ids.into_iter().next(),
            _ => None,
        };
        if let (Some(old), Some(new)) = (first_id(self.old), first_id(self.new))
            && !same::same(&old, &new)
        {
            let text = "the document's permanent identifier was changed";
            self.other(Finding::new(Code::TrailerChanged, text));
        }
        let (old, new) = (value(self.old, b"Info"), value(self.new, b"Info"));
        if !same::same(&old, &new) {
            self.compare_information(None, &old, &new);
        }
    }

    /// Notes a change that nothing permits.
    fn other(&mut self, finding: Finding) {
        self.note(Nature::Other, finding);
    }

    fn note(&mut self, nature: Nature, mut finding: Finding) {
        finding.revision = Some(self.revision + 1);
        if self.changes.len() <= MAX_FINDINGS {
            self.changes.push(Change { revision: self.revision, nature, finding });
        }
    }
}
