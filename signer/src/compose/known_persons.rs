//! What the device keeps of persons: in this process, and elsewhere.

use std::sync::Arc;

use qscd_sim::Simulator;
use seal::{AuthenticatorOrder, QscdError};

use crate::{device::remote::RemoteDevice, service::KnownPersons};

/// What stands for every run of the device in this process.
const IN_THIS_PROCESS: &str = "in-process";

/// The simulator in this process.
#[derive(Debug)]
pub(super) struct EmbeddedPersons(pub(super) Arc<Simulator>);

impl KnownPersons for EmbeddedPersons {
    fn run(&self) -> String {
        IN_THIS_PROCESS.to_owned()
    }

    fn is_told(&self) -> bool {
        true
    }

    fn take_again(&self, order: &AuthenticatorOrder) -> Result<(), QscdError> {
        let device = self.0.device();
        if !device.knows(order) {
            return device.register_by_operator(order);
        }
        device.lower(order);
        Ok(())
    }
}

/// A device elsewhere.
#[derive(Debug)]
pub(super) struct RemotePersons(pub(super) Arc<RemoteDevice>);

impl KnownPersons for RemotePersons {
    fn run(&self) -> String {
        self.0.description().run_id.clone()
    }

    fn is_told(&self) -> bool {
        false
    }

    /// Nobody's word counts there but its own operator's.
    fn take_again(&self, _: &AuthenticatorOrder) -> Result<(), QscdError> {
        Ok(())
    }
}
