//! A private key in a token.

use std::sync::Arc;

use authority::{Curve, KeyElsewhere};
use cryptoki::{
    error::Error,
    mechanism::Mechanism,
    object::{Attribute, KeyType, ObjectClass, ObjectHandle},
    session::Session,
};
use ring::{digest, signature};

use crate::{TokenError, point, sessions::Sessions};

/// A private key in a token, of which its public key is known here.
#[derive(Debug)]
pub struct TokenKey {
    sessions: Arc<Sessions>,
    /// `CKA_ID`, which both keys of a pair have.
    id: Vec<u8>,
    public_key: Vec<u8>,
    curve: Curve,
}

impl TokenKey {
    /// Sees whether the private key is there.
    pub(crate) fn new(
        sessions: Arc<Sessions>,
        id: Vec<u8>,
        public_key: Vec<u8>,
        curve: Curve,
    ) -> Result<Self, TokenError> {
        let wanted = id.clone();
        match sessions.within(move |session| private(session, &wanted))? {
            Some(_) => Ok(Self { sessions, id, public_key, curve }),
            None => Err(TokenError::NoPrivateKey { label: sessions.label.clone() }),
        }
    }

    /// A DER `Ecdsa-Sig-Value` over a message, verified before anybody gets it: what a broken token signs reaches
    /// no certificate.
    fn signed(&self, message: &[u8]) -> Result<Vec<u8>, TokenError> {
        let answer = |problem| TokenError::Answer { label: self.sessions.label.clone(), problem };
        let (hash, verified): (_, &dyn signature::VerificationAlgorithm) = match self.curve {
            Curve::P256 => (&digest::SHA256, &signature::ECDSA_P256_SHA256_ASN1),
            Curve::P384 => (&digest::SHA384, &signature::ECDSA_P384_SHA384_ASN1),
        };
        let hash = digest::digest(hash, message);
        let id = self.id.clone();
        let value = self.sessions.within(move |session| match private(session, &id)? {
            Some(key) => session.sign(&Mechanism::Ecdsa, key, hash.as_ref()).map(Some),
            None => Ok(None),
        })?;
        let label = || self.sessions.label.clone();
        let value = value.ok_or_else(|| TokenError::NoPrivateKey { label: label() })?;
        let value = point::signature(&value, self.curve);
        let value = value.ok_or_else(|| answer("with no two numbers of the curve"))?;
        signature::UnparsedPublicKey::new(verified, &self.public_key)
            .verify(message, &value)
            .map_err(|_| answer("with a signature that does not verify"))?;
        Ok(value)
    }
}

impl KeyElsewhere for TokenKey {
    fn curve(&self) -> Curve {
        self.curve
    }

    fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, authority::Error> {
        self.signed(message).map_err(|error| {
            // What issues says no more than that the key did not sign.
            tracing::error!(%error, "a key of the registry did not sign");
            authority::Error::Signature
        })
    }
}

/// The private key with this `CKA_ID`.
fn private(session: &Session, id: &[u8]) -> Result<Option<ObjectHandle>, Error> {
    let wanted = [
        Attribute::Class(ObjectClass::PRIVATE_KEY),
        Attribute::KeyType(KeyType::EC),
        Attribute::Id(id.into()),
    ];
    Ok(session.find_objects(&wanted)?.first().copied())
}
