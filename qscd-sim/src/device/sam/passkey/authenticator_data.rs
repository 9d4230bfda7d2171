//! authenticatorData (Web Authentication Level 3, clause 6.1).

use ring::digest::{SHA256, digest};
use seal::{ActivationRefusal, Backup};

/// rpIdHash, flags and counter.
const FIXED_LENGTH: usize = 37;
/// The longest that is looked at, with extensions, in bytes.
const MAXIMUM_LENGTH: usize = 1024;

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const ATTESTED: u8 = 0x40;
const EXTENSIONS: u8 = 0x80;

/// What an assertion's authenticatorData tells that is to be remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AuthenticatorData {
    /// signCount.
    pub(super) count: u32,
    /// BE and BS.
    pub(super) backup: Backup,
}

/// Judges the bytes as the authenticator made them.
pub(super) fn judge(bytes: &[u8], rp_id: &str) -> Result<AuthenticatorData, ActivationRefusal> {
    let malformed = ActivationRefusal::AuthenticatorDataMalformed;
    let (fixed, extensions) = bytes.split_at_checked(FIXED_LENGTH).ok_or(malformed)?;
    let (rp_id_hash, rest) = fixed.split_at(32);
    let (flags, count) = (rest[0], [rest[1], rest[2], rest[3], rest[4]]);
    let has = |flag: u8| flags & flag != 0;
    // An assertion attests no credential, and what follows are extensions or nothing. What is not
    // eligible for backup is not backed up.
    let fits = bytes.len() <= MAXIMUM_LENGTH && has(EXTENSIONS) != extensions.is_empty();
    if !fits || has(ATTESTED) || (has(BACKED_UP) && !has(BACKUP_ELIGIBLE)) {
        return Err(malformed);
    }
    if digest(&SHA256, rp_id.as_bytes()).as_ref() != rp_id_hash {
        return Err(ActivationRefusal::OtherRelyingParty);
    }
    if !has(USER_PRESENT) {
        return Err(ActivationRefusal::UserNotPresent);
    }
    if !has(USER_VERIFIED) {
        return Err(ActivationRefusal::UserNotVerified);
    }
    let backup = Backup { eligible: has(BACKUP_ELIGIBLE), backed_up: has(BACKED_UP) };
    Ok(AuthenticatorData { count: u32::from_be_bytes(count), backup })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(rp_id: &str, flags: u8, count: u32, rest: &[u8]) -> Vec<u8> {
        let hash = digest(&SHA256, rp_id.as_bytes());
        [hash.as_ref(), &[flags], &count.to_be_bytes(), rest].concat()
    }

    #[test]
    fn flags_and_counter_are_read() {
        let read = judge(&data("segl.example", 0x1d, 7, &[]), "segl.example").unwrap();
        assert_eq!(read.count, 7);
        assert_eq!(read.backup, Backup { eligible: true, backed_up: true });
        let extended = judge(&data("segl.example", 0x85, 0, &[0xa0]), "segl.example").unwrap();
        assert_eq!(extended.backup, Backup { eligible: false, backed_up: false });
    }

    #[test]
    fn each_thing_that_is_wrong_has_its_name() {
        use ActivationRefusal as R;
        for (bytes, refusal) in [
            (data("segl.example", 0x05, 0, &[])[..36].to_vec(), R::AuthenticatorDataMalformed),
            (data("segl.example", 0x05, 0, &[0xa0]), R::AuthenticatorDataMalformed),
            (data("segl.example", 0x85, 0, &[]), R::AuthenticatorDataMalformed),
            (data("segl.example", 0x85, 0, &[0; 1000]), R::AuthenticatorDataMalformed),
            (data("segl.example", 0x45, 0, &[]), R::AuthenticatorDataMalformed),
            (data("segl.example", 0x15, 0, &[]), R::AuthenticatorDataMalformed),
            (data("example", 0x05, 0, &[]), R::OtherRelyingParty),
            (data("segl.example", 0x04, 0, &[]), R::UserNotPresent),
            (data("segl.example", 0x01, 0, &[]), R::UserNotVerified),
        ] {
            assert_eq!(judge(&bytes, "segl.example"), Err(refusal), "{bytes:02x?}");
        }
    }
}
