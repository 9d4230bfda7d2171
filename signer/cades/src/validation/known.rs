//! What is at hand for one validation, and what it says of revocation.

use std::time::SystemTime;

use super::TrustMaterial;
use crate::{
    Certificate, OcspResponse, RevocationList, RevocationStatus, ValidationData,
    report::{Finding, code},
    signed_data::{SignedData, Signer, hash_index::HashIndex},
    validation_data::RevocationChoice,
};

/// Everything at hand: what stands in the document, and what the verifier has beside it.
#[derive(Debug)]
pub(super) struct Known<'a> {
    trust: &'a TrustMaterial,
    now: SystemTime,
    /// Certificates for paths.
    pub(super) certificates: Vec<Certificate>,
    /// What stands in `SignedData.crls`, as it stands there and as it was read.
    choices: Vec<(&'a [u8], RevocationChoice)>,
    /// What stands in attributes, or in a time-stamp token by itself.
    attributes: ValidationData,
}

/// What is known of one certificate's revocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Revocation {
    /// It need not be checked.
    NotNeeded,
    /// Usable data say that it is not revoked.
    NotRevoked {
        /// Such data stand in the document.
        embedded: bool,
    },
    /// Data say that it is revoked.
    Revoked {
        /// Since when.
        at: SystemTime,
        /// The data stand in the document.
        embedded: bool,
    },
    /// No usable data are at hand.
    Missing(&'static str),
}

impl Revocation {
    /// Whether the document itself holds what is needed.
    pub(super) fn is_embedded(self) -> bool {
        match self {
            Self::NotNeeded => true,
            Self::NotRevoked { embedded } | Self::Revoked { embedded, .. } => embedded,
            Self::Missing(_) => false,
        }
    }
}

impl<'a> Known<'a> {
    /// Nothing but what the verifier trusts and knows.
    pub(super) fn new(trust: &'a TrustMaterial, now: SystemTime) -> Self {
        let certificates = [&trust.certificates[..], &trust.embedded.certificates[..]].concat();
        let attributes = ValidationData::default();
        Self { trust, now, certificates, choices: Vec::new(), attributes }
    }

    /// The same, and what stands in the container; `unreadable` tells of what cannot be read.
    pub(super) fn of_container(
        trust: &'a TrustMaterial,
        now: SystemTime,
        read: &SignedData<'a>,
        certificates: &[Certificate],
        unreadable: &mut Vec<Finding>,
    ) -> Self {
        let mut known = Self::new(trust, now);
        known.certificates.splice(0..0, certificates.iter().cloned());
        for raw in &read.revocation_choices {
            match RevocationChoice::read(raw) {
                Some(Ok(choice)) => known.choices.push((*raw, choice)),
                Some(Err(error)) => {
                    let code = code::REVOCATION_DATA_UNREADABLE;
                    unreadable.push(Finding::new(code, "revocation data", error.to_string()));
                }
                None => {}
            }
        }
        known
    }

    /// Adds what stands in a signer's attributes.
    pub(super) fn add_attributes(&mut self, signer: &Signer<'_>) {
        self.attributes.read_attributes(signer);
        self.certificates.extend_from_slice(&self.attributes.certificates);
    }

    /// Notes that what the index names existed at `time`.
    pub(super) fn prove(&mut self, index: &HashIndex<'_>, time: SystemTime) {
        for (raw, choice) in &mut self.choices {
            if index.covers_revocation_choice(raw) {
                *choice = choice.clone().proven_at(time);
            }
        }
    }

    /// What is known of the revocation of `certificate`, which `issuer` issued, for its use at
    /// `time`. `beside` stands in the document too: in a time-stamp token whose certificate this
    /// is, and which is as old as `beside_since`.
    pub(super) fn revocation(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        time: SystemTime,
        beside: &ValidationData,
        beside_since: Option<SystemTime>,
    ) -> Revocation {
        if !certificate.is_authority() && needs_no_revocation_check(certificate) {
            return Revocation::NotNeeded;
        }
        let question = Question { known: self, certificate, issuer, time };
        let mut answer = Revocation::Missing("no revocation data were there");
        for (data, embedded) in self.sources(beside, beside_since) {
            let found = match data {
                Data::List(list, since) => question.ask_list(list, since),
                Data::Ocsp(response, since) => question.ask_responder(response, since),
            };
            answer = match (found, answer) {
                (None, answer) => answer,
                // Revoked counts before anything else, and the earliest time of several.
                (Some(Ok(Some(at))), Revocation::Revoked { at: other, embedded: inside }) => {
                    Revocation::Revoked { at: at.min(other), embedded: embedded || inside }
                }
                (Some(Ok(Some(at))), _) => Revocation::Revoked { at, embedded },
                (_, revoked @ Revocation::Revoked { .. }) => revoked,
                (Some(Ok(None)), Revocation::NotRevoked { embedded: inside }) => {
                    Revocation::NotRevoked { embedded: embedded || inside }
                }
                (Some(Ok(None)), _) => Revocation::NotRevoked { embedded },
                (Some(Err(_)), good @ Revocation::NotRevoked { .. }) => good,
                (Some(Err(why)), _) => Revocation::Missing(why),
            };
        }
        answer
    }

    /// Whether the document holds data about the revocation of `certificate` for its use at
    /// `time`, or needs none: what it is made of, whatever the data are worth today.
    pub(super) fn holds(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        time: SystemTime,
        beside: &ValidationData,
    ) -> bool {
        if !certificate.is_authority() && needs_no_revocation_check(certificate) {
            return true;
        }
        let question = Question { known: self, certificate, issuer, time };
        self.sources(beside, None).filter(|(_, embedded)| *embedded).any(|(data, _)| {
            let answer = match data {
                Data::List(list, _) => question.ask_list(list, None),
                Data::Ocsp(response, _) => question.ask_responder(response, None),
            };
            matches!(answer, Some(Ok(_) | Err(NOT_PROVEN)))
        })
    }

