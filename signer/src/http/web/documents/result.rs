//! What came of documents; and the way out before anything does.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use serde_json::json;

use super::shared::{Reader, goes_to, row, scripts};
use crate::{
    audit::{AccessBy, DeclineRecord},
    desk::{Batch, Outcome, Stage},
    http::{
        AppState,
        path::Path,
        web::{
            answer::{self, WebError, scripted},
            declining::{self, Decline},
            evidence,
            sent::Sent,
        },
    },
    web::{ResultPage, evidence_texts, rule, unfit},
};

/// The page.
pub(super) async fn page(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
) -> Response {
    let batch = match reader.batch(&state, &id) {
        Ok(batch) if batch.stage() == Stage::Open => {
            return goes_to(&format!("/documents/{id}"));
        }
        Ok(batch) if batch.stage() == Stage::Declined => {
            return reader.told(&WebError::PapersGone);
        }
        Ok(batch) => batch,
        Err(error) => return reader.told(&error),
    };
    let (s, language) = (reader.texts(), reader.spoken.language);
    let is_working = batch.stage() == Stage::Working;
    let mut good = 0;
    let rows = batch.papers().iter().enumerate().map(|(at, paper)| {
        let mut row = row(s, at, paper);
        match paper.outcome() {
            Outcome::Done { receipt, .. } => {
                good += 1;
                row.receipt = Some(receipt);
                row.download = Some(result_name(&paper.name));
            }
            Outcome::Failed { rules, problem } => {
                row.reasons = rules.iter().map(|one| rule(language, *one).to_owned()).collect();
                match &paper.facts {
                    Err(cause) => row.reasons.push(unfit(language, cause).to_owned()),
                    Ok(_) if rules.is_empty() => {
                        row.reasons.push(format!("{} ({problem})", s.state_bad));
                    }
                    Ok(_) => {}
                }
            }
            Outcome::Waiting if is_working => {
                (row.state, row.class) = (s.state_waiting, "open");
            }
            Outcome::Waiting | Outcome::Working | Outcome::Cancelled => {}
        }
        row
    });
    let papers: Vec<_> = rows.collect();
    let title = match (is_working, good) {
        (true, _) => s.working,
        (false, 0) => s.failed_title,
        (false, _) => s.done_title,
    };
    let (done, count) = progress(&batch);
    let page = ResultPage {
        frame: reader.frame(&format!("/documents/{id}/result")),
        s,
        scripts: scripts(),
        at: 3,
        csrf: reader.session.csrf().to_owned(),
        // That of the act, where it has one of its own: receipt and audit log have that.
        code: batch.activation().map_or_else(|| batch.code(), |activation| activation.code),
        id,
        title,
        is_working,
        done,
        count,
        good,
        papers,
        evidence: evidence::is_offered(&reader.session).then(|| evidence_texts(language)),
    };
    answer::page(StatusCode::OK, &reader.spoken, &page)
}

/// How many documents are through, and how many there are.
fn progress(batch: &Batch) -> (usize, usize) {
    let is_through = |outcome: &Outcome| !matches!(outcome, Outcome::Waiting | Outcome::Working);
    let papers = batch.papers();
    (papers.iter().filter(|paper| is_through(&paper.outcome())).count(), papers.len())
}

/// What a result is called beside its original.
pub(super) fn result_name(name: &str) -> String {
    let stem = name.strip_suffix(".pdf").or_else(|| name.strip_suffix(".PDF")).unwrap_or(name);
    format!("{stem}-segl.pdf")
}

/// How far it is, for the script that waits.
pub(super) async fn state(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
) -> Response {
    match reader.batch(&state, &id) {
        Ok(batch) => {
            let (done, count) = progress(&batch);
            let working = batch.stage() == Stage::Working;
            let said = json!({ "done": done, "count": count, "working": working });
            scripted(StatusCode::OK, Json(said))
        }
        Err(error) => reader.told(&error),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stop {
    csrf: String,
}

/// Begins no further document.
pub(super) async fn cancel(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
    sent: Sent,
) -> Response {
    let stopped = async {
        let Stop { csrf } = sent.form().await?;
        reader.shows(&csrf)?;
        reader.batch(&state, &id)?.stop();
        Ok::<_, WebError>(())
    };
    match stopped.await {
        Ok(()) => goes_to(&format!("/documents/{id}/result")),
        Err(error) => reader.told(&error),
    }
}

/// The person does not sign. It is on record, with the reason and the reference code, before the documents
/// are gone.
pub(super) async fn decline(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
    sent: Sent,
) -> Response {
    let declined = async {
        let Decline { csrf, reason } = Decline::read(sent).await?;
        reader.shows(&csrf)?;
        let batch = reader.batch(&state, &id)?;
        let (service, session) = (Arc::clone(&state.service), reader.session.clone());
        // It is recorded, whoever waits for that.
        let record = async move {
            // From here on nothing begins, whoever agrees in another window or has an activation.
            let (declined, former) = batch.decline();
            if !declined {
                return Ok(false);
            }
            if let Some(former) = former {
                state.service.forget_activation(&former.id);
            }
            let record = DeclineRecord {
                by: AccessBy::Caller(&session.caller),
                reference_code: &batch.code(),
                documents: batch.papers().len(),
                reason,
            };
            let now = state.service.clock().now();
            let noted = session.organisation.tenant().note_decline(record, now).await;
            match &noted {
                Ok(_) => state.desk.clear(&batch),
                Err(_) => batch.reopen(),
            }
            noted.map(|_| true).map_err(crate::Error::from)
        };
        if !service.to_its_end(record).await? {
            return Err(WebError::Begun);
        }
        Ok::<_, WebError>(())
    };
    match declined.await {
        Ok(()) => declining::told(&reader.spoken, reader.frame("/documents")),
        Err(error) => reader.told(&error),
    }
}
