//! Nodes that share a database.

use std::sync::{Arc, atomic::AtomicU64};

use audit::{AuditEvent, ChangedBy, RegistryChange, TokenSpend, VerifyError};
use registry::{
    Actor, AdministrativeAct, Change, Command, MakeApplication, MandateId, Moment, Permitted,
    Register, Role, Roles, Version,
};
use seal::{ApplicationId, Counted};
use test_database::Server;
use tokio::task::JoinSet;

use super::*;

fn execute(ground: &Ground, sql: &str) -> String {
    Server::shared().execute(ground.url(), sql)
}

pub(super) fn change(id: &str) -> Change {
    let roles = Roles::from_iter([Role::RightsAdministrator]);
    let act = AdministrativeAct::ChangeApplications;
    let permitted = Permitted::asked(Actor::Operator, &roles, act).unwrap();
    let made = MakeApplication { id: ApplicationId::new(id), display_name: id.into() };
    let now = Moment::try_from(sample::now()).unwrap();
    Register::default().decide(&permitted, Command::MakeApplication(made), now).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_of_a_node_is_refused_until_the_first_has_ended() {
    let one = Ground::server();
    let first = open(&one).await;
    let refused = Store::open(one.clone(), sample::key()).await;
    assert!(
        matches!(&refused, Err(AuditError::NodeInUse { node }) if node == "one"),
        "{refused:?}"
    );
    let message = refused.unwrap_err().to_string();
    assert!(message.contains("node one"), "{message}");
    open(one.as_node("two")).await;
    first.close().await.unwrap();
    open(&one).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_node_has_a_chain_of_its_own_and_all_are_verified() {
    let one = Ground::server();
    let two = one.as_node("two");
    let (first, second) = (open(&one).await, open(&two).await);
    let (erp, karen) = (sample::application("erp"), sample::person("karen"));
    let receipts =
        [seal(&first, &erp).await, seal(&second, &erp).await, seal(&second, &karen).await];
    assert_eq!(receipts[0].audit.sequence, receipts[1].audit.sequence);
    // A receipt is read on whichever node.
    for receipt in &receipts[..2] {
        let read = first.receipt(&receipt.id, &erp).await.unwrap();
        assert_eq!(read, Some(FoundReceipt::Act(receipt.clone())));
    }
    assert_eq!(first.receipt(&receipts[2].id, &erp).await.unwrap(), None);
    assert!(first.receipt(&receipts[2].id, &karen).await.unwrap().is_some());
    let reports = verify_all(&one.log(), &sample::key(), None).await.unwrap();
    let heads: Vec<_> = reports.iter().map(|(name, report)| (name.as_str(), report.head)).collect();
    let expected = [("one", first.head().await.unwrap()), ("two", second.head().await.unwrap())];
    assert_eq!(heads, expected);
    // Acts of all chains are told, and each export line says whose it is.
    let mut acts = Vec::new();
    history(one.log(), |act| {
        acts.push((act.chain, act.record));
        true
    })
    .await
    .unwrap();
    assert_eq!(acts, [("one".into(), 2), ("two".into(), 2), ("two".into(), 4)]);
    let mut lines = 0;
    export(one.log(), false, |line| {
        let chain = if lines < 2 { "one" } else { "two" };
        assert!(line.starts_with(&format!(r#"{{"chain":"{chain}","hash":""#)), "{line}");
        lines += 1;
        true
    })
    .await
    .unwrap();
    assert_eq!(lines, 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_with_another_audit_key_is_refused() {
    let one = Ground::server();
    let store = open(&one).await;
    seal(&store, &sample::application("erp")).await;
    let other = AuditKey::from_bytes(&[8; 32]).unwrap();
    for node in ["one", "two"] {
        if node == "one" {
            store.close().await.unwrap();
        }
        let refused = Store::open(one.as_node(node), other.clone()).await;
        assert!(matches!(refused, Err(AuditError::HeadRefused { sequence: 2 })), "{refused:?}");
    }
    open(&one).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_many_nodes_race_to_spend_signs_once() {
    let ground = Ground::server();
    let nodes = [open(&ground).await, open(ground.as_node("two")).await];
    for round in 0..5 {
        let mut tasks = JoinSet::new();
        for task in 0..16 {
            let store = nodes[task % 2].clone();
            tasks.spawn(async move {
                let claims = sample::claims("karen", &format!("token {round}"));
                let spend = TokenSpend::new(&claims, sample::digest(b"document"));
                let (asked, caller) = (Asked::new(), sample::person("karen"));
                let intent = Intent { spend: Some(&spend), ..asked.by(&caller) };
                match store.intend(intent, sample::now()).await {
                    Ok(act) => {
                        store.conclude(act, sample::done(), sample::now()).await.unwrap();
                        true
                    }
                    Err(AuditError::TokenReplayed) => false,
                    Err(error) => panic!("{error}"),
                }
            });
        }
        let signed = tasks.join_all().await.into_iter().filter(|signed| *signed).count();
        assert_eq!(signed, 1);
    }
    verify_all(&ground.log(), &sample::key(), None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_race_for_a_mandates_seals_give_as_many_as_it_gives() {
    let ground = Ground::server();
    let nodes = [open(&ground).await, open(ground.as_node("two")).await];
    let mut tasks = JoinSet::new();
    for task in 0..64 {
        let store = nodes[task % 2].clone();
        tasks.spawn(async move {
            // Each node counts in a memory of its own; the database decides.
            let given = Arc::new(AtomicU64::new(0));
            let counted = Counted { mandate: "letters".into(), maximum: 20, given };
            let (asked, erp) = (Asked::new(), sample::application("erp"));
            let intent = Intent { counted: Some(&counted), ..asked.by(&erp) };
            match store.intend(intent, sample::now()).await {
                Ok(act) => {
                    store.conclude(act, sample::done(), sample::now()).await.unwrap();
                    true
                }
                Err(AuditError::MandateExhausted) => false,
                Err(error) => panic!("{error}"),
            }
        });
    }
    let given = tasks.join_all().await.into_iter().filter(|given| *given).count();
    assert_eq!(given, 20);
    let kept = nodes[0].kept_register().await.unwrap();
    assert_eq!(kept.given[&MandateId("letters".into())], 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_that_was_judged_before_another_node_changed_the_register_is_refused() {
    let ground = Ground::server();
    let (here, there) = (open(&ground).await, open(ground.as_node("two")).await);
    let (asked, erp) = (Asked::new(), sample::application("erp"));
    let judged = |revision| Intent { revision: Version(revision), ..asked.by(&erp) };
    let act = here.intend(judged(0), sample::now()).await.unwrap();
    let change = change("archive");
    let record = RegistryChange {
        by: ChangedBy::Caller(&erp),
        change: &change,
        version: Version(1),
        keyed: None,
        registered: None,
    };
    there.register(record, sample::now()).await.unwrap();
    let revisions = here.revisions().await.unwrap().unwrap();
    assert_eq!(revisions[&sample::organisation()], Version(1));
    assert_eq!(here.revision().await.unwrap(), Some(Version(1)));
    let late = here.intend(judged(0), sample::now()).await;
    assert!(matches!(late, Err(AuditError::RegisterChanged)), "{late:?}");
    // A change that was decided on what is no more does not count either.
    let late = here.register(record, sample::now()).await;
    assert!(matches!(late, Err(AuditError::RegisterChanged)), "{late:?}");
    let next = here.intend(judged(1), sample::now()).await.unwrap();
    for act in [act, next] {
        here.conclude(act, sample::done(), sample::now()).await.unwrap();
    }
    // Another organisation's acts do not wait for it.
    let other = here.of(OrganisationId::new("34051178"));
    assert_eq!(other.revision().await.unwrap(), Some(Version(0)));
    other.refuse(asked.by(&erp), &["no-grant"], sample::now()).await.unwrap();
    let act = other.intend(judged(0), sample::now()).await.unwrap();
    other.conclude(act, sample::done(), sample::now()).await.unwrap();
    assert_eq!(whole(&ground).await.intents, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn tampering_is_found_in_the_chain_where_it_was_done() {
    let cases = [
        ("UPDATE audit_record SET body = replace(body, 'decisions', 'decisionz')
          WHERE chain = 'two' AND sequence = 1", "chain two: record 1 does not fit"),
        ("UPDATE audit_record SET body = '{}' WHERE chain = 'one' AND sequence = 2",
         "chain one: record 2 does not fit"),
        ("UPDATE audit_record SET hash = '' WHERE chain = 'one' AND sequence = 2",
         "chain one: record 2 does not fit"),
        ("DELETE FROM audit_record WHERE chain = 'one' AND sequence = 3",
         "chain one: record 3 is missing"),
        ("UPDATE audit_record SET chain = 'three' WHERE chain = 'one' AND sequence > 2",
         "chain three: record 1 is missing"),
        ("UPDATE acting_person SET name = 'Mads' WHERE chain = 'two' AND sequence = 1",
         "chain two: the acting person of record 1"),
        ("DELETE FROM acting_person WHERE chain = 'two'", "2 records are without"),
        ("DELETE FROM spent_token", "chain one: the token that record 5 spent"),
        ("DELETE FROM audit_record WHERE chain = 'one' AND sequence > 4; DELETE FROM spent_token;
          DELETE FROM acting_person WHERE chain = 'one' AND sequence > 4",
         "chain one: the log ends with record 4, but record 6 was exported"),
        ("DELETE FROM audit_record WHERE chain = 'one'; DELETE FROM acting_person
          WHERE chain = 'one'; DELETE FROM audit_chain WHERE chain = 'one'",
         "there is no chain one"),
    ];
    for (sql, expected) in cases {
        let one = Ground::server();
        let (first, second) = (open(&one).await, open(one.as_node("two")).await);
        let karen = sample::person("karen");
        for store in [&first, &second] {
            seal(store, &karen).await;
            seal(store, &karen).await;
        }
        let spend = TokenSpend::new(&sample::claims("karen", "t"), sample::digest(b"document"));
        let asked = Asked::new();
        let intent = Intent { spend: Some(&spend), ..asked.by(&karen) };
        let act = first.intend(intent, sample::now()).await.unwrap();
        first.conclude(act, sample::done(), sample::now()).await.unwrap();
        let position = first.close().await.unwrap();
        second.close().await.unwrap();
        let head = Some(ExportedHead { chain: "one".into(), position });
        verify_all(&one.log(), &sample::key(), head.clone()).await.unwrap();
        execute(&one, sql);
        let found = verify_all(&one.log(), &sample::key(), head).await.unwrap_err().to_string();
        assert!(found.starts_with(expected), "{sql}: {found}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_that_somebody_else_cuts_or_writes_to_takes_no_record() {
    for sql in [
        "DELETE FROM audit_record WHERE sequence > 4",
        "DELETE FROM audit_record",
        "UPDATE audit_record SET hash = '' WHERE sequence = 6",
        "INSERT INTO audit_record SELECT chain, sequence + 1, body, hash FROM audit_record
         WHERE sequence = 6",
    ] {
        let ground = Ground::server();
        let store = open(&ground).await;
        for _ in 0..3 {
            seal(&store, &sample::application("erp")).await;
        }
        execute(&ground, sql);
        let (asked, erp) = (Asked::new(), sample::application("erp"));
        for _ in 0..2 {
            let refused = store.intend(asked.by(&erp), sample::now()).await;
            let refused = refused.unwrap_err();
            let damaged = matches!(refused, AuditError::RecordDamaged { .. });
            assert!(damaged || matches!(refused, AuditError::Disturbed(_)), "{sql}: {refused:?}");
        }
        assert!(store.flush().await.is_err(), "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_erased_from_every_chain_and_the_log_stays_whole() {
    let one = Ground::server();
    let (first, second) = (open(&one).await, open(one.as_node("two")).await);
    for store in [&first, &second] {
        for caller in [sample::person("karen"), sample::person("mads")] {
            seal(store, &caller).await;
        }
    }
    let person = sample::claims("karen", "").person;
    assert_eq!(first.erase_person(&person, sample::now()).await.unwrap(), 2);
    let dump = Server::shared().dump(one.url());
    assert!(!dump.contains("karen") && dump.contains("mads"));
    let reports = verify_all(&one.log(), &sample::key(), None).await.unwrap();
    assert!(reports.values().all(|report| report.persons_erased == 1));
    assert_eq!(first.erase_person(&person, sample::now()).await.unwrap(), 0);
    seal(&first, &sample::person("karen")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_takes_no_record_and_one_that_comes_back_does() {
    let server = Server::start();
    let ground = Ground::Server(server.database().into(), "one");
    let store = open(&ground).await;
    let (asked, erp) = (Asked::new(), sample::application("erp"));
    let act = store.intend(asked.by(&erp), sample::now()).await.unwrap();
    server.kill();
    for _ in 0..2 {
        let refused = store.intend(asked.by(&erp), sample::now()).await;
        assert!(matches!(refused, Err(AuditError::Database(_))), "{refused:?}");
    }
    store.note(&sample::destroyed(1), sample::now()).unwrap();
    let unwritten = store.flush().await;
    assert!(
        matches!(unwritten, Err(AuditError::EventsUnrecorded { count: 1, .. })),
        "{unwritten:?}"
    );
    server.again();
    // What was noted is written first.
    let receipt = store.conclude(act, sample::done(), sample::now()).await.unwrap();
    assert_eq!(receipt.audit.sequence, 3);
    let report = whole(&ground).await;
    assert_eq!((report.intents, report.incomplete_total), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_the_database_does_not_take_is_refused_and_keeps_nobody_else_waiting() {
    let ground = Ground::server();
    let store = open(&ground).await;
    let mut claims = sample::claims("karen", "token");
    let mut long = claims.clone();
    long.person.subject = "x".repeat(1000);
    claims.name = "Karen\0".into();
    for claims in [claims, long] {
        let (asked, karen) = (Asked::new(), Caller::Person(Box::new(claims)));
        let refused = store.intend(asked.by(&karen), sample::now()).await;
        assert!(matches!(refused, Err(AuditError::NotText)), "{refused:?}");
    }
    seal(&store, &sample::person("mads")).await;
}

async fn a_schema_that_is_newer_than_the_program_is_refused(directory: Ground) {
    let store = open(&directory).await;
    store.close().await.unwrap();
    directory.execute(
        "INSERT INTO _sqlx_migrations
         SELECT 1000000, description, installed_on, success, checksum, execution_time
         FROM _sqlx_migrations WHERE version = 1 RETURNING 0",
    );
    let refused = Store::open(directory, sample::key()).await;
    assert!(
        matches!(refused, Err(AuditError::SchemaNewer { found: 1_000_000, known: 1.. })),
        "{refused:?}"
    );
}

async fn what_is_noted_is_written_before_what_comes_later(directory: Ground) {
    let store = open(&directory).await;
    for sequence in 1..=300 {
        store.note(&sample::destroyed(sequence), sample::now()).unwrap();
    }
    let stopped = AuditEvent::Stopped { run: "run".into() };
    assert_eq!(store.record(&stopped, sample::now()).await.unwrap().sequence, 301);
    store.note(&sample::destroyed(301), sample::now()).unwrap();
    assert_eq!(store.close().await.unwrap().sequence, 302);
    let (asked, caller) = (Asked::new(), sample::application("erp"));
    let refused = store.intend(asked.by(&caller), sample::now()).await;
    assert!(matches!(refused, Err(AuditError::Closed)));
    assert!(matches!(store.close().await, Err(AuditError::Closed)));
    assert_eq!(whole(&directory).await.head.sequence, 302);
}

async fn a_removed_record_is_found(directory: Ground) {
    let store = open(&directory).await;
    seal(&store, &sample::application("erp")).await;
    store.close().await.unwrap();
    directory.execute("DELETE FROM audit_record WHERE sequence = 1 RETURNING 0");
    let found = verify_all(&directory.log(), &sample::key(), None).await.unwrap_err();
    let missing = match found {
        VerificationError::Broken(finding) | VerificationError::ChainBroken { finding, .. } => {
            finding
        }
        other => panic!("{other}"),
    };
    assert!(matches!(missing, VerifyError::Missing { sequence: 1, found: 2 }), "{missing}");
}

contract! {
    a_schema_that_is_newer_than_the_program_is_refused,
    what_is_noted_is_written_before_what_comes_later,
    a_removed_record_is_found,
}
