//! Credentials that live for a session: made ahead of the hashes, so that a client can put their
//! certificate into what it signs. Every use is judged and recorded as an act of its own.

mod budget;
mod places;
mod watch;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use cades::Certificate;
use seal::{
    Act, ActRequest, Caller, CertificateProfile, Certification, Chain, CredentialEnd, CredentialId,
    Digest, DigestAlgorithm, DocumentFacts, EnrolmentRequest, Format, OrganisationId, ProfileId,
    Qscd, QscdError, SignatureAlgorithm, policy::Approval,
};
use tokio::{runtime::Handle, sync::OwnedSemaphorePermit};

use self::budget::SignatureBudget;
pub(super) use self::places::SessionPlaces;
use super::{Error, ProblemType, Service, intent::judge};
use crate::{
    administration::Snapshot,
    audit::{AskedCredential, RecordError, hex},
    authentication::{Authenticated, AuthenticationError},
    store::AuditError,
};

/// How often a credential is judged anew because another node changed the register meanwhile.
const JUDGEMENTS: u32 = 8;

/// A key in the device that lives until its session ends, all its signatures are made, or nobody holds
/// this any more.
#[derive(Debug)]
pub struct SessionCredential {
    qscd: Arc<dyn Qscd>,
    pub(super) id: CredentialId,
    pub(super) organisation: OrganisationId,
    /// What its certificate was made for: when that is something else now, it signs no more.
    promised: EnrolmentRequest,
    pub(super) certificate: Certificate,
    pub(super) certificate_serial: String,
    chain: Chain,
    profile: ProfileId,
    display_name: String,
    algorithm: SignatureAlgorithm,
    ends: SystemTime,
    budget: Mutex<SignatureBudget>,
    /// Its place among those of its organisation, until it ends.
    place: Mutex<Option<OwnedSemaphorePermit>>,
}

impl SessionCredential {
    /// The certificate profile.
    pub fn profile(&self) -> &ProfileId {
        &self.profile
    }

    /// The profile's name for people.
    pub fn display_name(&self) -> &str {
        &self.display_name
    }

    /// The suite of its key.
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// The certificate, read.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The certificate and those above it.
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// When the session ends: sooner than the certificate.
    pub fn ends(&self) -> SystemTime {
        self.ends
    }

    /// Whether the session goes on at `now`.
    pub fn is_live_at(&self, now: SystemTime) -> bool {
        now < self.ends && self.certificate.is_valid_at(now)
    }

    /// How many signatures it may still make.
    pub fn left(&self) -> u32 {
        self.budget().left()
    }

    /// Whether it makes no more signatures, come what may of those that are being made.
    pub fn is_spent(&self) -> bool {
        self.budget().is_spent()
    }

    /// Whether its certificate would say the same if it were made now.
    pub(super) fn is_as_promised(&self, now: &EnrolmentRequest) -> bool {
        *now == EnrolmentRequest { at: now.at, ..self.promised.clone() }
    }

    /// Lets it make no more signatures, and has its key destroyed.
    pub(crate) fn end(&self) {
        if self.budget().end() {
            self.destroy();
        }
        drop(self.place.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Takes so many signatures of those that are left.
    pub(super) fn take(&self, signatures: u32) -> Result<(), QscdError> {
        match self.budget().take(signatures) {
            true => Ok(()),
            false => Err(QscdError::CredentialEnded(CredentialEnd::Consumed)),
        }
    }

    /// Gives signatures back that were taken, and for which the device was not asked.
    pub(super) fn give_back(&self, signatures: u32) {
        self.budget().give_back(signatures);
    }

    /// The device is asked for signatures that were taken.
    pub(super) fn spend(&self, signatures: u32) {
        self.budget().spend(signatures);
    }

    fn budget(&self) -> MutexGuard<'_, SignatureBudget> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn destroy(&self) {
        let Ok(runtime) = Handle::try_current() else { return };
        let (qscd, id) = (Arc::clone(&self.qscd), self.id.clone());
        runtime.spawn(async move {
            match qscd.destroy(&id).await {
                Ok(()) | Err(QscdError::CredentialEnded(_)) => {}
                Err(error) => tracing::warn!(%error, "the key of a session was left to its time"),
            }
        });
    }
}

/// Nobody can ask for it any more: its key goes, too, if its time or its last signature has not ended it.
impl Drop for SessionCredential {
    fn drop(&mut self) {
        self.end();
    }
}

impl Service {
    /// Whether a caller may have a credential for a session with a profile now. What stands against it
    /// is not recorded: nothing was asked for.
    pub(crate) fn may_open_session(
        &self,
        caller: &Authenticated,
        profile: &CertificateProfile,
        now: SystemTime,
    ) -> bool {
        let snapshot = caller.organisation.snapshot();
        let session = profile.for_session();
        let request = hash_only(&session, unknown(), 1);
        csc::offers(profile.algorithm)
            && names_no_document(&caller.caller).is_ok()
            && snapshot.policy().evaluate(&request, &session, &caller.caller, now).is_ok()
    }

