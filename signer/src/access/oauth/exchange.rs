//! What a person agreed to, taken by the client: a code for tokens, a refresh token for the next.
//!
//! What is given is kept before that for which it is given is spent, so that whoever comes second, on
//! whichever node, ends all of it.

use std::{collections::BTreeSet, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use oauth::{
    Challenge, CodeRequest, CredentialDetails, ErrorCode, OauthError, SecretHash, TokenResponse,
    TokenType, Verifier, requested,
};
use registry::Scope;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{AuthenticatedClient, AuthorizationServer, Refusal, consent::CodeContent};
use crate::{
    audit::random,
    authentication::{AccessContent, Agreed},
    store::{AuditError, KeptSecret, SecretKind, Spent},
};

/// How long one consent to the service lasts, however often it is refreshed.
const REFRESH_LIFETIME: Duration = Duration::from_secs(30 * 24 * 3600);

/// How many refresh tokens of one client may be good at once.
const MAXIMUM_REFRESH_TOKENS: u32 = 10_000;

/// What refresh tokens begin with.
const PREFIX: &str = "segl_rt_";

/// What a refresh token stands for.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RefreshContent {
    person: Agreed,
    /// The key of which a public client shows a proof each time (RFC 9449 section 5).
    key: Option<String>,
}

impl AuthorizationServer {
    /// Gives tokens for a code.
    ///
    /// # Errors
    /// [`Refusal`]: `invalid_grant` for a code of another client, for another address, and without the
    /// verifier. One that was used before ends what came of it (RFC 6749 section 4.1.2).
    pub(super) async fn by_code(
        &self,
        client: &AuthenticatedClient,
        request: CodeRequest,
        proof: Option<&str>,
    ) -> Result<TokenResponse, Refusal> {
        let (store, now) = (self.service.store(), self.service.clock().now());
        let hash = SecretHash::of(&request.code).0;
        let kind = SecretKind::AuthorizationCode;
        let unknown = || invalid("the code is not known, or was used");
        let kept = self.unspent(client, (kind, &hash), unknown).await?;
        let content: CodeContent = serde_json::from_str(&kept.content)?;
        if content.refused.is_some() {
            return Err(unknown());
        }
        shown(&content, &request)?;
        if content.person.caller(&client.organisation.snapshot(), kept.ends, &kept.family).is_none()
        {
            return Err(invalid("the person is not there any more"));
        }
        let key = self.proven(client, proof).await?;
        let CodeContent { person, consent, asked, first_version, .. } = content;
        let of = (kept.person, kept.family);
        let answer = match consent {
            None => {
                let scopes = BTreeSet::from([Scope::Service]);
                let bound = key.clone().filter(|_| client.is_public);
                let refresh = RefreshContent { person: person.clone(), key: bound };
                let ends = now + REFRESH_LIFETIME;
                let refresh = self.refresh_token(client, (&kept, ends), &refresh).await?;
                let person = Some(person);
                let access = AccessContent { scopes, person, key, ..AccessContent::default() };
                let mut answer = self.access_token(client, access, of).await?;
                answer.refresh_token = Some(refresh);
                answer
            }
            Some(consent) => {
                let credential = consent.credential.clone();
                let (person, consent) = (Some(person), Some(consent));
                let access = AccessContent { person, consent, key, ..AccessContent::default() };
                let mut answer = self.access_token(client, access, of).await?;
                answer.authorization_details = asked.map(|mut asked| {
                    asked.insert("credentialID".to_owned(), Value::String(credential.clone()));
                    [asked]
                });
                answer.credential = Some(credential);
                if first_version && answer.token_type == TokenType::Bearer {
                    answer.token_type = TokenType::Sad;
                }
                answer
            }
        };
        match store.spend_secret(kind, &hash, now).await? {
            Spent::Now(_) => {}
            Spent::Before(_) | Spent::Unknown => {
                store.end_family(&kept.family).await?;
                return Err(unknown());
            }
        }
        Ok(answer)
    }

