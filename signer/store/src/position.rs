//! A record's place, out of a row.

use audit::{AuditPosition, ChainHash};

use crate::AuditError;

/// The position that a record's number and hash are.
///
/// # Errors
/// [`AuditError::RecordDamaged`] when the hash is none.
pub(crate) fn position(sequence: i64, hash: &[u8]) -> Result<AuditPosition, AuditError> {
    let sequence = sequence.cast_unsigned();
    let hash = ChainHash::from_bytes(hash).ok_or(AuditError::RecordDamaged { sequence })?;
    Ok(AuditPosition { sequence, hash })
}
