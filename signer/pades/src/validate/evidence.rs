//! The evidence in the document security store, and the levels that it makes
//! (EN 319 142-1 clauses 5.4 and 6).

use std::time::SystemTime;

use cades::{
    Certificate, OcspResponse, RevocationList, TrustMaterial, ValidationData,
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
            data.revocation_lists.extend(RevocationList::parse(list));
        }
        for response in streams(view, &store, b"OCSPs") {
            data.ocsp_responses.extend(OcspResponse::parse(response));
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

    /// Holds the level of a signature against what dates it: LT demands the validation data of the
    /// time-stamp as well (EN 319 142-1 clause 6.3). `is_long_term`: a later document time-stamp
    /// has its own in the document.
    pub(super) fn hold(&self, report: &mut SignatureReport, is_long_term: bool) {
        if is_long_term || report.time_stamps.iter().any(TimeStampReport::proved_once) {
            return;
        }
        for (high, low) in [("PAdES-B-LT", "PAdES-B-T"), ("PKCS7-LT", "PKCS7-T")] {
            if report.level.as_deref() == Some(high) {
                report.level = Some(low.to_owned());
            }
        }
    }

    /// Raises the level of a signature: to T by a later document time-stamp, from LT to LTA by a
    /// time-stamp over the evidence.
    pub(super) fn raise(&self, report: &mut SignatureReport, stamped: bool, archived: bool) {
        let in_time =
            || report.signer.as_ref().is_none_or(|s| report.best_signature_time <= s.not_after);
        match report.level.as_deref() {
            Some("PAdES-B-B") if stamped && in_time() => {
                report.level = Some("PAdES-B-T".to_owned());
            }
            Some("PKCS7-B") if stamped && in_time() => report.level = Some("PKCS7-T".to_owned()),
            Some("PAdES-B-LT") if archived => report.level = Some("PAdES-B-LTA".to_owned()),
            Some("PKCS7-LT") if archived => report.level = Some("PKCS7-LTA".to_owned()),
            _ => {}
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
