//! No question of the store reads a whole table: by SQLite's own plan of each statement that stands in the sources,
//! and by what PostgreSQL counts while everything is asked.

use std::{fs, path::Path, sync::Arc, time::Duration};

use audit::{KeyedRequest, OutcomeResult, RecordedAct, Timestamp, TokenSpend};
use rusqlite::Connection;
use seal::Counted;
use sqlx::Sqlite;

use super::*;
use crate::sqlite::connect;

/// What reads a whole table, and may: how its statement ends, the step, and why.
const MAY: [(&str, &str, &str); 7] = [
    ("LIMIT ?", "SCAN examined", "the entries that a page looks at"),
    ("OFFSET ?", "SCAN examined", "the same"),
    ("ORDER BY sequence DESC LIMIT 1", "SCAN audit_record", "the last record, by its number"),
    ("ORDER BY sequence DESC LIMIT 2", "SCAN audit_record", "the last two"),
    ("ORDER BY sequence LIMIT ?", "SCAN audit_record USING INDEX device_run", "all of that index"),
    ("ORDER BY r.sequence", "SCAN r", "whoever verifies or exports the log reads all of it"),
    ("ORDER BY organisation", "SCAN register_entry", "once, when a service starts"),
];

/// The texts of a source that are statements of SQL, without the tests below.
fn statements(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let (mut found, mut text) = (Vec::new(), None::<String>);
    for line in source.lines().filter(|line| !line.trim_start().starts_with("//")) {
        let mut characters = line.chars().peekable();
        while let Some(character) = characters.next() {
            match (&mut text, character) {
                (Some(_), '"') => found.extend(text.take()),
                // The line goes on in the next, or something is escaped.
                (Some(text), '\\') => text.extend(characters.next()),
                (Some(text), other) => text.push(other),
                (None, '"') => text = Some(String::new()),
                (None, _) => {}
            }
        }
        if let Some(text) = &mut text {
            text.push(' ');
        }
    }
    let verbs = ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "];
    let whole = |text: String| {
        // What is put in: a kind of record, an order, and numbers.
        let text = text.replace("{order}", "").replace("'{}'", "'\"kind\":\"device-run\"'");
        if text.ends_with("IN (") { text + "1)" } else { text }
    };
    let statements = found.into_iter().map(|text| whole(text.trim().to_owned()));
    statements.filter(|text| verbs.iter().any(|verb| text.starts_with(verb))).collect()
}

fn plan(connection: &Connection, statement: &str) -> Vec<String> {
    let explain = format!("EXPLAIN QUERY PLAN {statement}");
    let mut explain =
        connection.prepare(&explain).unwrap_or_else(|error| panic!("{statement}: {error}"));
    let rows = explain.raw_query().mapped(|row| row.get(3)).collect::<Result<_, _>>();
    rows.unwrap()
}

/// Searches of every sort, each by what the index is entered by.
fn searches() -> Vec<Search> {
    let at =
        |seconds| Some(Timestamp::try_from(sample::now() + Duration::from_secs(seconds)).unwrap());
    let person = sample::claims("karen", "").person;
    let any = || Search { from: at(0), until: at(9), limit: 100, ..Search::default() };
    vec![
        any(),
        Search { act: Some(RecordedAct::Seal), ..any() },
        Search { act: Some(RecordedAct::Signature), ..any() },
        Search { outcome: Some(OutcomeResult::Refused), ..any() },
        Search { outcome: Some(OutcomeResult::Done), ..any() },
        Search { profile: Some("decisions".into()), ..any() },
        Search { actor: Some(RecordActor::Application("erp".into())), ..any() },
        Search { actor: Some(RecordActor::Person(person)), ascending: true, ..any() },
        Search { after: Some(Cursor { time: 1, sequence: 1 }), ..any() },
    ]
}

#[tokio::test]
async fn sqlite_reads_no_table_from_end_to_end() {
    let directory = DataDirectory::temporary().unwrap();
    connect::migrate(&directory.database()).await.unwrap();
    let connection = Connection::open(directory.database()).unwrap();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sqlite");
    let mut asked: Vec<String> = fs::read_dir(sources)
        .unwrap()
        .map(|file| file.unwrap().path())
        // An erasure is nobody's hot path, and a copy is made of everything.
        .filter(|file| {
            ["erase", "backup", "files"].iter().all(|name| file.file_stem() != Some(name.as_ref()))
        })
        .filter(|file| file.extension().is_some_and(|extension| extension == "rs"))
        .flat_map(|file| statements(&fs::read_to_string(file).unwrap()))
        .collect();
    assert!(asked.len() > 30, "{asked:#?}");
    for search in searches() {
        asked.push(search.query::<Sqlite>("12345674").sql().as_str().to_owned());
        asked.push(search.last::<Sqlite>("12345674").sql().as_str().to_owned());
    }
    asked.push(statistics().query::<Sqlite>("12345674").sql().as_str().to_owned());
    for statement in asked {
        let words = statement.split_whitespace().collect::<Vec<_>>().join(" ");
        for step in plan(&connection, &statement) {
            let may = MAY.iter().any(|(end, scan, _)| words.ends_with(end) && step == *scan);
            // Rows that the statement brings along are in no table.
            let scans = step.starts_with("SCAN") && step != "SCAN CONSTANT ROW";
            assert!(!scans || may, "{words}: {step}");
            // What is found is in the order of an index: no page sorts what it looks at.
            let sorts = step.contains("TEMP B-TREE") && words.contains("audit_");
            assert!(!sorts, "{words}: {step}");
        }
    }
    // The test can fail.
    let forgotten = plan(&connection, "SELECT * FROM audit_index WHERE intent = 1");
    assert_eq!(forgotten, ["SCAN audit_index"]);
    assert_eq!(statements("f(\"SELECT 1\"); // \"SELECT 2\"\n// \"SELECT 3\"").len(), 2);
}

