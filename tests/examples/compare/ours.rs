//! Our own verdicts, by the calls that the service makes.

use std::{fs, panic, time::SystemTime};

use cades::{
    Expectation, SignedContent, TrustAnchors, TrustMaterial,
    report::{Finding, Kind, SignatureReport},
};
use pades::validate::validate;
use seal::CertificateDer;
use serde::Serialize;

use crate::{
    files::Signed,
    verdict::{Indication, Report, Verdict},
};

/// Our report; the error is why the file is refused, or that we broke down on it.
pub(crate) fn judge(file: &Signed, anchors: &[Vec<u8>], now: SystemTime) -> Result<Report, String> {
    let judged = panic::catch_unwind(|| {
        let trust = trust(file, anchors)?;
        if file.is_pdf { pdf(file, &trust, now) } else { cms(file, &trust, now) }
    });
    judged.unwrap_or_else(|_| Err("PANIC".to_owned()))
}

fn trust(file: &Signed, anchors: &[Vec<u8>]) -> Result<TrustMaterial, String> {
    let anchors = match &file.anchors {
        Some(path) => TrustAnchors::parse(&fs::read(path).map_err(|error| error.to_string())?),
        None => TrustAnchors::new(anchors.iter().cloned().map(CertificateDer::new)),
    };
    let anchors = anchors.map_err(|error| format!("trust: {error}"))?;
    Ok(TrustMaterial { anchors, ..TrustMaterial::default() })
}

fn pdf(file: &Signed, trust: &TrustMaterial, now: SystemTime) -> Result<Report, String> {
    let validation = validate(&file.bytes, trust, now).map_err(|error| error.to_string())?;
    let verdicts =
        validation.signatures.iter().map(|signature| {
            let mut one = verdict(&signature.report, signature.field.clone());
            one.words.extend(validation.modifications.iter().map(|finding| {
                format!("modified: {}: {}", word(&finding.code), finding.explanation)
            }));
            one.words.extend(validation.findings.iter().map(|finding| {
                format!("noticed: {}: {}", word(&finding.code), finding.explanation)
            }));
            one
        });
    Ok(Report { verdicts: verdicts.collect(), anchors: Vec::new() })
}

fn cms(file: &Signed, trust: &TrustMaterial, now: SystemTime) -> Result<Report, String> {
    let content = file.content.as_ref().map(fs::read).transpose();
    let content = content.map_err(|error| error.to_string())?;
    let content = content.as_deref().map_or(SignedContent::Attached, SignedContent::Bytes);
    let validation =
        cades::Validation { trust, expectation: Expectation::Cades, now, proven_time: None };
    let signatures = validation.validate_all(&file.bytes, content);
    let verdicts = signatures.iter().enumerate();
    let verdicts = verdicts.map(|(at, one)| verdict(one, at.to_string())).collect();
    Ok(Report { verdicts, anchors: Vec::new() })
}

fn verdict(report: &SignatureReport, field: String) -> Verdict {
    let words = report.findings.iter();
    Verdict {
        field,
        is_time_stamp: report.kind == Some(Kind::TimeStamp),
        indication: Indication::read(&word(&report.indication)).expect("one of three"),
        sub_indication: report.sub_indication.as_ref().map(word).unwrap_or_default(),
        level: report.level_name().unwrap_or_default().to_owned(),
        words: words
            .map(|Finding { code, explanation, .. }| format!("{code}: {explanation}"))
            .collect(),
    }
}

/// What it is called in a report.
fn word(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).expect("a word");
    value.as_str().expect("a word").to_owned()
}
