//! Enrolment: a key pair and a certificate for it.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use qscd_protocol::{DestructionCause, DestructionReason};
use rcgen::PublicKeyData;
use ring::digest;
use seal::{Chain, Credential, EnrolmentRequest, QscdError, SignatureAlgorithm};

use super::{
    Device, Gate,
    key::DeviceKey,
    key_number::KeyNumber,
    slot::{HeldCertificate, Slot, Terms},
};
use crate::{
    Error, IssuedCertificate,
    authority::{CertificateFlaw, IssuedCertificate as Issued},
    event::Event,
};

/// How far the moment of the act may lie from the device's clock.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(300);
/// The longest name of a requester, in bytes.
const MAXIMUM_REQUESTER_LENGTH: usize = 256;

impl Device {
    /// Makes a key, and a certificate for it with this flaw: a tester's fault.
    pub(crate) async fn enrol_flawed(
        &self,
        request: EnrolmentRequest,
        flaw: CertificateFlaw,
    ) -> Result<Credential, QscdError> {
        self.refused(None, self.enrol_with_key(request, Some(flaw)).await)
    }

    /// Takes an RSA key from the pool first, if the suite needs one.
    pub(super) async fn enrol_with_key(
        &self,
        request: EnrolmentRequest,
        flaw: Option<CertificateFlaw>,
    ) -> Result<Credential, QscdError> {
        let Some(length) = request.algorithm.rsa_key_length() else {
            let randomness = self.authority.randomness();
            return match randomness.is_seeded() {
                false => self.enrol_now(request, flaw, DeviceKey::generate),
                true => self
                    .enrol_now(request, flaw, |algorithm| DeviceKey::seeded(algorithm, randomness)),
            };
        };
        // A request that is refused anyway costs no key.
        self.admit(&request, self.ending.clock.now())?;
        let key = self.rsa_pool.take(length).await.ok_or(QscdError::AtCapacity)?;
        self.enrol_now(request, flaw, |algorithm| DeviceKey::from_rsa(algorithm, key))
    }

    fn enrol_now(
        &self,
        request: EnrolmentRequest,
        flaw: Option<CertificateFlaw>,
        make_key: impl FnOnce(SignatureAlgorithm) -> Result<DeviceKey, Error>,
    ) -> Result<Credential, QscdError> {
        let now = self.ending.clock.now();
        self.admit(&request, now)?;
        // All that can fail on the request's side has failed after this, before any key exists.
        let draft = self
            .authority
            .draft(&request)
            .map_err(|error| QscdError::EnrolmentRefused(error.to_string()))?;
        let device_limit = now.checked_add(self.limits.key_lifetime).unwrap_or(now);
        let (begins, not_after) = (draft.not_before(), draft.not_after());
        let deadline = not_after.min(device_limit);
        if deadline <= now {
            let why = "the certificate would have ended already";
            return Err(QscdError::EnrolmentRefused(why.to_owned()));
        }

        let gate = self.gate();
        if *gate == Gate::Shut {
            return Err(QscdError::Unavailable("it is shut down".to_owned()));
        }
        let number = KeyNumber::random(&self.names).map_err(|error| unavailable(&error))?;
        let requester = self
            .ending
            .quota
            .admit(&request.requester, self.limits.live_keys, self.limits.keys_per_requester)
            .ok_or(QscdError::AtCapacity)?;
        let key = make_key(request.algorithm).map_err(|error| {
            self.ending.quota.release(&requester);
            unavailable(&error)
        })?;
        self.ending.journal.count_created();

        let subject_public_key_info = key.subject_public_key_info();
        let issued = match flaw {
            None => self.authority.issue(&draft, &key),
            Some(flaw) => {
                let other = || DeviceKey::generate(request.algorithm);
                self.authority.issue_flawed(draft, flaw, &key, other)
            }
        };
        let terms = Terms {
            number,
            profile: request.profile,
            subject: request.subject,
            algorithm: request.algorithm,
            signatures: request.signatures,
            begins,
            deadline,
            requester,
            certificate_serial: issued
                .as_ref()
                .map(|issued| hex::encode(issued.serial_number))
                .unwrap_or_default(),
            public_key_sha256: hex::encode(digest::digest(
                &digest::SHA256,
                &subject_public_key_info,
            )),
        };
        let held = |issued: &Issued| HeldCertificate {
            certificate: issued.certificate.clone(),
            issuer: issued.issuer.clone(),
        };
        let slot = Arc::new(Slot::new(terms, key, issued.as_ref().ok().map(held)));
        let chain = match issued {
            Ok(issued) => Chain::new(issued.certificate, vec![issued.issuer]),
            Err(error) => {
                let cause = DestructionReason::Destroyed(DestructionCause::NotCertified);
                self.ending.end(&slot, cause);
                return Err(unavailable(&error));
            }
        };
        self.keys.insert(number, slot.clone());
        drop(gate);

        let id = number.name();
        self.issued.keep(IssuedCertificate {
            serial: slot.terms.certificate_serial.clone(),
            profile: slot.terms.profile.clone(),
            credential: id.clone(),
            not_after,
            certificate: self.issued.keeps().then(|| chain.end_entity().clone()),
        });
        self.ending.journal.record(&Event::Enrolled {
            credential: id.clone(),
            profile: slot.terms.profile.clone(),
            certificate_serial: slot.terms.certificate_serial.clone(),
            at: now,
        });
        Ok(Credential {
            id,
            chain,
            algorithm: request.algorithm,
            signatures: request.signatures,
            deadline,
        })
    }

    /// What the device itself asks of a request; the certificate's fields are judged by its
    /// profile.
    fn admit(&self, request: &EnrolmentRequest, now: SystemTime) -> Result<(), QscdError> {
        let offset = now.duration_since(request.at).or_else(|_| request.at.duration_since(now));
        let life = request.lifetime.checked_add(request.back_dating);
        let why = if request.signatures == 0 {
            "a credential makes at least one signature"
        } else if request.signatures > self.limits.signatures_per_credential {
            "the credential would make more signatures than the device allows"
        } else if offset.is_ok_and(|offset| offset > CLOCK_TOLERANCE) {
            "the moment of the act is not the device's present"
        } else if request.lifetime < Duration::from_secs(1) {
            "the lifetime is shorter than a second"
        } else if life.is_none_or(|life| life > request.assurance.maximum_lifetime()) {
            "the lifetime is longer than the assurance allows"
        } else if request.requester.is_empty() || request.requester.len() > MAXIMUM_REQUESTER_LENGTH
        {
            "the requester's name is empty or longer than 256 bytes"
        } else {
            return Ok(());
        };
        Err(QscdError::EnrolmentRefused(why.to_owned()))
    }
}

/// The device failed; what failed inside is its own affair.
pub(super) fn unavailable(error: &Error) -> QscdError {
    QscdError::Unavailable(error.to_string())
}
