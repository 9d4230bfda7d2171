//! What is read back.

use seal::{Caller, OrganisationId};
use sqlx::SqliteConnection;
use subtle::ConstantTimeEq;

use super::head::{LAST, position};
use crate::AuditError;
use crate::{AugmentationReceipt, FoundReceipt, Receipt, ReceiptId};
use audit::{AuditPosition, AugmentedEvent, OutcomeEvent, Owner, Record, Requester};

/// The last record's position; [`AuditPosition::ORIGIN`] while the log is empty.
pub(crate) async fn head(connection: &mut SqliteConnection) -> Result<AuditPosition, AuditError> {
    let last: Option<(i64, Vec<u8>)> = sqlx::query_as(LAST).fetch_optional(connection).await?;
    last.map_or(Ok(AuditPosition::ORIGIN), |(sequence, hash)| position(sequence, &hash))
}

/// A receipt is an outcome record, read by whoever asked for the act, in the same organisation.
pub(crate) async fn receipt(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &ReceiptId,
    caller: &Caller,
) -> Result<Option<FoundReceipt>, AuditError> {
    let row: Option<(String, Vec<u8>)> =
        sqlx::query_as("SELECT body, hash FROM audit_record WHERE sequence = ?")
            .bind(id.sequence().cast_signed())
            .fetch_optional(&mut *connection)
            .await?;
    let Some((body, hash)) = row else { return Ok(None) };
    let position = position(id.sequence().cast_signed(), &hash)?;
    // Only what was finished has one of these forms; for any other record there is no receipt.
    let (found, secret, requester, person) =
        if let Ok(record) = serde_json::from_str::<Record<OutcomeEvent>>(&body) {
            let outcome = record.event;
            let own = outcome.cvr == owner.organisation.as_str();
            if !own || !is_of(owner, record.organisation.as_ref()) {
                return Ok(None);
            }
            let (secret, requester) = (outcome.secret.clone(), outcome.requester.clone());
            // The row of the person stands with the intent.
            let person = outcome.intent;
            let receipt = Receipt::new(outcome, record.time, position);
            (FoundReceipt::Act(receipt), secret, requester, person)
        } else if let Ok(record) = serde_json::from_str::<Record<AugmentedEvent>>(&body) {
            if !is_of(owner, record.organisation.as_ref()) {
                return Ok(None);
            }
            let event = record.event;
            let (secret, requester) = (event.secret.clone(), event.requester.clone());
            let receipt = AugmentationReceipt::new(event, record.time, position);
            (FoundReceipt::Augmentation(receipt), secret, requester, id.sequence())
        } else {
            return Ok(None);
        };
    let named = bool::from(secret.as_bytes().ct_eq(id.secret().as_bytes()));
    let asked = named && asked(connection, &requester, person, caller).await?;
    Ok(asked.then_some(found))
}

/// Whether a record that names this organisation, or none, is the owner's.
fn is_of(owner: &Owner, named: Option<&OrganisationId>) -> bool {
    named == owner.named.then_some(&owner.organisation)
}

/// Whether `caller` is `requester`; of a person the row with the number `person` tells.
async fn asked(
    connection: &mut SqliteConnection,
    requester: &Requester,
    person: u64,
    caller: &Caller,
) -> Result<bool, AuditError> {
    match (requester, caller) {
        (Requester::Application(name), Caller::Application(id)) => Ok(name == id.as_str()),
        (Requester::Person(_), Caller::Person(claims)) => {
            let row: Option<(String, String)> =
                sqlx::query_as("SELECT issuer, subject FROM acting_person WHERE sequence = ?")
                    .bind(person.cast_signed())
                    .fetch_optional(connection)
                    .await?;
            // Nobody can read the receipts of a person that was erased.
            Ok(row.is_some_and(|(issuer, subject)| {
                issuer == claims.person.issuer && subject == claims.person.subject
            }))
        }
        (Requester::Operator, Caller::Application(_) | Caller::Person(_))
        | (Requester::Application(_), Caller::Person(_))
        | (Requester::Person(_), Caller::Application(_)) => Ok(false),
    }
}
