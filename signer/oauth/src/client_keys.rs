//! The public keys of a client that signs its assertions: those that it registered, or those of its certificates.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Header,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet},
};
use serde_json::Value;

/// How many keys a client has at most: one that comes and one that goes, for each of its machines. So many are
/// tried, too, where it does not say which of its certificates' keys it is.
const MAXIMUM_KEYS: usize = 10;

/// The longest key set that is read, in bytes.
const MAXIMUM_LENGTH: usize = 32 << 10;

/// Members of a JWK that make it a private key (RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1).
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "k"];

/// A client's public keys: P-256, Ed25519, or RSA of 2,048 bits and more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientKeys {
    keys: Vec<Jwk>,
    /// Whether they are of certificates: each is then called what its certificate's thumbprint is, and a client
    /// need not say which it is.
    are_certified: bool,
}

/// What is wrong with a key set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyDefect {
    /// Not a JWK set (RFC 7517 section 5), or a very long one.
    #[error("is no JWK set")]
    Malformed,
    /// A private or symmetric key, which nobody should have sent.
    #[error("holds a private key: it is not secret any more, make another one")]
    Private,
    /// None, or more than ten.
    #[error("has not one to ten keys")]
    Count,
    /// Several without names, or of one name.
    #[error("has several keys that are not told apart by kid")]
    Names,
    /// Another kind of key.
    #[error("has a key that is neither P-256 nor Ed25519 nor RSA")]
    Kind,
    /// A key that nobody should be believed by.
    #[error("has a key that {0}")]
    Weak(&'static str),
}

impl ClientKeys {
    /// Reads a JWK set as a client registers it.
    ///
    /// # Errors
    /// [`KeyDefect`].
    pub fn read(text: &str) -> Result<Self, KeyDefect> {
        if text.len() > MAXIMUM_LENGTH {
            return Err(KeyDefect::Malformed);
        }
        let value: Value = serde_json::from_str(text).map_err(|_| KeyDefect::Malformed)?;
        let raw = value["keys"].as_array().ok_or(KeyDefect::Malformed)?;
        if raw.iter().any(is_private) {
            return Err(KeyDefect::Private);
        }
        if !(1..=MAXIMUM_KEYS).contains(&raw.len()) {
            return Err(KeyDefect::Count);
        }
        let set: JwkSet = serde_json::from_value(value).map_err(|_| KeyDefect::Malformed)?;
        let mut names: Vec<_> = set.keys.iter().map(|key| key.common.key_id.as_deref()).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| pair[0] == pair[1])
            || (names.len() > 1 && names.contains(&None))
        {
            return Err(KeyDefect::Names);
        }
        for key in &set.keys {
            accepted(key)?;
        }
        Ok(Self { keys: set.keys, are_certified: false })
    }

    /// The keys of certificates, as JWKs whose `kid` is the certificate's SHA-256 in base64url; those that nobody
    /// should be believed by are left out.
    pub fn of_certificates(keys: impl IntoIterator<Item = Value>) -> Self {
        let read = keys.into_iter().filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
        let keys = read.filter(|key| accepted(key).is_ok()).collect();
        Self { keys, are_certified: true }
    }

    /// The keys that a JWT with this header may be signed with.
    pub(crate) fn meant(&self, header: &Header) -> Vec<&Jwk> {
        if !self.are_certified {
            return self.find(header.kid.as_deref()).into_iter().collect();
        }
        let called = |name: &str| self.keys.iter().find(|key| only_is(key, name));
        match (&header.x5t_s256, &header.kid) {
            // It says which certificate it is (RFC 7515 section 4.1.8).
            (Some(thumbprint), _) => called(thumbprint).into_iter().collect(),
            // What else a key is called is a hint (section 4.1.4), and each library has names of its own.
            (None, kid) => match kid.as_deref().and_then(called) {
                Some(key) => vec![key],
                None => self.keys.iter().take(MAXIMUM_KEYS).collect(),
            },
        }
    }

    /// The key of this name; without a name only a single key can be meant.
    fn find(&self, kid: Option<&str>) -> Option<&Jwk> {
        match (kid, self.keys.as_slice()) {
            (None, [only]) => Some(only),
            (Some(kid), [only]) if only.common.key_id.is_none() || only_is(only, kid) => Some(only),
            (Some(kid), keys) => keys.iter().find(|key| only_is(key, kid)),
            (None, _) => None,
        }
    }
}

fn only_is(key: &Jwk, kid: &str) -> bool {
    key.common.key_id.as_deref() == Some(kid)
}

/// Whether a key is of a kind and strength that is accepted.
pub(crate) fn accepted(key: &Jwk) -> Result<(), KeyDefect> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the library's enum is non-exhaustive")]
    match &key.algorithm {
        AlgorithmParameters::EllipticCurve(ec) if ec.curve == EllipticCurve::P256 => {}
        AlgorithmParameters::OctetKeyPair(okp) if okp.curve == EllipticCurve::Ed25519 => {}
        AlgorithmParameters::RSA(_) => {}
        _ => return Err(KeyDefect::Kind),
    }
    weakness(key).map_or(Ok(()), |weak| Err(KeyDefect::Weak(weak)))
}

