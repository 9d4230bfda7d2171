//! Activation and signing: from evidence to signature values.

use qscd_protocol::{DestructionCause, DestructionReason};
use seal::{
    ActivationEvidence, CredentialId, Digest, DigestAlgorithm, EvidenceRefusal, QscdError, Sad,
    SadRefusal, SignatureAlgorithm, SignatureValue, Subject, ToSign,
};
use tokio::runtime::{Handle, RuntimeFlavor};

use super::{
    Device,
    enrol::unavailable,
    sam::{EvidenceFailure, HandleHash, Item, Signer, Unspendable},
    slot::{LiveKey, Slot, Terms},
};
use crate::{Error, event::Event};

impl Device {
    /// Checks the evidence and authorises exactly these hashes. A refusal destroys the key,
    /// unless all that it may sign is promised to earlier authorisations.
    pub(super) fn authorise_now(
        &self,
        id: &CredentialId,
        to_sign: &[ToSign],
        evidence: &ActivationEvidence,
    ) -> Result<Sad, QscdError> {
        let now = self.ending.clock.now();
        let slot = self.find(id, now)?;
        let hashes = signable(&slot, to_sign).map_err(|why| self.not_signable(&slot, why))?;
        let count = u32::try_from(hashes.len()).unwrap_or(u32::MAX);
        let terms = &slot.terms;

        // Room for the hashes is taken before the evidence is checked, and never given back: two
        // authorisations at once cannot both have it.
        let room = slot.with(|live| {
            let authorised = live.authorised.checked_add(count);
            let fits = authorised.filter(|authorised| *authorised <= terms.signatures);
            live.authorised = fits.unwrap_or(live.authorised);
            fits
        })?;
        if room.is_none() {
            // The key is promised to earlier authorisations: a late one must not take it away.
            let why = "more hashes than it may still sign";
            return Err(QscdError::NotSignable(why.to_owned()));
        }
        let signer = slot.with(|live| signer(terms, live))?;
        let items = items(signer.as_ref(), to_sign, &hashes);
        let checked = items.map_err(EvidenceFailure::from).and_then(|items| {
            self.names_its_organisation(&terms.subject, evidence)?;
            self.evidence.check(&terms.subject, &terms.profile, &items, evidence, now)
        });
        let ends = checked.map_err(|failure| self.evidence_refused(&slot, failure))?;

        let expires = now
            .checked_add(self.limits.sad_lifetime)
            .map_or(terms.deadline, |expires| expires.min(terms.deadline));
        // What an activation gave ends with it.
        let expires = ends.map_or(expires, |ends| ends.min(expires));
        let activation = match evidence {
            ActivationEvidence::Activation(id) => Some(id.clone()),
            ActivationEvidence::Mandate(_) | ActivationEvidence::Person { .. } => None,
        };
        // Under the slot's lock, so that the key's end finds every handle.
        let sad = slot.with(|live| {
            let (sad, handle) = self.ending.ledger.authorise(
                terms.number,
                &hashes,
                (expires, activation),
                &self.rng,
            )?;
            live.handles.push(handle);
            Ok::<_, Error>(sad)
        })?;
        let sad = sad.map_err(|error| self.failed(&slot, &error))?;
        self.ending.journal.record(&Event::Authorised {
            credential: id.clone(),
            hashes: hashes.len(),
            at: now,
        });
        Ok(sad)
    }

    /// Whether an organisation that a person's certificate names has this name: with an activation, not
    /// the service says so, but the settings or a registration.
    fn names_its_organisation(
        &self,
        subject: &Subject,
        evidence: &ActivationEvidence,
    ) -> Result<(), EvidenceRefusal> {
        let (Subject::Person(subject), ActivationEvidence::Activation(_)) = (subject, evidence)
        else {
            return Ok(());
        };
        let named =
            subject.organization_identifier.as_ref().zip(subject.organization_name.as_ref());
        match named {
            Some((identifier, name)) if self.knows_as(identifier, name) => Ok(()),
            Some(_) | None => Err(EvidenceRefusal::OtherSubject),
        }
    }

    /// Spends the SAD and signs; the last signature destroys the key.
    pub(super) fn sign_now(
        &self,
        id: &CredentialId,
        sad: &Sad,
        to_sign: &[ToSign],
    ) -> Result<Vec<SignatureValue>, QscdError> {
        let now = self.ending.clock.now();
        let slot = self.find(id, now)?;
        let handle = HandleHash::of(sad);
        if let Some(activation) = self.ending.ledger.activation_of(handle)
            && !self.evidence.activations().stands(&activation, now)
        {
            self.ending.ledger.expire(handle);
        }
        // What the suite does not sign was never authorised: the ledger calls it another hash.
        // What it lets pass is `to_sign`, hash by hash.
        let hashes = signable(&slot, to_sign).unwrap_or_default();
        match self.ending.ledger.reserve(handle, slot.terms.number, &hashes, now) {
            Ok(()) => {}
            Err(Unspendable::Spent) => return Err(SadRefusal::Unknown.into()),
            Err(Unspendable::Mismatch(refusal)) => return Err(self.mismatch(&slot, refusal)),
        }

        // From here on the outcome is the key's, not the caller's: nothing is released again.
        let signed =
            off_the_worker(slot.terms.algorithm, || slot.with(|live| sign_all(live, to_sign)))?;
        let (values, uses) = signed.map_err(|error| self.failed(&slot, &error))?;
        self.ending.ledger.consume(handle);
        self.ending.journal.record(&Event::Signed {
            credential: id.clone(),
            signatures: values.len(),
            at: now,
        });
        if uses >= slot.terms.signatures {
            self.end(&slot, DestructionReason::Consumed);
        }
        Ok(values)
    }

