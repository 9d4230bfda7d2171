//! A record, and the receipt that is read from it.

use audit::{AugmentedEvent, OutcomeEvent, Owner, Record, Requester};
use seal::{Caller, OrganisationId};
use subtle::ConstantTimeEq;

use crate::AuditError;
use crate::{AugmentationReceipt, FoundReceipt, Receipt, ReceiptId, position::position};

/// What may be somebody's receipt: an outcome record, read by whoever asked for the act, in the same
/// organisation.
#[derive(Debug)]
pub(crate) struct Candidate {
    found: FoundReceipt,
    secret: String,
    requester: Requester,
    /// The number of the record with which the person's row stands.
    pub(crate) person: u64,
}

impl Candidate {
    /// The receipt in a record of this organisation; none where the record is another's, or tells of
    /// nothing that was finished.
    ///
    /// # Errors
    /// [`AuditError::RecordDamaged`].
    pub(crate) fn of(
        owner: &Owner,
        sequence: u64,
        (body, hash): (&str, &[u8]),
    ) -> Result<Option<Self>, AuditError> {
        let position = position(sequence.cast_signed(), hash)?;
        // Only what was finished has one of these forms; for any other record there is no receipt.
        if let Ok(record) = serde_json::from_str::<Record<OutcomeEvent>>(body) {
            let outcome = record.event;
            let own = outcome.cvr == owner.organisation.as_str();
            let own = own && is_of(owner, record.organisation.as_ref());
            let (secret, requester) = (outcome.secret.clone(), outcome.requester.clone());
            // The row of the person stands with the intent.
            let person = outcome.intent;
            let found = FoundReceipt::Act(Receipt::new(outcome, record.time, position));
            Ok(own.then_some(Self { found, secret, requester, person }))
        } else if let Ok(record) = serde_json::from_str::<Record<AugmentedEvent>>(body) {
            let own = is_of(owner, record.organisation.as_ref());
            let event = record.event;
            let (secret, requester) = (event.secret.clone(), event.requester.clone());
            let receipt = AugmentationReceipt::new(event, record.time, position);
            let found = FoundReceipt::Augmentation(receipt);
            Ok(own.then_some(Self { found, secret, requester, person: sequence }))
        } else {
            Ok(None)
        }
    }

    /// Whether it has this name.
    pub(crate) fn is_named(&self, id: &ReceiptId) -> bool {
        bool::from(self.secret.as_bytes().ct_eq(id.secret().as_bytes()))
    }

    /// The receipt, if `caller` asked for it; `person` is issuer and subject of the person's row.
    /// Nobody can read the receipts of a person that was erased.
    pub(crate) fn asked_by(
        self,
        caller: &Caller,
        person: Option<(String, String)>,
    ) -> Option<FoundReceipt> {
        let asked = match (&self.requester, caller) {
            (Requester::Application(name), Caller::Application(id)) => name == id.as_str(),
            (Requester::Person(_), Caller::Person(claims)) => {
                person.is_some_and(|(issuer, subject)| {
                    issuer == claims.person.issuer && subject == claims.person.subject
                })
            }
            (
                Requester::Operator | Requester::Contact,
                Caller::Application(_) | Caller::Person(_),
            )
            | (Requester::Application(_), Caller::Person(_))
            | (Requester::Person(_), Caller::Application(_)) => false,
        };
        asked.then_some(self.found)
    }
}

/// Whether a record that names this organisation, or none, is the owner's.
fn is_of(owner: &Owner, named: Option<&OrganisationId>) -> bool {
    named == owner.named.then_some(&owner.organisation)
}
