//! One signature: its dictionary, its byte range, its CMS.

use std::ops::Range;
use std::time::SystemTime;

use bytes::Bytes;
use cades::{
    Expectation, HashAlgorithm, SignedContent, TrustMaterial, Validation as CmsValidation,
    report::{
        Baseline, Finding as CmsFinding, Indication, SignatureReport, StatedLevel, SubIndication,
    },
};
use lopdf::{Dictionary, Object};
use seal::Held;
use serde::Serialize;

use super::byte_range::{ByteRange, contents};
use super::coverage::Revisions;
use super::fields::SignedField;
use super::finding::{Code, Finding};
use super::hash::RangeHasher;
use super::view::{View, show};
use crate::document::SignatureField;
use crate::error::Error;
use crate::permission::{Entries, Permission};
use crate::place::Place;
use crate::reader::Reader;

/// A signature of a document, a seal, or a document time-stamp.
#[derive(Clone, Debug, Serialize)]
pub struct SignatureValidation {
    /// What the validation says of it.
    #[serde(flatten)]
    pub report: SignatureReport,
    /// The fully qualified name of its field.
    pub field: String,
    /// The revision that it covers, counted from 1; `None` when it covers none exactly.
    pub revision: Option<usize>,
    /// How many bytes from the file's beginning are what it was made over, itself among them; `None` when they
    /// are not, or are no revision.
    #[serde(skip)]
    pub signed_length: Option<usize>,
    /// `/SubFilter`: the format that it says it has.
    pub sub_filter: Option<String>,
    /// P of its DocMDP transform, if it certifies the document (ISO 32000-1 table 254).
    pub certification: Option<u8>,
    /// `/M`: the time that the signer claims, as written.
    pub claimed_time: Option<String>,
    /// `/Reason`.
    pub reason: Option<String>,
    /// `/Location`.
    pub location: Option<String>,
}

/// A signature as the file has it, before its CMS is looked at.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) name: String,
    /// Where its dictionary stands in the file.
    pub(super) place: Range<usize>,
    pub(super) range: Result<ByteRange, Box<Finding>>,
    pub(super) contents: Result<Vec<u8>, Box<Finding>>,
    /// The memory of its contents; none if it was not granted, which ends the validation.
    _held: Option<Held>,
    /// The index of the revision that it covers.
    pub(super) revision: Option<usize>,
    pub(super) permission: Permission,
    sub_filter: Option<String>,
    texts: [Option<String>; 3],
    /// Why it is no PAdES baseline signature, as far as its dictionary says.
    not_baseline: Vec<&'static str>,
    object: Option<lopdf::ObjectId>,
    /// The object that its dictionary is or stands in.
    pub(super) holder: Option<u32>,
}

