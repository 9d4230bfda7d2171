mod acts;
mod augmentations;
mod concurrency;
mod crash;
mod device_run;
mod directory;
mod disturbed;
mod erasure;
mod failure;
mod idle;
mod keyed;
mod many;
mod register;
mod time_stamp;

use audit::{
    Intent, OpenAct, VerifyReport,
    sample::{self, Asked},
};
use seal::Caller;

pub(crate) use self::directory::DataDirectory;
use super::*;

async fn open(directory: &DataDirectory) -> Tenant {
    let store = Store::open(directory, sample::key()).await.unwrap();
    store.own(sample::organisation()).await.unwrap()
}

async fn seal(store: &Tenant, caller: &Caller) -> Receipt {
    let asked = Asked::new();
    let act = store.intend(asked.by(caller), sample::now()).await.unwrap();
    store.conclude(act, sample::done(), sample::now()).await.unwrap()
}

async fn whole(directory: &DataDirectory) -> VerifyReport {
    verify(&directory.database(), &sample::key(), None).await.unwrap()
}

/// Whoever has a receipt made reads it, and nobody else.
async fn assert_only_the_asker_reads(make: impl AsyncFn(&Tenant, &Caller) -> ReceiptId) {
    let directory = DataDirectory::temporary().unwrap();
    let store = open(&directory).await;
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
