//! What somebody bears for a while: sessions, links, codes, tokens. Only its SHA-256 is kept, so that
//! whoever reads the database can bear none of it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use audit::KeyedRequest;
use seal::{OrganisationId, PersonId};

use crate::AuditError;

/// The longest content, in bytes of UTF-8: an authorisation names at most a hundred documents.
pub const MAXIMUM_SECRET_CONTENT: usize = 256 * 1024;

/// How long a row is kept after its end: a second use is told from something unknown in that time, and a
/// clock that went ahead for a while has lost nothing.
const KEPT_AFTER_END: Duration = Duration::from_secs(86_400);

/// The same of what clients send with every request, of which there is much: as clocks may differ.
const SEEN_AFTER_END: Duration = Duration::from_secs(600);

/// How many rows that were kept long enough are let go with each new one.
pub(crate) const LET_GO: i64 = 8;

/// What a secret is for. One is never taken for another: the kind is part of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SecretKind {
    /// A browser's session, by its cookie.
    Session,
    /// A link that is good once: a first login, an invitation, a recovery.
    OneTimeLink,
    /// The link of a letter to a profile's contact person.
    ContactLink,
    /// A login under way with an OpenID provider, by its `state`.
    LoginState,
    /// A passkey ceremony under way, by its challenge (WebAuthn section 13.4.3).
    Challenge,
    /// An authorisation under way that a client pushed (RFC 9126), which proved who it is; by its name.
    AuthorizationRequest,
    /// An authorisation under way of which nobody proved who asks, by its name.
    UnprovenRequest,
    /// An authorisation code (RFC 6749 section 4.1.2).
    AuthorizationCode,
    /// An access token (RFC 6749 section 1.4).
    AccessToken,
    /// A refresh token (RFC 6749 section 1.5).
    RefreshToken,
    /// The `jti` of a proof of possession (RFC 9449 section 11.1).
    Proof,
    /// The `jti` of a client's assertion (RFC 7523 section 3).
    ClientAssertion,
}

impl SecretKind {
    /// The name in the database.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::OneTimeLink => "one-time-link",
            Self::ContactLink => "contact-link",
            Self::LoginState => "login-state",
            Self::Challenge => "challenge",
            Self::AuthorizationRequest => "authorization-request",
            Self::UnprovenRequest => "unproven-request",
            Self::AuthorizationCode => "authorization-code",
            Self::AccessToken => "access-token",
            Self::RefreshToken => "refresh-token",
            Self::Proof => "proof",
            Self::ClientAssertion => "client-assertion",
        }
    }
}

impl SecretKind {
    /// When a row that ends at this time may be let go, in microseconds since 1970.
    pub(crate) fn let_go(self, ends: SystemTime) -> i64 {
        let kept = match self {
            Self::Session
            | Self::OneTimeLink
            | Self::LoginState
            | Self::Challenge
            | Self::AuthorizationCode
            | Self::AccessToken
            | Self::RefreshToken => KEPT_AFTER_END,
            // What is shown again is not told from what was never there.
            Self::ContactLink | Self::AuthorizationRequest | Self::UnprovenRequest => {
                Duration::ZERO
            }
            Self::Proof | Self::ClientAssertion => SEEN_AFTER_END,
        };
        ends.checked_add(kept).map_or(i64::MAX, micros)
    }
}

/// A secret as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSecret {
    /// What it is for.
    pub kind: SecretKind,
    /// Its SHA-256.
    pub hash: [u8; 32],
    /// The only organisation that it reaches.
    pub organisation: OrganisationId,
    /// Whose it is: the name of a person's or a client's entry in the register.
    pub subject: String,
    /// Whose login it stands for, by [`KeptSecret::of_person`]: it ends when the person is erased.
    pub person: Option<[u8; 32]>,
    /// What came of one login or one authorisation, and ends together.
    pub family: [u8; 16],
    /// When it ends.
    pub ends: SystemTime,
    /// What it says, in JSON: at most [`MAXIMUM_SECRET_CONTENT`].
    pub content: String,
}

impl KeptSecret {
    /// A person's login, as it is kept: SHA-256 over issuer and subject.
    pub fn of_person(person: &PersonId) -> [u8; 32] {
        KeyedRequest::person(person)
    }
}

/// What came of spending a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spent {
    /// It was good, and is no more: this answer is given once, whichever node asks.
    Now(KeptSecret),
    /// It was spent before. Whoever shows a code or a refresh token again has come by it wrongly, or
    /// somebody else has: its family is to end (RFC 9700 section 4.14.2).
    Before(KeptSecret),
    /// There is none, or its end has come.
    Unknown,
}

/// Why a secret was not kept.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SecretError {
    /// There is one with this hash: what may be seen once was seen before.
    #[error("it was kept before")]
    AlreadyKept,
    /// Its owner has as many of the kind as may be.
    #[error("as many of these are kept for one owner as there may be")]
    Full,
    /// Its content is longer than [`MAXIMUM_SECRET_CONTENT`].
    #[error("it says more than is kept: {0} bytes")]
    TooLong(usize),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] AuditError),
}

/// A row as both databases have it: hash, organisation, subject, person, family, ends, content.
pub(crate) type Row = (Vec<u8>, String, String, Option<Vec<u8>>, Vec<u8>, i64, String);

/// What a row says.
pub(crate) fn of_row(kind: SecretKind, row: Row) -> Result<KeptSecret, AuditError> {
    let (hash, organisation, subject, person, family, ends, content) = row;
    let damaged = || AuditError::EntryDamaged { kind: kind.name().to_owned(), id: subject.clone() };
    let bytes = |bytes: Vec<u8>| bytes.try_into().map_err(|_| damaged());
    Ok(KeptSecret {
        kind,
        hash: bytes(hash)?,
        organisation: OrganisationId::new(organisation),
        person: person.map(bytes).transpose()?,
        family: family.try_into().map_err(|_| damaged())?,
        ends: UNIX_EPOCH + Duration::from_micros(ends.max(0).cast_unsigned()),
        subject: subject.clone(),
        content,
    })
}

/// Microseconds since 1970.
pub(crate) fn micros(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_micros();
    i64::try_from(since).unwrap_or(i64::MAX)
}
