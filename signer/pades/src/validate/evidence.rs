//! The evidence in the document security store, and the levels that it makes
//! (EN 319 142-1 clauses 5.4 and 6).

use std::time::SystemTime;

use cades::{
    Certificate, TrustMaterial, ValidationData,
    report::{SignatureReport, TimeStampReport},
};
use lopdf::{Dictionary, Object};
use seal::CertificateDer;

use super::limits::MAX_EVIDENCE;
use super::view::View;
use crate::reader::Reader;

/// What a document security store holds that can be read.
#[derive(Debug, Default)]
pub(crate) struct Evidence(ValidationData);

impl Evidence {
    pub(crate) fn read(reader: &Reader) -> Self {
        let view = View { reader };
        let mut data = ValidationData::default();
        let Some(store) = store(view) else { return Self(data) };
        for certificate in streams(view, &store, b"Certs") {
            data.certificates.extend(Certificate::parse(CertificateDer::new(certificate)));
        }
        for list in streams(view, &store, b"CRLs") {
            data.add_revocation_list(list);
        }
        for response in streams(view, &store, b"OCSPs") {
            data.add_ocsp_response(response);
        }
        Self(data)
    }

    /// Whether a document has a document security store.
    pub(super) fn is_in(reader: &Reader) -> bool {
        store(View { reader }).is_some()
    }

    /// What can be read.
    pub(crate) fn into_data(self) -> ValidationData {
        self.0
    }

    /// The trust material with the evidence beside it; the anchors stay as they are.
    pub(crate) fn beside(&self, trust: &TrustMaterial) -> TrustMaterial {
        let mut trust = trust.clone();
        trust.embedded.certificates.extend_from_slice(&self.0.certificates);
        trust.embedded.revocation_lists.extend_from_slice(&self.0.revocation_lists);
        trust.embedded.ocsp_responses.extend_from_slice(&self.0.ocsp_responses);
        trust.embedded.unreadable.extend_from_slice(&self.0.unreadable);
        trust
    }

    /// The trust material in which each piece of evidence that stands here, too, is known to have
    /// existed at `time`: a time-stamp of that time covers it.
    pub(crate) fn dated(&self, trust: &TrustMaterial, time: SystemTime) -> TrustMaterial {
        let mut trust = trust.clone();
        for list in &mut trust.embedded.revocation_lists {
            if self.0.revocation_lists.iter().any(|covered| covered.der() == list.der()) {
                *list = list.clone().proven_at(time);
            }
        }
        for response in &mut trust.embedded.ocsp_responses {
            if self.0.ocsp_responses.iter().any(|covered| covered.der() == response.der()) {
                *response = response.clone().proven_at(time);
            }
        }
        trust
    }
}

/// Settles the level of a signature that stands in a document. LT demands the validation data of
/// what dates it as well (EN 319 142-1 clause 6.3): of a signature-time-stamp in the CMS, or of a
/// later document time-stamp, which has them in the document if `is_long_term`. One over the
/// evidence (`archived`) makes LTA of it.
pub(super) fn settle_level(report: &mut SignatureReport, is_long_term: bool, archived: bool) {
    let Some(format) = report.level.as_deref().and_then(|level| level.strip_suffix("-LT")) else {
        return;
    };
    let dated_inside = report.time_stamps.iter().any(TimeStampReport::proved_once);
    let level = match (is_long_term || dated_inside, archived) {
        (false, _) => "T",
        (true, false) => "LT",
        (true, true) => "LTA",
    };
    report.level = Some(format!("{format}-{level}"));
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
