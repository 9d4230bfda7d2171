//! `/faults` and `/scenarios`: what shall go wrong.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
};
use seal::{CredentialId, ProfileId};
use serde::{Deserialize, Serialize};

use super::{Management, ManagementProblem, json};
use crate::{
    fault::Fault,
    faults::{FaultRule, PlannedFault, Scenario},
};

/// How much of a name that is not known is told again.
const MAXIMUM_NAME_LENGTH: usize = 100;

#[derive(Serialize)]
pub(super) struct Plan {
    planned: Vec<PlannedFault>,
    known: [Fault; Fault::ALL.len()],
}

#[derive(Serialize)]
pub(super) struct Planned {
    ids: Vec<u64>,
}

#[derive(Serialize)]
pub(super) struct Described {
    name: &'static str,
    faults: Vec<FaultRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seed {
    seed: u64,
}

/// The faults in force, and the names of all.
pub(super) async fn list(State(management): State<Management>) -> Json<Plan> {
    Json(Plan { planned: management.faults.planned(), known: Fault::ALL })
}

/// Plans a fault.
pub(super) async fn plan(
    State(management): State<Management>,
    body: Bytes,
) -> Result<(StatusCode, Json<Planned>), ManagementProblem> {
    let rule: FaultRule = json(&body)?;
    management.meets(&rule)?;
    let ids = vec![management.faults.plan(rule)?];
    Ok((StatusCode::CREATED, Json(Planned { ids })))
}

impl Management {
    /// Refuses a rule that no call could ever meet: its profile or its credential is misspelt.
    fn meets(&self, rule: &FaultRule) -> Result<(), ManagementProblem> {
        if let Some(profile) = &rule.profile {
            let issued = || self.device.issued().newest(usize::MAX);
            let known = self.profiles.contains(profile)
                || issued().iter().any(|one| one.profile == *profile);
            if !known {
                let known: Vec<&str> = self.profiles.iter().map(ProfileId::as_str).collect();
                let known = match &known[..] {
                    [] => "none is known yet".to_owned(),
                    known => format!("there are {}", known.join(", ")),
                };
                let asked = profile.as_str().chars().take(MAXIMUM_NAME_LENGTH).collect();
                return Err(ManagementProblem::ProfileUnknown(asked, known));
            }
        }
        if let Some(credential) = &rule.credential
            && !self.device.lives(&CredentialId::new(credential))
        {
            let asked = credential.chars().take(MAXIMUM_NAME_LENGTH).collect();
            return Err(ManagementProblem::CredentialUnknown(asked));
        }
        Ok(())
    }
}

/// Withdraws all faults.
pub(super) async fn clear(State(management): State<Management>) -> StatusCode {
    management.faults.clear();
    StatusCode::NO_CONTENT
}

/// Withdraws one fault.
pub(super) async fn withdraw(
    State(management): State<Management>,
    Path(id): Path<u64>,
) -> Result<StatusCode, ManagementProblem> {
    if management.faults.withdraw(id) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ManagementProblem::FaultUnknown)
    }
}

/// Starts the dice anew.
pub(super) async fn seed(
    State(management): State<Management>,
    body: Bytes,
) -> Result<StatusCode, ManagementProblem> {
    let Seed { seed } = json(&body)?;
    management.faults.seed(seed);
    Ok(StatusCode::NO_CONTENT)
}

/// The scenarios with their faults.
pub(super) async fn scenarios() -> Json<Vec<Described>> {
    let all = Scenario::ALL.into_iter();
    Json(all.map(|one| Described { name: one.name(), faults: one.rules() }).collect())
}

/// Plans the faults of a scenario.
pub(super) async fn play(
    State(management): State<Management>,
    Path(name): Path<String>,
) -> Result<(StatusCode, Json<Planned>), ManagementProblem> {
    let scenario = Scenario::named(&name).ok_or(ManagementProblem::ScenarioUnknown)?;
    let ids = management.faults.play(scenario)?;
    Ok((StatusCode::CREATED, Json(Planned { ids })))
}
