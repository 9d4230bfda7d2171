//! One batch: documents under one consent, what was read of them, what was chosen, and what came of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::SystemTime,
};

use bytes::Bytes;
use pades::Facts;
use rendering::Sizes;
use seal::ReferenceCode;
use serde_json::Value;

use super::{
    choice::{AwaitedActivation, Choice, Outcome, Stage},
    owner::Owner,
    shown::{Given, Shown},
};
use crate::{access::random_secret::sha256, audit::hex, service::Document};

/// Most documents under one consent.
pub(crate) const MAXIMUM_PAPERS: usize = 100;

/// Documents that are read, and signed or sealed, together.
#[derive(Debug)]
pub(crate) struct Batch {
    id: String,
    owner: Owner,
    made: SystemTime,
    code: ReferenceCode,
    papers: Vec<Paper>,
    state: Mutex<State>,
    stopped: AtomicBool,
}

/// One document.
pub(crate) struct Paper {
    /// As it was called where it was chosen: shown to whoever chose it, and to nobody else.
    pub(crate) name: String,
    pub(crate) document: Document,
    /// What it holds; or why it cannot be signed.
    pub(crate) facts: Result<Facts, pades::Error>,
    /// How large its pages are, where they can be drawn.
    pub(crate) pages: Option<Sizes>,
    /// One for each page: whoever has it was given the page.
    marks: Vec<String>,
    read: Mutex<Read>,
    outcome: Mutex<Outcome>,
}

#[derive(Debug, Default)]
struct Read {
    given: BTreeMap<usize, Shown>,
    read: BTreeSet<usize>,
}

#[derive(Debug, Default)]
struct State {
    choice: Option<Choice>,
    consent: Option<Arc<Value>>,
    activation: Option<AwaitedActivation>,
    stage: Stage,
}

/// What a gate is asked with: marks that do not belong, or too few.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// All pages were given, and all marks were shown.
    Read,
    /// Pages are missing.
    NotRead,
}

/// Shows neither its name nor what is in it.
impl fmt::Debug for Paper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Paper({} pages)", self.marks.len())
    }
}

