//! What a client can learn by itself: of the authorisation server (RFC 8414) and of what it guards (RFC
//! 9728). It says what answers, and nothing else.

use serde::Serialize;

use crate::{AuthenticationMethod, CREDENTIAL_TYPES, GrantType, SIGNING_ALGORITHMS};

/// The authorisation server (RFC 8414 section 2).
#[derive(Clone, Debug, Serialize)]
pub struct ServerMetadata {
    issuer: String,
    authorization_endpoint: String,
    pushed_authorization_request_endpoint: String,
    token_endpoint: String,
    revocation_endpoint: String,
    scopes_supported: Vec<String>,
    response_types_supported: Vec<&'static str>,
    response_modes_supported: Vec<&'static str>,
    code_challenge_methods_supported: Vec<&'static str>,
    authorization_response_iss_parameter_supported: bool,
    authorization_details_types_supported: Vec<&'static str>,
    require_pushed_authorization_requests: bool,
    grant_types_supported: Vec<&'static str>,
    token_endpoint_auth_methods_supported: Vec<&'static str>,
    token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    revocation_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    dpop_signing_alg_values_supported: Vec<&'static str>,
    request_parameter_supported: bool,
    request_object_signing_alg_values_supported: Vec<&'static str>,
    require_signed_request_object: bool,
    tls_client_certificate_bound_access_tokens: bool,
    protected_resources: Vec<String>,
}

impl ServerMetadata {
    /// Of the server with this issuer, which gives these scopes and guards these resources. `certificates`
    /// says whether clients can show some in TLS.
    pub fn new(
        issuer: &str,
        scopes: Vec<String>,
        protected_resources: Vec<String>,
        certificates: bool,
    ) -> Self {
        let answers = |method: &AuthenticationMethod| match method {
            AuthenticationMethod::TlsClientAuth => certificates,
            AuthenticationMethod::ClientSecretBasic
            | AuthenticationMethod::ClientSecretPost
            | AuthenticationMethod::PrivateKeyJwt
            | AuthenticationMethod::None => true,
        };
        let methods = AuthenticationMethod::ALL.into_iter().filter(answers);
        let methods: Vec<_> = methods.map(AuthenticationMethod::name).collect();
        let algorithms: Vec<_> = SIGNING_ALGORITHMS.into();
        Self {
            issuer: issuer.to_owned(),
            authorization_endpoint: format!("{issuer}/oauth2/authorize"),
            pushed_authorization_request_endpoint: format!("{issuer}/oauth2/pushed_authorize"),
            token_endpoint: format!("{issuer}/oauth2/token"),
            revocation_endpoint: format!("{issuer}/oauth2/revoke"),
            scopes_supported: scopes,
            response_types_supported: vec!["code"],
            response_modes_supported: vec!["query"],
            code_challenge_methods_supported: vec!["S256"],
            authorization_response_iss_parameter_supported: true,
            authorization_details_types_supported: CREDENTIAL_TYPES.into(),
            require_pushed_authorization_requests: false,
            grant_types_supported: GrantType::ALL.map(GrantType::name).into(),
            token_endpoint_auth_methods_supported: methods.clone(),
            token_endpoint_auth_signing_alg_values_supported: algorithms.clone(),
            revocation_endpoint_auth_methods_supported: methods,
            revocation_endpoint_auth_signing_alg_values_supported: algorithms.clone(),
            dpop_signing_alg_values_supported: algorithms.clone(),
            request_parameter_supported: true,
            request_object_signing_alg_values_supported: algorithms,
            require_signed_request_object: false,
            tls_client_certificate_bound_access_tokens: certificates,
            protected_resources,
        }
    }
}

/// What is guarded (RFC 9728 section 2).
#[derive(Clone, Debug, Serialize)]
pub struct ResourceMetadata {
    resource: String,
    authorization_servers: Vec<String>,
    scopes_supported: Vec<String>,
    bearer_methods_supported: Vec<&'static str>,
    dpop_signing_alg_values_supported: Vec<&'static str>,
    tls_client_certificate_bound_access_tokens: bool,
}

impl ResourceMetadata {
    /// Of this resource, for which this server gives these scopes. Tokens come in the header alone.
    pub fn new(resource: String, issuer: &str, scopes: Vec<String>, certificates: bool) -> Self {
        Self {
            resource,
            authorization_servers: vec![issuer.to_owned()],
            scopes_supported: scopes,
            bearer_methods_supported: vec!["header"],
            dpop_signing_alg_values_supported: SIGNING_ALGORITHMS.into(),
            tls_client_certificate_bound_access_tokens: certificates,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_name_each_endpoint_under_the_issuer_and_no_weak_way_in() {
        let issuer = "https://seal.example";
        let of = |certificates| {
            ServerMetadata::new(issuer, vec!["service".into()], Vec::new(), certificates)
        };
        let metadata = of(false);
        let bound =
            |one: &ServerMetadata| serde_json::to_string(one).unwrap().contains("tls_client_auth");
        assert!(!bound(&metadata) && bound(&of(true)), "where certificates can be shown");
        let json = serde_json::to_value(&metadata).unwrap();
        assert_eq!(json["issuer"], issuer);
        assert_eq!(json["token_endpoint"], "https://seal.example/oauth2/token");
        let all = json.to_string();
        for weak in ["password", "implicit", "HS256", "plain", "fragment"] {
            assert!(!all.contains(weak), "{weak}");
        }
    }
}
