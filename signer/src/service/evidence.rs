//! What activates the key for an act: a person's token, or the organisation's standing mandate.

use seal::{Act, ActivationEvidence, Caller, Digest, MandateId, ProfileId};

use crate::{Error, authentication::AuthenticationError};

/// The evidence for one hash of one document.
///
/// # Errors
/// [`AuthenticationError::Missing`] for a signature without a person's token.
pub(super) fn evidence(
    act: Act,
    profile: &ProfileId,
    caller: &crate::authentication::Authenticated,
    document: Digest,
) -> Result<ActivationEvidence, Error> {
    match act {
        Act::Seal => Ok(ActivationEvidence::Mandate(mandate(profile))),
        Act::Sign => {
            let token = caller.token.clone().ok_or(AuthenticationError::Missing)?;
            Ok(ActivationEvidence::Person { token, documents: vec![document] })
        }
    }
}

/// The organisation's standing mandate to the device for a profile.
pub(crate) fn mandate(profile: &ProfileId) -> MandateId {
    MandateId::new(profile.as_str())
}

/// The use of the person's token for a document; only a signature spends one.
pub(super) fn spend(
    act: Act,
    caller: &Caller,
    document: Digest,
) -> Option<crate::audit::TokenSpend> {
    let claims = caller.person().filter(|_| act == Act::Sign)?;
    Some(crate::audit::TokenSpend::new(claims, document))
}
