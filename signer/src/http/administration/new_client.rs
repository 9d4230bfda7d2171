//! What a new OAuth client shall be, as the interface and the pages read it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use oauth::{ClientKeys, RedirectUri, SecretHash};
use registry::{ClientId, ClientProof, KeyHash, MakeClient, Moment, Scope};
use seal::ApplicationId;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{random, random_name};
use crate::{Error, http::openapi::words, service::RequestError};

/// The body of `POST /v1/applications/{id}/clients`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MakeClient)]
pub(in crate::http) struct NewClient {
    /// What people call it.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub(in crate::http) display_name: String,
    /// What its tokens may be good for.
    #[schema(value_type = Vec<words::Scope>, min_items = 1, max_items = 32)]
    pub(in crate::http) scopes: Vec<Scope>,
    /// The public keys with which its assertions are verified (a JWK set, RFC 7517 section 5): P-256, Ed25519,
    /// or RSA of 2,048 bits and more. Without them it gets a secret.
    #[schema(value_type = Option<Object>)]
    pub(in crate::http) jwks: Option<Value>,
    /// The `uuid` in certificates that live for years, of this organisation or one of its systems and for
    /// authentication: it shows one of them in TLS (RFC 8705), and its tokens are good with that alone, or signs
    /// assertions with the key of one. It then has no secret.
    #[schema(max_length = 36)]
    pub(in crate::http) certificate: Option<String>,
    /// Whether it keeps no secret, as a program on its user's machine: it then asks persons alone, with PKCE.
    #[serde(default)]
    pub(in crate::http) public: bool,
    /// Where it may have browsers sent back to: https, a scheme of its own, or http with `127.0.0.1` or `[::1]`,
    /// where the port is free. Without one it asks no person.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub(in crate::http) redirect_uris: Vec<String>,
    /// Whether it may ask persons without a code challenge, as clients of CSC's first version do; no public client may.
    #[serde(default)]
    pub(in crate::http) without_pkce: bool,
    /// Whether it asks persons by requests that it signs alone (RFC 9101 section 10.5): any other in its name is
    /// refused. It has `jwks` then.
    #[serde(default)]
    pub(in crate::http) require_signed_request_object: bool,
    /// From when on it gets no tokens, and those that it has count no more.
    #[schema(value_type = Option<words::Moment>)]
    pub(in crate::http) expires: Option<Moment>,
}

impl NewClient {
    /// The change that makes it, and its secret where it gets one.
    ///
    /// # Errors
    /// [`Error`] where an address or a proof cannot be what it is said to be.
    pub(in crate::http) fn read(
        self,
        application: ApplicationId,
    ) -> Result<(Option<String>, MakeClient), Error> {
        let Self {
            display_name,
            scopes,
            jwks,
            certificate,
            public,
            redirect_uris,
            without_pkce,
            require_signed_request_object,
            expires,
        } = self;
        for address in &redirect_uris {
            RedirectUri::read(address).map_err(|defect| {
                RequestError::Malformed(format!("redirect_uris: one {defect}"))
            })?;
        }
        let (secret, proof) = proof(jwks, certificate, public)?;
        let wanted = MakeClient {
            application,
            id: ClientId(random_name()?),
            display_name,
            proof,
            scopes: scopes.into_iter().collect(),
            redirect_uris,
            without_pkce,
            require_signed_request_object,
            expires,
        };
        Ok((secret, wanted))
    }
}

/// A secret of 256 random bits, the keys or the certificate's holder that were sent, or nothing, and what is
/// kept of it.
fn proof(
    jwks: Option<Value>,
    certificate: Option<String>,
    public: bool,
) -> Result<(Option<String>, ClientProof), Error> {
    let malformed = |why: &str| Err(RequestError::Malformed(why.into()).into());
    match (&jwks, &certificate, public) {
        (None, None, true) => return Ok((None, ClientProof::Public)),
        (Some(_), _, true) => return malformed("a public client has no jwks"),
        (None, Some(_), true) => return malformed("a public client has no certificate"),
        (Some(_), Some(_), false) => return malformed("jwks and certificate are two proofs"),
        (_, None, false) | (None, Some(_), false) => {}
    }
    if let Some(uuid) = certificate {
        let uuid = uuid.replace('-', "").to_lowercase();
        if uuid.len() != 32 || !uuid.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return malformed("certificate: it is no UUID");
        }
        return Ok((None, ClientProof::Certificate(uuid)));
    }
    if let Some(jwks) = jwks {
        let keys = jwks.to_string();
        ClientKeys::read(&keys)
            .map_err(|defect| RequestError::Malformed(format!("jwks: it {defect}")))?;
        return Ok((None, ClientProof::Keys(keys)));
    }
    let secret = URL_SAFE_NO_PAD.encode(random::<32>()?);
    let hash = KeyHash(SecretHash::of(&secret).0);
    Ok((Some(secret), ClientProof::Secret(hash)))
}
