//! What is asked of orders, and what comes of it.

use std::time::SystemTime;

use registry::{Identification, Issuing, Kept, OneTimeCode, Order, RegisteredId, WantedKind};
use seal::{Caller, ProfileId};

use crate::{administration::Snapshot, authentication::Authenticated};

/// What somebody orders.
#[derive(Clone, Debug)]
pub(crate) struct WantedOrder {
    /// Under which terms.
    pub(crate) profile: ProfileId,
    /// What kind, if they say so.
    pub(crate) kind: Option<WantedKind>,
    /// Who collects by login.
    pub(crate) holder: Option<RegisteredId>,
    /// How the collector shows who they are.
    pub(crate) identification: Identification,
    /// How it is collected.
    pub(crate) issuing: Issuing,
}

/// What somebody does with an order.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OrderChange {
    /// Approves it.
    Approve,
    /// Takes it back.
    Cancel,
    /// Has a new code made.
    MakeCode,
}

/// An order, and the code that was made of it: it is shown once.
pub(crate) type Ordered = (Kept<Order>, Option<OneTimeCode>);

/// The caller's own entry, if they are a person of the register.
pub(crate) fn entry_of<'a>(
    caller: &Authenticated,
    snapshot: &'a Snapshot,
) -> Option<&'a RegisteredId> {
    match &caller.caller {
        Caller::Application(_) => None,
        Caller::Person(claims) => {
            let person = snapshot.register().linked(&claims.person)?;
            (!person.state.is_barred()).then_some(&person.id)
        }
    }
}

/// Seconds since 1970.
pub(crate) fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
