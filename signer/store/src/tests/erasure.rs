//! Persons, and forgetting them.

use std::fs;

use seal::PersonId;

use super::*;

fn karen() -> PersonId {
    sample::claims("karen", "").person
}

/// Whether a text stands anywhere in the directory's files.
fn stands(directory: &DataDirectory, text: &str) -> bool {
    fs::read_dir(directory.path()).unwrap().any(|entry| {
        let content = fs::read(entry.unwrap().path()).unwrap();
        content.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

#[tokio::test]
async fn an_erased_person_leaves_no_trace_and_the_chain_stays_whole() {
    let directory = DataDirectory::temporary().unwrap();
    let store = open(&directory).await;
    let asked = Asked::new();
    let mut receipts = Vec::new();
    for caller in [sample::person("karen"), sample::person("mads")] {
        receipts.push(seal(&store, &caller).await);
        store.refuse(asked.by(&caller), &["no-grant"], sample::now()).await.unwrap();
    }
    assert!(stands(&directory, "karen") && stands(&directory, "mads"));
    assert_eq!(whole(&directory).await.persons_erased, 0);

    assert_eq!(store.erase_person(&karen(), sample::now()).await.unwrap(), 2);
    assert!(!stands(&directory, "karen"));
    assert!(stands(&directory, "mads"));
    let report = whole(&directory).await;
    assert_eq!(report.persons_erased, 2);
    assert_eq!(report.head.sequence, 7);
    // Her receipts are nobody's now; his are still his.
    assert_eq!(store.receipt(&receipts[0].id, &sample::person("karen")).await.unwrap(), None);
    assert!(store.receipt(&receipts[1].id, &sample::person("mads")).await.unwrap().is_some());

    assert_eq!(store.erase_person(&karen(), sample::now()).await.unwrap(), 0);
    assert_eq!(whole(&directory).await.head.sequence, 7);
}

#[tokio::test]
async fn an_erasure_that_a_reader_delays_says_so() {
    let directory = DataDirectory::temporary().unwrap();
    let store = open(&directory).await;
    seal(&store, &sample::person("karen")).await;
    let mut reader = store.file().readers.begin().await.unwrap();
    let _: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_record")
        .fetch_one(&mut *reader)
        .await
        .unwrap();
    let delayed = store.erase_person(&karen(), sample::now()).await;
    assert!(matches!(delayed, Err(AuditError::ErasureDelayed)), "{delayed:?}");
    reader.rollback().await.unwrap();
    assert_eq!(store.erase_person(&karen(), sample::now()).await.unwrap(), 0);
    assert!(!stands(&directory, "karen"));
    whole(&directory).await;
}

async fn the_log_itself_names_no_person(directory: Ground) {
    let store = open(&directory).await;
    seal(&store, &sample::person("karen")).await;
    let bodies = directory.bodies().await;
    assert_eq!(bodies.len(), 2);
    for body in bodies {
        assert!(body.contains(r#""requester":{"person":""#), "{body}");
        for word in ["karen", "rsted", "id.example", "token-1"] {
            assert!(!body.contains(word), "{body}");
        }
    }
}

async fn a_person_who_is_erased_during_an_act_is_named_by_no_record_that_ends_it(
    directory: Ground,
) {
    let store = open(&directory).await;
    let (asked, caller) = (Asked::new(), sample::person("karen"));
    let act = store.intend(asked.by(&caller), sample::now()).await.unwrap();
    assert_eq!(store.erase_person(&karen(), sample::now()).await.unwrap(), 1);
    store.conclude(act, sample::done(), sample::now()).await.unwrap();
    let named = "SELECT count(*) FROM audit_index WHERE subject IS NOT NULL OR issuer IS NOT NULL";
    assert_eq!(directory.execute(named), 0);
    // Whoever stays is found by what they did.
    seal(&store, &sample::person("mads")).await;
    assert!(directory.execute(named) > 0);
}

#[tokio::test]
async fn nothing_prints_a_person() {
    let caller = sample::person("karen");
    let asked = Asked::new();
    let spend = audit::TokenSpend::new(&sample::claims("karen", "token-1"), asked.request.document);
    let intent = Intent { spend: Some(&spend), ..asked.by(&caller) };
    let draft = intent.refusal(&[], sample::now()).unwrap();
    let printed = format!("{intent:?} {draft:?}");
    assert!(!printed.contains("karen") && !printed.contains("token-1"), "{printed}");
}

async fn a_person_who_is_erased_in_one_organisation_stays_in_another(directory: Ground) {
    let own = open(&directory).await;
    let other = own.of(OrganisationId::new("34051178"));
    let (caller, by) = (sample::person("karen"), sample::application("erp"));
    let mut theirs = Asked::new();
    theirs.organisation.cvr = "34051178".into();
    let mut receipts = Vec::new();
    for (tenant, asked) in [(&own, &Asked::new()), (&other, &theirs)] {
        let act = tenant.intend(asked.by(&caller), sample::now()).await.unwrap();
        receipts.push(tenant.conclude(act, sample::done(), sample::now()).await.unwrap().id);
    }
    let judged_by = Version(0);
    let erasure = own.forget(("none", Some(&karen())), judged_by, &by, sample::now()).await;
    let forgotten = own.reclaim(erasure.unwrap()).await;
    assert_eq!((forgotten.rows, forgotten.delayed), (1, false));
    assert_eq!(own.receipt(&receipts[0], &caller).await.unwrap(), None);
    assert!(other.receipt(&receipts[1], &caller).await.unwrap().is_some());
    let hers = |tenant: &Tenant| {
        let (actor, tenant) = (Some(RecordActor::Person(karen())), tenant.clone());
        let search = Search { actor, limit: 10, ..Search::default() };
        async move { tenant.search(&search).await.unwrap().records.len() }
    };
    assert_eq!((hers(&own).await, hers(&other).await), (0, 1));
    let report = whole(&directory).await;
    assert_eq!((report.persons_erased, report.head.sequence), (1, 5));
    // Who has nothing there is forgotten all the same, and it is on record.
    let erasure = own.forget(("none", None), judged_by, &by, sample::now()).await;
    assert_eq!(own.reclaim(erasure.unwrap()).await.rows, 0);
    assert_eq!(whole(&directory).await.head.sequence, 6);
}

contract! {
    a_person_who_is_erased_during_an_act_is_named_by_no_record_that_ends_it,
    a_person_who_is_erased_in_one_organisation_stays_in_another,
    the_log_itself_names_no_person,
}
