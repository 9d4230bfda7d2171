//! What is at hand for one validation, and what it says of revocation.

mod question;
mod verdict;

use std::time::SystemTime;

use super::TrustMaterial;
use crate::{
    Certificate, OcspResponse, RevocationList, ValidationData,
    algorithm::VERIFICATION_STEPS,
    certificate::Reasons,
    report::{Finding, code},
    signed_data::{Covered, SignedData, Signer},
    validation_data::RevocationChoice,
};
pub(super) use question::NOT_PROVEN;
use question::{Answer, Question};
use verdict::Verdict;

/// Everything at hand: what stands in the document, and what the verifier has beside it.
#[derive(Clone, Debug)]
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
        /// Older data say otherwise, and none of the keys at hand signed them, or it was on hold.
        contested: Option<&'static str>,
    },
    /// Data say that it is revoked.
    Revoked {
        /// Since when.
        at: SystemTime,
        /// It is on hold, and newer data may say otherwise (RFC 5280 section 5.3.1).
        on_hold: bool,
        /// The data stand in the document.
        embedded: bool,
    },
    /// Data name it, or may, and cannot be judged.
    Unjudged(&'static str),
    /// No usable data are at hand.
    Missing {
        /// Why.
        why: &'static str,
        /// There are data, of another time.
        out_of_date: bool,
    },
}

impl Revocation {
    /// Whether the document itself holds what is needed.
    pub(super) fn is_embedded(self) -> bool {
        match self {
            Self::NotNeeded => true,
            Self::NotRevoked { embedded, .. } | Self::Revoked { embedded, .. } => embedded,
            Self::Unjudged(_) | Self::Missing { .. } => false,
        }
    }
}

impl<'a> Known<'a> {
    /// Nothing but what the verifier trusts and knows.
    pub(super) fn new(trust: &'a TrustMaterial, now: SystemTime) -> Self {
        /// Copying a certificate.
        const COPY: u64 = 512;
        let copies = trust.certificates.len() + trust.embedded.certificates.len();
        let _ = trust.step(COPY * copies as u64);
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

    /// What of it cannot be read.
    pub(super) fn unreadable_attributes(&self) -> &[Finding] {
        &self.attributes.unreadable
    }

    /// Notes that what is covered existed at `time`.
    pub(super) fn prove(&mut self, covered: &Covered<'_>, time: SystemTime) {
        for (raw, choice) in &mut self.choices {
            if covered.holds_revocation_choice(raw) {
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
        let question = Question { known: self, certificate, issuer, time };
        let mut verdict = Verdict::default();
        self.ask_all(
            &question,
            self.sources(beside, beside_since),
            &mut verdict,
            |data, verdict| {
                // What could only say again that it is not revoked is not worth a verification.
                let is_settled = question.needs_no_check() || verdict.is_clear();
                !is_settled || question.may_accuse(data)
            },
        );
        if verdict.is_held() {
            // But it may be newer than the hold.
            let rest = self.sources(beside, beside_since);
            self.ask_all(&question, rest, &mut verdict, |data, _| !question.may_accuse(data));
        }
        verdict.conclude(question.needs_no_check())
    }

    /// Asks what is worth it, as long as there is an account for it.
    fn ask_all<'s>(
        &self,
        question: &Question<'_>,
        sources: impl Iterator<Item = (Data<'s>, bool)>,
        verdict: &mut Verdict,
        is_worth_it: impl Fn(&Data<'_>, &Verdict) -> bool,
    ) {
        for (data, embedded) in sources {
            if self.trust.step(question.cost(&data)).is_err() {
                break;
            }
            if !is_worth_it(&data, verdict) {
                continue;
            }
            if self.trust.step(VERIFICATION_STEPS).is_err() {
                break;
            }
            let found = match data {
                Data::List(list, since) => question.ask_list(list, since),
                Data::Ocsp(response, since) => question.ask_responder(response, since),
            };
            if let Some(answer) = found {
                verdict.take(answer, embedded);
            }
        }
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
        let question = Question { known: self, certificate, issuer, time };
        if question.needs_no_check() {
            return true;
        }
        let mut reasons = Reasons::NONE;
        self.sources(beside, None).filter(|(_, embedded)| *embedded).any(|(data, _)| {
            let cost = VERIFICATION_STEPS + question.cost(&data);
            if self.trust.step(cost).is_err() {
                return false;
            }
            let answer = match data {
                Data::List(list, _) => question.ask_list(list, None),
                Data::Ocsp(response, _) => question.ask_responder(response, None),
            };
            match answer {
                Some(Answer::Clear { reasons: more, .. }) => {
                    reasons = reasons.or(more);
                    reasons == Reasons::ALL
                }
                Some(Answer::Revoked(_) | Answer::Held { .. }) => true,
                Some(Answer::Unusable { why, .. }) => why == NOT_PROVEN,
                Some(Answer::Accuses { .. }) | None => false,
            }
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

/// RFC 9608 section 4; EN 319 412-1 clause 5.2.1 note 1.
pub(super) fn needs_no_revocation_check(certificate: &Certificate) -> bool {
    certificate.has_no_revocation_available() || certificate.is_validity_assured()
}
