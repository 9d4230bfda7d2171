//! The store, asked for letters.

use std::time::SystemTime;

use async_recursion::async_recursion as boxed;
use seal::OrganisationId;

use crate::{
    AuditError, Database, HeldLetter, LETTER_PUT_OFF_S, LETTERS_COUNTED_S, LetterEnd, LettersSent,
    Store, Tenant, WaitingNotice,
    certificates_read::asked,
    further_questions as questions,
    postgres::{Reader, within},
    sqlite::letters::{Stepped, Task},
};

impl Store {
    /// The letter that is due longest, for whoever tries to send it now.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn take_letter(
        &self,
        holder: [u8; 16],
        now: SystemTime,
    ) -> Result<Option<HeldLetter>, AuditError> {
        let now = seconds(now);
        match &self.database {
            Database::File(file) => match file.letter(Task::Take { holder, now }).await? {
                Stepped::Taken(letter) => Ok(letter.map(|letter| *letter)),
                Stepped::Changed(_) => Ok(None),
            },
            Database::Server(server) => server.take_letter(holder, now).await,
        }
    }

    /// Forgets all of a letter but that there was one; answers whether it was still whose it was taken for.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn end_letter(
        &self,
        letter: &HeldLetter,
        end: LetterEnd,
        now: SystemTime,
    ) -> Result<bool, AuditError> {
        let (key, holder, now) = (letter.key, letter.holder, seconds(now));
        match &self.database {
            Database::File(file) => changed(file.letter(Task::End { key, holder, end, now }).await),
            Database::Server(server) => server.end_letter(&key, &holder, end, now).await,
        }
    }

    /// Lets somebody try again so many seconds later; answers whether it was still whose it was taken for.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn put_off_letter(
        &self,
        letter: &HeldLetter,
        pause: i64,
        now: SystemTime,
    ) -> Result<bool, AuditError> {
        self.later(letter, (pause, true), now).await
    }

    /// Lets a letter wait so many seconds that was not tried; answers whether it was still whose it was taken
    /// for.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn hold_letter_back(
        &self,
        letter: &HeldLetter,
        pause: i64,
        now: SystemTime,
    ) -> Result<bool, AuditError> {
        self.later(letter, (pause, false), now).await
    }

    async fn later(
        &self,
        letter: &HeldLetter,
        (pause, tried): (i64, bool),
        now: SystemTime,
    ) -> Result<bool, AuditError> {
        let due = seconds(now).saturating_add(pause.clamp(0, LETTER_PUT_OFF_S));
        let (key, holder) = (letter.key, letter.holder);
        match &self.database {
            Database::File(file) => {
                changed(file.letter(Task::PutOff { key, holder, due, tried }).await)
            }
            Database::Server(server) => server.put_off_letter(&key, &holder, (due, tried)).await,
        }
    }

    /// How many letters the recipient of one was sent within a day: of one organisation's that nobody asks
    /// for, or of all.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn letters_sent_to(
        &self,
        recipient: &[u8; 32],
        organisation: Option<&OrganisationId>,
        now: SystemTime,
    ) -> Result<LettersSent, AuditError> {
        let since = seconds(now) - LETTERS_COUNTED_S;
        asked!(self, sent_to(recipient, organisation.map(OrganisationId::as_str), since))
    }

    /// How many letters that nobody asks for were sent for an organisation within a day.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn letters_sent_for(
        &self,
        organisation: &OrganisationId,
        now: SystemTime,
    ) -> Result<LettersSent, AuditError> {
        let since = seconds(now) - LETTERS_COUNTED_S;
        asked!(self, sent_for(organisation.as_str(), since))
    }

    /// For whom something waits that is to be gathered into their letter of the day, each of an organisation: SHA-256
    /// over the address, folded.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn recipients_waiting(
        &self,
        now: SystemTime,
    ) -> Result<Vec<(OrganisationId, [u8; 32])>, AuditError> {
        let found = asked!(self, gathering(seconds(now)))?;
        let named = found.into_iter().map(|(organisation, recipient)| {
            let organisation = OrganisationId::new(organisation);
            let recipient = recipient.try_into().map_err(|_| damaged(&organisation))?;
            Ok((organisation, recipient))
        });
        named.collect()
    }

    /// Forgets to whom letters went that are not counted any more.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn forget_recipients(&self, now: SystemTime) -> Result<(), AuditError> {
        let before = seconds(now) - LETTERS_COUNTED_S;
        match &self.database {
            Database::File(file) => file.letter(Task::Forget { before }).await.map(drop),
            Database::Server(server) => server.forget_recipients(before).await.map(drop),
        }
    }
}

impl Tenant {
    /// What waits for somebody and is to be gathered into their letter of the day: so many notices at most, those first
    /// that were written first. `reminders` are the kinds of those that are of no use when nobody is to be reminded of
    /// the certificate any more.
    ///
    /// # Errors
    /// [`AuditError::Database`]; [`AuditError::EntryDamaged`].
    #[boxed]
    pub async fn waiting_notices(
        &self,
        recipient: &[u8; 32],
        reminders: &[&str],
        (now, limit): (SystemTime, u32),
    ) -> Result<Vec<WaitingNotice>, AuditError> {
        let whose = (self.organisation().as_str(), recipient);
        let found = asked!(self.store(), waiting(whose, reminders, (seconds(now), limit)))?;
        let read = found.into_iter().map(|(key, address, content, is_moot)| {
            let damaged = || damaged(self.organisation());
            Ok(WaitingNotice {
                key: key.try_into().map_err(|_| damaged())?,
                address: address.ok_or_else(damaged)?,
                content: content.ok_or_else(damaged)?,
                is_moot: is_moot != 0,
            })
        });
        read.collect()
    }

    /// How many letters of a kind were written about any of these.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn letters_about(&self, kind: &str, subjects: &[String]) -> Result<i64, AuditError> {
        asked!(self.store(), letters_about(self.organisation().as_str(), kind, subjects))
    }
}

fn damaged(organisation: &OrganisationId) -> AuditError {
    AuditError::EntryDamaged { kind: "letter".to_owned(), id: organisation.as_str().to_owned() }
}

fn changed(stepped: Result<Stepped, AuditError>) -> Result<bool, AuditError> {
    Ok(match stepped? {
        Stepped::Changed(rows) => rows > 0,
        Stepped::Taken(_) => false,
    })
}

fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
