//! The anchor of the registry: a file outside the backup that says how far its log and revocation lists had come
//! when something was blocked last. A database that is older was restored, and would un-block.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError},
};

use audit::AuditPosition;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use tokio::{sync::Mutex, task::spawn_blocking};

use crate::{
    data_directory::replace,
    store::{Anchoring, AuditError, Store},
};

/// The longest anchor that is read, in bytes.
const MAXIMUM_LENGTH: u64 = 64 * 1024;

/// The file, and what it says.
#[derive(Debug)]
pub(crate) struct Anchor {
    path: PathBuf,
    anchored: Mutex<Anchored>,
    /// What could not be written.
    owed: std::sync::Mutex<Option<AuditPosition>>,
}

/// What an anchor says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Anchored {
    /// The head of the node's log, as `SEQ:HASH`; none before anything was blocked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) head: Option<String>,
    /// The number of the last revocation list of each issuing key, by its generation.
    pub(crate) lists: BTreeMap<u32, u64>,
}

/// Why an anchor cannot be used, or what is older than it.
#[derive(Debug, thiserror::Error)]
pub enum AnchorError {
    /// It cannot be read or written.
    #[error("registry.anchor: {}: {cause}", path.display())]
    File {
        /// Where it is.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// It says nothing that can be read.
    #[error("registry.anchor: {}: is damaged: {cause}", path.display())]
    Damaged {
        /// Where it is.
        path: PathBuf,
        /// What is wrong.
        cause: String,
    },
    /// The log ends before what the anchor says.
    #[error(
        "the database is older than registry.anchor: its log ends at record {found}, and a certificate was blocked at \
         record {anchored}. What was blocked since would be good again: restore a later backup, or run `signer restore` \
         with the last revocation list"
    )]
    LogOlder {
        /// The last record that there is.
        found: u64,
        /// The record that the anchor names.
        anchored: u64,
    },
    /// The log is another one.
    #[error(
        "the database is not the one of registry.anchor: its record {anchored} is another one. It was restored from a \
         backup and has gone on since: restore a later one, or run `signer restore` with the last revocation list"
    )]
    LogOther {
        /// The record that the anchor names.
        anchored: u64,
    },
    /// A list with a larger number was published.
    #[error(
        "the database is older than registry.anchor: of issuing key {generation} revocation list {anchored} was \
         published, and the database knows {found}. Restore a later backup, or run `signer restore` with the last \
         revocation list"
    )]
    ListOlder {
        /// Which issuing key, from 1.
        generation: u32,
        /// The last number that there is.
        found: u64,
        /// The number that the anchor names.
        anchored: u64,
    },
    /// The database cannot be asked.
    #[error(transparent)]
    Store(#[from] AuditError),
}

impl AnchorError {
    /// Whether the database is older than what is anchored.
    pub(crate) fn is_older(&self) -> bool {
        match self {
            Self::LogOlder { .. } | Self::LogOther { .. } | Self::ListOlder { .. } => true,
            Self::File { .. } | Self::Damaged { .. } | Self::Store(_) => false,
        }
    }
}

impl Anchor {
    /// The anchor at a path; one that says nothing yet where there is no file.
    ///
    /// # Errors
    /// [`AnchorError::File`], [`AnchorError::Damaged`].
    pub(crate) fn open(path: &Path) -> Result<Self, AnchorError> {
        let damaged = |cause: &dyn ToString| AnchorError::Damaged {
            path: path.to_owned(),
            cause: cause.to_string(),
        };
        let failed = |cause| AnchorError::File { path: path.to_owned(), cause };
        let anchored = match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Anchored::default(),
            Err(error) => return Err(failed(error)),
            Ok(there) if there.len() > MAXIMUM_LENGTH => return Err(damaged(&"it is too long")),
            Ok(_) => {
                let bytes = fs::read(path).map_err(failed)?;
                let anchored: Anchored =
                    serde_json::from_slice(&bytes).map_err(|error| damaged(&error))?;
                anchored.position().map_err(|error| damaged(&error))?;
                anchored
            }
        };
        Ok(Self {
            path: path.to_owned(),
            anchored: Mutex::new(anchored),
            owed: std::sync::Mutex::default(),
        })
    }

    /// What it says now.
    pub(crate) async fn says(&self) -> Anchored {
        self.anchored.lock().await.clone()
    }

    /// Holds a database against what this says. One that says nothing yet begins with the database as it is, so
    /// that whether it can be written shows at the start.
    ///
    /// # Errors
    /// [`AnchorError`].
    async fn hold_against(&self, store: &Store) -> Result<(), AnchorError> {
        match self.compare(store).await? {
            true => Ok(()),
            false => {
                let path = self.path.display();
                tracing::warn!(%path, "there was no anchor of the registry: it begins with the database as it is");
                self.begin(store).await
            }
        }
    }

    /// Whether this says anything, and the database is as new.
    ///
    /// # Errors
    /// [`AnchorError`], also where it is older.
    pub(crate) async fn compare(&self, store: &Store) -> Result<bool, AnchorError> {
        let anchored = self.says().await;
        if anchored == Anchored::default() {
            return Ok(false);
        }
        // Of a log that was empty nothing can be held against it.
        let head = anchored.position().ok().flatten().filter(|head| head.sequence > 0);
        if let Some(head) = head {
            let found = store.head().await?.sequence;
            if found < head.sequence {
                return Err(AnchorError::LogOlder { found, anchored: head.sequence });
            }
            if store.record_at(head.sequence).await? != Some(head) {
                return Err(AnchorError::LogOther { anchored: head.sequence });
            }
        }
        let numbers: BTreeMap<i64, i64> = store.list_numbers().await?.into_iter().collect();
        for (generation, anchored) in anchored.lists {
            let found = numbers.get(&i64::from(generation)).copied().unwrap_or(0).unsigned_abs();
            if found < anchored {
                return Err(AnchorError::ListOlder { generation, found, anchored });
            }
        }
        Ok(true)
    }

    /// Says what a database is now, whatever it said before.
    ///
    /// # Errors
    /// [`AnchorError`].
    pub(crate) async fn begin(&self, store: &Store) -> Result<(), AnchorError> {
        let mut lists = BTreeMap::new();
        for (generation, number) in store.list_numbers().await? {
            lists.insert(u32::try_from(generation).unwrap_or(u32::MAX), number.unsigned_abs());
        }
        let head = store.flush().await?;
        let mut anchored = self.anchored.lock().await;
        let next = Anchored { head: Some(head.to_string()), lists };
        self.write(&mut anchored, next).await
    }

    /// Says that the log has come so far; it is on disk when this returns.
    ///
    /// # Errors
    /// [`AnchorError::File`].
    async fn advanced(&self, head: AuditPosition) -> Result<(), AnchorError> {
        let mut anchored = self.anchored.lock().await;
        // Whoever had the turn before may have gone further.
        let kept = anchored.position().ok().flatten();
        if kept.is_some_and(|kept| kept.sequence >= head.sequence) {
            return Ok(());
        }
        let next = Anchored { head: Some(head.to_string()), ..anchored.clone() };
        self.write(&mut anchored, next).await
    }

    /// Says that a revocation list of this number is published.
    ///
    /// # Errors
    /// [`AnchorError::File`].
    async fn listed(&self, generation: u32, number: u64) -> Result<(), AnchorError> {
        let mut anchored = self.anchored.lock().await;
        if anchored.lists.get(&generation).is_some_and(|kept| *kept >= number) {
            return Ok(());
        }
        let mut next = anchored.clone();
        next.lists.insert(generation, number);
        self.write(&mut anchored, next).await
    }

    /// Writes the whole file anew, beside it and then in its place, and waits until it is on disk.
    async fn write(&self, anchored: &mut Anchored, next: Anchored) -> Result<(), AnchorError> {
        let failed = |cause| AnchorError::File { path: self.path.clone(), cause };
        let content = serde_json::to_vec(&next).map_err(|error| failed(error.into()))?;
        let path = self.path.clone();
        let written = spawn_blocking(move || replace(&path, &content)).await;
        written.unwrap_or_else(|error| Err(io::Error::other(error))).map_err(failed)?;
        *anchored = next;
        Ok(())
    }
}

