//! The register, and the mandates that are counted.

use std::sync::{Arc, atomic::AtomicU64};

use registry::{
    Actor, AdministrativeAct, Command, Entry, MakeApplication, MandateId, Moment, Permitted,
    Register, Role, Roles, Version,
};
use seal::{ApplicationId, Counted};
use sqlx::{ConnectOptions, Connection as _};
use tokio::task::JoinSet;

use super::*;
use audit::{Abandonment, ChangedBy, RegistryChange};

fn counted(maximum: u64) -> Counted {
    Counted { mandate: "letters".into(), maximum, given: Arc::new(AtomicU64::new(0)) }
}

async fn intend(store: &Tenant, caller: &Caller, counted: &Counted) -> Result<OpenAct, AuditError> {
    let asked = Asked::new();
    let revisions = store.revisions().await.unwrap().unwrap_or_default();
    let revision = revisions.get(store.organisation()).copied().unwrap_or_default();
    let intent = Intent { counted: Some(counted), revision, ..asked.by(caller) };
    store.intend(intent, sample::now()).await
}

async fn a_change_is_recorded_with_who_asked_and_found_again_after_a_restart(directory: Ground) {
    let store = open(&directory).await;
    let karen = sample::person("karen");
    let (id, display_name) = (ApplicationId::new("erp"), "The ledger".into());
    let change = decided(Command::MakeApplication(MakeApplication { id, display_name }));
    let record = RegistryChange {
        by: ChangedBy::Caller(&karen),
        change: &change,
        version: Version(1),
        keyed: None,
        registered: None,
    };
    store.register(record, sample::now()).await.unwrap();
    store.close().await.unwrap();
    let store = open(&directory).await;
    let kept = store.kept_register().await.unwrap();
    assert_eq!(kept.entries, [(change.after().clone(), Version(1))]);
    assert_eq!(kept.revision, Version(1));
    let alone = store.revision().await.unwrap();
    assert_eq!(alone.unwrap_or(kept.revision), kept.revision);
    assert!(matches!(&kept.entries[0].0, Entry::Application(made) if made.active));
    let report = whole(&directory).await;
    assert_eq!(report.head.sequence, 1);
}

