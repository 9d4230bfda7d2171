//! Searching the log.

use std::{collections::BTreeSet, time::Duration};

use audit::{Abandonment, AskedAugmentation, OutcomeResult, RecordedAct, Timestamp};
use sqlx::{QueryBuilder, Sqlite};

use super::*;

/// A log with an act of every ending, by an application and by a person, a second apart.
async fn log(directory: &Ground) -> Tenant {
    let store = open(directory).await;
    let mut now = sample::now();
    for caller in [sample::application("erp"), sample::person("karen")] {
        acts(&store, &caller, &mut now).await;
    }
    store
}

async fn acts(store: &Tenant, caller: &Caller, now: &mut SystemTime) {
    let asked = Asked::new();
    let mut next = || {
        *now += Duration::from_secs(1);
        *now
    };
    let act = store.intend(asked.by(caller), next()).await.unwrap();
    store.conclude(act, sample::done(), next()).await.unwrap();
    let act = store.intend(asked.by(caller), next()).await.unwrap();
    let why = Abandonment::Failed { cause: "device-unavailable".into() };
    store.abandon(act, &why, false, next()).await.unwrap();
    store.refuse(asked.by(caller), &["no-grant"], next()).await.unwrap();
    let asked = AskedAugmentation {
        caller,
        input: sample::digest(b"signed"),
        format: seal::Format::Pades,
        level: seal::Level::BLTA,
        keyed: None,
    };
    store.augmentation_failed(asked.open(None), "level-reached", next()).await.unwrap();
    store.record(&sample::destroyed(1), next()).await.unwrap();
}

fn karen() -> RecordActor {
    RecordActor::Person(sample::claims("karen", "").person)
}

fn all() -> Search {
    Search { limit: 1000, ..Search::default() }
}

async fn numbers(store: &Tenant, search: &Search) -> Vec<u64> {
    let page = store.search(search).await.unwrap();
    assert_eq!(page.next, None);
    page.records.iter().map(|record| record.position.sequence).collect()
}

async fn an_act_is_found_by_what_it_was_who_asked_how_it_ended_and_when(directory: Ground) {
    let store = log(&directory).await;
    let erp = Some(RecordActor::Application("erp".into()));
    let (failed, refused) = (Some(OutcomeResult::Failed), Some(OutcomeResult::Refused));
    let decisions = Some("decisions".to_owned());
    let at = |second: u64| {
        Some(Timestamp::try_from(sample::now() + Duration::from_secs(second)).unwrap())
    };
    // Each caller: intent, done, intent, failed, refused, augmentation, a destroyed key.
    for (search, expected) in [
        (all(), &[13, 12, 11, 10, 9, 8, 6, 5, 4, 3, 2, 1][..]),
        (Search { ascending: true, ..all() }, &[1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13]),
        (Search { act: Some(RecordedAct::Seal), ..all() }, &[12, 11, 9, 5, 4, 2]),
        (Search { act: Some(RecordedAct::Augmentation), ..all() }, &[13, 6]),
        (Search { act: Some(RecordedAct::Signature), ..all() }, &[]),
        (Search { actor: erp.clone(), ..all() }, &[6, 5, 4, 2]),
        (Search { actor: Some(karen()), ..all() }, &[13, 12, 11, 9]),
        (Search { outcome: failed, ..all() }, &[13, 11, 6, 4]),
        (Search { outcome: refused, actor: erp.clone(), ..all() }, &[5]),
        (Search { outcome: Some(OutcomeResult::Done), ..all() }, &[9, 2]),
        (Search { profile: decisions.clone(), outcome: failed, ..all() }, &[11, 4]),
        (Search { profile: Some("payroll".into()), ..all() }, &[]),
        (Search { from: at(5), until: at(12), ..all() }, &[11, 10, 9, 8, 6, 5]),
        (Search { from: at(5), until: at(12), actor: erp, ..all() }, &[6, 5]),
        (Search { from: at(12), until: at(5), ..all() }, &[]),
    ] {
        let expected: Vec<u64> = expected.iter().map(|number| u64::from(*number as u32)).collect();
        assert_eq!(numbers(&store, &search).await, expected, "{search:?}");
    }
}

