//! A simulator of a qualified signature creation device (QSCD) and of the trust services around
//! it: a device whose keys live for minutes, a certification authority, a time-stamping unit and
//! an issuer of persons' tokens.
//!
//! It is **not qualified** and says so in every name. Keys are new at every start; nothing is
//! written to disk.

mod authority;
mod clock;
mod device;
mod error;
mod event;
mod identity;
mod management;
mod moment;
mod randomness;
mod simulator;
mod time_stamping;

pub use authority::{Authority, SERIAL_NUMBER_LENGTH, SIMULATOR};
pub use clock::{SettableClock, SystemClock};
pub use device::{Device, DeviceCounters, DeviceLimits, Mandate};
pub use error::Error;
pub use event::{
    Destruction, DestructionCause, DestructionHead, DestructionReason, Event, EventProofError,
    EventSink, verify_destructions,
};
pub use identity::{IdentityProvider, Person, TOKEN_LIFETIME};
pub use simulator::{Simulator, SimulatorOptions};
pub use time_stamping::TimeStampingUnit;
