//! The work on a batch, once its person has agreed: seals as they were chosen, signatures by the activation
//! that the device has their evidence for.

use std::sync::Arc;

use super::choice::options_of;
use crate::{
    Error,
    access::session::Session,
    authentication::Authenticated,
    desk::{Batch, Choice, Outcome},
    http::AppState,
    problem::Problem,
    service::{Completed, Language, Service},
};

/// By what each document is worked on.
enum By {
    Choice(Choice, Language),
    /// The activation of this name.
    Activation(String),
}

/// Begins to seal as was chosen, unless it was begun.
pub(super) fn work_by_choice(
    state: &AppState,
    session: &Session,
    batch: Arc<Batch>,
    choice: Choice,
    language: Language,
) {
    if batch.begin() {
        let (service, caller) = (Arc::clone(&state.service), session.authenticated());
        tokio::spawn(work(service, batch, caller, By::Choice(choice, language)));
    }
}

/// Begins to sign what waits for an activation that has its person's evidence; answers where that is seen,
/// and nothing of an activation that no batch waits for.
pub(in crate::http::web) fn work_by_activation(
    state: &AppState,
    session: &Session,
    activation: &str,
) -> Option<String> {
    let batch = awaiting(state, session, activation)?;
    let result = format!("/documents/{}/result", batch.id());
    if batch.begin_activated(activation) {
        let (service, caller) = (Arc::clone(&state.service), session.authenticated());
        tokio::spawn(work(service, batch, caller, By::Activation(activation.to_owned())));
    }
    Some(result)
}

/// The batch of whoever is logged in that waits for an activation.
pub(in crate::http::web) fn awaiting(
    state: &AppState,
    session: &Session,
    activation: &str,
) -> Option<Arc<Batch>> {
    let person = session.caller.person()?.person.clone();
    let owner = (session.organisation.organisation().clone(), person);
    state.desk.activated_by(&owner, activation)
}

/// Does one document after the other; one that fails stops none of the others.
async fn work(service: Arc<Service>, batch: Arc<Batch>, caller: Authenticated, by: By) {
    let mut good = 0;
    for paper in batch.papers() {
        if let Err(problem) = &paper.facts {
            paper.set(Outcome::Failed { problem, rules: Vec::new() });
            continue;
        }
        good += 1;
        if batch.is_stopped() {
            paper.set(Outcome::Cancelled);
            continue;
        }
        paper.set(Outcome::Working);
        let caller = caller.clone();
        let done = match &by {
            By::Choice(choice, language) => {
                let options = options_of(choice, paper, *language);
                service.perform(choice.act, caller, options, paper.document.clone()).await
            }
            // The activation lists the documents that can be signed, in their order.
            By::Activation(id) => service.perform_activated(caller, id, Some(good)).await,
        };
        paper.set(outcome(done));
    }
    batch.end();
}

fn outcome(done: Result<Completed, Error>) -> Outcome {
    match done {
        Ok(completed) => Outcome::Done {
            parts: completed.parts,
            receipt: completed.receipt.id.to_string(),
            degraded: completed.degraded,
        },
        Err(error) => {
            let rules = match &error {
                Error::Refused(refusals) => refusals.iter().map(|refusal| refusal.rule).collect(),
                _ => Vec::new(),
            };
            Outcome::Failed { problem: Problem::from(&error).kind().name(), rules }
        }
    }
}
