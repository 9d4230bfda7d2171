//! Spent tokens: each signs a document once, on whichever node.

use std::collections::{BTreeSet, HashSet};

use audit::Draft;
use sqlx::PgTransaction;

use crate::AuditError;

/// Spends the tokens of the records that nothing refuses, in the order of their keys, and refuses those
/// whose token is spent. What another node spends at the same moment is waited for.
pub(super) async fn spend(
    transaction: &mut PgTransaction<'_>,
    drafts: &[&Draft],
    refusals: &mut [Option<AuditError>],
) -> Result<(), AuditError> {
    let fresh = drafts.iter().zip(&*refusals).filter(|(_, refusal)| refusal.is_none());
    let keys: BTreeSet<[u8; 32]> =
        fresh.filter_map(|(draft, _)| draft.spent.as_ref().map(|token| token.key)).collect();
    if keys.is_empty() {
        return Ok(());
    }
    let keys: Vec<&[u8]> = keys.iter().map(|key| &key[..]).collect();
    let spent: Vec<Vec<u8>> = sqlx::query_scalar(
        "INSERT INTO spent_token (key) SELECT key FROM unnest($1::bytea[]) AS given (key) ORDER BY key
         ON CONFLICT DO NOTHING RETURNING key",
    )
    .bind(keys)
    .fetch_all(&mut **transaction)
    .await?;
    let mut spent: HashSet<Vec<u8>> = spent.into_iter().collect();
    for (draft, refusal) in drafts.iter().zip(refusals) {
        if let (None, Some(token)) = (&refusal, &draft.spent)
            // Each counts for the first record that brings it.
            && !spent.remove(&token.key[..])
        {
            *refusal = Some(AuditError::TokenReplayed);
        }
    }
    Ok(())
}
