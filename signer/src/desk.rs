//! What people have laid before them to read and sign: in memory alone, bounded for each of them and for
//! all together, gone when they log out or do nothing for a while.

mod archive;
mod batch;
mod choice;
mod drawing;
mod looks;
mod owner;
mod room;
mod shown;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use moka::sync::Cache;

use self::looks::Looks;
use self::room::{BYTES_OF_PERSON, CAPACITY_OF_PERSON, Coming};
pub(crate) use self::{
    archive::{Entry, archive},
    batch::{Asked, Batch, MAXIMUM_PAPERS, Paper},
    choice::{AwaitedActivation, Choice, NamedLook, Outcome, Placed, Stage},
    drawing::{DRAW_PAGES, Drawing, DrawingError, count_pages, draw},
    owner::Owner,
    room::{NoRoom, Room},
    shown::Given,
};

/// How long papers lie that nobody looks at.
const IDLE: Duration = Duration::from_secs(30 * 60);

/// How long they lie at most.
const ABSOLUTE: Duration = Duration::from_secs(8 * 60 * 60);

/// How many batches all together have.
const CAPACITY: usize = 1_000;

/// How often what is over its time is dropped, though nobody asks for anything.
const TIDIED: Duration = Duration::from_secs(60);

/// Everybody's papers.
#[derive(Debug)]
pub(crate) struct Desk {
    batches: Cache<String, Arc<Batch>>,
    coming: Coming,
    drawing: Drawing,
    looks: Looks,
    is_tidied: AtomicBool,
}

impl Default for Desk {
    fn default() -> Self {
        Self::idle_for(IDLE)
    }
}

impl Desk {
    fn idle_for(idle: Duration) -> Self {
        // Without a capacity of its own: a full cache would turn away what is new, and what is worked on.
        let batches = Cache::builder().time_to_idle(idle).time_to_live(ABSOLUTE).build();
        let (coming, drawing) = (Coming::default(), Drawing::default());
        let looks = Looks::default();
        Self { batches, coming, drawing, looks, is_tidied: AtomicBool::new(false) }
    }

    /// Draws pages, within limits.
    pub(crate) fn drawing(&self) -> &Drawing {
        &self.drawing
    }

    /// Pictures of appearances that are thought of.
    pub(crate) fn looks(&self) -> &Looks {
        &self.looks
    }

    /// Room for one more batch of a person's.
    ///
    /// # Errors
    /// [`NoRoom`].
    pub(crate) fn room(self: &Arc<Self>, owner: &Owner) -> Result<Room, NoRoom> {
        Room::of(self, owner)
    }

    /// Whether one more has room beside so many that are coming: what ended longest ago makes it.
    fn has_room(&self, coming: usize) -> bool {
        let mut all: Vec<_> = self.batches.iter().map(|(_, batch)| batch).collect();
        if all.len() + coming < CAPACITY {
            return true;
        }
        all.retain(|batch| batch.stage() == Stage::Ended);
        let oldest = all.iter().min_by_key(|batch| batch.made());
        oldest.map(|batch| self.clear(batch)).is_some()
    }

    /// Lays papers down. What was done longest ago makes room.
    pub(crate) fn lay(room: Room, batch: Batch) -> Arc<Batch> {
        let (desk, owner) = (Arc::clone(room.desk()), room.owner().clone());
        let batch = Arc::new(batch);
        desk.batches.insert(batch.id().to_owned(), Arc::clone(&batch));
        drop(room);
        let open = desk.open(&owner);
        let mut bytes: u64 = open.iter().map(|batch| batch.length()).sum();
        let ended = desk.of(&owner).into_iter().filter(|batch| batch.stage() == Stage::Ended);
        for (at, batch) in ended.enumerate() {
            bytes += batch.length();
            if at + 1 >= CAPACITY_OF_PERSON || bytes > BYTES_OF_PERSON {
                desk.clear(&batch);
            }
        }
        desk.tidy();
        batch
    }

    /// Has what is over its time dropped from now on: a cache by itself does it when it is next used.
    fn tidy(self: &Arc<Self>) {
        if self.is_tidied.swap(true, Ordering::AcqRel) {
            return;
        }
        let desk = Arc::downgrade(self);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(TIDIED).await;
                let Some(desk) = desk.upgrade() else { return };
                desk.batches.run_pending_tasks();
                desk.drawing.tidy();
            }
        });
    }

    /// A person's that have not ended.
    fn open(&self, owner: &Owner) -> Vec<Arc<Batch>> {
        let mut open = self.of(owner);
        open.retain(|batch| batch.stage() != Stage::Ended);
        open
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
mod tests;
