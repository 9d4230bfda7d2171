//! Who changes the register.

use seal::{ApplicationId, PersonId};
use serde::{Deserialize, Serialize};

/// Who made or changed something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Actor {
    /// An application with a role.
    Application(ApplicationId),
    /// A person with a role.
    Person(PersonId),
    /// Whoever runs the installation, on its command line.
    Operator,
    /// A person that was erased since.
    Erased,
}
