//! The page of a package that says in words what its other files prove.

use pades::{Paragraph, Statement};
use serde_json::Value;

use super::{Kind, Package};
use crate::{
    audit::Timestamp,
    danish_time::danish_time,
    service::Language,
    web::{EvidenceTexts, evidence_texts},
};

/// How the receipt is checked.
const CHECK_RECEIPT: &str = "openssl cms -verify -binary -inform DER -in receipt.p7m -CAfile \
    trust-anchors.pem -purpose any -no_check_time";

/// How the head is checked.
const CHECK_HEAD: &str = "openssl ts -verify -token_in -in audit-head.tst -data audit-head.txt \
    -CAfile trust-anchors.pem";

impl Package<'_> {
    /// The page.
    pub(super) fn page(&self, language: Language) -> Statement {
        let t = evidence_texts(language);
        let (title, lead) = match self.kind {
            Kind::Seal => (t.title_seal, t.lead_seal),
            Kind::Signature => (t.title_signature, t.lead_signature),
        };
        let mut said = Said(vec![Paragraph::Text(lead.to_owned())]);
        self.act(t, &mut said);
        self.agreed(t, &mut said);
        said.heading(t.log);
        said.text(t.log_lead);
        said.line(t.record, &self.record.position.to_string());
        if self.is_covered() {
            said.line(t.head, &self.head.head.to_string());
            said.line(t.stamped, &danish_time(self.head.time));
        } else {
            said.text(t.other_node);
        }
        said.heading(t.verified);
        match self.validation.as_ref().and_then(|one| one["signature"]["indication"].as_str()) {
            Some(verdict) => said.line(t.verdict, &in_words(t, verdict)),
            None => said.line(t.no_validation, &self.verify),
        }
        said.heading(t.package);
        said.text(t.package_lead);
        said.line(t.check_receipt, CHECK_RECEIPT);
        if self.is_covered() {
            said.line(t.check_head, CHECK_HEAD);
        }
        Statement { language: t.tag, title: title.to_owned(), paragraphs: said.0 }
    }

    /// Who did what, to which document.
    fn act(&self, t: &'static EvidenceTexts, said: &mut Said) {
        let event = &self.record.event;
        said.member(t.organisation, &event["organisation"]);
        said.member(t.number, &event["cvr"]);
        if let Some(person) = &self.person {
            said.line(t.signer, person);
        }
        said.line(t.recorded, &danish_time(self.record.time.into()));
        said.line(t.profile, &self.profile);
        said.heading(t.document);
        said.member(t.original, &event["input_sha256"]);
        said.member(t.result, &event["output_sha256"]);
        said.member(t.level, &event["level"]);
        said.member(t.certificate, &event["certificate_serial"]);
        said.time(t.certificate_end, &event["certificate_not_after"]);
        said.time(t.time_stamp, &event["time_stamp_time"]);
        if event["time_stamp_time"].is_string() {
            said.text(t.short_lived);
        }
    }

    /// What was shown and agreed to.
    fn agreed(&self, t: &'static EvidenceTexts, said: &mut Said) {
        said.heading(t.consent);
        let Some(consent) = &self.consent else { return said.text(t.no_consent) };
        said.text(t.consent_lead);
        said.time(t.agreed_at, &consent["agreed_at"]);
        said.member(t.code, &consent["reference_code"]);
        said.member(t.terms, &consent["terms"]);
        let shown = consent["document"]["shown"].as_array().map_or(0, Vec::len);
        said.line(t.pages_shown, &format!("{shown} / {}", consent["document"]["pages"]));
    }
}

/// A verdict, with its name in the standard (ETSI EN 319 102-1 section 5.1.3), under which `validation.json` has it.
fn in_words(t: &'static EvidenceTexts, verdict: &str) -> String {
    let words = match verdict {
        "TOTAL-PASSED" => t.passed,
        "TOTAL-FAILED" => t.failed,
        _ => t.indeterminate,
    };
    format!("{words} ({verdict})")
}

/// What the page says.
struct Said(Vec<Paragraph>);

impl Said {
    fn heading(&mut self, text: &str) {
        self.0.push(Paragraph::Heading(text.to_owned()));
    }

    fn text(&mut self, text: &str) {
        self.0.push(Paragraph::Text(text.to_owned()));
    }

    fn line(&mut self, name: &str, value: &str) {
        self.text(&format!("{name}: {value}"));
    }

    /// A text of the record; nothing where there is none.
    fn member(&mut self, name: &str, value: &Value) {
        if let Some(value) = value.as_str() {
            self.line(name, value);
        }
    }

    /// A moment of the record, as people read it.
    fn time(&mut self, name: &str, value: &Value) {
        if let Some(time) = value.as_str().and_then(|value| value.parse::<Timestamp>().ok()) {
            self.line(name, &danish_time(time.into()));
        }
    }
}
