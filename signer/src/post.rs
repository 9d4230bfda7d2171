//! Letters as they are written: whose language, which name, and which of them are the same.

use audit::{CertificateRow, LetterRow, RecordError, random};
use mail::{Address, Content, Language, Mailer};
use seal::{CountryCode, Digest, DigestAlgorithm, Organisation};

/// What sends letters, where there is a mail server.
#[derive(Debug)]
pub struct Post {
    /// What hands them over.
    pub mailer: Mailer,
    /// The language of all of them; that of each organisation's country when left out.
    pub language: Option<Language>,
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
        let same = [kind, organisation.id().as_str(), subject, &address.to_lowercase()].join("\0");
        let mut key = [0; 32];
        let hash = Digest::of(DigestAlgorithm::Sha256, same.as_bytes());
        key.iter_mut().zip(hash.as_bytes()).for_each(|(to, from)| *to = *from);
        let language = self.language.unwrap_or(match organisation.country {
            CountryCode::DENMARK => Language::Da,
            _ => Language::En,
        });
        Ok(Some(CertificateRow::Letter(Box::new(LetterRow {
            key,
            kind,
            subject: subject.to_owned(),
            message_id: self.mailer.message_id(random()?),
            address: address.to_owned(),
            language: language.tag(),
            content: json,
            made,
        }))))
    }
}
