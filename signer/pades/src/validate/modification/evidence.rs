//! The document security store (EN 319 142-1 clause 5.4.2): it may change, as long as it holds
//! nothing but evidence.

use lopdf::{Dictionary, Object};

use super::super::finding::Code;
use super::super::view::integer;
use super::Comparison;
use super::change::Nature;
use super::judge::of;

impl Comparison<'_> {
    pub(super) fn compare_security_stores(&mut self, number: u32, new: &Object) {
        let fault = match new {
            Object::Dictionary(store) => self.store_fault(store),
            Object::Null => None,
            _ => Some("is no dictionary".to_owned()),
        };
        self.note_evidence(number, fault);
    }

    pub(super) fn compare_evidence_lists(&mut self, number: u32, new: &Object) {
        let fault = self.list_fault(new);
        self.note_evidence(number, fault);
    }

    pub(super) fn compare_validation_records(&mut self, number: u32, new: &Object) {
        let fault = self.records_fault(new);
        self.note_evidence(number, fault);
    }

    pub(super) fn compare_validation_record(&mut self, number: u32, new: &Object) {
        let fault = match new {
            Object::Dictionary(record) => self.record_fault(record),
            Object::Null => None,
            _ => Some("has a validation record that is no dictionary".to_owned()),
        };
        self.note_evidence(number, fault);
    }

    fn note_evidence(&mut self, number: u32, fault: Option<String>) {
        let (nature, code, text) = match fault {
            Some(fault) => (
                Nature::Other,
                Code::EvidenceMalformed,
                format!("the document security store {fault}"),
            ),
            None => (
                Nature::Evidence,
                Code::EvidenceChanged,
                "the document security store was changed".to_owned(),
            ),
        };
        let noted = |change: &super::Change| {
            change.revision == self.revision && change.finding.code == Code::EvidenceChanged
        };
        if nature == Nature::Evidence && self.changes.iter().any(noted) {
            return;
        }
        self.note(nature, of(number, code, text));
    }

    fn store_fault(&self, store: &Dictionary) -> Option<String> {
        store.iter().find_map(|(key, value)| match key.as_slice() {
            b"Certs" | b"OCSPs" | b"CRLs" => self.list_fault(value),
            b"VRI" => self.records_fault(value),
            b"Type" => None,
            key => Some(format!("has the entry `/{}`", String::from_utf8_lossy(key))),
        })
    }

    fn records_fault(&self, records: &Object) -> Option<String> {
        match self.new.resolve(records) {
            Object::Dictionary(records) => {
                records.iter().find_map(|(key, record)| match self.new.resolve(record) {
                    // Other programs state the type of the records' dictionary, as records may.
                    Object::Name(_) if key == b"Type" => None,
                    Object::Dictionary(record) => self.record_fault(&record),
                    Object::Null => None,
                    _ => Some("has a validation record that is no dictionary".to_owned()),
                })
            }
            Object::Null => None,
            _ => Some("has a `/VRI` that is no dictionary".to_owned()),
        }
    }

    fn record_fault(&self, record: &Dictionary) -> Option<String> {
        record.iter().find_map(|(key, value)| match key.as_slice() {
            b"Cert" | b"OCSP" | b"CRL" => self.list_fault(value),
            b"TS" => self.stream_fault(value),
            b"Type" | b"TU" => None,
            key => Some(format!(
                "has the entry `/{}` in a validation record",
                String::from_utf8_lossy(key)
            )),
        })
    }

    fn list_fault(&self, list: &Object) -> Option<String> {
        match self.new.resolve(list) {
            Object::Array(elements) => {
                elements.iter().find_map(|element| self.stream_fault(element))
            }
            Object::Null => None,
            _ => Some("has a list that is no array".to_owned()),
        }
    }

    /// A stream has a length in its dictionary; that is looked at instead of its data, which may
    /// be a long list of revoked certificates.
    fn stream_fault(&self, element: &Object) -> Option<String> {
        let stream = match (element, self.new.resolve(element)) {
            (Object::Reference(_), Object::Dictionary(dictionary)) => {
                integer(&self.new.entry(&dictionary, b"Length")) > 0
            }
            _ => false,
        };
        (!stream).then(|| "lists something that is no stream".to_owned())
    }
}
