//! A request for a person's consent (RFC 6749 section 4.1.1), however it came: as a query, pushed (RFC
//! 9126), with details (RFC 9396), in the words of either version of CSC.

use serde::{Deserialize, Serialize};

use crate::{
    CREDENTIAL_TYPES, Challenge, CredentialDetails, ErrorCode, Form, OauthError, PkceError,
};

/// What the name of a pushed request begins with (RFC 9126 section 2.2).
pub const REQUEST_URI: &str = "urn:ietf:params:oauth:request_uri:";

/// The longest `state`, in bytes, and the longest description, in characters.
const MAXIMUM_STATE: usize = 2000;
const MAXIMUM_DESCRIPTION: usize = 500;

/// Who asks, and where the answer goes. Until the client has registered that address nothing is sent
/// there, no error either (RFC 9700 section 4.11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressed {
    /// The client's name; unproven.
    pub client: String,
    /// The address, if the request names one.
    pub redirect: Option<String>,
}

/// What a person is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// What comes back with the answer.
    pub state: Option<String>,
    /// The code challenge; a client of CSC's first version may have none.
    pub challenge: Option<String>,
    /// What the token is to be good for.
    pub scope: Option<String>,
    /// The credential that it is to be good for.
    pub credential: Option<CredentialDetails>,
    /// What the client says that it is for.
    pub description: Option<String>,
    /// The languages that the client asks for, the best first.
    pub languages: Option<String>,
    /// Whether the person must prove who they are anew.
    pub login: bool,
}

impl Addressed {
    /// Reads who asks. What is wrong here is told on a page, and to nobody else.
    ///
    /// # Errors
    /// `invalid_request` where there is no client.
    pub fn read(form: &Form) -> Result<Self, OauthError> {
        let client = form.need("client_id")?.to_owned();
        Ok(Self { client, redirect: form.get("redirect_uri").map(str::to_owned) })
    }
}

impl AuthorizationRequest {
    /// Reads what is asked. `without_pkce` says whether the client may do without a code challenge.
    ///
    /// # Errors
    /// [`OauthError`], for the client.
    pub fn read(form: &Form, without_pkce: bool) -> Result<Self, OauthError> {
        match form.need("response_type")? {
            "code" => {}
            _ => {
                let why = "response_type is code, and nothing else";
                return Err(OauthError::new(ErrorCode::UnsupportedResponseType, why));
            }
        }
        for other in ["request", "registration", "response_mode"] {
            if form.get(other).is_some_and(|value| (other, value) != ("response_mode", "query")) {
                return Err(OauthError::request(format!("{other} is not taken")));
            }
        }
        let state = form.get("state").map(str::to_owned);
        if state.as_ref().is_some_and(|state| state.len() > MAXIMUM_STATE) {
            return Err(OauthError::request("state is longer than 2,000 bytes"));
        }
        let description = form.get("description").map(str::to_owned);
        if description.as_ref().is_some_and(|text| text.chars().count() > MAXIMUM_DESCRIPTION) {
            return Err(OauthError::request("description is longer than 500 characters"));
        }
        Ok(Self {
            state,
            challenge: challenge(form, without_pkce)?,
            scope: form.get("scope").map(str::to_owned),
            credential: credential(form)?,
            description,
            languages: form.get("lang").or(form.get("ui_locales")).map(str::to_owned),
            login: form.get("prompt").is_some_and(|all| all.split(' ').any(|one| one == "login")),
        })
    }
}

fn challenge(form: &Form, without_pkce: bool) -> Result<Option<String>, OauthError> {
    let method = form.get("code_challenge_method");
    let wrong = |error: PkceError| OauthError::request(error.to_string());
    match form.get("code_challenge") {
        Some(text) => Ok(Some(Challenge::read(text, method).map_err(wrong)?.into())),
        None if method.is_some() => Err(OauthError::request("code_challenge is missing")),
        None if without_pkce => Ok(None),
        None => Err(OauthError::request("code_challenge is missing: PKCE with S256 is required")),
    }
}

