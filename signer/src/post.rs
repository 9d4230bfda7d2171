//! Letters as they are written: whose language, which name, and which of them are the same.

use audit::{CertificateRow, LetterBound, LetterRow, RecordError, random};
use mail::{Address, Content, Language, Mailer};
use seal::{CountryCode, Organisation};

use crate::random_secret::sha256;

/// What sends letters, where there is a mail server.
#[derive(Debug)]
pub struct Post {
    /// What hands them over.
    pub mailer: Mailer,
    /// The language of all of them; that of each organisation's country when left out.
    pub language: Option<Language>,
    /// How many letters go to one address and of one organisation within a day: of those that are asked for no
    /// more are written, and the others wait.
    pub bound: LetterBound,
}

impl Post {
    /// A letter about something of this name; nothing to what is no address. It is the same as any other with its
    /// kind, subject and recipient.
    ///
    /// # Errors
    /// [`RecordError::NoRandomness`].
    pub(crate) fn letter(
        &self,
        organisation: &Organisation,
        (content, subject): (&Content, &str),
        address: &str,
        made: i64,
    ) -> Result<Option<CertificateRow>, RecordError> {
        let (Ok(_), Ok(json)) = (Address::parse(address), serde_json::to_string(content)) else {
            return Ok(None);
        };
        let kind = content.kind();
        let folded = address.to_lowercase();
        let same = [kind, organisation.id().as_str(), subject, &folded].join("\0");
        let asked = content.is_asked_for();
        let language = self.language.unwrap_or(match organisation.country {
            CountryCode::DENMARK => Language::Da,
            _ => Language::En,
        });
        Ok(Some(CertificateRow::Letter(Box::new(LetterRow {
            key: sha256(same.as_bytes()),
            kind,
            subject: subject.to_owned(),
            message_id: self.mailer.message_id(random()?),
            address: address.to_owned(),
            language: language.tag(),
            content: json,
            made,
            gathers: None,
            recipient: sha256(folded.as_bytes()),
            asked,
            bound: asked.then_some(self.bound),
        }))))
    }
}

/// Has a letter wait, from `gathers` on in seconds since 1970, until it is gathered with others into one.
pub(crate) fn gathered(row: CertificateRow, gathers: i64) -> CertificateRow {
    match row {
        CertificateRow::Letter(letter) => {
            CertificateRow::Letter(Box::new(LetterRow { gathers: Some(gathers), ..*letter }))
        }
        row => row,
    }
}

/// Has letters written however many there were: of what somebody confirms that has no means to ask again.
pub(crate) fn whatever_was(mut rows: Vec<CertificateRow>) -> Vec<CertificateRow> {
    for row in &mut rows {
        if let CertificateRow::Letter(letter) = row {
            letter.bound = None;
        }
    }
    rows
}
