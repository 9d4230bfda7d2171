//! The claims of a person's token.

use std::time::{Duration, SystemTime};

use serde::Deserialize;

use super::{IdentityError, LEEWAY, MAXIMUM_ACTIVATION_AGE};
use crate::{
    Digest, DigestAlgorithm, MAXIMUM_ATTRIBUTE_LENGTH, PersonId,
    visible::{is_bidi_control, is_visible},
};

/// How many documents one token may name.
const MAXIMUM_DOCUMENTS: usize = 1000;

/// What a verified token says. Its `Debug` names nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentityClaims {
    /// `iss` and `sub`.
    pub person: PersonId,
    /// `jti`: the token's own name, for remembering that it was spent.
    pub token_id: String,
    /// `iat`.
    pub issued_at: SystemTime,
    /// `nbf`, if given.
    pub not_before: Option<SystemTime>,
    /// `exp`.
    pub expires_at: SystemTime,
    /// `auth_time`: when the person authenticated.
    pub authenticated_at: SystemTime,
    /// `name`: the whole name; this and the next two can stand in a certificate.
    pub name: String,
    /// `given_name`.
    pub given_name: String,
    /// `family_name`.
    pub family_name: String,
    /// `email`, if given.
    pub email: Option<String>,
    /// `cvr`: the organisation on whose behalf the person acts, by its number in Denmark's Central
    /// Business Register.
    pub cvr: String,
    /// `org_name`, if given.
    pub organisation_name: Option<String>,
    /// `documents`: SHA-256 of each document that the token may sign, once.
    pub documents: Vec<Digest>,
}

impl IdentityClaims {
    /// Whether the person acts for the organisation with this organizationIdentifier. Type and country
    /// of the number stand in it (ETSI EN 319 412-1 clause 5.1.4: `NTR`, the national trade register,
    /// and `DK`); a CVR number is that register's alone, and equal digits elsewhere are another's.
    pub fn acts_for(&self, organization_identifier: &str) -> bool {
        organization_identifier.strip_prefix("NTRDK-") == Some(self.cvr.as_str())
    }

    /// Whether the token may activate a key at `now`: it is five minutes old at most, and the clocks
    /// may differ. The policy and the device both ask here, so that no key is made for a token that
    /// the device then refuses.
    pub fn may_activate_at(&self, now: SystemTime) -> bool {
        now <= self.issued_at + MAXIMUM_ACTIVATION_AGE + LEEWAY
    }
}

impl std::fmt::Debug for IdentityClaims {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IdentityClaims").finish_non_exhaustive()
    }
}

/// What an unverified token says of its issuer: good for choosing a key and for nothing else.
#[derive(Deserialize)]
pub(super) struct UnverifiedIssuer {
    pub(super) iss: String,
}

/// The claims as they stand in the token.
#[derive(Deserialize)]
pub(super) struct RawClaims {
    iss: String,
    sub: String,
    exp: u64,
    iat: u64,
    nbf: Option<u64>,
    auth_time: u64,
    jti: String,
    name: String,
    given_name: String,
    family_name: String,
    email: Option<String>,
    cvr: String,
    org_name: Option<String>,
    #[serde(default)]
    documents: Vec<String>,
}

impl TryFrom<RawClaims> for IdentityClaims {
    type Error = IdentityError;

    fn try_from(raw: RawClaims) -> Result<Self, IdentityError> {
        let person = PersonId { issuer: raw.iss, subject: raw.sub };
        if person.defect().is_some() {
            return Err(IdentityError::Person);
        }
        if ![&raw.name, &raw.given_name, &raw.family_name].into_iter().all(|name| is_name(name)) {
            return Err(IdentityError::Name);
        }
        // A database has no NUL in a text.
        let texts = [Some(&raw.jti), Some(&raw.cvr), raw.email.as_ref(), raw.org_name.as_ref()];
        let has_nul = texts.into_iter().flatten().any(|text| text.contains('\0'));
        if raw.documents.len() > MAXIMUM_DOCUMENTS || raw.jti.is_empty() || has_nul {
            return Err(IdentityError::Malformed);
        }
        let documents = raw.documents.iter().map(|hex| sha256(hex)).collect::<Option<_>>();
        Ok(Self {
            person,
            token_id: raw.jti,
            issued_at: moment(raw.iat)?,
            not_before: raw.nbf.map(moment).transpose()?,
            expires_at: moment(raw.exp)?,
            authenticated_at: moment(raw.auth_time)?,
            name: raw.name,
            given_name: raw.given_name,
            family_name: raw.family_name,
            email: raw.email,
            cvr: raw.cvr,
            organisation_name: raw.org_name,
            documents: documents.ok_or(IdentityError::Malformed)?,
        })
    }
}

/// Whether a certificate can say that somebody is called so, and whoever reads it sees how.
fn is_name(text: &str) -> bool {
    let misleads = |character: char| character.is_control() || is_bidi_control(character);
    text.len() <= MAXIMUM_ATTRIBUTE_LENGTH && is_visible(text) && !text.chars().any(misleads)
}

/// A NumericDate (RFC 7519 section 2); one beyond the year 9999 is nonsense and would overflow.
fn moment(seconds: u64) -> Result<SystemTime, IdentityError> {
    const YEAR_10000: u64 = 253_402_300_800;
    if seconds >= YEAR_10000 {
        return Err(IdentityError::Malformed);
    }
    Ok(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

fn sha256(hex: &str) -> Option<Digest> {
    if hex.len() != 64 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let bytes: Vec<u8> =
        (0..64).step_by(2).map_while(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok()).collect();
    Digest::from_bytes(DigestAlgorithm::Sha256, &bytes).ok()
}