impl Batch {
    /// Documents that were laid down; what was done with them is known by `id`.
    pub(crate) fn new(owner: Owner, papers: Vec<Paper>, id: String, made: SystemTime) -> Self {
        let code = code(&papers);
        let (state, stopped) = (Mutex::default(), AtomicBool::new(false));
        Self { id, owner, made, code, papers, state, stopped }
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn made(&self) -> SystemTime {
        self.made
    }

    pub(crate) fn code(&self) -> String {
        self.code.to_string()
    }

    pub(crate) fn papers(&self) -> &[Paper] {
        &self.papers
    }

    pub(super) fn is_of(&self, owner: &Owner) -> bool {
        self.owner == *owner
    }

    /// How many bytes its documents have, and what was made of them.
    pub(super) fn length(&self) -> u64 {
        self.papers.iter().map(Paper::length).sum()
    }

    /// Whether every document that can be signed was read.
    pub(crate) fn is_read(&self) -> bool {
        self.papers.iter().all(|paper| !paper.is_good() || paper.is_read())
    }

    /// The first document that is still to be read.
    pub(crate) fn next_unread(&self) -> Option<usize> {
        self.papers.iter().position(|paper| paper.is_good() && !paper.is_read())
    }

    pub(crate) fn choice(&self) -> Option<Choice> {
        self.state().choice.clone()
    }

    /// Chooses, while nothing is under way. What was agreed to before is agreed to no more: answers the
    /// activation that nobody waits for any more.
    pub(crate) fn choose(&self, choice: Choice) -> Option<AwaitedActivation> {
        let mut state = self.state();
        if state.stage != Stage::Open {
            return None;
        }
        (state.choice, state.consent) = (Some(choice), None);
        state.activation.take()
    }

    /// Keeps the record of what was agreed to, of this choice; not where another was made meanwhile.
    pub(crate) fn agree(&self, choice: &Choice, record: Value) {
        let mut state = self.state();
        if state.stage == Stage::Open && state.choice.as_ref() == Some(choice) {
            state.consent = Some(Arc::new(record));
        }
    }

    /// The record of what was agreed to.
    pub(crate) fn consent(&self) -> Option<Arc<Value>> {
        self.state().consent.clone()
    }

    /// Notes that a page of one of its papers was given, and how; what is looked at once the work has begun
    /// was not what anybody agreed to.
    pub(crate) fn give(&self, paper: &Paper, page: usize, given: Given) {
        if self.stage() == Stage::Open {
            paper.give(page, given);
        }
    }

    /// Ends it before anything has begun: whether that was still possible, and the activation that nobody
    /// waits for any more.
    pub(crate) fn decline(&self) -> (bool, Option<AwaitedActivation>) {
        let mut state = self.state();
        if state.stage != Stage::Open {
            return (false, None);
        }
        state.stage = Stage::Declined;
        (true, state.activation.take())
    }

    /// Has what was declined open again, because that could not be put on record.
    pub(crate) fn reopen(&self) {
        let mut state = self.state();
        if state.stage == Stage::Declined {
            state.stage = Stage::Open;
        }
    }

    /// The activation that it waits for, or was worked on by.
    pub(crate) fn activation(&self) -> Option<AwaitedActivation> {
        self.state().activation.clone()
    }

    /// Waits for an activation that was begun for this choice; not where another was made meanwhile.
    /// Answers whether it waits, and the activation that nobody waits for: the one before, or this one.
    pub(crate) fn wait_for(
        &self,
        activation: AwaitedActivation,
        choice: &Choice,
    ) -> (bool, Option<AwaitedActivation>) {
        let mut state = self.state();
        match state.stage == Stage::Open && state.choice.as_ref() == Some(choice) {
            true => (true, state.activation.replace(activation)),
            false => (false, Some(activation)),
        }
    }

    /// Begins, once, because the person gave their evidence for this activation.
    pub(crate) fn begin_activated(&self, id: &str) -> bool {
        let mut state = self.state();
        let awaited = state.activation.as_ref().is_some_and(|awaited| awaited.id == id);
        let begins = state.stage == Stage::Open && awaited;
        if begins {
            state.stage = Stage::Working;
        }
        begins
    }

    pub(crate) fn stage(&self) -> Stage {
        self.state().stage
    }

    /// Begins, once, what was agreed to; not where something else was chosen meanwhile.
    pub(crate) fn begin(&self, choice: &Choice) -> bool {
        let mut state = self.state();
        let begins = state.stage == Stage::Open && state.choice.as_ref() == Some(choice);
        if begins {
            state.stage = Stage::Working;
        }
        begins
    }

    pub(crate) fn end(&self) {
        self.state().stage = Stage::Ended;
    }

    /// No further document is begun.
    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Paper {
    /// `secret` is known to nobody else; the pages' marks follow from it.
    pub(crate) fn new(
        name: String,
        document: Document,
        facts: Result<Facts, pades::Error>,
        pages: Option<Sizes>,
        secret: &[u8; 32],
    ) -> Self {
        // A document whose pages cannot be drawn has one mark: that it was downloaded.
        let count = pages.as_ref().map_or(1, Sizes::count);
        let mark = |page: usize| {
            let text = [&secret[..], &page.to_be_bytes(), document.sha256().as_bytes()].concat();
            hex(&sha256(&text))[..16].to_owned()
        };
        let marks = (0..count).map(mark).collect();
        let (read, outcome) = (Mutex::default(), Mutex::default());
        Self { name, document, facts, pages, marks, read, outcome }
    }

    /// How many bytes it has, and what was made of it; what of that is the document itself counts once.
    fn length(&self) -> u64 {
        let own = self.document.bytes();
        let made: usize = match self.outcome() {
            Outcome::Done { parts, .. } => {
                let fresh = |part: &&Bytes| !own.as_ptr_range().contains(&part.as_ptr());
                parts.iter().filter(fresh).map(Bytes::len).sum()
            }
            Outcome::Waiting | Outcome::Working | Outcome::Failed { .. } | Outcome::Cancelled => 0,
        };
        (own.len() + made) as u64
    }

    /// Whether it can be signed at all.
    pub(crate) fn is_good(&self) -> bool {
        self.facts.is_ok()
    }

    /// How many pages are shown.
    pub(crate) fn page_count(&self) -> usize {
        self.marks.len()
    }

    /// The marks of some pages.
    pub(crate) fn marks(&self, pages: std::ops::Range<usize>) -> &[String] {
        self.marks.get(pages).unwrap_or_default()
    }

    /// Notes that a page was given to whoever asked for it, and how.
    fn give(&self, page: usize, given: Given) {
        self.reading().given.entry(page).or_default().add(given);
    }

    /// What was shown of its pages.
    pub(crate) fn shown(&self) -> Vec<Value> {
        self.reading().given.iter().map(|(page, shown)| shown.told(*page)).collect()
    }

    /// Takes marks of pages that were given, each once.
    pub(crate) fn take(&self, marks: &str) -> Asked {
        let mut reading = self.reading();
        for mark in marks.split(',').take(self.marks.len()) {
            let page = self.marks.iter().position(|known| known == mark);
            if let Some(page) = page.filter(|page| reading.given.contains_key(page)) {
                reading.read.insert(page);
            }
        }
        drop(reading);
        if self.is_read() { Asked::Read } else { Asked::NotRead }
    }

    /// Whether all its pages were read.
    pub(crate) fn is_read(&self) -> bool {
        self.reading().read.len() == self.marks.len()
    }

    /// The first page that was not.
    pub(crate) fn first_unread(&self) -> usize {
        let reading = self.reading();
        (0..self.marks.len()).find(|page| !reading.read.contains(page)).unwrap_or(0)
    }

    pub(crate) fn outcome(&self) -> Outcome {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set(&self, outcome: Outcome) {
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = outcome;
    }

    fn reading(&self) -> MutexGuard<'_, Read> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The reference code of documents that are read: of the SHA-256 over their hashes, sorted.
fn code(papers: &[Paper]) -> ReferenceCode {
    let mut hashes: Vec<_> = papers.iter().map(|paper| paper.document.sha256()).collect();
    hashes.sort_by(|one, other| one.as_bytes().cmp(other.as_bytes()));
    let hashes: Vec<u8> = hashes.iter().flat_map(|hash| hash.as_bytes().iter().copied()).collect();
    ReferenceCode::of(&sha256(&hashes))
}

#[cfg(test)]
mod tests;
