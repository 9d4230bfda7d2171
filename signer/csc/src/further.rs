//! Requests beside those about signatures of hashes: a token given and taken back, a credential made, a
//! time-stamp.

use std::fmt;

use seal::{Digest, DigestAlgorithm};
use serde::Serialize;

use crate::{Depth, Error, Parameters, read_hash};

/// `auth/login`, beside the name and the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoginRequest;

/// The answer to `auth/login`.
#[derive(Clone, Serialize)]
pub struct LoginAnswer {
    /// An access token: a secret.
    pub access_token: String,
    /// How many seconds it is good for.
    pub expires_in: u64,
}

/// `auth/revoke`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevocationRequest {
    /// The token.
    pub token: String,
}

/// `credentials/create`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreationRequest {
    /// `certificatePolicy`.
    pub policy: String,
    /// How much is told of the new credential.
    pub depth: Depth,
}

/// `signatures/timestamp`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeStampRequest {
    /// What is time-stamped.
    pub imprint: Digest,
    /// The number that comes back in the token.
    pub nonce: Option<u128>,
}

/// The answer to `signatures/timestamp`.
#[derive(Clone, Debug, Serialize)]
pub struct TimeStampAnswer {
    /// The token, in base64.
    pub timestamp: String,
}

/// Without what is secret.
impl fmt::Debug for LoginAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginAnswer").field("expires_in", &self.expires_in).finish_non_exhaustive()
    }
}

impl LoginRequest {
    /// Reads the request. Whether somebody wants to be remembered is passed over: nobody is.
    ///
    /// # Errors
    /// [`Error`] for a refresh token: none is given.
    pub fn read(parameters: &Parameters) -> Result<Self, Error> {
        parameters.boolean(&["rememberMe"], false)?;
        match parameters.string(&["refresh_token"])? {
            None => Ok(Self),
            Some(_) => Err(Error::request("Invalid string parameter: refresh_token")),
        }
    }
}

impl RevocationRequest {
    /// Reads the request.
    ///
    /// # Errors
    /// [`Error`].
    pub fn read(parameters: &Parameters) -> Result<Self, Error> {
        let hint = parameters.string(&["token_type_hint"])?;
        if hint.is_some_and(|hint| !["access_token", "refresh_token"].contains(&hint)) {
            return Err(Error::invalid("token_type_hint"));
        }
        Ok(Self { token: parameters.required_string(&["token"])?.to_owned() })
    }
}

impl CreationRequest {
    /// Reads the request. Whom the certificate names follows from the profile, whatever `subjectData` says.
    ///
    /// # Errors
    /// [`Error`].
    pub fn read(parameters: &Parameters) -> Result<Self, Error> {
        let request = parameters.object("credentialCreationRequest")?;
        let request =
            request.ok_or_else(|| Error::missing("object", "credentialCreationRequest"))?;
        let policy = request.required_string(&["certificatePolicy"])?.to_owned();
        Ok(Self { policy, depth: Depth::read(parameters)? })
    }
}

impl TimeStampRequest {
    /// Reads the request; its members have the names of version 1 in both.
    ///
    /// # Errors
    /// [`Error`].
    pub fn read(parameters: &Parameters) -> Result<Self, Error> {
        let hash = parameters.required_string(&["hash"])?;
        let algorithm = parameters.required_string(&["hashAlgo", "hashAlgorithmOID"])?;
        let algorithm = DigestAlgorithm::from_oid(algorithm);
        let algorithm = algorithm.ok_or_else(|| Error::invalid("hashAlgo"))?;
        let nonce = match parameters.string(&["nonce"])? {
            None => None,
            Some(text) => {
                let digits = text.trim();
                let digits = digits.strip_prefix("0x").unwrap_or(digits);
                let nonce = u128::from_str_radix(digits, 16).ok();
                Some(
                    nonce
                        .filter(|_| !digits.starts_with('+'))
                        .ok_or_else(|| Error::invalid("nonce"))?,
                )
            }
        };
        Ok(Self { imprint: read_hash(hash, algorithm)?, nonce })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    fn read(json: &str) -> Parameters {
        Parameters::parse(json.as_bytes()).unwrap()
    }

    #[test]
    fn a_nonce_is_hexadecimal() {
        let json = |nonce: &str| {
            read(&format!(
                r#"{{"hash":"{HASH}","hashAlgo":"2.16.840.1.101.3.4.2.1","nonce":{nonce}}}"#
            ))
        };
        let nonce = |text| TimeStampRequest::read(&json(text)).map(|one| one.nonce);
        assert_eq!(nonce("\"01ff\""), Ok(Some(0x1ff)));
        assert_eq!(nonce("\"F\""), Ok(Some(15)));
        assert_eq!(nonce("null"), Ok(None));
        for wrong in ["\"xyz\"", "\"\"", "\"é\""] {
            assert_eq!(nonce(wrong), Err(Error::invalid("nonce")), "{wrong}");
        }
    }
}
