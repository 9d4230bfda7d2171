//! Organisations and their standing mandates.

use seal::{MandateId, ProfileId};

/// An organisation's standing order to the device: seal with this profile.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mandate {
    /// The mandate's name.
    pub id: MandateId,
    /// The organizationName of the organisation, as it stands in certificates.
    pub organization_name: String,
    /// The organizationIdentifier of the organisation, as `NTRDK-12345674`.
    pub organization_identifier: String,
    /// The profile that it covers.
    pub profile: ProfileId,
}

/// An organisation whose name the device knows: persons' certificates may show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownOrganisation {
    /// Its organizationName.
    pub organization_name: String,
    /// Its organizationIdentifier, as `NTRDK-12345674`.
    pub organization_identifier: String,
}
