//! What waits for its person: prepared documents, in memory, within limits.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use seal::{
    ACTIVATION_LIFETIME, ActRequest, Activation, Certification, Digest, GivenEvidence,
    OrganisationId, PersonId, SignatureAlgorithm,
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

/// A prepared document that waits for its person.
#[derive(Debug)]
pub(crate) struct Held {
    owner: Owner,
    activation: Activation,
    request: ActRequest,
    algorithm: SignatureAlgorithm,
    certification: Certification,
    file_name: FileName,
    visible: bool,
    imprint: Digest,
    original: Bytes,
    state: Mutex<State>,
}

struct State {
    given: Option<GivenEvidence>,
    prepared: Option<Prepared>,
}

/// Shows no document.
impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("given", &self.given).finish_non_exhaustive()
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

    /// Takes what was prepared, for good; `None` when somebody has.
    pub(super) fn take(&self, held: &Held) -> Option<Prepared> {
        self.forget(held.activation.id.as_str());
        held.state().prepared.take()
    }

    fn forget(&self, id: &str) {
        self.waiting().held.remove(id);
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Free {
    /// Keeps a document until it is signed, or its time is over: by the machine's time, too, so that
    /// nobody has to ask for its memory to be free.
    pub(super) fn keep(self, held: Held) -> Arc<Held> {
        let held = Arc::new(held);
        let id = held.activation.id.as_str().to_owned();
        self.activations.waiting().held.insert(id.clone(), Arc::clone(&held));
        let activations = Arc::downgrade(&self.activations.0);
        tokio::spawn(async move {
            tokio::time::sleep(ACTIVATION_LIFETIME + Duration::from_secs(1)).await;
            if let Some(waiting) = activations.upgrade() {
                Activations(waiting).forget(&id);
            }
        });
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
    pub(super) fn new(
        owner: Owner,
        activation: Activation,
        request: ActRequest,
        (algorithm, certification): (SignatureAlgorithm, Certification),
        (file_name, visible, imprint, original): (FileName, bool, Digest, Bytes),
        prepared: Prepared,
    ) -> Self {
        let state = Mutex::new(State { given: None, prepared: Some(prepared) });
        Self {
            owner,
            activation,
            request,
            algorithm,
            certification,
            file_name,
            visible,
            imprint,
            original,
            state,
        }
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

    /// What is asked for.
    pub(crate) fn request(&self) -> &ActRequest {
        &self.request
    }

    /// The message digest of the prepared form.
    pub(crate) fn imprint(&self) -> &Digest {
        &self.imprint
    }

    /// The evidence that the device accepted, if it has.
    pub(crate) fn given(&self) -> Option<GivenEvidence> {
        self.state().given
    }

    pub(super) fn give(&self, given: GivenEvidence) {
        self.state().given = Some(given);
    }

    /// Whether an approval is still for what was prepared.
    pub(super) fn was_prepared_for(
        &self,
        algorithm: SignatureAlgorithm,
        certification: Certification,
    ) -> bool {
        (self.algorithm, self.certification) == (algorithm, certification)
    }

    /// The result's name, and whether it shows a signature of its own.
    pub(super) fn shape(&self) -> (FileName, bool) {
        (self.file_name, self.visible)
    }

    /// The document as it came.
    pub(super) fn original(&self) -> &Bytes {
        &self.original
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
