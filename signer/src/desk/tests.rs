use std::time::SystemTime;

use bytes::Bytes;
use seal::{OrganisationId, PersonId};

use super::*;
use crate::service::Document;

fn owner(subject: &str) -> Owner {
    let person = PersonId { issuer: "issuer".into(), subject: subject.into() };
    (OrganisationId::new("12345674"), person)
}

fn batch(owner: &Owner, id: &str, bytes: Bytes) -> Batch {
    let document = Document::new(bytes);
    let facts = Err(pades::Error::HeaderMissing);
    let paper = Paper::new("a.pdf".into(), document, facts, None, &[1; 32]);
    Batch::new(owner.clone(), vec![paper], id.into(), SystemTime::UNIX_EPOCH)
}

fn laid(desk: &Arc<Desk>, owner: &Owner, id: &str) -> Arc<Batch> {
    let room = desk.room(owner).expect("room");
    Desk::lay(room, batch(owner, id, Bytes::from_static(b"%PDF")))
}

#[tokio::test]
async fn what_one_person_laid_down_nobody_else_finds_and_it_goes_with_them() {
    let (desk, karen, mads) = (Arc::<Desk>::default(), owner("karen"), owner("mads"));
    laid(&desk, &karen, "a");
    laid(&desk, &mads, "b");
    assert!(desk.find(&karen, "a").is_some() && desk.find(&karen, "b").is_none());
    desk.clear_all(&karen);
    assert!(desk.find(&karen, "a").is_none() && desk.find(&mads, "b").is_some());
}

#[tokio::test]
async fn a_person_has_so_many_batches_open_and_what_has_ended_makes_room() {
    let (desk, karen) = (Arc::<Desk>::default(), owner("karen"));
    let batches: Vec<_> =
        ["a", "b", "c", "d", "e"].iter().map(|id| laid(&desk, &karen, id)).collect();
    assert!(desk.room(&karen).is_err() && desk.room(&owner("mads")).is_ok());
    batches.iter().for_each(|batch| batch.end());
    assert_eq!(desk.room(&karen).unwrap().take(u64::MAX), BYTES_OF_PERSON);
    laid(&desk, &karen, "f");
    assert_eq!(desk.of(&karen).len(), CAPACITY_OF_PERSON);
}

#[tokio::test]
async fn what_is_coming_has_its_room_and_gives_back_what_it_does_not_need() {
    let (desk, karen) = (Arc::<Desk>::default(), owner("karen"));
    let mut rooms: Vec<_> = (0..CAPACITY_OF_PERSON).map(|_| desk.room(&karen).unwrap()).collect();
    assert!(desk.room(&karen).is_err(), "as many are coming as may lie");
    assert_eq!(rooms[0].take(BYTES_OF_PERSON - 10), BYTES_OF_PERSON - 10);
    assert_eq!(rooms[1].take(100), 10);
    rooms[0].give_back(50);
    assert_eq!(rooms[1].take(100), 50);
    drop(rooms);
    assert_eq!(desk.room(&karen).unwrap().take(u64::MAX), BYTES_OF_PERSON);
}

#[tokio::test]
async fn what_has_ended_counts_and_the_oldest_goes_first() {
    let (desk, karen) = (Arc::<Desk>::default(), owner("karen"));
    // Zeros that are never touched take no memory.
    let large = |id: &str| {
        let zeros = vec![0; BYTES_OF_PERSON as usize / 2 + 1];
        let large = Desk::lay(desk.room(&karen).unwrap(), batch(&karen, id, zeros.into()));
        large.end();
    };
    large("a");
    large("b");
    let ids: Vec<_> = desk.of(&karen).iter().map(|batch| batch.id().to_owned()).collect();
    assert_eq!(ids, ["b"]);
}

#[tokio::test]
async fn a_full_desk_loses_nothing_that_has_not_ended_and_turns_away_who_comes() {
    let (desk, everybody) = (Arc::<Desk>::default(), 0..CAPACITY / CAPACITY_OF_PERSON);
    let people: Vec<Owner> = everybody.map(|number| owner(&number.to_string())).collect();
    let mut batches = Vec::new();
    for (at, owner) in people.iter().enumerate() {
        for one in 0..CAPACITY_OF_PERSON {
            batches.push(laid(&desk, owner, &format!("{at}.{one}")));
        }
    }
    let karen = owner("karen");
    assert_eq!(desk.room(&karen).map(drop), Err(NoRoom::OfAll));
    batches[7].end();
    laid(&desk, &karen, "a");
    desk.batches.run_pending_tasks();
    assert!(desk.find(&karen, "a").is_some());
    let lie = |batch: &&Arc<Batch>| desk.batches.contains_key(batch.id());
    assert_eq!(batches.iter().filter(lie).count(), CAPACITY - 1);
    assert!(!desk.batches.contains_key(batches[7].id()));
    assert_eq!(desk.room(&karen).map(drop), Err(NoRoom::OfAll));
}

#[tokio::test(start_paused = true)]
async fn what_nobody_looks_at_is_dropped_though_nobody_asks() {
    let desk = Arc::new(Desk::idle_for(Duration::from_millis(1)));
    let batch = Arc::downgrade(&laid(&desk, &owner("karen"), "a"));
    // The cache goes by the machine's clock.
    std::thread::sleep(Duration::from_millis(10));
    for _ in 0..5 {
        tokio::time::sleep(TIDIED).await;
    }
    assert!(batch.upgrade().is_none());
}
