//! What our own validator says of the signatures that are to be raised, and that were.

use cades::report::{Indication, SignatureReport, StatedLevel, SubIndication};
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
pub(super) fn hold(judged: &[Judged<'_>], level: Level) -> Result<StatedLevel, AugmentationError> {
    for Judged { name, is_time_stamp, report } in judged {
        let reached = *is_time_stamp || self::level(report).is_some_and(|found| found >= level);
        if report.indication != Indication::TotalPassed || !reached {
            return Err(AugmentationError::ResultNotValid(Objection::new(name.clone(), report)));
        }
    }
    let signatures = judged.iter().filter(|one| !one.is_time_stamp);
    let stated = signatures.filter_map(|one| {
        let stated = one.report.level?;
        Some((stated.level()?, stated.is_ades(), stated))
    });
    let lowest = stated.min_by_key(|(level, is_ades, _)| (*level, *is_ades));
    lowest.map(|(_, _, stated)| stated).ok_or(AugmentationError::NoSignature)
}

/// The level that a report states. Those of EN 319 142-1 demand the SubFilter `ETSI.CAdES.detached`, but
/// the evidence of a signature with `adbe.pkcs7.detached` is the same.
fn level(report: &SignatureReport) -> Option<Level> {
    report.level?.level()
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use cades::report::{Baseline, Finding};

    use super::*;

    /// A report that passed and states this level, as it stands in reports.
    fn report(level: Option<&str>) -> SignatureReport {
        let levels = [Level::BB, Level::BT, Level::BLT, Level::BLTA].map(Baseline::Level);
        let baselines = levels.into_iter().chain([Baseline::NotEtsi]);
        let known: Vec<StatedLevel> = baselines
            .flat_map(|one| {
                let level = match one {
                    Baseline::Level(level) => level,
                    Baseline::NotEtsi => Level::BB,
                };
                [StatedLevel::Cades(one), StatedLevel::Pades(one), StatedLevel::Pkcs7(level)]
            })
            .collect();
        let mut report = SignatureReport::new(SystemTime::UNIX_EPOCH);
        (report.indication, report.sub_indication) = (Indication::TotalPassed, None);
        report.level = level.map(|level| {
            *known.iter().find(|known| known.as_str() == level).expect("a level of reports")
        });
        report
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
        for level in [None, Some("PAdES-NOT-ETSI"), Some("CAdES-NOT-ETSI")] {
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
        let stated = |judged: &[Judged<'_>]| hold(judged, Level::BT).map(StatedLevel::as_str);
        assert_eq!(stated(&[judged(&low)]), Ok("PAdES-B-T"));
        // The lowest counts, and what is no AdES signature is not called one.
        let others = ["PAdES-B-LTA", "PKCS7-T", "PAdES-B-T"].map(|level| report(Some(level)));
        let others = others.each_ref().map(judged);
        assert_eq!(stated(&others), Ok("PKCS7-T"));
        assert_eq!(stated(&others[..1]), Ok("PAdES-B-LTA"));
        let refused = hold(&[judged(&low)], Level::BLT);
        assert!(matches!(refused, Err(AugmentationError::ResultNotValid(_))));
    }
}
