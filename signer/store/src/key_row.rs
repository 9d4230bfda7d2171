//! A row of a request's key: how long it is kept, and what it says.

use audit::KeyedRequest;

use crate::{AuditError, DoneRequest, KeyUse};

/// How long a key is kept at least, in microseconds: a day.
pub(crate) const KEPT: i64 = 86_400_000_000;

/// How many keys of one caller are kept.
pub(crate) const MAXIMUM_KEYS: i64 = 1_000_000;

/// How many keys that were kept long enough are let go with each new one.
pub(crate) const LET_GO: i64 = 4;

/// What a row says of a key: what was asked under it, the record of what was done and its text.
///
/// # Errors
/// [`AuditError::RecordDamaged`].
pub(crate) fn use_of(
    asked: &KeyedRequest,
    request: &[u8],
    record: Option<i64>,
    body: Option<&str>,
) -> Result<KeyUse, AuditError> {
    if request != asked.request {
        return Ok(KeyUse::OtherRequest);
    }
    let Some(record) = record else { return Ok(KeyUse::UnderWay) };
    let sequence = record.cast_unsigned();
    let done = body.and_then(|body| DoneRequest::read(sequence, body));
    done.map(KeyUse::Done).ok_or(AuditError::RecordDamaged { sequence })
}
