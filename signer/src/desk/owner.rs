//! Whose papers they are.

use seal::{OrganisationId, PersonId};

/// A person of an organisation.
pub(crate) type Owner = (OrganisationId, PersonId);
