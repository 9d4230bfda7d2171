//! What the device keeps of persons, as far as the service has to know it.

use std::fmt::Debug;

use seal::{AuthenticatorOrder, QscdError};

/// What the device keeps of persons. One elsewhere forgets everything when it is started again, and asks
/// for evidence anew; one in this process has the service's register for its memory.
pub trait KnownPersons: Debug + Send + Sync {
    /// A name for as long as what the device took counts there.
    fn run(&self) -> String;

    /// Whether the register's word is enough for it: that of a device in this process.
    fn is_told(&self) -> bool;

    /// Has a device in this process take again what it took before, and have it speak for as much as the order
    /// says, on the operator's word: that is whose process both are.
    ///
    /// # Errors
    /// [`QscdError::AtCapacity`], [`QscdError::ActivationRefused`].
    fn take_again(&self, order: &AuthenticatorOrder) -> Result<(), QscdError>;
}
