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
    /// `client_credentials`, `authorization_code`, `refresh_token`.
    grant_type: String,
    /// The code, with `authorization_code`.
    code: Option<String>,
    /// Where the code was sent, as its request had it.
    redirect_uri: Option<String>,
    /// What the code challenge is the SHA-256 of (RFC 7636).
    code_verifier: Option<String>,
    /// What was asked for, once more (RFC 9396, a JSON array); may be left out.
    authorization_details: Option<String>,
    /// The refresh token, with `refresh_token`.
    refresh_token: Option<String>,
    /// Scopes with spaces between them; those of the client when left out.
    scope: Option<String>,
    /// The client's name; with HTTP Basic or an assertion it may be left out, with a certificate in TLS not.
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
    /// `Bearer`, `DPoP` where it is bound to a key, or `SAD` in the words of CSC's first version.
    token_type: String,
    /// How long it is good for, in seconds.
    expires_in: u64,
    /// What it is good for.
    scope: String,
    /// By which another one is had, of what a person agreed to.
    refresh_token: Option<String>,
    /// The credential that it is good for, of scope `credential`.
    #[schema(rename = "credentialID")]
    credential_id: Option<String>,
    /// What was asked for it, with the same members, and the credential (RFC 9396 section 7).
    authorization_details: Option<Vec<serde_json::Value>>,
}

/// What a person is to be asked.
#[derive(Debug, ToSchema)]
#[schema(as = AuthorizationRequest)]
#[expect(dead_code, reason = "its members are described here and read as a form")]
pub(super) struct PushedRequestView {
    /// `code`; it may be left out, as all that is asked, where `request` says it.
    response_type: Option<String>,
    /// The client's name.
    client_id: String,
    /// What is asked, as a JWT that the client signed (RFC 9101): `typ` is `oauth-authz-req+jwt`, `iss` and
    /// `client_id` are its name, `aud` is the issuer, `exp` is at most ten minutes away, `jti`, if it has one, is
    /// new. Nothing else that is asked stands beside it.
    request: Option<String>,
    /// Where the answer goes: an address that the client registered. With a single one it may be left out.
    redirect_uri: Option<String>,
    /// `service`, which is what counts when it is left out, or `credential`.
    scope: Option<String>,
    /// What comes back with the answer.
    state: Option<String>,
    /// The SHA-256 of the verifier in base64url (RFC 7636).
    code_challenge: Option<String>,
    /// `S256`
    code_challenge_method: Option<String>,
    /// What a credential is asked for (RFC 9396, a JSON array of one object of type `credential`).
    authorization_details: Option<String>,
    /// The same in CSC's own parameters: which credential.
    #[schema(rename = "credentialID")]
    credential_id: Option<String>,
    /// Or which seal, by the qualifier of its profile.
    #[schema(rename = "signatureQualifier")]
    signature_qualifier: Option<String>,
    /// How many signatures; as many as there are hashes.
    #[schema(rename = "numSignatures")]
    num_signatures: Option<u32>,
    /// The hashes in base64url with commas between them; `hash` in version 1.
    hashes: Option<String>,
    /// Their algorithm.
    #[schema(rename = "hashAlgorithmOID")]
    hash_algorithm_oid: Option<String>,
    /// `login` has the person log in anew.
    prompt: Option<String>,
    /// What it is for, for the person to read.
    description: Option<String>,
    /// The client's secret, unless it shows who it is otherwise.
    client_secret: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`
    client_assertion_type: Option<String>,
    /// A JWT that the client signed, as at the token endpoint.
    client_assertion: Option<String>,
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
    /// The client's name; with HTTP Basic or an assertion it may be left out, with a certificate in TLS not.
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
    /// Where a browser brings what a person is asked.
    authorization_endpoint: String,
    /// Where a client pushes that before (RFC 9126).
    pushed_authorization_request_endpoint: String,
    /// Where tokens are given.
    token_endpoint: String,
    /// Where tokens are taken back.
    revocation_endpoint: String,
    /// What tokens can be good for.
    scopes_supported: Vec<String>,
    /// What the authorisation endpoint answers.
    response_types_supported: Vec<String>,
    /// How.
    response_modes_supported: Vec<String>,
    /// How code challenges are made.
    code_challenge_methods_supported: Vec<String>,
    /// That answers say whose they are (RFC 9207).
    authorization_response_iss_parameter_supported: bool,
    /// The types of `authorization_details` (RFC 9396).
    authorization_details_types_supported: Vec<String>,
    /// Whether requests must be pushed.
    require_pushed_authorization_requests: bool,
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
    /// Whether tokens are bound to certificates that clients show in TLS (RFC 8705).
    tls_client_certificate_bound_access_tokens: bool,
    /// Whether requests may be signed (RFC 9101).
    request_parameter_supported: bool,
    /// What they are signed with.
    request_object_signing_alg_values_supported: Vec<String>,
    /// Whether they must be.
    require_signed_request_object: bool,
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
    /// Whether tokens are bound to certificates that clients show in TLS (RFC 8705).
    tls_client_certificate_bound_access_tokens: bool,
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
