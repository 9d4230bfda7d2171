//! The device behind its faults.

use std::{sync::Arc, time::SystemTime};

use ::authority::moment::shifted;
use futures_core::future::BoxFuture;
use seal::{
    ActivationEvidence, Credential, CredentialId, EnrolmentRequest, Qscd, QscdError, Sad,
    SignatureValue, ToSign,
};

use super::{Fault, Faults, Hook, Occasion};
use crate::{
    authority::CertificateFlaw,
    clock::SettableClock,
    device::{Device, LiveTerms},
};

/// What a caller in this process learns of a broken connection. A remote caller learns nothing:
/// its connection breaks.
pub(crate) const CONNECTION_LOST: &str = "the connection broke (a planned fault)";

/// The device with the faults that are planned. Without any it is the device.
#[derive(Clone, Debug)]
pub struct FaultyDevice {
    device: Arc<Device>,
    faults: Arc<Faults>,
    clock: SettableClock,
}

impl FaultyDevice {
    pub(crate) fn new(device: Arc<Device>, faults: Arc<Faults>, clock: SettableClock) -> Self {
        Self { device, faults, clock }
    }

    async fn enrol_faulty(&self, mut request: EnrolmentRequest) -> Result<Credential, QscdError> {
        let mut flaw = None;
        let occasion = Occasion {
            profile: Some(&request.profile),
            credential: None,
            caller: &request.requester,
        };
        for strike in self.faults.strike(Hook::Enrol, occasion) {
            match strike.fault {
                Fault::RefuseEnrolment => {
                    let why = QscdError::EnrolmentRefused("a planned fault".to_owned());
                    return self.device.refused(None, Err(why));
                }
                Fault::CacheFull => {
                    return self.device.refused(None, Err(QscdError::AtCapacity));
                }
                Fault::ClockSkew => request.at = moved(request.at, strike.seconds),
                fault => flaw = certificate_flaw(fault),
            }
        }
        match flaw {
            Some(flaw) => self.device.enrol_flawed(request, flaw).await,
            None => self.device.enrol(request).await,
        }
    }

    async fn authorise_faulty(
        &self,
        id: &CredentialId,
        to_sign: &[ToSign],
        evidence: &ActivationEvidence,
    ) -> Result<Sad, QscdError> {
        let terms = self.device.terms_of(id);
        let mut exchanged = false;
        for strike in self.faults.strike(Hook::Authorise, occasion(id, terms.as_ref())) {
            match (strike.fault, &terms) {
                (Fault::ClockAtExpiry, Some(terms)) => {
                    self.clock.set(moved(terms.deadline, strike.seconds));
                }
                (Fault::SadForAnotherHash, _) => exchanged = true,
                _ => {}
            }
        }
        let sad = self.device.authorise(id, to_sign, evidence).await?;
        if exchanged {
            self.device.exchange_authorised(&sad);
        }
        Ok(sad)
    }

    async fn sign_faulty(
        &self,
        id: &CredentialId,
        sad: Sad,
        to_sign: &[ToSign],
    ) -> Result<Vec<SignatureValue>, QscdError> {
        let terms = self.device.terms_of(id);
        let strikes = self.faults.strike(Hook::Sign, occasion(id, terms.as_ref()));
        let strikes_with = |fault| strikes.iter().any(|strike| strike.fault == fault);
        for strike in &strikes {
            match strike.fault {
                Fault::Delay => tokio::time::sleep(strike.delay).await,
                Fault::SadExpired => self.device.expire_authorisation(&sad),
                Fault::DropBeforeSigning => {
                    // The order arrived: sent again, it is one that was spent.
                    self.device.spend_authorisation(&sad);
                    return Err(connection_lost());
                }
                _ => {}
            }
        }
        let mut values = self.device.sign(id, sad, to_sign).await?;
        if strikes_with(Fault::DropAfterSigning) {
            return Err(connection_lost());
        }
        if strikes_with(Fault::WrongSignature) {
            values = values.iter().map(spoilt).collect();
        }
        Ok(values)
    }
}

impl Qscd for FaultyDevice {
    fn maximum_chain_length(&self, request: &EnrolmentRequest) -> usize {
        self.device.maximum_chain_length(request)
    }

    fn enrol(&self, request: EnrolmentRequest) -> BoxFuture<'_, Result<Credential, QscdError>> {
        if self.faults.is_quiet() {
            return self.device.enrol(request);
        }
        Box::pin(self.enrol_faulty(request))
    }

    fn authorise<'a>(
        &'a self,
        id: &'a CredentialId,
        to_sign: &'a [ToSign],
        evidence: &'a ActivationEvidence,
    ) -> BoxFuture<'a, Result<Sad, QscdError>> {
        if self.faults.is_quiet() {
            return self.device.authorise(id, to_sign, evidence);
        }
        Box::pin(self.authorise_faulty(id, to_sign, evidence))
    }

    fn sign<'a>(
        &'a self,
        id: &'a CredentialId,
        sad: Sad,
        to_sign: &'a [ToSign],
    ) -> BoxFuture<'a, Result<Vec<SignatureValue>, QscdError>> {
        if self.faults.is_quiet() {
            return self.device.sign(id, sad, to_sign);
        }
        Box::pin(self.sign_faulty(id, sad, to_sign))
    }

    fn destroy<'a>(&'a self, id: &'a CredentialId) -> BoxFuture<'a, Result<(), QscdError>> {
        self.device.destroy(id)
    }
}

fn occasion<'a>(id: &'a CredentialId, terms: Option<&'a LiveTerms>) -> Occasion<'a> {
    Occasion {
        profile: terms.map(|terms| &terms.profile),
        credential: Some(id),
        caller: terms.map_or("", |terms| &terms.requester),
    }
}

fn connection_lost() -> QscdError {
    QscdError::Unavailable(CONNECTION_LOST.to_owned())
}

fn certificate_flaw(fault: Fault) -> Option<CertificateFlaw> {
    match fault {
        Fault::CertificateForAnotherKey => Some(CertificateFlaw::OtherKey),
        Fault::CertificateWrongOrganisation => Some(CertificateFlaw::WrongOrganisation),
        Fault::CertificateWithoutCvr => Some(CertificateFlaw::NoCvrNumber),
        Fault::CertificateNamesPerson => Some(CertificateFlaw::NamesPerson),
        Fault::CertificateKeyUsage => Some(CertificateFlaw::KeyUsage),
        Fault::CertificateLivesTooLong => Some(CertificateFlaw::LivesTooLong),
        Fault::CertificateExpired => Some(CertificateFlaw::Expired),
        Fault::CertificateNotYetValid => Some(CertificateFlaw::NotYetValid),
        _ => None,
    }
}

/// A value of the same form that does not verify: its last bit is another.
fn spoilt(value: &SignatureValue) -> SignatureValue {
    let mut bytes = value.as_bytes().to_vec();
    if let Some(last) = bytes.last_mut() {
        *last ^= 1;
    }
    SignatureValue::new(bytes)
}

/// `moment` so many seconds later or earlier, as far as the machine can express it.
fn moved(moment: SystemTime, seconds: i64) -> SystemTime {
    shifted(moment, seconds).unwrap_or(moment)
}
