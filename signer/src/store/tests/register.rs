//! The register, and the mandates that are counted.

use std::sync::{Arc, atomic::AtomicU64};

use registry::{
    Actor, AdministrativeAct, Command, Entry, MakeApplication, MandateId, Moment, Permitted,
    Register, Role, Roles, Version,
};
use seal::{ApplicationId, Counted};
use tokio::task::JoinSet;

use super::*;
use crate::audit::{Abandonment, RegistryChange};

fn counted(maximum: u64) -> Counted {
    Counted { mandate: "letters".into(), maximum, given: Arc::new(AtomicU64::new(0)) }
}

async fn intend(store: &Store, caller: &Caller, counted: &Counted) -> Result<OpenAct, AuditError> {
    let asked = Asked::new();
    let intent = Intent { counted: Some(counted), ..asked.by(caller) };
    store.intend(intent, sample::now()).await
}

#[tokio::test]
async fn a_change_is_recorded_with_who_asked_and_found_again_after_a_restart() {
    let directory = DataDirectory::temporary().unwrap();
    let store = open(&directory).await;
    let karen = sample::person("karen");
    let roles = Roles::from_iter([Role::RightsAdministrator]);
    let (actor, act) = (Actor::Operator, AdministrativeAct::ChangeApplications);
    let permitted = Permitted::asked(actor, &roles, act).unwrap();
    let (id, display_name) = (ApplicationId::new("erp"), "The ledger".into());
    let command = Command::MakeApplication(MakeApplication { id, display_name });
    let now = Moment::try_from(sample::now()).unwrap();
    let change = Register::default().decide(&permitted, command, now).unwrap();
    let record = RegistryChange { caller: &karen, change: &change, version: Version(1) };
    store.register(record, sample::now()).await.unwrap();
    store.close().await.unwrap();
    let store = open(&directory).await;
    let kept = store.kept_register().await.unwrap();
    assert_eq!(kept.entries, [(change.after().clone(), Version(1))]);
    assert_eq!(kept.revision, Version(1));
    assert!(matches!(&kept.entries[0].0, Entry::Application(made) if made.active));
    let report = whole(&directory).await;
    assert_eq!(report.head.sequence, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_race_for_a_mandates_seals_as_many_as_it_gives_go_on() {
    let directory = DataDirectory::temporary().unwrap();
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

#[tokio::test]
async fn an_act_that_signed_nothing_gives_its_seal_back_and_one_that_may_have_does_not() {
    let directory = DataDirectory::temporary().unwrap();
    let store = open(&directory).await;
    let (counted, erp) = (counted(1), sample::application("erp"));
    let failed = Abandonment::Failed { cause: "device-unavailable".into() };
    for (signed, left) in [(false, true), (true, false)] {
        let act = intend(&store, &erp, &counted).await.unwrap();
        store.abandon(act, &failed, signed, sample::now()).await.unwrap();
        let exhausted = counted.given.load(std::sync::atomic::Ordering::Relaxed) == 1;
        assert_eq!(exhausted, !left);
    }
    let refused = intend(&store, &erp, &counted).await;
    assert!(matches!(refused, Err(AuditError::MandateExhausted)));
}