    /// All data, each with whether it stands in the document.
    fn sources<'s>(
        &'s self,
        beside: &'s ValidationData,
        beside_since: Option<SystemTime>,
    ) -> impl Iterator<Item = (Data<'s>, bool)> {
        let choices = self.choices.iter().map(|(_, choice)| match choice {
            RevocationChoice::List(list) => Data::List(list, list.proven_time()),
            RevocationChoice::Ocsp(one) => Data::Ocsp(one, one.proven_time()),
        });
        let TrustMaterial { revocation_lists, ocsp_responses, embedded, .. } = self.trust;
        let embedded = choices
            .chain(data_of(
                &self.attributes.revocation_lists,
                &self.attributes.ocsp_responses,
                None,
            ))
            .chain(data_of(&beside.revocation_lists, &beside.ocsp_responses, beside_since))
            .chain(data_of(&embedded.revocation_lists, &embedded.ocsp_responses, None))
            .map(|data| (data, true));
        let known = data_of(revocation_lists, ocsp_responses, None).map(|data| (data, false));
        embedded.chain(known)
    }

    /// Whether the key of `signer` could still be relied upon when the data that it signed are
    /// known to have existed.
    fn may_rely_on(&self, signer: &Certificate, since: Option<SystemTime>) -> bool {
        self.trust.anchors.certificates().contains(signer)
            || since.unwrap_or(self.now) <= signer.not_after()
    }
}

/// One piece of revocation data, and when it is known to have existed.
enum Data<'a> {
    List(&'a RevocationList, Option<SystemTime>),
    Ocsp(&'a OcspResponse, Option<SystemTime>),
}

fn data_of<'a>(
    lists: &'a [RevocationList],
    responses: &'a [OcspResponse],
    since: Option<SystemTime>,
) -> impl Iterator<Item = Data<'a>> {
    let earliest = move |own: Option<SystemTime>| own.into_iter().chain(since).min();
    let lists = lists.iter().map(move |one| Data::List(one, earliest(one.proven_time())));
    let responses = responses.iter().map(move |one| Data::Ocsp(one, earliest(one.proven_time())));
    lists.chain(responses)
}

/// One question: is this certificate revoked?
struct Question<'a> {
    known: &'a Known<'a>,
    certificate: &'a Certificate,
    issuer: &'a Certificate,
    time: SystemTime,
}

const OTHER_TIME: &str = "the revocation data at hand are too old, or from the future";
const OTHER_ISSUANCE: &str = "the revocation data at hand do not reach to the certificate's time";
const NOT_PROVEN: &str = "the revocation data's issuer expired, and nothing proves their age";
const UNVERIFIED: &str = "the revocation data at hand are not validly signed";
const UNKNOWN: &str = "the responder does not know the certificate";

/// `None` when the data are about others; when it is revoked, since when.
type Answer = Option<Result<Option<SystemTime>, &'static str>>;

impl Question<'_> {
    fn ask_list(&self, list: &RevocationList, since: Option<SystemTime>) -> Answer {
        if !list.concerns(self.certificate) {
            return None;
        }
        // One that says revoked counts however old it is; one that says nothing must reach up to
        // the time in question, and its issuer's key must be known to have been good.
        Some(match list.status(self.certificate, self.issuer) {
            Ok(RevocationStatus::Revoked { at, .. }) => Ok(Some(at)),
            Ok(RevocationStatus::NotRevoked) if !list.covers(self.time, self.known.now) => {
                Err(OTHER_TIME)
            }
            Ok(RevocationStatus::NotRevoked) if !list.is_about(self.certificate) => {
                Err(OTHER_ISSUANCE)
            }
            Ok(RevocationStatus::NotRevoked) if !self.known.may_rely_on(self.issuer, since) => {
                Err(NOT_PROVEN)
            }
            Ok(RevocationStatus::NotRevoked) => Ok(None),
            Ok(RevocationStatus::Unknown) => Err(UNKNOWN),
            Err(_) => Err(UNVERIFIED),
        })
    }

    fn ask_responder(&self, response: &OcspResponse, since: Option<SystemTime>) -> Answer {
        if !response.concerns(self.certificate, self.issuer) {
            return None;
        }
        let candidates = &self.known.certificates;
        let Ok(verified) = response.verify(self.certificate, self.issuer, candidates) else {
            return Some(Err(UNVERIFIED));
        };
        let signer = verified.responder.as_ref().unwrap_or(self.issuer);
        Some(match verified.status {
            RevocationStatus::Revoked { at, .. } => Ok(Some(at)),
            RevocationStatus::Unknown => Err(UNKNOWN),
            RevocationStatus::NotRevoked if !verified.covers(self.time, self.known.now) => {
                Err(OTHER_TIME)
            }
            RevocationStatus::NotRevoked if !verified.is_about(self.certificate) => {
                Err(OTHER_ISSUANCE)
            }
            RevocationStatus::NotRevoked if !self.known.may_rely_on(signer, since) => {
                Err(NOT_PROVEN)
            }
            RevocationStatus::NotRevoked if self.is_revoked(verified.responder.as_ref()) => {
                Err(UNVERIFIED)
            }
            RevocationStatus::NotRevoked => Ok(None),
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

/// RFC 9608 section 4; EN 319 412-1 clause 5.2.1 note 1.
pub(super) fn needs_no_revocation_check(certificate: &Certificate) -> bool {
    certificate.has_no_revocation_available() || certificate.is_validity_assured()
}
