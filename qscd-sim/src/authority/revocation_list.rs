//! A CA's certificate revocation list, made anew when it is due.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use ::authority::{ListIssuer, RevocationList as List};
use bytes::Bytes;

use super::revocation::Revocations;
use crate::Error;

/// How old a list may be and still be handed out.
const RENEWAL: Duration = Duration::from_secs(3600);

/// The current list of one CA, and the number of the next.
#[derive(Debug, Default)]
pub(super) struct RevocationList(Mutex<Option<Issued>>);

#[derive(Debug)]
struct Issued {
    der: Bytes,
    number: u64,
    at: SystemTime,
    changes: u64,
}

impl RevocationList {
    /// The list for `now`: the last one while it is fresh and complete, else a new one.
    pub(super) fn at(
        &self,
        now: SystemTime,
        issuer: ListIssuer<'_>,
        revocations: &Revocations,
    ) -> Result<Bytes, Error> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let changes = revocations.changes();
        // A clock that was set back makes a new list, too: one from the future is of no use.
        if let Some(last) = last.as_ref()
            && last.changes == changes
            && now.duration_since(last.at).is_ok_and(|age| age < RENEWAL)
        {
            return Ok(last.der.clone());
        }
        next(&mut last, now, issuer, revocations)
    }

    /// A new list, however fresh the last one is.
    pub(super) fn anew(
        &self,
        now: SystemTime,
        issuer: ListIssuer<'_>,
        revocations: &Revocations,
    ) -> Result<Bytes, Error> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        next(&mut last, now, issuer, revocations)
    }
}

fn next(
    last: &mut Option<Issued>,
    now: SystemTime,
    issuer: ListIssuer<'_>,
    revocations: &Revocations,
) -> Result<Bytes, Error> {
    let changes = revocations.changes();
    let number = last.as_ref().map_or(1, |last| last.number.saturating_add(1));
    let (revoked, complete_since) = (revocations.all(), revocations.complete_since());
    let list = List { number, revoked: &revoked, complete_since };
    let der = Bytes::from(list.sign(issuer, now)?);
    *last = Some(Issued { der: der.clone(), number, at: now, changes });
    Ok(der)
}
