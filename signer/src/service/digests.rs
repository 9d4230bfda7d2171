//! What administrators are told of certificates, gathered into one letter a day where the organisation wants it so. A
//! notice is written in the transaction of what it is about, as any letter is, and waits; in the morning those that wait
//! for one recipient become one letter, in one transaction, on whichever node is first.

use std::time::{Duration, SystemTime};

use mail::{Content, Notice, Told};
use registry::Role;

use super::{Error, Service, seconds};
use crate::{
    administration::Administration,
    audit::{CertificateRecord, CertificateRow, CertificateStep, ChangedBy, hex},
    danish_time::{danish_day_from, danish_hour_after},
    random_secret::sha256,
    store::{AuditError, RowRefusal},
};

/// The hour, in Denmark, from which on the letters of a day are written.
const HOUR: u8 = 7;

/// How many notices one letter has; the others wait for the next day's.
const MAXIMUM_NOTICES: u32 = 1000;

/// The notices that remind of an end.
const REMINDERS: [Notice; 5] =
    [Notice::Ninety, Notice::Thirty, Notice::Seven, Notice::Today, Notice::Expired];

/// When what is written now is gathered; times in seconds since 1970. Nothing beyond the year 9999.
pub(super) fn next_digest(now: i64) -> Option<i64> {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(now).ok()?);
    danish_hour_after(now, HOUR).map(seconds)
}

impl Service {
    /// Writes the letters of the day to those for whom something waits.
    ///
    /// # Errors
    /// [`Error`] when the store fails.
    pub(crate) async fn gather_notices(&self) -> Result<(), Error> {
        if self.post.is_none() {
            return Ok(());
        }
        let now = self.clock.now();
        let mut told = Ok(());
        for (number, recipient) in self.store.recipients_waiting(now).await? {
            // What is of one that is not served, or cannot be read now, waits until it is.
            if let Ok(Some(organisation)) = self.organisations.serving(&number)
                && let Err(error) = self.gather_for(&organisation, &recipient, now).await
            {
                told = Err(error);
            }
        }
        told
    }

    async fn gather_for(
        &self,
        organisation: &Administration,
        recipient: &[u8; 32],
        now: SystemTime,
    ) -> Result<(), Error> {
        let (snapshot, tenant) = (organisation.snapshot(), organisation.tenant());
        let Some(day) = danish_day_from(now, HOUR) else { return Ok(()) };
        let Some(writer) = self.writer(&snapshot, seconds(now)) else { return Ok(()) };
        let subject = format!("{day}.{}", hex(recipient));
        // Whoever had their letter today has the rest tomorrow.
        if tenant.letters_about(DIGEST, std::slice::from_ref(&subject)).await? > 0 {
            return Ok(());
        }
        let reminders = REMINDERS.map(Notice::kind);
        let waiting = tenant.waiting_notices(recipient, &reminders, (now, MAXIMUM_NOTICES)).await?;
        let Some(address) = waiting.first().map(|notice| notice.address.clone()) else {
            return Ok(());
        };
        // Whoever administers no more is told nothing more.
        let roles = [Role::UserAdministrator, Role::OrganisationAdministrator];
        let is_told = writer
            .holders(&roles)
            .any(|address| sha256(address.to_lowercase().as_bytes()) == *recipient);
        let told = waiting.iter().filter(|notice| is_told && !notice.is_moot);
        let told = told.filter_map(|notice| of_content(&notice.content));
        let told: Vec<Told> = told.collect();
        let letter = if told.is_empty() {
            None
        } else {
            let (organisation, made) = (writer.organisation(), seconds(now));
            let content = Content::Digest { organisation, made, told };
            writer.letter(&content, &subject, &address)?
        };
        let letter = letter.and_then(|row| match row {
            CertificateRow::Letter(letter) => Some(letter),
            _ => None,
        });
        let gathered = waiting.iter().map(|notice| notice.key).collect();
        let rows = vec![CertificateRow::Digest { letter, gathered, at: seconds(now) }];
        let record = CertificateRecord::of(CertificateStep::Gathered, ChangedBy::Link);
        match tenant.certificates_changed(&record, rows, now).await {
            // Another node was first.
            Ok(_) | Err(AuditError::RowRefused(RowRefusal::Gathered)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// The kind of the letters of the day.
const DIGEST: &str = "digest";

/// What one notice tells.
fn of_content(content: &str) -> Option<Told> {
    match serde_json::from_str(content).ok()? {
        Content::Certificate { notice, name, serial, not_after, .. } => {
            Some(Told { notice, name, serial, not_after })
        }
        _ => None,
    }
}
