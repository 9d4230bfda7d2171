//! One authority: its key and certificate, and its OCSP responder.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use authority::{
    AuthorityKey, CertificateId, Country, IssuerName, LeafIssuer, ListIssuer, Responder,
    ResponderCertificate, SERIAL_NUMBER_LENGTH, Validity, certify, key_identifier,
};
use cades::Certificate;
use seal::CertificateDer;

use super::{apart::Turn, error::AuthorityError, keeping::Kept};
use crate::audit::random;

/// How long a responder's certificate lives: it cannot be revoked (RFC 6960 section 4.2.2.2.1).
const RESPONDER_LIFETIME: Duration = Duration::from_secs(7 * 24 * 3600);
/// How far back certificates of authorities and responders begin, for clocks that are slow.
pub(super) const BACK_DATING: Duration = Duration::from_secs(24 * 3600);
/// In the names of the registry's authorities.
pub(super) const ORGANIZATION: &str = "SIMULATOR - NOT QUALIFIED";
/// A number that no organisation has.
pub(super) const ORGANIZATION_IDENTIFIER: &str = "NTRDK-00000000";

/// An authority whose key is here.
#[derive(Debug)]
pub(super) struct Issuer {
    pub(super) certificate: CertificateDer,
    pub(super) validity: Validity,
    key: AuthorityKey,
    key_identifier: Vec<u8>,
    name: x509_cert::name::Name,
    name_der: Vec<u8>,
    serial_number: Vec<u8>,
    /// Where its certificate is.
    ca_issuers: String,
    responder: RwLock<Option<Arc<Responder>>>,
    /// One is made at a time.
    certifying: Turn,
}

impl Issuer {
    /// Takes what is kept; `None` where the key is elsewhere.
    pub(super) fn new(kept: Kept, ca_issuers: String) -> Result<Option<Self>, AuthorityError> {
        use der::Decode;

        let Some(key) = kept.key else { return Ok(None) };
        let make = |error| AuthorityError::Make(authority::Error::Der(error));
        let parsed = x509_cert::Certificate::from_der(kept.certificate.as_bytes()).map_err(make)?;
        let tbs = parsed.tbs_certificate();
        let unread = |_| authority::Error::Validity;
        let read = Certificate::parse(kept.certificate.clone()).map_err(unread)?;
        let identifier = read.subject_key_identifier().map(<[u8]>::to_vec);
        let whole = authority::moment::whole_second;
        Ok(Some(Self {
            validity: Validity {
                not_before: whole(read.not_before())?,
                not_after: whole(read.not_after())?,
            },
            key_identifier: identifier.unwrap_or_else(|| key_identifier(&key).to_vec()),
            name: tbs.subject().clone(),
            name_der: read.subject().to_vec(),
            serial_number: read.serial_number().to_vec(),
            certificate: kept.certificate,
            key,
            ca_issuers,
            responder: RwLock::new(None),
            certifying: Turn::default(),
        }))
    }

    pub(super) fn leaf_issuer(&self) -> LeafIssuer<'_> {
        LeafIssuer { key: &self.key, name: &self.name_der, key_identifier: &self.key_identifier }
    }

    pub(super) fn list_issuer(&self) -> ListIssuer<'_> {
        ListIssuer { key: &self.key, name: &self.name, key_identifier: &self.key_identifier }
    }

    /// The serial number of its own certificate.
    pub(super) fn serial_number(&self) -> &[u8] {
        &self.serial_number
    }

    /// Whether an OCSP request's CertID names this authority as the issuer.
    pub(super) fn is_asked(&self, id: &CertificateId) -> bool {
        id.is_issued_by(&self.name_der, self.key.public_key())
    }

    /// The responder that answers at `now`; one is made where there is none.
    pub(super) async fn responder(
        self: &Arc<Self>,
        now: SystemTime,
    ) -> Result<Arc<Responder>, AuthorityError> {
        self.kept_responder(now, |one| one.answers_at(now)).await
    }

    /// Makes the next responder when it is due, so that nobody who asks waits for that.
    pub(super) async fn keep_responder(
        self: &Arc<Self>,
        now: SystemTime,
    ) -> Result<(), AuthorityError> {
        self.kept_responder(now, |one| !one.is_due(now)).await.map(drop)
    }

    async fn kept_responder(
        self: &Arc<Self>,
        now: SystemTime,
        is_good: impl Fn(&Responder) -> bool,
    ) -> Result<Arc<Responder>, AuthorityError> {
        let current = || {
            let current = self.responder.read().unwrap_or_else(PoisonError::into_inner).clone();
            current.filter(|responder| is_good(responder))
        };
        if let Some(responder) = current() {
            return Ok(responder);
        }
        let mut turn = self.certifying.take().await?;
        if let Some(responder) = current() {
            return Ok(responder);
        }
        let own = Arc::clone(self);
        let made = Arc::new(turn.apart(move || own.certify_responder(now)).await?);
        let mut kept = self.responder.write().unwrap_or_else(PoisonError::into_inner);
        *kept = Some(Arc::clone(&made));
        Ok(made)
    }

    fn certify_responder(&self, now: SystemTime) -> Result<Responder, AuthorityError> {
        // A responder's certificate ends with its authority's; past it nobody can answer.
        if !self.validity.includes(now) {
            return Err(AuthorityError::Outlives);
        }
        let key = AuthorityKey::generate()?;
        let around = Validity::around(now, BACK_DATING, RESPONDER_LIFETIME)?;
        let validity = around.within(self.validity);
        let serial_number = serial_number()?;
        let profile = ResponderCertificate {
            name: name("SIMULATOR - NOT QUALIFIED Registry OCSP"),
            validity,
            serial_number: &serial_number,
            ca_issuers: &self.ca_issuers,
        };
        let mut parameters = profile.parameters()?;
        let identifier = key_identifier(&key).to_vec();
        parameters.key_identifier_method = rcgen::KeyIdMethod::PreSpecified(identifier);
        let certificate = certify(&parameters, &key, self.leaf_issuer())?;
        Ok(Responder::new(key, certificate, validity, now, RESPONDER_LIFETIME))
    }
}

/// The name of an authority of the registry.
pub(super) fn name(common_name: &str) -> IssuerName<'_> {
    IssuerName {
        country: Country::DENMARK,
        organization: ORGANIZATION,
        organization_identifier: ORGANIZATION_IDENTIFIER,
        common_name,
    }
}

/// A serial number of 128 random bits, positive and always as long (RFC 5280 section 4.1.2.2).
pub(super) fn serial_number() -> Result<[u8; SERIAL_NUMBER_LENGTH], AuthorityError> {
    let mut number = random::<SERIAL_NUMBER_LENGTH>().map_err(|_| AuthorityError::NoRandomness)?;
    number[0] = 0x52;
    Ok(number)
}