/// The credential: by `authorization_details`, by scope `credential` and CSC's parameters, or by both,
/// if they say the same.
fn credential(form: &Form) -> Result<Option<CredentialDetails>, OauthError> {
    let scope = form.get("scope").unwrap_or_default();
    let by_scope = scope.split(' ').any(|one| one == CREDENTIAL_TYPES[0]);
    let details = form.get("authorization_details").map(CredentialDetails::of_json).transpose()?;
    let named = ["credentialID", "signatureQualifier", "hashes", "hash", "numSignatures"];
    let by_query = named.iter().any(|name| form.get(name).is_some());
    match (details, by_scope, by_query) {
        (None, false, false) => Ok(None),
        (None, false, true) => {
            Err(OauthError::request("parameters of a credential without scope credential"))
        }
        (None, true, _) => CredentialDetails::of_query(form).map(Some),
        (Some(details), _, false) => Ok(Some(details)),
        (Some(details), _, true) => {
            if CredentialDetails::of_query(form)?.says_as(&details) {
                Ok(Some(details))
            } else {
                Err(OauthError::request("authorization_details and the parameters differ"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn read(more: &str, without_pkce: bool) -> Result<AuthorizationRequest, OauthError> {
        let form = Form::parse(format!("response_type=code&{more}").as_bytes()).unwrap();
        AuthorizationRequest::read(&form, without_pkce)
    }

    fn pkce() -> String {
        format!("code_challenge={CHALLENGE}&code_challenge_method=S256")
    }

    #[test]
    fn a_request_is_read_with_its_challenge_and_none_without() {
        let asked = read(&format!("{}&scope=service&state=s&prompt=login", pkce()), false).unwrap();
        assert_eq!(asked.challenge.as_deref(), Some(CHALLENGE));
        assert_eq!((asked.scope.as_deref(), asked.login), (Some("service"), true));
        assert_eq!(asked.credential, None);
        for downgrade in [
            String::new(),
            format!("code_challenge={CHALLENGE}"),
            format!("code_challenge={CHALLENGE}&code_challenge_method=plain"),
            "code_challenge_method=S256".to_owned(),
        ] {
            assert!(read(&downgrade, false).is_err(), "{downgrade}");
        }
        assert_eq!(read("scope=service", true).unwrap().challenge, None);
        assert!(read("code_challenge_method=S256", true).is_err());
    }

    #[test]
    fn a_credential_is_asked_for_by_scope_by_details_or_by_both_in_agreement() {
        let hash = "A".repeat(43);
        let query = format!("credentialID=c&numSignatures=1&hashes={hash}");
        let details = format!(
            r#"[{{"type":"credential","credentialID":"c","documentDigests":[{{"hash":"{hash}"}}]}}]"#
        );
        let details: String = form_urlencoded::byte_serialize(details.as_bytes()).collect();
        let details = format!("authorization_details={details}");
        let credential =
            |more: String| read(&format!("{}&{more}", pkce()), false).map(|asked| asked.credential);
        let by_scope = credential(format!("scope=credential&{query}")).unwrap().unwrap();
        for more in [
            details.clone(),
            format!("scope=credential&{details}"),
            format!("scope=credential&{details}&{query}"),
        ] {
            assert!(credential(more.clone()).unwrap().unwrap().says_as(&by_scope), "{more}");
        }
        for wrong in [
            "scope=credential".to_owned(),
            query,
            format!("scope=credential&{details}&credentialID=other&numSignatures=1&hashes={hash}"),
        ] {
            assert!(credential(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn no_other_answer_is_given_and_no_request_object_is_taken() {
        let code = |text: &str| {
            let form = Form::parse(text.as_bytes()).unwrap();
            AuthorizationRequest::read(&form, true).unwrap_err().code
        };
        assert_eq!(code("response_type=token"), ErrorCode::UnsupportedResponseType);
        assert_eq!(code("response_type=code+id_token"), ErrorCode::UnsupportedResponseType);
        assert_eq!(code("scope=service"), ErrorCode::InvalidRequest);
        assert_eq!(code("response_type=code&request=a.b.c"), ErrorCode::InvalidRequest);
        assert_eq!(code("response_type=code&response_mode=fragment"), ErrorCode::InvalidRequest);
        assert!(read("response_mode=query", true).is_ok());
        assert!(Addressed::read(&Form::parse(b"redirect_uri=a").unwrap()).is_err());
    }
}
