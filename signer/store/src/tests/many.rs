//! Searching among many records. `SEGL_RECORDS=10000000 cargo test --release -p store
//! many_records -- --nocapture` makes ten million; a hundredth of that is made otherwise.

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use rusqlite::Connection;

use audit::{OutcomeResult, RecordedAct, Timestamp};

use super::*;
use crate::sqlite::{connect, insert};

const RECORDS: u64 = 100_000;

/// How many applications and persons there are; the first of them do most.
const ACTORS: u64 = 50;

/// Random numbers that are the same in every run (xorshift64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    /// The same, small ones much more often.
    fn seldom(&mut self, end: u64) -> u64 {
        let bound = self.below(end) + 1;
        self.below(bound)
    }
}

fn moment(record: u64) -> SystemTime {
    sample::now() + Duration::from_secs(record)
}

#[expect(clippy::disallowed_methods, reason = "a duration is measured, no time is judged")]
/// Writes records as the writer does, but for the wait on the disk; answers how long one took.
fn write(
    connection: &mut Connection,
    head: &mut AuditPosition,
    count: u64,
    indexed: bool,
) -> Duration {
    let (mut numbers, mut asked) = (Numbers(7 + head.sequence), Asked::new());
    let owner = Arc::new(Owner { organisation: sample::organisation(), named: false });
    let mut spent = Duration::ZERO;
    let mut left = count;
    while left > 0 {
        let batch = left.min(insert::BATCH_LIMIT as u64);
        let drafts: Vec<Draft> = (0..batch)
            .map(|at| {
                let actor = numbers.seldom(ACTORS);
                let caller = match numbers.below(4) {
                    0 => sample::person(&format!("person-{actor}")),
                    _ => sample::application(&format!("application-{actor}")),
                };
                let profile = format!("profile-{}", numbers.seldom(20));
                asked.request.profile = seal::ProfileId::new(profile);
                let mut draft =
                    asked.by(&caller).refusal(&["no-grant"], moment(head.sequence + at)).unwrap();
                if let Some(facets) = &mut draft.found {
                    facets.outcome = Some(match numbers.below(1000) {
                        0 => OutcomeResult::Refused,
                        1..10 => OutcomeResult::Failed,
                        _ => OutcomeResult::Done,
                    });
                }
                // What belongs to nobody has no index.
                draft.owner = indexed.then(|| Arc::clone(&owner));
                draft
            })
            .collect();
        let drafts: Vec<&Draft> = drafts.iter().collect();
        let started = Instant::now();
        let positions = insert::insert(connection, &sample::key(), *head, &drafts).unwrap();
        spent += started.elapsed();
        *head = *positions.last().unwrap();
        left -= batch;
    }
    spent / u32::try_from(count).unwrap()
}

async fn database() -> (DataDirectory, Connection) {
    let directory = DataDirectory::temporary().unwrap();
    connect::migrate(&directory.database()).await.unwrap();
    let connection = connect::writer(&directory.database()).unwrap();
    connection.pragma_update(None, "synchronous", "OFF").unwrap();
    (directory, connection)
}

/// Any search that somebody may make.
fn search(numbers: &mut Numbers, records: u64) -> Search {
    let at = |record: u64| Some(Timestamp::try_from(moment(record)).unwrap());
    let actor = numbers.below(ACTORS);
    let from = numbers.below(records);
    Search {
        from: if numbers.below(2) == 0 { at(from) } else { None },
        until: if numbers.below(2) == 0 { at(from + records / 20) } else { None },
        act: (numbers.below(3) == 0).then_some(RecordedAct::Seal),
        outcome: match numbers.below(6) {
            0 => Some(OutcomeResult::Refused),
            1 => Some(OutcomeResult::Failed),
            2 => Some(OutcomeResult::Done),
            _ => None,
        },
        profile: (numbers.below(3) == 0).then(|| format!("profile-{}", numbers.below(20))),
        actor: match numbers.below(4) {
            0 => Some(RecordActor::Application(format!("application-{actor}"))),
            1 => Some(RecordActor::Person(sample::claims(&format!("person-{actor}"), "").person)),
            _ => None,
        },
        ascending: numbers.below(2) == 0,
        after: None,
        limit: 100,
    }
}

#[expect(clippy::disallowed_methods, reason = "a duration is measured, no time is judged")]
#[tokio::test(flavor = "multi_thread")]
async fn among_many_records_every_search_finds_what_it_says() {
    let records = std::env::var("SEGL_RECORDS").ok();
    let records: u64 = records.map_or(RECORDS, |records| records.parse().unwrap());
    let (_plain, mut connection) = database().await;
    let mut head = AuditPosition::ORIGIN;
    let plain = write(&mut connection, &mut head, records / 10, false);
    let (directory, mut connection) = database().await;
    head = AuditPosition::ORIGIN;
    let indexed = write(&mut connection, &mut head, records, true);
    drop(connection);
    println!("a record without its index: {plain:?}; with it: {indexed:?}");

    let store = open(&directory).await;
    let (mut numbers, mut took) = (Numbers(11), Vec::new());
    for _ in 0..300 {
        let search = search(&mut numbers, records);
        let started = Instant::now();
        let page = store.search(&search).await.unwrap();
        took.push(started.elapsed());
        assert!(page.records.len() <= 100);
        let times: Vec<_> = page.records.iter().map(|record| record.time).collect();
        assert!(if search.ascending {
            times.is_sorted()
        } else {
            times.is_sorted_by(|a, b| a >= b)
        });
        for record in page.records {
            assert!(search.outcome.is_none() || record.outcome == search.outcome, "{record:?}");
            assert!(search.profile.is_none() || record.profile == search.profile, "{record:?}");
            assert!(search.actor.is_none() || record.actor == search.actor, "{record:?}");
            assert!(search.from.is_none_or(|from| record.time >= from), "{record:?}");
            assert!(search.until.is_none_or(|until| record.time < until), "{record:?}");
        }
    }
    took.sort();
    let (half, most) = (took[took.len() / 2], took[took.len() * 99 / 100]);
    println!("{records} records: a search took {half:?}, the 99th percentile {most:?}");

    // What does not exist is looked for part by part, and the end comes.
    let mut search = Search {
        profile: Some("profile-0".into()),
        act: Some(RecordedAct::Signature),
        limit: 1000,
        ..Search::default()
    };
    let mut parts = 1;
    while let Some(next) = store.search(&search).await.unwrap().next {
        (search.after, parts) = (Some(next), parts + 1);
    }
    assert!(parts > 2, "{parts}");
}
