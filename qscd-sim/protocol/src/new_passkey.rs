//! What stands in the calls by which a passkey is made on the device's own page.

use std::time::SystemTime;

use seal::{Backup, DevicePage, MadePasskey, NewPasskeyOrder, PersonId};
use serde::{Deserialize, Serialize};

use crate::Base64;

/// The device's own page, as its description tells it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ToldPage {
    /// Its origin, under which `/activations/{id}`, `/registrations/{id}` and `/passkeys/{id}` are.
    pub origin: String,
    /// The relying party of its passkeys.
    pub rp_id: String,
}

/// `POST /qscd/v1/passkeys`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPasskeyRequest {
    /// The organisation, as `NTRDK-12345674`.
    pub organization_identifier: String,
    /// The person.
    pub person: PersonId,
    /// givenName of the person's certificates.
    pub given_name: String,
    /// surname of the person's certificates.
    pub surname: String,
    /// Whether the person may speak for others' means.
    #[serde(default)]
    pub administrator: bool,
}

/// The answer to a [`NewPasskeyRequest`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewPasskeyWaiting {
    /// Its name.
    pub id: String,
    /// When it ends.
    pub ends: SystemTime,
}

/// The answer to `GET /qscd/v1/passkeys/{id}`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewPasskeyState {
    /// The passkey that was made; nothing yet.
    pub made: Option<NewPasskey>,
}

/// A passkey that was made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewPasskey {
    /// For which organisation.
    pub organization_identifier: String,
    /// For whom.
    pub person: PersonId,
    /// The credential's id.
    pub credential_id: Base64,
    /// Its COSE key.
    pub cose_key: Base64,
    /// The user handle that it was made for.
    pub user_handle: Base64,
    /// How often it signed; 0 where it does not count.
    pub sign_count: u32,
    /// Where it may be.
    pub backup: Backup,
}

impl From<&DevicePage> for ToldPage {
    fn from(DevicePage { origin, rp_id }: &DevicePage) -> Self {
        Self { origin: origin.clone(), rp_id: rp_id.clone() }
    }
}

impl From<&ToldPage> for DevicePage {
    fn from(ToldPage { origin, rp_id }: &ToldPage) -> Self {
        Self { origin: origin.clone(), rp_id: rp_id.clone() }
    }
}

impl From<NewPasskeyOrder> for NewPasskeyRequest {
    fn from(order: NewPasskeyOrder) -> Self {
        Self {
            organization_identifier: order.organization_identifier,
            person: order.person,
            given_name: order.given_name,
            surname: order.surname,
            administrator: order.administrator,
        }
    }
}

impl From<NewPasskeyRequest> for NewPasskeyOrder {
    fn from(request: NewPasskeyRequest) -> Self {
        Self {
            organization_identifier: request.organization_identifier,
            person: request.person,
            given_name: request.given_name,
            surname: request.surname,
            administrator: request.administrator,
        }
    }
}

impl From<MadePasskey> for NewPasskey {
    fn from(made: MadePasskey) -> Self {
        Self {
            organization_identifier: made.organization_identifier,
            person: made.person,
            credential_id: made.credential_id.as_slice().into(),
            cose_key: made.cose_key.as_slice().into(),
            user_handle: made.user_handle.as_slice().into(),
            sign_count: made.sign_count,
            backup: made.backup,
        }
    }
}

impl From<NewPasskey> for MadePasskey {
    fn from(told: NewPasskey) -> Self {
        Self {
            organization_identifier: told.organization_identifier,
            person: told.person,
            credential_id: told.credential_id.into_bytes(),
            cose_key: told.cose_key.into_bytes(),
            user_handle: told.user_handle.into_bytes(),
            sign_count: told.sign_count,
            backup: told.backup,
        }
    }
}
