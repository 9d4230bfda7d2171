//! A certificate profile, as it is told.

use seal::{Act, Format, Level, ProfileId};
use serde::Deserialize;

/// `GET /v1/profiles`.
#[derive(Debug, Deserialize)]
pub(super) struct ProfileList {
    pub(super) profiles: Vec<Profile>,
}

/// What is printed of a profile.
#[derive(Debug, Deserialize)]
pub(super) struct Profile {
    pub(super) id: ProfileId,
    pub(super) display_name: String,
    pub(super) act: Act,
    pub(super) active: bool,
    pub(super) allow_signing: bool,
    pub(super) formats: Vec<Format>,
    pub(super) levels: Vec<Level>,
}
