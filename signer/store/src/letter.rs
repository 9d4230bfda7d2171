//! Letters, as the store keeps them until they are sent.

use std::fmt;

use seal::OrganisationId;

use crate::AuditError;

/// How long whoever has taken a letter has it for themselves, in seconds. Who takes longer, or is gone, has lost
/// it to the next one.
pub const LETTER_HELD_S: i64 = 300;

/// How far off the next attempt at a letter may lie, in seconds. One that lies farther was written by another
/// clock, and is due.
pub const LETTER_PUT_OFF_S: i64 = 6 * 60 * 60;

/// How far off the letter of the day may lie for which a notice waits, in seconds: two days. One that lies farther was
/// written by another clock, and is gathered.
pub const NOTICE_WAITS_S: i64 = 2 * 24 * 60 * 60;

/// Within which letters are counted, in seconds: a day.
pub const LETTERS_COUNTED_S: i64 = 24 * 60 * 60;

/// A letter that somebody tries to send.
#[derive(Clone, PartialEq, Eq)]
pub struct HeldLetter {
    /// SHA-256 over what it is about and for whom.
    pub key: [u8; 32],
    /// Whose it is.
    pub organisation: OrganisationId,
    /// What it is about, in a word.
    pub kind: String,
    /// Its name as mail.
    pub message_id: String,
    /// When it was written, in seconds since 1970.
    pub made: i64,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// To whom.
    pub address: String,
    /// In which language (BCP 47).
    pub language: String,
    /// What it says, in JSON.
    pub content: String,
    /// SHA-256 over the address, folded; none of one that was written before letters were counted.
    pub recipient: Option<[u8; 32]>,
    /// Whether somebody's request wrote it.
    pub asked: bool,
    /// Who tries.
    pub(crate) holder: [u8; 16],
}

impl fmt::Debug for HeldLetter {
    // Addresses stand in no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeldLetter").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// What became of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterEnd {
    /// The mail server has it.
    Sent,
    /// The mail server will never take it.
    Refused,
    /// It was tried for days.
    GivenUp,
}

impl LetterEnd {
    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Refused => "refused",
            Self::GivenUp => "given-up",
        }
    }
}

/// A notice that waits for somebody's letter of the day.
#[derive(Clone, PartialEq, Eq)]
pub struct WaitingNotice {
    /// SHA-256 over what it is about and for whom.
    pub key: [u8; 32],
    /// To whom.
    pub address: String,
    /// What it says, in JSON.
    pub content: String,
    /// Whether it reminds of what nobody is to be reminded of any more.
    pub is_moot: bool,
}

impl fmt::Debug for WaitingNotice {
    // Addresses stand in no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitingNotice").field("is_moot", &self.is_moot).finish_non_exhaustive()
    }
}

/// How many letters were sent within a day, and when the first of them was, in seconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LettersSent {
    /// How many.
    pub count: i64,
    /// When the first was.
    pub first: Option<i64>,
}

/// A row as both databases have it: key, organisation, kind, name, when it was made, attempts, address, language,
/// content, recipient, whether it was asked for.
pub(crate) type LetterRecord = (
    Vec<u8>,
    String,
    String,
    String,
    i64,
    i64,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<Vec<u8>>,
    i64,
);

/// What a row says.
pub(crate) fn of_record(row: LetterRecord, holder: [u8; 16]) -> Result<HeldLetter, AuditError> {
    let (
        key,
        organisation,
        kind,
        message_id,
        made,
        attempts,
        address,
        language,
        content,
        recipient,
        asked,
    ) = row;
    let damaged = || AuditError::EntryDamaged { kind: "letter".to_owned(), id: message_id.clone() };
    Ok(HeldLetter {
        key: key.try_into().map_err(|_| damaged())?,
        organisation: OrganisationId::new(organisation),
        kind,
        made,
        attempt: u32::try_from(attempts).unwrap_or(u32::MAX),
        address: address.ok_or_else(damaged)?,
        language: language.ok_or_else(damaged)?,
        content: content.ok_or_else(damaged)?,
        recipient: recipient.map(TryInto::try_into).transpose().map_err(|_| damaged())?,
        asked: asked != 0,
        message_id: message_id.clone(),
        holder,
    })
}
