//! The management port: the tester's controls, tokens for the demo's persons, and the device's
//! state. Whoever binds it binds it to loopback only. `docs/simulator.md` describes it.

mod authority;
mod clock;
mod credentials;
mod events;
mod faults;
mod identities;
mod problem;
mod reset;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, State},
    routing::{delete, get, post},
};
use seal::ProfileId;
use serde::{Serialize, de::DeserializeOwned};

use self::problem::ManagementProblem;
use crate::{
    authority::Authority,
    clock::SettableClock,
    device::{Device, DeviceCounters},
    event::EventStream,
    faults::Faults,
    identity::IdentityProvider,
    time_stamping::TimeStampingAuthority,
};

/// The longest request body in bytes.
const MAXIMUM_BODY_LENGTH: usize = 128 * 1024;

/// What the management port shows and moves.
#[derive(Clone, Debug)]
pub(crate) struct Management {
    pub(crate) authority: Arc<Authority>,
    pub(crate) device: Arc<Device>,
    pub(crate) time_stamping: Arc<TimeStampingAuthority>,
    pub(crate) identities: Arc<IdentityProvider>,
    pub(crate) faults: Arc<Faults>,
    pub(crate) events: Arc<EventStream>,
    pub(crate) clock: SettableClock,
    /// The profiles that are known besides those of certificates that are listed.
    pub(crate) profiles: Arc<[ProfileId]>,
    /// The seed of everything, if there is one.
    pub(crate) seed: Option<u64>,
}

impl Management {
    /// The routes.
    pub(crate) fn router(self) -> Router {
        Router::new()
            .route("/status", get(status))
            .route("/reset", post(reset::reset))
            .route("/clock", get(clock::show).post(clock::change))
            .route("/credentials", get(credentials::list))
            .route("/credentials/{id}", delete(credentials::kill))
            .route("/certificates", get(credentials::certificates))
            .route("/certificates/{serial}", get(credentials::certificate))
            .route("/certificates/{serial}/revoke", post(authority::revoke))
            .route("/issuing-ca/roll-over", post(authority::roll_over_issuing_ca))
            .route("/time-stamping/roll-over", post(authority::roll_over_time_stamping))
            .route("/events", get(events::stream))
            .route("/faults", get(faults::list).post(faults::plan).delete(faults::clear))
            .route("/faults/seed", post(faults::seed))
            .route("/faults/{id}", delete(faults::withdraw))
            .route("/scenarios", get(faults::scenarios))
            .route("/scenarios/{name}", post(faults::play))
            .route("/identities/{name}/token", post(identities::issue_token))
            .route("/identities/{name}/id-token", post(identities::issue_id_token))
            .route(
                "/authenticators",
                get(identities::list_means)
                    .post(identities::register_means)
                    .delete(identities::remove_means),
            )
            .route("/identities/jwks.json", get(identities::key_set))
            .layer(DefaultBodyLimit::max(MAXIMUM_BODY_LENGTH))
            .with_state(self)
    }
}

/// `GET /status`.
#[derive(Serialize)]
struct Status {
    simulator: &'static str,
    run_id: String,
    keys: DeviceCounters,
}

async fn status(State(management): State<Management>) -> Json<Status> {
    Json(Status {
        simulator: crate::SIMULATOR,
        run_id: management.authority.run_id().to_owned(),
        keys: management.device.counters(),
    })
}

/// The body's JSON.
fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, ManagementProblem> {
    serde_json::from_slice(body)
        .map_err(|error| ManagementProblem::BodyMalformed(error.to_string()))
}

#[cfg(test)]
mod tests;
