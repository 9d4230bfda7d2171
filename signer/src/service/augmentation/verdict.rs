//! What our own validator says of the signatures that are to be raised, and that were.

use cades::report::{Indication, SignatureReport, SubIndication};
use seal::Level;

use super::{AugmentationError, Objection};

/// A signature or time-stamp of a document, and the report on it.
pub(super) struct Judged<'a> {
    /// What it is called in a refusal.
    pub(super) name: String,
    /// Whether it is a document time-stamp, which has no level.
    pub(super) is_time_stamp: bool,
    pub(super) report: &'a SignatureReport,
}

/// The levels of signatures that all hold.
pub(super) struct Levels(Vec<Level>);

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// A signature lacks a time.
    pub(super) time_stamp: bool,
    /// All have the highest level: their proof is renewed.
    pub(super) renew: bool,
}

impl Levels {
    /// The levels, if every signature and every time-stamp is TOTAL-PASSED.
    ///
    /// # Errors
    /// [`AugmentationError::NoSignature`], [`AugmentationError::NotTrusted`],
    /// [`AugmentationError::NotValid`] and [`AugmentationError::NotBaseline`].
    pub(super) fn of(judged: &[Judged<'_>]) -> Result<Self, AugmentationError> {
        let signatures = judged.iter().filter(|one| !one.is_time_stamp);
        if signatures.clone().next().is_none() {
            return Err(AugmentationError::NoSignature);
        }
        for Judged { name, report, .. } in judged {
            if report.indication != Indication::TotalPassed {
                let objection = Objection::new(name.clone(), report);
                return Err(match report.sub_indication {
                    Some(SubIndication::NoCertificateChainFound) => {
                        AugmentationError::NotTrusted(objection)
                    }
                    Some(_) | None => AugmentationError::NotValid(objection),
                });
            }
        }
        signatures
            .map(|one| {
                level(one.report)
                    .ok_or_else(|| AugmentationError::NotBaseline { object: one.name.clone() })
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The level of each signature, in their order.
    pub(super) fn each(&self) -> impl Iterator<Item = Level> {
        self.0.iter().copied()
    }

    /// How many signatures.
    pub(super) fn count(&self) -> u64 {
        self.0.len() as u64
    }

    /// What it takes to bring every signature to `level`. At B-LTA it can always be renewed.
    ///
    /// # Errors
    /// [`AugmentationError::LevelReached`] when none is below.
    pub(super) fn plan(&self, level: Level) -> Result<Plan, AugmentationError> {
        let lowest = self.0.iter().copied().min().unwrap_or(Level::BB);
        if lowest >= level && level != Level::BLTA {
            return Err(AugmentationError::LevelReached(lowest));
        }
        Ok(Plan { time_stamp: lowest == Level::BB, renew: lowest == Level::BLTA })
    }
}

/// Holds what was made against what was asked for, and answers the lowest level that is stated of
/// a signature, such as `PAdES-B-LT`; of equal ones that of the format which is none of AdES.
///
/// # Errors
/// [`AugmentationError::ResultNotValid`] when a signature or time-stamp does not hold, or a
/// signature is below `level`.
pub(super) fn hold(judged: &[Judged<'_>], level: Level) -> Result<String, AugmentationError> {
    for Judged { name, is_time_stamp, report } in judged {
        let reached = *is_time_stamp || self::level(report).is_some_and(|found| found >= level);
        if report.indication != Indication::TotalPassed || !reached {
            return Err(AugmentationError::ResultNotValid(Objection::new(name.clone(), report)));
        }
    }
    let signatures = judged.iter().filter(|one| !one.is_time_stamp);
    let stated = signatures.filter_map(|one| {
        let stated = one.report.level.clone()?;
        Some((self::level(one.report)?, !stated.starts_with(NO_ADES), stated))
    });
    stated.min().map(|(_, _, stated)| stated).ok_or(AugmentationError::NoSignature)
}

/// What stands before the level of a PDF signature with the SubFilter `adbe.pkcs7.detached`. The
/// levels of EN 319 142-1 demand `ETSI.CAdES.detached`, but the evidence is the same.
const NO_ADES: &str = "PKCS7-";

/// The level that a report states, such as `PAdES-B-LT` or `PKCS7-LT`.
fn level(report: &SignatureReport) -> Option<Level> {
    let stated = report.level.as_deref()?;
    let is_stated = |level: &Level| match stated.strip_prefix(NO_ADES) {
        Some(evidence) => level.name().strip_prefix("B-") == Some(evidence),
        None => stated.split_once('-').is_some_and(|(_, name)| name == level.name()),
    };
    [Level::BB, Level::BT, Level::BLT, Level::BLTA].into_iter().find(is_stated)
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use cades::report::Finding;

    use super::*;

    fn report(level: Option<&str>) -> SignatureReport {
        let level = level.map(str::to_owned);
        SignatureReport { level, ..SignatureReport::new(SystemTime::UNIX_EPOCH) }
    }

    fn judged(report: &SignatureReport) -> Judged<'_> {
        Judged { name: "signature `A`".into(), is_time_stamp: false, report }
    }

    fn levels(stated: &[&str]) -> Levels {
        let reports: Vec<_> = stated.iter().map(|level| report(Some(level))).collect();
        Levels::of(&reports.iter().map(judged).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn the_lowest_signature_says_what_is_to_be_done() {
        let plan = |stated: &[&str], level| levels(stated).plan(level);
        let raise = |time_stamp| Ok(Plan { time_stamp, renew: false });
        assert_eq!(plan(&["PAdES-B-B"], Level::BT), raise(true));
        assert_eq!(plan(&["PAdES-B-LTA", "PAdES-B-B"], Level::BLT), raise(true));
        assert_eq!(plan(&["CAdES-B-T"], Level::BLT), raise(false));
        assert_eq!(plan(&["CAdES-B-LT"], Level::BLTA), raise(false));
        assert_eq!(plan(&["PKCS7-B", "PAdES-B-LT"], Level::BLTA), raise(true));
        assert_eq!(plan(&["PKCS7-LT"], Level::BLTA), raise(false));
        let renewal = Ok(Plan { time_stamp: false, renew: true });
        assert_eq!(plan(&["PAdES-B-LTA", "PAdES-B-LTA"], Level::BLTA), renewal);
        let reached = |level| Err(AugmentationError::LevelReached(level));
        assert_eq!(plan(&["PAdES-B-T"], Level::BT), reached(Level::BT));
        assert_eq!(plan(&["PAdES-B-LTA", "PAdES-B-LT"], Level::BLT), reached(Level::BLT));
        assert_eq!(plan(&["PAdES-B-LTA"], Level::BLT), reached(Level::BLTA));
    }

    #[test]
    fn what_does_not_hold_has_no_level() {
        let of = |report: &SignatureReport| Levels::of(&[judged(report)]).err();
        for (reason, trusted) in
            [(SubIndication::NoCertificateChainFound, false), (SubIndication::HashFailure, true)]
        {
            let mut report = report(Some("PAdES-B-T"));
            report.conclude(Indication::Indeterminate, reason, Finding::new("a", "b", "c"));
            match of(&report) {
                Some(AugmentationError::NotTrusted(_)) => assert!(!trusted),
                Some(AugmentationError::NotValid(_)) => assert!(trusted),
                other => panic!("{other:?}"),
            }
        }
        for level in [None, Some("PAdES-NOT-ETSI"), Some("PAdES-B-X"), Some("PKCS7-B-T")] {
            let refused = of(&report(level));
            assert!(matches!(refused, Some(AugmentationError::NotBaseline { .. })), "{level:?}");
        }
        assert_eq!(Levels::of(&[]).err(), Some(AugmentationError::NoSignature));
        let report = report(None);
        let stamp = Judged { is_time_stamp: true, ..judged(&report) };
        assert_eq!(Levels::of(&[stamp]).err(), Some(AugmentationError::NoSignature));
    }

    #[test]
    fn a_result_below_the_level_is_not_held_good() {
        let low = report(Some("PAdES-B-T"));
        assert_eq!(hold(&[judged(&low)], Level::BT), Ok("PAdES-B-T".to_owned()));
        // The lowest counts, and what is no AdES signature is not called one.
        let others = ["PAdES-B-LTA", "PKCS7-T", "PAdES-B-T"].map(|level| report(Some(level)));
        let others = others.each_ref().map(judged);
        assert_eq!(hold(&others, Level::BT), Ok("PKCS7-T".to_owned()));
        assert_eq!(hold(&others[..1], Level::BT), Ok("PAdES-B-LTA".to_owned()));
        let refused = hold(&[judged(&low)], Level::BLT);
        assert!(matches!(refused, Err(AugmentationError::ResultNotValid(_))));
    }
}
