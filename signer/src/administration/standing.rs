//! What stands for every organisation without being declared.

use seal::{MandateId, ProfileId};

/// The application in whose name test seals are made. It has a grant and no key: nobody can
/// call as it.
pub const READINESS_APPLICATION: &str = "segl-readiness";

/// The organisation's standing mandate to the device for a profile.
pub(crate) fn mandate(profile: &ProfileId) -> MandateId {
    MandateId::new(profile.as_str())
}
