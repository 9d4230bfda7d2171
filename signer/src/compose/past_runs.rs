//! What is kept of earlier runs: their roots, and the last that their CAs said of revocation.

use std::{
    collections::HashSet,
    sync::{Arc, Weak},
    time::Duration,
};

use bytes::Bytes;
use cades::RevocationList;
use qscd_sim::Simulator;
use seal::{CertificateDer, Clock, Digest, DigestAlgorithm};

use crate::{
    data_directory::{DataDirectory, DataDirectoryError},
    store::Store,
};

/// The most roots of earlier runs that are kept. A validation takes 1,024 trust anchors; the rest
/// is for those that the configuration names.
const MAXIMUM_RUNS: usize = 512;

/// How many are kept when some must go, so that not every start looks through the log.
const RUNS_LEFT: usize = 384;

/// How often the lists of a run are kept.
const KEEPING: Duration = Duration::from_secs(600);

/// Lets roots go when there are too many, and says so: first those of runs in which nobody signed
/// or sealed, then the oldest.
///
/// # Errors
/// [`DataDirectoryError`] when the roots cannot be read or written.
pub(super) async fn let_go(
    directory: &DataDirectory,
    store: &Store,
) -> Result<(), DataDirectoryError> {
    let anchors = directory.trust_anchors()?;
    // What another directory keeps is not let go from here.
    if anchors.len() < MAXIMUM_RUNS || directory.is_beside_another() {
        return Ok(());
    }
    let idle = store.idle_anchors().await.unwrap_or_else(|error| {
        tracing::warn!(%error, "which runs signed cannot be read in the audit log");
        HashSet::new()
    });
    let (idle, used): (Vec<_>, Vec<_>) =
        anchors.into_iter().partition(|anchor| idle.contains(&digest(anchor)));
    let surplus = used.len().saturating_sub(RUNS_LEFT);
    let gone: Vec<_> = idle.iter().chain(&used[..surplus]).cloned().collect();
    directory.forget_trust_anchors(&gone)?;
    tracing::warn!(
        idle = idle.len(),
        oldest = surplus,
        kept = used.len() - surplus,
        "roots of earlier runs were let go: of runs that signed nothing, then the oldest"
    );
    for anchor in &used[..surplus] {
        let sha256 = digest(anchor);
        tracing::warn!(%sha256, "what was signed under this root does not validate here any more");
    }
    Ok(())
}

/// The last lists of earlier runs. One that cannot be read is told of, and left out.
pub(super) fn lists(directory: &DataDirectory) -> Result<Vec<RevocationList>, DataDirectoryError> {
    let mut found = Vec::new();
    for anchor in directory.trust_anchors()? {
        let read = directory.revocation_lists(&anchor).unwrap_or_else(|cause| {
            tracing::warn!(%cause, "the revocation lists of an earlier run cannot be read");
            Vec::new()
        });
        for list in read {
            match RevocationList::parse(list) {
                Ok(list) => found.push(list),
                Err(cause) => tracing::warn!(%cause, "a revocation list of an earlier run is none"),
            }
        }
    }
    Ok(found)
}

/// Keeps the lists of the run in this process, now and then, for as long as it lives.
pub(super) fn keep(simulator: &Arc<Simulator>, directory: &DataDirectory) {
    let (simulator, directory) = (Arc::downgrade(simulator), directory.clone());
    tokio::spawn(async move {
        let mut interval = tokio::time::interval(KEEPING);
        loop {
            interval.tick().await;
            let Some(simulator) = Weak::upgrade(&simulator) else { return };
            let directory = directory.clone();
            let _ended =
                tokio::task::spawn_blocking(move || keep_now(&simulator, &directory)).await;
        }
    });
}

/// Keeps them now: the last word of a run that ends.
pub(super) fn keep_now(simulator: &Simulator, directory: &DataDirectory) {
    let authority = simulator.authority();
    let lists = authority.revocation_lists(simulator.clock().now()).map_err(|e| e.to_string());
    let kept = lists.and_then(|lists| keep_lists(directory, simulator.trust_anchor(), &lists));
    if let Err(cause) = kept {
        tracing::warn!(cause, "the revocation lists of this run cannot be kept");
    }
}

/// Keeps the lists of the run with this root.
pub(super) fn keep_lists(
    directory: &DataDirectory,
    anchor: &CertificateDer,
    lists: &[Bytes],
) -> Result<(), String> {
    directory.keep_revocation_lists(anchor, lists).map_err(|error| error.to_string())
}

fn digest(anchor: &CertificateDer) -> String {
    Digest::of(DigestAlgorithm::Sha256, anchor.as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};

    use super::*;
    use crate::audit::{AuditEvent, sample};

    fn anchor(number: usize) -> CertificateDer {
        CertificateDer::new(number.to_be_bytes().to_vec())
    }

    async fn start(store: &Store, anchor: &CertificateDer) {
        let trust_anchor = Digest::of(DigestAlgorithm::Sha256, anchor.as_bytes());
        let configuration = Digest::of(DigestAlgorithm::Sha256, b"");
        let started = AuditEvent::Started { run: "run".into(), trust_anchor, configuration };
        store.record(&started, sample::now()).await.unwrap();
    }

    /// A data directory with so many roots, and the lists of two of them.
    fn directory(roots: usize) -> DataDirectory {
        let directory = DataDirectory::temporary().unwrap();
        let pem = |number| {
            let base64 = STANDARD.encode(anchor(number).as_bytes());
            format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n")
        };
        let all: String = (0..roots).map(pem).collect();
        std::fs::write(directory.path().join("trust-anchors.pem"), all).unwrap();
        for number in [0, 899] {
            let list = Bytes::from_static(b"list");
            directory.keep_revocation_lists(&anchor(number), &[list]).unwrap();
        }
        directory
    }

    #[tokio::test]
    async fn too_many_roots_let_idle_ones_go_and_then_the_oldest_with_their_lists() {
        let directory = directory(1_500);
        let store = Store::open(&directory, sample::key()).await.unwrap();
        // Of the newest 600 the log tells that nobody signed.
        for number in 900..1_500 {
            start(&store, &anchor(number)).await;
        }
        let_go(&directory, &store).await.unwrap();
        let kept = directory.trust_anchors().unwrap();
        assert_eq!(kept, (900 - RUNS_LEFT..900).map(anchor).collect::<Vec<_>>());
        assert_eq!(directory.revocation_lists(&anchor(0)).unwrap(), Vec::<Bytes>::new());
        assert_eq!(directory.revocation_lists(&anchor(899)).unwrap().len(), 1);
        // There is room again.
        directory.remember_trust_anchor(&anchor(2_000)).unwrap();
        let_go(&directory, &store).await.unwrap();
        assert_eq!(directory.trust_anchors().unwrap().len(), RUNS_LEFT + 1);
    }

    #[tokio::test]
    async fn a_list_of_an_earlier_run_that_is_none_is_left_out() {
        let directory = directory(2);
        assert_eq!(lists(&directory).unwrap().len(), 0);
    }
}