impl Candidate {
    pub(super) fn read(
        reader: &Reader,
        document: &Bytes,
        revisions: &Revisions,
        field: SignedField,
    ) -> Self {
        let raw = field.dictionary;
        let bytes = field.signature.bytes();
        // A dictionary in an object stream stands in memory of its own.
        let offset = bytes.as_ptr().addr().checked_sub(document.as_ptr().addr());
        let offset = offset.filter(|&offset| offset < document.len());
        let range = match offset {
            Some(offset) => ByteRange::read(document, &raw, offset),
            None => {
                let text = "the signature dictionary stands in an object stream";
                Err(Box::new(Finding::new(Code::SignatureInObjectStream, text)))
            }
        };
        let place = offset.map_or(0..0, |offset| offset..offset + raw.length());
        let revision = match &range {
            Ok(range) => revisions.ending_at(document, range.end),
            Err(_) => None,
        };
        let view = View { reader };
        let decrypted = match field.holder {
            Some(holder) => reader.decrypted(holder, field.signature.clone()).ok(),
            None => Some(field.signature.clone()),
        };
        let (parsed, range) = match decrypted.map(|decrypted| decrypted.parse()) {
            Some(Ok(Object::Dictionary(parsed))) => (parsed, range),
            _ => {
                let text = "the signature dictionary cannot be read";
                (Dictionary::new(), Err(Box::new(Finding::new(Code::SignatureMalformed, text))))
            }
        };
        // As it was when it was signed: what the dictionaries refer to may have been replaced since.
        let permission = match revision {
            Some(revision) => {
                restrictions(&reader.at_revision(&revisions.all[revision]), &field.field)
            }
            None => restrictions(reader, &field.field),
        };
        let text = |key: &[u8]| match view.entry(&parsed, key) {
            Object::Null => None,
            value => Some(show(&value)),
        };
        let mut not_baseline = Vec::new();
        if !parsed.has(b"M") {
            not_baseline.push("PAdES demands the time of signing in `/M`");
        }
        if !parsed.has(b"Filter") {
            not_baseline.push("PAdES demands `/Filter`");
        }
        if parsed.has(b"Cert") {
            not_baseline.push("PAdES forbids `/Cert`");
        }
        let texts = [text(b"M"), text(b"Reason"), text(b"Location")];
        let contents = contents(&raw);
        let length = contents.as_ref().map_or(0, |contents| contents.capacity() as u64);
        Self {
            name: field.name,
            place,
            range,
            contents,
            _held: reader.effort().hold(length).ok(),
            revision,
            permission,
            sub_filter: text(b"SubFilter"),
            texts,
            not_baseline,
            object: field.signature.id(),
            holder: field.holder.map(|(number, _)| number),
        }
    }

    /// Whether it says that it is a document time-stamp.
    pub(super) fn is_time_stamp(&self) -> bool {
        self.sub_filter.as_deref() == Some("ETSI.RFC3161")
    }

    /// Validates the CMS, and that the file has it where and as it must be. `proven_time` is a
    /// time at which a later time-stamp proves that the signature was there.
    pub(super) fn validate(
        &self,
        hasher: &RangeHasher<'_>,
        revisions: &Revisions,
        trust: &TrustMaterial,
        now: SystemTime,
        proven_time: Option<SystemTime>,
    ) -> Examined {
        let mut report = match (&self.range, &self.contents) {
            (Ok(range), Ok(contents)) => {
                let cms =
                    CmsValidation { trust, expectation: Expectation::Pades, now, proven_time };
                self.validate_cms(&cms, contents, range, hasher)
            }
            (Err(finding), _) | (_, Err(finding)) => {
                let mut report = SignatureReport::new(now);
                self.fail(&mut report, finding);
                report
            }
        };
        report.revocation_policy = trust.revocation_policy;
        let is_whole = |range: &&ByteRange| range.fault.is_none() && self.revision.is_some();
        let range = self.range.as_ref().ok().filter(is_whole).filter(|_| report.is_intact);
        let signed_length = range.map(|range| range.end);
        if let Ok(range) = &self.range {
            if let Some(fault) = &range.fault {
                self.fail(&mut report, fault);
            }
            if self.revision.is_none() {
                let text =
                    format!("the signature ends at byte {}, where no revision ends", range.end);
                self.fail(&mut report, &Finding::new(Code::ByteRangeNotARevision, text));
            }
        }
        // What is wrong with older revisions is covered by the signature itself.
        let first = self.revision.map_or(0, |revision| revision + 1);
        for finding in &revisions.findings {
            if finding.revision.is_none_or(|revision| revision >= first) {
                self.fail(&mut report, finding);
            }
        }
        report.covers = Some(revisions.coverage(self.revision).to_owned());
        let [claimed_time, reason, location] = self.texts.clone();
        Examined(SignatureValidation {
            report,
            field: self.name.clone(),
            revision: self.revision.map(|revision| revision + 1),
            signed_length,
            sub_filter: self.sub_filter.clone(),
            certification: self.permission.certification,
            claimed_time,
            reason,
            location,
        })
    }

