//! Room on a person's part of the desk: taken before anything is read, so that uploads at the same time
//! have no more together than each could have alone.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Desk, owner::Owner};

/// How many batches a person has at once that have not ended.
pub(super) const CAPACITY_OF_PERSON: usize = 5;

/// How many bytes of documents a person has at once.
pub(crate) const BYTES_OF_PERSON: u64 = 256 << 20;

/// What is on its way to the desk, and whose it is.
#[derive(Debug, Default)]
pub(super) struct Coming(Mutex<HashMap<Owner, Expected>>);

#[derive(Debug, Default)]
struct Expected {
    batches: usize,
    bytes: u64,
}

/// Why there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoRoom {
    /// The person has as many as one may.
    OfPerson,
    /// All together have as many as they may, and none has ended.
    OfAll,
}

/// Room for one more batch; what is not kept is given back when this is dropped.
#[derive(Debug)]
pub(crate) struct Room {
    desk: Arc<Desk>,
    owner: Owner,
    taken: u64,
}

impl Room {
    /// Room for one more batch, where a person, and all together, have so few that are lying or coming.
    pub(super) fn of(desk: &Arc<Desk>, owner: &Owner) -> Result<Self, NoRoom> {
        let mut coming = desk.coming.locked();
        let own = coming.get(owner).map_or(0, |expected| expected.batches);
        if desk.open(owner).len() + own >= CAPACITY_OF_PERSON {
            return Err(NoRoom::OfPerson);
        }
        if !desk.has_room(coming.values().map(|expected| expected.batches).sum()) {
            return Err(NoRoom::OfAll);
        }
        coming.entry(owner.clone()).or_default().batches += 1;
        Ok(Self { desk: Arc::clone(desk), owner: owner.clone(), taken: 0 })
    }

    /// Takes room for as many bytes as there is room for, so many at most: answers how many. What has ended
    /// will make room.
    pub(crate) fn take(&mut self, most: u64) -> u64 {
        let mut coming = self.desk.coming.locked();
        let expected = coming.entry(self.owner.clone()).or_default();
        let lying: u64 = self.desk.open(&self.owner).iter().map(|batch| batch.length()).sum();
        let free = BYTES_OF_PERSON.saturating_sub(lying).saturating_sub(expected.bytes);
        let taken = most.min(free);
        expected.bytes += taken;
        self.taken += taken;
        taken
    }

    /// Gives back what was not needed.
    pub(crate) fn give_back(&mut self, bytes: u64) {
        let bytes = bytes.min(self.taken);
        self.taken -= bytes;
        let mut coming = self.desk.coming.locked();
        if let Some(expected) = coming.get_mut(&self.owner) {
            expected.bytes -= bytes;
        }
    }

    pub(super) fn owner(&self) -> &Owner {
        &self.owner
    }

    pub(super) fn desk(&self) -> &Arc<Desk> {
        &self.desk
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let mut coming = self.desk.coming.locked();
        if let Some(expected) = coming.get_mut(&self.owner) {
            expected.batches -= 1;
            expected.bytes -= self.taken;
            if expected.batches == 0 {
                coming.remove(&self.owner);
            }
        }
    }
}

impl Coming {
    fn locked(&self) -> MutexGuard<'_, HashMap<Owner, Expected>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
