//! Who draws, and who waits: a person has one turn at a time, however much they ask for.

use std::{
    collections::HashMap,
    net::IpAddr,
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::available_parallelism,
    time::Duration,
};

use listener::site;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::DrawingError;
use crate::desk::owner::Owner;

/// How many people wait or draw: whoever wants much waits for their own turn first, and keeps nobody out.
const WAITING: usize = 64;

/// How many do who are not logged in: theirs are lines of their own.
const WAITING_STRANGERS: usize = 16;

/// How many of one person's do: as many pages as are shown at once are, and some.
const WAITING_OF_PERSON: usize = 32;

/// How long one waits.
const PATIENCE: Duration = Duration::from_secs(20);

/// Everybody who wants pages drawn.
#[derive(Debug)]
pub(super) struct Queue {
    places: Arc<Semaphore>,
    /// The one place of those who are not logged in, who take turns: what they make slow is slow for them alone.
    of_strangers: Arc<Semaphore>,
    waiting: Arc<Mutex<Waiting>>,
}

#[derive(Debug, Default)]
struct Waiting {
    people: usize,
    strangers: usize,
    of: HashMap<Whose, Own>,
}

/// Who wants pages drawn.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Whose {
    /// Somebody who laid them down.
    Person(Owner),
    /// Somebody who is not logged in, by their address, or its site.
    Stranger(IpAddr),
}

impl Whose {
    /// Whoever asks from there.
    pub(super) fn from(address: IpAddr) -> Self {
        Self::Stranger(site(address).map_or(address, IpAddr::V6))
    }
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
            let in_line = InLine::of(&self.waiting, whose)?;
            let places = match whose {
                Whose::Person(_) => &self.places,
                Whose::Stranger(_) => &self.of_strangers,
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
struct InLine {
    waiting: Arc<Mutex<Waiting>>,
    is_person: bool,
}

impl InLine {
    fn of(waiting: &Arc<Mutex<Waiting>>, whose: &Whose) -> Result<Self, DrawingError> {
        let is_person = matches!(whose, Whose::Person(_));
        let most = if is_person { WAITING } else { WAITING_STRANGERS };
        let mut queue = locked(waiting);
        let line = queue.line(is_person);
        if *line >= most {
            return Err(DrawingError::Busy);
        }
        *line += 1;
        Ok(Self { waiting: Arc::clone(waiting), is_person })
    }
}

impl Drop for InLine {
    fn drop(&mut self) {
        *locked(&self.waiting).line(self.is_person) -= 1;
    }
}

impl Waiting {
    fn line(&mut self, is_person: bool) -> &mut usize {
        if is_person { &mut self.people } else { &mut self.strangers }
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

    fn from(address: &str) -> Whose {
        Whose::from(address.parse().unwrap())
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
        let stranger = queue.turn(&from("192.0.2.1")).await.unwrap();
        assert_eq!(queue.turn(&from("192.0.2.2")).await.unwrap_err(), DrawingError::Busy);
        drop(first);
        queue.turn(&karen).await.unwrap();
        drop((other, stranger));
        let waiting = locked(&queue.waiting);
        assert!(waiting.of.is_empty() && waiting.people == 0 && waiting.strangers == 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stranger_who_asks_for_much_holds_up_another_for_one_turn() {
        let queue = Arc::new(Queue::default());
        let greedy = from("2001:db8:1::1");
        let first = queue.turn(&greedy).await.unwrap();
        let wait = |whose: &Whose| {
            let (queue, whose) = (Arc::clone(&queue), whose.clone());
            tokio::spawn(async move { queue.turn(&whose).await })
        };
        // From another network of the same site, too.
        let more: Vec<_> = [&greedy, &from("2001:db8:1:7::2")].map(wait).into();
        tokio::task::yield_now().await;
        let other = wait(&from("192.0.2.1"));
        tokio::task::yield_now().await;
        drop(first);
        let other = other.await.unwrap().unwrap();
        assert!(more.iter().all(|task| !task.is_finished()));
        drop(other);
        for task in more {
            drop(task.await.unwrap().unwrap());
        }
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
        for (whose, other, most) in [
            (owner("a"), from("192.0.2.1"), WAITING),
            (from("192.0.2.1"), owner("a"), WAITING_STRANGERS),
        ] {
            let line: Vec<_> = (0..most).map(|_| InLine::of(&waiting, &whose)).collect();
            assert!(line.iter().all(Result::is_ok) && InLine::of(&waiting, &whose).is_err());
            assert!(InLine::of(&waiting, &other).is_ok(), "the lines are two");
            drop(line);
            assert!(InLine::of(&waiting, &whose).is_ok());
        }
    }
}
