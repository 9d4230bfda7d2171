//! Asking one piece of revocation data about one certificate.

use std::time::SystemTime;

use super::{Data, Known, needs_no_revocation_check};
use crate::{
    Certificate, OcspResponse, Path, RevocationList, RevocationReason, RevocationStatus,
    Unverified, ValidationData,
    certificate::Reasons,
    revocation::{ListAnswer, UNVERIFIED},
};

/// The most certificates of a list's issuer that are tried beside the one that issued the
/// certificate in question.
const MAXIMUM_LIST_SIGNERS: usize = 4;

/// Steps that a look into an index counts for.
const LOOK_UP: u64 = 64;

/// One question: is this certificate revoked?
pub(super) struct Question<'a> {
    pub(super) known: &'a Known<'a>,
    pub(super) certificate: &'a Certificate,
    pub(super) issuer: &'a Certificate,
    pub(super) time: SystemTime,
}

const OTHER_TIME: &str = "the revocation data at hand are too old, or from the future";
const OTHER_ISSUANCE: &str = "the revocation data at hand do not reach to the certificate's time";
pub(in crate::validation) const NOT_PROVEN: &str =
    "the revocation data's issuer expired, and nothing proves their age";
const UNKNOWN: &str = "the responder does not know the certificate";
const NOT_ENTRUSTED: &str = "is by an issuer whom the certificate does not name for it";
const RESPONSE_UNSIGNED: &str = "is not validly signed by a responder that is known";
const RESPONSE_UNJUDGED: &str =
    "cannot be read in every part, or is signed with an algorithm that cannot be judged";

/// What one piece of data says.
#[derive(Clone, Copy, Debug)]
pub(super) enum Answer {
    /// Not revoked for these reasons, as of the time at which it was made.
    Clear {
        reasons: Reasons,
        made: Option<SystemTime>,
    },
    Revoked(SystemTime),
    /// On hold, which newer data may release (RFC 5280 section 5.3.1), as of the time at which it was made.
    Held {
        at: SystemTime,
        made: Option<SystemTime>,
    },
    /// It names the certificate, or may, and cannot be judged.
    Accuses {
        accusation: Accusation,
        /// By none of the keys at hand.
        unsigned: bool,
    },
    /// Why it says nothing.
    Unusable {
        why: &'static str,
        /// Its time alone is the reason.
        out_of_date: bool,
    },
}

/// Data that speak against a certificate and cannot be judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Accusation {
    pub(super) why: &'static str,
    /// `None` when that cannot be read: then nothing is newer.
    pub(super) made: Option<SystemTime>,
}

impl Answer {
    fn unusable(why: &'static str) -> Self {
        Self::Unusable { why, out_of_date: false }
    }

    /// `relied_on`: whether the key that signed the data is known to have been good.
    fn of_another_time(relied_on: bool) -> Self {
        Self::Unusable { why: OTHER_TIME, out_of_date: relied_on }
    }

    fn revoked(at: SystemTime, reason: Option<RevocationReason>, made: Option<SystemTime>) -> Self {
        match reason {
            Some(RevocationReason::CertificateHold) => Self::Held { at, made },
            _ => Self::Revoked(at),
        }
    }

    fn accuses(why: &'static str, made: Option<SystemTime>, unsigned: bool) -> Self {
        Self::Accuses { accusation: Accusation { why, made }, unsigned }
    }
}

impl<'a> Question<'a> {
    /// Whether the certificate says that its revocation need not be checked. That of an authority
    /// must not.
    pub(super) fn needs_no_check(&self) -> bool {
        !self.certificate.is_authority() && needs_no_revocation_check(self.certificate)
    }

    /// Steps that asking the data counts for, the verification of a list not included.
    pub(super) fn cost(&self, data: &Data<'_>) -> u64 {
        const STEPS: u64 = 256;
        STEPS
            + match data {
                Data::List(list, _) => list.look_up_cost(self.certificate),
                Data::Ocsp(response, _) => 2 * response.der().len() as u64,
            }
    }

    /// Verifies a list with the key of `signer`; a list that may not be is as one that cannot be.
    fn verify(&self, list: &RevocationList, signer: &Certificate) -> Result<(), Unverified> {
        let cost = list.verification_cost(signer);
        self.known.trust.step(cost).map_err(|_| Unverified::Unsupported)?;
        list.verify(signer)
    }

    /// Whether the data, verified or not, could say anything but that it is not revoked.
    pub(super) fn may_accuse(&self, data: &Data<'_>) -> bool {
        match data {
            Data::List(list, _) => list.accuses(self.certificate),
            Data::Ocsp(response, _) => response.accuses(self.certificate, self.issuer),
        }
    }

