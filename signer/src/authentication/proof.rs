//! Proofs of possession (DPoP, RFC 9449), each good once.

use std::time::SystemTime;

use oauth::{ProofOfPossession, Shown};
use ring::digest::{Context, SHA256};
use seal::OrganisationId;

use super::AuthenticationError;
use crate::store::{KeptSecret, SecretError, SecretKind, Store};

/// A proof, and the request that it came with.
#[derive(Clone, Copy, Debug)]
pub struct ShownProof<'a> {
    /// The proof.
    pub proof: &'a str,
    /// The request's method.
    pub method: &'a str,
    /// The request's path, as the service has it.
    pub path: &'a str,
}

impl ShownProof<'_> {
    /// The proof, if it holds for this request and token.
    pub(super) fn verified(
        &self,
        address: &str,
        token: &str,
        now: SystemTime,
    ) -> Result<ProofOfPossession, AuthenticationError> {
        let Self { proof, method, path } = self;
        let address = format!("{address}{path}");
        let shown = Shown { method, address: &address, token: Some(token) };
        Ok(ProofOfPossession::of(proof, &shown, now)?)
    }
}

/// Remembers a proof, which is good once over all nodes.
///
/// # Errors
/// [`AuthenticationError::ProofUsed`]; [`AuthenticationError::Unread`].
pub(crate) async fn used(
    store: &Store,
    organisation: &OrganisationId,
    proof: &ProofOfPossession,
    now: SystemTime,
) -> Result<(), AuthenticationError> {
    let mut name = Context::new(&SHA256);
    for part in [&proof.thumbprint, &proof.jti] {
        name.update(&(part.len() as u64).to_be_bytes());
        name.update(part.as_bytes());
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(name.finish().as_ref());
    let kept = KeptSecret {
        kind: SecretKind::Proof,
        hash,
        organisation: organisation.clone(),
        subject: proof.thumbprint.clone(),
        person: None,
        family: [0; 16],
        ends: proof.ends,
        content: String::new(),
    };
    match store.keep_secret(&kept, None, now).await {
        Ok(()) => Ok(()),
        Err(SecretError::AlreadyKept) => Err(AuthenticationError::ProofUsed),
        Err(error @ (SecretError::Full | SecretError::TooLong(_) | SecretError::Store(_))) => {
            tracing::error!(%error, "a proof of possession cannot be remembered");
            Err(AuthenticationError::Unread)
        }
    }
}
