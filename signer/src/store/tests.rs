mod acts;
mod augmentations;
mod concurrency;
mod crash;
mod erasure;
mod failure;
mod time_stamp;

use seal::Caller;

use super::*;
use crate::audit::{
    VerifyReport,
    sample::{self, Asked},
    verify,
};

async fn open(directory: &DataDirectory) -> Store {
    Store::open(directory, sample::key()).await.unwrap()
}

async fn seal(store: &Store, caller: &Caller) -> Receipt {
    let asked = Asked::new();
    let act = store.intend(asked.by(caller), sample::now()).await.unwrap();
    store.conclude(act, sample::done(), sample::now()).await.unwrap()
}

async fn whole(directory: &DataDirectory) -> VerifyReport {
    verify(&directory.database(), &sample::key(), None).await.unwrap()
}
