//! What waits for its person: prepared documents, in memory, within limits.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use seal::{
    ACTIVATION_LIFETIME, ActRequest, Activation, ActivationRefusal, Certification, Digest,
    EvidenceRefusal, GivenEvidence, OrganisationId, PersonId, QscdError, SignatureAlgorithm,
};

use crate::service::{FileName, RequestError, target::Prepared};

/// How many wait at a time.
const CAPACITY: usize = 1_000;
/// How many of one person.
const CAPACITY_OF_PERSON: usize = 20;

/// Every activation that waits on this node.
#[derive(Clone, Debug, Default)]
pub(crate) struct Activations(Arc<Mutex<Waiting>>);

#[derive(Debug, Default)]
struct Waiting {
    held: HashMap<String, Arc<Held>>,
    /// Those that are being begun, by whom.
    coming: HashMap<Owner, usize>,
}

/// A person of an organisation.
type Owner = (OrganisationId, PersonId);

/// Prepared documents that wait for their person.
#[derive(Debug)]
pub(crate) struct Held {
    owner: Owner,
    activation: Activation,
    documents: Vec<HeldDocument>,
    given: Mutex<Option<GivenEvidence>>,
}

/// One of them.
pub(crate) struct HeldDocument {
    pub(super) request: ActRequest,
    pub(super) algorithm: SignatureAlgorithm,
    pub(super) certification: Certification,
    pub(super) file_name: FileName,
    pub(super) visible: bool,
    pub(super) imprint: Digest,
    pub(super) original: Bytes,
    prepared: Mutex<Option<Prepared>>,
}

/// Shows no document.
impl std::fmt::Debug for HeldDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HeldDocument").field("imprint", &self.imprint).finish_non_exhaustive()
    }
}

/// Room for one more; it is given back when this is dropped.
pub(crate) struct Free {
    activations: Activations,
    owner: Owner,
}

impl Activations {
    /// Takes room for one more of a person's.
    ///
    /// # Errors
    /// [`RequestError::Busy`] when there is none.
    pub(super) fn room(&self, owner: &Owner, now: SystemTime) -> Result<Free, RequestError> {
        let mut waiting = self.waiting();
        waiting.held.retain(|_, held| held.lives_at(now));
        let coming: usize = waiting.coming.values().sum();
        let own = waiting.held.values().filter(|held| held.owner == *owner).count();
        let own = own + waiting.coming.get(owner).copied().unwrap_or_default();
        if waiting.held.len() + coming >= CAPACITY || own >= CAPACITY_OF_PERSON {
            return Err(RequestError::Busy);
        }
        *waiting.coming.entry(owner.clone()).or_default() += 1;
        Ok(Free { activations: self.clone(), owner: owner.clone() })
    }

    /// One that waits.
    pub(super) fn find(&self, id: &str, now: SystemTime) -> Option<Arc<Held>> {
        self.waiting().held.get(id).filter(|held| held.lives_at(now)).cloned()
    }

    /// Whether a document can still be taken.
    ///
    /// # Errors
    /// As [`Self::take`].
    pub(super) fn offers(&self, held: &Held, document: &HeldDocument) -> Result<(), QscdError> {
        let waiting = self.waiting();
        match (document.waits(), waiting.held.contains_key(held.activation.id.as_str())) {
            (true, true) => Ok(()),
            (true, false) => Err(ActivationRefusal::Unknown.into()),
            (false, _) => Err(EvidenceRefusal::ImprintNotApproved.into()),
        }
    }

    /// Takes what was prepared of a document, for good. What has no document left waits no more.
    ///
    /// # Errors
    /// [`EvidenceRefusal::ImprintNotApproved`] when somebody has taken it, [`ActivationRefusal::Unknown`] when
    /// nobody waits for it any more.
    pub(super) fn take(&self, held: &Held, document: &HeldDocument) -> Result<Prepared, QscdError> {
        let mut waiting = self.waiting();
        let id = held.activation.id.as_str();
        if document.waits() && !waiting.held.contains_key(id) {
            return Err(ActivationRefusal::Unknown.into());
        }
        let prepared = document.prepared().take().ok_or(EvidenceRefusal::ImprintNotApproved)?;
        if !held.documents.iter().any(HeldDocument::waits) {
            waiting.held.remove(id);
        }
        Ok(prepared)
    }

    /// Keeps that the device accepted evidence for what waits.
    ///
    /// # Errors
    /// [`ActivationRefusal::Unknown`] when nobody waits for it any more.
    pub(super) fn give(&self, held: &Held, given: GivenEvidence) -> Result<(), ActivationRefusal> {
        let mut evidence = held.evidence();
        if !self.waiting().held.contains_key(held.activation.id.as_str()) {
            return Err(ActivationRefusal::Unknown);
        }
        *evidence = Some(given);
        Ok(())
    }