impl Anchored {
    fn position(&self) -> Result<Option<AuditPosition>, audit::PositionError> {
        self.head.as_deref().map(str::parse).transpose()
    }
}

impl Anchoring for Anchor {
    fn advance(&self, head: AuditPosition) -> BoxFuture<'_, Result<(), AuditError>> {
        Box::pin(async move {
            let written = self.advanced(head).await;
            let mut owed = self.owed.lock().unwrap_or_else(PoisonError::into_inner);
            *owed = match &written {
                Ok(()) => owed.filter(|owed| owed.sequence > head.sequence),
                Err(_) => Some(owed.filter(|owed| owed.sequence > head.sequence).unwrap_or(head)),
            };
            written.map_err(unanchored)
        })
    }

    fn list(&self, generation: i64, number: i64) -> BoxFuture<'_, Result<(), AuditError>> {
        let generation = u32::try_from(generation).unwrap_or(u32::MAX);
        let number = number.unsigned_abs();
        Box::pin(async move { self.listed(generation, number).await.map_err(unanchored) })
    }

    fn settle(&self) -> BoxFuture<'_, Result<(), AuditError>> {
        let owed = *self.owed.lock().unwrap_or_else(PoisonError::into_inner);
        match owed {
            Some(head) => self.advance(head),
            None => Box::pin(async { Ok(()) }),
        }
    }
}

fn unanchored(error: AnchorError) -> AuditError {
    AuditError::Unanchored(Arc::new(error))
}

/// Holds the database against the anchor, if the configuration names one, and has it told what comes.
///
/// # Errors
/// [`AnchorError`].
pub(crate) async fn held(path: Option<&Path>, store: &Store) -> Result<(), AnchorError> {
    let Some(path) = path else { return Ok(()) };
    let anchor = Anchor::open(path)?;
    anchor.hold_against(store).await?;
    store.anchor_by(Arc::new(anchor));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_anchor_goes_on_and_never_back_and_what_cannot_be_read_is_refused() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("anchor.json");
        let at = |sequence| AuditPosition { sequence, ..AuditPosition::ORIGIN };
        let anchor = Anchor::open(&path).unwrap();
        anchor.advanced(at(5)).await.unwrap();
        anchor.listed(1, 7).await.unwrap();
        anchor.advanced(at(4)).await.unwrap();
        anchor.listed(1, 6).await.unwrap();
        let kept = Anchor::open(&path).unwrap().says().await;
        assert_eq!(kept.head, Some(at(5).to_string()));
        assert_eq!(kept.lists, BTreeMap::from([(1, 7)]));
        for damaged in ["", "{}", "{\"head\":\"5\",\"lists\":{}}", "{\"lists\":{},\"other\":1}"] {
            fs::write(&path, damaged).unwrap();
            let refused = Anchor::open(&path).unwrap_err().to_string();
            assert!(refused.contains("is damaged"), "{refused}");
        }
        fs::write(&path, vec![b' '; 70_000]).unwrap();
        assert!(Anchor::open(&path).unwrap_err().to_string().contains("too long"));
        let nowhere = folder.path().join("none").join("anchor.json");
        let refused = Anchor::open(&nowhere).unwrap().listed(1, 1).await.unwrap_err();
        assert!(matches!(refused, AnchorError::File { .. }));
    }
}
