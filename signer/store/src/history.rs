//! What was done, act by act, as the log tells it. Whether the log holds is for `verify` to say.

use std::{collections::BTreeMap, ops::ControlFlow};

use audit::{AUGMENTATION, OutcomeResult, Record, Requester, Timestamp};
use serde::Deserialize;

use crate::Log;

/// How many acts without an outcome are followed at a time; of those beyond only the end is told.
const MAXIMUM_OPEN_ACTS: usize = 100_000;

/// One act: from its intent to its outcome, refused before it began, or an augmentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastAct {
    /// In the chain of which node; a file has one chain, and its name is empty.
    pub chain: String,
    /// The number of the record that ends it; of an act without an outcome, of its intent.
    pub record: u64,
    /// When that was.
    pub time: Timestamp,
    /// `seal`, `signature` or `augmentation`.
    pub act: String,
    /// The certificate profile; an augmentation has none.
    pub profile: Option<String>,
    /// The level that was reached, or else asked for.
    pub level: Option<String>,
    /// Who asked.
    pub requester: PastRequester,
    /// How it ended.
    pub ending: Ending,
    /// The names of the broken rules or the code of the cause, of one that made nothing.
    pub why: Vec<String>,
}

/// Who asked for an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PastRequester {
    /// An application, by its name.
    Application(String),
    /// A person, by name.
    Person(String),
    /// A person that was erased.
    Erased,
}

/// How an act ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It made what was asked.
    Done,
    /// A rule refused it.
    Refused,
    /// Something failed.
    Failed,
    /// It is under way, or was cut off.
    Open,
}

/// Why the acts cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The database cannot be read.
    #[error("the audit log cannot be read: {0}")]
    Database(#[from] sqlx::Error),
    /// A record cannot be read.
    #[error("record {sequence} cannot be read: `signer audit verify` tells more")]
    Record {
        /// Its number.
        sequence: u64,
    },
}

#[derive(Debug, Deserialize)]
struct Event {
    act: Option<String>,
    cause: Option<String>,
    intent: Option<u64>,
    level: Option<String>,
    profile: Option<String>,
    requester: Option<Requester>,
    result: Option<OutcomeResult>,
    #[serde(default)]
    rules: Vec<String>,
}

