//! What people have laid before them to read and sign: in memory alone, bounded for each of them and for
//! all together, gone when they log out or do nothing for a while.

mod archive;
mod batch;
mod drawing;
mod owner;

use std::{sync::Arc, time::Duration};

use moka::sync::Cache;

pub(crate) use self::{
    archive::{Entry, archive},
    batch::{
        Asked, AwaitedActivation, Batch, Choice, MAXIMUM_PAPERS, Outcome, Paper, Placed, Stage,
    },
    drawing::{Drawing, DrawingError},
    owner::Owner,
};

/// How long papers lie that nobody looks at.
const IDLE: Duration = Duration::from_secs(30 * 60);

/// How long they lie at most.
const ABSOLUTE: Duration = Duration::from_secs(8 * 60 * 60);

/// How many batches all together have.
const CAPACITY: u64 = 1_000;

/// How many batches a person has at once.
const CAPACITY_OF_PERSON: usize = 5;

/// How many bytes of documents a person has at once, what was made of them not counted.
pub(crate) const BYTES_OF_PERSON: u64 = 256 << 20;

/// Everybody's papers.
#[derive(Debug)]
pub(crate) struct Desk {
    batches: Cache<String, Arc<Batch>>,
    drawing: Drawing,
}

impl Default for Desk {
    fn default() -> Self {
        let batches = Cache::builder().max_capacity(CAPACITY).time_to_idle(IDLE);
        let batches = batches.time_to_live(ABSOLUTE).build();
        Self { batches, drawing: Drawing::default() }
    }
}

impl Desk {
    /// Draws pages, within limits.
    pub(crate) fn drawing(&self) -> &Drawing {
        &self.drawing
    }

    /// How many bytes a person may lay down still; none where they have as many batches as they may.
    pub(crate) fn room(&self, owner: &Owner) -> u64 {
        let mut open = self.of(owner);
        open.retain(|batch| batch.stage() != Stage::Ended);
        match open.len() {
            0..CAPACITY_OF_PERSON => {
                let taken: u64 = open.iter().map(|batch| batch.length()).sum();
                BYTES_OF_PERSON.saturating_sub(taken)
            }
            _ => 0,
        }
    }

    /// Lays papers down. What was done longest ago makes room.
    pub(crate) fn lay(&self, owner: &Owner, batch: Batch) -> Arc<Batch> {
        let mut ended = self.of(owner);
        ended.retain(|batch| batch.stage() == Stage::Ended);
        ended.iter().skip(CAPACITY_OF_PERSON - 1).for_each(|batch| self.clear(batch));
        let batch = Arc::new(batch);
        self.batches.insert(batch.id().to_owned(), Arc::clone(&batch));
        batch
    }

    /// One of a person's own batches.
    pub(crate) fn find(&self, owner: &Owner, id: &str) -> Option<Arc<Batch>> {
        self.batches.get(id).filter(|batch| batch.is_of(owner))
    }

    /// All of a person's, the newest first.
    pub(crate) fn of(&self, owner: &Owner) -> Vec<Arc<Batch>> {
        let own = self.batches.iter().map(|(_, batch)| batch);
        let mut own: Vec<_> = own.filter(|batch| batch.is_of(owner)).collect();
        own.sort_by_key(|batch| std::cmp::Reverse(batch.made()));
        own
    }

    /// The batch of a person's own that waits for an activation.
    pub(crate) fn activated_by(&self, owner: &Owner, activation: &str) -> Option<Arc<Batch>> {
        let waits = |batch: &Arc<Batch>| batch.activation().is_some_and(|one| one.id == activation);
        self.of(owner).into_iter().find(waits)
    }

    /// Takes one away.
    pub(crate) fn clear(&self, batch: &Batch) {
        batch.stop();
        self.drawing.forget(batch.id());
        self.batches.invalidate(batch.id());
    }

    /// Takes all of a person's away.
    pub(crate) fn clear_all(&self, owner: &Owner) {
        self.of(owner).iter().for_each(|batch| self.clear(batch));
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use bytes::Bytes;
    use seal::{OrganisationId, PersonId};

    use super::*;
    use crate::service::Document;

    fn owner(subject: &str) -> Owner {
        let person = PersonId { issuer: "issuer".into(), subject: subject.into() };
        (OrganisationId::new("12345674"), person)
    }

    fn laid(desk: &Desk, owner: &Owner, id: &str) -> Arc<Batch> {
        let document = Document::new(Bytes::from_static(b"%PDF"));
        let paper = Paper::new("a.pdf".into(), document, Err("malformed"), None, &[1; 32]);
        let batch = Batch::new(owner.clone(), vec![paper], id.into(), SystemTime::UNIX_EPOCH);
        desk.lay(owner, batch)
    }

    #[test]
    fn what_one_person_laid_down_nobody_else_finds_and_it_goes_with_them() {
        let (desk, karen, mads) = (Desk::default(), owner("karen"), owner("mads"));
        laid(&desk, &karen, "a");
        laid(&desk, &mads, "b");
        assert!(desk.find(&karen, "a").is_some() && desk.find(&karen, "b").is_none());
        desk.clear_all(&karen);
        assert!(desk.find(&karen, "a").is_none() && desk.find(&mads, "b").is_some());
    }

    #[test]
    fn a_person_has_so_many_batches_open_and_what_has_ended_makes_room() {
        let (desk, karen) = (Desk::default(), owner("karen"));
        let batches: Vec<_> =
            ["a", "b", "c", "d", "e"].iter().map(|id| laid(&desk, &karen, id)).collect();
        assert_eq!(desk.room(&karen), 0);
        assert!(desk.room(&owner("mads")) == BYTES_OF_PERSON);
        batches.iter().for_each(|batch| batch.end());
        assert_eq!(desk.room(&karen), BYTES_OF_PERSON);
        laid(&desk, &karen, "f");
        assert_eq!(desk.of(&karen).len(), CAPACITY_OF_PERSON);
    }
}