/// Whether a JWK has a member that nobody but its owner may know.
pub(crate) fn is_private(key: &Value) -> bool {
    PRIVATE.iter().any(|member| key.get(member).is_some())
}

/// What makes a key too weak to believe anybody by: an RSA modulus below 2,048 bits (NIST SP 800-131A) or
/// an exponent below 65,537 (FIPS 186-5 section 5.1), a symmetric key.
pub fn weakness(key: &Jwk) -> Option<&'static str> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the library's enum is non-exhaustive")]
    match &key.algorithm {
        AlgorithmParameters::RSA(rsa) => {
            let number = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('='));
            let (Ok(modulus), Ok(exponent)) = (number(&rsa.n), number(&rsa.e)) else {
                return Some("is no RSA key");
            };
            if bits(&modulus) < 2048 {
                return Some("has an RSA modulus of less than 2,048 bits");
            }
            let odd = exponent.last().is_some_and(|last| last % 2 == 1);
            (bits(&exponent) < 17 || !odd)
                .then_some("has an RSA exponent below 65,537, or an even one")
        }
        AlgorithmParameters::OctetKey(_) => Some("is a symmetric key"),
        AlgorithmParameters::EllipticCurve(_) | AlgorithmParameters::OctetKeyPair(_) => None,
        _ => Some("is of no kind that is known here"),
    }
}

/// How many bits a number has, most significant byte first.
fn bits(number: &[u8]) -> usize {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let number = &number[zeros..];
    number.first().map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: &str = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4";
    const Y: &str = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM";

    fn p256(more: &str) -> String {
        format!(r#"{{"kty":"EC","crv":"P-256","x":"{X}","y":"{Y}"{more}}}"#)
    }

    fn set(keys: &[String]) -> Result<ClientKeys, KeyDefect> {
        ClientKeys::read(&format!(r#"{{"keys":[{}]}}"#, keys.join(",")))
    }

    #[test]
    fn keys_are_found_by_their_names_and_a_single_one_without() {
        let one = set(&[p256("")]).unwrap();
        assert!(one.find(None).is_some() && one.find(Some("a")).is_some());
        let named = set(&[p256(r#","kid":"a""#), p256(r#","kid":"b""#)]).unwrap();
        assert!(named.find(Some("b")).is_some());
        assert!(named.find(Some("c")).is_none() && named.find(None).is_none());
    }

    #[test]
    fn of_certificates_the_one_that_is_named_is_meant_and_else_each() {
        let keys = ["a", "b"]
            .map(|kid| serde_json::from_str(&p256(&format!(r#","kid":"{kid}""#))).unwrap());
        let weak = serde_json::json!({ "kty": "RSA", "n": "kQ", "e": "AQAB", "kid": "weak" });
        let all = ClientKeys::of_certificates(keys.into_iter().chain([weak]));
        let meant = |kid: Option<&str>, x5t_s256: Option<&str>| {
            let mut header = Header::new(jsonwebtoken::Algorithm::ES256);
            (header.kid, header.x5t_s256) = (kid.map(Into::into), x5t_s256.map(Into::into));
            let meant = all.meant(&header).into_iter();
            meant.map(|key| key.common.key_id.clone().unwrap()).collect::<String>()
        };
        assert_eq!(meant(None, None), "ab");
        assert_eq!(meant(Some("my key"), None), "ab");
        assert_eq!(meant(Some("b"), None), "b");
        assert_eq!(meant(Some("b"), Some("a")), "a");
        assert_eq!(meant(None, Some("c")), "");
        assert_eq!(meant(None, Some("weak")), "");
        let many =
            (0..11).map(|kid| serde_json::from_str(&p256(&format!(r#","kid":"{kid}""#))).unwrap());
        let many = ClientKeys::of_certificates(many);
        assert_eq!(many.meant(&Header::new(jsonwebtoken::Algorithm::ES256)).len(), MAXIMUM_KEYS);
    }

    #[test]
    fn what_is_no_public_key_of_a_kind_that_is_accepted_is_refused() {
        let rsa = |bytes: usize| {
            let modulus = URL_SAFE_NO_PAD.encode(vec![0x91; bytes]);
            format!(r#"{{"kty":"RSA","n":"{modulus}","e":"AQAB"}}"#)
        };
        assert!(set(&[rsa(256)]).is_ok());
        let oct = r#"{"kty":"oct","k":"c2VjcmV0"}"#.to_owned();
        let p384 = format!(r#"{{"kty":"EC","crv":"P-384","x":"{X}","y":"{Y}"}}"#);
        for (keys, defect) in [
            (vec![], KeyDefect::Count),
            (vec![p256(r#","d":"AA""#)], KeyDefect::Private),
            (vec![oct], KeyDefect::Private),
            (vec![p384], KeyDefect::Kind),
            (vec![rsa(255)], KeyDefect::Weak("has an RSA modulus of less than 2,048 bits")),
            (vec![p256(""), p256("")], KeyDefect::Names),
            (
                (0..11).map(|number| p256(&format!(r#","kid":"{number}""#))).collect(),
                KeyDefect::Count,
            ),
        ] {
            assert_eq!(set(&keys), Err(defect), "{keys:?}");
        }
        assert_eq!(ClientKeys::read("{}"), Err(KeyDefect::Malformed));
    }
}
