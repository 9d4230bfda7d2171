//! What is asked and answered, as the OpenAPI description has it.

use std::collections::BTreeMap;

use utoipa::{
    IntoResponses, ToSchema,
    openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder},
};

use crate::http::openapi::answers::problem;

/// What may be asked of the token endpoint.
#[derive(Debug, ToSchema)]
#[schema(as = TokenRequest)]
#[expect(dead_code, reason = "its members are described here and read as a form")]
pub(super) struct TokenRequestView {
    /// `client_credentials`.
    grant_type: String,
    /// Scopes with spaces between them; those of the client when left out.
    scope: Option<String>,
    /// The client's name; with HTTP Basic or an assertion it may be left out.
    client_id: Option<String>,
    /// The client's secret, unless it comes by HTTP Basic.
    client_secret: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`
    client_assertion_type: Option<String>,
    /// A JWT that the client signed (RFC 7523): `iss` and `sub` are its name, `aud` is the issuer, `exp` is
    /// at most five minutes away, `jti` is new.
    client_assertion: Option<String>,
}

/// A token.
#[derive(Debug, ToSchema)]
#[schema(as = TokenResponse)]
#[expect(dead_code, reason = "its members are described here and written from another type")]
pub(super) struct TokenResponseView {
    /// The token, for the header `Authorization: Bearer`.
    access_token: String,
    /// `Bearer`, or `DPoP` where it is bound to a key.
    token_type: String,
    /// How long it is good for, in seconds.
    expires_in: u64,
    /// What it is good for.
    scope: String,
}

/// What may be asked of the revocation endpoint.
#[derive(Debug, ToSchema)]
#[schema(as = RevocationRequest)]
#[expect(dead_code, reason = "its members are described here and read as a form")]
pub(super) struct RevocationRequestView {
    /// The token.
    token: String,
    /// What kind of token it is; not needed.
    token_type_hint: Option<String>,
    /// The client's name; with HTTP Basic or an assertion it may be left out.
    client_id: Option<String>,
    /// The client's secret, unless it comes by HTTP Basic.
    client_secret: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`
    client_assertion_type: Option<String>,
    /// A JWT that the client signed, as at the token endpoint.
    client_assertion: Option<String>,
}

/// An error in OAuth's words (RFC 6749 section 5.2).
#[derive(Debug, ToSchema)]
#[schema(as = OauthError)]
#[expect(dead_code, reason = "its members are described here and written from another type")]
pub(super) struct OauthErrorView {
    /// The word.
    error: String,
    /// What is wrong, in one sentence.
    error_description: String,
}

/// What the authorisation server is (RFC 8414).
#[derive(Debug, ToSchema)]
#[schema(as = AuthorizationServerMetadata)]
#[expect(dead_code, reason = "its members are described here and written from another type")]
pub(super) struct ServerMetadataView {
    /// The server's name: `iss` and `aud` everywhere.
    issuer: String,
    /// Where tokens are given.
    token_endpoint: String,
    /// Where tokens are taken back.
    revocation_endpoint: String,
    /// What tokens can be good for.
    scopes_supported: Vec<String>,
    /// What the authorisation endpoint answers.
    response_types_supported: Vec<String>,
    /// The ways to a token.
    grant_types_supported: Vec<String>,
    /// How clients prove who they are.
    token_endpoint_auth_methods_supported: Vec<String>,
    /// What they sign assertions with.
    token_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// The same for taking back.
    revocation_endpoint_auth_methods_supported: Vec<String>,
    /// The same for taking back.
    revocation_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// What they sign proofs of possession with.
    dpop_signing_alg_values_supported: Vec<String>,
    /// What is guarded (RFC 9728).
    protected_resources: Vec<String>,
}

/// What is guarded, and by which server (RFC 9728).
#[derive(Debug, ToSchema)]
#[schema(as = ProtectedResourceMetadata)]
#[expect(dead_code, reason = "its members are described here and written from another type")]
pub(super) struct ResourceMetadataView {
    /// What is guarded.
    resource: String,
    /// Whose tokens are taken.
    authorization_servers: Vec<String>,
    /// What tokens can be good for.
    scopes_supported: Vec<String>,
    /// How a token is shown.
    bearer_methods_supported: Vec<String>,
    /// What proofs of possession are signed with.
    dpop_signing_alg_values_supported: Vec<String>,
}

/// What every endpoint for clients answers beside what it is asked for.
#[derive(Debug)]
pub(super) struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let oauth = |description: &str| {
            let schema = Ref::from_schema_name(OauthErrorView::name());
            let content = ContentBuilder::new().schema(Some(schema)).build();
            let response = ResponseBuilder::new().description(description);
            response.content("application/json", content).build()
        };
        let responses = [
            ("401", oauth("The client is not known, or did not prove who it is.")),
            ("413", problem("The body is too long.")),
            ("429", problem("Too many requests came, or the client has as many tokens as it may.")),
            ("503", problem("The service is busy, or its database does not answer.")),
        ];
        responses.map(|(status, response)| (status.to_owned(), response.into())).into()
    }
}

/// Of what has an address of its own.
#[derive(Debug)]
pub(super) struct Known;

impl IntoResponses for Known {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        [("404".to_owned(), problem("There is nothing at this address.").into())].into()
    }
}
