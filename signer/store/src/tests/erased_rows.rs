//! Erasing a person on PostgreSQL, beside what others do.

use std::time::Duration;

use audit::{ChangedBy, RegistryChange, RegistryRow};
use registry::{
    Actor, AdministrativeAct, Change, Command, MakeApplication, Moment, Permitted, Register, Role,
    Roles, Version,
};
use seal::ApplicationId;
use sqlx::{Connection as _, PgConnection};

use super::*;

fn karen() -> PersonId {
    sample::claims("karen", "").person
}

async fn beside(ground: &Ground) -> PgConnection {
    PgConnection::connect(ground.url()).await.unwrap()
}

async fn execute(connection: &mut PgConnection, sql: &'static str) {
    sqlx::query(sql).execute(connection).await.unwrap();
}

/// An application that Karen made.
fn made_by_karen() -> Change {
    let roles = Roles::from_iter([Role::RightsAdministrator]);
    let act = AdministrativeAct::ChangeApplications;
    let permitted = Permitted::asked(Actor::Person(karen()), &roles, act).unwrap();
    let made = MakeApplication { id: ApplicationId::new("erp"), display_name: "Erp".into() };
    let now = Moment::try_from(sample::now()).unwrap();
    Register::default().decide(&permitted, Command::MakeApplication(made), now).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_somebody_may_still_see_are_said_to_be_there_and_go_with_the_next_erasure() {
    let ground = Ground::server();
    let store = open(&ground).await;
    ground.execute("CREATE EXTENSION pageinspect; SELECT 1");
    let rows = "SELECT count(*) FROM heap_page_items(get_raw_page('acting_person', 0))
                WHERE t_data IS NOT NULL";
    seal(&store, &sample::person("karen")).await;
    seal(&store, &sample::person("mads")).await;
    let mut reader = beside(&ground).await;
    execute(&mut reader, "BEGIN ISOLATION LEVEL REPEATABLE READ").await;
    execute(&mut reader, "SELECT count(*) FROM acting_person").await;
    let by = sample::application("erp");
    let here = ("person-1", Some(&karen()));
    let erasure = store.forget(here, Version(0), &by, sample::now()).await.unwrap();
    assert_eq!(store.reclaim(erasure).await, Forgotten { rows: 1, delayed: true });
    let delayed = store.erase_person(&karen(), sample::now()).await;
    assert!(matches!(delayed, Err(AuditError::ErasureDelayed)), "{delayed:?}");
    assert_eq!(ground.execute(rows), 2);
    execute(&mut reader, "ROLLBACK").await;
    // Nothing stands of her any more, and the rows go all the same.
    assert_eq!(store.erase_person(&karen(), sample::now()).await.unwrap(), 0);
    assert_eq!(ground.execute(rows), 1);
    whole(&ground).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_under_way_is_waited_for_and_leaves_no_erased_person_in_the_register() {
    for everywhere in [true, false] {
        let ground = Ground::server();
        let store = open(&ground).await;
        let mut other = beside(&ground).await;
        execute(&mut other, "BEGIN").await;
        let organisation = store.organisation().as_str().to_owned();
        let body = RegistryRow::body(made_by_karen().after());
        sqlx::query("INSERT INTO register_revision VALUES ($1, 1)")
            .bind(&organisation)
            .execute(&mut other)
            .await
            .unwrap();
        sqlx::query("INSERT INTO register_entry VALUES ($1, 'application', 'erp', 1, $2)")
            .bind(&organisation)
            .bind(body)
            .execute(&mut other)
            .await
            .unwrap();
        let erasing = store.clone();
        let erasing = tokio::spawn(async move {
            if everywhere {
                return erasing.erase_person(&karen(), sample::now()).await;
            }
            let by = sample::application("erp");
            let here = ("person-1", Some(&karen()));
            let erasure = erasing.forget(here, Version(1), &by, sample::now()).await?;
            Ok(erasing.reclaim(erasure).await.rows)
        });
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!erasing.is_finished());
        execute(&mut other, "COMMIT").await;
        assert_eq!(erasing.await.unwrap().unwrap(), 0);
        let named = "SELECT count(*) FROM register_entry WHERE strpos(body, 'karen') > 0";
        assert_eq!(ground.execute(named), 0);
        assert_eq!(store.kept_register().await.unwrap().revision, Version(2));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_was_judged_before_another_node_changed_the_register_is_refused() {
    let ground = Ground::server();
    let (here, there) = (open(&ground).await, open(ground.as_node("two")).await);
    seal(&here, &sample::person("karen")).await;
    let (erp, change) = (sample::application("erp"), made_by_karen());
    let record = RegistryChange {
        by: ChangedBy::Caller(&erp),
        change: &change,
        version: Version(1),
        keyed: None,
        registered: None,
    };
    there.register(record, sample::now()).await.unwrap();
    let person = ("person-1", Some(&karen()));
    let refused = here.forget(person, Version(0), &erp, sample::now()).await;
    assert!(matches!(refused, Err(AuditError::RegisterChanged)), "{refused:?}");
    assert_eq!(ground.execute("SELECT count(*) FROM acting_person"), 1);
    let erasure = here.forget(person, Version(1), &erp, sample::now()).await.unwrap();
    assert_eq!(here.reclaim(erasure).await, Forgotten { rows: 1, delayed: false });
    verify_all(&ground.log(), &sample::key(), None).await.unwrap();
}
