//! The authenticator data: what the authenticator says and signs (section 6.1).

use ring::digest::{SHA256, digest};

use crate::{MAXIMUM_ANSWER, MAXIMUM_CREDENTIAL_ID, Part, RelyingParty, WebauthnError, cbor::Item};

const PART: Part = Part::AuthenticatorData;

/// The flags (section 6.1).
const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const BACKUP_ELIGIBLE: u8 = 1 << 3;
const BACKED_UP: u8 = 1 << 4;
const ATTESTED: u8 = 1 << 6;
const EXTENSIONS: u8 = 1 << 7;

/// What the authenticator says, once it is known to be for this relying party and of a person whom
/// it verified.
#[derive(Debug)]
pub(crate) struct AuthenticatorData<'a> {
    /// How often it signed; 0 where it does not count.
    pub(crate) sign_count: u32,
    /// Whether the passkey can be on several devices.
    pub(crate) backup_eligible: bool,
    /// Whether it is now.
    pub(crate) backed_up: bool,
    /// The new credential: its id and its key, a COSE_Key.
    pub(crate) credential: Option<(&'a [u8], &'a [u8])>,
}

impl<'a> AuthenticatorData<'a> {
    /// Reads and judges it.
    ///
    /// # Errors
    /// [`WebauthnError`] names the cause.
    pub(crate) fn judge(bytes: &'a [u8], party: &RelyingParty) -> Result<Self, WebauthnError> {
        let malformed = WebauthnError::Malformed(PART);
        if bytes.len() > MAXIMUM_ANSWER {
            return Err(WebauthnError::TooLong(PART));
        }
        let (party_hash, rest) = bytes.split_first_chunk::<32>().ok_or(malformed)?;
        let ([flags], rest) = rest.split_first_chunk::<1>().ok_or(malformed)?;
        let (sign_count, mut rest) = rest.split_first_chunk::<4>().ok_or(malformed)?;
        let has = |flag: u8| flags & flag != 0;
        if digest(&SHA256, party.id.as_bytes()).as_ref() != party_hash {
            return Err(WebauthnError::OtherRelyingParty);
        }
        if !has(USER_PRESENT) {
            return Err(WebauthnError::UserAbsent);
        }
        if !has(USER_VERIFIED) {
            return Err(WebauthnError::UserNotVerified);
        }
        // What is not eligible is on no other device (section 6.1.3).
        if has(BACKED_UP) && !has(BACKUP_ELIGIBLE) {
            return Err(malformed);
        }
        let credential = match has(ATTESTED) {
            true => {
                let (credential, after) = attested(rest)?;
                rest = after;
                Some(credential)
            }
            false => None,
        };
        if has(EXTENSIONS) {
            (_, rest) = Item::read(rest)?;
        }
        if !rest.is_empty() {
            return Err(malformed);
        }
        Ok(Self {
            sign_count: u32::from_be_bytes(*sign_count),
            backup_eligible: has(BACKUP_ELIGIBLE),
            backed_up: has(BACKED_UP),
            credential,
        })
    }
}

/// Id and key of a new credential (section 6.5.1), and what follows them.
type Attested<'a> = ((&'a [u8], &'a [u8]), &'a [u8]);

fn attested(bytes: &[u8]) -> Result<Attested<'_>, WebauthnError> {
    let malformed = WebauthnError::Malformed(PART);
    let (_aaguid, rest) = bytes.split_first_chunk::<16>().ok_or(malformed)?;
    let (length, rest) = rest.split_first_chunk::<2>().ok_or(malformed)?;
    let length = usize::from(u16::from_be_bytes(*length));
    if length == 0 || length > MAXIMUM_CREDENTIAL_ID {
        return Err(malformed);
    }
    let (id, rest) = rest.split_at_checked(length).ok_or(malformed)?;
    let (_, after) = Item::read(rest)?;
    let key = &rest[..rest.len() - after.len()];
    Ok(((id, key), after))
}
