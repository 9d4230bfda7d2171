//! The store, asked for letters.

use std::time::SystemTime;

use crate::{
    AuditError, Database, HeldLetter, LETTER_PUT_OFF_S, LetterEnd, Store,
    sqlite::letters::{Stepped, Task},
};

impl Store {
    /// The letter that is due longest, for whoever tries to send it now.
    ///
    /// # Errors
    /// [`AuditError::Database`].
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
    pub async fn put_off_letter(
        &self,
        letter: &HeldLetter,
        pause: i64,
        now: SystemTime,
    ) -> Result<bool, AuditError> {
        let due = seconds(now).saturating_add(pause.clamp(0, LETTER_PUT_OFF_S));
        let (key, holder) = (letter.key, letter.holder);
        match &self.database {
            Database::File(file) => changed(file.letter(Task::PutOff { key, holder, due }).await),
            Database::Server(server) => server.put_off_letter(&key, &holder, due).await,
        }
    }
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