    /// `None` when the list is about other certificates.
    pub(super) fn ask_list(
        &self,
        list: &RevocationList,
        since: Option<SystemTime>,
    ) -> Option<Answer> {
        if !list.concerns(self.certificate) {
            return None;
        }
        let signer = self.signer_of(list);
        let made = list.this_update();
        // One that says revoked counts however old it is; one that says nothing must reach up to
        // the time in question, and its issuer's key must be known to have been good.
        Some(match (list.answer(self.certificate, signer.map(|_| ())), signer) {
            (ListAnswer::Revoked { .. }, _) if !list.is_entrusted_with(self.certificate) => {
                Answer::accuses(NOT_ENTRUSTED, made, false)
            }
            (ListAnswer::Revoked { at, reason }, _) => Answer::revoked(at, reason, made),
            (ListAnswer::Accuses { why, unsigned }, _) => Answer::accuses(why, made, unsigned),
            (ListAnswer::Silent, _) => return None,
            (ListAnswer::Unusable(why), _) => Answer::unusable(why),
            (ListAnswer::Clear(_), _) if !list.is_about(self.certificate) => {
                Answer::unusable(OTHER_ISSUANCE)
            }
            (ListAnswer::Clear(_), Ok(signer)) if !list.covers(self.time, self.known.now) => {
                Answer::of_another_time(self.known.may_rely_on(signer, since))
            }
            (ListAnswer::Clear(_), Ok(signer)) if !self.known.may_rely_on(signer, since) => {
                Answer::unusable(NOT_PROVEN)
            }
            (ListAnswer::Clear(reasons), Ok(_)) => Answer::Clear { reasons, made },
            (ListAnswer::Clear(_), Err(_)) => Answer::unusable(UNVERIFIED),
        })
    }

    /// Who signed the list: the certificate's issuer, or else one of the list's name below the same
    /// trust anchor (RFC 5280 section 6.3.3 (f)): another key of the issuer, or the issuer of
    /// indirect lists.
    fn signer_of(&self, list: &RevocationList) -> Result<&'a Certificate, Unverified> {
        let mut failure = match self.verify(list, self.issuer) {
            Ok(()) => return Ok(self.issuer),
            Err(failure) => failure,
        };
        let anchors = self.known.trust.anchors.certificates();
        let others = self.known.certificates.iter().chain(anchors).filter(|one| {
            *one != self.issuer
                && list.is_issued_in_the_name_of(one)
                && one.may_sign_revocation_lists()
                && list.this_update().is_none_or(|time| one.is_valid_at(time))
        });
        for other in others.take(MAXIMUM_LIST_SIGNERS) {
            match self.verify(list, other) {
                Ok(()) if self.is_below_the_same_anchor(other) && !self.is_revoked(Some(other)) => {
                    return Ok(other);
                }
                Ok(()) | Err(Unverified::Wrong) => {}
                Err(other) => failure = other,
            }
        }
        Err(failure)
    }

    fn is_below_the_same_anchor(&self, other: &Certificate) -> bool {
        let effort = self.known.trust.account();
        let anchor = |of: &Certificate| {
            let (candidates, anchors) = (&self.known.certificates, &self.known.trust.anchors);
            let path = Path::build(of, candidates, anchors, self.time, &effort).ok()?;
            path.certificates().last().map(|anchor| anchor.der().clone())
        };
        anchor(other).is_some_and(|found| anchor(self.issuer) == Some(found))
    }

    /// `None` when the response speaks of others.
    pub(super) fn ask_responder(
        &self,
        response: &OcspResponse,
        since: Option<SystemTime>,
    ) -> Option<Answer> {
        let accuses = response.accuses(self.certificate, self.issuer);
        if !accuses && !response.concerns(self.certificate, self.issuer) {
            return None;
        }
        let candidates = &self.known.certificates;
        let verified = match response.verify(self.certificate, self.issuer, candidates) {
            Ok(verified) => verified,
            Err(_) if !accuses => return Some(Answer::unusable(UNVERIFIED)),
            Err(unverified) => {
                let unsigned = unverified == Unverified::Wrong
                    && response.concerns(self.certificate, self.issuer);
                let why = if unsigned { RESPONSE_UNSIGNED } else { RESPONSE_UNJUDGED };
                return Some(Answer::accuses(why, response.produced_at(), unsigned));
            }
        };
        let signer = verified.responder.as_ref().unwrap_or(self.issuer);
        Some(match verified.status {
            RevocationStatus::Revoked { at, reason } => {
                Answer::revoked(at, reason, Some(verified.this_update))
            }
            RevocationStatus::Unknown => Answer::unusable(UNKNOWN),
            RevocationStatus::NotRevoked if !verified.is_about(self.certificate) => {
                Answer::unusable(OTHER_ISSUANCE)
            }
            RevocationStatus::NotRevoked if !verified.covers(self.time, self.known.now) => {
                Answer::of_another_time(self.known.may_rely_on(signer, since))
            }
            RevocationStatus::NotRevoked if !self.known.may_rely_on(signer, since) => {
                Answer::unusable(NOT_PROVEN)
            }
            RevocationStatus::NotRevoked if self.is_revoked(verified.responder.as_ref()) => {
                Answer::unusable(UNVERIFIED)
            }
            RevocationStatus::NotRevoked => {
                Answer::Clear { reasons: Reasons::ALL, made: Some(verified.this_update) }
            }
        })
    }

    /// Whether a list names the responder, or another key of the issuer, which has no
    /// id-pkix-ocsp-nocheck.
    fn is_revoked(&self, signer: Option<&Certificate>) -> bool {
        let Some(signer) = signer.filter(|one| !one.has_no_check()) else { return false };
        self.known.sources(&ValidationData::default(), None).any(|(data, _)| {
            let Data::List(list, _) = data else { return false };
            let cost = LOOK_UP + list.look_up_cost(signer) + list.verification_cost(self.issuer);
            self.known.trust.step(cost).is_ok()
                && list.accuses(signer)
                && matches!(list.status(signer, self.issuer), Ok(RevocationStatus::Revoked { .. }))
        })
    }
}
