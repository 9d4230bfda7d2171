//! What the service does, without a word of HTTP: acts, validations, receipts, readiness.

mod act;
mod act_options;
mod acting;
mod activation;
mod administering;
mod appearance;
mod asked_first;
mod augmentation;
mod augmentation_error;
mod budget;
mod collecting;
mod completed;
mod contact;
mod contact_person;
mod digest;
mod digests;
mod document;
mod email_check;
mod entry_ends;
mod error;
mod evidence;
mod exports;
mod flight;
mod hashes;
mod image;
mod intent;
mod inviting;
mod issued;
mod known_act;
mod known_authority;
mod known_persons;
mod letters;
mod log;
mod long_term;
mod muting;
mod named_appearance;
pub(crate) mod one_time_link;
mod ordered;
mod orders;
mod outdated;
mod placing;
mod policies;
mod preview;
mod problem_cause;
mod problem_type;
mod readiness;
mod receipts;
mod reference;
mod request_error;
mod revocation;
mod rooms;
mod sending;
mod session;
mod shown_appearance;
mod strangers;
mod target;
mod trust;
mod validation;

use std::{sync::Arc, time::Duration};

use cades::RevocationPolicy;
use seal::{
    Activator, CertificateProfile, Clock, DigestAlgorithm, Effort, EffortLimits, Qscd,
    TimeStampAuthority,
};

pub(crate) use self::named_appearance::check_logos;
pub use self::{
    act_options::ActOptions,
    appearance::{AppearanceOptions, Language, Last, Look, Page, Shown},
    augmentation::{AugmentationRequest, Augmented},
    augmentation_error::{AugmentationError, Objection},
    completed::{Completed, FileName, Warning},
    digest::DigestRequest,
    document::Document,
    error::Error,
    known_persons::KnownPersons,
    problem_type::ProblemType,
    readiness::NotReady,
    request_error::RequestError,
    revocation::{RevocationData, RevocationError, RevocationSource},
    session::SessionCredential,
    strangers::StrangerLimits,
    trust::{TimeStampSource, Trust},
    validation::{CmsFacts, CmsValidation, ValidationReport, ValidationRequest},
};
pub(crate) use self::{
    activation::{Activations, Held, HeldDocument, MeansBegun},
    appearance::in_words,
    budget::{Budget, Share},
    collecting::{Collectable, CollectedBy},
    contact::ContactAct,
    contact_person::ContactPerson,
    email_check::OpenCheck,
    exports::Export,
    known_act::{KnownAct, Sought},
    muting::Muting,
    ordered::{OrderChange, Ordered, WantedOrder, entry_of, seconds},
    policies::{POLICY_VERSION, PUBLIC_POLICIES, PolicyDocument, documents},
    receipts::{StampedHead, sealing_profile},
    reference::Reference,
    sending::Sending,
    strangers::{Rates, SMALL_BODY, Strangers},
};
use self::{
    appearance::Names, entry_ends::EntryEnds, exports::Exports, flight::Flights, log::LogTimeStamp,
    outdated::Outdated, readiness::Readiness, rooms::Rooms, session::SessionPlaces,
};
use crate::{
    administration::Organisations, authentication::Authenticator, post::Post, store::Store,
};

/// The digest of the imprints of time-stamps that the service asks for.
const TIME_STAMP_DIGEST: DigestAlgorithm = DigestAlgorithm::Sha256;

/// Steps that work on a document may take on the reactor: about a millisecond. What takes more is
/// begun again on the blocking pool.
const SMALL: u64 = 1_000_000;

/// How much the service takes on.
#[derive(Clone, Copy, Debug)]
pub struct ServiceLimits {
    /// The longest body that is read, in bytes. The policy has a limit of its own.
    pub maximum_body_bytes: u64,
    /// How many acts and validations may be under way at once.
    pub concurrent_acts: usize,
    /// How many bytes of documents are held in memory at once.
    pub bytes_in_flight: u64,
    /// What reading and judging one document may cost.
    pub effort: EffortLimits,
    /// What those who show no key may take; nothing of the above is theirs.
    pub strangers: StrangerLimits,
    /// How slowly a body may come.
    pub pace: Pace,
    /// For which certificates validations demand revocation data, unless a request says otherwise.
    pub revocation: RevocationPolicy,
}

/// How slowly a body may come.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How long it may stand still.
    pub stall: Duration,
    /// How fast it comes at least beyond that, in bytes a second.
    pub minimum_rate: u64,
}

