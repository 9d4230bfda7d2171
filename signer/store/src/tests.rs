/// Runs tests on each database: `sqlite::NAME`, `memory::NAME` and `postgres::NAME`.
macro_rules! contract {
    ($($test:ident,)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $test() {
                super::$test(super::Ground::file()).await;
            })*
        }
        mod memory {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $test() {
                super::$test(super::Ground::memory()).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $test() {
                super::$test(super::Ground::server()).await;
            })*
        }
    };
}

mod acts;
mod augmentations;
mod authorities;
mod certificates;
mod concurrency;
mod crash;
mod device_run;
mod directory;
mod disturbed;
mod erased_rows;
mod erasure;
mod failure;
mod frozen;
mod ground;
mod idle;
mod keyed;
mod letters;
mod many;
mod needles;
mod nodes;
mod power;
mod register;
mod scans;
mod search;
mod secret;
mod time_stamp;
mod unanswered;

use audit::{
    Intent, OpenAct, VerifyReport,
    sample::{self, Asked},
};
use seal::Caller;

pub(crate) use self::directory::DataDirectory;
use self::ground::Ground;
use super::*;

async fn open(ground: impl Into<Ground>) -> Tenant {
    let store = Store::open(ground.into(), sample::key()).await.unwrap();
    store.own(sample::organisation()).await.unwrap()
}

async fn seal(store: &Tenant, caller: &Caller) -> Receipt {
    let asked = Asked::new();
    let act = store.intend(asked.by(caller), sample::now()).await.unwrap();
    store.conclude(act, sample::done(), sample::now()).await.unwrap()
}

async fn whole(ground: impl Into<Ground>) -> VerifyReport {
    let ground = ground.into();
    let mut reports = verify_all(&ground.log(), &sample::key(), None).await.unwrap();
    reports.remove(ground.chain()).unwrap()
}

/// Whoever has a receipt made reads it, and nobody else.
async fn assert_only_the_asker_reads(
    directory: &Ground,
    make: impl AsyncFn(&Tenant, &Caller) -> ReceiptId,
) {
    let store = open(directory).await;
    let callers = [
        sample::application("erp"),
        sample::application("crm"),
        sample::person("karen"),
        sample::person("mads"),
    ];
    for asker in &callers {
        let id = make(&store, asker).await;
        for reader in &callers {
            let read = store.receipt(&id, reader).await.unwrap();
            assert_eq!(read.is_some(), std::ptr::eq(asker, reader));
        }
    }
}
