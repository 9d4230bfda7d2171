//! What is said of a file, out of the report on it.

use cades::report::{Indication, Kind, SignatureReport};
use pades::validate::Code;

use super::{Language, Since, Tone, Verdict, VerifyTexts, changes, verify_texts};
use crate::service::{ValidationReport, in_words};

/// What is said of a file.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) verdict: Verdict,
    pub(crate) title: &'static str,
    pub(crate) text: &'static str,
    pub(crate) signatures: Vec<JudgedSignature>,
    /// What was changed or added, in words.
    pub(crate) changes: Vec<String>,
    /// What to hold its pages against, the newest first.
    pub(crate) since: Vec<Since>,
    /// Whether a certificate lived so briefly that people ask why that is enough.
    pub(crate) short_lived: bool,
}

/// What is said of a seal or signature.
#[derive(Debug)]
pub(crate) struct JudgedSignature {
    pub(crate) tone: Tone,
    /// What it is, such as `Seal of`.
    pub(crate) kind: &'static str,
    pub(crate) who: Option<String>,
    /// The organisation's number, or on whose behalf.
    pub(crate) more: Option<String>,
    pub(crate) when: Option<String>,
    /// How far that can be believed.
    pub(crate) proof: &'static str,
    pub(crate) since: &'static str,
}

/// A signature's report, the revision that it covers, and how many bytes that are.
type Judgeable<'a> = (&'a SignatureReport, Option<usize>, Option<usize>);

/// Whether a change is one that people care about. Evidence and time-stamps are appended to every seal
/// that is to last, and change nothing that anybody reads.
fn is_told(code: Code) -> bool {
    !matches!(
        code,
        Code::EvidenceChanged
            | Code::ExtensionsChanged
            | Code::VersionChanged
            | Code::IdentifierChanged
            | Code::TimeStampAdded
    )
}

impl Judged {
    /// What is said of a file that could be read.
    pub(crate) fn of(report: &ValidationReport, language: Language) -> Self {
        let t = verify_texts(language);
        let (reports, changes): (Vec<Judgeable<'_>>, Vec<&pades::validate::Finding>) = match report
        {
            ValidationReport::Pdf(pdf) => (
                pdf.signatures
                    .iter()
                    .map(|one| (&one.report, one.revision, one.signed_length))
                    .collect(),
                pdf.modifications.iter().filter(|one| is_told(one.code)).collect(),
            ),
            ValidationReport::Cms(cms) => {
                let known = cms.signatures.iter().filter(|one| one.signer.is_some());
                (known.map(|one| (one, None, None)).collect(), Vec::new())
            }
        };
        // A time-stamp by itself is nobody's word.
        let reports = reports.into_iter().filter(|(one, ..)| one.kind != Some(Kind::TimeStamp));
        let reports: Vec<Judgeable<'_>> = reports.collect();
        let worst = reports.iter().map(|(report, ..)| Verdict::of(report)).max();
        let verdict = match worst {
            None => Verdict::Nothing,
            Some(Verdict::Genuine) if !changes.is_empty() => Verdict::GenuineWithAdditions,
            Some(worst) => worst,
        };
        let short_lived =
            reports.iter().filter_map(|(report, ..)| report.signer.as_ref()).any(|signer| {
                let lived = signer.not_after.duration_since(signer.not_before).unwrap_or_default();
                lived.as_secs() < 86_400
            });
        let (title, text) = t.said(verdict);
        let followed = |revision: Option<usize>| {
            changes
                .iter()
                .any(|change| revision.zip(change.revision).is_some_and(|(at, by)| by > at))
        };
        let signatures = reports.iter().map(|(one, at, _)| one_of(one, followed(*at), t));
        let signatures: Vec<JudgedSignature> = signatures.collect();
        let mut since: Vec<Since> = reports
            .iter()
            .zip(&signatures)
            .filter(|((_, at, _), _)| followed(*at))
            .filter_map(|((one, _, length), said)| {
                let is_seal = one.kind == Some(Kind::Seal);
                Some(Since { length: (*length)?, name: said.who.clone(), is_seal })
            })
            .collect();
        since.sort_by_key(|one| std::cmp::Reverse(one.length));
        // What nobody signed, and all that came since the first one did.
        let oldest = since.iter().skip(1).next_back().cloned();
        since.truncate(1);
        since.extend(oldest.filter(|oldest| since.iter().all(|one| one.length > oldest.length)));
        let changes = changes.iter().map(|one| changes::told(one, language)).collect();
        // A reason to rely on what cannot be relied on would lead astray.
        let short_lived = short_lived && verdict.tone() == Tone::Good;
        Self { verdict, title, text, signatures, changes, since, short_lived }
    }

    /// What is said of a file that could not be read.
    pub(crate) fn unreadable(language: Language) -> Self {
        let verdict = Verdict::Unreadable;
        let (title, text) = verify_texts(language).said(verdict);
        Self {
            verdict,
            title,
            text,
            signatures: Vec::new(),
            changes: Vec::new(),
            since: Vec::new(),
            short_lived: false,
        }
    }
}

fn one_of(report: &SignatureReport, followed: bool, t: &VerifyTexts) -> JudgedSignature {
    let verdict = Verdict::of(report);
    let subject = report.signer.as_ref().map(|signer| &signer.subject);
    // What does not hold is nobody's: the name in it is a claim.
    let [seal, signature] = match verdict.tone() {
        Tone::Good => [t.seal, t.signature],
        Tone::Doubtful | Tone::Bad => [t.claims_seal, t.claims_signature],
    };
    let (kind, who) = match report.kind {
        Some(Kind::Seal) => (seal, subject.and_then(|one| one.organization.clone())),
        Some(Kind::Signature | Kind::TimeStamp) | None => {
            (signature, subject.and_then(|one| one.common_name.clone()))
        }
    };
    let number = subject.and_then(|one| one.organization_identifier.as_deref());
    let number = number.map(|number| match number.strip_prefix("NTRDK-") {
        Some(cvr) => format!("CVR {cvr}"),
        None => number.to_owned(),
    });
    let organisation = subject.and_then(|one| one.organization.clone());
    let organisation = organisation.filter(|_| report.kind != Some(Kind::Seal));
    let more: Vec<String> = organisation.into_iter().chain(number).collect();
    let proven = report.time_stamps.iter().any(|one| one.indication == Indication::TotalPassed);
    let time = if proven { Some(report.best_signature_time) } else { report.signing_time };
    let since = match verdict {
        Verdict::Genuine | Verdict::GenuineWithAdditions if followed => t.added,
        Verdict::Genuine
        | Verdict::GenuineWithAdditions
        | Verdict::Foreign
        | Verdict::Expired
        | Verdict::Revoked => t.unchanged,
        Verdict::Changed => t.changed,
        Verdict::Unclear | Verdict::Nothing | Verdict::Unreadable => t.unjudged,
    };
    JudgedSignature {
        tone: verdict.tone(),
        kind,
        who,
        more: (!more.is_empty()).then(|| more.join(", ")),
        when: time.map(|time| in_words(t.language, time)),
        proof: if proven { t.proven } else { t.claimed },
        since,
    }
}
