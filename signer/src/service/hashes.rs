//! Hashes signed as they are, with a credential that lives for a session: one act, whatever their
//! number. Nothing of the documents behind them is known.

use std::sync::Arc;

use seal::{
    ActivationEvidence, CredentialEnd, Digest, QscdError, SignatureValue, TimeStampTokenDer,
    ToSign, policy::AugmentationApproval,
};

use super::{
    Error, Service,
    intent::{abandonment, judge, refuse},
    session::{SessionCredential, hash_only, names_no_document},
};
use crate::{
    administration::mandate,
    audit::{Intent, SignedHashes},
    authentication::Authenticated,
};

/// Why hashes were not signed.
#[derive(Debug)]
pub(crate) struct Unsigned {
    /// The cause.
    pub(crate) error: Error,
    /// Whether the device was asked: a signature value may then exist.
    pub(crate) asked: bool,
}

impl<E: Into<Error>> From<E> for Unsigned {
    fn from(error: E) -> Self {
        Self { error: error.into(), asked: false }
    }
}

impl Service {
    /// A time-stamp over a digest, with the nonce of whoever asks for it: as for an augmentation, for
    /// whoever may sign or seal.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::TimeStamp`].
    pub(crate) async fn time_stamp_digest(
        self: &Arc<Self>,
        caller: Authenticated,
        imprint: Digest,
        nonce: Option<u128>,
    ) -> Result<TimeStampTokenDer, Error> {
        let (service, place) = (Arc::clone(self), self.place_of(&caller)?);
        let stamped = async move {
            let _place = place;
            let (snapshot, now) = (caller.organisation.snapshot(), service.clock.now());
            caller.holds(&snapshot, now)?;
            let AugmentationApproval { .. } =
                snapshot.policy().evaluate_augmentation(&caller.caller, 0, now)?;
            Ok(match nonce {
                None => service.time_stamping.time_stamp(imprint).await?,
                Some(nonce) => service.time_stamping.time_stamp_with(imprint, nonce).await?,
            })
        };
        self.flights.run(stamped).await
    }

    /// Signs hashes, all of them or none. The act runs to its recorded end, whether or not the caller
    /// waits.
    ///
    /// # Errors
    /// [`Unsigned`]; nothing of what may exist is answered.
    pub(crate) async fn sign_hashes(
        self: &Arc<Self>,
        caller: Authenticated,
        credential: Arc<SessionCredential>,
        to_sign: Vec<ToSign>,
    ) -> Result<Vec<SignatureValue>, Unsigned> {
        let (service, place) = (Arc::clone(self), self.place_of(&caller)?);
        let act = async move {
            let _place = place;
            let signed = Box::pin(service.sign_recorded(&caller, &credential, &to_sign)).await;
            Ok(signed)
        };
        let flown = self.flights.run(act).await;
        // One that broke off may have come as far as the device.
        flown.map_err(|error| Unsigned { asked: matches!(error, Error::Interrupted), error })?
    }

    async fn sign_recorded(
        &self,
        caller: &Authenticated,
        credential: &SessionCredential,
        to_sign: &[ToSign],
    ) -> Result<Vec<SignatureValue>, Unsigned> {
        let tenant = caller.organisation.tenant();
        let (snapshot, now) = (caller.organisation.snapshot(), self.clock.now());
        caller.holds(&snapshot, now)?;
        names_no_document(&caller.caller)?;
        let policy = snapshot.policy();
        let id = credential.profile();
        let profile = policy.profile(id).ok_or_else(|| Error::ProfileUnknown(id.clone()))?;
        if !credential.is_live_at(now) || credential.organisation != *tenant.organisation() {
            return Err(QscdError::CredentialEnded(CredentialEnd::Expired).into());
        }
        let hashes: Vec<Digest> = to_sign.iter().filter_map(ToSign::digest).copied().collect();
        let Some(first) = hashes.first() else {
            return Err(QscdError::NotSignable("nothing to sign".to_owned()).into());
        };
        let session = profile.for_session();
        let request = hash_only(&session, *first, hashes.len() as u64);
        let certificate_serial = &*credential.certificate_serial;
        let intent = Intent {
            caller: &caller.caller,
            request: &request,
            organisation: policy.organisation(),
            spend: None,
            counted: None,
            keyed: None,
            hashes: Some(SignedHashes { hashes: &hashes, certificate_serial }),
            activated_by: None,
            revision: snapshot.revision(),
            profile_version: snapshot.profile_version(&session.id),
        };
        let approval = match judge(&snapshot, caller, &request, &session, now).await? {
            Ok(approval) => approval,
            Err(refusals) => return Err(refuse(caller, intent, refusals, now).await.into()),
        };
        // What the certificate says must be what it would say now.
        if !credential.is_as_promised(approval.enrolment()) {
            credential.end();
            return Err(QscdError::CredentialEnded(CredentialEnd::Destroyed).into());
        }
        let counted = approval.counted().cloned();
        let intent = Intent { counted: counted.as_ref(), ..intent };
        let number = u32::try_from(hashes.len()).unwrap_or(u32::MAX);
        credential.take(number)?;
        let intended = self.intend(intent, &snapshot, caller, now).await;
        let open = intended.inspect_err(|_| credential.give_back(number))?;
        let permitted =
            self.still_permitted(&snapshot, caller, &request, open.mandate(), now).await;
        if let Err(error) = permitted {
            credential.give_back(number);
            let why = abandonment(&error);
            tenant.abandon(open, &why, false, self.clock.now()).await?;
            return Err(error.into());
        }
        let evidence = ActivationEvidence::Mandate(mandate(&session.id));
        let asked = |error: Error| Unsigned { error, asked: true };
        credential.spend(number);
        let activated = self.qscd.activate(&credential.id, to_sign, &evidence).await;
        let may_exist = activated.as_ref().err().is_none_or(QscdError::may_have_signed);
        let signed =
            activated.map_err(Error::from).and_then(|values| verified(credential, to_sign, values));
        match signed {
            Ok(values) => {
                if credential.is_spent() {
                    // Its place is another's.
                    credential.end();
                }
                let concluded = tenant.conclude_hashes(open, self.clock.now()).await;
                concluded.map_err(|error| asked(error.into()))?;
                Ok(values)
            }
            Err(error) => {
                // Whatever it was: the device ends a key that it refuses, one that signs wrongly is not
                // used on, and neither is one of which a signature may be somewhere that nobody has.
                credential.end();
                let why = abandonment(&error);
                let abandoned = tenant.abandon(open, &why, may_exist, self.clock.now()).await;
                abandoned.map_err(|error| asked(error.into()))?;
                Err(asked(error))
            }
        }
    }
}

/// A device that signs wrongly is caught here.
fn verified(
    credential: &SessionCredential,
    to_sign: &[ToSign],
    values: Vec<SignatureValue>,
) -> Result<Vec<SignatureValue>, Error> {
    if values.len() != to_sign.len() {
        let (found, asked) = (values.len(), to_sign.len());
        let why = format!("{found} signature values for {asked} hashes");
        return Err(QscdError::Unavailable(why).into());
    }
    for (to_sign, value) in to_sign.iter().zip(&values) {
        let certificate = credential.certificate();
        let verified = certificate.verify_signed(credential.algorithm(), to_sign, value);
        verified.map_err(cades::Error::SignedWrongly)?;
    }
    Ok(values)
}
