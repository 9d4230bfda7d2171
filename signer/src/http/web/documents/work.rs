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
    service::{Completed, Language, ProblemType, Service},
};

/// By what each document is worked on.
enum By {
    Choice(Choice, Language),
    /// The activation of this name.
    Activation(String),
}

/// Begins to seal what was agreed to; not where something else was chosen meanwhile, or it was begun.
pub(super) fn work_by_choice(
    state: &AppState,
    session: &Session,
    batch: Arc<Batch>,
    choice: Choice,
    language: Language,
) -> bool {
    let begins = batch.begin(&choice);
    if begins {
        let (service, caller) = (Arc::clone(&state.service), session.authenticated());
        tokio::spawn(work(service, batch, caller, By::Choice(choice, language)));
    }
    begins
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
    let batch = Ends(batch);
    let (mut good, batch) = (0, &batch.0);
    for paper in batch.papers() {
        if let Err(cause) = &paper.facts {
            let problem = ProblemType::from(&Error::from(cause.clone())).name();
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
}

/// Ends a batch however its work ends: what a panic left undone has failed.
struct Ends(Arc<Batch>);

impl Drop for Ends {
    fn drop(&mut self) {
        for paper in self.0.papers() {
            match paper.outcome() {
                Outcome::Waiting | Outcome::Working => paper.set(Outcome::Failed {
                    problem: Problem::from(&Error::Interrupted).kind().name(),
                    rules: Vec::new(),
                }),
                Outcome::Done { .. } | Outcome::Failed { .. } | Outcome::Cancelled => {}
            }
        }
        self.0.end();
    }
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

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use bytes::Bytes;
    use seal::{Act, Level, OrganisationId, PersonId, ProfileId};

    use super::*;
    use crate::{
        desk::{Paper, Placed, Stage},
        service::Document,
    };

    #[test]
    fn a_batch_ends_when_its_work_panics_and_what_was_not_done_has_failed() {
        let person = PersonId { issuer: "issuer".into(), subject: "karen".into() };
        let owner = (OrganisationId::new("12345674"), person);
        let document = Document::new(Bytes::from_static(b"%PDF"));
        let facts = Err(pades::Error::HeaderMissing);
        let paper = Paper::new("a.pdf".into(), document, facts, None, &[1; 32]);
        let batch = Batch::new(owner, vec![paper], "id".into(), SystemTime::UNIX_EPOCH);
        let (profile, level) = (ProfileId::new("staff"), Level::BT);
        let choice =
            Choice { act: Act::Seal, profile, level, placed: Placed::Invisible, look: None };
        batch.choose(choice.clone());
        assert!(batch.begin(&choice));
        let batch = Arc::new(batch);
        let ends = Ends(Arc::clone(&batch));
        std::thread::spawn(move || {
            let _ends = ends;
            panic!("the work")
        })
        .join()
        .unwrap_err();
        assert_eq!(batch.stage(), Stage::Ended);
        assert!(matches!(batch.papers()[0].outcome(), Outcome::Failed { .. }));
    }
}
