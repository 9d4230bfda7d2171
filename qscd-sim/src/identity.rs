//! The demo's issuer of persons' tokens: JWTs (RFC 7519) signed with ES256 by a key made at start.

mod claims;

use std::time::{Duration, SystemTime};

use ::authority::moment::unix_seconds;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::JwkSet;
use ring::{
    digest,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use seal::{Digest, IdentityToken};
use serde_json::json;
use zeroize::Zeroizing;

use self::claims::Claims;
use crate::{Error, SigningLogin, randomness::Randomness, seeded::seeded_p256};

/// How long a token is valid.
pub const TOKEN_LIFETIME: Duration = Duration::from_secs(300);

/// A person whom the issuer knows.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// `sub`, and the name on the management port.
    pub subject: String,
    /// `name`.
    pub name: String,
    /// `given_name`.
    pub given_name: String,
    /// `family_name`.
    pub family_name: String,
    /// `email`.
    pub email: Option<String>,
    /// `cvr`: the organisation on whose behalf the person acts.
    pub cvr: String,
    /// `org_name`.
    pub organisation_name: Option<String>,
}

/// Shows the subject alone.
impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Person").field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// Issues tokens for a fixed set of persons.
pub struct IdentityProvider {
    issuer: String,
    audience: String,
    persons: Vec<Person>,
    key: EcdsaKeyPair,
    key_id: String,
    rng: SystemRandom,
    /// Of the tokens' names.
    randomness: Randomness,
}

impl IdentityProvider {
    /// An issuer named `issuer` (`iss`) whose tokens are for `audience` (`aud`), with a new key.
    ///
    /// # Errors
    /// [`Error`] when the key cannot be made.
    pub fn new(issuer: String, audience: String, persons: Vec<Person>) -> Result<Self, Error> {
        Self::with(issuer, audience, persons, Randomness::machine())
    }

    /// The same with a key, and names of tokens, out of this randomness.
    pub(crate) fn with(
        issuer: String,
        audience: String,
        persons: Vec<Person>,
        randomness: Randomness,
    ) -> Result<Self, Error> {
        let rng = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let failed = || Error::KeyGeneration("ES256");
        let key = if randomness.is_seeded() {
            let (private, public) = seeded_p256(&randomness)?;
            EcdsaKeyPair::from_private_key_and_public_key(algorithm, &private, &public, &rng)
        } else {
            let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &rng).map_err(|_| failed())?;
            let pkcs8 = Zeroizing::new(pkcs8.as_ref().to_vec());
            EcdsaKeyPair::from_pkcs8(algorithm, &pkcs8, &rng)
        };
        let key = key.map_err(|_| failed())?;
        let key_id = thumbprint(key.public_key().as_ref());
        Ok(Self { issuer, audience, persons, key, key_id, rng, randomness })
    }

    /// The persons it knows.
    pub fn persons(&self) -> &[Person] {
        &self.persons
    }

    /// `iss` of its tokens.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// `aud` of its tokens.
    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// A token for the person with this `sub`, for signing `documents` (SHA-256) once, or for
    /// showing who calls when there are none. `None` for a person whom the issuer does not know.
    ///
    /// # Errors
    /// [`Error`] when the token cannot be written or signed.
    pub fn issue(
        &self,
        subject: &str,
        documents: &[Digest],
        now: SystemTime,
    ) -> Result<Option<IdentityToken>, Error> {
        let Some(person) = self.persons.iter().find(|person| person.subject == subject) else {
            return Ok(None);
        };
        let issued_at = unix_seconds(now)?;
        let token_id = hex::encode(self.randomness.bytes::<16>()?);
        let claims = Claims {
            iss: &self.issuer,
            aud: &self.audience,
            sub: &person.subject,
            exp: issued_at.saturating_add_unsigned(TOKEN_LIFETIME.as_secs()),
            iat: issued_at,
            auth_time: issued_at,
            jti: &token_id,
            name: &person.name,
            given_name: &person.given_name,
            family_name: &person.family_name,
            email: person.email.as_deref(),
            cvr: &person.cvr,
            org_name: person.organisation_name.as_deref(),
            documents: documents.iter().map(Digest::to_string).collect(),
        };
        self.sign(&claims).map(Some)
    }

    /// The public keys (RFC 7517), as `GET /identities/jwks.json` answers them.
    pub fn key_set_json(&self) -> serde_json::Value {
        let (x, y) = coordinates(self.key.public_key().as_ref());
        json!({"keys": [{
            "kty": "EC", "crv": "P-256", "x": x, "y": y,
            "use": "sig", "alg": "ES256", "kid": self.key_id,
        }]})
    }

    /// What a verifier of this issuer's tokens needs.
    ///
    /// # Errors
    /// [`Error`] when the key set cannot be read back.
    pub fn as_issuer(&self) -> Result<seal::identity::IdentityIssuer, Error> {
        let keys: JwkSet = serde_json::from_value(self.key_set_json())?;
        Ok(seal::identity::IdentityIssuer {
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
            keys,
        })
    }

    /// An ID token of a login that the person with this `sub` has just made at the client that is kept
    /// for signing, with this `nonce`. `None` for a person whom the issuer does not know.
    ///
    /// # Errors
    /// [`Error`] when the token cannot be written or signed.
    pub fn issue_id_token(
        &self,
        subject: &str,
        nonce: &str,
        now: SystemTime,
    ) -> Result<Option<IdentityToken>, Error> {
        let Some(person) = self.persons.iter().find(|person| person.subject == subject) else {
            return Ok(None);
        };
        let issued_at = unix_seconds(now)?;
        let client = self.signing_client();
        self.sign(&json!({
            "iss": self.issuer, "aud": client, "azp": client, "sub": person.subject,
            "exp": issued_at.saturating_add_unsigned(TOKEN_LIFETIME.as_secs()),
            "iat": issued_at, "auth_time": issued_at, "nonce": nonce,
            "given_name": person.given_name, "family_name": person.family_name,
            "cvr": person.cvr,
        }))
        .map(Some)
    }

    /// The client that is kept for signing.
    pub fn signing_client(&self) -> String {
        format!("{}-signing", self.audience)
    }

    /// What a device needs to judge this issuer's ID tokens.
    ///
    /// # Errors
    /// [`Error`] when the key set cannot be read back.
    pub fn as_signing_login(&self) -> Result<SigningLogin, Error> {
        let keys: JwkSet = serde_json::from_value(self.key_set_json())?;
        Ok(SigningLogin {
            issuer: self.issuer.clone(),
            client_id: self.signing_client(),
            keys,
            acr_values: Vec::new(),
            cvr_claim: "cvr".to_owned(),
        })
    }

    /// The compact serialisation (RFC 7515 section 7.1); ES256 has a fixed-length value (RFC 7518
    /// section 3.4).
    fn sign(&self, claims: &impl serde::Serialize) -> Result<IdentityToken, Error> {
        let header = json!({"alg": "ES256", "typ": "JWT", "kid": self.key_id});
        let mut token = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header)?);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(serde_json::to_vec(claims)?, &mut token);
        let value = self.key.sign(&self.rng, token.as_bytes()).map_err(|_| Error::Signature)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(value, &mut token);
        Ok(IdentityToken::new(token))
    }
}

