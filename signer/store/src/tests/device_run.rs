//! How far the log is with the destructions of each run.

use super::*;
use audit::AuditEvent;

fn begins(run: &str, elsewhere: bool) -> AuditEvent {
    AuditEvent::DeviceRun { run: run.to_owned(), event_key: vec![4; 65], elsewhere }
}

fn signed(sequence: u64) -> AuditEvent {
    AuditEvent::DestructionsSigned { sequence, hash: "ab".repeat(32), signature: vec![1] }
}

async fn each_run_is_found_with_its_last_destruction_and_whether_it_is_signed_for(
    directory: Ground,
) {
    let store = open(&directory).await;
    assert!(store.device_runs().await.unwrap().is_empty());
    let events = [
        begins("a", true),
        sample::destroyed(1),
        signed(1),
        sample::destroyed(2),
        begins("b", false),
        sample::destroyed(1),
        signed(1),
        begins("a", true),
    ];
    for event in &events {
        store.note(event, sample::now()).unwrap();
    }
    // What somebody calls a profile is no kind of record.
    let named = AuditEvent::Stopped { run: r#""kind":"device-run""#.to_owned() };
    store.record(&named, sample::now()).await.unwrap();

    let runs = store.device_runs().await.unwrap();
    let names: Vec<_> = runs.iter().map(|run| (run.run.as_str(), run.elsewhere)).collect();
    assert_eq!(names, [("a", true), ("b", false), ("a", true)]);
    let mut found = Vec::new();
    for run in &runs {
        let destructions = store.destructions_of(run).await.unwrap();
        found.push((destructions.last.map(|last| last.sequence), destructions.signed));
    }
    assert_eq!(found, [(None, false), (Some(1), true), (Some(2), false)]);
    assert!(runs[0].is("a", &[4; 65]));
    assert!(!runs[0].is("a", &[5; 65]), "a run is its key, too");
}

#[tokio::test]
async fn the_runs_are_found_without_reading_the_log() {
    let directory = DataDirectory::temporary().unwrap();
    let store = open(&directory).await;
    let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(
        r#"EXPLAIN QUERY PLAN SELECT sequence, body FROM audit_record
           WHERE instr(body, '"kind":"device-run"') > 0 ORDER BY sequence DESC LIMIT 1"#,
    )
    .fetch_all(&store.file().readers)
    .await
    .unwrap();
    assert!(plan.iter().any(|step| step.3.contains("INDEX device_run")), "{plan:?}");
}

contract! {
    each_run_is_found_with_its_last_destruction_and_whether_it_is_signed_for,
}
