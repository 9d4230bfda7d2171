//! Revisions as signatures see them: where each ends, and what follows the last.

use bytes::Bytes;

use super::entrance::{Linearization, entrance_fault};
use super::finding::{Code, Finding};
use crate::reader::Reader;
use crate::revision::Revision;
use crate::syntax::is_whitespace;

/// The revisions of a document, each with its end.
#[derive(Debug)]
pub(super) struct Revisions {
    /// The oldest first.
    pub(super) all: Vec<Revision>,
    /// Where `%%EOF` of each ends, without any end of line.
    markers: Vec<Option<usize>>,
    /// What is wrong with the file as such. With any of these no signature is accepted.
    pub(super) findings: Vec<Finding>,
}

impl Revisions {
    pub(super) fn read(reader: &Reader, document: &Bytes) -> Self {
        let all = reader.revisions();
        let marker = |revision: &Revision| {
            let end = revision.end.filter(|_| leads_to_itself(reader, revision, document))?;
            let line_end = document[..end].iter().rev().take_while(|byte| is_eol(byte)).count();
            Some(end - line_end)
        };
        let markers: Vec<_> = all.iter().map(marker).collect();
        let mut findings = Vec::new();
        for (index, marker) in markers.iter().enumerate() {
            if marker.is_none() {
                let text = "the revision does not end with a `startxref` that leads to its \
                            cross-reference section, and `%%EOF`";
                let mut finding = Finding::new(Code::RevisionWithoutEnd, text);
                finding.revision = Some(index + 1);
                findings.push(finding);
            }
        }
        let linearization = Linearization::read(reader);
        for (index, (revision, marker)) in all.iter().zip(&markers).enumerate() {
            let Some(marker) = *marker else { continue };
            let fault = entrance_fault(reader, revision, document, marker, linearization.as_ref());
            findings.extend(fault.map(|fault| Finding { revision: Some(index + 1), ..fault }));
        }
        if let Some(Some(marker)) = markers.last() {
            let after = document[*marker..].iter().filter(|byte| !is_eol(byte)).count();
            if after > 0 {
                let text =
                    format!("{after} bytes follow the last revision, which ends at {marker}");
                findings.push(Finding::new(Code::BytesAfterEnd, text));
            }
        }
        Self { all, markers, findings }
    }

    /// The revision that ends at `end`, with nothing but ends of line between; an index into
    /// [`Self::all`].
    pub(super) fn ending_at(&self, document: &Bytes, end: usize) -> Option<usize> {
        self.markers.iter().rposition(|marker| {
            marker.is_some_and(|marker| marker <= end && document[marker..end].iter().all(is_eol))
        })
    }

    /// What a signature covers whose ranges end with this revision.
    pub(super) fn coverage(&self, revision: Option<usize>) -> &'static str {
        match revision {
            None => "unclear",
            Some(revision) if revision + 1 == self.all.len() => "whole document",
            Some(_) => "revision",
        }
    }
}

/// Whether the `startxref` of a revision leads to its newest section, so that whoever reads only
/// up to its end sees this revision and no other.
fn leads_to_itself(reader: &Reader, revision: &Revision, document: &Bytes) -> bool {
    let sections = &reader.sections()[revision.sections.clone()];
    let (Some(newest), Some(end)) =
        (sections.first(), sections.last().and_then(|oldest| oldest.end_of_file()))
    else {
        return false;
    };
    let start = usize::try_from(end.startxref).unwrap_or(usize::MAX);
    document.get(start..newest.offset()).is_some_and(|gap| gap.iter().all(|&b| is_whitespace(b)))
}

fn is_eol(byte: &u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}
