//! A log in its database, verified.

use std::{collections::BTreeMap, ops::ControlFlow};

use audit::{AuditKey, AuditPosition, RemovedPersons, Verification, VerifyError, VerifyReport};

use crate::Log;

/// Why a log is not known to be whole.
#[derive(Debug, thiserror::Error)]
pub enum VerificationError {
    /// It is not.
    #[error(transparent)]
    Broken(#[from] VerifyError),
    /// The chain of a node is not.
    #[error("chain {chain}: {finding}")]
    ChainBroken {
        /// The node's name.
        chain: String,
        /// What was found.
        #[source]
        finding: VerifyError,
    },
    /// The exported head is of a node that has no chain here.
    #[error("there is no chain {chain}, but a head of it was exported")]
    ChainMissing {
        /// The node's name.
        chain: String,
    },
    /// The database cannot be read.
    #[error("the audit log cannot be read: {0}")]
    Database(#[from] sqlx::Error),
}

/// A head that was exported earlier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedHead {
    /// Of which node's chain; a file has one chain, and its name is empty.
    pub chain: String,
    /// The head.
    pub position: AuditPosition,
}

/// Verifies the log in a file, which may be in use. With an exported `head` the loss of the
/// records up to it is found, too; without one nothing can tell that the newest were cut off.
///
/// # Errors
/// [`VerificationError::Broken`] names the first record that does not fit.
pub async fn verify(
    log: impl Into<Log>,
    key: &AuditKey,
    head: Option<AuditPosition>,
) -> Result<VerifyReport, VerificationError> {
    let head = head.map(|position| ExportedHead { chain: String::new(), position });
    let mut reports = verify_all(&log.into(), key, head).await?;
    let chain = String::new();
    reports.remove(&chain).ok_or(VerificationError::ChainMissing { chain })
}

/// Verifies every chain of a database, which may be in use, and answers each by its node's name.
///
/// # Errors
/// [`VerificationError::ChainBroken`] names the first record that does not fit.
pub async fn verify_all(
    log: &Log,
    key: &AuditKey,
    head: Option<ExportedHead>,
) -> Result<BTreeMap<String, VerifyReport>, VerificationError> {
    let begin = |chain: &str| {
        let head = head.as_ref().filter(|head| head.chain == chain);
        Verification::new(key, head.map(|head| head.position))
    };
    let chains = log.chains().await?;
    let mut chains: BTreeMap<String, Verification<'_>> =
        chains.into_iter().map(|chain| (chain.clone(), begin(&chain))).collect();
    log.records(|found| {
        // A chain that was begun meanwhile, or whose name was removed.
        if !chains.contains_key(found.chain) {
            chains.insert(found.chain.to_owned(), begin(found.chain));
        }
        if let Some(chain) = chains.get_mut(found.chain) {
            chain.record(found.record).map_err(broken(found.chain))?;
        }
        Ok::<_, VerificationError>(ControlFlow::Continue(()))
    })
    .await?;
    if let Some(ExportedHead { chain, .. }) =
        head.as_ref().filter(|head| !chains.contains_key(&head.chain))
    {
        return Err(VerificationError::ChainMissing { chain: chain.clone() });
    }
    let mut removed = RemovedPersons::default();
    let mut reports = BTreeMap::new();
    for (name, chain) in chains {
        let report = chain.finish(&mut removed).map_err(broken(&name))?;
        reports.insert(name, report);
    }
    removed.check()?;
    Ok(reports)
}

/// What was found in a chain, with its name if it has one.
fn broken(chain: &str) -> impl FnOnce(VerifyError) -> VerificationError {
    move |finding| match chain {
        "" => VerificationError::Broken(finding),
        chain => VerificationError::ChainBroken { chain: chain.to_owned(), finding },
    }
}

#[cfg(test)]
mod tests;