    /// Gives an access token for a refresh token; a public client gets a new one of these, too (RFC 9700
    /// section 4.14.2).
    ///
    /// # Errors
    /// [`Refusal`]: one that was used before ends what came of the consent.
    pub(super) async fn by_refresh_token(
        &self,
        client: &AuthenticatedClient,
        (token, scope): (String, Option<String>),
        proof: Option<&str>,
    ) -> Result<TokenResponse, Refusal> {
        let (store, now) = (self.service.store(), self.service.clock().now());
        let (kind, hash) = (SecretKind::RefreshToken, SecretHash::of(&token).0);
        let unknown = || invalid("the refresh token is not known, or was used");
        let kept = self.unspent(client, (kind, &hash), unknown).await?;
        let scopes = requested(scope.as_deref().unwrap_or_default())?;
        if scopes.iter().any(|scope| *scope != Scope::Service.name()) {
            let why = "the person agreed to the scope service";
            return Err(OauthError::new(ErrorCode::InvalidScope, why).into());
        }
        let content: RefreshContent = serde_json::from_str(&kept.content)?;
        if content.person.caller(&client.organisation.snapshot(), kept.ends, &kept.family).is_none()
        {
            return Err(invalid("the person is not there any more"));
        }
        let key = self.proven(client, proof).await?;
        if content.key.is_some() && content.key != key {
            return Err(invalid("the refresh token is bound to a key that is not shown"));
        }
        let refreshed = match client.is_public {
            true => Some(self.refresh_token(client, (&kept, kept.ends), &content).await?),
            false => None,
        };
        let (scopes, person) = (BTreeSet::from([Scope::Service]), Some(content.person));
        let access = AccessContent { scopes, person, key, ..AccessContent::default() };
        let mut answer = self.access_token(client, access, (kept.person, kept.family)).await?;
        let still = match client.is_public {
            true => matches!(store.spend_secret(kind, &hash, now).await?, Spent::Now(_)),
            false => store.secret(kind, &hash, now).await?.is_some(),
        };
        if !still {
            store.end_family(&kept.family).await?;
            return Err(unknown());
        }
        answer.refresh_token = refreshed;
        Ok(answer)
    }

    /// The code or the refresh token of this client, unless it was used.
    ///
    /// # Errors
    /// [`Refusal`]: one that this client used before ends what came of it. Whoever else shows it ends nothing
    /// of the client's.
    async fn unspent(
        &self,
        client: &AuthenticatedClient,
        (kind, hash): (SecretKind, &[u8; 32]),
        unknown: impl Fn() -> Refusal,
    ) -> Result<KeptSecret, Refusal> {
        let (store, now) = (self.service.store(), self.service.clock().now());
        if let Some(kept) = store.secret(kind, hash, now).await? {
            return Some(kept).filter(|kept| client.has(kept)).ok_or_else(unknown);
        }
        match store.spend_secret(kind, hash, now).await? {
            Spent::Before(kept) if client.has(&kept) => {
                store.end_family(&kept.family).await?;
            }
            Spent::Before(_) | Spent::Now(_) | Spent::Unknown => {}
        }
        Err(unknown())
    }

    async fn refresh_token(
        &self,
        client: &AuthenticatedClient,
        (of, ends): (&KeptSecret, std::time::SystemTime),
        content: &RefreshContent,
    ) -> Result<String, Refusal> {
        let secret = random::<32>().map_err(AuditError::from)?;
        let token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(secret));
        let content = serde_json::to_string(content)?;
        let kept = KeptSecret {
            kind: SecretKind::RefreshToken,
            hash: SecretHash::of(&token).0,
            organisation: client.organisation.organisation().clone(),
            subject: client.id.0.clone(),
            person: of.person,
            family: of.family,
            ends,
            content,
        };
        let now = self.service.clock().now();
        let replaces = (of.kind == SecretKind::RefreshToken).then_some(&of.hash);
        self.keep_token(&kept, (MAXIMUM_REFRESH_TOKENS, replaces), now).await?;
        Ok(token)
    }
}

/// That the client shows what the request for the code said: the address, the verifier, the details.
fn shown(content: &CodeContent, request: &CodeRequest) -> Result<(), Refusal> {
    if request.redirect != content.redirect {
        return Err(invalid("redirect_uri is not the one that the code was asked for with"));
    }
    let verifier = request.verifier.as_deref().map(Verifier::read).transpose();
    let verifier = verifier.map_err(|error| OauthError::request(error.to_string()))?;
    let fits = match (&content.challenge, verifier) {
        (Some(challenge), Some(verifier)) => {
            let challenge = Challenge::read(challenge, Some("S256"));
            challenge.is_ok_and(|challenge| challenge.is_of(verifier))
        }
        // A verifier without a challenge: somebody took the challenge away (RFC 9700 section 4.8.2).
        (None, Some(_)) | (Some(_), None) => false,
        (None, None) => true,
    };
    if !fits {
        return Err(invalid("code_verifier is not the one of the code's challenge"));
    }
    let Some(again) = &request.details else { return Ok(()) };
    let text = content.asked.as_ref().and_then(|asked| serde_json::to_string(&[asked]).ok());
    let asked = text.and_then(|text| CredentialDetails::of_json(&text).ok());
    if asked.is_some_and(|asked| asked.says_as(again)) {
        return Ok(());
    }
    let why = "authorization_details are others than the person agreed to";
    Err(OauthError::new(ErrorCode::InvalidAuthorizationDetails, why).into())
}

fn invalid(why: &'static str) -> Refusal {
    OauthError::new(ErrorCode::InvalidGrant, why).into()
}
