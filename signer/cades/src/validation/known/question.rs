//! Asking one piece of revocation data about one certificate.

use std::time::SystemTime;

use super::{Data, Known};
use crate::{Certificate, OcspResponse, RevocationList, RevocationStatus, ValidationData};

/// One question: is this certificate revoked?
pub(super) struct Question<'a> {
    pub(super) known: &'a Known<'a>,
    pub(super) certificate: &'a Certificate,
    pub(super) issuer: &'a Certificate,
    pub(super) time: SystemTime,
}

const OTHER_TIME: &str = "the revocation data at hand are too old, or from the future";
const OTHER_ISSUANCE: &str = "the revocation data at hand do not reach to the certificate's time";
pub(super) const NOT_PROVEN: &str =
    "the revocation data's issuer expired, and nothing proves their age";
const UNVERIFIED: &str = "the revocation data at hand are not validly signed";
const UNKNOWN: &str = "the responder does not know the certificate";

/// What one piece of data says.
pub(super) enum Answer {
    NotRevoked,
    Revoked(SystemTime),
    /// Why it says nothing.
    Unusable(&'static str),
}

impl Question<'_> {
    /// Whether the data, verified or not, could say anything but that it is not revoked.
    pub(super) fn may_accuse(&self, data: &Data<'_>) -> bool {
        match data {
            Data::List(list, _) => {
                list.concerns(self.certificate) && list.accuses(self.certificate)
            }
            Data::Ocsp(response, _) => response.accuses(self.certificate, self.issuer),
        }
    }

    /// `None` when the list is another issuer's.
    pub(super) fn ask_list(
        &self,
        list: &RevocationList,
        since: Option<SystemTime>,
    ) -> Option<Answer> {
        if !list.concerns(self.certificate) {
            return None;
        }
        // One that says revoked counts however old it is; one that says nothing must reach up to
        // the time in question, and its issuer's key must be known to have been good.
        Some(match list.status(self.certificate, self.issuer) {
            Ok(RevocationStatus::Revoked { at, .. }) => Answer::Revoked(at),
            Ok(RevocationStatus::NotRevoked) if !list.covers(self.time, self.known.now) => {
                Answer::Unusable(OTHER_TIME)
            }
            Ok(RevocationStatus::NotRevoked) if !list.is_about(self.certificate) => {
                Answer::Unusable(OTHER_ISSUANCE)
            }
            Ok(RevocationStatus::NotRevoked) if !self.known.may_rely_on(self.issuer, since) => {
                Answer::Unusable(NOT_PROVEN)
            }
            Ok(RevocationStatus::NotRevoked) => Answer::NotRevoked,
            Ok(RevocationStatus::Unknown) => Answer::Unusable(UNKNOWN),
            Err(_) => Answer::Unusable(UNVERIFIED),
        })
    }

    /// `None` when the response speaks of others.
    pub(super) fn ask_responder(
        &self,
        response: &OcspResponse,
        since: Option<SystemTime>,
    ) -> Option<Answer> {
        if !response.concerns(self.certificate, self.issuer) {
            return None;
        }
        let candidates = &self.known.certificates;
        let Ok(verified) = response.verify(self.certificate, self.issuer, candidates) else {
            return Some(Answer::Unusable(UNVERIFIED));
        };
        let signer = verified.responder.as_ref().unwrap_or(self.issuer);
        Some(match verified.status {
            RevocationStatus::Revoked { at, .. } => Answer::Revoked(at),
            RevocationStatus::Unknown => Answer::Unusable(UNKNOWN),
            RevocationStatus::NotRevoked if !verified.covers(self.time, self.known.now) => {
                Answer::Unusable(OTHER_TIME)
            }
            RevocationStatus::NotRevoked if !verified.is_about(self.certificate) => {
                Answer::Unusable(OTHER_ISSUANCE)
            }
            RevocationStatus::NotRevoked if !self.known.may_rely_on(signer, since) => {
                Answer::Unusable(NOT_PROVEN)
            }
            RevocationStatus::NotRevoked if self.is_revoked(verified.responder.as_ref()) => {
                Answer::Unusable(UNVERIFIED)
            }
            RevocationStatus::NotRevoked => Answer::NotRevoked,
        })
    }

    /// Whether a list names the responder, which has no id-pkix-ocsp-nocheck.
    fn is_revoked(&self, responder: Option<&Certificate>) -> bool {
        let Some(responder) = responder.filter(|one| !one.has_no_check()) else { return false };
        self.known.sources(&ValidationData::default(), None).any(|(data, _)| {
            let Data::List(list, _) = data else { return false };
            list.concerns(responder)
                && matches!(
                    list.status(responder, self.issuer),
                    Ok(RevocationStatus::Revoked { .. })
                )
        })
    }
}
