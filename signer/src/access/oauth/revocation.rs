//! Tokens, taken back by the client that got them (RFC 7009).

use oauth::{ErrorCode, OauthError, RevocationRequest, SecretHash};

use super::{AuthenticatedClient, AuthorizationServer, Refusal};
use crate::store::SecretKind;

impl AuthorizationServer {
    /// Ends a token. One that is not known is no failure (RFC 7009 section 2.2).
    ///
    /// # Errors
    /// [`Refusal`]: `invalid_grant` for another client's token, which stays.
    pub(crate) async fn revoke(
        &self,
        client: &AuthenticatedClient,
        request: &RevocationRequest,
    ) -> Result<(), Refusal> {
        let (store, now) = (self.service.store(), self.service.clock().now());
        let hash = SecretHash::of(&request.token).0;
        let Some(kept) = store.secret(SecretKind::AccessToken, &hash, now).await? else {
            return Ok(());
        };
        if kept.subject != client.id.0 || kept.organisation != *client.organisation.organisation() {
            let why = "the token is another client's";
            return Err(OauthError::new(ErrorCode::InvalidGrant, why).into());
        }
        store.end_secret(SecretKind::AccessToken, &hash).await?;
        Ok(())
    }
}
