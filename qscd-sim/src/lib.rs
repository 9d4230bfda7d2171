//! A simulator of a qualified signature creation device (QSCD) and of the trust services around
//! it: a device whose keys live for minutes, a certification authority, a time-stamping unit and
//! an issuer of persons' tokens.
//!
//! It is **not qualified** and says so in every name. Keys are new at every start; nothing is
//! written to disk.

mod activation_page;
mod allowed_client;
mod authority;
mod clock;
mod device;
mod error;
mod event;
mod fault;
mod faults;
mod http;
mod identity;
mod issued;
mod issuer_key;
mod management;
mod moment;
mod page;
mod randomness;
mod seeded;
mod simulator;
mod time_stamping;

pub use self::authority::{Authority, AuthorityOptions, ImportedCa, SIMULATOR};
pub use ::authority::{Country, OcspUntruth, Revocation, RevocationReason, SERIAL_NUMBER_LENGTH};
pub use activation_page::ActivationPage;
pub use allowed_client::AllowedClient;
pub use clock::{SettableClock, SystemClock};
pub use device::{
    Device, DeviceCounters, DeviceLimits, KnownOrganisation, LiveCredential, LiveState, Mandate,
    PersonalMeans, RsaPoolSettings, SigningLogin, WhenPoolEmpty,
};
pub use error::Error;
pub use event::{Event, EventSink};
pub use fault::Fault;
pub use faults::{
    FaultError, FaultRule, Faults, FaultyDevice, FaultyTimeStamping, NoAnswer, PlannedFault,
    Scenario,
};
pub use http::DeviceService;
pub use identity::{IdentityProvider, Person, TOKEN_LIFETIME};
pub use issued::{IssuedCertificate, IssuedCertificates};
pub use seal::pem;
pub use simulator::{Simulator, SimulatorOptions};
pub use time_stamping::{TimeStampingAuthority, TimeStampingUnit};
