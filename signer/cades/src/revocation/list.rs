//! Certificate revocation lists (RFC 5280 section 5): complete and partitioned, direct and
//! indirect ones; delta lists as far as they accuse.

mod entries;
mod fields;
mod scope;

use std::{
    sync::{Arc, OnceLock},
    time::SystemTime,
};

use bytes::Bytes;
use seal::CertificateDer;

use super::{RevocationReason, RevocationStatus, speaks_until};
use crate::{
    Certificate, Error, Unverified,
    algorithm::{HASH_STEPS, VERIFICATION_STEPS},
    certificate::{ComparableName, Reasons},
};
use entries::{Entries, Named};
use fields::Fields;
use scope::Scope;

/// The longest revocation list that is read, in bytes.
pub const MAXIMUM_REVOCATION_LIST_LENGTH: usize = 32 * 1024 * 1024;

/// A revocation list whose issuer has been read; its signature is verified against a certificate
/// of that name. What else cannot be read of it is a defect: then it clears nobody, and whom it
/// names it accuses still.
#[derive(Clone, Debug)]
pub struct RevocationList {
    der: Bytes,
    proven_time: Option<SystemTime>,
    /// Clones share what has been found out.
    facts: Arc<Facts>,
}

#[derive(Debug)]
struct Facts {
    issuer: ComparableName,
    this_update: Option<SystemTime>,
    next_update: Option<SystemTime>,
    /// expiredCertsOnCRL (X.509 clause 9.5.2.8).
    expired_since: Option<SystemTime>,
    authority_key_identifier: Option<Vec<u8>>,
    scope: Scope,
    is_delta: bool,
    defect: Option<&'static str>,
    entries: OnceLock<Entries>,
    /// The issuer that the signature was verified with first, and the outcome.
    verified: OnceLock<(CertificateDer, Result<(), Unverified>)>,
}

/// What a list says of one certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListAnswer {
    /// It names the certificate. That stands whatever the list's scope, for a serial number is
    /// its issuer's once (section 4.1.2.2).
    Revoked { at: SystemTime, reason: Option<RevocationReason> },
    /// It would name the certificate had it been revoked for one of these reasons.
    Clear(Reasons),
    /// It is about other certificates.
    Silent,
    /// It does not name the certificate and cannot clear it.
    Unusable(&'static str),
    /// It names the certificate, or may, and cannot be judged.
    Accuses {
        why: &'static str,
        /// It is signed by none of the keys at hand that may have.
        unsigned: bool,
    },
}

const UNSUPPORTED: &str = "is signed with an algorithm or by a type of key that cannot be judged";
const UNSIGNED: &str = "is not validly signed by any key at hand";
const UNREADABLE_ENTRIES: &str = "has entries that cannot be read";
const DELTA: &str = "the revocation list at hand says only what changed since another";

impl RevocationList {
    /// Reads a list.
    ///
    /// # Errors
    /// [`Error::TooLong`]; [`Error::Malformed`] when not even the issuer can be read.
    pub fn parse(der: impl Into<Bytes>) -> Result<Self, Error> {
        let der = der.into();
        Error::limit("revocation list", &der, MAXIMUM_REVOCATION_LIST_LENGTH)?;
        let fields = Fields::read(&der).map_err(Error::malformed("revocation list"))?;
        let facts = Facts {
            issuer: ComparableName::read(fields.issuer),
            this_update: fields.this_update,
            next_update: fields.next_update,
            expired_since: fields.expired_since,
            authority_key_identifier: fields.authority_key_identifier.map(<[u8]>::to_vec),
            scope: fields.scope,
            is_delta: fields.is_delta,
            defect: fields.defect,
            entries: OnceLock::new(),
            verified: OnceLock::new(),
        };
        Ok(Self { der, proven_time: None, facts: Arc::new(facts) })
    }

    /// The list with a proof that it existed at `time`, from a valid time-stamp over it: it may
    /// then be used although its issuer's certificate has expired since (EN 319 102-1 clause
    /// 5.6.2.2). The earliest proof counts.
    #[must_use]
    pub fn proven_at(self, time: SystemTime) -> Self {
        let proven_time = self.proven_time.into_iter().chain([time]).min();
        Self { proven_time, ..self }
    }