async fn a_record_tells_who_asked_and_not_what_only_the_asker_knows(directory: Ground) {
    let store = log(&directory).await;
    let found = store.search(&Search { ascending: true, ..all() }).await.unwrap().records;
    for (record, actor) in found
        .iter()
        .zip([RecordActor::Application("erp".into()), karen()].iter().flat_map(|actor| [actor; 6]))
    {
        assert_eq!(record.actor.as_ref(), Some(actor), "{record:?}");
        assert!(record.event.get("secret").is_none(), "{record:?}");
    }
    let done = &found[1];
    assert_eq!((done.kind.as_str(), done.outcome), ("outcome", Some(OutcomeResult::Done)));
    assert_eq!((done.act, done.profile.as_deref()), (Some(RecordedAct::Seal), Some("decisions")));
    assert_eq!(done.event["intent"], 1);
    assert_eq!(found[11].position, store.search(&all()).await.unwrap().records[0].position);
}

async fn part_by_part_everything_is_found_once_also_of_one_moment(directory: Ground) {
    let store = open(&directory).await;
    let (asked, erp) = (Asked::new(), sample::application("erp"));
    for _ in 0..25 {
        store.refuse(asked.by(&erp), &["no-grant"], sample::now()).await.unwrap();
    }
    for ascending in [false, true] {
        let mut search = Search { ascending, limit: 10, ..Search::default() };
        let mut found = Vec::new();
        loop {
            let page = store.search(&search).await.unwrap();
            assert!(page.records.len() <= 10);
            found.extend(page.records.iter().map(|record| record.position.sequence));
            let Some(next) = page.next else { break };
            search.after = Some(next.to_string().parse().unwrap());
        }
        let mut expected: Vec<u64> = (1..=25).collect();
        if !ascending {
            expected.reverse();
        }
        assert_eq!(found, expected);
    }
    for text in ["", "1", ".", "1.", "-1.1", "1.+1", "1.99999999999999999999"] {
        assert_eq!(text.parse::<Cursor>(), Err(CursorError), "{text}");
    }
}

async fn nobody_finds_or_counts_what_another_organisation_did(directory: Ground) {
    let store = log(&directory).await;
    let other = store.of(OrganisationId::new("10103940"));
    assert!(numbers(&other, &all()).await.is_empty());
    let asked = Asked::new();
    let erp = sample::application("erp");
    other.refuse(asked.by(&erp), &["no-grant"], sample::now()).await.unwrap();
    let erp = Search { actor: Some(RecordActor::Application("erp".into())), ..all() };
    assert_eq!(numbers(&other, &erp).await, [15]);
    assert_eq!(numbers(&store, &erp).await, [6, 5, 4, 2]);
    let wanted = Statistics {
        from: 0,
        until: 100_000,
        act: None,
        outcome: None,
        profile: None,
        application: Some("erp".into()),
        limit: 100,
    };
    let count = async |of: &Tenant| -> u64 {
        of.statistics(&wanted).await.unwrap().iter().map(|count| count.count).sum()
    };
    assert_eq!((count(&store).await, count(&other).await), (4, 1));
}

async fn an_erased_person_is_found_no_more_and_what_they_did_is(directory: Ground) {
    let store = log(&directory).await;
    store.erase_person(&sample::claims("karen", "").person, sample::now()).await.unwrap();
    assert!(numbers(&store, &Search { actor: Some(karen()), ..all() }).await.is_empty());
    let found = store.search(&Search { act: Some(RecordedAct::Seal), ..all() }).await.unwrap();
    let hers: Vec<_> = found.records.iter().filter(|record| record.actor.is_none()).collect();
    assert_eq!(hers.len(), 3);
}