    /// Destroys the key, unless it ended before: then its end is the answer.
    fn mismatch(&self, slot: &Slot, refusal: SadRefusal) -> QscdError {
        self.destroy_for(slot, DestructionCause::SadRefused(refusal), refusal.into())
    }

    fn not_signable(&self, slot: &Slot, why: &'static str) -> QscdError {
        let answer = QscdError::NotSignable(why.to_owned());
        self.destroy_for(slot, DestructionCause::NotSignable, answer)
    }

    fn evidence_refused(&self, slot: &Slot, failure: EvidenceFailure) -> QscdError {
        match failure {
            EvidenceFailure::Refused(refusal) => {
                let cause = DestructionCause::EvidenceRefused(refusal);
                self.destroy_for(slot, cause, refusal.into())
            }
            EvidenceFailure::NoRoom => {
                self.destroy_for(slot, DestructionCause::NoRoom, QscdError::AtCapacity)
            }
        }
    }

    fn failed(&self, slot: &Slot, error: &Error) -> QscdError {
        self.destroy_for(slot, DestructionCause::SignatureFailed, unavailable(error))
    }

    fn destroy_for(&self, slot: &Slot, cause: DestructionCause, answer: QscdError) -> QscdError {
        let reason = DestructionReason::Destroyed(cause);
        match slot.take(reason.credential_end()) {
            Ok(live) => {
                self.ending.bury(&slot.terms, live, reason);
                self.keys.invalidate(&slot.terms.number);
                answer
            }
            Err(earlier) => earlier.into(),
        }
    }
}

/// RSA takes up to two milliseconds: other tasks of the worker go elsewhere meanwhile.
fn off_the_worker<T>(algorithm: SignatureAlgorithm, act: impl FnOnce() -> T) -> T {
    let is_worker = || {
        Handle::try_current().is_ok_and(|own| own.runtime_flavor() == RuntimeFlavor::MultiThread)
    };
    if algorithm.rsa_key_length().is_some() && is_worker() {
        tokio::task::block_in_place(act)
    } else {
        act()
    }
}

/// Signs each hash; answers the values and how often the key was used in all.
fn sign_all(live: &mut LiveKey, to_sign: &[ToSign]) -> Result<(Vec<SignatureValue>, u32), Error> {
    let mut values = Vec::with_capacity(to_sign.len());
    for one in to_sign {
        values.push(live.key.sign(one)?);
        live.uses = live.uses.saturating_add(1);
    }
    Ok((values, live.uses))
}

/// The longest message that is signed as such, in bytes: signed attributes take some hundreds.
const MAXIMUM_MESSAGE_LENGTH: usize = 64 * 1024;

/// What an authorisation binds, if the credential's suite signs each of them: the digest, or of a
/// message its SHA-256.
fn signable(slot: &Slot, to_sign: &[ToSign]) -> Result<Vec<Digest>, &'static str> {
    let suite = slot.terms.algorithm;
    let limit = usize::try_from(slot.terms.signatures).unwrap_or(usize::MAX);
    if to_sign.is_empty() {
        return Err("nothing to sign");
    }
    if to_sign.len() > limit {
        return Err("more hashes than it may sign");
    }
    to_sign
        .iter()
        .map(|one| match (one, suite.signs_message()) {
            (ToSign::Digest(digest), false) if digest.algorithm() == suite.digest_algorithm() => {
                Ok(*digest)
            }
            (ToSign::Salted(digest), false)
                if digest.algorithm() == suite.digest_algorithm() && suite.is_salted() =>
            {
                Ok(*digest)
            }
            (ToSign::Salted(_), _) if !suite.is_salted() => {
                Err("a salted digest, where the suite takes no salt")
            }
            (ToSign::Digest(_) | ToSign::Salted(_), false) => {
                Err("a digest of another algorithm than the suite's")
            }
            (ToSign::Message(_), false) => Err("a message, where the suite signs digests"),
            (ToSign::Digest(_) | ToSign::Salted(_), true) => {
                Err("a digest, where the suite signs messages")
            }
            (ToSign::Message(message), true) if message.len() > MAXIMUM_MESSAGE_LENGTH => {
                Err("a message of more than 64 KiB")
            }
            (ToSign::Message(message), true) => Ok(Digest::of(DigestAlgorithm::Sha256, message)),
            (ToSign::Attributes(attributes), _) if attributes.len() > MAXIMUM_MESSAGE_LENGTH => {
                Err("signed attributes of more than 64 KiB")
            }
            (ToSign::Attributes(attributes), false) => {
                Ok(Digest::of(suite.digest_algorithm(), attributes))
            }
            (ToSign::Attributes(attributes), true) => {
                Ok(Digest::of(DigestAlgorithm::Sha256, attributes))
            }
        })
        .collect()
}

/// With what a live key signs; `None` without a certificate.
fn signer(terms: &Terms, live: &LiveKey) -> Option<Signer> {
    Some(Signer {
        certificate: live.certificate.as_ref()?.certificate.clone(),
        suite: terms.algorithm,
        validity: (terms.begins, terms.deadline),
    })
}

/// What of each hash the evidence is held against: the message digest in the signed attributes, where the
/// device was given those.
fn items(
    signer: Option<&Signer>,
    to_sign: &[ToSign],
    hashes: &[Digest],
) -> Result<Vec<Item>, EvidenceRefusal> {
    let item = |(one, hash): (&ToSign, &Digest)| match one {
        ToSign::Digest(_) | ToSign::Salted(_) | ToSign::Message(_) => Ok(Item::Hash(*hash)),
        ToSign::Attributes(attributes) => signer
            .and_then(|signer| signer.message_digest(attributes))
            .map(Item::Imprint)
            .ok_or(EvidenceRefusal::AttributesMalformed),
    };
    to_sign.iter().zip(hashes).map(item).collect()
}
