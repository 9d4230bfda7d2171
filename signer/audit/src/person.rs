//! Who acts: the application by name, the person by a salted commitment.

use std::fmt;

use ring::{
    digest,
    rand::{SecureRandom, SystemRandom},
};
use seal::{Caller, identity::IdentityClaims};
use serde::{Deserialize, Serialize};

use super::{
    RecordError,
    hex::{bytes_of_hex, hex},
};

/// The requester as a record names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Requester {
    /// An application's name.
    Application(String),
    /// A commitment to a person, lower-case hexadecimal.
    Person(String),
    /// Whoever runs the installation.
    Operator,
    /// The contact person of the profile that the record names, by the link of a letter.
    Contact,
}

/// A person as the table of acting persons holds them. Its `Debug` names nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct ActingPerson {
    /// 32 random bytes in hexadecimal: without them nobody can try names against a commitment.
    pub salt: String,
    /// `iss` of the token.
    pub issuer: String,
    /// `sub` of the token.
    pub subject: String,
    /// The name, as verified by the login.
    pub name: String,
    /// The `jti` of the token.
    pub token_id: String,
}

impl ActingPerson {
    fn new(claims: &IdentityClaims) -> Result<Self, RecordError> {
        Ok(Self {
            salt: hex(&random::<32>()?),
            issuer: claims.person.issuer.clone(),
            subject: claims.person.subject.clone(),
            name: claims.name.clone(),
            token_id: claims.token_id.clone(),
        })
    }

    /// SHA-256 over the salt and, each with its length before it, issuer, subject, name and `jti`;
    /// `None` when the salt is not one.
    pub(crate) fn commitment(&self) -> Option<String> {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(&bytes_of_hex::<32>(&self.salt)?);
        for part in [&self.issuer, &self.subject, &self.name, &self.token_id] {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        Some(hex(context.finish().as_ref()))
    }
}

impl fmt::Debug for ActingPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ActingPerson(..)")
    }
}

impl Requester {
    /// The caller as recorded and, for a person, the row of the table.
    pub(super) fn of(caller: &Caller) -> Result<(Self, Option<ActingPerson>), RecordError> {
        match caller {
            Caller::Application(id) => Ok((Self::Application(id.as_str().to_owned()), None)),
            Caller::Person(claims) => {
                let person = ActingPerson::new(claims)?;
                let commitment = person.commitment().ok_or(RecordError::NoRandomness)?;
                Ok((Self::Person(commitment), Some(person)))
            }
        }
    }
}

/// Random bytes of the system.
///
/// # Errors
/// [`RecordError::NoRandomness`].
pub fn random<const N: usize>() -> Result<[u8; N], RecordError> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| RecordError::NoRandomness)?;
    Ok(bytes)
}
