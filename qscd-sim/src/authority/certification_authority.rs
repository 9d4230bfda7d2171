//! One CA: its key and certificate, its serial numbers, and what it revoked.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use ::authority::{
    Answer, AuthorityKey, CertificateId, Country, LeafCertificate, LeafIssuer, ListIssuer,
    OcspUntruth, Responder, ResponderCertificate, Revocation, RevocationReason,
    SERIAL_NUMBER_LENGTH, SerialNumbers, Status, Validity, key_identifier,
};
use bytes::Bytes;
use der::{Decode, Encode};
use rcgen::{CertificateParams, Issuer, KeyIdMethod, PublicKeyData};
use seal::CertificateDer;
use x509_cert::{Certificate, name::Name};

use super::{
    revocation::Revocations, revocation_list::RevocationList, serial_number, simulator_identifier,
};
use crate::{Error, issuer_key::issuer_key, randomness::Randomness};

/// A CA that can issue and answer for what it issued.
#[derive(Debug)]
pub(super) struct CertificationAuthority {
    pub(super) issuer: Issuer<'static, AuthorityKey>,
    pub(super) validity: Validity,
    pub(super) certificate: CertificateDer,
    pub(super) serial_numbers: SerialNumbers,
    key_identifier: Vec<u8>,
    name: Name,
    name_der: Vec<u8>,
    revocations: Revocations,
    revocation_list: RevocationList,
    responder: RwLock<Option<Arc<Responder>>>,
    responder_terms: ResponderTerms,
}

/// What all certificates of a CA's OCSP responder have in common.
#[derive(Clone, Debug)]
pub(super) struct ResponderTerms {
    pub(super) common_name: String,
    pub(super) ca_issuers: String,
    pub(super) country: Country,
    pub(super) lifetime: Duration,
}

impl CertificationAuthority {
    /// Certifies `key` by `parent`, or by itself.
    pub(super) fn new(
        mut parameters: CertificateParams,
        key: AuthorityKey,
        validity: Validity,
        parent: Option<&Self>,
        responder_terms: ResponderTerms,
        serial_numbers: SerialNumbers,
    ) -> Result<Self, Error> {
        let identifier = key_identifier(&key).to_vec();
        parameters.key_identifier_method = KeyIdMethod::PreSpecified(identifier);
        let certificate = match parent {
            None => CertificateDer::new(parameters.self_signed(&key)?.der().to_vec()),
            Some(parent) => parent.certify(&parameters, &key)?,
        };
        Self::existing(parameters, key, certificate, validity, responder_terms, serial_numbers)
    }

    /// Takes a CA whose certificate exists. `parameters` must give its key identifier.
    pub(super) fn existing(
        parameters: CertificateParams,
        key: AuthorityKey,
        certificate: CertificateDer,
        validity: Validity,
        responder_terms: ResponderTerms,
        serial_numbers: SerialNumbers,
    ) -> Result<Self, Error> {
        let key_identifier = match &parameters.key_identifier_method {
            KeyIdMethod::PreSpecified(identifier) => identifier.clone(),
            _ => key_identifier(&key).to_vec(),
        };
        let parsed = Certificate::from_der(certificate.as_bytes())?;
        let name = parsed.tbs_certificate().subject().clone();
        Ok(Self {
            issuer: Issuer::new(parameters, key),
            revocations: Revocations::new(validity.not_before.into()),
            validity,
            certificate,
            serial_numbers,
            key_identifier,
            name_der: name.to_der()?,
            name,
            revocation_list: RevocationList::default(),
            responder: RwLock::new(None),
            responder_terms,
        })
    }

    /// Certifies a device's key.
    pub(super) fn certify_leaf(
        &self,
        leaf: &LeafCertificate,
        key: &impl PublicKeyData,
    ) -> Result<CertificateDer, Error> {
        Ok(leaf.certify(key, self.leaf_issuer())?)
    }

    /// Certifies a key of an authority.
    pub(super) fn certify(
        &self,
        parameters: &CertificateParams,
        key: &impl PublicKeyData,
    ) -> Result<CertificateDer, Error> {
        Ok(::authority::certify(parameters, key, self.leaf_issuer())?)
    }

