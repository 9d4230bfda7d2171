//! The evidence of an act, while its documents are there: with what was shown and agreed to, and the
//! service's own verdict on what was made.

use axum::{extract::State, response::Response};
use pades::PrefixHash;
use seal::DigestAlgorithm;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    archive::named,
    shared::{Reader, own, paper},
};
use crate::{
    Error,
    desk::{Batch, Outcome, Paper},
    http::{
        AppState,
        body::in_parts,
        path::Path,
        web::{
            answer::WebError,
            evidence::{Beside, PACKAGE, taken},
            sent::Sent,
        },
    },
    service::Document,
    store::FoundReceipt,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Take {
    csrf: String,
}

/// The package.
pub(super) async fn take(
    State(state): State<AppState>,
    reader: Reader,
    Path((id, number)): Path<(String, usize)>,
    sent: Sent,
) -> Response {
    let given = async {
        let Take { csrf } = sent.form().await?;
        reader.shows(&csrf)?;
        let batch = reader.batch(&state, &id)?;
        let paper = paper(&batch, number)?;
        let Outcome::Done { parts, receipt, .. } = paper.outcome() else {
            return Err(WebError::NotFound);
        };
        let receipt = receipt.parse().map_err(|_| WebError::NotFound)?;
        let tenant = reader.session.organisation.tenant();
        let found = tenant.receipt(&receipt, &reader.session.caller).await.map_err(Error::from)?;
        let Some(FoundReceipt::Act(receipt)) = found else { return Err(WebError::NotFound) };
        let length: usize = parts.iter().map(bytes::Bytes::len).sum();
        // Beside what lies there: it is judged in one piece.
        let mut share = state.service.papers_budget().share();
        share.grow_to(length as u64).map_err(Error::from)?;
        let mut sha256 = PrefixHash::new(DigestAlgorithm::Sha256);
        parts.iter().for_each(|part| sha256.update(part));
        let result = Document::hashed(parts.concat().into(), sha256, share);
        let consent = consent(&batch, paper);
        let place = (receipt.audit, receipt.time);
        let beside = |_: &_| Ok(Beside { consent, result: Some(result) });
        taken(&state, &reader.session, reader.spoken.language, place, beside).await
    };
    match given.await {
        Ok(pieces) => named(own("application/zip", in_parts(pieces)), PACKAGE),
        Err(error) => reader.told(&error),
    }
}

/// What was shown of one document and agreed to; of the others under the same consent their hashes.
fn consent(batch: &Batch, paper: &Paper) -> Option<Value> {
    let mut consent = (*batch.consent()?).clone();
    consent["document"] = json!({
        "sha256": paper.document.sha256().to_string(),
        "pages": paper.page_count(),
        "shown": paper.shown(),
    });
    let hashes = batch.papers().iter().map(|paper| paper.document.sha256().to_string());
    consent["documents_sha256"] = hashes.collect();
    Some(consent)
}
