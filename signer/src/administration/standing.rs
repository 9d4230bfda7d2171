//! What stands for every organisation without being declared.

use seal::{Act, ApplicationId, Grant, Grantee, MandateId, ProfileId};

/// The application in whose name test seals are made. It has a grant and no key: nobody can
/// call as it.
pub const READINESS_APPLICATION: &str = "segl-readiness";

/// The application in whose name an organisation's receipts are sealed, for whoever takes the evidence of
/// an act of theirs away. It has a grant and no key: nobody can call as it.
pub const RECEIPTS_APPLICATION: &str = "segl-receipts";

/// The names that no application bears but the service's own.
pub(crate) fn reserved() -> Vec<ApplicationId> {
    [READINESS_APPLICATION, RECEIPTS_APPLICATION].map(ApplicationId::new).into()
}

/// The right of one of them: to seal.
pub(crate) fn grant(application: &str) -> Grant {
    Grant::new(Grantee::Application(ApplicationId::new(application)), vec![Act::Seal], None)
}

/// The organisation's standing mandate to the device for a profile.
pub(crate) fn mandate(profile: &ProfileId) -> MandateId {
    MandateId::new(profile.as_str())
}