    fn validate_cms(
        &self,
        cms: &CmsValidation<'_>,
        contents: &[u8],
        range: &ByteRange,
        hasher: &RangeHasher<'_>,
    ) -> SignatureReport {
        let hash = |algorithm| hasher.digest(algorithm, &range.gap, range.end);
        match self.sub_filter.as_deref() {
            Some("ETSI.RFC3161") => cms.validate_time_stamp(contents, &hash),
            Some("ETSI.CAdES.detached") => {
                let mut report = cms.validate(contents, SignedContent::Hashed(&hash));
                for text in &self.not_baseline {
                    self.note(&mut report, &Finding::new(Code::NotBaseline, *text));
                }
                if !self.not_baseline.is_empty() && report.level.is_some() {
                    report.level = Some(StatedLevel::Pades(Baseline::NotEtsi));
                }
                report
            }
            Some("adbe.pkcs7.detached") => {
                let cms = &CmsValidation { expectation: Expectation::Pkcs7, ..*cms };
                let mut report = cms.validate(contents, SignedContent::Hashed(&hash));
                if report.sub_indication == Some(SubIndication::SignedDataNotFound) {
                    // Without signed attributes the signature is over the content itself.
                    let content = hasher.content(&range.gap, range.end);
                    report = cms.validate(contents, SignedContent::Bytes(&content));
                }
                let text = "`/SubFilter` is adbe.pkcs7.detached: a PDF signature, but not PAdES";
                self.note(&mut report, &Finding::new(Code::NotBaseline, text));
                report
            }
            Some("adbe.pkcs7.sha1") => {
                let cms = &CmsValidation { expectation: Expectation::Pkcs7, ..*cms };
                let mut report = cms.validate_over_sha1(contents, &hash(HashAlgorithm::Sha1));
                let text = "`/SubFilter` is adbe.pkcs7.sha1: a PDF signature, but not PAdES";
                self.note(&mut report, &Finding::new(Code::NotBaseline, text));
                report
            }
            other => {
                let mut report = SignatureReport::new(cms.now);
                let text = format!(
                    "signatures of the format {} are not supported",
                    other.unwrap_or("that no `/SubFilter` names")
                );
                let finding = Finding::new(Code::SubFilterUnsupported, text);
                self.conclude(
                    &mut report,
                    Indication::TotalFailed,
                    SubIndication::FormatFailure,
                    &finding,
                );
                report
            }
        }
    }

    fn fail(&self, report: &mut SignatureReport, finding: &Finding) {
        self.conclude(report, Indication::TotalFailed, SubIndication::FormatFailure, finding);
    }

    /// Adds a finding that speaks against the signature.
    pub(super) fn conclude(
        &self,
        report: &mut SignatureReport,
        indication: Indication,
        reason: SubIndication,
        finding: &Finding,
    ) {
        report.conclude(indication, reason, self.in_report(finding));
    }

    fn note(&self, report: &mut SignatureReport, finding: &Finding) {
        report.findings.push(self.in_report(finding));
    }

    fn in_report(&self, finding: &Finding) -> CmsFinding {
        let own = self.object.map(|(number, generation)| format!("{number} {generation}"));
        let object = finding.object.clone().or(own).unwrap_or_else(|| "document".to_owned());
        CmsFinding::new(finding.code.as_str(), object, finding.explanation.clone())
    }
}

/// A signature whose container and place in the file were judged, and not yet what was changed since.
pub(super) struct Examined(SignatureValidation);

impl Examined {
    /// The report, for what else speaks against the signature.
    pub(super) fn report(&mut self) -> &mut SignatureReport {
        &mut self.0.report
    }

    /// The verdict, now that the rest was judged as well.
    pub(super) fn judged(self, _rest: impl Rest) -> SignatureValidation {
        self.0
    }
}

/// That all was judged which a signature alone does not show.
pub(super) trait Rest {}

/// What a signature permits, as a revision has it. What cannot be read permits nothing.
fn restrictions(reader: &Reader, field: &SignatureField) -> Permission {
    let read = || {
        let Some(signature) = &field.signature else { return Ok(Permission::default()) };
        let place = match field.id() {
            Some(id) => Place::of(reader, id)?,
            None => field.place.clone(),
        };
        Permission::read(reader, signature, Some(&place), &mut Entries::default())
    };
    read().unwrap_or_else(|_: Error| Permission::nothing())
}