    /// Makes a credential for a session, as the seal policy permits it.
    ///
    /// # Errors
    /// [`Error`]; there is no key then.
    pub(crate) async fn open_session(
        self: &Arc<Self>,
        caller: &Authenticated,
        profile: &ProfileId,
    ) -> Result<Arc<SessionCredential>, Error> {
        let (service, place) = (Arc::clone(self), self.place_of(caller)?);
        let (caller, profile) = (caller.clone(), profile.clone());
        self.flights
            .run(async move {
                let _place = place;
                let mut snapshot = caller.organisation.snapshot();
                for attempt in 1.. {
                    match service.open_judged(&caller, &profile, &snapshot).await {
                        Err(Error::Audit(AuditError::RegisterChanged)) if attempt < JUDGEMENTS => {
                            snapshot = caller.organisation.renewed().await?;
                        }
                        opened => {
                            let credential = Arc::new(opened?);
                            service.watch(caller, &credential);
                            return Ok(credential);
                        }
                    }
                }
                Err(AuditError::RegisterChanged.into())
            })
            .await
    }

    async fn open_judged(
        &self,
        caller: &Authenticated,
        profile: &ProfileId,
        snapshot: &Arc<Snapshot>,
    ) -> Result<SessionCredential, Error> {
        let now = self.clock.now();
        caller.holds(snapshot, now)?;
        names_no_document(&caller.caller)?;
        let policy = snapshot.policy();
        let profile =
            policy.profile(profile).ok_or_else(|| Error::ProfileUnknown(profile.clone()))?;
        let session = profile.for_session();
        let request = hash_only(&session, unknown(), 1);
        let approval = judge(snapshot, caller, &request, &session, now).await??;
        let ends = now.checked_add(Duration::from_secs(session.session_lifetime_s));
        let ends = ends.ok_or(AuditError::from(RecordError::TimeOutOfRange))?;
        let tenant = caller.organisation.tenant();
        let place = self.session_places.take(tenant.organisation())?;
        let asked = AskedCredential {
            caller: &caller.caller,
            profile: &session.id,
            profile_version: snapshot.profile_version(&session.id),
            signatures: session.signatures_per_credential,
            ends,
            revision: snapshot.revision(),
        };
        let open = tenant.begin_credential(asked, now).await?;
        let mandate = approval.counted().map(|counted| counted.mandate.as_ref());
        let made = match self.still_permitted(snapshot, caller, &request, mandate, now).await {
            Ok(()) => self.enrol_session((caller, place), &session, &approval, ends).await,
            Err(error) => Err(error),
        };
        let now = self.clock.now();
        match made {
            Ok(credential) => {
                let certificate = &credential.certificate;
                let told = (&*credential.certificate_serial, certificate.not_after());
                tenant.end_credential(open, Ok(told), now).await?;
                Ok(credential)
            }
            Err(error) => {
                let cause = ProblemType::from(&error).name();
                tenant.end_credential(open, Err(cause), now).await?;
                Err(error)
            }
        }
    }

    async fn enrol_session(
        &self,
        (caller, place): (&Authenticated, OwnedSemaphorePermit),
        session: &CertificateProfile,
        approval: &Approval,
        ends: SystemTime,
    ) -> Result<SessionCredential, Error> {
        let credential = self.qscd.enrol(approval.enrolment().clone()).await?;
        let read = || {
            approval.confirm(credential.chain.end_entity())?;
            Ok::<_, Error>(Certificate::parse(credential.chain.end_entity().clone())?)
        };
        match read() {
            Ok(certificate) => Ok(SessionCredential {
                qscd: Arc::clone(&self.qscd),
                id: credential.id,
                organisation: caller.organisation.organisation().clone(),
                promised: approval.enrolment().clone(),
                certificate_serial: hex(certificate.serial_number()),
                certificate,
                chain: credential.chain,
                profile: session.id.clone(),
                display_name: session.display_name.clone(),
                algorithm: credential.algorithm,
                // The device may end a key before its session.
                ends: ends.min(credential.deadline),
                budget: Mutex::new(SignatureBudget::new(credential.signatures)),
                place: Mutex::new(Some(place)),
            }),
            Err(error) => {
                match self.qscd.destroy(&credential.id).await {
                    Ok(()) | Err(QscdError::CredentialEnded(_)) => {}
                    Err(error) => {
                        tracing::error!(%error, "a key could not be destroyed on demand");
                    }
                }
                Err(error)
            }
        }
    }
}

/// The act of whoever makes containers alone: which, and at which level, is not known here.
///
/// `hashes` are so many; the first stands for the document.
pub(super) fn hash_only(profile: &CertificateProfile, document: Digest, hashes: u64) -> ActRequest {
    ActRequest {
        appearance: None,
        act: Act::Seal,
        profile: profile.id.clone(),
        format: profile.formats.first().copied().unwrap_or(Format::Cades),
        level: profile.levels.first().copied().unwrap_or(profile.default_level),
        certification: Certification::None,
        texts: Vec::new(),
        document,
        facts: DocumentFacts::default(),
        activated: false,
        seals: hashes,
    }
}

/// A person's token that names documents is good for those alone, and hashes are none.
///
/// # Errors
/// [`AuthenticationError::OtherDocuments`].
pub(super) fn names_no_document(caller: &Caller) -> Result<(), AuthenticationError> {
    match caller.person() {
        Some(claims) if !claims.documents.is_empty() => Err(AuthenticationError::OtherDocuments),
        Some(_) | None => Ok(()),
    }
}

/// What stands for a document where none is known yet.
fn unknown() -> Digest {
    Digest::of(DigestAlgorithm::Sha256, b"")
}