    /// The time of [`RevocationList::proven_at`].
    pub fn proven_time(&self) -> Option<SystemTime> {
        self.proven_time
    }

    /// The list in DER.
    pub fn der(&self) -> &Bytes {
        &self.der
    }

    /// The identifier of the key that signed the list (RFC 5280 section 5.2.1), as the list says it.
    pub fn authority_key_identifier(&self) -> Option<&[u8]> {
        self.facts.authority_key_identifier.as_deref()
    }

    /// Whether `certificate` is one that the list is about, by its issuer and its scope, or one
    /// that it names.
    pub fn concerns(&self, certificate: &Certificate) -> bool {
        self.reasons(certificate).is_some() || self.accuses(certificate)
    }

    /// Whether the list speaks for `time` and was made by `now`: its nextUpdate does not lie
    /// before `time`. Without nextUpdate it speaks for a day, as an OCSP response does: RFC 5280
    /// section 5.1.2.5 demands it, and nothing else says when there will be a newer list.
    pub fn covers(&self, time: SystemTime, now: SystemTime) -> bool {
        self.facts.this_update.is_some_and(|made| {
            made <= now && speaks_until(made, self.facts.next_update).is_none_or(|end| time <= end)
        })
    }

    /// When the list was made; `None` when that cannot be read.
    pub fn this_update(&self) -> Option<SystemTime> {
        self.facts.this_update
    }

    /// Whether the list would name `certificate` if it were revoked: it was made after its
    /// issuance, and before it expired unless it keeps what expired (expiredCertsOnCRL).
    pub(crate) fn is_about(&self, certificate: &Certificate) -> bool {
        self.facts.this_update.is_some_and(|made| {
            let keeps = self.facts.expired_since.unwrap_or(made);
            certificate.not_before() <= made && keeps <= certificate.not_after()
        })
    }

    /// Whether the list comes from whom `signer` names.
    pub(crate) fn is_issued_in_the_name_of(&self, signer: &Certificate) -> bool {
        self.facts.issuer == *signer.comparable_subject()
    }

    /// Whether the list, verified or not, names `certificate`, or has entries that cannot be read
    /// and may.
    pub(crate) fn accuses(&self, certificate: &Certificate) -> bool {
        matches!(self.named(certificate), Named::Revoked { .. } | Named::Unreadable)
    }

    /// Whether the list is by the issuer of `certificate`, or by another whom the certificate names
    /// for it (RFC 5280 section 6.3.3 (b) (1)).
    pub(crate) fn is_entrusted_with(&self, certificate: &Certificate) -> bool {
        let issuer = &self.facts.issuer;
        issuer == certificate.comparable_issuer()
            || certificate.distribution_points().iter().any(|point| point.names_issuer(issuer))
    }

    /// Verifies the list with the key of `issuer`, who has the list's name, and looks
    /// `certificate` up in it.
    ///
    /// # Errors
    /// [`Unverified`], also when the issuer's key may not sign lists, and when the list cannot
    /// tell whether the certificate is revoked.
    pub fn status(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
    ) -> Result<RevocationStatus, Unverified> {
        self.verify(issuer)?;
        match self.answer(certificate, Ok(())) {
            ListAnswer::Revoked { at, reason } => Ok(RevocationStatus::Revoked { at, reason }),
            ListAnswer::Clear(Reasons::ALL) => Ok(RevocationStatus::NotRevoked),
            ListAnswer::Clear(_)
            | ListAnswer::Silent
            | ListAnswer::Unusable(_)
            | ListAnswer::Accuses { .. } => Err(Unverified::Unsupported),
        }
    }

    /// Steps that [`answer`](Self::answer) counts for beside a look into the index: the entries of
    /// a list that may concern the certificate are put into one, once.
    pub(crate) fn look_up_cost(&self, certificate: &Certificate) -> u64 {
        /// Reading, hashing and sorting an entry of two dozen bytes or more.
        const STEPS: u64 = 8;
        let is_known = self.facts.entries.get().is_some();
        let steps = STEPS * self.der.len() as u64;
        if is_known || !self.may_name(certificate) { 0 } else { steps }
    }