    /// Has nobody wait any more, and nothing signed by it.
    pub(super) fn forget(&self, id: &str) {
        self.waiting().held.remove(id);
    }

    /// The same of one that nobody gave evidence for; `false` when somebody has.
    ///
    /// # Errors
    /// [`ActivationRefusal::Unknown`] when nobody waits for it any more.
    pub(super) fn withdraw(&self, held: &Held) -> Result<bool, ActivationRefusal> {
        let evidence = held.evidence();
        if evidence.is_some() {
            return Ok(false);
        }
        let withdrawn = self.waiting().held.remove(held.activation.id.as_str());
        withdrawn.map(|_| true).ok_or(ActivationRefusal::Unknown)
    }

    /// Keeps a document until it is signed, or its time is over: by the machine's time, too, so that
    /// nobody has to ask for its memory to be free.
    pub(super) fn wait(&self, held: Arc<Held>) {
        let id = held.activation.id.as_str().to_owned();
        self.waiting().held.insert(id.clone(), held);
        let activations = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            tokio::time::sleep(ACTIVATION_LIFETIME + Duration::from_secs(1)).await;
            if let Some(waiting) = activations.upgrade() {
                Self(waiting).forget(&id);
            }
        });
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Free {
    /// Has a document wait for its person, as [`Activations::wait`].
    pub(super) fn keep(self, held: Held) -> Arc<Held> {
        let held = Arc::new(held);
        self.activations.wait(Arc::clone(&held));
        held
    }
}

impl Drop for Free {
    fn drop(&mut self) {
        let mut waiting = self.activations.waiting();
        if let Some(coming) = waiting.coming.get_mut(&self.owner) {
            *coming -= 1;
            if *coming == 0 {
                waiting.coming.remove(&self.owner);
            }
        }
    }
}

impl Held {
    pub(super) fn new(owner: Owner, activation: Activation, documents: Vec<HeldDocument>) -> Self {
        Self { owner, activation, documents, given: Mutex::default() }
    }

    /// Whether it is this person's, for this organisation.
    pub(super) fn is_of(&self, organisation: &OrganisationId, person: Option<&PersonId>) -> bool {
        self.owner.0 == *organisation && person == Some(&self.owner.1)
    }

    fn lives_at(&self, now: SystemTime) -> bool {
        now < self.activation.ends
    }

    /// What the device answered.
    pub(crate) fn activation(&self) -> &Activation {
        &self.activation
    }

    /// The documents, as they were listed: one at least.
    pub(crate) fn documents(&self) -> &[HeldDocument] {
        &self.documents
    }

    /// The document of a number, from 1 on; without one the only one.
    ///
    /// # Errors
    /// [`RequestError::Malformed`] where there is none, or nobody can tell which is meant.
    pub(super) fn numbered(
        &self,
        number: Option<usize>,
    ) -> Result<(usize, &HeldDocument), RequestError> {
        let count = self.documents.len();
        let found = match number {
            None if count == 1 => Some(0),
            None => None,
            Some(number) => number.checked_sub(1),
        };
        let found = found.and_then(|at| self.documents.get(at).map(|one| (at, one)));
        found.ok_or_else(|| {
            let cause = format!("document: a number from 1 to {count} says which is signed");
            RequestError::Malformed(cause)
        })
    }

    /// The evidence that the device accepted, if it has.
    pub(crate) fn given(&self) -> Option<GivenEvidence> {
        *self.evidence()
    }

    fn evidence(&self) -> MutexGuard<'_, Option<GivenEvidence>> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HeldDocument {
    pub(super) fn new(
        request: ActRequest,
        (algorithm, certification): (SignatureAlgorithm, Certification),
        (file_name, visible): (FileName, bool),
        original: Bytes,
        prepared: Prepared,
    ) -> Self {
        let imprint = prepared.digest();
        let prepared = Mutex::new(Some(prepared));
        Self { request, algorithm, certification, file_name, visible, imprint, original, prepared }
    }

    /// What is asked for.
    pub(crate) fn request(&self) -> &ActRequest {
        &self.request
    }

    /// The message digest of the prepared form.
    pub(crate) fn imprint(&self) -> &Digest {
        &self.imprint
    }

    /// The length of the document as it came, in bytes.
    pub(crate) fn length(&self) -> usize {
        self.original.len()
    }

    /// Whether it was not signed, nor tried.
    pub(crate) fn waits(&self) -> bool {
        self.prepared().is_some()
    }

    /// Whether an approval is still for what was prepared.
    pub(super) fn was_prepared_for(
        &self,
        algorithm: SignatureAlgorithm,
        certification: Certification,
    ) -> bool {
        (self.algorithm, self.certification) == (algorithm, certification)
    }

    fn prepared(&self) -> MutexGuard<'_, Option<Prepared>> {
        self.prepared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
