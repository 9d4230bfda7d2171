//! An erasure in one organisation, as it is asked for.

use std::{sync::Arc, time::SystemTime};

use audit::Owner;
use registry::Version;
use seal::{Caller, PersonId};

/// A person of one organisation who is to be erased there.
#[derive(Debug)]
pub(crate) struct Forget {
    pub(crate) owner: Arc<Owner>,
    /// The name of the person's entry in the register.
    pub(crate) entry: String,
    pub(crate) person: Option<PersonId>,
    /// The number of the register's last change by which it was judged.
    pub(crate) judged_by: Version,
    /// Who asks.
    pub(crate) by: Caller,
    pub(crate) now: SystemTime,
}
