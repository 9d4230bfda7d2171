//! How a client says who it is (RFC 6749 section 2.3, RFC 7523 section 2.2).

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    ErrorCode, Form, OauthError, assertion::ASSERTION_TYPE, client_of, secret::is_identifier,
};

/// A way in which clients authenticate, by its name in metadata (RFC 8414 section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuthenticationMethod {
    /// HTTP Basic.
    ClientSecretBasic,
    /// Name and secret among the parameters.
    ClientSecretPost,
    /// A JWT that the client signed.
    PrivateKeyJwt,
    /// A certificate, shown in TLS, of an authority that is trusted (RFC 8705 section 2.1).
    TlsClientAuth,
    /// Nothing: a public client.
    None,
}

impl AuthenticationMethod {
    /// Every method.
    pub const ALL: [Self; 5] = [
        Self::ClientSecretBasic,
        Self::ClientSecretPost,
        Self::PrivateKeyJwt,
        Self::TlsClientAuth,
        Self::None,
    ];

    /// Its registered name.
    pub fn name(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::TlsClientAuth => "tls_client_auth",
            Self::None => "none",
        }
    }
}

/// What a client shows.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// A secret.
    Secret {
        /// The client's name.
        client: String,
        /// The secret.
        secret: String,
    },
    /// A JWT.
    Assertion {
        /// The client's name, as the JWT says it: unproven.
        client: String,
        /// The JWT.
        assertion: String,
    },
    /// Nothing but a name; the proof, if there is one, is the certificate that was shown in TLS.
    Name(String),
}

impl Credential {
    /// Reads what a client shows in the `Authorization` header and in the parameters.
    ///
    /// # Errors
    /// `invalid_request` for two methods at once (RFC 6749 section 2.3) and for two names;
    /// `invalid_client` for what is malformed, and where there is no name.
    pub fn read(authorization: Option<&str>, form: &Form) -> Result<Self, OauthError> {
        let client = form.get("client_id");
        let secret = form.get("client_secret");
        let assertion = form.get("client_assertion");
        let kind = form.get("client_assertion_type");
        let several = [authorization.is_some(), secret.is_some(), assertion.or(kind).is_some()];
        if several.into_iter().filter(|one| *one).count() > 1 {
            return Err(OauthError::request("the client authenticates in two ways at once"));
        }
        let credential = match (authorization, secret, assertion, kind) {
            (Some(header), ..) => basic(header)?,
            (None, Some(secret), ..) => {
                let client = form.need("client_id")?.to_owned();
                Self::Secret { client, secret: secret.to_owned() }
            }
            (None, None, Some(assertion), Some(ASSERTION_TYPE)) => {
                let client = client_of(assertion).map_err(|error| refused(error.to_string()))?;
                Self::Assertion { client, assertion: assertion.to_owned() }
            }
            (None, None, Some(_), _) | (None, None, None, Some(_)) => {
                let why = "client_assertion and client_assertion_type do not fit";
                return Err(OauthError::request(why));
            }
            (None, None, None, None) => {
                let client = client.ok_or_else(|| refused("the client does not say who it is"))?;
                Self::Name(client.to_owned())
            }
        };
        if !is_identifier(credential.client()) {
            return Err(refused("the client is not known"));
        }
        // A name beside a proof is many clients' habit, and harmless when it is the same.
        if client.is_some_and(|named| named != credential.client()) {
            return Err(OauthError::request(
                "client_id is another than the one that authenticates",
            ));
        }
        Ok(credential)
    }

    /// The client's name; unproven.
    pub fn client(&self) -> &str {
        match self {
            Self::Secret { client, .. } | Self::Assertion { client, .. } | Self::Name(client) => {
                client
            }
        }
    }
}

/// What was shown is in no log.
impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = match self {
            Self::Secret { .. } => "Secret",
            Self::Assertion { .. } => "Assertion",
            Self::Name(_) => "Name",
        };
        write!(f, "{kind}({}, ..)", self.client())
    }
}