fn statistics() -> Statistics {
    Statistics {
        from: 0,
        until: 1_000_000,
        act: Some(RecordedAct::Seal),
        outcome: None,
        profile: None,
        application: Some("erp".into()),
        limit: 100,
    }
}

/// The tables of a database that were read from end to end, and how often, when nobody is connected to it
/// any more: what a session read is counted before its end, and may be no sooner.
async fn scanned(ground: &Ground) -> Vec<String> {
    let name = ground.url().rsplit('/').next().unwrap();
    let sessions = format!(
        "SELECT count(*) FROM pg_stat_activity
         WHERE datname = '{name}' AND backend_type = 'client backend'"
    );
    let over = async {
        while test_database::Server::shared().execute("postgres", &sessions).trim() != "0" {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), over).await.unwrap();
    let tables =
        "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE seq_scan > 0 ORDER BY relname";
    let rows = test_database::Server::shared().execute(ground.url(), tables);
    rows.lines().map(str::to_owned).collect()
}

/// Everything that acts, and those who look for them, ask of a store. Whether a register was changed
/// elsewhere is asked once a second, of all of them.
async fn ask_everything(ground: &Ground) {
    let store = open(ground).await;
    let (erp, karen) = (sample::application("erp"), sample::person("karen"));
    for caller in [&erp, &karen, &erp] {
        let receipt = seal(&store, caller).await;
        assert!(store.receipt(&receipt.id, caller).await.unwrap().is_some());
    }
    let spend = TokenSpend::new(&sample::claims("karen", "token"), sample::digest(b"document"));
    let counted = Counted { mandate: "letters".into(), maximum: 20, given: Arc::default() };
    let keyed = KeyedRequest::new(&erp, "key", [7; 32]);
    let asked = Asked::new();
    let (persons, ours) = (asked.by(&karen), asked.by(&erp));
    for intent in [
        Intent { spend: Some(&spend), ..persons },
        Intent { counted: Some(&counted), ..ours },
        Intent { keyed: Some(&keyed), ..ours },
    ] {
        let act = store.intend(intent, sample::now()).await.unwrap();
        store.conclude(act, sample::done(), sample::now()).await.unwrap();
    }
    for intent in
        [Intent { spend: Some(&spend), ..persons }, Intent { keyed: Some(&keyed), ..ours }]
    {
        store.intend(intent, sample::now()).await.unwrap_err();
    }
    store.is_free(&keyed).await.unwrap_err();
    store.given(&["letters", "others"]).await.unwrap();
    store.refuse(ours, &["no-grant"], sample::now()).await.unwrap();
    for search in searches() {
        store.search(&search).await.unwrap();
    }
    store.statistics(&statistics()).await.unwrap();
    store.kept_register().await.unwrap();
    ask_for_secrets(&store).await;
    store.close().await.unwrap();
}

async fn ask_for_secrets(store: &Store) {
    let (kept, now) = (secret::secret(1, 60), sample::now());
    store.keep_secret(&kept, Some(2), now).await.unwrap();
    let of_person = KeptSecret { person: Some([1; 32]), ..secret::secret(2, 60) };
    store.make_room(&of_person, (1, None), now).await.unwrap();
    assert!(store.secret(kept.kind, &kept.hash, now).await.unwrap().is_some());
    assert!(store.amend_secret(kept.kind, &kept.hash, kept.ends, "{}").await.unwrap());
    for _ in 0..2 {
        store.spend_secret(kept.kind, &kept.hash, now).await.unwrap();
    }
    store.end_secret(kept.kind, &kept.hash).await.unwrap();
    store.end_family(&kept.family).await.unwrap();
    store.end_secrets_of(kept.kind, &kept.organisation, &kept.subject).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_reads_no_table_from_end_to_end() {
    let ground = Ground::server();
    // What is small is read whole, because that costs less: not here.
    let name = ground.url().rsplit('/').next().unwrap();
    let off = format!("ALTER DATABASE {name} SET enable_seqscan = off");
    test_database::Server::shared().execute("postgres", &off);
    open(&ground).await.close().await.unwrap();
    let before = scanned(&ground).await;
    ask_everything(&ground).await;
    assert_eq!(scanned(&ground).await, before, "by what is asked, not by what is opened");
    // The test can fail.
    test_database::Server::shared()
        .execute(ground.url(), "SELECT * FROM audit_index WHERE intent = 1");
    assert_ne!(scanned(&ground).await, before);
}
