//! Revisions as signatures see them: where each ends, and what follows the last.

use bytes::Bytes;
use serde::Serialize;

use super::finding::{Code, Finding};
use crate::reader::Reader;
use crate::revision::Revision;

/// What a signature covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Coverage {
    /// The document as it is.
    #[serde(rename = "whole document")]
    WholeDocument,
    /// An earlier revision; updates follow.
    #[serde(rename = "revision")]
    Revision,
    /// Neither: it is not known what was signed.
    #[serde(rename = "unclear")]
    Unclear,
}

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
            let end = revision.end?;
            let line_end = document[..end].iter().rev().take_while(|byte| is_eol(byte)).count();
            Some(end - line_end)
        };
        let markers: Vec<_> = all.iter().map(marker).collect();
        let mut findings = Vec::new();
        for (index, marker) in markers.iter().enumerate() {
            if marker.is_none() {
                let text = "the revision's cross-reference section is not followed by \
                            `startxref` and `%%EOF`";
                let mut finding = Finding::new(Code::RevisionWithoutEnd, text);
                finding.revision = Some(index + 1);
                findings.push(finding);
            }
        }
        if let Some(Some(marker)) = markers.last() {
            let after = document[*marker..].iter().filter(|byte| !is_eol(byte)).count();
            if after > 0 {
                let text = format!("{after} bytes follow the last revision, which ends at {marker}");
                findings.push(Finding::new(Code::BytesAfterEnd, text));
            }
        }
        Self { all, markers, findings }
    }

    /// The revision that ends at `end`, with nothing but ends of line between; an index into
    /// [`Self::all`].
    pub(super) fn ending_at(&self, document: &Bytes, end: usize) -> Option<usize> {
        self.markers.iter().rposition(|marker| {
            marker.is_some_and(|marker| {
                marker <= end && document[marker..end].iter().all(|byte| is_eol(byte))
            })
        })
    }

    pub(super) fn coverage(&self, revision: usize) -> Coverage {
        if revision + 1 == self.all.len() { Coverage::WholeDocument } else { Coverage::Revision }
    }
}

fn is_eol(byte: &u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}
