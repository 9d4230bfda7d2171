//! Requests with a key: the same one is done once (draft-ietf-httpapi-idempotency-key-header).

use ring::{digest, hmac};
use seal::{Caller, PersonId};

/// A request's key, and what is asked under it. Both are hashes, so they name nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyedRequest {
    /// Whose key it is: SHA-256 over the caller.
    pub caller: [u8; 32],
    /// SHA-256 over the caller and the key.
    pub key: [u8; 32],
    /// HMAC-SHA-256 over what is asked, under the key itself, which nobody keeps: what is asked may hold
    /// what can be guessed, a password or a name, and none can be tried against this.
    pub request: [u8; 32],
}

impl KeyedRequest {
    /// The key that `caller` gave to a request with this SHA-256.
    pub fn new(caller: &Caller, key: &str, request: [u8; 32]) -> Self {
        let of = match caller {
            Caller::Application(id) => ["application", id.as_str(), ""],
            Caller::Person(claims) => named(&claims.person),
        };
        let caller = hash(&of);
        let [kind, first, second] = of;
        let bound = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()), &request);
        let mut request = [0; 32];
        request.copy_from_slice(bound.as_ref());
        Self { caller, key: hash(&[kind, first, second, key]), request }
    }

    /// What stands for this person where a caller does.
    pub fn person(person: &PersonId) -> [u8; 32] {
        hash(&named(person))
    }
}

fn named(person: &PersonId) -> [&str; 3] {
    ["person", &person.issuer, &person.subject]
}

/// SHA-256 over texts, each with its length before it.
fn hash(parts: &[&str]) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

/// What a record does to a request's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyStep {
    /// The request begins.
    Take(KeyedRequest),
    /// It was done, by a record that began it.
    Done(KeyedRequest),
    /// It was done, by one record from beginning to end.
    TakeDone(KeyedRequest),
    /// It made nothing and may be asked again.
    Free(KeyedRequest),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn nobody_can_try_what_may_have_been_asked_without_the_key() {
        let caller = sample::application("erp");
        let asked = [7; 32];
        let one = KeyedRequest::new(&caller, "8e03978e-40d5", asked);
        let other = KeyedRequest::new(&caller, "a5f1c0de-77aa", asked);
        assert_eq!(one, KeyedRequest::new(&caller, "8e03978e-40d5", asked));
        assert_ne!(one.request, other.request, "the same request under another key");
        assert!(![one.request, other.request].contains(&asked));
    }
}
