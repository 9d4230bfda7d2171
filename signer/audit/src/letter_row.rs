//! A letter that a record leaves, as the store's table holds it until it is sent.

use std::fmt;

/// A letter. What is written of one that was written before is nothing: `key` says which it is.
#[derive(Clone, PartialEq, Eq)]
pub struct LetterRow {
    /// SHA-256 over what it is about and for whom.
    pub key: [u8; 32],
    /// What it is about, in a word.
    pub kind: &'static str,
    /// The certificate, order or profile that it is about, by its name.
    pub subject: String,
    /// Its name as mail, which it keeps however often it is sent.
    pub message_id: String,
    /// To whom.
    pub address: String,
    /// In which language (BCP 47).
    pub language: &'static str,
    /// What it says, in JSON. What may be said once is not in it.
    pub content: String,
    /// When it was written, in seconds since 1970.
    pub made: i64,
    /// From when on it is gathered into its recipient's letter of the day, in seconds since 1970; none where it is sent
    /// by itself.
    pub gathers: Option<i64>,
    /// SHA-256 over the address, folded: by it letters to one are counted.
    pub recipient: [u8; 32],
    /// Whether somebody's request writes it, and could again and again; what befalls a certificate does not.
    pub asked: bool,
    /// What its record is refused by, if there were as many that day; none where it is to be written whatever
    /// was.
    pub bound: Option<LetterBound>,
}

/// How many letters that somebody asks for an organisation writes within a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LetterBound {
    /// To one address.
    pub to_address: u32,
    /// To all.
    pub of_organisation: u32,
}

impl LetterRow {
    /// Every text in it.
    pub(crate) fn texts(&self) -> Vec<&str> {
        let Self { subject, message_id, address, content, .. } = self;
        vec![subject, message_id, address, content]
    }
}

impl fmt::Debug for LetterRow {
    // Addresses stand in no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LetterRow").field("kind", &self.kind).finish_non_exhaustive()
    }
}
