//! Tokens, given.

use std::{
    collections::BTreeSet,
    time::{Duration, SystemTime},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use oauth::{
    CREDENTIAL_TYPES, ErrorCode, OauthError, ProofOfPossession, SecretHash, Shown, TokenRequest,
    TokenResponse, TokenType, requested, written,
};
use registry::Scope;

use super::{
    ACCESS_TOKEN_LIFETIME, AuthenticatedClient, AuthorizationServer, MAXIMUM_ACCESS_TOKENS,
    MAXIMUM_OF_ONE_PERSON, Refusal,
};
use crate::{
    audit::random,
    authentication::{AccessContent, AuthenticationError, PREFIX, used},
    store::{AuditError, KeptSecret, SecretKind},
};

/// How long a token is good for that stands for a consent: as activation data are.
const CONSENT_LIFETIME: Duration = Duration::from_secs(300);

impl AuthorizationServer {
    /// Gives a client a token, bound to the key of `proof` if it shows one (DPoP).
    ///
    /// # Errors
    /// [`Refusal`].
    pub(crate) async fn token(
        &self,
        client: &AuthenticatedClient,
        request: TokenRequest,
        proof: Option<&str>,
    ) -> Result<TokenResponse, Refusal> {
        match request {
            TokenRequest::AuthorizationCode(request) => self.by_code(client, request, proof).await,
            TokenRequest::RefreshToken { token, scope } => {
                self.by_refresh_token(client, (token, scope), proof).await
            }
            TokenRequest::ClientCredentials { scope } => {
                if client.is_public {
                    let why = "a public client has nothing for itself";
                    return Err(OauthError::new(ErrorCode::UnauthorizedClient, why).into());
                }
                let scopes = granted(&client.scopes, scope.as_deref())?;
                let key = self.proven(client, proof).await?;
                let family = random().map_err(AuditError::from)?;
                let access = AccessContent { scopes, key, ..AccessContent::default() };
                self.access_token(client, access, (None, family)).await
            }
        }
    }

    /// The key of which a client shows a proof at the token endpoint, if it shows one.
    pub(super) async fn proven(
        &self,
        client: &AuthenticatedClient,
        proof: Option<&str>,
    ) -> Result<Option<String>, Refusal> {
        let Some(proof) = proof else { return Ok(None) };
        let refused = |why: String| OauthError::new(ErrorCode::InvalidDpopProof, why);
        let (address, now) = (format!("{}/oauth2/token", self.issuer), self.service.clock().now());
        let shown = Shown { method: "POST", address: &address, token: None };
        let proof = ProofOfPossession::of(proof, &shown, now);
        let proof = proof.map_err(|error| refused(error.to_string()))?;
        let organisation = client.organisation.organisation();
        match used(self.service.store(), organisation, &proof, now).await {
            Ok(()) => Ok(Some(proof.thumbprint)),
            Err(error @ AuthenticationError::ProofUsed) => Err(refused(error.to_string()).into()),
            Err(error) => Err(Refusal::Unavailable(error.to_string())),
        }
    }

    /// Gives an access token, to which this person agreed; bound to the certificate by which the client
    /// proved who it is, or ended with that.
    pub(super) async fn access_token(
        &self,
        client: &AuthenticatedClient,
        mut content: AccessContent,
        (person, family): (Option<[u8; 32]>, [u8; 16]),
    ) -> Result<TokenResponse, Refusal> {
        let secret = random::<32>().map_err(AuditError::from)?;
        let access_token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(secret));
        let (scope, lifetime) = match content.consent {
            Some(_) => (CREDENTIAL_TYPES[0].to_owned(), CONSENT_LIFETIME),
            None => (written(content.scopes.iter().map(|one| one.name())), ACCESS_TOKEN_LIFETIME),
        };
        let token_type = match content.key {
            Some(_) => TokenType::Dpop,
            None => TokenType::Bearer,
        };
        content.certificate.clone_from(&client.certificate);
        content.signer.clone_from(&client.signer);
        let content = serde_json::to_string(&content)?;
        let now = self.service.clock().now();
        let kept = KeptSecret {
            kind: SecretKind::AccessToken,
            hash: SecretHash::of(&access_token).0,
            organisation: client.organisation.organisation().clone(),
            subject: client.id.0.clone(),
            person,
            family,
            ends: now + lifetime,
            content,
        };
        self.keep_token(&kept, (MAXIMUM_ACCESS_TOKENS, None), now).await?;
        Ok(TokenResponse::new(access_token, token_type, lifetime, scope))
    }

    /// Keeps a token, for which, where its person has as many as may be, that ends which would have ended first.
    /// What it replaces takes no place, and is spent after it.
    ///
    /// # Errors
    /// [`Refusal`]: also where its client has `most`.
    pub(super) async fn keep_token(
        &self,
        token: &KeptSecret,
        (most, replaces): (u32, Option<&[u8; 32]>),
        now: SystemTime,
    ) -> Result<(), Refusal> {
        let store = self.service.store();
        if token.person.is_some() {
            store.make_room(token, (MAXIMUM_OF_ONE_PERSON, replaces), now).await?;
        }
        Ok(store.keep_secret(token, Some(most), now).await?)
    }
}

/// The scopes that are asked for, if the client may have them all; those of the client where none is.
fn granted(own: &BTreeSet<Scope>, asked: Option<&str>) -> Result<BTreeSet<Scope>, OauthError> {
    let Some(asked) = asked else { return Ok(own.clone()) };
    let refused = |why| OauthError::new(ErrorCode::InvalidScope, why);
    let scopes = requested(asked)?.into_iter().map(Scope::try_from);
    let scopes: BTreeSet<Scope> =
        scopes.collect::<Result<_, _>>().map_err(|_| refused("there is no such scope"))?;
    if scopes.is_empty() {
        return Ok(own.clone());
    }
    if !scopes.is_subset(own) {
        return Err(refused("the client may not have every scope that it asks for"));
    }
    Ok(scopes)
}

#[cfg(test)]
mod tests {
    use registry::AdministrativeAct;

    use super::*;

    #[test]
    fn a_client_gets_what_it_asks_for_of_its_own_and_nothing_beside() {
        let people = Scope::Administration(AdministrativeAct::ReadPeople);
        let own = BTreeSet::from([Scope::Service, people]);
        assert_eq!(granted(&own, None).unwrap(), own);
        assert_eq!(granted(&own, Some(" ")).unwrap(), own);
        assert_eq!(granted(&own, Some("read-people")).unwrap(), BTreeSet::from([people]));
        for asked in ["change-people", "service change-people", "openid"] {
            let refused = granted(&own, Some(asked)).unwrap_err();
            assert_eq!(refused.code, ErrorCode::InvalidScope, "{asked}");
        }
    }
}