    /// Steps that [`verify`](Self::verify) counts for.
    pub(crate) fn verification_cost(&self, signer: &Certificate) -> u64 {
        let is_known = || self.facts.verified.get().is_some_and(|(of, _)| of == signer.der());
        if !self.is_issued_in_the_name_of(signer) || is_known() {
            return 0;
        }
        VERIFICATION_STEPS + HASH_STEPS * self.der.len() as u64
    }

    /// Verifies the list with the key of `signer`.
    ///
    /// # Errors
    /// [`Unverified::Wrong`] also when it has another name, or its key may not sign lists.
    pub fn verify(&self, signer: &Certificate) -> Result<(), Unverified> {
        if !self.is_issued_in_the_name_of(signer) || !signer.may_sign_revocation_lists() {
            return Err(Unverified::Wrong);
        }
        let verify = || {
            let fields = Fields::read(&self.der).map_err(|_| Unverified::Unsupported)?;
            fields.verify(signer)
        };
        let (first, outcome) = self.facts.verified.get_or_init(|| (signer.der().clone(), verify()));
        if first == signer.der() { *outcome } else { verify() }
    }

    /// What the list says of `certificate`, given what came of its signature.
    pub(crate) fn answer(
        &self,
        certificate: &Certificate,
        signature: Result<(), Unverified>,
    ) -> ListAnswer {
        let named = self.named(certificate);
        let why = match (named, signature) {
            (Named::Revoked { at, reason }, Ok(())) => {
                return ListAnswer::Revoked { at, reason };
            }
            (Named::Revoked { .. } | Named::Unreadable, Err(Unverified::Wrong)) => UNSIGNED,
            (
                Named::Revoked { .. } | Named::Unreadable,
                Err(Unverified::Unsupported | Unverified::Legacy),
            ) => UNSUPPORTED,
            (Named::Unreadable, Ok(())) => UNREADABLE_ENTRIES,
            (Named::No, signature) => return self.clear(certificate, signature),
        };
        let unsigned = signature == Err(Unverified::Wrong);
        ListAnswer::Accuses { why, unsigned }
    }

    fn clear(&self, certificate: &Certificate, signature: Result<(), Unverified>) -> ListAnswer {
        let Some(reasons) = self.reasons(certificate) else { return ListAnswer::Silent };
        let unreadable = || self.entries().has_unknown_critical().then_some(UNREADABLE_CRITICAL);
        match signature {
            Err(_) => ListAnswer::Unusable(UNVERIFIED),
            Ok(()) if self.facts.is_delta => ListAnswer::Unusable(DELTA),
            Ok(()) => match self.facts.defect.or_else(unreadable) {
                Some(defect) => ListAnswer::Unusable(defect),
                None => ListAnswer::Clear(reasons),
            },
        }
    }

    /// For which reasons of revocation the list would name `certificate`; `None` when it is about
    /// others.
    fn reasons(&self, certificate: &Certificate) -> Option<Reasons> {
        self.facts.scope.reasons(certificate, &self.facts.issuer)
    }

    /// Whether the list is by the issuer of `certificate`, or may speak of others' certificates.
    fn may_name(&self, certificate: &Certificate) -> bool {
        self.facts.issuer == *certificate.comparable_issuer() || self.facts.scope.is_indirect()
    }

    fn named(&self, certificate: &Certificate) -> Named {
        // Most lists are another issuer's, and are not worth an index.
        if !self.may_name(certificate) {
            return Named::No;
        }
        let issuer = &self.facts.issuer;
        let is_direct = issuer == certificate.comparable_issuer();
        let is_indirect = self.facts.scope.is_indirect();
        let named = self.entries().find(&self.der, certificate, issuer, is_indirect);
        match named {
            // Of whom else a list speaks cannot be said of one that cannot be read.
            Named::Unreadable if !is_direct && self.reasons(certificate).is_none() => Named::No,
            named => named,
        }
    }

    fn entries(&self) -> &Entries {
        self.facts.entries.get_or_init(|| Entries::read(&self.der, self.facts.is_delta))
    }
}

pub(crate) const UNVERIFIED: &str = "the revocation data at hand are not validly signed";
const UNREADABLE_CRITICAL: &str =
    "the revocation list at hand has an entry with a critical extension that is not understood";
