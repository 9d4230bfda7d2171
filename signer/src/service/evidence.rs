//! What activates the key for an act: a person's token, or the organisation's standing mandate.

use seal::{Act, ActivationEvidence, Caller, Digest, ProfileId};

use crate::{
    Error, administration::mandate, audit::TokenSpend, authentication::AuthenticationError,
};

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

/// The use of the person's token for a document. A signature spends one; and so does a seal by a
/// token that names documents, which is good for those alone and for each of them once.
///
/// # Errors
/// [`AuthenticationError::OtherDocuments`] for a seal by a token that names others.
pub(super) fn spend(
    act: Act,
    caller: &Caller,
    document: Digest,
) -> Result<Option<TokenSpend>, AuthenticationError> {
    let Some(claims) = caller.person() else { return Ok(None) };
    let spent = match act {
        // Whether it names the document is the policy's to judge.
        Act::Sign => true,
        Act::Seal if claims.documents.is_empty() => false,
        Act::Seal if claims.documents.contains(&document) => true,
        Act::Seal => return Err(AuthenticationError::OtherDocuments),
    };
    Ok(spent.then(|| TokenSpend::new(claims, document)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::sample;

    #[test]
    fn a_token_for_documents_seals_those_alone_and_is_spent_as_by_a_signature() {
        let karen = sample::person("karen");
        let named = sample::digest(b"document");
        let [signed, sealed] =
            [Act::Sign, Act::Seal].map(|act| spend(act, &karen, named).unwrap().unwrap());
        assert_eq!(signed, sealed, "one after the other, the second is a replay");
        let other = spend(Act::Seal, &karen, sample::digest(b"another"));
        assert_eq!(other.unwrap_err(), AuthenticationError::OtherDocuments);
    }

    #[test]
    fn who_names_no_document_seals_without_spending_anything() {
        let mut claims = sample::claims("karen", "token-1");
        claims.documents.clear();
        let karen = Caller::Person(Box::new(claims));
        let document = sample::digest(b"document");
        assert!(spend(Act::Seal, &karen, document).unwrap().is_none());
        assert!(spend(Act::Sign, &karen, document).unwrap().is_some(), "the policy refuses it");
        assert!(spend(Act::Seal, &sample::application("erp"), document).unwrap().is_none());
    }
}