impl std::fmt::Debug for IdentityProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IdentityProvider")
            .field("issuer", &self.issuer)
            .field("persons", &self.persons)
            .finish_non_exhaustive()
    }
}

/// The coordinates of an uncompressed P-256 point, each in base64url (RFC 7518 section 6.2.1).
fn coordinates(point: &[u8]) -> (String, String) {
    let halves = point.get(1..).unwrap_or_default();
    let (x, y) = halves.split_at(halves.len() / 2);
    (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y))
}

/// The key's thumbprint (RFC 7638 section 3): members in the order of their names, no white space.
fn thumbprint(point: &[u8]) -> String {
    let (x, y) = coordinates(point);
    let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, members.as_bytes()))
}

#[cfg(test)]
mod tests {
    use seal::{DigestAlgorithm, identity::IdentityVerifier};

    use super::*;

    fn provider() -> IdentityProvider {
        let karen = Person {
            subject: "karen".into(),
            name: "Karen Ågård".into(),
            given_name: "Karen".into(),
            family_name: "Ågård".into(),
            email: Some("karen@havnsted.example".into()),
            cvr: "12345674".into(),
            organisation_name: Some("Havnsted Kommune".into()),
        };
        IdentityProvider::new("https://id.example".into(), "segl".into(), vec![karen]).unwrap()
    }

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
    }

    #[test]
    fn the_verifier_reads_what_the_issuer_wrote() {
        let provider = provider();
        let document = Digest::of(DigestAlgorithm::Sha256, b"document");
        let token = provider.issue("karen", &[document], now()).unwrap().unwrap();
        let verifier = IdentityVerifier::new(vec![provider.as_issuer().unwrap()]);
        let claims = verifier.verify(&token, now()).unwrap();
        assert_eq!(claims.person.subject, "karen");
        assert_eq!(claims.family_name, "Ågård");
        assert_eq!(claims.cvr, "12345674");
        assert_eq!(claims.documents, [document]);
        assert_eq!((claims.issued_at, claims.authenticated_at), (now(), now()));
        assert_eq!(claims.expires_at, now() + TOKEN_LIFETIME);
    }

    #[test]
    fn each_token_has_its_own_name() {
        let provider = provider();
        let verifier = IdentityVerifier::new(vec![provider.as_issuer().unwrap()]);
        let id = || {
            let token = provider.issue("karen", &[], now()).unwrap().unwrap();
            verifier.verify(&token, now()).unwrap().token_id
        };
        assert_ne!(id(), id());
    }

    #[test]
    fn a_stranger_gets_no_token() {
        assert!(provider().issue("mads", &[], now()).unwrap().is_none());
    }

    #[test]
    fn debug_shows_neither_key_nor_person() {
        let shown = format!("{:?}", provider());
        assert!(!shown.contains("gård") && !shown.contains("key"), "{shown}");
    }
}
