//! Tokens, given.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use oauth::{
    ErrorCode, OauthError, SecretHash, TokenRequest, TokenResponse, TokenType, requested, written,
};
use registry::Scope;

use super::{
    ACCESS_TOKEN_LIFETIME, AuthenticatedClient, AuthorizationServer, MAXIMUM_ACCESS_TOKENS, Refusal,
};
use crate::{
    audit::random,
    authentication::{AccessContent, PREFIX},
    store::{AuditError, KeptSecret, SecretKind},
};

impl AuthorizationServer {
    /// Gives a client a token.
    ///
    /// # Errors
    /// [`Refusal`].
    pub(crate) async fn token(
        &self,
        client: &AuthenticatedClient,
        request: TokenRequest,
    ) -> Result<TokenResponse, Refusal> {
        match request {
            TokenRequest::ClientCredentials { scope } => {
                let scopes = granted(&client.scopes, scope.as_deref())?;
                let family = random().map_err(AuditError::from)?;
                self.access_token(client, scopes, family).await
            }
        }
    }

    async fn access_token(
        &self,
        client: &AuthenticatedClient,
        scopes: BTreeSet<Scope>,
        family: [u8; 16],
    ) -> Result<TokenResponse, Refusal> {
        let secret = random::<32>().map_err(AuditError::from)?;
        let access_token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(secret));
        let scope = written(scopes.iter().map(|scope| scope.name()));
        let content = serde_json::to_string(&AccessContent { scopes });
        let content = content.map_err(|error| Refusal::Unavailable(error.to_string()))?;
        let now = self.service.clock().now();
        let kept = KeptSecret {
            kind: SecretKind::AccessToken,
            hash: SecretHash::of(&access_token).0,
            organisation: client.organisation.organisation().clone(),
            subject: client.id.0.clone(),
            person: None,
            family,
            ends: now + ACCESS_TOKEN_LIFETIME,
            content,
        };
        self.service.store().keep_secret(&kept, Some(MAXIMUM_ACCESS_TOKENS), now).await?;
        let (token_type, expires_in) = (TokenType::Bearer, ACCESS_TOKEN_LIFETIME);
        Ok(TokenResponse { access_token, token_type, expires_in, scope })
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
