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
        for kind in [SecretKind::AccessToken, SecretKind::RefreshToken] {
            let Some(kept) = store.secret(kind, &hash, now).await? else { continue };
            if !client.has(&kept) {
                let why = "the token is another client's";
                return Err(OauthError::new(ErrorCode::InvalidGrant, why).into());
            }
            // With a refresh token all ends that the person agreed to at once (section 2.1).
            if kind == SecretKind::RefreshToken {
                store.end_family(&kept.family).await?;
            } else {
                store.end_secret(kind, &hash).await?;
            }
        }
        Ok(())
    }
}