/// Tells every act in the order in which they ended, then those without an outcome; where each node
/// has a chain of its own, one chain after the other. `tell` says whether it goes on.
///
/// # Errors
/// [`HistoryError`].
pub async fn history(
    log: impl Into<Log>,
    mut tell: impl FnMut(PastAct) -> bool,
) -> Result<(), HistoryError> {
    let log = log.into();
    let mut open = BTreeMap::new();
    let mut listens = true;
    log.records(|found| {
        let sequence = found.record.sequence;
        let unreadable = HistoryError::Record { sequence };
        let Ok(body) = found.record.body else { return Err(unreadable) };
        let Ok(record) = serde_json::from_str::<Record<serde_json::Value>>(body) else {
            return Err(unreadable);
        };
        let is_intent = match record.kind.as_str() {
            "intent" => true,
            "outcome" | "refused" | AUGMENTATION => false,
            _ => return Ok(ControlFlow::Continue(())),
        };
        let Ok(event) = serde_json::from_value::<Event>(record.event) else {
            return Err(unreadable);
        };
        let chain = found.chain;
        let intent = event.intent.and_then(|intent| open.remove(&(chain.to_owned(), intent)));
        let name = found.record.person.ok().flatten().map(|person| person.name);
        let mut act = PastAct::new(sequence, record.time, &record.kind, event, name);
        chain.clone_into(&mut act.chain);
        if is_intent {
            if open.len() < MAXIMUM_OPEN_ACTS {
                open.insert((chain.to_owned(), sequence), act);
            }
        } else {
            listens = tell(act.of(intent));
        }
        Ok(if listens { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })
    .await?;
    if listens {
        open.into_values().all(tell);
    }
    Ok(())
}

impl PastAct {
    fn new(record: u64, time: Timestamp, kind: &str, event: Event, name: Option<String>) -> Self {
        let ending = match (kind, event.result) {
            ("intent", _) => Ending::Open,
            (_, Some(OutcomeResult::Done)) => Ending::Done,
            (_, Some(OutcomeResult::Failed)) => Ending::Failed,
            (_, Some(OutcomeResult::Refused) | None) => Ending::Refused,
        };
        let requester = match (event.requester, name) {
            (Some(Requester::Application(name)), _) => PastRequester::Application(name),
            // The operator does no acts; a record that says so was changed.
            (
                Some(Requester::Person(_) | Requester::Operator | Requester::Contact) | None,
                Some(name),
            ) => PastRequester::Person(name),
            (
                Some(Requester::Person(_) | Requester::Operator | Requester::Contact) | None,
                None,
            ) => PastRequester::Erased,
        };
        Self {
            chain: String::new(),
            record,
            time,
            act: event.act.unwrap_or_else(|| kind.to_owned()),
            profile: event.profile,
            level: event.level,
            requester,
            ending,
            why: event.cause.into_iter().chain(event.rules).collect(),
        }
    }

    /// With what only its intent tells: an outcome names no person, and one that made nothing
    /// neither act nor profile.
    fn of(self, intent: Option<Self>) -> Self {
        let Some(intent) = intent else { return self };
        let Self { record, time, level, ending, why, .. } = self;
        Self { record, time, level: level.or(intent.level.clone()), ending, why, ..intent }
    }
}

#[cfg(test)]
mod tests {
    use audit::{
        Abandonment,
        sample::{self, Asked},
    };

    use super::*;
    use crate::{Store, tests::DataDirectory};

    async fn told(directory: &DataDirectory) -> Vec<PastAct> {
        let mut acts = Vec::new();
        history(&directory.database(), |act| {
            acts.push(act);
            true
        })
        .await
        .unwrap();
        acts
    }

    #[tokio::test]
    async fn every_act_is_told_once_with_who_asked_and_how_it_ended() {
        let directory = DataDirectory::temporary().unwrap();
        let store = Store::open(&directory, sample::key()).await.unwrap();
        let store = store.own(sample::organisation()).await.unwrap();
        let (asked, now) = (Asked::new(), sample::now());
        let (erp, karen) = (sample::application("erp"), sample::person("karen"));
        let cut_off = store.intend(asked.by(&erp), now).await.unwrap();
        let act = store.intend(asked.by(&karen), now).await.unwrap();
        store.conclude(act, sample::done(), now).await.unwrap();
        let act = store.intend(asked.by(&erp), now).await.unwrap();
        let why = Abandonment::Failed { cause: "device-unavailable".into() };
        store.abandon(act, &why, false, now).await.unwrap();
        store.refuse(asked.by(&karen), &["no-grant", "level-allowed"], now).await.unwrap();
        store.record(&sample::destroyed(1), now).await.unwrap();
        let acts = told(&directory).await;
        let endings: Vec<_> = acts.iter().map(|act| (act.record, act.ending)).collect();
        let open = (cut_off.intent().sequence, Ending::Open);
        let ended = [(3, Ending::Done), (5, Ending::Failed), (6, Ending::Refused)];
        assert_eq!(endings, [&ended[..], &[open]].concat());
        assert!(acts.iter().all(|act| act.profile.as_deref() == Some("decisions")));
        assert!(acts.iter().all(|act| act.act == "seal"));
        assert!(
            matches!(&acts[0].requester, PastRequester::Person(name) if name.starts_with("karen"))
        );
        assert_eq!(acts[1].requester, PastRequester::Application("erp".into()));
        assert_eq!(acts[1].why, ["device-unavailable"]);
        assert_eq!(acts[2].why, ["no-grant", "level-allowed"]);

        let person = sample::claims("karen", "").person;
        store.erase_person(&person, now).await.unwrap();
        assert_eq!(told(&directory).await[0].requester, PastRequester::Erased);
    }

    #[tokio::test]
    async fn telling_ends_when_nobody_listens() {
        let directory = DataDirectory::temporary().unwrap();
        let store = Store::open(&directory, sample::key()).await.unwrap();
        let store = store.own(sample::organisation()).await.unwrap();
        let (asked, erp) = (Asked::new(), sample::application("erp"));
        for _ in 0..3 {
            store.refuse(asked.by(&erp), &["no-grant"], sample::now()).await.unwrap();
        }
        let mut told = 0;
        let listen = |_| {
            told += 1;
            told < 2
        };
        history(&directory.database(), listen).await.unwrap();
        assert_eq!(told, 2);
    }
}