/// Every search that differs in what it says at all.
fn searches() -> impl Iterator<Item = Search> {
    let actors = [None, Some(RecordActor::Application("erp".into())), Some(karen())];
    let cursor = Cursor { time: 1, sequence: 1 };
    (0..32 * 3).map(move |bits| {
        let has = |bit: u32| bits & (1 << bit) != 0;
        Search {
            from: has(0).then(|| sample::now().try_into().unwrap()),
            until: has(0).then(|| sample::now().try_into().unwrap()),
            act: has(1).then_some(if has(4) {
                RecordedAct::Administration
            } else {
                RecordedAct::Seal
            }),
            outcome: has(2).then_some(if has(0) {
                OutcomeResult::Done
            } else {
                OutcomeResult::Refused
            }),
            profile: has(3).then(|| "decisions".into()),
            actor: actors[bits as usize / 32].clone(),
            ascending: has(4),
            after: has(4).then_some(cursor),
            limit: 100,
        }
    })
}

#[tokio::test]
async fn every_search_enters_an_index_and_sorts_no_more_than_one_page_looks_at() {
    let directory = DataDirectory::temporary().unwrap();
    let _store = log(&(&directory).into()).await;
    let connection = rusqlite::Connection::open(directory.database()).unwrap();
    let mut indexes = BTreeSet::new();
    for search in searches() {
        for sql in [search.query::<Sqlite>("12345674").into_sql(), {
            let mut examined = QueryBuilder::<Sqlite>::new("");
            search.examined(&mut examined, "12345674");
            examined.into_sql()
        }] {
            let sql = sql.as_str().to_owned();
            let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let mut rows = plan.raw_query();
            let mut steps = Vec::new();
            while let Some(row) = rows.next().unwrap() {
                steps.push(row.get::<_, String>(3).unwrap());
            }
            let entered: Vec<_> =
                steps.iter().filter_map(|step| step.strip_prefix("SEARCH audit_index")).collect();
            let [entered] = entered[..] else { panic!("{sql}: {steps:?}") };
            assert!(entered.contains(" USING INDEX "), "{sql}: {steps:?}");
            assert!(!steps.iter().any(|step| step.starts_with("SCAN audit")), "{sql}: {steps:?}");
            indexes.insert(entered.split(' ').nth(3).unwrap().to_owned());
            // The range is in its order already; only what it gave may be sorted.
            if !sql.starts_with("SELECT * FROM (") {
                assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{sql}: {steps:?}");
            }
        }
    }
    let expected = ["act", "application", "outcome", "person", "profile", "time"];
    assert_eq!(indexes, expected.map(|name| format!("audit_index_{name}")).into());
}

#[tokio::test]
async fn the_records_of_before_are_found_as_those_that_come() {
    const INDEXED: &str =
        "SELECT sequence, organisation, time, act, outcome, profile, application, issuer,
                                  subject, intent FROM audit_index ORDER BY sequence";
    const COUNTED: &str =
        "SELECT organisation, day, act, profile, application, outcome, given FROM act_count
                           ORDER BY day, act, profile, application, outcome";
    let directory = DataDirectory::temporary().unwrap();
    let store = log(&(&directory).into()).await;
    store.close().await.unwrap();
    let read = || {
        let connection = rusqlite::Connection::open(directory.database()).unwrap();
        [INDEXED, COUNTED].map(|sql| {
            let mut query = connection.prepare(sql).unwrap();
            let columns = query.column_count();
            let rows = query.query_map((), |row| {
                (0..columns).map(|at| row.get::<_, rusqlite::types::Value>(at)).collect()
            });
            rows.unwrap().collect::<Result<Vec<Vec<_>>, _>>().unwrap()
        })
    };
    let written = read();
    assert_eq!(written.each_ref().map(Vec::len), [12, 8]);
    let connection = rusqlite::Connection::open(directory.database()).unwrap();
    connection
        .execute_batch(
            "DROP TABLE audit_index; DROP TABLE act_count;
             DELETE FROM _sqlx_migrations WHERE version = 6",
        )
        .unwrap();
    drop(connection);
    open(&directory).await.close().await.unwrap();
    assert_eq!(read(), written);
}

contract! {
    part_by_part_everything_is_found_once_also_of_one_moment,
    an_act_is_found_by_what_it_was_who_asked_how_it_ended_and_when,
    a_record_tells_who_asked_and_not_what_only_the_asker_knows,
    nobody_finds_or_counts_what_another_organisation_did,
    an_erased_person_is_found_no_more_and_what_they_did_is,
}
