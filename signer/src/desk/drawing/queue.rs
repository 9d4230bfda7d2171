//! Who draws, and who waits: a person has one turn at a time, however much they ask for.

use std::{
    collections::HashMap,
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::available_parallelism,
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::DrawingError;
use crate::desk::owner::Owner;

/// How many people wait or draw: whoever wants much waits for their own turn first, and keeps nobody out.
const WAITING: usize = 64;

/// How many of one person's do: as many pages as are shown at once are, and some.
const WAITING_OF_PERSON: usize = 32;

/// How long one waits.
const PATIENCE: Duration = Duration::from_secs(20);

/// Everybody who wants pages drawn.
#[derive(Debug)]
pub(super) struct Queue {
    places: Arc<Semaphore>,
    /// The one place of those who are not logged in: what they make slow is slow for them alone.
    of_strangers: Arc<Semaphore>,
    waiting: Arc<Mutex<Waiting>>,
}

#[derive(Debug, Default)]
struct Waiting {
    all: usize,
    of: HashMap<Whose, Own>,
}

/// Who wants pages drawn.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Whose {
    /// Somebody who laid them down.
    Person(Owner),
    /// Anybody who is not logged in: all of them have one turn together, and a place of their own, so that they
    /// keep nobody else out.
    Strangers,
}

/// A person's.
#[derive(Debug)]
struct Own {
    count: usize,
    turn: Arc<Semaphore>,
}

/// A place to draw in; it is given back when this is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    _place: OwnedSemaphorePermit,
    _in_line: InLine,
    _own: OwnedSemaphorePermit,
    _counted: Counted,
}

impl Default for Queue {
    fn default() -> Self {
        let processors = available_parallelism().map_or(1, NonZeroUsize::get);
        let places = Arc::new(Semaphore::new((processors / 2).max(1)));
        Self { places, of_strangers: Arc::new(Semaphore::new(1)), waiting: Arc::default() }
    }
}

impl Queue {
    /// Waits for a turn.
    ///
    /// # Errors
    /// [`DrawingError::Busy`] when too many wait, or it takes too long.
    pub(super) async fn turn(&self, whose: &Whose) -> Result<Turn, DrawingError> {
        let (counted, turn) = Counted::of(&self.waiting, whose)?;
        let wait = async {
            // A person's own turn comes first: nobody holds a place who cannot use it.
            let own = turn.acquire_owned().await.map_err(|_| DrawingError::Failed)?;
            let in_line = InLine::of(&self.waiting)?;
            let places = match whose {
                Whose::Person(_) => &self.places,
                Whose::Strangers => &self.of_strangers,
            };
            let place = Arc::clone(places).acquire_owned().await;
            Ok::<_, DrawingError>((own, in_line, place.map_err(|_| DrawingError::Failed)?))
        };
        let got = tokio::time::timeout(PATIENCE, wait).await.map_err(|_| DrawingError::Busy)?;
        let (own, in_line, place) = got?;
        Ok(Turn { _place: place, _in_line: in_line, _own: own, _counted: counted })
    }
}

/// One that waits or draws.
#[derive(Debug)]
struct Counted {
    waiting: Arc<Mutex<Waiting>>,
    whose: Whose,
}

impl Counted {
    fn of(
        waiting: &Arc<Mutex<Waiting>>,
        whose: &Whose,
    ) -> Result<(Self, Arc<Semaphore>), DrawingError> {
        let mut queue = locked(waiting);
        let own = queue.of.get(whose).map_or(0, |own| own.count);
        if own >= WAITING_OF_PERSON {
            return Err(DrawingError::Busy);
        }
        let fresh = || Own { count: 0, turn: Arc::new(Semaphore::new(1)) };
        let own = queue.of.entry(whose.clone()).or_insert_with(fresh);
        own.count += 1;
        let turn = Arc::clone(&own.turn);
        Ok((Self { waiting: Arc::clone(waiting), whose: whose.clone() }, turn))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut queue = locked(&self.waiting);
        if let Some(own) = queue.of.get_mut(&self.whose) {
            own.count -= 1;
            if own.count == 0 {
                queue.of.remove(&self.whose);
            }
        }
    }
}

/// One whose turn it is, who waits for a place or has one.
#[derive(Debug)]
struct InLine(Arc<Mutex<Waiting>>);

impl InLine {
    fn of(waiting: &Arc<Mutex<Waiting>>) -> Result<Self, DrawingError> {
        let mut queue = locked(waiting);
        if queue.all >= WAITING {
            return Err(DrawingError::Busy);
        }
        queue.all += 1;
        Ok(Self(Arc::clone(waiting)))
    }
}

impl Drop for InLine {
    fn drop(&mut self) {
        locked(&self.0).all -= 1;
    }
}

fn locked(waiting: &Mutex<Waiting>) -> MutexGuard<'_, Waiting> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use seal::{OrganisationId, PersonId};

    use super::*;

    fn owner(subject: &str) -> Whose {
        let person = PersonId { issuer: "issuer".into(), subject: subject.into() };
        Whose::Person((OrganisationId::new("12345674"), person))
    }

    #[tokio::test(start_paused = true)]
    async fn a_person_has_one_turn_and_nobody_waits_without_end() {
        let queue = Queue { places: Arc::new(Semaphore::new(2)), ..Queue::default() };
        let (karen, mads) = (owner("karen"), owner("mads"));
        let first = queue.turn(&karen).await.unwrap();
        assert_eq!(queue.turn(&karen).await.unwrap_err(), DrawingError::Busy);
        let other = queue.turn(&mads).await.unwrap();
        assert_eq!(queue.turn(&owner("eva")).await.unwrap_err(), DrawingError::Busy);
        // Nor do people keep strangers out, who have one place, or strangers people.
        let stranger = queue.turn(&Whose::Strangers).await.unwrap();
        assert_eq!(queue.turn(&Whose::Strangers).await.unwrap_err(), DrawingError::Busy);
        drop(first);
        queue.turn(&karen).await.unwrap();
        drop((other, stranger));
        assert!(locked(&queue.waiting).of.is_empty() && locked(&queue.waiting).all == 0);
    }

    #[test]
    fn no_more_wait_than_may() {
        let waiting = Arc::default();
        let all: Vec<_> =
            (0..WAITING_OF_PERSON).map(|_| Counted::of(&waiting, &owner("a"))).collect();
        assert!(all.iter().all(Result::is_ok) && Counted::of(&waiting, &owner("a")).is_err());
        assert!(Counted::of(&waiting, &owner("b")).is_ok(), "one person keeps no other out");
        drop(all);
        assert!(Counted::of(&waiting, &owner("a")).is_ok());
        let line: Vec<_> = (0..WAITING).map(|_| InLine::of(&waiting)).collect();
        assert!(line.iter().all(Result::is_ok) && InLine::of(&waiting).is_err());
        drop(line);
        assert!(InLine::of(&waiting).is_ok());
    }
}