/// The collaborators of a [`Service`].
#[derive(Debug)]
pub struct Collaborators {
    /// Whom it serves, and who may do what there.
    pub organisations: Arc<Organisations>,
    /// Who calls.
    pub authenticator: Authenticator,
    /// The signing device.
    pub qscd: Arc<dyn Qscd>,
    /// Where the device takes activations.
    pub activator: Arc<dyn Activator>,
    /// What the device keeps of persons.
    pub known_persons: Arc<dyn KnownPersons>,
    /// The time-stamping authority.
    pub time_stamping: Arc<dyn TimeStampAuthority>,
    /// Revocation data, for B-LT and above.
    pub revocation: Arc<dyn RevocationSource>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The audit log and the receipts.
    pub store: Store,
    /// What sends letters, where there is a mail server.
    pub post: Option<Post>,
    /// Whom our own verifications trust.
    pub trust: Trust,
    /// The origin of the pages: what visible signatures name, so that anybody can check them.
    pub pages: String,
}

/// The signing and sealing service.
#[derive(Debug)]
pub struct Service {
    organisations: Arc<Organisations>,
    authenticator: Authenticator,
    qscd: Arc<dyn Qscd>,
    activator: Arc<dyn Activator>,
    known_persons: Arc<dyn KnownPersons>,
    activations: Activations,
    /// Of documents that wait for their persons.
    waiting: Budget,
    /// Of documents that people read.
    papers: Budget,
    time_stamping: Arc<dyn TimeStampAuthority>,
    revocation: Arc<dyn RevocationSource>,
    clock: Arc<dyn Clock>,
    store: Store,
    post: Option<Arc<Post>>,
    trust: Trust,
    pages: Arc<str>,
    limits: ServiceLimits,
    flights: Flights,
    budget: Budget,
    rooms: Rooms,
    session_places: SessionPlaces,
    exports: Exports,
    strangers: Strangers,
    readiness: Readiness,
    log_time_stamp: LogTimeStamp,
    outdated: Outdated,
    entry_ends: EntryEnds,
}

impl Service {
    /// Brings the collaborators together.
    pub fn new(collaborators: Collaborators, limits: ServiceLimits) -> Self {
        let Collaborators {
            organisations,
            authenticator,
            qscd,
            activator,
            known_persons,
            time_stamping,
            revocation,
            clock,
            store,
            post,
            trust,
            pages,
        } = collaborators;
        let budget = Budget::new(limits.bytes_in_flight);
        Self {
            organisations,
            authenticator,
            qscd,
            activator,
            known_persons,
            activations: Activations::default(),
            waiting: budget.half(),
            papers: budget.quarter(),
            time_stamping,
            revocation,
            clock,
            store,
            post: post.map(Arc::new),
            trust,
            pages: pages.into(),
            limits,
            flights: Flights::new(limits.concurrent_acts),
            budget,
            rooms: Rooms::default(),
            session_places: SessionPlaces::default(),
            exports: Exports::default(),
            strangers: Strangers::new(&limits.strangers),
            readiness: Readiness::default(),
            log_time_stamp: LogTimeStamp::default(),
            outdated: Outdated::default(),
            entry_ends: EntryEnds::default(),
        }
    }

    /// The memory of documents that wait for their persons: half of what there is, so that acts have
    /// theirs.
    pub(crate) fn waiting_budget(&self) -> Budget {
        self.waiting.clone()
    }

    /// The memory of documents that people have before them: a quarter, beside that of what waits for its
    /// person, so that neither takes the other's.
    pub(crate) fn papers_budget(&self) -> Budget {
        self.papers.clone()
    }

    /// What a visible signature names.
    fn names(&self, profile: &CertificateProfile) -> Names {
        Names { profile: profile.display_name.clone(), pages: Arc::clone(&self.pages) }
    }

    /// Who calls.
    pub fn authenticator(&self) -> &Authenticator {
        &self.authenticator
    }

    /// Whom it serves, and what counts there.
    pub fn organisations(&self) -> &Arc<Organisations> {
        &self.organisations
    }

    /// The time.
    pub(crate) fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// How much the service takes on.
    pub fn limits(&self) -> ServiceLimits {
        self.limits
    }

    /// The account that work on `document` is charged to. Its memory comes out of what the
    /// document's own bytes came out of.
    fn effort(&self, document: &Document) -> Effort {
        self.effort_with(document, None)
    }

    /// The same with the content that a detached CMS is over: of what its bytes add to the limit
    /// it has as much as hashing it once takes, and the memory that it takes is its own already.
    fn effort_with(&self, document: &Document, content: Option<&Document>) -> Effort {
        /// What a byte of the document adds to the limit, over what hashing one takes.
        const SHARE: u64 = 8;
        let content = content.map_or(0, |content| content.bytes().len() as u64 / SHARE);
        let pool = document.budget().unwrap_or(&self.budget).clone();
        let length = document.bytes().len() as u64 + content;
        Effort::pooled(self.limits.effort, length, Arc::new(pool))
    }

    /// Those who show no key.
    pub(crate) fn strangers(&self) -> &Strangers {
        &self.strangers
    }

    /// The audit log and the receipts.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Whom our own verifications trust.
    pub fn trust(&self) -> &Trust {
        &self.trust
    }

    /// Takes no more acts and waits until those under way have ended and are recorded.
    pub async fn drain(&self) {
        self.flights.close().await;
        self.strangers.work().close().await;
    }
}
