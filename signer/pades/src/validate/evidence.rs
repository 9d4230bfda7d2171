//! The evidence in the document security store, and the levels that it makes
//! (EN 319 142-1 clauses 5.4 and 6).

use std::collections::{BTreeSet, HashSet};
use std::time::SystemTime;

use bytes::Bytes;
use cades::{
    Certificate, TrustMaterial, ValidationData,
    report::{SignatureReport, TimeStampReport},
};
use lopdf::{Dictionary, Object};
use seal::{CertificateDer, Effort, Held, Level};

use super::limits::MAX_EVIDENCE;
use super::view::View;
use crate::reader::Reader;
use crate::revision::Revision;
use crate::xref::Entry;

/// What a document security store holds that can be read.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    data: ValidationData,
    /// The memory that it takes up, given back with the data.
    held: Vec<Held>,
}

impl Evidence {
    pub(crate) fn read(reader: &Reader) -> Self {
        let mut evidence = Self::default();
        evidence.add(reader, &mut HashSet::new());
        evidence
    }

    /// The same of the newest store and of those of the revisions that are `covered`, each stream
    /// once. What a later store leaves out is no evidence that was taken back: it convinces by its
    /// own signature, and a signature or time-stamp is over it.
    pub(super) fn read_all(
        reader: &Reader,
        revisions: &[Revision],
        covered: impl Iterator<Item = usize>,
    ) -> Self {
        let mut evidence = Self::default();
        let mut seen = HashSet::new();
        evidence.add(reader, &mut seen);
        for revision in covered.collect::<BTreeSet<_>>().into_iter().rev() {
            evidence.add(&reader.at_revision(&revisions[revision]), &mut seen);
        }
        evidence
    }

    fn add(&mut self, reader: &Reader, seen: &mut HashSet<Stream>) {
        let view = View { reader };
        let Self { data, held } = self;
        let Some(store) = store(view) else { return };
        for certificate in streams(view, &store, b"Certs", seen, held) {
            data.certificates.extend(Certificate::parse(CertificateDer::new(certificate)));
        }
        for list in streams(view, &store, b"CRLs", seen, held) {
            data.add_revocation_list(list);
        }
        for response in streams(view, &store, b"OCSPs", seen, held) {
            data.add_ocsp_response(response);
        }
    }

    /// Whether a document has a document security store.
    pub(super) fn is_in(reader: &Reader) -> bool {
        store(View { reader }).is_some()
    }

    /// What can be read.
    pub(crate) fn into_data(self) -> ValidationData {
        self.data
    }

    /// The trust material with the evidence beside it; the anchors stay as they are.
    /// What it costs to judge by it is charged to `effort`.
    pub(crate) fn beside(&self, trust: &TrustMaterial, effort: &Effort) -> TrustMaterial {
        let mut trust = trust.clone();
        trust.effort = Some(effort.clone());
        trust.embedded.certificates.extend_from_slice(&self.data.certificates);
        trust.embedded.revocation_lists.extend_from_slice(&self.data.revocation_lists);
        trust.embedded.ocsp_responses.extend_from_slice(&self.data.ocsp_responses);
        trust.embedded.unreadable.extend_from_slice(&self.data.unreadable);
        trust
    }

    /// The trust material in which each piece of evidence that stands here, too, is known to have
    /// existed at `time`: a time-stamp of that time covers it.
    pub(crate) fn dated(&self, trust: &TrustMaterial, time: SystemTime) -> TrustMaterial {
        let mut trust = trust.clone();
        let lists = self.data.revocation_lists.iter().map(|one| &one.der()[..]);
        let responses = self.data.ocsp_responses.iter().map(|one| &one.der()[..]);
        let covered: HashSet<&[u8]> = lists.chain(responses).collect();
        let length: usize = covered.iter().map(|one| one.len()).sum();
        // Once for the set and once for what is looked for in it.
        if let Some(effort) = &trust.effort {
            let _ = effort.step(8 * length as u64);
        }
        for list in &mut trust.embedded.revocation_lists {
            if covered.contains(&list.der()[..]) {
                *list = list.clone().proven_at(time);
            }
        }
        for response in &mut trust.embedded.ocsp_responses {
            if covered.contains(&response.der()[..]) {
                *response = response.clone().proven_at(time);
            }
        }
        trust
    }
}

/// That it was judged what a document time-stamp makes of a level.
pub(super) struct LevelSettled(());

/// Settles the level of a signature that stands in a document. LT demands the validation data of
/// what dates it as well (EN 319 142-1 clause 6.3): of a signature-time-stamp in the CMS, or of a
/// later document time-stamp, which has them in the document if `is_long_term`. One over the
/// evidence (`archived`) makes LTA of it.
pub(super) fn settle_level(
    report: &mut SignatureReport,
    is_long_term: bool,
    archived: bool,
) -> LevelSettled {
    let Some(stated) = report.level.filter(|stated| stated.level() == Some(Level::BLT)) else {
        return LevelSettled(());
    };
    let dated_inside = report.time_stamps.iter().any(TimeStampReport::proved_once);
    let level = match (is_long_term || dated_inside, archived) {
        (false, _) => Level::BT,
        (true, false) => Level::BLT,
        (true, true) => Level::BLTA,
    };
    report.level = Some(stated.at(level));
    LevelSettled(())
}

fn store(view: View<'_>) -> Option<Dictionary> {
    let root = view.reader.trailer_value(b"Root")?.parse_exactly().ok()?;
    view.dictionary(view.dictionary(&root)?.get(b"DSS").ok()?)
}

/// A stream that was read: under which key of the store, its number, and where it stands.
type Stream = (&'static [u8], u32, u64);

/// The streams that an array of the store names and that have not been read yet, up to
/// [`MAX_EVIDENCE`] of each key.
fn streams(
    view: View<'_>,
    store: &Dictionary,
    key: &'static [u8],
    seen: &mut HashSet<Stream>,
    held: &mut Vec<Held>,
) -> Vec<Bytes> {
    /// Reading a byte of DER.
    const STEPS: u64 = 4;
    let elements = store.get(key).map(|list| view.elements(list)).unwrap_or_default();
    let mut left = MAX_EVIDENCE - seen.iter().filter(|(of, ..)| *of == key).count();
    let effort = view.reader.effort();
    let stream = |element: &Object| match element {
        Object::Reference(id) if left > 0 => {
            let location = view.reader.locate(id.0).ok()??;
            let Entry::Offset { offset, .. } = location.entry else { return None };
            if !seen.insert((key, id.0, offset)) {
                return None;
            }
            left -= 1;
            let data = view.reader.stream(*id).ok()?;
            let length = data.len() as u64;
            effort.step(STEPS * length).ok()?;
            held.push(effort.hold(length).ok()?);
            Some(data)
        }
        _ => None,
    };
    elements.iter().take(MAX_EVIDENCE).filter_map(stream).collect()
}
