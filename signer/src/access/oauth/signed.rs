//! Requests that clients signed (RFC 9101).

use oauth::{ErrorCode, Form, OauthError, RequestObject};
use registry::ClientId;

use super::{AuthorizationServer, Refusal};

impl AuthorizationServer {
    /// What is asked of a person by the client of this name: what the signed object says, where there is one,
    /// and nothing that stands beside it; and whether there is one.
    ///
    /// # Errors
    /// [`Refusal`]: `invalid_request_object`. What it says of where the answer goes counts no more then.
    pub(super) async fn opened(&self, form: Form, client: &str) -> Result<(Form, bool), Refusal> {
        let Some(request) = form.get("request") else { return Ok((form, false)) };
        let refused = |why: &'static str| OauthError::new(ErrorCode::InvalidRequestObject, why);
        let id = ClientId(client.to_owned());
        // Nothing tells whether there is one.
        let nobody = || refused("the client has no key that the request object is signed with");
        let (organisation, client) = self.present(&id)?.ok_or_else(nobody)?;
        let now = self.service.clock().now();
        let known = self.keys(&organisation, &client.proof, now).await?.ok_or_else(nobody)?;
        let object = RequestObject::of(request, &known.keys, (&id.0, &self.issuer), now)?;
        if let Some((jti, ends)) = object.jti {
            let name = [&*id.0, &*jti, "request"];
            if !self.is_new(&organisation, &id, (&name, ends), now).await? {
                return Err(refused("the request object was used before").into());
            }
        }
        Ok((object.form, true))
    }
}