async fn of_many_that_race_for_a_mandates_seals_as_many_as_it_gives_go_on(directory: Ground) {
    let store = open(&directory).await;
    let counted = counted(20);
    let mut tasks = JoinSet::new();
    for _ in 0..64 {
        let (store, counted) = (store.clone(), counted.clone());
        tasks.spawn(async move {
            match intend(&store, &sample::application("erp"), &counted).await {
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
    store.close().await.unwrap();
    let kept = open(&directory).await.kept_register().await.unwrap();
    assert_eq!(kept.given[&MandateId("letters".into())], 20);
    assert_eq!(whole(&directory).await.intents, 20);
}

async fn an_act_that_signed_nothing_gives_its_seal_back_and_one_that_may_have_does_not(
    directory: Ground,
) {
    let store = open(&directory).await;
    let (counted, erp) = (counted(1), sample::application("erp"));
    let failed = Abandonment::Failed { cause: "device-unavailable".into() };
    for (signed, left) in [(false, true), (true, false)] {
        let act = intend(&store, &erp, &counted).await.unwrap();
        store.abandon(act, &failed, signed, sample::now()).await.unwrap();
        let exhausted = counted.given.load(std::sync::atomic::Ordering::Relaxed) == 1;
        assert_eq!(exhausted, !left);
        // A node that heard of the act and not of its end learns it from the store, where there may be one.
        if let Some(given) = store.given(&["letters", "others"]).await.unwrap() {
            assert_eq!(given, HashMap::from([("letters".to_owned(), u64::from(!left))]));
        }
    }
    let refused = intend(&store, &erp, &counted).await;
    assert!(matches!(refused, Err(AuditError::MandateExhausted)));
}

async fn a_seal_that_is_given_back_to_a_mandate_that_is_gone_is_recorded(directory: Ground) {
    let store = open(&directory).await;
    let (counted, erp) = (counted(1), sample::application("erp"));
    let act = intend(&store, &erp, &counted).await.unwrap();
    store.close().await.unwrap();
    assert_eq!(directory.execute("DELETE FROM mandate_count RETURNING given"), 1);
    let store = open(&directory).await;
    let failed = Abandonment::Failed { cause: "device-unavailable".into() };
    store.abandon(act, &failed, false, sample::now()).await.unwrap();
    assert_eq!(whole(&directory).await.head.sequence, 2);
}

async fn what_one_organisation_keeps_counts_and_is_answered_is_not_there_for_another(
    directory: Ground,
) {
    let own = open(&directory).await;
    let other = own.of(OrganisationId::new("34051178"));
    let erp = sample::application("erp");
    for tenant in [&own, &other] {
        let command = MakeApplication { id: ApplicationId::new("erp"), display_name: "Erp".into() };
        let change = decided(Command::MakeApplication(command));
        let record = RegistryChange {
            by: ChangedBy::Caller(&erp),
            change: &change,
            version: Version(1),
            keyed: None,
            registered: None,
        };
        tenant.register(record, sample::now()).await.unwrap();
        let counted = counted(1);
        let act = intend(tenant, &erp, &counted).await.unwrap();
        tenant.conclude(act, sample::done(), sample::now()).await.unwrap();
        assert!(intend(tenant, &erp, &counted).await.is_err(), "its own mandate is exhausted");
    }
    let asked = Asked::new();
    let mut theirs = Asked::new();
    theirs.organisation.cvr = "34051178".into();
    for (tenant, stranger, asked) in [(&own, &other, &asked), (&other, &own, &theirs)] {
        let intent = Intent { revision: Version(1), ..asked.by(&erp) };
        let act = tenant.intend(intent, sample::now()).await.unwrap();
        let receipt = tenant.conclude(act, sample::done(), sample::now()).await.unwrap();
        assert!(tenant.receipt(&receipt.id, &erp).await.unwrap().is_some());
        assert_eq!(stranger.receipt(&receipt.id, &erp).await.unwrap(), None);
    }
    let kept = other.kept_register().await.unwrap();
    assert_eq!((kept.entries.len(), kept.revision), (1, Version(1)));
    whole(&directory).await;
}

async fn records_name_their_organisation_unless_it_is_the_files(directory: Ground) {
    let own = open(&directory).await;
    let other = own.of(OrganisationId::new("34051178"));
    let (asked, erp) = (Asked::new(), sample::application("erp"));
    for tenant in [&own, &other] {
        tenant.refuse(asked.by(&erp), &["no-grant"], sample::now()).await.unwrap();
    }
    let mut lines = Vec::new();
    let keep = |line: &str| {
        lines.push(line.to_owned());
        true
    };
    export(directory.log(), false, keep).await.unwrap();
    assert!(!lines[0].contains("organisation"), "{}", lines[0]);
    let named = r#""kind":"refused","organisation":"34051178","sequence":2,"#;
    assert!(lines[1].contains(named), "{}", lines[1]);
    whole(&directory).await;
}

#[tokio::test]
async fn what_was_kept_before_there_were_several_belongs_to_the_files_organisation() {
    let directory = DataDirectory::temporary().unwrap();
    crate::sqlite::connect::migrate_to(&directory.database(), 4).await.unwrap();
    let mut database =
        crate::sqlite::connect::writing(&directory.database()).connect().await.unwrap();
    let command = MakeApplication { id: ApplicationId::new("erp"), display_name: "Erp".into() };
    let change = decided(Command::MakeApplication(command));
    let body = serde_json::to_string(change.after()).unwrap();
    sqlx::query("INSERT INTO register_entry VALUES ('application', 'erp', 7, ?)")
        .bind(body)
        .execute(&mut database)
        .await
        .unwrap();
    for statement in [
        "INSERT INTO mandate_count VALUES ('letters', 3)",
        "UPDATE register_revision SET revision = 9",
    ] {
        sqlx::query(statement).execute(&mut database).await.unwrap();
    }
    database.close().await.unwrap();
    for _ in 0..2 {
        let own = open(&directory).await;
        let kept = own.kept_register().await.unwrap();
        assert_eq!(kept.entries, [(change.after().clone(), Version(7))]);
        assert_eq!(kept.revision, Version(9));
        assert_eq!(kept.given[&MandateId("letters".into())], 3);
        let other = own.of(OrganisationId::new("34051178")).kept_register().await.unwrap();
        assert_eq!((other.entries.len(), other.revision), (0, Version(0)));
        own.close().await.unwrap();
    }
}

fn decided(command: Command) -> registry::Change {
    let roles = Roles::from_iter([Role::RightsAdministrator]);
    let (actor, act) = (Actor::Operator, AdministrativeAct::ChangeApplications);
    let permitted = Permitted::asked(actor, &roles, act).unwrap();
    let now = Moment::try_from(sample::now()).unwrap();
    Register::default().decide(&permitted, command, now).unwrap()
}

async fn when_a_key_was_used_is_kept_for_its_organisation(directory: Ground) {
    let store = open(&directory).await;
    let other = store.of(OrganisationId::new("10103940"));
    store.note_use([1; 32], 400_000).unwrap();
    store.note_use([1; 32], 400_001).unwrap();
    other.note_use([2; 32], 400_002).unwrap();
    store.close().await.unwrap();
    let store = open(&directory).await;
    assert_eq!(store.kept_register().await.unwrap().used, [([1; 32], 400_001)].into());
    let other = store.of(OrganisationId::new("10103940"));
    assert_eq!(other.kept_register().await.unwrap().used, [([2; 32], 400_002)].into());
}

contract! {
    when_a_key_was_used_is_kept_for_its_organisation,
    a_change_is_recorded_with_who_asked_and_found_again_after_a_restart,
    of_many_that_race_for_a_mandates_seals_as_many_as_it_gives_go_on,
    an_act_that_signed_nothing_gives_its_seal_back_and_one_that_may_have_does_not,
    a_seal_that_is_given_back_to_a_mandate_that_is_gone_is_recorded,
    what_one_organisation_keeps_counts_and_is_answered_is_not_there_for_another,
    records_name_their_organisation_unless_it_is_the_files,
}
