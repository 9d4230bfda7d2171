//! The judgement: each signature in the light of those after it, and of what was changed since.

use std::time::SystemTime;

use cades::{
    TrustMaterial,
    report::{Indication, SubIndication},
};

use super::coverage::Revisions;
use super::evidence::{Evidence, LevelSettled, settle_level};
use super::finding::Finding;
use super::hash::RangeHasher;
use super::modification::Change;
use super::permission::Verdict;
use super::signature::{Candidate, Examined, Rest, SignatureValidation};
use crate::reader::Reader;

/// What all judgements of one document have in common.
pub(super) struct Judge<'a> {
    pub(super) reader: &'a Reader,
    pub(super) revisions: &'a Revisions,
    pub(super) changes: &'a [Change],
    pub(super) hasher: RangeHasher<'a>,
    pub(super) trust: &'a TrustMaterial,
    pub(super) now: SystemTime,
}

/// That every change after a signature was held against what it permits.
struct ChangesJudged(());

/// The changes, and the level: without either there is no verdict.
struct Judged(ChangesJudged, LevelSettled);

impl Rest for Judged {}

/// What the signatures judged so far, which are newer, mean for the older ones.
#[derive(Default)]
struct Newer {
    /// The signatures of persons and organisations that passed: the object that holds each, and
    /// the index of the revision that it covers.
    passed: Vec<(u32, usize)>,
    /// The document time-stamps that passed.
    time_stamps: Vec<TimeStamp>,
    /// The trust material with its evidence dated by the time-stamps over it; `None` while no
    /// time-stamp is.
    dated: Option<TrustMaterial>,
}

struct TimeStamp {
    /// The index of the revision that it covers.
    revision: usize,
    time: SystemTime,
    /// Whether that revision has a document security store.
    over_evidence: bool,
    /// Whether its own validation data stand in the document.
    is_long_term: bool,
}

impl Judge<'_> {
    /// Judges every signature, in the order of `candidates`.
    pub(super) fn judge(&self, candidates: &[Candidate]) -> Vec<SignatureValidation> {
        let mut newest_first: Vec<usize> = (0..candidates.len()).collect();
        newest_first.sort_by_key(|&index| std::cmp::Reverse(candidates[index].revision));
        let mut newer = Newer::default();
        let mut judged: Vec<_> = newest_first
            .into_iter()
            .map(|index| (index, self.judge_one(candidates, index, &mut newer)))
            .collect();
        judged.sort_by_key(|(index, _)| *index);
        judged.into_iter().map(|(_, validation)| validation).collect()
    }

    fn judge_one(
        &self,
        candidates: &[Candidate],
        index: usize,
        newer: &mut Newer,
    ) -> SignatureValidation {
        let candidate = &candidates[index];
        let after = |stamp: &&TimeStamp| candidate.revision.is_some_and(|r| stamp.revision > r);
        let proven = newer.time_stamps.iter().filter(after).map(|stamp| stamp.time).min();
        let trust = newer.dated.as_ref().unwrap_or(self.trust);
        let mut validation =
            candidate.validate(&self.hasher, self.revisions, trust, self.now, proven);
        let changes = self.judge_changes(candidates, candidate, newer, &mut validation);
        let over_evidence = newer.time_stamps.iter().filter(after).any(|stamp| stamp.over_evidence);
        let is_long_term = newer.time_stamps.iter().filter(after).any(|stamp| stamp.is_long_term);
        let level = settle_level(validation.report(), is_long_term, over_evidence);
        let validation = validation.judged(Judged(changes, level));
        if validation.report.indication == Indication::TotalPassed
            && let Some(revision) = candidate.revision
        {
            if let Some(holder) = candidate.holder
                && !candidate.is_time_stamp()
            {
                newer.passed.push((holder, revision));
            }
            if candidate.is_time_stamp() {
                let signed = self.reader.at_revision(&self.revisions.all[revision]);
                let over_evidence = Evidence::is_in(&signed);
                let time = validation.report.best_signature_time;
                if over_evidence {
                    let trust = newer.dated.as_ref().unwrap_or(self.trust);
                    newer.dated = Some(Evidence::read(&signed).dated(trust, time));
                }
                let is_long_term = validation.report.holds_validation_data;
                newer.time_stamps.push(TimeStamp { revision, time, over_evidence, is_long_term });
            }
        }
        validation
    }

    fn judge_changes(
        &self,
        candidates: &[Candidate],
        candidate: &Candidate,
        newer: &Newer,
        validation: &mut Examined,
    ) -> ChangesJudged {
        // Of what covers no revision nothing is later: it has failed for that.
        let Some(revision) = candidate.revision else { return ChangesJudged(()) };
        let earlier =
            candidates.iter().filter(|other| other.revision.is_some_and(|r| r <= revision));
        let stated = earlier
            .filter_map(|other| Some((other.permission.access?, other.name.as_str())))
            .min_by_key(|(access, _)| *access);
        let access = stated.map(|(access, _)| access);
        // By object, for names need not be unique; and the signature covers what it answers for.
        let accepted = |change: &Change| {
            newer.passed.iter().any(|(holder, revision)| {
                change.signature == Some(*holder) && *revision >= change.revision
            })
        };
        for change in self.changes.iter().filter(|change| change.revision > revision) {
            let verdict = candidate.permission.judge(change, access, &accepted);
            let (indication, reason) = match verdict {
                Verdict::Permitted => continue,
                Verdict::Questionable => {
                    (Indication::Indeterminate, SubIndication::SigConstraintsFailure)
                }
                Verdict::Forbidden => (Indication::TotalFailed, SubIndication::FormatFailure),
            };
            let restriction = candidate.permission.restriction(change, stated);
            let finding = match restriction.filter(|_| verdict == Verdict::Forbidden) {
                Some(restriction) => Finding {
                    explanation: format!("{}: {restriction}", change.finding.explanation),
                    ..change.finding.clone()
                },
                None => change.finding.clone(),
            };
            candidate.conclude(validation.report(), indication, reason, &finding);
        }
        ChangesJudged(())
    }
}
