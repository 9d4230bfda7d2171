//! `/clock`: the time that everything in the simulator asks.

use std::time::Duration;

use axum::{Json, body::Bytes, extract::State};
use seal::Clock;
use serde::{Deserialize, Serialize};

use super::{Management, ManagementProblem, json};
use crate::moment::{from_rfc3339, rfc3339};

/// The farthest that one call moves the clock, in seconds: a century.
const MAXIMUM_STEP_S: f64 = 100.0 * 366.0 * 24.0 * 3600.0;

/// What is done to the clock.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "lowercase", deny_unknown_fields)]
enum Action {
    Set { time: String },
    Advance { seconds: f64 },
    Freeze,
    Release,
    Reset,
}

#[derive(Serialize)]
pub(super) struct Shown {
    time: String,
    frozen: bool,
}

/// The present time.
pub(super) async fn show(
    State(management): State<Management>,
) -> Result<Json<Shown>, ManagementProblem> {
    let clock = &management.clock;
    let time = rfc3339(clock.now()).ok_or(ManagementProblem::Failed)?;
    Ok(Json(Shown { time, frozen: clock.is_frozen() }))
}

/// Sets, advances, freezes, releases or resets the clock, and shows it.
pub(super) async fn change(
    State(management): State<Management>,
    body: Bytes,
) -> Result<Json<Shown>, ManagementProblem> {
    let clock = &management.clock;
    match json(&body)? {
        Action::Set { time } => {
            clock.set(from_rfc3339(&time).ok_or(ManagementProblem::TimeMalformed)?);
        }
        Action::Advance { seconds } => {
            if !(0.0..=MAXIMUM_STEP_S).contains(&seconds) {
                return Err(ManagementProblem::StepMalformed);
            }
            clock.advance(Duration::from_secs_f64(seconds));
        }
        Action::Freeze => clock.freeze(),
        Action::Release => clock.release(),
        Action::Reset => clock.reset(),
    }
    // What should have ended by now ends before the answer.
    management.device.tick();
    show(State(management)).await
}
