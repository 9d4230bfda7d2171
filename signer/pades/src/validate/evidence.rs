//! The evidence in the document security store, and the levels that it makes
//! (EN 319 142-1 clauses 5.4 and 6).

use cades::{
    Certificate, RevocationList, TrustMaterial,
    report::{Indication, SignatureReport},
};
use lopdf::{Dictionary, Object};
use seal::CertificateDer;

use super::limits::MAX_EVIDENCE;
use super::view::View;
use crate::reader::Reader;

/// What a document security store holds that can be read.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    certificates: Vec<Certificate>,
    revocation_lists: Vec<RevocationList>,
    /// How many OCSP answers there are.
    answers: usize,
}

impl Evidence {
    pub(super) fn read(reader: &Reader) -> Self {
        let view = View { reader };
        let mut evidence = Self::default();
        let Some(store) = store(view) else { return evidence };
        for data in streams(view, &store, b"Certs") {
            evidence.certificates.extend(Certificate::parse(CertificateDer::new(data)));
        }
        for data in streams(view, &store, b"CRLs") {
            evidence.revocation_lists.extend(RevocationList::parse(data));
        }
        evidence.answers = streams(view, &store, b"OCSPs").len();
        evidence
    }

    /// Whether a document has a document security store.
    pub(super) fn is_in(reader: &Reader) -> bool {
        store(View { reader }).is_some()
    }

    /// The trust material with the evidence beside it; the anchors stay as they are.
    pub(super) fn beside(&self, trust: &TrustMaterial) -> TrustMaterial {
        let mut trust = trust.clone();
        trust.certificates.extend_from_slice(&self.certificates);
        trust.revocation_lists.extend_from_slice(&self.revocation_lists);
        trust
    }

    /// Raises the level of a signature: to T by a later document time-stamp, to LT by evidence,
    /// to LTA by a time-stamp over the evidence.
    pub(super) fn raise(&self, report: &mut SignatureReport, stamped: bool, archived: bool) {
        let in_time =
            || report.signer.as_ref().is_none_or(|s| report.best_signature_time <= s.not_after);
        if report.level.as_deref() == Some("PAdES-B-B") && stamped && in_time() {
            report.level = Some("PAdES-B-T".to_owned());
        }
        let passed = report.indication == Indication::TotalPassed;
        let holds = self.answers > 0 || !self.revocation_lists.is_empty();
        if report.level.as_deref() == Some("PAdES-B-T") && passed && holds {
            report.level = Some(if archived { "PAdES-B-LTA" } else { "PAdES-B-LT" }.to_owned());
        }
    }
}

fn store(view: View<'_>) -> Option<Dictionary> {
    let root = view.reader.trailer_value(b"Root")?.parse().ok()?;
    view.dictionary(view.dictionary(&root)?.get(b"DSS").ok()?)
}

fn streams(view: View<'_>, store: &Dictionary, key: &[u8]) -> Vec<Vec<u8>> {
    let elements = store.get(key).map(|list| view.elements(list)).unwrap_or_default();
    let stream = |element: &Object| match element {
        Object::Reference(id) => view.reader.stream(*id).ok().map(|data| data.to_vec()),
        _ => None,
    };
    elements.iter().take(MAX_EVIDENCE).filter_map(stream).collect()
}
