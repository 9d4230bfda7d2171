//! The port through which the service and the device ask for the time.

use std::{fmt::Debug, time::SystemTime};

/// A clock. Pure code never holds one: it is given `now`, read once for each act.
pub trait Clock: Debug + Send + Sync {
    /// The present moment.
    fn now(&self) -> SystemTime;
}