/// Name and secret in HTTP Basic. Form-encoded or raw: names and secrets here are the same in both.
fn basic(header: &str) -> Result<Credential, OauthError> {
    let malformed = || refused("the Authorization header holds no HTTP Basic credentials");
    let (scheme, encoded) = header.split_once(' ').ok_or_else(malformed)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(malformed());
    }
    let decoded = STANDARD.decode(encoded.trim()).map_err(|_| malformed())?;
    let decoded = String::from_utf8(decoded).map_err(|_| malformed())?;
    let (client, secret) = decoded.split_once(':').ok_or_else(malformed)?;
    let [client, secret] = [client, secret].map(unescaped);
    if secret.is_empty() {
        return Err(malformed());
    }
    Ok(Credential::Secret { client, secret })
}

/// A text without percent signs; what is no name or secret afterwards is refused as one.
fn unescaped(text: &str) -> String {
    let mut pairs = form_urlencoded::parse(text.as_bytes());
    match (pairs.next(), pairs.next()) {
        (Some((name, value)), None) if value.is_empty() => name.into_owned(),
        _ => text.to_owned(),
    }
}

fn refused(why: impl Into<std::borrow::Cow<'static, str>>) -> OauthError {
    OauthError::new(ErrorCode::InvalidClient, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(authorization: Option<&str>, form: &str) -> Result<Credential, ErrorCode> {
        let form = Form::parse(form.as_bytes()).unwrap();
        Credential::read(authorization, &form).map_err(|error| error.code)
    }

    fn header(text: &str) -> String {
        format!("Basic {}", STANDARD.encode(text))
    }

    fn secret() -> Credential {
        Credential::Secret { client: "a-b_1".into(), secret: "s_-9".into() }
    }

    #[test]
    fn a_secret_comes_by_header_raw_or_encoded_or_among_the_parameters() {
        for text in ["a-b_1:s_-9", "a%2Db%5F1:s%5F%2D9"] {
            assert_eq!(read(Some(&header(text)), ""), Ok(secret()), "{text}");
        }
        assert_eq!(read(None, "client_id=a-b_1&client_secret=s_-9"), Ok(secret()));
        assert_eq!(read(Some(&header("a-b_1:s_-9")), "client_id=a-b_1"), Ok(secret()));
        assert_eq!(read(None, "client_id=a"), Ok(Credential::Name("a".into())));
        assert!(!format!("{:?}", secret()).contains("s_-9"));
    }

    #[test]
    fn two_ways_at_once_and_two_names_are_refused() {
        let basic = header("a:b");
        let kind = "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";
        for (authorization, form) in [
            (Some(&*basic), "client_secret=b"),
            (Some(&*basic), "client_id=a&client_assertion=x"),
            (Some(&*basic), kind),
            (Some(&*basic), "client_id=other"),
            (None, "client_id=a&client_secret=b&client_assertion=x"),
            (None, "client_assertion=a.b.c"),
            (None, "client_assertion=a.b.c&client_assertion_type=saml"),
            (None, "client_secret=b"),
        ] {
            assert_eq!(read(authorization, form), Err(ErrorCode::InvalidRequest), "{form}");
        }
    }

    #[test]
    fn what_is_malformed_or_names_nobody_is_no_client() {
        let empty = header("a:");
        let alone = header("a");
        let strange = header("a b:c");
        for (authorization, form) in [
            (None, ""),
            (None, "client_id=a%20b"),
            (Some("Bearer abc"), ""),
            (Some("Basic"), ""),
            (Some("Basic %%%"), ""),
            (Some(&*empty), ""),
            (Some(&*alone), ""),
            (Some(&*strange), ""),
        ] {
            assert_eq!(read(authorization, form), Err(ErrorCode::InvalidClient), "{form}");
        }
    }
}