    fn leaf_issuer(&self) -> LeafIssuer<'_> {
        let Self { name_der: name, key_identifier, .. } = self;
        LeafIssuer { key: self.issuer.key(), name, key_identifier }
    }

    /// The name in DER.
    pub(super) fn name_der(&self) -> &[u8] {
        &self.name_der
    }

    /// The present revocation list in DER.
    pub(super) fn revocation_list(&self, now: SystemTime) -> Result<Bytes, Error> {
        self.revocation_list.at(now, self.list_issuer(), &self.revocations)
    }

    /// One that is made now.
    pub(super) fn new_revocation_list(&self, now: SystemTime) -> Result<Bytes, Error> {
        self.revocation_list.anew(now, self.list_issuer(), &self.revocations)
    }

    fn list_issuer(&self) -> ListIssuer<'_> {
        ListIssuer {
            key: self.issuer.key(),
            name: &self.name,
            key_identifier: &self.key_identifier,
        }
    }

    /// Revokes what it issued; `None` for what it did not. `not_after` is the certificate's end,
    /// or the latest that it can be.
    pub(super) fn revoke(
        &self,
        serial: &[u8],
        reason: RevocationReason,
        now: SystemTime,
        not_after: SystemTime,
    ) -> Result<Option<Revocation>, Error> {
        if !self.serial_numbers.made_here(serial) {
            return Ok(None);
        }
        let revocation = Revocation { at: now, reason, not_after };
        self.revocations.revoke(serial, revocation).map(Some).ok_or(Error::TooManyRevocations)
    }

    /// What is known of a serial number.
    pub(super) fn status(&self, serial: &[u8]) -> Status {
        if !self.serial_numbers.made_here(serial) {
            return Status::Unknown;
        }
        self.revocations.of(serial).map_or(Status::Good, Status::Revoked)
    }

    /// The revocation of a serial number, if there is one.
    pub(super) fn revocation_of(&self, serial: &[u8]) -> Option<Revocation> {
        self.revocations.of(serial)
    }

    /// Whether an OCSP request's CertID names this CA as the issuer.
    pub(super) fn is_asked(&self, id: &CertificateId) -> bool {
        id.is_issued_by(&self.name_der, self.issuer.key().der_bytes())
    }

    /// The signed OCSP answer about certificates of this CA.
    pub(super) fn answer(
        &self,
        certificates: &[CertificateId],
        nonce: Option<&[u8]>,
        untruth: Option<OcspUntruth>,
        now: SystemTime,
        randomness: &Randomness,
    ) -> Result<Vec<u8>, Error> {
        let statuses: Vec<_> =
            certificates.iter().map(|id| (id.clone(), self.status(id.serial_number()))).collect();
        let complete_since = self.revocations.complete_since();
        let answer = Answer { statuses: &statuses, complete_since, nonce, untruth };
        Ok(answer.sign(&*self.responder(now, randomness)?, now)?)
    }

    /// The CertID of one of its certificates, with SHA-1 as every client writes it.
    pub(super) fn certificate_id(&self, serial: &[u8]) -> Result<CertificateId, Error> {
        Ok(CertificateId::sha_1(&self.name_der, self.issuer.key().der_bytes(), serial)?)
    }

    /// The responder for `now`, a new one when one is due.
    pub(super) fn responder(
        &self,
        now: SystemTime,
        randomness: &Randomness,
    ) -> Result<Arc<Responder>, Error> {
        let current = self.responder.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(responder) = current.filter(|responder| !responder.is_due(now)) {
            return Ok(responder);
        }
        let mut current = self.responder.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(responder) = current.clone().filter(|responder| !responder.is_due(now)) {
            return Ok(responder);
        }
        let responder = Arc::new(self.certify_responder(now, randomness)?);
        *current = Some(responder.clone());
        Ok(responder)
    }

    fn certify_responder(
        &self,
        now: SystemTime,
        randomness: &Randomness,
    ) -> Result<Responder, Error> {
        // A responder's certificate ends with its CA's; past it nobody can answer.
        if !self.validity.includes(now) {
            return Err(Error::RootEnded);
        }
        let ResponderTerms { common_name, ca_issuers, country, lifetime } = &self.responder_terms;
        let key = issuer_key(randomness)?;
        let validity = Validity::around(now, super::BACK_DATING, *lifetime)?.within(self.validity);
        let number: [u8; SERIAL_NUMBER_LENGTH] = serial_number(&self.serial_numbers, randomness)?;
        let identifier = simulator_identifier(*country);
        let profile = ResponderCertificate {
            name: super::issuer_name(*country, &identifier, common_name),
            validity,
            serial_number: &number,
            ca_issuers,
        };
        let mut parameters = profile.parameters()?;
        parameters.key_identifier_method = KeyIdMethod::PreSpecified(key_identifier(&key).to_vec());
        let certificate = self.certify(&parameters, &key)?;
        Ok(Responder::new(key, certificate, validity, now, *lifetime))
    }
}
